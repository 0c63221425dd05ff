"""Show papers people hold already: as an offer, and as where a file came from."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from tinhso.documents import queries as documents
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import NotFound
from tinhso.procedures import queries
from tinhso.procedures.types import (
    Barrier,
    Dossier,
    Draft,
    FormPage,
    HeldKind,
    HeldPaper,
)

# How the source of an answer begins that a result gave.
RESULT = "result:"


def offers(
    draft: Draft, page: FormPage, *, actor: Actor, at: datetime
) -> tuple[Mapping[str, list[dict[str, str]]], list[dict[str, str]]]:
    """Show what answers the questions of a page: by field, and for the page."""
    if not any(f.accepts_results or f.paper or f.from_results for f in page.fields):
        return {}, []
    found = queries.held_for_page(
        draft_id=draft.id, page_key=page.key, actor=actor, at=at
    )
    by_field = {
        key: [_offer(paper, f"{key}:{paper.file_id}") for paper in papers]
        for key, papers in found.by_field.items()
    }
    return by_field, [_offer(paper, str(paper.document_id)) for paper in found.fills]


def to_supply(
    dossier: Dossier, given: Mapping[str, Any], *, actor: Actor, at: datetime
) -> Mapping[str, list[dict[str, str]]]:
    """Show by field what completes a dossier; given: what the page names already."""
    lists = [names for names in given.values() if isinstance(names, list)]
    used = {str(name) for names in lists for name in names}
    found = queries.held_for_supplement(
        dossier_id=dossier.id, used=used, actor=actor, at=at
    )
    return {
        key: [_offer(paper, f"{key}:{paper.file_id}") for paper in papers]
        for key, papers in found.items()
    }


def origins(found: Mapping[UUID, HeldPaper]) -> list[dict[str, str]]:
    """Show of each file that was there before where it came from."""
    return [
        {
            "title": described(paper),
            "from": _from(paper),
            "state": _state(paper),
            "tone": "good" if paper.barrier is Barrier.NONE else "bad",
        }
        for paper in found.values()
    ]


def described(paper: HeldPaper) -> str:
    """Name a paper with number, day and agency."""
    day = f"{paper.issued_on:%d/%m/%Y}"
    if paper.kind is HeldKind.UPLOAD:
        said = gettext("{title}, nộp ngày {day}")
        return said.format(title=paper.title, day=day)
    number = gettext("số {number}").format(number=paper.number) if paper.number else ""
    named = " ".join(filter(None, [paper.title, number]))
    said = gettext("{paper}, cấp ngày {day}, {agency}")
    return said.format(paper=named, day=day, agency=paper.organization_name)


def source_of(source: str) -> str:
    """Name the result that gave an answer; nothing if another source did."""
    if not source.startswith(RESULT):
        return ""
    document_id = source.removeprefix(RESULT).partition(".")[0]
    try:
        document = documents.get_document(document_id=UUID(document_id))
    except NotFound:
        return ""
    return f"{document.title} {document.number}".strip()


def _offer(paper: HeldPaper, value: str) -> dict[str, str]:
    return {
        "value": value,
        "title": described(paper),
        "why_not": "" if paper.barrier is Barrier.NONE else _state(paper),
    }


def _from(paper: HeldPaper) -> str:
    if paper.kind is HeldKind.RESULT:
        said = gettext("Từ kho giấy tờ: kết quả hồ sơ {code}")
    else:
        said = gettext("Từ kho giấy tờ: tệp đã nộp trong hồ sơ {code}")
    return said.format(code=paper.dossier_code)


def _state(paper: HeldPaper) -> str:
    until = f"{paper.valid_until:%d/%m/%Y}" if paper.valid_until else ""
    if paper.barrier is Barrier.REVOKED:
        return gettext("Đã thu hồi")
    if paper.barrier is Barrier.EXPIRED:
        return gettext("Hết hiệu lực sau ngày {day}").format(day=until)
    if paper.barrier is Barrier.USED:
        return gettext("Hồ sơ này đã có")
    if paper.kind is HeldKind.UPLOAD:
        return ""
    if until:
        return gettext("Còn hiệu lực đến {day}").format(day=until)
    return gettext("Còn hiệu lực")
