"""Make a first draft of a procedure: from the national catalogue, or empty.

What the catalogue does not say in a way that was understood is left out. A draft
without it cannot be published, so that it is asked for and never guessed.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from tinhso.procedures.catalogue import adopting
from tinhso.procedures.types.national import NationalPaper, NationalProcedure, Way

# How the catalogue names those who may apply, by how the words begin.
AUDIENCES = {
    "công dân": "citizen",
    "người": "citizen",
    "cán bộ": "citizen",
    "doanh nghiệp": "business",
    "tổ chức": "organization",
    "hợp tác xã": "organization",
}


def part_key(code: str) -> str:
    """Name the form and the examples of a procedure made here: `local_1_014801`."""
    return f"local_{code.replace('.', '_')}"


def empty_procedure(code: str) -> dict[str, Any]:
    """Begin a procedure of which nothing is known but the code."""
    return {"key": code, "form": part_key(code), "papers": [], "legal_basis": []}


def empty_form(code: str) -> dict[str, Any]:
    """Begin a form with the page about the applicant."""
    return {
        "key": part_key(code),
        "title": both(f"Thủ tục {code}", f"Procedure {code}"),
        "source": "",
        "sections": [_applicant()],
    }


def procedure_of(national: NationalProcedure, *, on: date) -> dict[str, Any]:
    """Begin a procedure with all that the national catalogue says."""
    papers = adopting.distinct(national.papers)
    known = {
        **empty_procedure(national.code),
        "title": both(national.title),
        "field": national.field,
        "source": adopting.source_of(national),
        "valid_from": on.isoformat(),
        "channels": list(dict.fromkeys(way.channel.value for way in national.ways)),
        "papers": [_paper(n, paper) for n, paper in enumerate(papers, start=1)],
        "legal_basis": [_law(law) for law in national.legal_basis],
        "workflow": adopting.WORKFLOW,
        "supplement_policy": "restart",
        "audience": _audience(national.audience),
        "time_limits": _time_limits(national, on),
        "fees": _fees(national, on),
        **_levels(national),
        **_result(national),
    }
    # An empty list of fees says "free", which the catalogue then does not.
    said = {"papers", "legal_basis"}
    return {key: part for key, part in known.items() if part or key in said}


def form_of(national: NationalProcedure) -> dict[str, Any]:
    """Begin its form: the applicant, what they ask for, a page for each paper."""
    pages = [
        {
            "key": f"paper_{number}",
            "title": both(adopting.short(paper.title)),
            "fields": [_files(number)],
        }
        for number, paper in enumerate(adopting.distinct(national.papers), start=1)
    ]
    papers = {"key": "papers", "title": both("Giấy tờ", "Papers"), "pages": pages}
    return {
        **empty_form(national.code),
        "title": both(national.title),
        "source": adopting.source_of(national),
        "sections": [_applicant(), _request(), *([papers] if pages else [])],
    }


def both(vi: str, en: str = "") -> dict[str, str]:
    """Write a text in both languages; without an English one, the Vietnamese stands."""
    return {"vi": vi, "en": en or vi}


def _paper(number: int, paper: NationalPaper) -> dict[str, Any]:
    """Write a paper; whether copies are certified, the catalogue does not say."""
    known: dict[str, Any] = {
        "key": f"paper_{number}",
        "title": both(paper.title),
        "field": f"paper_{number}",
    }
    if paper.originals or paper.copies:
        known["copies"] = paper.originals or paper.copies
    if paper.originals:
        known["form"] = "original"
    return known


def _law(law: Any) -> dict[str, Any]:
    issued = {"issued_on": law.issued_on.isoformat()} if law.issued_on else {}
    return {"number": law.number, "title": law.title, **issued}


def _time_limits(national: NationalProcedure, on: date) -> list[dict[str, Any]]:
    """Write the time limit, if all ways state the same one."""
    if len({way.limit for way in national.ways}) != 1:
        return []
    return adopting.time_limits(national, on)


def _fees(national: NationalProcedure, on: date) -> list[dict[str, Any]]:
    """Write the fee, or one for each channel; nothing unless all were understood."""
    ways = [way for way in national.ways if way.fee and way.fee.currency == "VND"]
    if len(ways) < len(national.ways):
        return []
    amounts = {way.fee.amount for way in ways if way.fee}
    if len(amounts) == 1:
        return [_fee(amounts.pop(), national, on)]
    return _by_channel(ways, national, on)


def _by_channel(
    ways: Iterable[Way], national: NationalProcedure, on: date
) -> list[dict[str, Any]]:
    channels: dict[str, set[int]] = {}
    for way in ways:
        if way.fee:
            channels.setdefault(way.channel.value, set()).add(way.fee.amount)
    if any(len(amounts) > 1 for amounts in channels.values()):
        return []
    return [
        {**_fee(amounts.pop(), national, on), "channels": [channel]}
        for channel, amounts in channels.items()
    ]


def _fee(amount: int, national: NationalProcedure, on: date) -> dict[str, Any]:
    dated = {"valid_from": on.isoformat(), "source": adopting.source_of(national)}
    return {"amount": amount, "unit": "dossier", **dated}


def _audience(words: Iterable[str]) -> list[str]:
    found = (
        name
        for word in words
        for start, name in AUDIENCES.items()
        if word.strip().lower().startswith(start)
    )
    return list(dict.fromkeys(found))


def _levels(national: NationalProcedure) -> dict[str, Any]:
    levels = [level for level in adopting.LEVELS if level in national.levels]
    if len(levels) < 2:
        return {"level": levels[0]} if levels else {}
    cases = [{"key": x, "title": adopting.LEVELS[x], "level": x} for x in levels]
    return {"level": levels[0], "cases": cases}


def _result(national: NationalProcedure) -> dict[str, Any]:
    """Take the result over if there is only one; which of several, an officer says."""
    if len(national.results) != 1:
        return {}
    [result] = national.results
    return {"result": {"code": result.code, "title": both(result.title)}}


def _files(number: int) -> dict[str, Any]:
    return {
        "key": f"paper_{number}",
        "kind": "files",
        "label": both("Bản chụp hoặc bản quét", "Photograph or scan"),
        "accepts": adopting.SCANS,
        "maximum": 5,
    }


def _applicant() -> dict[str, Any]:
    rows = (
        ("applicant_name", "name", "Họ, chữ đệm, tên", "Full name", "full_name"),
        (
            "applicant_number",
            "personal_number",
            "Số định danh cá nhân",
            "Personal number",
            "personal_number",
        ),
        ("applicant_residence", "text", "Nơi cư trú", "Residence", "residence"),
        ("applicant_phone", "phone", "Số điện thoại", "Phone number", "phone"),
    )
    fields = [
        {"key": key, "kind": kind, "label": both(vi, en), "prefill": f"person.{known}"}
        for key, kind, vi, en, known in rows
    ]
    title = both("Thông tin của bạn", "Your details")
    page = {"key": "applicant", "title": title, "fields": fields}
    section = both("Người nộp", "Applicant")
    return {"key": "applicant", "title": section, "pages": [page]}


def _request() -> dict[str, Any]:
    field = {
        "key": "request",
        "kind": "long_text",
        "label": both("Nội dung đề nghị", "What you ask for"),
        "max_length": 2000,
    }
    title = both("Bạn đề nghị việc gì?", "What do you ask for?")
    page = {"key": "request", "title": title, "fields": [field]}
    section = both("Nội dung đề nghị", "Request")
    return {"key": "request", "title": section, "pages": [page]}


def missing_english(body: Mapping[str, Any]) -> tuple[str, ...]:
    """List the texts that stand in Vietnamese on the English page, too."""
    return tuple(
        part["vi"]
        for part in _parts(body)
        if set(part) == {"vi", "en"} and part["vi"] == part["en"]
    )


def _parts(node: Any) -> Iterable[Mapping[str, Any]]:
    if isinstance(node, Mapping):
        yield node
        for inner in node.values():
            yield from _parts(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _parts(inner)
