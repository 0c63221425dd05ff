"""Registers come in and go out as workbooks; what is wrong comes back in red."""

from io import BytesIO

import pytest
from openpyxl import Workbook, load_workbook

from tests.registries.conftest import TODAY, school
from tinhso.documents.types import FileSecret
from tinhso.kernel.errors import NotAllowed
from tinhso.registries import actions, queries
from tinhso.registries.types import (
    SheetColumnUnknown,
    SheetEmpty,
    SheetHeadMissing,
    SheetUnreadable,
    Wanted,
)

HEAD = ["STT", "Mã trường", "Tên trường", "Cấp học", "Loại hình", "Mã xã, phường"]
GOOD = [1, "T001", "Trường Tiểu học Hạ Long", "Tiểu học", "Công lập", "06688"]
XLSX = "schools.xlsx"


def book(*rows, head=(*HEAD, "Số học sinh"), above=0, change=lambda sheet: None):
    """Write a workbook as officers do."""
    made = Workbook()
    sheet = made.active
    for _ in range(above):
        sheet.append(["BÁO CÁO SỐ LIỆU TRƯỜNG HỌC"])
    sheet.append(list(head))
    for row in rows:
        sheet.append(list(row))
    change(sheet)
    buffer = BytesIO()
    made.save(buffer)
    return buffer.getvalue()


@pytest.fixture
def take(keeper, now):
    """Hand a workbook in as the keeper."""

    def do(content, name=XLSX):
        return actions.take_workbook(
            key="schools",
            content=content,
            name=name,
            source="Phòng GDTH tổng hợp",
            on=TODAY,
            actor=keeper,
            at=now,
        )

    return do


@pytest.fixture
def faults(take, keeper):
    """Hand a workbook in; answer what is wrong as {(row, field): reason}."""

    def do(content):
        change = take(content)
        found = queries.lines(change_id=change.id, on=TODAY, actor=keeper)
        return {
            (line.number, fault.field): str(fault.reason)
            for line in found
            for fault in line.faults
        }

    return do


def test_a_workbook_becomes_records(take, keeper, approver, read, now):
    change = take(book([*GOOD, 420], [2, "T002", *GOOD[2:], "1.234,0"], above=2))

    assert (change.count_added, change.faults) == (2, 0)
    actions.hand_in_change(change_id=change.id, actor=keeper, at=now)
    actions.approve_change(change_id=change.id, actor=approver, at=now)

    found = read()
    assert found.values["stage"] == "primary"
    assert found.values["pupils"] == 420
    assert read("T002").values["pupils"] == 1234
    assert change.file_name == XLSX


def test_wrong_cells_are_named_by_row_and_field(faults):
    found = faults(
        book([*GOOD, 420], [2, "T2", "A", "Đại học", "Công lập", "06688", "một"])
    )

    assert found == {
        (3, "pupils"): "Không đọc được số này. Hãy ghi như 1234,5.",
        (3, "stage"): "Giá trị không có trong danh sách được chọn.",
    }


def test_joined_cells_are_wrong(faults):
    found = faults(
        book(
            [*GOOD, 1],
            [2, "T002", *GOOD[2:], 2],
            change=lambda sheet: sheet.merge_cells("G2:G3"),
        )
    )

    assert set(found) == {(2, "pupils"), (3, "pupils")}
    assert "gộp" in found[2, "pupils"]


@pytest.mark.parametrize(
    "formula",
    [
        '=WEBSERVICE("http://x.test/a")',
        "='[1]Sheet1'!A1",
        '=HYPERLINK("http://x.test","x")',
        "=cmd|'/C calc'!A0",
    ],
)
def test_a_formula_that_calls_out_is_wrong(faults, formula):
    found = faults(book([*GOOD, formula]))

    assert found == {
        (2, "pupils"): ("Ô này có công thức lấy dữ liệu từ nơi khác. Hãy ghi giá trị.")
    }


def test_a_formula_is_never_computed(take, keeper):
    change = take(book([*GOOD, "=1+1"]))

    line = queries.lines(change_id=change.id, on=TODAY, actor=keeper)[0]
    assert "pupils" not in line.values


@pytest.mark.parametrize(
    ("typed", "guess"),
    [
        ("Tr\xadêng TiÓu häc H¹ Long", "Trường Tiểu học Hạ Long"),
        ("Tröôøng Tieåu hoïc", "Trường Tiểu học"),
    ],
)
def test_a_font_of_before_unicode_is_wrong_with_a_guess(faults, typed, guess):
    found = faults(book([1, "T001", typed, *GOOD[3:], 1]))

    assert guess in found[2, "name"]


