"""What the victims have: dossiers at each step, drafts, messages, papers, appointments.

Needs Django set up, on the database of a run of its own.
"""

import json
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from tinhso.counters import actions as counters
from tinhso.counters import queries as counter_queries
from tinhso.counters.models import DeskRow, WaitRow
from tinhso.documents import actions as documents
from tinhso.documents import queries as stored
from tinhso.foresight import actions as foresight
from tinhso.indicators import actions as indicators
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.clock import local
from tinhso.kernel.events import actions as events
from tinhso.kernel.events.models import OutboxEvent
from tinhso.kernel.packs.types import Content
from tinhso.notify import queries as notify
from tinhso.operations import actions as operations
from tinhso.people import queries as people
from tinhso.plans import actions as plans
from tinhso.plans import queries as plan_queries
from tinhso.plans.models import TaskRow
from tinhso.plans.types import SubjectKind, TaskState
from tinhso.procedures import actions, queries
from tinhso.procedures.actions import Applicant, Sheet
from tinhso.procedures.models import DraftRow
from tinhso.procedures.types import ALL_OPEN, Channel, Dossier, Opinion
from tinhso.registries import actions as registries
from tinhso.registries import queries as registers
from tinhso.registries.types import Line
from torture import access_bills
from torture.access_answers import BIRTH, ENTRIES, NEUTRAL, SINGLE, birth, pdf, single
from torture.access_people import CANARIES, Known, cover_for

STEPS = (
    ("receive", "clerk"),
    ("draft_result", "case_officer"),
    ("submit_for_signing", "case_officer"),
    ("sign", "leader"),
    ("seal", "registrar"),
    ("return_result", "clerk"),
)

Flat = dict[str, str]
REPORTED = "2025"
PLAN = "demo_2026"
PLACE = {"type": "Point", "coordinates": [107.08, 20.95]}


