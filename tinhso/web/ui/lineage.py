"""Show the rows behind a number."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy

from tinhso.indicators.types import Behind
from tinhso.web.ui.desk import dossier_href
from tinhso.web.ui.opendata import written

DOSSIER, AGENCY = "dossier_id", "agency"
BEHIND = {
    "acted_at": gettext_lazy("Lúc làm"),
    "acted_on": gettext_lazy("Ngày làm"),
    DOSSIER: gettext_lazy("Hồ sơ"),
    "procedure": gettext_lazy("Thủ tục"),
    AGENCY: gettext_lazy("Cơ quan"),
    "action": gettext_lazy("Việc đã làm"),
    "channel": gettext_lazy("Kênh nộp"),
    "resolved": gettext_lazy("So với hạn"),
    "due_at": gettext_lazy("Hẹn trả"),
    "reported_on": gettext_lazy("Ngày phản ánh"),
    "resolved_on": gettext_lazy("Ngày trả lời"),
    "code": gettext_lazy("Mã phản ánh"),
    "category": gettext_lazy("Lĩnh vực"),
    "unit_code": gettext_lazy("Địa bàn"),
    "state": gettext_lazy("Tình trạng"),
    "due": gettext_lazy("Hạn xử lý"),
    "satisfied": gettext_lazy("Hài lòng"),
    "counts": gettext_lazy("Tính là đạt"),
}


WORDS = {
    "resolved": {
        "early": gettext_lazy("trước hạn"),
        "on_time": gettext_lazy("đúng hạn"),
        "late": gettext_lazy("quá hạn"),
    },
    "channel": {
        "online": gettext_lazy("trực tuyến"),
        "counter": gettext_lazy("tại quầy"),
        "post": gettext_lazy("qua bưu chính"),
    },
}


def behind_columns(names: Sequence[str]) -> list[str]:
    """Head the table of the rows behind a number."""
    return [str(BEHIND.get(name, name)) for name in names]


def codes(behind: Behind, name: str) -> list[str]:
    """List the values of a column of the rows, such as their agencies."""
    if name not in behind.columns:
        return []
    place = behind.columns.index(name)
    return sorted({str(row[place]) for row in behind.rows})


def behind_rows(
    behind: Behind, readable: Mapping[str, str], agencies: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Write the rows behind a number; a dossier that may be read leads to itself."""
    return [
        {
            "cells": [
                _cell(name, value, readable, agencies)
                for name, value in zip(behind.columns[:-1], row[:-1], strict=True)
            ],
            "counts": row[-1],
        }
        for row in behind.rows
    ]


def _cell(
    name: str,
    value: object,
    readable: Mapping[str, str],
    agencies: Mapping[str, str],
) -> dict[str, str]:
    if name == DOSSIER:
        return _dossier(str(value), readable.get(str(value)))
    if name == AGENCY:
        return {"text": agencies.get(str(value), str(value)), "href": ""}
    words = WORDS.get(name, {}).get(str(value))
    return {"text": str(words) if words else written(value), "href": ""}


def _dossier(dossier_id: str, code: str | None) -> dict[str, str]:
    if code is None:
        return {"text": dossier_id[:8] + "…", "href": ""}
    return {"text": code, "href": dossier_href(UUID(dossier_id))}
