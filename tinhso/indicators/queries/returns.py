"""Read returns: what is owed, what was sent, who is late, and one as a whole."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from tinhso.documents import queries as documents
from tinhso.documents.types import File
from tinhso.indicators.models import ReturnEvidenceRow, ReturnRemarkRow, ReturnRow
from tinhso.indicators.providers import return_sheets
from tinhso.indicators.queries.asked import Roll, returns_asked
from tinhso.indicators.queries.declared import indicators
from tinhso.indicators.rules import returns as rules
from tinhso.indicators.rules.periods import period_of
from tinhso.indicators.types import (
    Asked,
    Bureau,
    Evidence,
    EvidenceUnknown,
    Indicator,
    NoApprover,
    NotAsked,
    Period,
    PeriodWrong,
    ReporterDissolved,
    Return,
    ReturnLine,
    ReturnRemark,
    ReturnRemarkKind,
    ReturnState,
    ReturnUnknown,
    ReturnVersion,
)
from tinhso.kernel.actor import Actor
from tinhso.people import queries as people
from tinhso.people.types import Organization, OrganizationUnknown
from tinhso.security import queries as security
from tinhso.security.types import Deed

Newest = Mapping[tuple[str, str, UUID], ReturnRow]
ACCEPTED = (ReturnState.ACCEPTED, ReturnState.REPLACED)


def get_return(
    *, key: str, period: str, agency_id: UUID, actor: Actor, on: date
) -> Return:
    """Read the return of an agency, begun or not.

    :raises ReturnUnknown: if there is none that the actor may read.
    :raises NotAsked, PeriodNotAsked, PeriodOpen, ReporterDissolved, NoApprover: if
        there can be none.
    """
    line = place_of(key=key, period=period, agency_id=agency_id, actor=actor, on=on)
    return return_of(line)


def own_returns(*, actor: Actor, on: date) -> tuple[ReturnLine, ...]:
    """List what an officer's agencies report, the most urgent first."""
    desks = security.desks_of(actor=actor)
    found = (one for one in _lines(on) if one.agency_id in desks)
    return tuple(sorted(found, key=_urgency))


def returns_to_approve(*, actor: Actor, on: date) -> tuple[ReturnLine, ...]:
    """List what waits for an officer's agencies to be accepted, the oldest first."""
    desks = security.desks_of(actor=actor)
    waiting = (
        one
        for one in _lines(on)
        if one.approver_id in desks and one.state is ReturnState.SENT
    )
    return tuple(sorted(waiting, key=lambda one: str(one.sent_at)))


def owed_returns(*, actor: Actor, on: date, period: str = "") -> tuple[ReturnLine, ...]:
    """List who still owes what, of one period or all, by the day it is due.

    :raises NotAllowed: if the actor serves the province nowhere.
    :raises PeriodWrong: if the period is none.
    """
    security.require(actor=actor, deed=Deed.SEE_MEASURES)
    if period:
        _require_period(period)
    found = (one for one in _lines(on, period) if one.is_owed)
    return tuple(sorted(found, key=lambda one: (one.due_on, one.agency_code)))


def returns_behind(
    *, key: str, period: Period, actor: Actor, on: date, made_up: bool = False
) -> tuple[ReturnLine, ...]:
    """List the returns behind a reported number, those not sent included.

    Figures are those that count; of others there are none. made_up: of made-up data.

    :raises NotAllowed: if the actor serves the province nowhere.
    """
    security.require(actor=actor, deed=Deed.SEE_MEASURES)
    asked = returns_asked().get(key)
    keys = {one.key for one in rules.made_of(asked, period)} if asked else set()
    if not keys:
        return ()
    counted = _counted(key, keys, made_up)
    nothing = (None, None)
    return tuple(
        replace(one, numerator=above, denominator=below)
        for one in sorted(_lines(on), key=_by_agency)
        if one.asked.indicator == key and one.period.key in keys
        for above, below in [counted.get((one.agency_id, one.period.key), nothing)]
    )


def _by_agency(one: ReturnLine) -> tuple[str, Period]:
    return one.agency_code, one.period


