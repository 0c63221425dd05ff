"""Erase files and documents; that they were there, and their SHA-256, stays on record.

The row becomes a tombstone at once, and is read no more. The bytes follow by a job:
first they are set aside, an hour later they are gone. Meanwhile the same content may
have come in again; then they are put back.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tinhso.documents.models import DocumentRow, FileRow, StageRow
from tinhso.documents.providers import store
from tinhso.documents.types import DocumentIsRecord, FileState
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit

SET_ASIDE_FOR = timedelta(hours=1)
MOST_AT_ONCE = 1_000


def erase_files(*, file_ids: Collection[UUID], actor: Actor, at: datetime) -> int:
    """Erase files; those erased before stay so. Say how many there were.

    What a document is, from its draft on, goes with the document only: dossiers and
    drafts name results that people hold, and are not to take them along.
    """
    stages = StageRow.objects.filter(file_id__in=file_ids)
    of_documents = DocumentRow.objects.filter(file_id__in=file_ids)
    kept = {
        *stages.values_list("file_id", flat=True),
        *of_documents.values_list("file_id", flat=True),
    }
    return _erase(set(file_ids) - kept, actor, at)


def _erase(file_ids: Collection[UUID], actor: Actor, at: datetime) -> int:
    with transaction.atomic():
        rows = FileRow.objects.select_for_update().filter(pk__in=file_ids)
        fresh = list(rows.exclude(state=FileState.ERASED).order_by("pk"))
        for row in fresh:
            row.state, row.name, row.erased_at = FileState.ERASED, "", at
            audit.write(
                "documents.erase_file",
                subject="documents.File",
                subject_id=row.id,
                actor=actor,
                at=at,
                details={"sha256": row.sha256},
            )
        FileRow.objects.bulk_update(fresh, ["state", "name", "erased_at"])
    return len(fresh)


def erase_document(*, document_id: UUID, actor: Actor, at: datetime) -> int:
    """Erase all that a document was, from its draft on; say how many files.

    :raises DocumentIsRecord: if it was issued (Luật Lưu trữ 33/2024/QH15).
    """
    with transaction.atomic():
        row = DocumentRow.objects.select_for_update().get(pk=document_id)
        if row.issued_at is not None:
            raise DocumentIsRecord
        stages = StageRow.objects.filter(document=row).values_list("file_id", flat=True)
        # Who knows what such papers say could try its words against a digest.
        row.data_digest = ""
        row.save(update_fields=["data_digest"])
        return _erase({row.file_id, *stages}, actor, at)


def remove_erased(*, at: datetime) -> int:
    """Take the bytes of erased files away; say how many are gone for good."""
    gone = _end_those_set_aside(at)
    due = FileRow.objects.filter(state=FileState.ERASED, removed_at=None)
    for row in due.order_by("erased_at", "id")[:MOST_AT_ONCE]:
        if not _is_needed(row.sha256):
            store.set_aside(home=settings.TINHSO_HOME, digest=row.sha256)
        FileRow.objects.filter(pk=row.pk).update(removed_at=at)
    return gone


def _end_those_set_aside(at: datetime) -> int:
    before = (at - SET_ASIDE_FOR).timestamp()
    gone = 0
    for digest in store.set_aside_before(home=settings.TINHSO_HOME, moment=before):
        if _is_needed(digest):
            store.put_back(home=settings.TINHSO_HOME, digest=digest)
        else:
            store.remove(home=settings.TINHSO_HOME, digest=digest)
            gone += 1
    return gone


def _is_needed(digest: str) -> bool:
    rows = FileRow.objects.filter(sha256=digest)
    return rows.exclude(state=FileState.ERASED).exists()
