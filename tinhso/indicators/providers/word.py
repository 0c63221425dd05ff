"""The report of a board as a Word document, for those who write on in it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import docx
from docx.document import Document
from docx.shared import Pt

FONT = "Times New Roman"  # NĐ 30/2020/NĐ-CP, phụ lục I
SIZE = 13


def written(data: Mapping[str, Any], at: datetime) -> bytes:
    """Write the report; the same words as in print."""
    document = docx.Document()
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(SIZE)
    document.core_properties.title = f"{data['title']}, {data['period']}"
    document.core_properties.created = at.replace(tzinfo=None)
    document.core_properties.language = "vi-VN"
    document.add_heading(f"{data['title']}, {data['period']}", level=1)
    if data["made_up"]:
        document.add_paragraph("Dữ liệu mô phỏng, không phải số liệu của tỉnh.")
    _fill(document, data)
    kept = BytesIO()
    document.save(kept)
    return kept.getvalue()


def _fill(document: Document, data: Mapping[str, Any]) -> None:
    _part(document, "Các con số chính")
    _table(
        document,
        ("Chỉ tiêu", "Kỳ này", "Kỳ trước"),
        [(one["name"], one["value"], one["before"]) for one in data["numbers"]],
    )
    _part(document, f"Ngoài ngưỡng: {data['mapped']}")
    rows = [(one["name"], one["value"], one["counts"]) for one in data["beyond"]]
    _table(document, ("Cơ quan", "Giá trị", "Đạt / tổng"), rows)
    _part(document, "Mục tiêu của tỉnh")
    for one in data["states"]:
        document.add_paragraph(f"{one['name']}: {one['count']}", style="List Bullet")
    _table(
        document,
        ("Mục tiêu", "Phải đạt", "Đã có", "Tình trạng"),
        [tuple(one.values()) for one in data["targets"]],
    )
    _part(document, "Các bộ chỉ số")
    _table(
        document,
        ("Bộ chỉ số", "Kỳ", "Kết quả"),
        [(one["name"], one["period"], one["value"]) for one in data["indexes"]],
    )
    _part(document, f"Theo cơ quan: {data['mapped']}")
    rows = [(one["name"], one["value"], one["counts"]) for one in data["parts"]]
    _table(document, ("Cơ quan", "Giá trị", "Đạt / tổng"), rows)
    _part(document, "Nguồn số liệu")
    for source in data["sources"]:
        document.add_paragraph(source, style="List Bullet")
    document.add_paragraph(f"Số liệu lấy lúc {data['made_at']}.")


def _part(document: Document, title: str) -> None:
    document.add_heading(title, level=2)


def _table(
    document: Document, heads: Sequence[str], rows: Sequence[Sequence[str]]
) -> None:
    if not rows:
        document.add_paragraph("Không có.")
        return
    table = document.add_table(rows=1, cols=len(heads), style="Table Grid")
    for cell, text in zip(table.rows[0].cells, heads, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
