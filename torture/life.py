"""What can happen to a dossier, and whether it is silent afterwards.

Needs Django set up, on the database of a run of its own.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction
from PIL import Image

from tinhso.documents import actions as documents
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Refused
from tinhso.kernel.events import actions as events
from tinhso.kernel.events.models import OutboxEvent
from tinhso.kernel.packs import actions as packs
from tinhso.people import queries as people
from tinhso.procedures import actions, queries
from tinhso.procedures.models import DossierRow
from tinhso.procedures.types import (
    Action,
    Channel,
    Correctable,
    Dossier,
    FieldKind,
    Need,
    Opinion,
    Procedure,
    ReceiptCorrection,
    Status,
)
from tinhso.security import queries as security

# A Tuesday morning before the year's end, so that histories run into Tết.
BEGIN = datetime(2026, 12, 15, 2, 0, tzinfo=UTC)
STAFF = {
    "clerk": "canbo.motcua",
    "case_officer": "canbo.hotich",
    "leader": "lanhdao.phuong",
    "registrar": "vanthu.phuong",
    "citizen": "nguyenthihoa",
}
WARD, OTHER_AGENCY = "xa_06688", "so_tu_phap"
WITH_REASON = {Status.NOT_RECEIVED, Status.STOPPED}
NOTICES = "SELECT count(*) FROM notify_messagerow WHERE subject_id = %s"


@dataclass(frozen=True)
class Town:
    """Who acts, where, and the complete applications there are examples of."""

    actors: Mapping[str, Actor]
    ward: UUID
    other_agency: UUID
    jurist: Actor
    examples: tuple[Mapping[str, Any], ...]
    templates: Mapping[str, Mapping[str, Any]]


def found_town() -> Town:
    """Find everybody in the database of the demonstration."""

    def actor(username: str) -> Actor:
        account = security.get_account(username=username)
        assert account is not None, username
        return security.actor_of(account_id=account.id, at=BEGIN)

    def unit(key: str) -> UUID:
        return people.organization_by_key(key=key, on=BEGIN.date()).id

    examples = [
        example
        for content in packs.contents(settings.TINHSO_PACKS, kind="examples")
        for example in content.body["examples"]
        if example["expect"].get("end") == "returned"
    ]
    found = packs.contents(settings.TINHSO_PACKS, kind="templates")
    return Town(
        actors={role: actor(name) for role, name in STAFF.items()},
        ward=unit(WARD),
        other_agency=unit(OTHER_AGENCY),
        jurist=actor("chuyenvien.sotuphap"),
        examples=tuple(examples),
        templates={content.key: content.body["example"] for content in found},
    )


class Life:
    """The dossiers of one history, the moment it has come to, and what was done."""

    def __init__(self, town: Town) -> None:
        self.town, self.now = town, BEGIN
        self.dossiers: list[UUID] = []
        self.done: Counter[str] = Counter()

    def apply(self, which: int) -> None:
        """Submit one of the examples, at the desk or from home."""
        example = self.town.examples[which % len(self.town.examples)]
        citizen = self.town.actors["citizen"]
        files = {field: [self._file(citizen)] for field in example.get("files", ())}
        dossier = actions.submit_dossier(
            procedure_code=example["procedure"],
            organization_id=self.town.ward,
            channel=Channel(example.get("channel", "online")),
            answers={**example["answers"], **files},
            case=example.get("case", ""),
            key=str(uuid4()),
            actor=citizen,
            at=self.now,
        )
        self.dossiers.append(dossier.id)
        self._happened("applications")

    def act(self, which: int, choice: int) -> None:
        """Take one of the actions that are offered to whom the dossier waits for."""
        options = list(self._offered(self._dossier(which)))
        if options:
            actor, dossier, action = options[choice % len(options)]
            self._try("acts", lambda: self._take(actor, dossier, action))

    def meddle(self, which: int, choice: int) -> None:
        """Do something that no workflow offers, whoever likes to."""
        dossier = self._dossier(which)
        ways = (self._claim, self._release, self._extend, self._recall)
        more = (self._correct, self._write, self._answer)
        way = (*ways, *more)[choice % 7]
        self._try("meddling", lambda: way(dossier))

    def wait(self, span: timedelta) -> None:
        """Let time pass; what is late is reported, what is silent is ended."""
        self.now += span
        actions.report_late_consultations(at=self.now)
        actions.take_tacit_actions(at=self.now)
        self._happened("waits")

    def silent(self) -> list[str]:
        """Say which dossiers break the promise, and how."""
        told = list(queries.silent_dossiers(at=self.now))
        for dossier_id in self.dossiers:
            told += self._broken(DossierRow.objects.get(pk=dossier_id))
        return told

    def _broken(self, row: DossierRow) -> Iterator[str]:
        with connection.cursor() as cursor:
            cursor.execute(NOTICES, [row.id])
            if not cursor.fetchone()[0]:
                yield f"{row.code}: its applicant was told nothing"
        if row.ended_at is not None:
            move = row.moves.order_by("-id")[0]
            if Status(row.status) in WITH_REASON and not move.note:
                yield f"{row.code}: {move.action} without a reason"
        elif not list(self._offered(self._read(row.id))):
            yield f"{row.code}: nobody can act at {row.step}"
        elif row.due_at is None:
            yield f"{row.code}: it has no due time"

    def _offered(self, dossier: Dossier) -> Iterator[tuple[Actor, Dossier, Action]]:
        if dossier.task is None:
            return
        actor = self.town.actors.get(dossier.task.role)
        if dossier.task.role == "citizen":
            others = [actor, self.town.actors["clerk"]]
        else:
            others = [actor]
        for one in filter(None, others):
            seen = self._read(dossier.id, one)
            for action in seen.offered:
                yield one, seen, action

    def _take(self, actor: Actor, dossier: Dossier, action: Action) -> None:
        actions.take_action(
            dossier_id=dossier.id,
            action_key=action.key,
            revision=dossier.revision,
            actor=actor,
            at=self.now,
            note="Lý do thử." if Need.REASON in action.needs else "",
            reasons=self._reasons(dossier, action),
            data=self._data(dossier, action),
        )

    def _reasons(self, dossier: Dossier, action: Action) -> dict[str, str]:
        if Need.FIELD_REASONS not in action.needs:
            return {}
        field = next(iter(dossier.procedure.form.fields()))
        return {field.key: "Hãy ghi rõ hơn."}

    def _data(self, dossier: Dossier, action: Action) -> dict[str, Any]:
        if Need.RESULT_DATA in action.needs:
            signer = str(self.town.actors["leader"].person_id)
            return {**self._entry(dossier.procedure), "signer": signer}
        if Need.CONSULTATIONS in action.needs:
            question = {
                "organization_id": str(self.town.other_agency),
                "question": "Đề nghị cho ý kiến.",
                "amount": "2",
                "unit": "working_days",
            }
            return {"questions": [question]}
        return {}

    def _entry(self, procedure: Procedure) -> dict[str, Any]:
        """Fill the officer's form as the template's example does."""
        result = procedure.result
        known = self.town.templates[result.template]
        told = {
            rule["var"].removeprefix("officer."): known[name]
            for name, rule in result.data.items()
            if isinstance(rule, dict) and str(rule.get("var")).startswith("officer.")
        }
        fields = result.officer_form.fields() if result.officer_form else ()
        ticks = {one.key: True for one in fields if one.kind is FieldKind.YES_NO}
        return {**told, **ticks}

    def _claim(self, dossier: Dossier) -> None:
        actions.claim_task(
            dossier_id=dossier.id, actor=self._holder(dossier), at=self.now
        )

    def _release(self, dossier: Dossier) -> None:
        actor = self._holder(dossier)
        actions.release_task(dossier_id=dossier.id, actor=actor, at=self.now)

    def _recall(self, dossier: Dossier) -> None:
        actor = self.town.actors["case_officer"]
        actions.recall_dossier(dossier_id=dossier.id, actor=actor, at=self.now)

    def _extend(self, dossier: Dossier) -> None:
        actions.extend_deadline(
            dossier_id=dossier.id,
            reason="Cần xác minh thêm.",
            new_day=(dossier.clock.due_at + timedelta(days=5)).date(),
            actor=self._holder(dossier),
            at=self.now,
        )

    def _correct(self, dossier: Dossier) -> None:
        actions.correct_receipt(
            dossier_id=dossier.id,
            given=ReceiptCorrection(fee=1000, reasons={Correctable.FEE: "Ghi sai."}),
            revision=dossier.revision,
            actor=self.town.actors["clerk"],
            at=self.now,
        )

    def _write(self, dossier: Dossier) -> None:
        actions.send_dossier_message(
            dossier_id=dossier.id,
            text="Hồ sơ của tôi đến đâu rồi?",
            key=str(uuid4()),
            actor=self.town.actors["citizen"],
            at=self.now,
        )

    def _answer(self, dossier: Dossier) -> None:
        asked = queries.consultations_to_answer(actor=self.town.jurist)
        actions.answer_consultation(
            consultation_id=next(iter(asked)).id,
            opinion=Opinion.AGREES,
            answer="Đồng ý.",
            actor=self.town.jurist,
            at=self.now,
        )

    def _holder(self, dossier: Dossier) -> Actor:
        role = dossier.task.role if dossier.task else "clerk"
        return self.town.actors.get(role, self.town.actors["clerk"])

    def _dossier(self, which: int) -> Dossier:
        return self._read(self.dossiers[which % len(self.dossiers)])

    def _read(self, dossier_id: UUID, actor: Actor | None = None) -> Dossier:
        reader = actor or self.town.actors["citizen"]
        return queries.get_dossier(dossier_id=dossier_id, actor=reader, at=self.now)

    def _try(self, kind: str, do: Any) -> None:
        """Do it; what is refused by name is no fault and changes nothing."""
        try:
            with transaction.atomic():
                do()
        except (Refused, StopIteration):
            self.done["refused"] += 1
            return
        self._happened(kind)

    def _happened(self, kind: str) -> None:
        """Count it, let a moment pass, and let what follows follow."""
        self.done[kind] += 1
        self.now += timedelta(minutes=5)
        waiting = OutboxEvent.objects.filter(delivered_at=None).order_by("id")
        for event_id in list(waiting.values_list("id", flat=True)):
            events.deliver(event_id=event_id, at=self.now)

    def _file(self, citizen: Actor) -> str:
        drawn = BytesIO()
        Image.new("RGB", (8, 8), "white").save(drawn, "PNG")
        stored = documents.store_file(
            content=drawn.getvalue(),
            name="giay.png",
            owner_id=citizen.person_id,
            organization_id=None,
            accepted=("image/png",),
            max_bytes=10**6,
            actor=citizen,
            at=self.now,
        )
        return str(stored.id)
