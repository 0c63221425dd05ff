"""What follows what: every reaction of the house stands on this page."""

from datetime import datetime
from uuid import UUID

from tinhso.counters.types import (
    BookingCancelled,
    BookingDue,
    BookingMade,
    BookingMoved,
    PlaceOffered,
)
from tinhso.indicators import queries as indicators
from tinhso.indicators.types import (
    AssessmentAppraised,
    AssessmentBegun,
    AssessmentHandedIn,
    ReturnDue,
    ReturnSent,
    ReturnSentBack,
    ScoreDisputed,
    ScoreExplained,
)
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.clock import local
from tinhso.kernel.events.actions import on
from tinhso.kernel.events.types import Event, EventContext
from tinhso.notify import actions as notify
from tinhso.operations import queries as operations
from tinhso.operations.types import DirectiveIssued
from tinhso.payments.types import BillIssued, BillPaid, BillTakenBack, RefundMade
from tinhso.people import queries as people
from tinhso.people.types import Role
from tinhso.plans.types import (
    QuestionAnswered,
    QuestionAsked,
    TaskDueSoon,
    TaskOverdue,
    TaskReportedDone,
    TaskSentBack,
)
from tinhso.procedures import actions as procedures
from tinhso.procedures import queries as procedures_asked
from tinhso.procedures.types import (
    ConsultationAnswered,
    ConsultationLate,
    DeadlineExtended,
    DossierErased,
    DossierMessageSent,
    DossierMoved,
    DossierSubmitted,
    InternalMoved,
    PaperExpires,
    Party,
    PrintedKind,
    ReceiptCorrected,
    ResultIssued,
    Status,
    SupplementAsked,
)
from tinhso.security import queries as security

# The moves an applicant is told of, besides those with an event of their own.
TOLD_MOVES = {
    "receive": "dossier_received",
    "not_receive": "dossier_not_received",
    "refuse": "dossier_refused",
    "attach_result": "result_ready",
    "lapse": "dossier_lapsed",
    "correct_result": "result_corrected",
    "lapse_unpaid": "dossier_lapsed_unpaid",
}

# So much of a directive stands in a message; the whole of it where it is opened.
BRIEF = 500
# The moves of a directive its agency is told of; of the answer, who issued it is.
DIRECTED = {
    "send_back": "directive_sent_back",
    "accept": "directive_accepted",
    "withdraw": "directive_withdrawn",
}


def write_receipt(event: DossierSubmitted, context: EventContext, at: datetime) -> None:
    """Write form 01 for a new dossier."""
    procedures.issue_receipt(dossier_id=event.subject_id, actor=SYSTEM, at=at)


def write_request(event: SupplementAsked, context: EventContext, at: datetime) -> None:
    """Write form 02, the request to complete the dossier."""
    _write_notice(event.subject_id, PrintedKind.SUPPLEMENT, at)


def write_refusal(event: DossierMoved, context: EventContext, at: datetime) -> None:
    """Write form 03 for a dossier that is not received, or refused."""
    if event.status in (Status.NOT_RECEIVED, Status.STOPPED):
        _write_notice(event.subject_id, PrintedKind.REFUSAL, at)


def write_apology(event: DeadlineExtended, context: EventContext, at: datetime) -> None:
    """Write form 04, the apology with the new date."""
    _write_notice(event.subject_id, PrintedKind.APOLOGY, at)


def _write_notice(dossier_id: UUID, kind: PrintedKind, at: datetime) -> None:
    procedures.issue_notice(dossier_id=dossier_id, kind=kind, actor=SYSTEM, at=at)


def tell_corrected(
    event: ReceiptCorrected, context: EventContext, at: datetime
) -> None:
    """Tell the applicant that another receipt replaces theirs."""
    params = {"code": event.code, "number": str(event.number)}
    _tell("receipt_corrected", event, context, params, at)


