"""The list of a desk as a workbook for Excel, which may come back with colleagues.

One row a dossier, in the order of the legal clock. XlsxWriter writes row by row, so a
list of 100,000 dossiers needs no more memory than one of ten.
"""

import os
import tempfile
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

import xlsxwriter
from django.db.models import FilteredRelation, Q
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import VIETNAM
from tinhso.people.types import Post
from tinhso.procedures.deadlines.working_time import WorkingTime
from tinhso.procedures.dossiers.clock import read_clock
from tinhso.procedures.queries.desks import wanted_rows
from tinhso.procedures.queries.versions import procedure_version, working_time
from tinhso.procedures.types import ClockColor, DeskFilter

# Title and width. Excel is Vietnamese here whatever the reader's language: the columns
# are how a workbook is recognized when it comes back.
COLUMNS: tuple[tuple[str, int], ...] = (
    ("Mã hồ sơ", 26),
    ("Thủ tục", 44),
    ("Người nộp", 26),
    ("Bước", 28),
    ("Nộp lúc", 17),
    ("Hạn trả", 17),
    ("Đồng hồ", 14),
    ("Giờ làm việc còn lại", 12),
    ("Vai trò đang giữ", 22),
    ("Người đang làm", 26),
    ("Giao cho", 44),
    ("Phiên bản", 10),
    ("Ghi chú", 22),
)
TITLES = tuple(title for title, _ in COLUMNS)
CODE, ASSIGNEE, GIVE_TO, REVISION = (
    TITLES.index(title)
    for title in ("Mã hồ sơ", "Người đang làm", "Giao cho", "Phiên bản")
)
DATES = {TITLES.index("Nộp lúc"), TITLES.index("Hạn trả")}
SHEET, COLLEAGUES = "Hồ sơ", "Người được giao"
COLORS = {
    ClockColor.RED: "Quá hạn",
    ClockColor.AMBER: "Sắp đến hạn",
    ClockColor.GREEN: "Trong hạn",
    ClockColor.GREY: "Đồng hồ dừng",
}
ROLES = {
    "clerk": "Bộ phận một cửa",
    "case_officer": "Công chức thẩm tra",
    "head_of_office": "Chánh Văn phòng",
    "leader": "Lãnh đạo",
    "registrar": "Văn thư",
    "citizen": "Người dân",
}
SYNTHETIC = "Dữ liệu mô phỏng"
CHUNK = 5_000

Cell = str | float | datetime


def colleague_label(post: Post) -> str:
    """Write a colleague as the list of the workbook has them; no two are alike."""
    number = (post.person.personal_number or "")[-4:]
    return f"{post.person.full_name} – {post.title} ({number})"


def sheet_rows(
    *, actor: Actor, wanted: DeskFilter, at: datetime
) -> Iterator[tuple[Cell, ...]]:
    """Walk through what is wanted of a desk, as the cells of `COLUMNS`."""
    task = FilteredRelation("tasks", condition=Q(tasks__closed_at=None))
    rows = wanted_rows(actor, wanted, at).annotate(task=task).order_by("due_at", "id")
    clocks: dict[UUID, WorkingTime] = {}
    for row in rows.values_list(
        *("code", "procedure_id", "applicant_name", "step", "submitted_at", "due_at"),
        *("stopped_at", "resolved_at", "task__role", "task__assignee_name"),
        *("revision", "is_synthetic", "calendar_id", "original_due_at"),
    ).iterator(chunk_size=CHUNK):
        calendar_id = row[12]
        if calendar_id not in clocks:
            clocks[calendar_id] = working_time(calendar_id, at)
        yield _cells(row, clocks[calendar_id], at)