def _counted(
    key: str, periods: Collection[str], made_up: bool
) -> Mapping[tuple[UUID, str], tuple[int | None, int | None]]:
    """Read the figures that count, by agency and period."""
    rows = ReturnRow.objects.filter(
        indicator=key,
        period__in=periods,
        state=ReturnState.ACCEPTED,
        is_synthetic=made_up,
    )
    return {
        (row.agency_id, row.period): (row.numerator, row.denominator) for row in rows
    }


def return_file(
    *,
    key: str,
    period: str,
    agency_id: UUID,
    evidence_id: UUID,
    actor: Actor,
    on: date,
) -> tuple[File, bytes]:
    """Read the file behind a return; dropped ones are still there.

    :raises ReturnUnknown, EvidenceUnknown: if there is none the actor may read.
    """
    line = place_of(key=key, period=period, agency_id=agency_id, actor=actor, on=on)
    found = ReturnEvidenceRow.objects.filter(
        Q(pk=evidence_id) & _within("of__", line)
    ).first()
    if found is None:
        raise EvidenceUnknown
    file = documents.get_file(file_id=found.file_id)
    return file, documents.read_file(file_id=file.id)


def return_sheet(*, period: str, agency_id: UUID, actor: Actor, on: date) -> bytes:
    """Hand out what an agency reports for a period, as a workbook to fill in.

    :raises ReturnUnknown: if there is none that the actor may read.
    """
    return return_sheets.write(
        sheet_lines(period=period, agency_id=agency_id, actor=actor, on=on)
    )


def sheet_lines(
    *, period: str, agency_id: UUID, actor: Actor, on: date
) -> tuple[ReturnLine, ...]:
    """List what an agency reports for a period, in the order of a workbook.

    :raises ReturnUnknown: if there is none that the actor may read.
    """
    if not _may_read(actor, agency_id):
        raise ReturnUnknown
    lines = (one for one in _lines(on, period) if one.agency_id == agency_id)
    found = tuple(sorted(lines, key=lambda one: one.asked.indicator))
    if not found:
        raise ReturnUnknown
    return found


def place_of(
    *, key: str, period: str, agency_id: UUID, actor: Actor, on: date
) -> ReturnLine:
    """Find the return of an agency for a period that is over.

    :raises ReturnUnknown: if there is none that the actor may read.
    :raises NotAsked, PeriodNotAsked, PeriodOpen, ReporterDissolved, NoApprover: if
        there can be none.
    """
    asked, agency = returns_asked().get(key), _agency(agency_id)
    if asked is None or agency is None:
        raise ReturnUnknown
    roll = Roll()
    approver = _approver(roll, asked, agency, on)
    if not any(_may_read(actor, one.id) for one in (agency, approver) if one):
        raise ReturnUnknown
    if approver is None:
        raise NoApprover
    found = rules.period_asked(asked, period, on)
    _refuse_reporter(asked, agency, found)
    place = (key, found.key, agency.id)
    newest = _newest(Q(indicator=key, period=found.key, agency=agency.id))
    return _line(asked, indicators()[key], found, agency, roll, newest.get(place), on)


def return_of(line: ReturnLine) -> Return:
    """Read the rest of a return: notes, evidence, what was done, what was accepted."""
    rows = list(ReturnRow.objects.filter(_within("", line)).order_by("version"))
    newest = rows[-1] if rows else None
    return Return(
        line=line,
        note=newest.note if newest else "",
        evidence=_evidence(newest) if newest else (),
        remarks=_remarks(rows),
        accepted=tuple(_version(row) for row in rows if row.state in ACCEPTED),
    )


def all_lines(*, on: date) -> Iterator[ReturnLine]:
    """List every return of periods that are over, begun or not."""
    return _lines(on)


def _agency(agency_id: UUID) -> Organization | None:
    try:
        return people.get_organization(organization_id=agency_id)
    except OrganizationUnknown:
        return None


def _approver(
    roll: Roll, asked: Asked, agency: Organization, on: date
) -> Organization | None:
    try:
        return roll.approver(asked, agency, on)
    except NoApprover:
        return None