class Estate:
    """The things of one victim, made in order; `things` names them for addresses."""

    def __init__(self, of: str, known: Known, at: datetime) -> None:
        self.of, self.told, self.at = of, CANARIES[of], at
        self.owner = known.actors["owner" if of == "A" else "stranger"]
        self.staff, self.unit = known.staff[of], known.units[of]
        self.known = known
        self.things: Flat = {}

    def make(self) -> Flat:
        """Make everything; answer the names."""
        self._everywhere()
        self._dossiers()
        self._name(neutral=json.dumps(self._neutral()))
        self._counter()
        self._register()
        self._assessments()
        self._returns()
        self._plans()
        self._question()
        fees = access_bills.make(
            of=self.of,
            unit=self.unit,
            dossier_id=UUID(self.things["talk.dossier_id"]),
            owner=self.owner,
            clerk=self.staff["clerk"],
            told=self.told,
            at=self.at,
        )
        self.things |= fees
        self._frozen()
        self._drafts()
        self._appointments()
        happen(self.at)
        self._handed_out()
        self._desk()
        return self.things

    # What addresses ask for everywhere.

    def _everywhere(self) -> None:
        on = local(self.at).date()
        self._name(
            code=BIRTH,
            organization_id=self.unit,
            unit_id=self.unit,
            person_id=self.staff["case_officer"].person_id,
            absent=f"{self.staff['registrar'].person_id}@{self.unit}",
            first_day=f"{on + timedelta(20):%d/%m/%Y}",
            later_day=f"{on + timedelta(15):%d/%m/%Y}",
            iso_later=on + timedelta(15),
        )
        self._name("form", key="birth_registration", kind="forms")
        self._name("form", section="requester", page="requester_contact")
        self._name("form", field="requester_phone")
        self._name(
            covered_id=self.staff["clerk"].person_id,
            substitute_id=cover_for(self.known, self.of, self.at),
            cover_day=f"{on:%d/%m/%Y}",
        )

    def _name(self, of: str = "", **named: object) -> None:
        for name, value in named.items():
            self.things[f"{of}.{name}" if of else name] = str(value)

    # A register that the victim's commune keeps, and changes that wait.

    def _register(self) -> None:
        key = f"walk_{self.of.lower()}"
        body = self._declared(key)
        content = Content(
            pack="walk", kind="registers", key=key, body=body, version=1, digest=key
        )
        registries.REGISTERS.apply(content, SYSTEM, self.at)
        on = local(self.at).date()
        about: dict[str, Any] = {"key": key, "actor": SYSTEM, "at": self.at, "on": on}
        line = Line(1, {"code": "S1", "name": self.told["name"]}, PLACE)
        registries.load_records(lines=[line], source="walk", **about)
        found = registers.get_record(key=key, identifier="S1", on=on, actor=SYSTEM)
        self._name("register", key=key, identifier="S1", item_id=found.id)
        for number, of in enumerate(("drafted", "proposed"), start=2):
            line = Line(1, {"code": f"S{number}", "name": "Khác"}, PLACE)
            change = registries.draft_change(lines=[line], source=of, **about)
            if of == "proposed":
                registries.hand_in_change(change_id=change.id, actor=SYSTEM, at=self.at)
            self._name(of, change_id=change.id)

    def _declared(self, key: str) -> dict[str, Any]:
        text = {"vi": key, "en": key}
        field = {"type": "string", "title": "x", "x-en": "x"}
        return {
            "key": key,
            "title": text,
            "about": text,
            "source": "walk",
            "owner": people.get_organization(organization_id=self.unit).key,
            "openness": "owner",
            "identifier": "code",
            "label": "name",
            "shape": {"kind": "point"},
            "schema": {
                "type": "object",
                "required": ["code", "name"],
                "properties": {
                    "code": {**field, "title": "Mã"},
                    "name": {**field, "title": "Tên", "x-personal": True},
                },
            },
        }

    # What the victim's commune says of itself by an index set.

    def _assessments(self) -> None:
        on = local(self.at).date()
        for period, of in (("2028", "assessed"), ("2029", "appraised")):
            begun = indicators.begin_assessment(
                set_key="service_evaluation_tt01",
                unit_id=self.unit,
                period=period,
                due_on=on,
                explain_by=on + timedelta(10),
                actor=SYSTEM,
                at=self.at,
            )
            about: dict[str, Any] = {
                "assessment_id": begun.line.id,
                "actor": SYSTEM,
                "at": self.at,
            }
            for item in ("contacts", "attitude"):
                said = indicators.self_assess(
                    item=item,
                    a=Decimal(2),
                    b=None,
                    remark="",
                    uploads=[("minh-chung.pdf", pdf("walk"))],
                    **about,
                )
            [file] = said.score("contacts").evidence
            self._name(of, assessment_id=begun.line.id, evidence_id=file.id)
            if of == "appraised":
                indicators.hand_in_assessment(without_open=True, **about)
                indicators.appraise(
                    item="attitude", points=Decimal(1), reason="walk", **about
                )

    # What the victim's commune reports by form.

    def _returns(self) -> None:
        for key, of in (
            ("officials_trained", "reported"),
            ("officials_trained_data", "reported_sent"),
        ):
            filled = indicators.fill_return(
                key=key,
                period=REPORTED,
                agency_id=self.unit,
                numerator=1,
                denominator=2,
                remark="walk",
                uploads=[("minh-chung.pdf", pdf("walk"))],
                sends=of == "reported_sent",
                actor=SYSTEM,
                at=self.at,
            )
            [file] = filled.evidence
            self._name(of, key=key, period=REPORTED, evidence_id=file.id)

    # Its tasks in a plan, its year, and what the Council asks it.

    def _plans(self) -> None:
        number = "1.1" if self.of == "A" else "1.2"
        row = TaskRow.objects.get(plan__key=PLAN, number=number)
        about: dict[str, Any] = {"actor": SYSTEM, "at": self.at}
        given = plans.change_task(
            task_id=row.id,
            due_on=row.plan.last_day,
            agency_id=self.unit,
            reason="walk",
            **about,
        )
        own = plans.add_task(
            plan_key=PLAN,
            agency_id=self.unit,
            parent_id=given.id,
            text="walk",
            product="",
            due_on=row.plan.last_day,
            **about,
        )
        files = [("minh-chung.pdf", pdf("walk"))]
        for of, task, state in (
            ("planned", given, TaskState.DOING),
            ("reported", own, TaskState.DONE),
        ):
            percent = 100 if state is TaskState.DONE else 10
            plans.report_progress(
                task_id=task.id,
                state=state,
                percent=percent,
                note="",
                uploads=files,
                **about,
            )
            self._name(of, task_id=task.id)
        steps = plan_queries.steps(task_id=given.id, actor=SYSTEM)
        self._name("planned", evidence_id=steps[0].files[0].id)
        self._name(agency_id=self.unit)

    def _question(self) -> None:
        asked = plans.ask_question(
            kind=SubjectKind.INDICATOR,
            subject="dossiers_on_time",
            agency_id=self.unit,
            text="walk",
            answer_by=local(self.at).date() + timedelta(15),
            actor=self.known.actors["council"],
            at=self.at,
        )
        told = plans.answer_question(
            question_id=asked.id,
            text="walk",
            uploads=[("tra-loi.pdf", pdf("walk"))],
            actor=SYSTEM,
            at=self.at,
        )
        self._name("question", question_id=asked.id, answer_id=told.answers[0].id)

    def _frozen(self) -> None:
        for of in ("frozen", "frozen_apart", "put_forward"):
            made = foresight.freeze_scenario(
                model_key="quang_ninh",
                levers={"sme_support": "low"},
                members=20,
                seed=1,
                # Two that say the same in the same moment are one.
                title=f"walk {self.of} {of}",
                reason="walk",
                actor=self.staff["leader"],
                at=self.at,
            )
            self._name(of, scenario_id=made.id)
        foresight.put_forward_scenario(
            scenario_id=made.id, actor=self.staff["leader"], at=self.at
        )

    # Dossiers at each step.

    def _dossiers(self) -> None:
        self._note("new", self._submitted())
        self._talk()
        self._note("claimed", self._claimed())
        self._note("assessing", self._taken("receive"))
        self._note("supplement", self._asked_to_complete())
        self._note("signing", self._taken("submit_for_signing", SINGLE))
        self._note("sealing", self._taken("sign", SINGLE))
        done = self._taken("return_result", SINGLE)
        self._note("done", done)
        result = done.result_document_id
        assert result is not None
        self._name("done", document_id=result)
        self._name("result", code=stored.get_document(document_id=result).code)
        signing = queries.get_dossier(
            dossier_id=UUID(self.things["signing.dossier_id"]),
            actor=self.staff["clerk"],
            at=self.at,
        )
        self._name("signing", document_id=signing.result_document_id)
        self._consulted("asked")
        self._consulted("answered", with_answer=True)
        self._directed()

    def _directed(self) -> None:
        """Let the leader direct their own agency, as the one above would."""
        issued = operations.issue_directive(
            agency_id=self.unit,
            text=self.told["content"],
            due_on=local(self.at).date() + timedelta(15),
            key=str(uuid4()),
            actor=self.staff["leader"],
            at=self.at,
        )
        self._name("directive", directive_id=issued.id)

    def _note(self, of: str, dossier: Dossier) -> None:
        self._name(of, dossier_id=dossier.id, revision=dossier.revision)
        if dossier.files:
            self._name(of, file_id=dossier.files[0].file_id)

    def _submitted(self, procedure: str = BIRTH) -> Dossier:
        return actions.submit_dossier(
            procedure_code=procedure,
            organization_id=self.unit,
            channel=Channel.ONLINE,
            answers=self._answers(procedure),
            key=str(uuid4()),
            actor=self.owner,
            at=self.at,
        )

    def _answers(self, procedure: str, *, proof: bool = True) -> dict[str, Any]:
        if procedure == SINGLE:
            return single(self.told)
        files = {"birth_proof": [self._file()]} if proof else {}
        return {**birth(self.told, self.at), **files}

    def _neutral(self) -> dict[str, Any]:
        """Answer as somebody else, but for the file: it is the victim's."""
        file = self.things["new.file_id"]
        return {**birth(NEUTRAL, self.at), "birth_proof": [file]}

    def _file(self) -> str:
        stored_file = documents.store_file(
            content=pdf(self.told["content"]),
            name=self.told["file"],
            owner_id=self.owner.person_id,
            organization_id=None,
            accepted=("application/pdf",),
            max_bytes=10**6,
            actor=self.owner,
            at=self.at,
        )
        return str(stored_file.id)

    def _talk(self) -> None:
        """Let them write with a file; addresses ask for the file of the message."""
        dossier = self._submitted()
        sent = actions.send_dossier_message(
            dossier_id=dossier.id,
            text=self.told["message"],
            key=str(uuid4()),
            uploads=[(self.told["file"], pdf(self.told["content"]))],
            actor=self.owner,
            at=self.at,
        )
        self._note("talk", dossier)
        self._name("talk", file_id=sent.files[0].file_id, code_of=dossier.code)
        self._name("progress", code=dossier.code)

    def _claimed(self) -> Dossier:
        dossier = self._submitted()
        return actions.claim_task(
            dossier_id=dossier.id, actor=self.staff["clerk"], at=self.at
        )

    def _taken(self, last: str, procedure: str = BIRTH) -> Dossier:
        """Take a dossier along its workflow, to a step and through it."""
        dossier = self._submitted(procedure)
        for action, role in STEPS:
            data = {
                **ENTRIES[procedure],
                "signer": str(self.staff["leader"].person_id),
            }
            dossier = self._act(
                dossier, action, role, data=data if action == "draft_result" else {}
            )
            if action == last:
                break
        return dossier

    def _act(self, dossier: Dossier, action: str, role: str, **more: Any) -> Dossier:
        return actions.take_action(
            dossier_id=dossier.id,
            action_key=action,
            revision=dossier.revision,
            actor=self.staff[role],
            at=self.at,
            **more,
        )

    def _asked_to_complete(self) -> Dossier:
        reasons = {"child_birth_place": "Hãy ghi đầy đủ."}
        return self._act(self._submitted(), "ask_supplement", "clerk", reasons=reasons)

    def _consulted(self, of: str, *, with_answer: bool = False) -> None:
        question = {
            "organization_id": str(self.known.units["asked"]),
            "question": f"Đề nghị cho ý kiến về {self.told['answer']}.",
            "amount": "2",
            "unit": "working_days",
        }
        dossier = self._act(
            self._taken("receive"),
            "consult",
            "case_officer",
            data={"questions": [question]},
        )
        self._note(of, dossier)
        [asked] = queries.consultations_of(
            dossier_id=dossier.id, actor=self.staff["clerk"]
        )
        self._name(of, consultation_id=asked.id)
        if with_answer:
            told = actions.answer_consultation(
                consultation_id=asked.id,
                opinion=Opinion.AGREES,
                answer="Đồng ý.",
                uploads=[(self.told["file"], pdf(self.told["content"]))],
                actor=self.known.actors["asked"],
                at=self.at,
            )
            self._name(of, file_id=told.files[0].file_id)

    # What a clerk wrote for them.

    def _counter(self) -> None:
        clerk = self.staff["clerk"]
        applicant = Applicant(
            personal_number=self.told["number"], full_name=self.told["name"]
        )
        for of in ("sheet", "counter"):
            draft = actions.start_intake(
                procedure_code=BIRTH,
                applicant=applicant,
                desk_id=self.unit,
                actor=clerk,
                at=self.at,
            )
            self._name(of, draft_id=draft.id)
        sheet = Sheet(
            answers=self._answers(BIRTH, proof=False),
            organization_id=self.unit,
            case=draft.case,
            uploads={"birth_proof": [(self.told["file"], pdf(self.told["content"]))]},
        )
        self._note(
            "counter",
            actions.take_in(draft_id=draft.id, sheet=sheet, actor=clerk, at=self.at),
        )

    def _drafts(self) -> None:
        for of in ("", "applied"):
            draft = actions.start_draft(
                procedure_code=BIRTH, actor=self.owner, at=self.at
            )
            DraftRow.objects.filter(pk=draft.id).update(
                organization_id=self.unit, answers=self._answers(BIRTH)
            )
            self._name(of, draft_id=draft.id)
        actions.submit_draft(
            draft_id=draft.id, key=str(draft.id), actor=self.owner, at=self.at
        )

    # Appointments and numbers.

    def _appointments(self) -> None:
        clerk, at = self.staff["clerk"], self.at
        where: dict[str, Any] = {"organization_id": self.unit}
        known = {d.organization_id for d in counter_queries.desks_of(actor=clerk)}
        if self.unit not in known:
            counters.open_desk(**where, actor=clerk, at=at)
        off = queries.days_off(**where, at=at)
        days = counter_queries.days(**where, days_off=off, at=at)
        day = next(one.day for one in days if one.day > local(at).date() and one.free)
        slots = counter_queries.slots(**where, day=day, days_off=off, at=at)
        booked, free = slots[-1], slots[-2]
        made = counters.book_slot(
            **where,
            starts_at=booked.starts_at,
            procedure_code=BIRTH,
            days_off=off,
            actor=self.owner,
            at=at,
        )
        self._name(
            booking_id=made.id, day=f"{day:%Y-%m-%d}", slot=free.starts_at.isoformat()
        )
        self._name(waiting_id=self._waiting(booked.starts_at))
        ticket = counters.issue_ticket(
            **where,
            letter="A",
            is_priority=False,
            procedure_code="",
            actor=clerk,
            at=at,
        )
        self._name(token=ticket.token)
        desk = counter_queries.get_desk(organization_id=self.unit)
        self._name("screen", key=desk.key)

    def _waiting(self, booked: datetime) -> UUID:
        """Stand in the line of a slot; it need not be full to be left again."""
        assert self.owner.person_id is not None
        desk = DeskRow.objects.get(organization_id=self.unit)
        row = WaitRow.objects.create(
            desk=desk,
            person_id=self.owner.person_id,
            day=local(booked).date(),
            starts_at=None,
            created_at=self.at,
        )
        return row.id

    # What followed.

    def _handed_out(self) -> None:
        for of in ("talk", "new"):
            dossier_id = UUID(self.things[f"{of}.dossier_id"])
            [receipt, *_] = queries.printed_papers(
                dossier_id=dossier_id, actor=self.owner
            )
            self._name(of, document_id=receipt.document_id)
            found = queries.get_dossier(
                dossier_id=dossier_id, actor=self.owner, at=self.at
            )
            self._name(of, revision=found.revision)
        assert self.owner.person_id is not None
        message = notify.inbox(person_id=self.owner.person_id).items[0]
        self._name(message_id=message.id)

    def _desk(self) -> None:
        view = actions.keep_view(
            name=self.told["view"],
            wanted=ALL_OPEN,
            share_with=None,
            actor=self.staff["clerk"],
            at=self.at,
        )
        self._name(view_id=view.id)
        actions.open_dossier(
            dossier_id=UUID(self.things["talk.dossier_id"]),
            actor=self.staff["clerk"],
            at=self.at,
        )
        head = self.staff["head_of_office"]
        content = actions.export_desk(wanted=ALL_OPEN, actor=head, at=self.at)
        sheet = actions.take_sheet_back(
            content=content, name=f"{self.told['sheet']}.xlsx", actor=head, at=self.at
        )
        self._name(sheet_id=sheet.id)


def happen(at: datetime) -> None:
    """Let everything follow what happened, again until nothing is left."""
    for _ in range(5):
        waiting = OutboxEvent.objects.filter(delivered_at=None).order_by("id")
        ids = list(waiting.values_list("id", flat=True))
        for event_id in ids:
            events.deliver(event_id=event_id, at=at)
        if not ids:
            return


def open_contents(known: Known, at: datetime) -> None:
    """Open drafts of a procedure and its form, so that there is something to build."""
    for kind, key in (("procedures", BIRTH), ("forms", "birth_registration")):
        actions.edit_content(
            kind=kind, key=key, actor=known.actors["controller"], at=at
        )
