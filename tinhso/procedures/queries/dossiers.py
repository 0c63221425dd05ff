"""Read drafts and dossiers, as far as the asker may see them."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import connection

from tinhso.documents import queries as documents
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import NotFound
from tinhso.kernel.records import Page, read_place
from tinhso.procedures.dossiers.codes import completion, looks_like_code
from tinhso.procedures.forms.masking import masked
from tinhso.procedures.models import DossierRow, DraftRow, FormerAnswersRow
from tinhso.procedures.queries.access import (
    HIDING,
    may_read,
    may_write,
    purpose_of,
    reads_of_others,
)
from tinhso.procedures.queries.rows import (
    PAGE_SIZE,
    dossier_files,
    files_in,
    for_lines,
    page_of,
    read_dossier,
    read_draft,
    with_related,
)
from tinhso.procedures.queries.versions import procedure_version
from tinhso.procedures.types import (
    AnswersVersion,
    Channel,
    Dossier,
    DossierFile,
    DossierState,
    DossierSummary,
    Draft,
    PublicProgress,
)
from tinhso.security import queries as security


def get_draft(*, draft_id: UUID, actor: Actor) -> Draft:
    """Read a draft of one's own, or of one's own desk.

    :raises NotFound: if it does not exist or belongs to somebody else.
    """
    row = DraftRow.objects.filter(pk=draft_id).first()
    if row is None or not may_write(actor, row):
        raise NotFound
    return read_draft(row)


def answers_versions(
    *, dossier_id: UUID, actor: Actor, at: datetime
) -> tuple[AnswersVersion, ...]:
    """List what the applicant of a dossier answered, the oldest first.

    A supplement makes a new version; the one before it stays readable.

    :raises NotFound: if it does not exist or the asker may not see it.
    """
    row = DossierRow.objects.filter(pk=dossier_id).first()
    if row is None or not may_read(actor, row):
        raise NotFound
    form = procedure_version(row.procedure_id).form
    former = list(FormerAnswersRow.objects.filter(dossier=row).order_by("until"))
    held = [(one.since, one.until, one.answers) for one in former]
    since = former[-1].until if former else row.submitted_at
    is_hidden = reads_of_others(actor, row) and purpose_of(actor, row) in HIDING
    return tuple(
        AnswersVersion(
            number=number,
            since=since,
            until=until,
            answers=masked(form, answers) if is_hidden else answers,
            files=files_in(form, answers),
        )
        for number, (since, until, answers) in enumerate(
            [*held, (since, None, row.answers)], start=1
        )
    )


def drafts_of(*, actor: Actor) -> tuple[Draft, ...]:
    """List one's own open drafts, the latest first."""
    rows = DraftRow.objects.filter(owner_id=actor.person_id, dossier=None, desk=None)
    return tuple(read_draft(row) for row in rows.order_by("-updated_at")[:PAGE_SIZE])


def drafts_at_desk(*, actor: Actor) -> tuple[Draft, ...]:
    """List the open sheets of the desks at which an officer takes in, latest first."""
    desks = security.intake_desks_of(actor=actor)
    rows = DraftRow.objects.filter(desk_id__in=desks, dossier=None)
    found = rows.select_related("owner").order_by("-updated_at")
    return tuple(read_draft(row) for row in found[:PAGE_SIZE])


def read_receipt(*, dossier_id: UUID, actor: Actor) -> bytes:
    """Read the newest receipt of a dossier as PDF.

    :raises NotFound: if there is none yet, or the asker may not see it.
    """
    row = DossierRow.objects.filter(pk=dossier_id).first()
    if row is None or not may_read(actor, row) or row.receipt_document_id is None:
        raise NotFound
    return documents.document_pdf(document_id=row.receipt_document_id)


def dossiers_of(
    *, actor: Actor, at: datetime, after: str | None = None
) -> Page[DossierSummary]:
    """List one's own dossiers, the latest first."""
    rows = for_lines(DossierRow.objects.filter(owner_id=actor.person_id))
    if after:
        rows = rows.filter(id__lt=read_place(after))
    found = list(rows.order_by("-id")[: PAGE_SIZE + 1])
    return page_of(found, at, lambda row: str(row.id))