def _may_read(actor: Actor, organization_id: UUID) -> bool:
    return security.may(
        actor=actor, deed=Deed.READ_RETURN, thing=Bureau(organization_id)
    )


def _refuse_reporter(asked: Asked, agency: Organization, period: Period) -> None:
    if not rules.is_asked(asked, agency) or agency.valid_from > period.last:
        raise NotAsked
    if agency.valid_to is not None and agency.valid_to <= period.last:
        raise ReporterDissolved


def _require_period(key: str) -> None:
    try:
        period_of(key)
    except ValueError:
        raise PeriodWrong(key=key[:20]) from None


def _lines(on: date, period: str = "") -> Iterator[ReturnLine]:
    """List the returns of periods that are over on a day, of one or of all."""
    roll, known = Roll(), indicators()
    newest = _newest(Q(period=period) if period else Q())
    for asked in returns_asked().values():
        for one in rules.periods_over(asked, on):
            if period and one.key != period:
                continue
            for agency in roll.reporters(asked, one):
                if _approver(roll, asked, agency, on) is None:
                    continue
                row = newest.get((asked.indicator, one.key, agency.id))
                yield _line(asked, known[asked.indicator], one, agency, roll, row, on)


def _newest(wanted: Q) -> Newest:
    """Find the newest version of each return."""
    rows = ReturnRow.objects.filter(wanted).order_by("version")
    return {(row.indicator, row.period, row.agency_id): row for row in rows}


def _line(
    asked: Asked,
    indicator: Indicator,
    period: Period,
    agency: Organization,
    roll: Roll,
    row: ReturnRow | None,
    on: date,
) -> ReturnLine:
    approver = roll.approver(asked, agency, on)
    due_on = row.due_on if row else roll.due_on(asked, period, approver)
    state = ReturnState(row.state) if row else ReturnState.OWED
    is_owed = state.is_open and (row is None or row.version == 1)
    return ReturnLine(
        asked=asked,
        indicator=indicator,
        period=period,
        agency_id=agency.id,
        agency_code=agency.code,
        agency=agency.name,
        agency_short=agency.short_name or agency.name,
        approver_id=approver.id,
        approver=approver.name,
        due_on=due_on,
        state=state,
        version=row.version if row else 0,
        numerator=row.numerator if row else None,
        denominator=row.denominator if row else None,
        sent_at=row.sent_at if row else None,
        is_late=on > due_on if is_owed else bool(row and row.is_late),
        is_owed=is_owed,
        is_synthetic=bool(row and row.is_synthetic),
    )


def _urgency(one: ReturnLine) -> tuple[bool, date, str, str]:
    return not one.is_owed, one.due_on, one.period.key, one.asked.indicator


def _within(prefix: str, line: ReturnLine) -> Q:
    told = {
        "indicator": line.asked.indicator,
        "period": line.period.key,
        "agency": line.agency_id,
    }
    return Q(**{f"{prefix}{field}": value for field, value in told.items()})


def _evidence(row: ReturnRow) -> tuple[Evidence, ...]:
    kept: QuerySet[ReturnEvidenceRow] = row.evidence.filter(dropped_at=None)
    return tuple(
        Evidence(one.id, one.file_id, one.name, one.added_by, one.added_at)
        for one in kept.order_by("id")
    )


def _remarks(rows: Iterable[ReturnRow]) -> tuple[ReturnRemark, ...]:
    found = ReturnRemarkRow.objects.filter(of__in=[row.id for row in rows])
    return tuple(
        ReturnRemark(
            ReturnRemarkKind(one.kind), one.text, one.by_name, one.at, one.of.version
        )
        for one in found.select_related("of").order_by("id")
    )


def _version(row: ReturnRow) -> ReturnVersion:
    return ReturnVersion(
        number=row.version,
        state=ReturnState(row.state),
        numerator=row.numerator,
        denominator=row.denominator,
        accepted_by=row.decided_by,
        accepted_at=row.decided_at,
    )