def tell_submitted(
    event: DossierSubmitted, context: EventContext, at: datetime
) -> None:
    """Tell the applicant code and due date."""
    params = {"code": event.code, "due": _moment(event.due_at)}
    _tell("dossier_submitted", event, context, params, at)


def tell_moved(event: DossierMoved, context: EventContext, at: datetime) -> None:
    """Tell the applicant that the desk received or refused the dossier."""
    if event.action in TOLD_MOVES:
        params = {"code": event.code, "due": _moment(event.due_at)}
        _tell(TOLD_MOVES[event.action], event, context, params, at)


def ask_evaluation(event: DossierMoved, context: EventContext, at: datetime) -> None:
    """Ask the applicant, once, how it was; not those who withdrew."""
    if event.status in (Status.RETURNED, Status.STOPPED, Status.NOT_RECEIVED):
        _tell("evaluation_asked", event, context, {"code": event.code}, at)


def tell_supplement(
    event: SupplementAsked, context: EventContext, at: datetime
) -> None:
    """Tell the applicant that something is missing."""
    _tell("supplement_asked", event, context, {"code": event.code}, at)


def tell_extended(event: DeadlineExtended, context: EventContext, at: datetime) -> None:
    """Apologize to the applicant and name the new date."""
    params = {"code": event.code, "due": _moment(event.new_due_at)}
    _tell("deadline_extended", event, context, params, at)


def tell_issued(event: ResultIssued, context: EventContext, at: datetime) -> None:
    """Tell the applicant that the result is there."""
    _tell("result_issued", event, context, {"code": event.code}, at)


def tell_owed(event: BillIssued, context: EventContext, at: datetime) -> None:
    """Tell who owes a fee how much it is and until when; if all is exempt, go on."""
    if not event.is_due:
        procedures.go_on_paid(dossier_id=event.thing_id, at=context.recorded_at)
        return
    params = {"due": _moment(event.due_at), "reference": event.reference}
    _tell_payer("fee_due", event, params, context, at)


def go_on_paid(event: BillPaid, context: EventContext, at: datetime) -> None:
    """Let the dossier go on from when it was paid, and tell who paid of the receipt."""
    procedures.go_on_paid(dossier_id=event.thing_id, at=context.recorded_at)
    params = {"number": str(event.receipt_number)}
    _tell_payer("fee_paid", event, params, context, at)


def go_on_free(event: BillTakenBack, context: EventContext, at: datetime) -> None:
    """Let a dossier go on that no longer owes anything."""
    procedures.go_on_paid(dossier_id=event.thing_id, at=context.recorded_at)


def _tell_payer(
    template: str,
    event: BillIssued | BillPaid,
    params: dict[str, str],
    context: EventContext,
    at: datetime,
) -> None:
    found = procedures_asked.get_dossier(dossier_id=event.thing_id, actor=SYSTEM, at=at)
    if event.owner_id is not None:
        notify.send_message(
            template_key=template,
            person_id=event.owner_id,
            params={"code": found.code, "amount": _vnd(event.amount), **params},
            subject_id=event.thing_id,
            dedupe_key=f"{template}:{context.event_id}",
            actor=SYSTEM,
            at=at,
        )


def tell_given_back(event: RefundMade, context: EventContext, at: datetime) -> None:
    """Tell who paid that money goes back to them, and why."""
    if event.owner_id is not None:
        notify.send_message(
            template_key="fee_given_back",
            person_id=event.owner_id,
            params={
                "amount": _vnd(event.amount),
                "reference": event.reference,
                "reason": event.reason,
            },
            subject_id=event.subject_id,
            dedupe_key=f"fee_given_back:{context.event_id}",
            actor=SYSTEM,
            at=at,
        )


def _vnd(amount: int) -> str:
    return f"{amount:,}".replace(",", ".")