def get_dossier(*, dossier_id: UUID, actor: Actor, at: datetime) -> Dossier:
    """Read a dossier with its files, its history and what the asker may do with it.

    :raises NotFound: if it does not exist or the asker may not see it.
    """
    return read_dossier(readable_row(dossier_id, actor), actor=actor, at=at)


def states_of(*, dossier_ids: Collection[UUID]) -> dict[UUID, DossierState]:
    """Tell how dossiers between agencies stand, whoever asks; never those of people."""
    rows = DossierRow.objects.filter(pk__in=dossier_ids, channel=Channel.INTERNAL)
    return {row.id: _state(row) for row in rows}


def _state(row: DossierRow) -> DossierState:
    step = procedure_version(row.procedure_id).workflow.step(row.step)
    return DossierState(
        id=row.id,
        code=row.code,
        step=step.title,
        step_key=step.key,
        answers=row.answers,
        due_at=row.due_at,
        resolved_at=row.resolved_at,
        ended_at=row.ended_at,
        revision=row.revision,
        is_synthetic=row.is_synthetic,
    )


def readable_row(dossier_id: UUID, actor: Actor) -> DossierRow:
    """Find the row of a dossier with what its page shows.

    :raises NotFound: if it does not exist or the asker may not see it.
    """
    row = with_related(DossierRow.objects.all()).filter(pk=dossier_id).first()
    if row is None or not may_read(actor, row):
        raise NotFound
    return row


def find_dossier(*, code: str, actor: Actor) -> UUID:
    """Find a dossier by its code.

    :raises NotFound: if it does not exist or the asker may not see it.
    """
    row = DossierRow.objects.filter(code=code.strip().upper()).first()
    if row is None or not may_read(actor, row):
        raise NotFound
    return row.id


def public_progress(*, code: str) -> PublicProgress:
    """Tell what anyone may know: code and degree of completion (TT 01/2018 Đ16.2d).

    :raises NotFound: if no dossier has the code.
    """
    wanted = code.strip().upper()
    row = None
    if looks_like_code(wanted):
        row = DossierRow.objects.filter(code=wanted).first()
    if row is None:
        raise NotFound
    workflow = procedure_version(row.procedure_id).workflow
    return PublicProgress(row.code, completion(workflow, row.step))


def read_dossier_file(
    *, dossier_id: UUID, file_id: UUID, actor: Actor
) -> tuple[DossierFile, bytes]:
    """Read a file of a dossier.

    :raises NotFound: if there is none, or the asker may not see it.
    """
    row = DossierRow.objects.filter(pk=dossier_id).first()
    if row is None or not may_read(actor, row):
        raise NotFound
    for file in dossier_files(row):
        if file.file_id == file_id:
            return file, documents.read_file(file_id=file_id)
    raise NotFound


# A view of the database, so that whoever operates it can ask without us.
SILENT = """
SELECT code || ' (' || why || ')' FROM open_dossiers_without_owner_or_due
WHERE submitted_at <= %s ORDER BY id LIMIT %s
"""


def waiting_people(*, after: UUID | None, limit: int, at: datetime) -> tuple[UUID, ...]:
    """List who has an open dossier, by id, from after one of them on."""
    rows = DossierRow.objects.filter(ended_at=None)
    if after is not None:
        rows = rows.filter(owner_id__gt=after)
    found = rows.order_by("owner_id").values_list("owner_id", flat=True).distinct()
    return tuple(found[:limit])


def silent_dossiers(*, at: datetime) -> tuple[str, ...]:
    """List open dossiers that nobody must act on, with why; it must be empty.

    Nobody must act where there is no open task, or nobody holds the post it waits for.
    """
    with connection.cursor() as cursor:
        cursor.execute(SILENT, [at, PAGE_SIZE])
        return tuple(row[0] for row in cursor.fetchall())
