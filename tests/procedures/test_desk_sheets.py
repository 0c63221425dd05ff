"""The list of a desk leaves as a workbook and comes back with colleagues in it."""

import zipfile
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tinhso.documents.types import FileSecret
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.errors import NotAllowed
from tinhso.procedures import actions, queries
from tinhso.procedures.models import DossierRow, ReturnedSheetRow, TaskRow
from tinhso.procedures.queries import desk_sheet_back
from tinhso.procedures.queries.desk_sheet import COLLEAGUES, SHEET, TITLES
from tinhso.procedures.types import (
    ColleagueCannot,
    DeskFilter,
    NoSheetWaiting,
    SheetChangesTooMuch,
    SheetColumnsShifted,
    SheetTooLarge,
    SheetUnreadable,
    SheetWrong,
)


@pytest.fixture
def head(sign_in):
    return sign_in("Đặng Thị Hạnh")


@pytest.fixture
def handed_out(head, now):
    def do(**wanted):
        content = actions.export_desk(wanted=DeskFilter(**wanted), actor=head, at=now)
        return load_workbook(BytesIO(content))

    return do


@pytest.fixture
def send_back(head, now):
    def do(book, actor=head):
        buffer = BytesIO()
        book.save(buffer)
        return actions.take_sheet_back(
            content=buffer.getvalue(), name="hồ sơ.xlsx", actor=actor, at=now
        )

    return do


def cell(book, row, title):
    return book[SHEET].cell(row, TITLES.index(title) + 1)


def colleague(book, name):
    values = [row[0] for row in book[COLLEAGUES].iter_rows(2, values_only=True)]
    return next(value for value in values if value.startswith(name))


def test_a_workbook_holds_exactly_what_is_filtered(submit, handed_out, now):
    mine, other = submit(), submit()
    book = handed_out(text=mine.code[-4:])

    rows = list(book[SHEET].iter_rows(values_only=True))

    assert rows[0] == TITLES
    assert [row[0] for row in rows[1:]] == [mine.code]
    assert other.code not in str(rows)
    assert cell(book, 2, "Hạn trả").value.isoformat() == "2026-06-17T17:00:00"
    assert cell(book, 2, "Đồng hồ").value == "Trong hạn"
    assert cell(book, 2, "Ghi chú").value == "Dữ liệu mô phỏng"
    entry = JournalEntry.objects.filter(deed="procedures.export_desk").get()
    assert entry.details["rows"] == 1


def test_names_that_look_like_formulas_stay_texts(submit, handed_out):
    submit()
    DossierRow.objects.update(applicant_name="=1+1")

    shown = cell(handed_out(), 2, "Người nộp")

    assert (shown.value, shown.data_type) == ("=1+1", "s")


def test_a_workbook_gives_dossiers_to_colleagues_once_it_is_applied(
    submit, clerk, head, handed_out, send_back, now
):
    first, second = submit(), submit()
    book = handed_out()
    assert cell(book, 2, "Mã hồ sơ").value == first.code
    cell(book, 2, "Giao cho").value = colleague(book, "Vũ Thị Lan")

    sheet = send_back(book)
    before = queries.get_dossier(dossier_id=first.id, actor=head, at=now)
    outcome = actions.apply_sheet(sheet_id=sheet.id, actor=head, at=now)
    after = queries.get_dossier(dossier_id=first.id, actor=head, at=now)

    assert (sheet.rows, len(sheet.changes), sheet.faults) == (2, 1, ())
    assert before.task.assignee_id is None
    assert outcome.done == (first.code,)
    assert after.task.assignee_id == clerk.id
    assert ReturnedSheetRow.objects.get().changes == []
    with pytest.raises(NoSheetWaiting):
        actions.apply_sheet(sheet_id=sheet.id, actor=head, at=now)
    untouched = queries.get_dossier(dossier_id=second.id, actor=head, at=now)
    assert untouched.task.assignee_id is None