def remind_of_paper(event: PaperExpires, context: EventContext, at: datetime) -> None:
    """Remind the holder of a paper that soon expires, once for each lead time."""
    notify.send_message(
        template_key="paper_expires",
        person_id=event.owner_id,
        params={
            "title": event.title,
            "number": event.number,
            "day": f"{event.valid_until:%d/%m/%Y}",
        },
        subject_id=event.subject_id,
        dedupe_key=f"paper_expires:{event.document_id}:{event.days_before}",
        actor=SYSTEM,
        at=at,
    )


def erase_told(event: DossierErased, context: EventContext, at: datetime) -> None:
    """Empty what people were told about a dossier that was erased."""
    notify.erase_messages(subject_id=event.subject_id)


def tell_message(
    event: DossierMessageSent, context: EventContext, at: datetime
) -> None:
    """Tell the other party of the first message it has not read; of later ones not."""
    if not event.is_first:
        return
    if event.party == Party.DESK:
        _tell("dossier_message", event, context, {"code": event.code}, at)
        return
    officers = _answering(event, at)
    _tell_officers("dossier_message_to_desk", officers, event, context, {}, at)


def _answering(event: DossierMessageSent, at: datetime) -> set[UUID]:
    """Find who shall answer: who claimed the dossier, else all whose turn it is."""
    if event.assignee_id is not None:
        person_id = security.actor_of(account_id=event.assignee_id, at=at).person_id
        return {person_id} if person_id else set()
    # Nobody of the desk has its turn while the applicant has, and after the end.
    role = Role(event.role) if event.role in set(Role) else Role.CLERK
    return _holders(event.organization_id, role, at)


def tell_answered(
    event: ConsultationAnswered, context: EventContext, at: datetime
) -> None:
    """Tell the officers who asked that an answer is there."""
    officers = _holders(event.organization_id, Role.CASE_OFFICER, at)
    _tell_officers("consultation_answered", officers, event, context, {}, at)


def tell_late(event: ConsultationLate, context: EventContext, at: datetime) -> None:
    """Report a late answer to officers and one-stop desk (NĐ 61/2018 Đ19.5)."""
    officers = _holders(event.organization_id, Role.CASE_OFFICER, at)
    desk = event.receiver_id or event.organization_id
    officers |= _holders(desk, Role.CLERK, at)
    params = {"agency": event.asked}
    _tell_officers("consultation_late", officers, event, context, params, at)


def tell_due(event: ReturnDue, context: EventContext, at: datetime) -> None:
    """Remind who reports for an agency, once of each kind."""
    template = "return_late" if event.is_late else "return_due"
    params = {"day": f"{event.due_on:%d/%m/%Y}"}
    _tell_reporters(template, event, context, params, at)


def tell_return_back(
    event: ReturnSentBack, context: EventContext, at: datetime
) -> None:
    """Tell who reports for an agency why a return came back."""
    params = {"reason": event.reason}
    _tell_reporters("return_sent_back", event, context, params, at)


def tell_return_sent(event: ReturnSent, context: EventContext, at: datetime) -> None:
    """Tell who accepts the returns of an agency that one is there."""
    params = {**_returned(event), "agency": _name(event.agency_id)}
    _tell_agency("return_sent", event.approver_id, event, params, context, at)


def _tell_reporters(
    template: str,
    event: ReturnDue | ReturnSentBack,
    context: EventContext,
    params: dict[str, str],
    at: datetime,
) -> None:
    told = _returned(event)
    roles = (Role.CASE_OFFICER, Role.HEAD_OF_OFFICE, Role.REGISTRAR)
    officers = {one for r in roles for one in _holders(event.agency_id, r, at)}
    for person_id in sorted(officers):
        notify.send_message(
            template_key=template,
            person_id=person_id,
            params={**told, **params},
            subject_id=event.subject_id,
            dedupe_key=f"{template}:{context.event_id}:{person_id}",
            actor=SYSTEM,
            at=at,
        )


