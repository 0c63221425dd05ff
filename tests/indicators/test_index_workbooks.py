"""A self-assessment leaves as a workbook and comes back, all of it or nothing."""

from decimal import Decimal
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tinhso.indicators import actions, queries
from tinhso.indicators.models import ScoreRow
from tinhso.indicators.types import (
    FigureImpossible,
    FigureUnreadable,
    IndexSheetUnreadable,
    SheetLayoutChanged,
)
from tinhso.kernel.errors import NotAllowed


@pytest.fixture
def sheet(begin, ward, officer):
    """Hand a workbook out, change cells, and send it back."""
    key = begin(ward)

    def send(cells, actor=officer, at=None, remove=0):
        content = queries.self_sheet(assessment_id=key, actor=officer)
        book = load_workbook(BytesIO(content))
        for cell, value in cells.items():
            book.active[cell] = value
        if remove:
            book.active.delete_rows(remove)
        buffer = BytesIO()
        book.save(buffer)
        return actions.take_self_assessment(
            assessment_id=key,
            content=buffer.getvalue(),
            name="tu-danh-gia.xlsx",
            actor=actor,
            at=at,
        )

    return send


def test_figures_come_back_from_the_sheet(sheet, now):
    found = sheet({"E3": 3, "F3": 4, "G3": "Quý II", "E5": "12,5"}, at=now)

    assert (found.score("c1_2").said, found.score("c1_2").note) == (
        *(Decimal("7.5"), "Quý II"),
    )
    assert found.score("c1_4").said == Decimal("12.5")
    assert found.line.said.scored == 2


@pytest.mark.parametrize(
    ("cells", "remove", "refusal", "cell"),
    [
        ({"E1": "Tử số"}, 0, SheetLayoutChanged, "E1"),
        ({}, 5, SheetLayoutChanged, "A5"),
        ({"A64": "c7_1"}, 0, SheetLayoutChanged, "A64"),
        ({"E3": "nhiều"}, 0, FigureUnreadable, "E3"),
        ({"E2": 1, "F2": 2, "E3": 5, "F3": 4}, 0, FigureImpossible, "E3"),
        ({"E3": 5}, 0, FigureImpossible, "F3"),
        ({"E5": 21}, 0, FigureImpossible, "E5"),
    ],
)
def test_a_sheet_that_is_wrong_names_its_cell_and_changes_nothing(
    sheet, now, cells, remove, refusal, cell
):
    with pytest.raises(refusal) as refused:
        sheet(cells, at=now, remove=remove)

    assert refused.value.params["cell"] == cell
    assert list(refused.value.fields) == ["sheet"]
    assert not ScoreRow.objects.exists()


def test_what_is_no_workbook_is_refused(begin, ward, officer, now):
    with pytest.raises(IndexSheetUnreadable):
        actions.take_self_assessment(
            assessment_id=begin(ward),
            content=b"PK none",
            name="a.xlsx",
            actor=officer,
            at=now,
        )


def test_only_the_unit_sends_its_sheet(sheet, clerk, now):
    with pytest.raises(NotAllowed):
        sheet({"E3": 1, "F3": 2}, actor=clerk, at=now)
