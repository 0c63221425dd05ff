"""Take returns in as officers fill them in: in a workbook of Excel, all or nothing."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tinhso.documents import queries as documents
from tinhso.documents.types import Sheet
from tinhso.indicators.actions.returning import begun, note, own_place, write_figures
from tinhso.indicators.queries.returns import sheet_lines
from tinhso.indicators.rules import return_sheets as sheets
from tinhso.indicators.types import (
    ReturnLine,
    ReturnMovedOn,
    ReturnSheetUnreadable,
    ReturnSheetWrong,
    SheetFault,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import local
from tinhso.kernel.errors import Phrase
from tinhso.kernel.text import clean

MOST_ROWS, MOST_COLUMNS = 500, 20


def take_returns(
    *,
    period: str,
    agency_id: UUID,
    content: bytes,
    name: str,
    actor: Actor,
    at: datetime,
) -> int:
    """Write down what a workbook says, as drafts; answer how many returns it filled in.

    Rows without figures say nothing, and what was sent stays as it is.

    :raises ReturnUnknown, NotAllowed: if it is not the actor's.
    :raises ReturnSheetUnreadable: if it is no workbook.
    :raises ReturnSheetWrong: naming each cell that is wrong.
    """
    on = local(at).date()
    lines = sheet_lines(period=period, agency_id=agency_id, actor=actor, on=on)
    # Nobody else's files are opened.
    own_place(lines[0].asked.indicator, period, agency_id, actor, at)
    sheet = _sheet(content, name)
    read = sheets.read(sheet.rows, sheet.first, lines)
    changed = _changed(read.told, lines)
    faults = [*read.faults, *_closed(changed, lines)]
    if faults:
        raise ReturnSheetWrong(faults)
    with transaction.atomic():
        for one in changed:
            _fill(one, period, agency_id, actor, at)
    return len(changed)


def _fill(
    one: sheets.Told, period: str, agency_id: UUID, actor: Actor, at: datetime
) -> None:
    line = own_place(one.indicator, period, agency_id, actor, at)
    row = begun(line, actor, at)
    write_figures(row, line, (one.above, one.below), actor, at)
    row.note = clean(one.note) or row.note
    row.save()
    note("take_returns", row, actor, at)


def _changed(
    told: Sequence[sheets.Told], lines: Sequence[ReturnLine]
) -> list[sheets.Told]:
    """List what says something else than is known, or says it with a note."""
    known = _by_indicator(lines)
    return [
        one
        for one in told
        if one.note
        or (one.above, one.below)
        != (known[one.indicator].numerator, known[one.indicator].denominator)
    ]


def _closed(
    told: Sequence[sheets.Told], lines: Sequence[ReturnLine]
) -> list[SheetFault]:
    """Name the rows that change what was sent."""
    places = {line.asked.indicator: n for n, line in enumerate(lines, sheets.FIRST)}
    known = _by_indicator(lines)
    return [
        SheetFault(
            cell=sheets.cell_of(places[one.indicator], sheets.ABOVE),
            told=str(one.above),
            message=Phrase(ReturnMovedOn.message),
        )
        for one in told
        if not known[one.indicator].state.is_open
    ]


def _by_indicator(lines: Sequence[ReturnLine]) -> Mapping[str, ReturnLine]:
    return {line.asked.indicator: line for line in lines}


def _sheet(content: bytes, name: str) -> Sheet:
    return documents.sheet_that_came_back(
        content=content,
        name=name,
        most_rows=MOST_ROWS,
        most_columns=MOST_COLUMNS,
        unreadable=ReturnSheetUnreadable,
    )