def _returned(event: ReturnDue | ReturnSent | ReturnSentBack) -> dict[str, str]:
    known = indicators.indicators().get(event.indicator)
    return {
        "title": known.vi if known else event.indicator,
        "period": indicators.period_said(key=event.period),
    }


def _holders(organization_id: UUID, role: Role, at: datetime) -> set[UUID]:
    posts = people.holders(
        organization_id=organization_id, role=role, on=local(at).date()
    )
    return {post.person.id for post in posts}


def _tell_officers(
    template: str,
    officers: set[UUID],
    event: ConsultationAnswered | ConsultationLate | DossierMessageSent,
    context: EventContext,
    params: dict[str, str],
    at: datetime,
) -> None:
    for person_id in sorted(officers):
        notify.send_message(
            template_key=template,
            person_id=person_id,
            params={"code": event.code, **params},
            subject_id=event.subject_id,
            dedupe_key=f"{template}:{context.event_id}:{person_id}",
            actor=SYSTEM,
            at=at,
        )


def tell_booked(event: BookingMade, context: EventContext, at: datetime) -> None:
    """Tell who booked the time, the place and the code to bring."""
    _tell("booking_made", event, context, _booking(event), at)


def tell_rebooked(event: BookingMoved, context: EventContext, at: datetime) -> None:
    """Tell the new time of a booking."""
    _tell("booking_moved", event, context, _booking(event), at)


def tell_cancelled(
    event: BookingCancelled, context: EventContext, at: datetime
) -> None:
    """Tell that the unit cancelled; who cancelled themselves know."""
    if event.is_by_unit:
        params = {**_booking(event), "reason": event.reason}
        _tell("booking_cancelled", event, context, params, at)


def tell_offered(event: PlaceOffered, context: EventContext, at: datetime) -> None:
    """Tell the first in line of the place that is held."""
    params = {
        "when": _moment(event.starts_at),
        "until": _moment(event.offer_until),
        "unit": _unit(event.organization_id),
    }
    _tell("place_offered", event, context, params, at)


def remind(event: BookingDue, context: EventContext, at: datetime) -> None:
    """Remind of tomorrow's booking."""
    _tell("booking_reminder", event, context, _booking(event), at)


def _booking(
    event: BookingMade | BookingMoved | BookingCancelled | BookingDue,
) -> dict[str, str]:
    return {
        "code": event.code,
        "when": _moment(event.starts_at),
        "unit": _unit(event.organization_id),
    }


def _unit(organization_id: UUID) -> str:
    return people.get_organization(organization_id=organization_id).name


def queue_move(event: DossierMoved, context: EventContext, at: datetime) -> None:
    """Tell the national portal where its dossier stands."""
    body = {
        "status": event.status,
        "step": event.step,
        "action": event.action,
        "due_at": event.due_at.isoformat(),
    }
    procedures.queue_for_portal(dossier_id=event.subject_id, body=body, at=at)


def queue_extension(
    event: DeadlineExtended, context: EventContext, at: datetime
) -> None:
    """Tell the national portal the new due date."""
    body = {"action": "extend", "due_at": event.new_due_at.isoformat()}
    procedures.queue_for_portal(dossier_id=event.subject_id, body=body, at=at)


def queue_result(event: ResultIssued, context: EventContext, at: datetime) -> None:
    """Send the signed result to the national portal."""
    body = {"action": "result", "document_id": str(event.document_id)}
    procedures.queue_for_portal(dossier_id=event.subject_id, body=body, at=at)


def _tell(
    template: str,
    event: DossierSubmitted
    | DossierMoved
    | InternalMoved
    | DossierMessageSent
    | SupplementAsked
    | DeadlineExtended
    | ReceiptCorrected
    | ResultIssued
    | BookingMade
    | BookingMoved
    | BookingCancelled
    | BookingDue
    | PlaceOffered,
    context: EventContext,
    params: dict[str, str],
    at: datetime,
) -> None:
    notify.send_message(
        template_key=template,
        person_id=event.owner_id,
        params=params,
        subject_id=event.subject_id,
        dedupe_key=f"{template}:{context.event_id}",
        actor=SYSTEM,
        at=at,
    )


