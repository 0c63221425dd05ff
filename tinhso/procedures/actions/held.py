"""Answer questions with papers the applicant holds already; nothing is copied."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tinhso.documents import queries as documents
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.errors import NotFound, Phrase
from tinhso.procedures.actions.drafts import (
    file_field,
    lock_draft,
    read_files,
    save_draft,
)
from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.models import DossierRow, DraftRow
from tinhso.procedures.queries.access import owns
from tinhso.procedures.queries.held import (
    barrier_of,
    held_for_field,
    held_to_fill,
    listed,
)
from tinhso.procedures.queries.rows import read_draft
from tinhso.procedures.queries.versions import procedure_version
from tinhso.procedures.types import (
    Barrier,
    Draft,
    Field,
    FieldKind,
    Form,
    HeldPaper,
    PaperAlreadyUsed,
    PaperExpired,
    PaperNotHeld,
    PaperRevoked,
)

RESULT_SOURCE = "result:"


def use_held_paper(
    *, draft_id: UUID, field_key: str, file_id: UUID, actor: Actor, at: datetime
) -> Draft:
    """Answer a question of a draft with a paper that the applicant holds.

    :raises PaperNotHeld: if they hold none such, or the question does not take it.
    :raises PaperExpired, PaperRevoked, PaperAlreadyUsed: why it cannot be used.
    :raises AnswersInvalid: if the question has all the files it takes.
    """
    with transaction.atomic():
        row = lock_draft(draft_id, actor)
        field = file_field(procedure_version(row.procedure_id).form, field_key)
        used = {name for names in row.answers.values() for name in listed(names)}
        held = held_for_field(field, row.owner_id, used=used, on=day_of(at))
        # Papers are their holder's to show; a clerk at the counter asks for them.
        held = held if owns(actor, row.owner_id) else ()
        paper = next((one for one in held if one.file_id == file_id), None)
        if paper is None:
            raise PaperNotHeld({field.key: [Phrase(PaperNotHeld.message)]})
        _refuse_barred(field, paper)
        names = [*listed(row.answers.get(field.key)), str(file_id)]
        read_files(field, names)
        row.answers = {**row.answers, field.key: names}
        save_draft(row, at)
        _audit("use_held_paper", row, paper, actor, at)
    return read_draft(row)


def fill_from_result(
    *, draft_id: UUID, page_key: str, document_id: UUID, actor: Actor, at: datetime
) -> Draft:
    """Fill a page in with what a result of the applicant's says, and note the source.

    :raises PaperNotHeld: if they hold no such result, or the page takes nothing of it.
    """
    with transaction.atomic():
        row = lock_draft(draft_id, actor)
        page = procedure_version(row.procedure_id).form.page(page_key)
        if page is None:
            raise NotFound
        held = held_to_fill(page, row.owner_id, on=day_of(at))
        held = held if owns(actor, row.owner_id) else ()
        paper = next((one for one in held if one.document_id == document_id), None)
        if paper is None:
            raise PaperNotHeld({"": [Phrase(PaperNotHeld.message)]})
        filled = _filled(page.fields, paper)
        row.answers = {**row.answers, **filled}
        source = f"{RESULT_SOURCE}{document_id}"
        row.sources = {**row.sources, **dict.fromkeys(filled, source)}
        save_draft(row, at)
        _audit("fill_from_result", row, paper, actor, at)
    return read_draft(row)


def refuse_unusable(
    form: Form, files: Iterable[tuple[str, UUID]], at: datetime
) -> None:
    """Refuse papers that no longer hold, or that were never issued.

    files: (field, file) as a dossier names them. What somebody uploaded passes.

    :raises PaperNotHeld, PaperExpired, PaperRevoked: under the name of the field.
    """
    named = list(files)
    if not named:
        return
    known = documents.documents_by_files(file_ids=[file_id for _, file_id in named])
    for field_key, file_id in named:
        document = known.get(file_id)
        if document is None:
            continue
        # Each stage of a document is a file of its own; only the last one is a paper.
        if document.issued_at is None or document.file_id != file_id:
            raise PaperNotHeld({field_key: [Phrase(PaperNotHeld.message)]})
        field = file_field(form, field_key)
        _refuse_barred(field, barrier_of(document, field, day_of(at)))


def _refuse_barred(field: Field, paper: HeldPaper) -> None:
    title = paper.title
    if paper.barrier is Barrier.EXPIRED:
        assert paper.valid_until is not None  # noqa: S101 - otherwise nothing expires
        day = f"{paper.valid_until:%d/%m/%Y}"
        message = Phrase(PaperExpired.message, title=title, day=day)
        raise PaperExpired({field.key: [message]}, title=title, day=day)
    if paper.barrier is Barrier.REVOKED:
        message = Phrase(PaperRevoked.message, title=title)
        raise PaperRevoked({field.key: [message]}, title=title)
    if paper.barrier is Barrier.USED:
        message = Phrase(PaperAlreadyUsed.message, title=title)
        raise PaperAlreadyUsed({field.key: [message]}, title=title)


def _filled(fields: Iterable[Field], paper: HeldPaper) -> dict[str, Any]:
    """Read what a result says for each field that takes something of it."""
    assert paper.document_id is not None  # noqa: S101 - it is a result
    document = documents.get_document(document_id=paper.document_id)
    dossier = DossierRow.objects.filter(result_document_id=document.id).first()
    known: Mapping[str, Any] = {
        "number": paper.number,
        "title": paper.title,
        "issued_on": paper.issued_on.isoformat(),
        "agency": paper.organization_name,
        **_named("answers", dossier.answers if dossier else {}),
        **_named("officer", dossier.result_data if dossier else {}),
    }
    filled = {
        field.key: known.get(field.from_results.get(document.kind, ""))
        for field in fields
        if field.kind is not FieldKind.FILES
    }
    return {key: value for key, value in filled.items() if value not in (None, "")}


def _named(prefix: str, data: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{prefix}.{key}": value for key, value in data.items()}


def _audit(
    deed: str, row: DraftRow, paper: HeldPaper, actor: Actor, at: datetime
) -> None:
    audit.write(
        f"procedures.{deed}",
        subject="procedures.Draft",
        subject_id=row.id,
        actor=actor,
        at=at,
        details={"file": str(paper.file_id), "from": paper.dossier_code},
    )
