"""What papers people hold already: results of this platform, and what they handed in.

People are asked once (NĐ 118/2025/NĐ-CP, formerly NĐ 45/2020): what is offered here is
the stored content itself, named again and never copied.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from tinhso.documents import queries as documents
from tinhso.documents.types import Document, DocumentState
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import NotFound
from tinhso.people import queries as people
from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.models import DossierFileRow, DossierRow, DraftRow
from tinhso.procedures.queries.access import may_read, may_write, owns
from tinhso.procedures.queries.papers import validities_of
from tinhso.procedures.queries.versions import procedure_version
from tinhso.procedures.types import (
    Barrier,
    Field,
    FormPage,
    HeldKind,
    HeldPaper,
)

PDF = "application/pdf"
# Whose papers of older dossiers are looked through, and how many of a kind are shown.
MOST_DOSSIERS, MOST_OFFERED = 50, 5


@dataclass(frozen=True, slots=True)
class Offers:
    """What somebody holds for a page: files by field, and results that fill it in."""

    by_field: Mapping[str, tuple[HeldPaper, ...]]
    fills: tuple[HeldPaper, ...]


def held_for_page(
    *, draft_id: UUID, page_key: str, actor: Actor, at: datetime
) -> Offers:
    """List what the applicant holds that answers the questions of a page.

    Papers that expired or were revoked come last, with what bars them. A clerk who
    writes for somebody is offered nothing: papers are shown to their holders only.

    :raises NotFound: if there is no such draft or page, or it is not the asker's.
    """
    row = DraftRow.objects.filter(pk=draft_id).first()
    if row is None or not may_write(actor, row):
        raise NotFound
    page = procedure_version(row.procedure_id).form.page(page_key)
    if page is None:
        raise NotFound
    if not owns(actor, row.owner_id):
        return Offers({}, ())
    used = {str(name) for names in row.answers.values() for name in listed(names)}
    on = day_of(at)
    found = {
        field.key: held_for_field(field, row.owner_id, used=used, on=on)
        for field in page.fields
        if field.accepts_results or field.paper
    }
    by_field = {key: papers for key, papers in found.items() if papers}
    return Offers(by_field, held_to_fill(page, row.owner_id, on=on))


def held_for_supplement(
    *, dossier_id: UUID, used: Collection[str], actor: Actor, at: datetime
) -> Mapping[str, tuple[HeldPaper, ...]]:
    """List by field what the applicant holds to complete a dossier of their own with.

    used: the files, by id, that the supplement names already.

    :raises NotFound: if there is no such dossier, or it is not the asker's own.
    """
    row = DossierRow.objects.filter(pk=dossier_id).first()
    if row is None or not owns(actor, row.owner_id):
        raise NotFound
    form, on = procedure_version(row.procedure_id).form, day_of(at)
    found = {
        field.key: held_for_field(field, row.owner_id, used=used, on=on)
        for field in form.fields()
        if field.accepts_results or field.paper
    }
    return {key: papers for key, papers in found.items() if papers}


def origins_of(
    *, dossier_id: UUID, actor: Actor, at: datetime
) -> Mapping[UUID, HeldPaper]:
    """Tell of each file of a dossier that was there before where it came from.

    Whether it still holds is told as of now.

    :raises NotFound: if there is no such dossier, or the asker may not see it.
    """
    row = DossierRow.objects.defer("answers").filter(pk=dossier_id).first()
    if row is None or not may_read(actor, row):
        raise NotFound
    return origins_on(row, list(row.file_rows.values_list("file_id", flat=True)), at)


def origins_on(
    row: DossierRow, ids: Sequence[UUID], at: datetime
) -> Mapping[UUID, HeldPaper]:
    """Tell of the files of a dossier's row where they came from, as `origins_of`."""
    if not ids:
        return {}
    earlier = DossierFileRow.objects.filter(file_id__in=ids, dossier_id__lt=row.id)
    found = {
        part.file_id: _upload(part)
        for part in earlier.select_related("dossier").order_by("-dossier_id")
    }
    results = documents.documents_by_files(file_ids=ids)
    named = _results(results.values(), on=day_of(at))
    return {**found, **{k: named[d.id] for k, d in results.items() if d.id in named}}


