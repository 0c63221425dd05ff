"""Returns as people read them: what is due, whose turn it is, what was said."""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from tinhso.indicators.types import (
    Figure,
    FigureAsked,
    Period,
    Return,
    ReturnLine,
    ReturnRemark,
    ReturnRemarkKind,
    ReturnSheetWrong,
    ReturnState,
    SheetFault,
)
from tinhso.kernel.errors import N_, Invalid, Phrase
from tinhso.kernel.text import grouped
from tinhso.web.ui import measures
from tinhso.web.ui.phrases import language, say
from tinhso.web.ui.writing import moment

LONGEST = 20
# Points part thousands and nothing else: "1.5" is no number of people.
WHOLE = re.compile(r"-?([0-9]+|[0-9]{1,3}(\.[0-9]{3})+)")
CLOSED = {"href": ""}
NOT_WHOLE = N_("Hãy nhập một số nguyên, ví dụ 125.")
STATES = {
    ReturnState.OWED: (gettext_lazy("chưa nhập"), ""),
    ReturnState.DRAFT: (gettext_lazy("đang nhập, chưa gửi"), "info"),
    ReturnState.SENT: (gettext_lazy("đã gửi, chờ duyệt"), "warn"),
    ReturnState.SENT_BACK: (gettext_lazy("bị trả lại, cần sửa"), "bad"),
    ReturnState.ACCEPTED: (gettext_lazy("đã duyệt"), "good"),
    ReturnState.REPLACED: (gettext_lazy("đã có bản thay"), ""),
}
REMARKS = {
    ReturnRemarkKind.SENT: gettext_lazy("Cơ quan gửi báo cáo"),
    ReturnRemarkKind.SENT_BACK: gettext_lazy("Bị trả lại"),
    ReturnRemarkKind.ACCEPTED: gettext_lazy("Được duyệt"),
    ReturnRemarkKind.CORRECTED: gettext_lazy("Cơ quan lập bản thay"),
}


def address(line: ReturnLine, name: str = "return", **more: Any) -> str:
    """Lead to a return, or to something that is done with it."""
    told = {
        "key": line.asked.indicator,
        "period": line.period.key,
        "organization_id": line.agency_id,
    }
    return reverse(name, kwargs={**told, **more})


def row(line: ReturnLine) -> dict[str, Any]:
    """Show a return in a list."""
    text, tone = STATES[line.state]
    return {
        "href": address(line),
        "title": measures.title(line.indicator),
        "agency": line.agency,
        "short": line.agency_short,
        "period": measures.period_name(line.period),
        "due_on": line.due_on,
        "state": {"text": text, "tone": tone},
        "late": _late(line),
        "counts": counts(line.numerator, line.denominator),
        "is_synthetic": line.is_synthetic,
    }


def _late(line: ReturnLine) -> str:
    if not line.is_late:
        return ""
    return gettext("quá hạn") if line.is_owed else gettext("gửi chậm")


def counts(above: int | None, below: int | None) -> str:
    """Write the figures of a return: `1.250 / 1.300`; a dash where there are none."""
    if above is None:
        return "–"
    return grouped(above) if below is None else f"{grouped(above)} / {grouped(below)}"


def asked(figure: FigureAsked | None) -> str:
    """Say what is counted, in the reader's language."""
    if figure is None:
        return ""
    return figure.en if language() == "en" else figure.vi


def typed_count(text: str, field: str) -> int | None:
    """Read a whole number as people type it: `1.250`, `1250`; None where there is none.

    :raises Invalid: naming the field, if it is none.
    """
    plain = text.strip()
    if not plain:
        return None
    if not WHOLE.fullmatch(plain) or len(plain) > LONGEST:
        raise Invalid({field: [Phrase(NOT_WHOLE)]})
    return int(plain.replace(".", ""))


def typed_before(found: Return) -> dict[str, str]:
    """Fill the form of a return with what is known."""
    line = found.line
    return {
        "numerator": "" if line.numerator is None else str(line.numerator),
        "denominator": "" if line.denominator is None else str(line.denominator),
        "remark": found.note,
    }


