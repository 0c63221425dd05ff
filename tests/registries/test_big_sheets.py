"""The longest workbook there may be: wrong cells are named; longer ones refused."""

from io import BytesIO

import pytest
import xlsxwriter

from tests.registries.conftest import TODAY
from tinhso.kernel.actor import SYSTEM
from tinhso.registries import actions, queries
from tinhso.registries.types import SheetTooLarge

ROWS = 200_000
HEAD = (
    *("Mã trường", "Tên trường", "Cấp học", "Loại hình", "Mã xã, phường", "Số lớp"),
    *("Số học sinh", "Kinh độ", "Vĩ độ", "Có hiệu lực từ"),
)
# What is wrong: row and column from 1, what stands there, by which field it is told.
CODE, NAME, COMMUNE, CLASSES, PUPILS, LONGITUDE, DAY = 1, 2, 5, 6, 7, 8, 10
WRONG = {
    (150_001, COMMUNE): ("06667", "commune"),
    (150_002, DAY): ("31/02/2026", "valid_from"),
    (150_003, LONGITUDE): ("107.08.1", "longitude"),
    (150_004, PUPILS): ("1.234", "pupils"),
    (199_999, NAME): ("Tr\xadêng TiÓu häc H¹ Long", "name"),
    (200_000, NAME): ("Tröôøng Tieåu hoïc", "name"),
    (200_001, CODE): ("T000001", "code"),
}
FORMULA_ROW, MERGED_ROWS = 170_000, (170_100, 170_101)


def book():
    held = BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as made:
        sheet = made.add_worksheet()
        sheet.write_row(0, 0, HEAD)
        for n in range(1, ROWS + 1):
            # Decimal commas and days as texts, as people type them.
            place = (f"107,{n % 100_000:05}", "20,95", "1/7/2025")
            what = ("Tiểu học", "Công lập", "06688", n % 30, n % 900)
            sheet.write_row(n, 0, (f"T{n:06}", f"Trường số {n}", *what, *place))
        for (row, column), (cell, _) in WRONG.items():
            sheet.write_string(row - 1, column - 1, cell)
        outside = '=WEBSERVICE("http://x.test/a")'
        sheet.write_formula(FORMULA_ROW - 1, CLASSES - 1, outside, None, 3)
        first, last = (row - 1 for row in MERGED_ROWS)
        sheet.merge_range(first, PUPILS - 1, last, PUPILS - 1, 7)
    return held.getvalue()


def take(content, now):
    return actions.take_workbook(
        key="schools",
        content=content,
        name="truong.xlsx",
        source="thử",
        on=TODAY,
        actor=SYSTEM,
        at=now,
    )


@pytest.mark.slow
def test_each_wrong_cell_of_a_long_workbook_is_named(content, now):
    change = take(book(), now)

    found = queries.lines(change_id=change.id, on=TODAY, actor=SYSTEM, only_wrong=True)
    told = {(line.number, fault.field) for line in found for fault in line.faults}
    assert told == {
        *((row, field) for (row, _), (_, field) in WRONG.items()),
        (FORMULA_ROW, "classes"),
        *((row, "pupils") for row in MERGED_ROWS),
    }
    assert (change.rows, change.faults) == (ROWS - len(told), len(told))
    # A decimal comma and a day as a text are read, wherever they stand.
    [line] = queries.lines(
        change_id=change.id, on=TODAY, actor=SYSTEM, after=149_999, most=1
    )
    assert line.shape["coordinates"] == [107.49999, 20.95]
    assert str(line.valid_from) == "2025-07-01"


def test_a_longer_workbook_is_refused_by_its_size_with_what_to_do(content, now):
    held = BytesIO()
    with xlsxwriter.Workbook(held, {"in_memory": True}) as made:
        sheet = made.add_worksheet()
        for n in range(ROWS + 100):
            sheet.write_string(n, 0, "x")

    with pytest.raises(SheetTooLarge) as refused:
        take(held.getvalue(), now)

    assert "tối đa 200.000 dòng" in str(refused.value)
    assert "Hãy chia thành nhiều tệp" in str(refused.value)