def test_each_row_that_is_wrong_is_named_by_its_cell(
    submit, clerk, handed_out, send_back, act
):
    made = {one.code: one for one in (submit() for _ in range(5))}
    book = handed_out()
    clerks = colleague(book, "Vũ Thị Lan")
    for row in range(2, 7):
        cell(book, row, "Giao cho").value = clerks
    cell(book, 2, "Mã hồ sơ").value = "H49.99999-260616-0001"
    cell(book, 4, "Giao cho").value = "Ai đó"
    cell(book, 5, "Giao cho").value = colleague(book, "Hoàng Văn Nam")
    cell(book, 6, "Mã hồ sơ").value = cell(book, 5, "Mã hồ sơ").value
    act(made[cell(book, 3, "Mã hồ sơ").value], "receive", clerk)

    sheet = send_back(book)

    wrong = {fault.cell: fault.wrong for fault in sheet.faults}
    assert wrong == {
        "A2": SheetWrong.UNKNOWN,
        "L3": SheetWrong.MOVED_ON,
        "K4": SheetWrong.NOBODY,
        "K5": SheetWrong.CANNOT,
        "A6": SheetWrong.TWICE,
    }
    assert sheet.changes == ()


def test_shifted_columns_are_refused_by_name_and_nothing_is_kept(
    submit, handed_out, send_back
):
    submit()
    book = handed_out()
    book[SHEET].insert_cols(3)

    with pytest.raises(SheetColumnsShifted) as refused:
        send_back(book)

    assert refused.value.params["column"] == "C"
    assert refused.value.params["expected"] == "Người nộp"
    assert not ReturnedSheetRow.objects.exists()


@pytest.mark.parametrize("sent", [b"", b"Ma ho so;Thu tuc", b"PK" + b"0" * 99])
def test_what_is_no_workbook_is_refused_by_name(sent, head, now):
    with pytest.raises(SheetUnreadable):
        actions.take_sheet_back(content=sent, name="x.xlsx", actor=head, at=now)


def test_a_zip_that_is_no_workbook_and_one_that_unfolds_too_far_are_refused(
    head, now, monkeypatch
):
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * 2**20)
    common = {"content": buffer.getvalue(), "name": "x.xlsx", "actor": head, "at": now}

    with pytest.raises(SheetUnreadable):
        actions.take_sheet_back(**common)
    monkeypatch.setattr(desk_sheet_back, "MOST_UNPACKED", 2**20 - 1)
    with pytest.raises(SheetTooLarge):
        actions.take_sheet_back(**common)


def test_a_workbook_marked_secret_is_refused_and_nothing_of_it_is_kept(
    submit, handed_out, send_back
):
    submit()
    book = handed_out()
    hidden = book.create_sheet("An")
    hidden.sheet_state = "hidden"
    hidden["C3"] = "TUYỆT MẬT"

    with pytest.raises(FileSecret) as refused:
        send_back(book)

    assert list(refused.value.fields) == ["sheet"]
    assert not ReturnedSheetRow.objects.exists()


def test_more_changes_than_one_looks_through_are_refused(
    submit, handed_out, send_back, monkeypatch
):
    monkeypatch.setattr(desk_sheet_back, "MOST_CHANGES", 1)
    for _ in range(2):
        submit()
    book = handed_out()
    for row in (2, 3):
        cell(book, row, "Giao cho").value = colleague(book, "Vũ Thị Lan")

    with pytest.raises(SheetChangesTooMuch):
        send_back(book)


def test_only_heads_send_workbooks_back(submit, handed_out, send_back, clerk):
    submit()
    book = handed_out()

    with pytest.raises(NotAllowed):
        send_back(book, actor=clerk)


def test_what_changed_between_showing_and_applying_is_refused_alone(
    submit, clerk, head, handed_out, send_back, act, now
):
    first, second = submit(), submit()
    book = handed_out()
    for row in (2, 3):
        cell(book, row, "Giao cho").value = colleague(book, "Vũ Thị Lan")
    sheet = send_back(book)
    act(first, "receive", clerk)

    outcome = actions.apply_sheet(sheet_id=sheet.id, actor=head, at=now)

    assert outcome.done == (second.code,)
    assert [type(one) for one in outcome.refused] == [ColleagueCannot]


def test_two_colleagues_of_one_name_are_two(
    submit, clerk, officer, act, handed_out, send_back
):
    dossier = act(submit(), "receive", clerk)
    tasks = TaskRow.objects.filter(dossier_id=dossier.id, closed_at=None)
    tasks.update(assignee_id=clerk.id, assignee_name=officer.name)
    book = handed_out()
    cell(book, 2, "Giao cho").value = colleague(book, officer.name)

    sheet = send_back(book)

    assert [change.person_id for change in sheet.changes] == [officer.person_id]
