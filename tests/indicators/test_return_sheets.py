"""Returns leave as a workbook and come back: every wrong cell named, or all of it."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from tinhso.indicators import actions, queries
from tinhso.indicators.models import ReturnRow
from tinhso.indicators.types import (
    ReturnSheetUnreadable,
    ReturnSheetWrong,
    ReturnUnknown,
)
from tinhso.kernel.errors import NotAllowed


@pytest.fixture
def take(ward, officer, now):
    """Hand out the yearly workbook of the ward, change cells, and send it back."""

    def do(cells, period="2025", of="2025", actor=officer, remove=0):
        about = {"agency_id": ward.id, "actor": officer}
        content = queries.return_sheet(period=of, on=now.date(), **about)
        book = load_workbook(BytesIO(content))
        for cell, value in cells.items():
            book.active[cell] = value
        if remove:
            book.active.delete_rows(remove)
        buffer = BytesIO()
        book.save(buffer)
        return actions.take_returns(
            period=period,
            agency_id=ward.id,
            content=buffer.getvalue(),
            name="bao-cao.xlsx",
            actor=actor,
            at=now,
        )

    return do


def test_the_sheet_is_locked_but_for_the_cells_to_fill_in(ward, officer, now):
    content = queries.return_sheet(
        period="2025", agency_id=ward.id, actor=officer, on=now.date()
    )

    sheet = load_workbook(BytesIO(content)).active
    assert sheet.protection.sheet
    assert sheet.row_dimensions[1].hidden
    assert [one.value for one in sheet["A"][2:]] == [
        *("officials_trained", "officials_trained_data"),
    ]
    assert not sheet["D3"].protection.locked
    assert sheet["C3"].protection.locked


def test_figures_come_back_as_drafts(take):
    assert take({"D3": 8, "F3": 10, "G3": "Quý IV", "D4": 4, "F4": 10}) == 2

    rows = ReturnRow.objects.order_by("indicator")
    assert [(row.numerator, row.denominator, row.state) for row in rows] == [
        (8, 10, "draft"),
        (4, 10, "draft"),
    ]
    assert rows[0].note == "Quý IV"


def test_the_same_sheet_again_changes_nothing(take):
    cells = {"D3": 8, "F3": 10}
    take(cells)

    assert take(cells) == 0


@pytest.mark.parametrize(
    ("cells", "remove", "cell", "told"),
    [
        ({"D2": "Tử số"}, 0, "D2", "Khác với tệp đã tải"),
        ({"A1": "khác"}, 0, "A1", "Khác với tệp đã tải"),
        ({"A3": "heads_trained"}, 0, "A3", "Khác với tệp đã tải"),
        ({"B9": "thêm"}, 0, "A9", "Khác với tệp đã tải"),
        ({}, 3, "A3", "Khác với tệp đã tải"),
        ({"B1": "2024"}, 0, "B1", "là của kỳ 2024"),
        ({"C1": "H49.06673"}, 0, "C1", "là của cơ quan H49.06673"),
        ({"D3": "8,5", "F3": 10}, 0, "D3", "dấu phẩy thập phân"),
        ({"D3": 8.5, "F3": 10}, 0, "D3", "số nguyên"),
        ({"D3": "1.250"}, 0, "D3", "Là chữ"),
        ({"D3": "tám"}, 0, "D3", "Là chữ"),
        ({"D3": True}, 0, "D3", "Là chữ"),
        ({"F3": -1}, 0, "F3", "không được âm"),
        ({"D3": 11, "F3": 10}, 0, "D3", "không được lớn hơn"),
        ({"F3": 10**17}, 0, "F3", "quá lớn"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_is_written(take, cells, remove, cell, told):
    with pytest.raises(ReturnSheetWrong) as refused:
        take({"D4": 1, "F4": 2} | cells, remove=remove)

    first = refused.value.faults[0]
    assert first.cell == cell
    assert told in first.message
    assert not ReturnRow.objects.exists()


def test_all_wrong_cells_are_named_at_once(take):
    with pytest.raises(ReturnSheetWrong) as refused:
        take({"D3": "x", "F3": -1, "D4": 5, "F4": 4})

    assert [one.cell for one in refused.value.faults] == ["D3", "F3", "D4"]


def test_the_sheet_of_another_period_is_refused(take):
    with pytest.raises(ReturnSheetWrong) as refused:
        take({"D3": 1, "F3": 2}, period="2026Q1")

    assert refused.value.faults[0].cell == "B1"


def test_what_was_sent_stays_as_it_is(take, ward, officer, now, picture):
    about = {"agency_id": ward.id, "actor": officer, "at": now}
    actions.fill_return(
        key="officials_trained",
        period="2025",
        numerator=8,
        denominator=10,
        remark="",
        uploads=[("ds.png", picture())],
        sends=True,
        **about,
    )

    assert take({"D4": 4, "F4": 10}) == 1
    with pytest.raises(ReturnSheetWrong) as refused:
        take({"D3": 9})
    assert [one.cell for one in refused.value.faults] == ["D3"]


def test_what_is_no_workbook_and_who_is_no_reporter_are_refused(
    take, ward, officer, now, clerk, keeper
):
    about = {"period": "2025", "agency_id": ward.id, "name": "a.xlsx", "at": now}
    with pytest.raises(ReturnSheetUnreadable):
        actions.take_returns(content=b"PK none", actor=officer, **about)
    with pytest.raises(NotAllowed):
        take({"D3": 1}, actor=clerk)
    with pytest.raises(ReturnUnknown):
        take({"D3": 1}, actor=keeper)
