"""Take a self-assessment in as officers fill it in: in a workbook of Excel."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from tinhso.documents import queries as documents
from tinhso.documents.types import Sheet
from tinhso.indicators.actions.assessing import refuse_late, said
from tinhso.indicators.actions.locking import changing, note, require_side
from tinhso.indicators.models import AssessmentRow
from tinhso.indicators.queries.assessments import assessment_of, set_of
from tinhso.indicators.rules import index_sheets as sheets
from tinhso.indicators.types import (
    Assessment,
    AssessmentState,
    FigureImpossible,
    IndexSheetUnreadable,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Invalid, Phrase
from tinhso.security.types import Deed

MOST_ROWS, MOST_COLUMNS = 2_000, 20


def take_self_assessment(
    *, assessment_id: UUID, content: bytes, name: str, actor: Actor, at: datetime
) -> Assessment:
    """Say what a workbook says that was handed out for an assessment, all or nothing.

    Cells without a figure say nothing; what the platform counts itself stays as it is.

    :raises AssessmentUnknown, NotAllowed: if it is not the actor's.
    :raises AssessmentMovedOn, AfterDeadline, UnitDissolved: if it is too late.
    :raises IndexSheetUnreadable: if it is no workbook.
    :raises SheetLayoutChanged, FigureUnreadable, FigureImpossible: naming the cell.
    """
    # Nobody else's files are opened.
    asked = AssessmentRow.objects.filter(pk=assessment_id).first()
    require_side(asked, actor, Deed.ASSESS_OWN_UNIT)
    sheet = _sheet(content, name)
    with changing(
        assessment_id, actor, Deed.ASSESS_OWN_UNIT, AssessmentState.OPEN
    ) as row:
        refuse_late(row, at)
        items = list(set_of(row).items.values())
        told = list(sheets.read(sheet.rows, sheet.first, items))
        _say(row, told, actor, at)
        note("take_self_assessment", row, actor, at, count=len(told))
    return assessment_of(row)


def _say(
    row: AssessmentRow, told: Iterable[sheets.Told], actor: Actor, at: datetime
) -> None:
    for one in told:
        try:
            said(row, one.item, one.a, one.b, one.note, actor, at)
        except Invalid as refused:
            column = sheets.B if "b" in refused.fields else sheets.A
            cell = sheets.cell_of(one.row - 1, column)
            message = Phrase(FigureImpossible.message, cell=cell)
            raise FigureImpossible({"sheet": [message]}, cell=cell) from refused


def _sheet(content: bytes, name: str) -> Sheet:
    return documents.sheet_that_came_back(
        content=content,
        name=name,
        most_rows=MOST_ROWS,
        most_columns=MOST_COLUMNS,
        unreadable=IndexSheetUnreadable,
    )