def held_for_field(
    field: Field, owner_id: UUID, *, used: Collection[str], on: date
) -> tuple[HeldPaper, ...]:
    """List what somebody holds that answers a field, what can be used first."""
    papers = [*_results_for(field, owner_id, on), *_uploads_for(field, owner_id)]
    marked = [
        replace(paper, barrier=Barrier.USED) if str(paper.file_id) in used else paper
        for paper in papers
    ]
    return tuple(sorted(marked, key=lambda paper: paper.barrier != ""))[:MOST_OFFERED]


def held_to_fill(page: FormPage, owner_id: UUID, *, on: date) -> tuple[HeldPaper, ...]:
    """List the results in force whose data answer fields of a page."""
    codes = {code for field in page.fields for code in field.from_results}
    if not codes:
        return ()
    found = documents.documents_of_kinds(person_id=owner_id, kinds=sorted(codes))
    papers = _results(found, on=on).values()
    return tuple(p for p in papers if p.barrier is not Barrier.REVOKED)[:MOST_OFFERED]


def barrier_of(document: Document, field: Field, on: date) -> HeldPaper:
    """Read a result as it stands for a field on a day."""
    paper = _results([document], on=on)[document.id]
    if paper.barrier is Barrier.EXPIRED and field.accepts_expired:
        return replace(paper, barrier=Barrier.NONE)
    return paper


def listed(value: object) -> list[str]:
    """Read the files an answer names."""
    return [str(item) for item in value if item] if isinstance(value, list) else []


def _results_for(field: Field, owner_id: UUID, on: date) -> Iterator[HeldPaper]:
    if not field.accepts_results or PDF not in field.accepts:
        return
    codes = field.accepts_results
    for document in documents.documents_of_kinds(person_id=owner_id, kinds=codes):
        yield barrier_of(document, field, on)


def _uploads_for(field: Field, owner_id: UUID) -> Iterator[HeldPaper]:
    """Walk through what was handed in for the same kind of paper, the newest first."""
    if not field.paper:
        return
    dossiers = DossierRow.objects.filter(owner_id=owner_id, received_at__isnull=False)
    newest = dossiers.order_by("-id").values_list("pk", flat=True)[:MOST_DOSSIERS]
    parts = DossierFileRow.objects.filter(dossier_id__in=list(newest))
    seen: set[str] = set()
    for part in parts.select_related("dossier", "file").order_by("-dossier_id", "id"):
        file = part.file
        fits = file.media_type in field.accepts and file.size <= field.max_bytes
        if fits and file.sha256 not in seen and _kind_of(part) == field.paper:
            seen.add(file.sha256)
            yield _upload(part)


def _kind_of(part: DossierFileRow) -> str:
    """Tell which kind of paper a file was handed in as."""
    form = procedure_version(part.dossier.procedure_id).form
    kinds = (f.paper for f in form.fields() if f.key == part.field)
    return next(kinds, "")


def _upload(part: DossierFileRow) -> HeldPaper:
    file = documents.get_file(file_id=part.file_id)
    unit = part.dossier.receiver_id or part.dossier.organization_id
    return HeldPaper(
        kind=HeldKind.UPLOAD,
        file_id=file.id,
        document_id=None,
        title=file.name,
        number="",
        issued_on=day_of(part.dossier.submitted_at),
        organization_name=people.get_organization(organization_id=unit).name,
        dossier_code=part.dossier.code,
    )


def _results(found: Iterable[Document], *, on: date) -> dict[UUID, HeldPaper]:
    """Read issued documents as papers people hold; drafts are nobody's paper."""
    issued = [document for document in found if document.issued_at is not None]
    ids = [document.id for document in issued]
    validities = validities_of(document_ids=ids, on=on)
    dossiers = DossierRow.objects.filter(result_document_id__in=ids)
    codes = dict(dossiers.values_list("result_document_id", "code"))
    papers = {}
    for document in issued:
        validity = validities.get(document.id)
        barrier = Barrier.NONE
        if document.state is not DocumentState.ISSUED:
            barrier = Barrier.REVOKED
        elif validity is not None and validity.is_over:
            barrier = Barrier.EXPIRED
        papers[document.id] = HeldPaper(
            kind=HeldKind.RESULT,
            file_id=document.file_id,
            document_id=document.id,
            title=document.title,
            number=document.number,
            issued_on=_issued_on(document),
            organization_name=people.get_organization(
                organization_id=document.organization_id
            ).name,
            dossier_code=codes.get(document.id, ""),
            valid_until=validity.valid_until if validity else None,
            barrier=barrier,
        )
    return papers


def _issued_on(document: Document) -> date:
    assert document.issued_at is not None  # noqa: S101 - only issued ones come here
    return day_of(document.issued_at)
