"""Report 06a as a workbook for Excel, with numbers as numbers."""

from io import BytesIO

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.worksheet.worksheet import Worksheet

from tinhso.kernel.clock import local
from tinhso.procedures.types import Figures, Report06a

# The head of the form: text and the cells it covers, below the title.
HEAD = (
    ("A5:A7", "STT"),
    ("B5:B7", "Lĩnh vực giải quyết"),
    ("C5:F5", "Số hồ sơ tiếp nhận"),
    ("C6:C7", "Tổng số"),
    ("D6:E6", "Trong kỳ"),
    ("D7:D7", "Trực tuyến"),
    ("E7:E7", "Trực tiếp, bưu chính"),
    ("F6:F7", "Từ kỳ trước"),
    ("G5:J5", "Số hồ sơ đã giải quyết"),
    ("G6:G7", "Tổng số"),
    ("H6:H7", "Trước hạn"),
    ("I6:I7", "Đúng hạn"),
    ("J6:J7", "Quá hạn"),
    ("K5:M5", "Số hồ sơ đang giải quyết"),
    ("K6:K7", "Tổng số"),
    ("L6:L7", "Trong hạn"),
    ("M6:M7", "Quá hạn"),
)
NUMBERS = (
    *("(1)", "(2)", "(3)=(4)+(5)+(6)", "(4)", "(5)", "(6)", "(7)=(8)+(9)+(10)"),
    *("(8)", "(9)", "(10)", "(11)=(12)+(13)", "(12)", "(13)"),
)
FIRST_LINE = 9
_THIN = Side(style="thin")
_FRAME = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)


def report_06a_as_xlsx(*, report: Report06a) -> bytes:
    """Write a report as a workbook; made-up dossiers stand on a sheet of their own."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101 - a new workbook has one
    sheet.title = "06a"
    _fill(sheet, report, [*report.lines, report.total])
    if report.synthetic.received:
        other = book.create_sheet("Dữ liệu mô phỏng")
        _fill(other, report, [report.synthetic])
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _fill(sheet: Worksheet, report: Report06a, lines: list[Figures]) -> None:
    period = f"Từ ngày {report.first:%d/%m/%Y} đến ngày {report.last:%d/%m/%Y}"
    sheet["A1"] = "Biểu số 06a/VPCP"
    sheet["A2"] = "TÌNH HÌNH, KẾT QUẢ GIẢI QUYẾT THỦ TỤC HÀNH CHÍNH"
    sheet["A2"].font = Font(bold=True, size=13)
    sheet["A3"] = f"{report.unit}. {period}."
    _head(sheet)
    for place, line in enumerate(lines):
        _line(sheet, FIRST_LINE + place, place + 1, line, is_last=line is lines[-1])
    below = FIRST_LINE + len(lines) + 1
    sheet.cell(below, 1, f"Số liệu lấy lúc {local(report.made_at):%H:%M %d/%m/%Y}.")
    apart = report.synthetic.received
    if apart:
        text = f"{apart} hồ sơ là dữ liệu mô phỏng, không cộng vào báo cáo."
        sheet.cell(below + 1, 1, text)


def _head(sheet: Worksheet) -> None:
    for cells, text in HEAD:
        first = cells.partition(":")[0]
        sheet[first] = text
        sheet[first].font = Font(bold=True)
        sheet.merge_cells(cells)
    for column, text in enumerate(NUMBERS, start=1):
        sheet.cell(FIRST_LINE - 1, column, text)
    for row in sheet.iter_rows(min_row=5, max_row=FIRST_LINE - 1, max_col=13):
        for cell in row:
            cell.alignment, cell.border = _MIDDLE, _FRAME
    sheet.column_dimensions["B"].width = 40
    for letter in "CDEFGHIJKLM":
        sheet.column_dimensions[letter].width = 14
    sheet.freeze_panes = "C9"


def _line(
    sheet: Worksheet, row: int, number: int, line: Figures, *, is_last: bool
) -> None:
    values = ["" if is_last else number, _safe(line.field), *line.columns()]
    for column, value in enumerate(values, start=1):
        cell = sheet.cell(row, column, value)
        cell.border, cell.font = _FRAME, Font(bold=is_last)
        if column > 2:
            cell.number_format = "#,##0"


def _safe(text: str) -> str:
    """Keep a text from being read as a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text