def tell_due_soon(event: TaskDueSoon, context: EventContext, at: datetime) -> None:
    """Tell an agency, once, that a task of a plan is soon due."""
    _tell_agency("task_due_soon", event.agency_id, event, _task(event), context, at)


def tell_overdue(event: TaskOverdue, context: EventContext, at: datetime) -> None:
    """Tell an agency, once, that a task of a plan is overdue."""
    _tell_agency("task_overdue", event.agency_id, event, _task(event), context, at)


def tell_done(event: TaskReportedDone, context: EventContext, at: datetime) -> None:
    """Tell who keeps a plan that a task is to be accepted."""
    params = {"number": event.number, "text": event.text}
    _tell_agency("task_done", event.keeper_id, event, params, context, at)


def tell_task_back(event: TaskSentBack, context: EventContext, at: datetime) -> None:
    """Tell an agency that a task is not accepted, and why."""
    params = {"number": event.number, "text": event.text, "reason": event.reason}
    _tell_agency("task_sent_back", event.agency_id, event, params, context, at)


def tell_begun(event: AssessmentBegun, context: EventContext, at: datetime) -> None:
    """Tell a unit by which index set it is to assess itself, and until when."""
    title = indicators.get_index_set(key=event.set_key).title
    params = {"title": str(title), "day": f"{event.due_on:%d/%m/%Y}"}
    _tell_agency("assessment_begun", event.unit_id, event, params, context, at)


def tell_handed_in(
    event: AssessmentHandedIn, context: EventContext, at: datetime
) -> None:
    """Tell an appraiser that a unit has assessed itself."""
    params = {"unit": _name(event.unit_id)}
    _tell_agency("assessment_handed_in", event.appraiser_id, event, params, context, at)


def tell_disputed(event: ScoreDisputed, context: EventContext, at: datetime) -> None:
    """Tell a unit that its appraiser found other points; once a day."""
    once = f"{event.subject_id}:{local(at):%Y-%m-%d}"
    _tell_agency("score_disputed", event.unit_id, event, {}, context, at, once)


def tell_explained(event: ScoreExplained, context: EventContext, at: datetime) -> None:
    """Tell an appraiser that a unit answered; once a day."""
    once = f"{event.subject_id}:{local(at):%Y-%m-%d}"
    _tell_agency("score_explained", event.appraiser_id, event, {}, context, at, once)


def tell_appraised(
    event: AssessmentAppraised, context: EventContext, at: datetime
) -> None:
    """Tell a unit that each of its criteria has been appraised."""
    _tell_agency("assessment_appraised", event.unit_id, event, {}, context, at)


def tell_directed(event: DirectiveIssued, context: EventContext, at: datetime) -> None:
    """Tell an agency what a leader has it do, and until when it answers."""
    found = operations.directive_of(dossier_id=event.subject_id, actor=SYSTEM)
    if found is not None:
        params = {
            "code": found.code,
            "text": _brief(found.text),
            "issuer": found.issuer_name,
            "due": _moment(found.due_at),
        }
        _tell_agency("directive_issued", found.agency_id, event, params, context, at)


def tell_directive_moved(
    event: InternalMoved, context: EventContext, at: datetime
) -> None:
    """Tell a leader of an answer, and the agency what became of it."""
    found = operations.directive_of(dossier_id=event.subject_id, actor=SYSTEM)
    if found is None:
        return
    params = {"code": found.code, "text": _brief(found.text)}
    if event.action == "answer":
        params["agency"] = found.agency_name
        _tell("directive_answered", event, context, params, at)
    elif event.action in DIRECTED:
        template = DIRECTED[event.action]
        _tell_agency(template, found.agency_id, event, params, context, at)