def _cells(
    row: Sequence[object], working: WorkingTime, at: datetime
) -> tuple[Cell, ...]:
    (code, version, name, step, submitted, due, stopped, resolved, role, who) = row[:10]
    assert isinstance(version, UUID) and isinstance(due, datetime)  # noqa: S101
    assert isinstance(submitted, datetime)  # noqa: S101
    procedure = procedure_version(version)
    clock = read_clock(
        working,
        due_at=due,
        original_due_at=due,
        is_stopped=stopped is not None,
        is_ended=resolved is not None,
        at=at,
    )
    return (
        str(code),
        procedure.title.vi,
        str(name),
        procedure.workflow.step(str(step)).title.vi,
        _wall(submitted),
        _wall(due),
        COLORS[clock.color],
        clock.remaining,
        ROLES.get(str(role), str(role or "")),
        str(who or ""),
        "",
        float(str(row[10])),
        SYNTHETIC if row[11] else "",
    )


def _wall(moment: datetime) -> datetime:
    return moment.astimezone(VIETNAM).replace(tzinfo=None)


def write_sheet(
    rows: Iterator[tuple[Cell, ...]], *, colleagues: Sequence[Post], about: str
) -> tuple[bytes, int]:
    """Write rows as a workbook; answer it and how many rows it has.

    colleagues: who may be chosen in the column "Giao cho". about: what the list holds.
    """
    handle, name = tempfile.mkstemp(suffix=".xlsx")
    os.close(handle)
    try:
        count = _write(
            name, rows, [colleague_label(post) for post in colleagues], about
        )
        return Path(name).read_bytes(), count
    finally:
        Path(name).unlink()


def _write(
    path: str, rows: Iterator[tuple[Cell, ...]], colleagues: list[str], about: str
) -> int:
    # Texts stay texts: a name that begins with "=" must not become a formula.
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    count = 0
    with xlsxwriter.Workbook(path, options) as book:
        bold = book.add_format({"bold": True, "bg_color": "#E8EEF4"})
        moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        sheet = book.add_worksheet(SHEET)
        _head(sheet, bold, moment)
        for count, cells in enumerate(rows, start=1):
            for column, cell in enumerate(cells):
                if cell != "":
                    _put(sheet, count, column, cell)
        sheet.autofilter(0, 0, count, len(COLUMNS) - 1)
        _offer(sheet, colleagues, count)
        _explain(book.add_worksheet(COLLEAGUES), colleagues, about, bold)
    return count


def _put(sheet: Worksheet, row: int, column: int, cell: Cell) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, column, cell)
    elif isinstance(cell, datetime):
        sheet.write_datetime(row, column, cell)
    else:
        sheet.write_number(row, column, cell)


def _head(sheet: Worksheet, bold: Format, moment: Format) -> None:
    for column, (title, width) in enumerate(COLUMNS):
        sheet.set_column(column, column, width, moment if column in DATES else None)
        sheet.write_string(0, column, title, bold)
    sheet.freeze_panes(1, 1)


def _offer(sheet: Worksheet, colleagues: list[str], count: int) -> None:
    """Offer the colleagues as a list to choose from, as Excel users know it."""
    if not colleagues or not count:
        return
    source = f"='{COLLEAGUES}'!$A$2:$A${len(colleagues) + 1}"
    sheet.data_validation(
        1,
        GIVE_TO,
        count,
        GIVE_TO,
        {"validate": "list", "source": source, "error_type": "warning"},
    )


def _explain(sheet: Worksheet, colleagues: list[str], about: str, bold: Format) -> None:
    sheet.set_column(0, 0, 60)
    sheet.set_column(2, 2, 80)
    sheet.write_string(0, 0, COLLEAGUES, bold)
    sheet.write_string(0, 2, about)
    for row, label in enumerate(colleagues, start=1):
        sheet.write_string(row, 0, label)
        if row == 1:
            sheet.write_string(
                1,
                2,
                "Chọn người ở cột “Giao cho” của trang “Hồ sơ” rồi gửi tệp lại ở mục"
                " “Nhận lại Excel”. Giữ nguyên các cột khác.",
            )
