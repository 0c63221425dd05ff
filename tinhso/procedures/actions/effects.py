"""What actions of a workflow do besides moving the dossier."""

from collections.abc import Callable
from datetime import datetime

from tinhso.documents import actions as documents
from tinhso.kernel.clock import local
from tinhso.procedures.actions import asking, billing, erasing, results
from tinhso.procedures.actions.held import refuse_unusable
from tinhso.procedures.actions.turn import Turn
from tinhso.procedures.actions.uploads import own_files
from tinhso.procedures.catalogue import fees
from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.dossiers.standing import task_due
from tinhso.procedures.forms import reading
from tinhso.procedures.models import (
    DossierFileRow,
    DossierRow,
    FormerAnswersRow,
    SupplementRow,
)
from tinhso.procedures.queries.versions import working_time
from tinhso.procedures.types import (
    AnswersInvalid,
    Channel,
    Effect,
    FeeStillOwed,
    ReturnTooLate,
    SupplementAlreadyAsked,
    SupplementAsked,
)

ERASURE_LAW = "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15 Điều 14"


def receive(turn: Turn) -> None:
    """Accept the dossier at the desk."""
    turn.row.received_at = turn.at


def ask_supplement(turn: Turn) -> None:
    """Ask the applicant to complete the dossier, once and in full.

    :raises SupplementAlreadyAsked: if it was asked before.
    :raises ReturnTooLate: later than the law allows after receipt.
    """
    _refuse_late_return(turn)
    if SupplementRow.objects.filter(dossier=turn.row).exists():
        raise SupplementAlreadyAsked
    SupplementRow.objects.create(
        dossier=turn.row,
        asked_at=turn.at,
        asked_by=turn.actor.name,
        reasons=dict(turn.reasons),
    )
    turn.events.append(
        SupplementAsked(
            subject_id=turn.row.id, code=turn.row.code, owner_id=turn.row.owner_id
        )
    )


def _refuse_late_return(turn: Turn) -> None:
    received_at = turn.row.received_at
    if received_at is None:
        return
    working = working_time(turn.row.calendar_id, turn.at)
    latest = working.due(received_at, turn.procedure.supplement_within)
    if turn.at > latest:
        raise ReturnTooLate(latest=f"{local(latest):%H:%M %d/%m/%Y}")


def take_supplement(turn: Turn) -> None:
    """Take the applicant's new answers and files for the whole form.

    :raises AnswersInvalid: with every field's message.
    """
    row, form = turn.row, turn.procedure.form
    given = {**row.answers, **turn.data}
    answers, faults = reading.read_form(form, given, day_of(turn.at))
    if faults:
        raise AnswersInvalid(faults)
    files = own_files(form, answers, row.owner_id)
    known = set(row.file_rows.values_list("file_id", flat=True))
    fresh = [(name, file.id) for name, file in files if file.id not in known]
    refuse_unusable(form, fresh, turn.at)
    documents.release_files(
        file_ids=[file_id for _, file_id in fresh], actor=turn.actor, at=turn.at
    )
    DossierFileRow.objects.bulk_create(
        DossierFileRow(dossier=row, field=name, file_id=file_id)
        for name, file_id in fresh
    )
    _keep_former_answers(turn)
    turn.former_fee = row.fee
    row.answers = answers
    # What was adopted from the national catalogue may have a fee that a clerk stated.
    if not turn.procedure.is_adopted:
        row.fee = fees.total(
            turn.procedure,
            answers=answers,
            on=day_of(row.submitted_at),
            channel=Channel(row.channel),
        )
    row.supplement.answered_at = turn.at
    row.supplement.save(update_fields=["answered_at"])


def _keep_former_answers(turn: Turn) -> None:
    """Keep what is about to be replaced, so that both can be read side by side."""
    row = turn.row
    former = FormerAnswersRow.objects.filter(dossier=row).order_by("-until").first()
    FormerAnswersRow.objects.create(
        dossier=row,
        since=former.until if former else row.submitted_at,
        until=turn.at,
        by_name=turn.actor.name,
        answers=row.answers,
    )