def tell_asked(event: QuestionAsked, context: EventContext, at: datetime) -> None:
    """Tell an agency what the People's Council asks."""
    params = {"title": event.title, "day": f"{event.answer_by:%d/%m/%Y}"}
    _tell_agency("council_asked", event.agency_id, event, params, context, at)


def tell_council(event: QuestionAnswered, context: EventContext, at: datetime) -> None:
    """Tell who asked for the People's Council that an answer is there."""
    notify.send_message(
        template_key="council_answered",
        person_id=event.asker_id,
        params={"agency": event.agency, "title": event.title},
        subject_id=event.subject_id,
        dedupe_key=f"council_answered:{context.event_id}",
        actor=SYSTEM,
        at=at,
    )


def _task(event: TaskDueSoon | TaskOverdue) -> dict[str, str]:
    day = f"{event.due_on:%d/%m/%Y}"
    return {"number": event.number, "text": event.text, "day": day}


def _tell_agency(
    template: str,
    agency_id: UUID,
    event: Event,
    params: dict[str, str],
    context: EventContext,
    at: datetime,
    once: str = "",
) -> None:
    """Tell the officers and heads of an agency; once: instead of for each event."""
    roles = (Role.CASE_OFFICER, Role.HEAD_OF_OFFICE, Role.LEADER)
    there = {one for role in roles for one in _holders(agency_id, role, at)}
    for person_id in sorted(there):
        notify.send_message(
            template_key=template,
            person_id=person_id,
            params=params,
            subject_id=event.subject_id,
            dedupe_key=f"{template}:{once or context.event_id}:{person_id}",
            actor=SYSTEM,
            at=at,
        )


def _name(organization_id: UUID) -> str:
    found = people.get_organization(organization_id=organization_id)
    return found.name if found else ""


def _brief(text: str) -> str:
    return text if len(text) <= BRIEF else f"{text[: BRIEF - 1]}…"


def _moment(moment: datetime) -> str:
    return f"{local(moment):%H:%M %d/%m/%Y}"


on(DossierSubmitted, write_receipt)
on(DossierSubmitted, tell_submitted)
on(DossierMoved, write_refusal)
on(DossierMoved, tell_moved)
on(DossierMoved, ask_evaluation)
on(SupplementAsked, write_request)
on(SupplementAsked, tell_supplement)
on(DeadlineExtended, write_apology)
on(DeadlineExtended, tell_extended)
on(DossierMoved, queue_move)
on(DeadlineExtended, queue_extension)
on(ResultIssued, queue_result)
on(ReceiptCorrected, tell_corrected)
on(BillIssued, tell_owed)
on(BillPaid, go_on_paid)
on(BillTakenBack, go_on_free)
on(RefundMade, tell_given_back)
on(PaperExpires, remind_of_paper)
on(DossierErased, erase_told)
on(DossierMessageSent, tell_message)
on(ConsultationAnswered, tell_answered)
on(ConsultationLate, tell_late)
on(ReturnDue, tell_due)
on(ReturnSentBack, tell_return_back)
on(ResultIssued, tell_issued)
on(BookingMade, tell_booked)
on(BookingMoved, tell_rebooked)
on(BookingCancelled, tell_cancelled)
on(PlaceOffered, tell_offered)
on(BookingDue, remind)
on(TaskDueSoon, tell_due_soon)
on(TaskOverdue, tell_overdue)
on(TaskReportedDone, tell_done)
on(TaskSentBack, tell_task_back)
on(ReturnSent, tell_return_sent)
on(AssessmentBegun, tell_begun)
on(AssessmentHandedIn, tell_handed_in)
on(ScoreDisputed, tell_disputed)
on(ScoreExplained, tell_explained)
on(AssessmentAppraised, tell_appraised)
on(DirectiveIssued, tell_directed)
on(InternalMoved, tell_directive_moved)
on(QuestionAsked, tell_asked)
on(QuestionAnswered, tell_council)
