"""Correct a printed receipt: a new version replaces it, with reasons, on record."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.errors import N_, NotFound, Phrase
from tinhso.kernel.events import actions as events
from tinhso.kernel.text import clean
from tinhso.procedures.actions.receipts import print_receipt
from tinhso.procedures.actions.work import record_move
from tinhso.procedures.dossiers.codes import searched
from tinhso.procedures.models import DossierRow
from tinhso.procedures.queries.access import Side, may_read
from tinhso.procedures.queries.forms_data import fee_written, written
from tinhso.procedures.queries.rows import read_dossier
from tinhso.procedures.queries.versions import working_time
from tinhso.procedures.types import (
    ActionNotOffered,
    AnswersInvalid,
    Correctable,
    Corrected,
    Dossier,
    DossierMovedOn,
    DueDateNotCorrectable,
    NewDayTooFar,
    NothingCorrected,
    ReasonMissing,
    ReceiptCorrected,
    ReceiptCorrection,
    ReceiptNotWritten,
)
from tinhso.security import queries as security
from tinhso.security.types import Deed

MOST_FEE = 2**31 - 1


def correct_receipt(
    *,
    dossier_id: UUID,
    given: ReceiptCorrection,
    revision: int,
    actor: Actor,
    at: datetime,
) -> Dossier:
    """Correct what a printed receipt says, as a clerk of the unit that took it in.

    The legal due date `original_due_at` stays; only the one that the receipt promised
    changes, with old and new in the journal. It is no apology and does not use it up.

    :raises NotFound: if the actor may not see the dossier.
    :raises NotAllowed: if they are no clerk of the receiving unit.
    :raises DossierMovedOn: if somebody acted since it was seen.
    :raises ActionNotOffered: if it has ended.
    :raises ReceiptNotWritten: if there is no receipt yet.
    :raises NothingCorrected: if nothing differs.
    :raises ReasonMissing: with each thing that lacks its reason.
    :raises AnswersInvalid: if a name is empty or a fee cannot be.
    :raises DueDateNotCorrectable: if the date is over or was moved by other means.
    """
    with transaction.atomic():
        row = _lock(dossier_id, revision, actor)
        promised = _promised(row)
        new_due_at = _new_due(row, promised, given.due_day, at)
        corrections = _corrected(row, promised, new_due_at, given)
        row.applicant_name = clean(given.applicant_name or "") or row.applicant_name
        row.search = searched(row.applicant_name, row.code)
        row.fee = row.fee if given.fee is None else given.fee
        if new_due_at != promised:
            row.due_at = new_due_at
        row.revision += 1
        row.save()
        receipt = print_receipt(row, new_due_at, corrections, actor, at)
        _tell(row, receipt.number, corrections, actor, at)
    return read_dossier(row, actor=actor, at=at)


def _lock(dossier_id: UUID, revision: int, actor: Actor) -> DossierRow:
    row = DossierRow.objects.select_for_update().filter(pk=dossier_id).first()
    if row is None or not may_read(actor, row):
        raise NotFound
    desk = Side(None, row.receiver_id or row.organization_id)
    security.require(actor=actor, deed=Deed.CORRECT_RECEIPT, thing=desk)
    if revision != row.revision:
        raise DossierMovedOn
    if row.ended_at is not None:
        raise ActionNotOffered
    return row


def _promised(row: DossierRow) -> datetime:
    newest = row.receipts.order_by("-number").first()
    if newest is None:
        raise ReceiptNotWritten
    return newest.due_at


def _new_due(
    row: DossierRow, promised: datetime, day: date | None, at: datetime
) -> datetime:
    if day is None:
        return promised
    try:
        new_due_at = working_time(row.calendar_id, at).closing_of(day)
    except OverflowError:
        raise NewDayTooFar({"due_day": [Phrase(NewDayTooFar.message)]}) from None
    if new_due_at == promised:
        return promised
    # A date that apology or supplement moved is no longer the receipt's to correct.
    has_moved = row.due_at != promised or row.stopped_at is not None
    if has_moved or at > promised or new_due_at <= at:
        raise DueDateNotCorrectable(
            {"due_day": [Phrase(DueDateNotCorrectable.message)]}
        )
    return new_due_at


def _corrected(
    row: DossierRow, promised: datetime, new_due_at: datetime, given: ReceiptCorrection
) -> list[Corrected]:
    changes = list(_changes(row, promised, new_due_at, given))
    if not changes:
        raise NothingCorrected({"": [Phrase(NothingCorrected.message)]})
    reasons = {what: clean(text) for what, text in given.reasons.items()}
    lacking = [what for what, _, _ in changes if not reasons.get(what)]
    if lacking:
        raise ReasonMissing(
            {f"{what}_reason": [Phrase(ReasonMissing.message)] for what in lacking}
        )
    return [Corrected(what, old, new, reasons[what]) for what, old, new in changes]


def _changes(
    row: DossierRow, promised: datetime, new_due_at: datetime, given: ReceiptCorrection
) -> Iterator[tuple[Correctable, str, str]]:
    _refuse_unreadable(given)
    name = clean(given.applicant_name or row.applicant_name)
    if name != row.applicant_name:
        yield Correctable.APPLICANT_NAME, row.applicant_name, name
    if given.fee is not None and given.fee != row.fee:
        yield Correctable.FEE, fee_written(row.fee), fee_written(given.fee)
    if new_due_at != promised:
        yield Correctable.DUE_DAY, written(promised), written(new_due_at)


def _refuse_unreadable(given: ReceiptCorrection) -> None:
    faults: dict[str, list[str]] = {}
    name = given.applicant_name
    if name is not None and not 0 < len(clean(name)) <= 200:
        faults["applicant_name"] = [Phrase(N_("Hãy nhập họ tên người nộp."))]
    if given.fee is not None and not 0 <= given.fee <= MOST_FEE:
        faults["fee"] = [Phrase(N_("Phí là số tiền đồng, từ 0 trở lên."))]
    if faults:
        raise AnswersInvalid(faults)


def _tell(
    row: DossierRow,
    number: int,
    corrections: list[Corrected],
    actor: Actor,
    at: datetime,
) -> None:
    note = " ".join(one.reason for one in corrections)
    record_move(row, "correct_receipt", note, actor, at)
    event = ReceiptCorrected(
        subject_id=row.id, code=row.code, owner_id=row.owner_id, number=number
    )
    events.record(event, actor=actor, at=at)
    audit.write(
        "procedures.correct_receipt",
        subject="procedures.Dossier",
        subject_id=row.id,
        actor=actor,
        at=at,
        details={
            "code": row.code,
            "number": number,
            "revision": row.revision,
            "corrections": [_journaled(one) for one in corrections],
        },
    )


def _journaled(one: Corrected) -> Mapping[str, str]:
    """Leave names out: the journal holds none, the receipt's versions do."""
    if one.what is Correctable.APPLICANT_NAME:
        return {"what": one.what}
    return {"what": one.what, "old": one.old, "new": one.new}