def check_erasure(turn: Turn) -> None:
    """Refuse a draft that would erase what must be kept.

    :raises AnswersInvalid: with what is wrong with which dossier.
    """
    _to_be_erased(turn, turn.data.get("erased"))


def erase(turn: Turn) -> None:
    """Erase what the answer that is sealed now says is erased.

    :raises AnswersInvalid: if something of it must be kept after all.
    """
    for row in _to_be_erased(turn, turn.row.result_data.get("erased")):
        erasing.erase_dossier(
            row,
            basis=ERASURE_LAW,
            decision_id=turn.row.result_document_id,
            actor=turn.actor,
            at=turn.at,
        )


def _to_be_erased(turn: Turn, given: object) -> tuple[DossierRow, ...]:
    codes = dict.fromkeys(str(given or "").upper().split())
    rows, faults = erasing.erasable(codes=list(codes), request=turn.row, at=turn.at)
    if faults:
        raise AnswersInvalid({"erased": faults})
    return rows


def consult(turn: Turn) -> None:
    """Ask other agencies; the step waits until the last answer is due.

    :raises AnswersInvalid: with what is wrong with which question.
    """
    turn.task_due = asking.ask(turn.row, turn.data, turn.actor, turn.at)


def end_consultations(turn: Turn) -> None:
    """Go on without the answers that are still missing."""
    asking.end_consultations(turn.row, turn.at)


def bill_fee(turn: Turn) -> None:
    """Issue the bill of the fee, if there is one and somebody collects it."""
    turn.is_owing = billing.bill_fee(
        turn.row, turn.procedure, due_at=_pay_until(turn), at=turn.at
    )


def bill_difference(turn: Turn) -> None:
    """Bring the bills of a received dossier to the fee of its new answers."""
    former = turn.row.fee if turn.former_fee is None else turn.former_fee
    turn.is_owing = billing.bill_difference(
        turn.row,
        turn.procedure,
        former_fee=former,
        due_at=_pay_until(turn),
        at=turn.at,
    )


def _pay_until(turn: Turn) -> datetime:
    """Let a bill end when the step does that waits for it: people know one moment."""
    assert turn.owing_step is not None  # noqa: S101 - found with the action
    working = working_time(turn.row.calendar_id, turn.at)
    return task_due(working, turn.owing_step, turn.at)


def take_fee(turn: Turn) -> None:
    """Go on, now that nothing is owed.

    :raises FeeStillOwed: if a bill still waits to be paid.
    """
    if billing.is_owing(turn.row):
        raise FeeStillOwed


def only_move(turn: Turn) -> None:
    """Do nothing more: refusal, withdrawal and return are moves with a reason."""


EFFECTS: dict[Effect, Callable[[Turn], None]] = {
    Effect.RECEIVE: receive,
    Effect.ASK_SUPPLEMENT: ask_supplement,
    Effect.TAKE_SUPPLEMENT: take_supplement,
    Effect.DRAFT_RESULT: results.draft_result,
    Effect.SIGN_RESULT: results.sign_result,
    Effect.SEAL_RESULT: results.seal_result,
    Effect.REFUSE: only_move,
    Effect.WITHDRAW: only_move,
    Effect.RETURN_RESULT: only_move,
    Effect.ATTACH_RESULT: results.attach_result,
    Effect.CONSULT: consult,
    Effect.END_CONSULTATIONS: end_consultations,
    Effect.CORRECT_RESULT: results.correct_result,
    Effect.CHECK_ERASURE: check_erasure,
    Effect.ERASE: erase,
    Effect.BILL_FEE: bill_fee,
    Effect.BILL_DIFFERENCE: bill_difference,
    Effect.TAKE_FEE: take_fee,
}
