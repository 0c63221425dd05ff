"""Report by form: an agency fills a return in, shows what it rests on, and sends it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tinhso.documents import actions as documents
from tinhso.documents.types import WHAT_PEOPLE_SEND
from tinhso.indicators.models import ReturnEvidenceRow, ReturnRemarkRow, ReturnRow
from tinhso.indicators.queries.returns import place_of, return_of
from tinhso.indicators.rules.returns import refuse_figures
from tinhso.indicators.types import (
    Bureau,
    EvidenceUnknown,
    FigureMissing,
    Return,
    ReturnEvidenceMissing,
    ReturnFileRefused,
    ReturnLine,
    ReturnMovedOn,
    ReturnReasonNeeded,
    ReturnRemarkKind,
    ReturnSent,
    ReturnState,
    SentTwice,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.clock import local
from tinhso.kernel.errors import Invalid
from tinhso.kernel.events import actions as events
from tinhso.kernel.text import clean
from tinhso.security import queries as security
from tinhso.security.types import Deed

MOST_FILE_BYTES = 20 * 2**20
# A name and its bytes.
Uploads = Sequence[tuple[str, bytes]]


def fill_return(
    *,
    key: str,
    period: str,
    agency_id: UUID,
    numerator: int | None,
    denominator: int | None,
    remark: str,
    actor: Actor,
    at: datetime,
    uploads: Uploads = (),
    sends: bool = False,
) -> Return:
    """Write down what one's agency reports; nobody counts it before it is accepted.

    numerator, denominator: counts; denominator: None where it is no share. sends: send
    it, too; what was written down stays if it cannot be sent yet.

    :raises ReturnUnknown, NotAllowed: if it is not the actor's.
    :raises NotAsked, PeriodNotAsked, PeriodOpen, ReporterDissolved, NoApprover: if
        there can be no such return.
    :raises ReturnMovedOn: if it was sent or accepted.
    :raises FigureNegative, FigureTooLarge, FigureNotAsked, NumeratorAboveDenominator:
        naming the field.
    :raises ReturnFileRefused: if a file cannot be taken.

    And what `send_return` refuses.
    """
    with transaction.atomic():
        line = own_place(key, period, agency_id, actor, at)
        row = begun(line, actor, at)
        write_figures(row, line, (numerator, denominator), actor, at)
        row.note = clean(remark)[:1000]
        row.save()
        _keep_evidence(row, uploads, actor, at)
        note("fill_return", row, actor, at)
    if sends:
        return send_return(
            key=key, period=period, agency_id=agency_id, actor=actor, at=at
        )
    return _answer(line, actor, at)


def drop_return_file(
    *,
    key: str,
    period: str,
    agency_id: UUID,
    evidence_id: UUID,
    actor: Actor,
    at: datetime,
) -> Return:
    """Let a file count no more; it is kept, since it was there.

    :raises ReturnUnknown, NotAllowed, EvidenceUnknown: if it is not the actor's.
    :raises ReturnMovedOn: if it was sent or accepted.
    """
    with transaction.atomic():
        line = own_place(key, period, agency_id, actor, at)
        row = begun(line, actor, at)
        found = row.evidence.filter(pk=evidence_id, dropped_at=None)
        if not found.update(dropped_at=at):
            raise EvidenceUnknown
        note("drop_return_file", row, actor, at, evidence=str(evidence_id))
    return _answer(line, actor, at)


def send_return(
    *, key: str, period: str, agency_id: UUID, actor: Actor, at: datetime
) -> Return:
    """Send one's agency's return to be accepted; after its day it is late, never lost.

    :raises ReturnUnknown, NotAllowed: if it is not the actor's.
    :raises NotAsked, PeriodNotAsked, PeriodOpen, ReporterDissolved, NoApprover: if
        there can be no such return.
    :raises SentTwice: if it was sent, or accepted, before.
    :raises FigureMissing, ReturnEvidenceMissing: if something is missing.
    """
    with transaction.atomic():
        line = own_place(key, period, agency_id, actor, at)
        row = _newest(line)
        if row is not None and not ReturnState(row.state).is_open:
            raise SentTwice
        row = _refuse_gaps(row, line)
        row.state, row.sent_at = ReturnState.SENT, at
        row.approver_id = line.approver_id
        if row.version == 1:
            row.is_late = local(at).date() > row.due_on
        row.save()
        told(row, ReturnRemarkKind.SENT, "", actor, at)
        note("send_return", row, actor, at, is_late=row.is_late)
        sent = ReturnSent(
            subject_id=row.id,
            agency_id=row.agency_id,
            approver_id=row.approver_id,
            indicator=row.indicator,
            period=row.period,
        )
        events.record(sent, actor=actor, at=at)
    return _answer(line, actor, at)


def correct_return(
    *,
    key: str,
    period: str,
    agency_id: UUID,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Return:
    """Begin a new version of an accepted return; the old one counts until then.

    :raises ReturnUnknown, NotAllowed: if it is not the actor's.
    :raises ReturnMovedOn: if none was accepted, or a correction is under way.
    :raises ReturnReasonNeeded: if nothing says why.
    """
    with transaction.atomic():
        line = own_place(key, period, agency_id, actor, at)
        row = _newest(line)
        if row is None or row.state != ReturnState.ACCEPTED:
            raise ReturnMovedOn
        why = reason_of(reason)
        newer = _next_version(row, actor, at)
        told(newer, ReturnRemarkKind.CORRECTED, why, actor, at)
        note("correct_return", newer, actor, at)
    return _answer(line, actor, at)


def own_place(
    key: str, period: str, agency_id: UUID, actor: Actor, at: datetime
) -> ReturnLine:
    """Find a return that the actor fills in.

    :raises ReturnUnknown, NotAllowed: if it is not the actor's.
    :raises NotAsked, PeriodNotAsked, PeriodOpen, ReporterDissolved, NoApprover: if
        there can be none.
    """
    on = local(at).date()
    line = place_of(key=key, period=period, agency_id=agency_id, actor=actor, on=on)
    security.require(actor=actor, deed=Deed.FILL_RETURN, thing=Bureau(agency_id))
    return line


def begun(line: ReturnLine, actor: Actor, at: datetime) -> ReturnRow:
    """Lock the version at work, and begin the first one where there is none.

    :raises ReturnMovedOn: if it was sent or accepted.
    """
    row = _newest(line)
    if row is None:
        ReturnRow.objects.get_or_create(
            indicator=line.asked.indicator,
            period=line.period.key,
            agency_id=line.agency_id,
            version=1,
            defaults={
                "approver_id": line.approver_id,
                "state": ReturnState.DRAFT,
                "due_on": line.due_on,
                "filled_by": actor.name,
                "filled_at": at,
                "is_synthetic": actor.is_synthetic,
            },
        )
        row = _newest(line)
    if row is None or not ReturnState(row.state).is_open:
        raise ReturnMovedOn
    return row


def write_figures(
    row: ReturnRow,
    line: ReturnLine,
    figures: tuple[int | None, int | None],
    actor: Actor,
    at: datetime,
) -> None:
    """Put figures into a version at work; it is not saved yet.

    :raises FigureNegative, FigureTooLarge, FigureNotAsked, NumeratorAboveDenominator:
        naming the field.
    """
    refuse_figures(line.asked, *figures)
    row.numerator, row.denominator = figures
    row.filled_by, row.filled_at = actor.name, at


@contextmanager
def locked(line: ReturnLine, *states: ReturnState) -> Iterator[ReturnRow]:
    """Lock the newest version of a return, in a transaction.

    :raises ReturnMovedOn: if it is in none of the states.
    """
    with transaction.atomic():
        row = _newest(line)
        if row is None or row.state not in states:
            raise ReturnMovedOn
        yield row


def reason_of(text: str) -> str:
    """Read why something is done.

    :raises ReturnReasonNeeded: if nothing says so.
    """
    why = clean(text)[:2000]
    if not why:
        raise ReturnReasonNeeded({"reason": [ReturnReasonNeeded.message]})
    return why


def told(
    row: ReturnRow, kind: ReturnRemarkKind, text: str, actor: Actor, at: datetime
) -> None:
    """Keep what was done to a return."""
    ReturnRemarkRow.objects.create(
        of=row, kind=kind, text=text, by_name=actor.name[:200], at=at
    )


def note(
    deed: str, row: ReturnRow, actor: Actor, at: datetime, **details: object
) -> None:
    """Write an act on a return into the journal."""
    place = {
        "indicator": row.indicator,
        "period": row.period,
        "agency": str(row.agency_id),
        "version": row.version,
        "numerator": row.numerator,
        "denominator": row.denominator,
    }
    audit.write(
        f"indicators.{deed}",
        subject="indicators.Return",
        subject_id=row.pk,
        actor=actor,
        at=at,
        details={**place, **details},
    )


def _answer(line: ReturnLine, actor: Actor, at: datetime) -> Return:
    return return_of(
        place_of(
            key=line.asked.indicator,
            period=line.period.key,
            agency_id=line.agency_id,
            actor=actor,
            on=local(at).date(),
        )
    )


def _newest(line: ReturnLine) -> ReturnRow | None:
    rows = ReturnRow.objects.select_for_update(of=("self",)).filter(
        indicator=line.asked.indicator,
        period=line.period.key,
        agency_id=line.agency_id,
    )
    return rows.order_by("-version").first()


def _next_version(row: ReturnRow, actor: Actor, at: datetime) -> ReturnRow:
    """Copy an accepted version as a draft, its files included."""
    newer = ReturnRow.objects.create(
        indicator=row.indicator,
        period=row.period,
        agency_id=row.agency_id,
        approver_id=row.approver_id,
        version=row.version + 1,
        state=ReturnState.DRAFT,
        due_on=row.due_on,
        is_late=row.is_late,
        numerator=row.numerator,
        denominator=row.denominator,
        note=row.note,
        filled_by=actor.name,
        filled_at=at,
        is_synthetic=row.is_synthetic,
    )
    for one in row.evidence.filter(dropped_at=None).order_by("id"):
        ReturnEvidenceRow.objects.create(
            of=newer,
            file_id=one.file_id,
            name=one.name,
            added_by=one.added_by,
            added_at=one.added_at,
        )
    return newer


def _refuse_gaps(row: ReturnRow | None, line: ReturnLine) -> ReturnRow:
    """Pass a version that has all it is asked for."""
    missing = [
        field
        for field, is_asked in (
            ("numerator", True),
            ("denominator", line.asked.denominator is not None),
        )
        if is_asked and (row is None or getattr(row, field) is None)
    ]
    if row is None or missing:
        raise FigureMissing({field: [FigureMissing.message] for field in missing})
    if line.asked.evidence and not row.evidence.filter(dropped_at=None).exists():
        raise ReturnEvidenceMissing({"files": [ReturnEvidenceMissing.message]})
    return row


def _keep_evidence(
    row: ReturnRow, uploads: Uploads, actor: Actor, at: datetime
) -> None:
    for name, content in uploads:
        try:
            file = documents.store_file(
                content=content,
                name=name,
                owner_id=None,
                organization_id=row.agency_id,
                accepted=WHAT_PEOPLE_SEND,
                max_bytes=MOST_FILE_BYTES,
                actor=actor,
                at=at,
            )
        except Invalid as refused:
            said = next(iter(refused.fields.values()), [str(refused)])
            raise ReturnFileRefused({"files": [said[0]]}) from refused
        documents.release_files(file_ids=[file.id], actor=actor, at=at)
        ReturnEvidenceRow.objects.create(
            of=row,
            file_id=file.id,
            name=file.name,
            added_by=actor.name,
            added_at=at,
        )