def test_days_are_read_as_days_and_as_texts(take, keeper):
    head = [*HEAD, "Ngày công nhận chuẩn", "Có hiệu lực từ"]
    rows = [[*GOOD, "5/9/2025", TODAY], [2, "T002", *GOOD[2:], TODAY, "01/07/2025"]]

    change = take(book(*rows, head=head))

    lines = queries.lines(change_id=change.id, on=TODAY, actor=keeper)
    assert [line.values["standard_on"] for line in lines] == [
        "2025-09-05",
        TODAY.isoformat(),
    ]
    assert [str(line.valid_from) for line in lines] == [str(TODAY), "2025-07-01"]


def test_a_sheet_without_the_head_says_what_is_missing(take):
    with pytest.raises(SheetHeadMissing) as refused:
        take(book([*GOOD, 1], head=["STT", "Mã", *HEAD[2:], "x"]))

    assert "Mã trường" in str(refused.value)


def test_a_column_nobody_knows_is_named(take):
    with pytest.raises(SheetColumnUnknown) as refused:
        take(book([*GOOD, 1], head=[*HEAD, "Ghi chú"]))

    assert "Cột G “Ghi chú”" in str(refused.value)


def test_a_column_that_is_there_twice_is_named(take):
    with pytest.raises(SheetColumnUnknown):
        take(book([*GOOD, "x"], head=[*HEAD, "Mã trường"]))


def test_an_empty_sheet_and_no_workbook_are_refused(take):
    with pytest.raises(SheetEmpty):
        take(book())
    with pytest.raises(SheetUnreadable):
        take(b"ma,ten\n1,2\n")


def test_a_secret_workbook_is_not_kept(take):
    with pytest.raises(FileSecret):
        take(book([1, "T001", "TUYỆT MẬT", *GOOD[3:], 1]))


def test_only_the_keeper_hands_workbooks_in(officer, now):
    with pytest.raises(NotAllowed):
        actions.take_workbook(
            key="schools",
            content=book([*GOOD, 1]),
            name=XLSX,
            source="x",
            on=TODAY,
            actor=officer,
            at=now,
        )


def test_the_workbook_goes_back_with_red_cells_and_reasons(take, keeper):
    change = take(book([*GOOD, 420], [2, "T2", "=1", "Đại học", *GOOD[4:], "x"]))

    back = load_workbook(
        BytesIO(queries.returned(change_id=change.id, on=TODAY, actor=keeper))
    )

    sheet = back["Dữ liệu"]
    titles = [cell.value for cell in sheet[1]]
    stage = sheet.cell(3, titles.index("Cấp học *") + 1)
    assert stage.value == "Đại học"
    assert stage.fill.fgColor.rgb.endswith("F8CBCB")
    assert "danh sách" in stage.comment.text
    assert sheet.cell(2, 1).value == "T001"
    assert [row[0].value for row in back["Lỗi"].iter_rows(min_row=2)]


def test_what_goes_back_can_be_mended_and_come_in(take, keeper):
    change = take(book([*GOOD, 420], [2, "T2", "B", "Đại học", *GOOD[4:], 1]))
    back = load_workbook(
        BytesIO(queries.returned(change_id=change.id, on=TODAY, actor=keeper))
    )
    sheet = back["Dữ liệu"]
    titles = [cell.value for cell in sheet[1]]
    sheet.cell(3, titles.index("Cấp học *") + 1).value = "Tiểu học"
    buffer = BytesIO()
    back.save(buffer)

    mended = take(buffer.getvalue())

    assert (mended.count_added, mended.faults) == (2, 0)


def test_a_register_goes_out_and_comes_back_as_it_is(load, take, keeper, now):
    point = {"type": "Point", "coordinates": [107.08, 20.95]}
    about = {"meets_standard": True, "standard_on": "2025-09-05", "pupils": 420}
    load(school(shape=point, **about), school(2, code="T002"))
    wanted = Wanted(on=TODAY)

    content = actions.export_records(key="schools", wanted=wanted, actor=keeper, at=now)
    change = take(content)

    assert (change.count_same, change.faults) == (2, 0)


def test_the_template_names_all_columns_and_offers_choices(content, keeper):
    made = queries.template(key="schools", on=TODAY, actor=keeper)

    sheet = load_workbook(BytesIO(made))["Dữ liệu"]
    assert sheet["A1"].value == "Mã trường *"
    assert any(
        "Tiểu học" in str(rule.formula1)
        for rule in sheet.data_validations.dataValidation
    )


def test_texts_that_look_like_formulas_stay_texts(load, keeper, now):
    load(school(name="=HYPERLINK(1)"))

    made = actions.export_records(
        key="schools", wanted=Wanted(on=TODAY), actor=keeper, at=now
    )

    cell = load_workbook(BytesIO(made))["Dữ liệu"]["B2"]
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")


def test_personal_columns_do_not_go_to_strangers(content, officer, now):
    head = load_workbook(
        BytesIO(
            actions.export_records(
                key="land_parcels", wanted=Wanted(on=TODAY), actor=officer, at=now
            )
        )
    )["Dữ liệu"]

    titles = [cell.value for cell in head[1]]
    assert "Thửa đất *" in titles
    assert "Người sử dụng đất" not in titles