def timeline(remarks: Iterable[ReturnRemark]) -> list[dict[str, Any]]:
    """Lay out what was done to a return, in its order."""
    return [
        {
            "title": _remark(one),
            "at": f"{one.by} · {moment(one.at)}",
            "note": one.text,
            "state": "done",
        }
        for one in remarks
    ]


def _remark(one: ReturnRemark) -> str:
    title = str(REMARKS[one.kind])
    if one.version == 1:
        return title
    return gettext("{title} (bản {n})").format(title=title, n=one.version)


def files(found: Return) -> list[dict[str, Any]]:
    """List the evidence of a return."""
    return [
        {
            "id": file.id,
            "name": file.name,
            "href": address(found.line, "return_file", evidence_id=file.id),
            "by": f"{file.added_by} · {moment(file.added_at)}",
        }
        for file in found.evidence
    ]


def versions(found: Return) -> list[dict[str, Any]]:
    """List the versions that were accepted, where there are several."""
    if len(found.accepted) < 2:
        return []
    return [
        {
            "number": one.number,
            "counts": counts(one.numerator, one.denominator),
            "by": one.accepted_by,
            "at": moment(one.accepted_at) if one.accepted_at else "",
            "is_in_force": one.state is ReturnState.ACCEPTED,
        }
        for one in found.accepted
    ]


def sheets(lines: Sequence[ReturnLine]) -> list[dict[str, Any]]:
    """List the workbooks to fill in: one for each agency and period that owes."""
    places = {(line.period, line.agency_id): line for line in lines if line.is_owed}
    return [
        {
            "agency": line.agency,
            "period": measures.period_name(line.period),
            "name": sheet_name(line.period.key, line.agency_id),
            "href": reverse("return_sheet", args=[line.period.key, line.agency_id]),
            "take_href": reverse("return_take", args=[line.period.key, line.agency_id]),
        }
        for line in places.values()
    ]


def sheet_name(period: str, agency_id: UUID) -> str:
    """Name the field of a workbook; a page may have several."""
    return f"sheet-{period}-{agency_id}"


def faults(refusal: Invalid | None) -> list[dict[str, str]]:
    """List the cells of a workbook that are wrong."""
    found: Sequence[SheetFault] = (
        refusal.faults if isinstance(refusal, ReturnSheetWrong) else ()
    )
    return [
        {"cell": one.cell, "told": one.told, "message": say(one.message)}
        for one in found
    ]


def by_agency(lines: Iterable[ReturnLine]) -> list[dict[str, Any]]:
    """Count who owes how much, those who are late first."""
    found: dict[str, list[ReturnLine]] = {}
    for line in lines:
        found.setdefault(line.agency_short, []).append(line)
    rows = [
        {
            "agency": agency,
            "late": sum(one.is_late for one in owed),
            "owed": len(owed),
            "oldest": min(one.due_on for one in owed),
        }
        for agency, owed in found.items()
    ]
    return sorted(rows, key=lambda one: (-one["late"], one["oldest"], one["agency"]))


def reporters(
    period: Period, lines: Iterable[ReturnLine], desks: Collection[UUID]
) -> list[dict[str, Any]]:
    """List the returns behind a number; those of the reader's desks lead there.

    inner: the period of each, where the number is of a longer one.
    """
    return [
        row(line)
        | {"inner": "" if line.period == period else measures.period_name(line.period)}
        | ({} if {line.agency_id, line.approver_id} & set(desks) else CLOSED)
        for line in lines
    ]


def is_longer(period: Period, lines: Iterable[ReturnLine]) -> bool:
    """Tell whether a period is made of the returns of shorter ones."""
    return any(line.period != period for line in lines)


def coverage(figure: Figure | None) -> str:
    """Say how many returns were accepted: `12/54 cơ quan đã báo cáo`."""
    if figure is None or figure.coverage is None:
        return ""
    told = figure.coverage
    text = gettext("{n}/{m} cơ quan đã báo cáo và được duyệt")
    if told.periods > 1:
        text = gettext("{n}/{m} báo cáo của các kỳ bên trong đã được duyệt")
    return text.format(n=told.reported, m=told.asked)
