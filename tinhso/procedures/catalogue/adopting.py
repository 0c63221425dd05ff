"""Make a procedure of the national catalogue one that a counter can take in.

What the catalogue does not say in a way that was understood is left out: the clerk
then states it, and the dossier keeps what they stated.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tinhso.procedures.types.catalogue import PUBLIC_CHANNELS, Channel
from tinhso.procedures.types.deadlines import LimitUnit
from tinhso.procedures.types.national import (
    NationalPaper,
    NationalProcedure,
    StatedLimit,
    StatedUnit,
    Way,
)

WORKFLOW = "paper_result"
MOST_PAPERS = 60
LONGEST_LABEL = 300
SCANS = ["application/pdf", "image/jpeg", "image/png"]
# The levels whose agencies this province's desks take dossiers in for.
LEVELS = {
    "commune": {"vi": "Cấp xã giải quyết", "en": "Decided by a commune"},
    "province": {"vi": "Cấp tỉnh giải quyết", "en": "Decided by the province"},
}
# In which form a paper was handed in (TT 01/2018/TT-VPCP, form 01).
PAPER_FORMS = {
    "original": {"vi": "Bản chính", "en": "Original"},
    "certified": {"vi": "Bản sao chứng thực", "en": "Certified copy"},
    "photocopy": {"vi": "Bản chụp", "en": "Photocopy"},
    "electronic": {"vi": "Bản điện tử", "en": "Electronic"},
}
_UNITS = {
    StatedUnit.WORKING_DAYS: (LimitUnit.WORKING_DAYS, LimitUnit.WORKING_HOURS, 8),
    StatedUnit.DAYS: (LimitUnit.DAYS, LimitUnit.HOURS, 24),
    StatedUnit.HOURS: (LimitUnit.HOURS, LimitUnit.HOURS, 1),
    StatedUnit.MONTHS: (LimitUnit.MONTHS, LimitUnit.MONTHS, 1),
}


def form_key(code: str) -> str:
    """Name the form of an adopted procedure; no pack can have such a key."""
    return f"adopted-{code}"


def procedure_body(national: NationalProcedure, *, on: date) -> dict[str, Any] | None:
    """Write the content of a procedure; None if no desk of the province takes it in.

    on: the day the catalogue was imported, from which its content holds here.
    """
    cases = [
        {"key": level, "title": title, "level": level}
        for level, title in LEVELS.items()
        if level in national.levels
    ]
    if not cases:
        return None
    result = national.results[0] if national.results else None
    return {
        "key": national.code,
        "title": _both(national.title),
        "summary": _both(""),
        "field": national.field,
        "level": cases[0]["level"],
        "cases": cases,
        "audience": ["citizen", "business", "organization"],
        # Online it comes through the national portal only: no page here offers it.
        "channels": [channel.value for channel in PUBLIC_CHANNELS],
        "time_limits": time_limits(national, on),
        "fees": _fees(national, on),
        "papers": [],
        "legal_basis": [
            {"number": law.number, "title": law.title} for law in national.legal_basis
        ],
        "form": form_key(national.code),
        "workflow": WORKFLOW,
        "supplement_policy": "restart",
        "result": {
            "code": result.code if result else "",
            "title": _both(result.title if result else "Kết quả"),
        },
        "valid_from": on.isoformat(),
        "source": source_of(national),
    }


def form_body(national: NationalProcedure) -> dict[str, Any]:
    """Write the sheet a clerk fills in: the applicant, the request, each paper."""
    pages = [
        {
            "key": f"paper_{number}",
            "title": _both(short(paper.title)),
            "fields": _paper_fields(number, paper),
        }
        for number, paper in enumerate(distinct(national.papers), start=1)
    ]
    sections = [_applicant(), _request()]
    if pages:
        title = {"vi": "Thành phần hồ sơ đã nhận", "en": "Papers taken in"}
        sections.append({"key": "papers", "title": title, "pages": pages})
    return {
        "key": form_key(national.code),
        "title": _both(national.title),
        "source": source_of(national),
        "sections": sections,
    }


def time_limits(national: NationalProcedure, on: date) -> list[dict[str, Any]]:
    """Write the time limit of the counter, if all its ways state the same one."""
    limits = {way.limit for way in _at_counter(national.ways)}
    if len(limits) != 1:
        return []
    read = _limit(limits.pop())
    dated = {"valid_from": on.isoformat(), "source": source_of(national)}
    return [{**read, **dated}] if read else []


def _fees(national: NationalProcedure, on: date) -> list[dict[str, Any]]:
    fees = {way.fee for way in _at_counter(national.ways)}
    fee = fees.pop() if len(fees) == 1 else None
    if fee is None or fee.currency != "VND":
        return []
    return [
        {
            "amount": fee.amount,
            "unit": "dossier",
            "valid_from": on.isoformat(),
            "source": source_of(national),
        }
    ]


def _at_counter(ways: Iterable[Way]) -> list[Way]:
    """List the ways of the counter; all, if none is said to be one."""
    listed = list(ways)
    return [way for way in listed if way.channel is Channel.COUNTER] or listed


def _limit(stated: StatedLimit | None) -> dict[str, Any] | None:
    """Write a stated time limit in whole units; None if it cannot be."""
    if stated is None:
        return None
    unit, smaller, times = _UNITS[stated.unit]
    if stated.amount == int(stated.amount):
        return {"amount": int(stated.amount), "unit": unit.value}
    parts = stated.amount * times
    if smaller is unit or parts != int(parts):
        return None
    return {"amount": int(parts), "unit": smaller.value}


def distinct(papers: Iterable[NationalPaper]) -> list[NationalPaper]:
    """List papers by title, once each: several cases ask for the same ones."""
    return list({paper.title: paper for paper in papers if paper.title}.values())[
        :MOST_PAPERS
    ]


def _paper_fields(number: int, paper: NationalPaper) -> list[dict[str, Any]]:
    wanted = f"Cần {paper.originals} bản chính, {paper.copies} bản sao."
    english = f"Wanted: {paper.originals} originals, {paper.copies} copies."
    return [
        {
            "key": f"paper_{number}_form",
            "kind": "choice",
            "label": {"vi": "Đã nhận dạng", "en": "Handed in as"},
            "hint": {"vi": wanted, "en": english},
            "required": False,
            "choices": [
                {"value": value, "label": label} for value, label in PAPER_FORMS.items()
            ],
        },
        {
            "key": f"paper_{number}_copies",
            "kind": "number",
            "label": {"vi": "Số bản", "en": "Copies"},
            "required": False,
            "minimum": 1,
            "maximum": 999,
        },
        {
            "key": f"paper_{number}_scan",
            "kind": "files",
            "label": {"vi": "Bản quét", "en": "Scan"},
            "required": False,
            "accepts": SCANS,
        },
    ]


def _applicant() -> dict[str, Any]:
    fields = [
        _field("applicant_name", "name", "Họ và tên", "Full name", "full_name"),
        _field(
            "applicant_number",
            "personal_number",
            "Số định danh cá nhân",
            "Personal number",
            "personal_number",
        ),
        _field("applicant_residence", "text", "Nơi cư trú", "Residence", "residence"),
        _field("applicant_phone", "phone", "Số điện thoại", "Phone", "phone"),
    ]
    for field in fields[2:]:
        field["required"] = False
    title = {"vi": "Người nộp", "en": "Applicant"}
    page = {"key": "applicant", "title": title, "fields": fields}
    return {"key": "applicant", "title": title, "pages": [page]}


def _request() -> dict[str, Any]:
    title = {"vi": "Nội dung đề nghị", "en": "Request"}
    field = {
        "key": "request",
        "kind": "long_text",
        "label": {"vi": "Người dân đề nghị việc gì", "en": "What is asked for"},
        "required": False,
        "max_length": 2000,
    }
    page = {"key": "request", "title": title, "fields": [field]}
    return {"key": "request", "title": title, "pages": [page]}


def _field(
    key: str, kind: str, label: str, english: str, prefill: str
) -> dict[str, Any]:
    return {
        "key": key,
        "kind": kind,
        "label": {"vi": label, "en": english},
        "prefill": f"person.{prefill}",
        "max_length": LONGEST_LABEL,
    }


def source_of(national: NationalProcedure) -> str:
    """Name the catalogue and the decision that a content was taken from."""
    decision = f"; {national.decision}" if national.decision else ""
    return f"Danh mục thủ tục hành chính quốc gia (mã {national.code}){decision}"


def short(text: str) -> str:
    """Cut a text to the length of a label."""
    return text if len(text) <= LONGEST_LABEL else f"{text[: LONGEST_LABEL - 1]}…"


def _both(text: str) -> Mapping[str, str]:
    # The national catalogue is in Vietnamese only.
    return {"vi": text, "en": text}
