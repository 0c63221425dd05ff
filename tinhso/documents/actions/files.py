"""Take files in, and release them when a dossier is submitted."""

import logging
from collections.abc import Collection, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from tinhso.documents import queries
from tinhso.documents.models import FileRow
from tinhso.documents.providers import inspectors, scanner, store
from tinhso.documents.rules import clean_file_name
from tinhso.documents.types import (
    File,
    FileInfected,
    FileNotFound,
    FileState,
    Inspection,
    InspectionUnavailable,
    KeptFile,
    StorageAlmostFull,
    StorageLevel,
    Upload,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit

LOG = logging.getLogger("tinhso.documents")


def store_file(
    *,
    content: bytes,
    name: str,
    owner_id: UUID | None,
    organization_id: UUID | None,
    accepted: tuple[str, ...],
    max_bytes: int,
    actor: Actor,
    at: datetime,
) -> File:
    """Store a file that may come in; its bytes are durable before its row.

    accepted: media types; max_bytes: bytes. A file that is refused is never written.
    What is stored of a picture is the picture alone, without where it was taken.
    :raises FileEmpty, FileTooLarge, FileTypeNotAccepted, FileNameMisleads,
        FileEncrypted, FileTruncated, FileActive, FileTwoInOne, FileTooManyPixels,
        FileTooDemanding, FileSecret, FileInfected: what is wrong with it.
    :raises StorageAlmostFull: if too little space is left for files.
    :raises InspectionUnavailable, ScannerUnavailable, StorageUnavailable: if it may
        come in later.
    """
    _refuse_without_space()
    shown = clean_file_name(name)
    found = inspectors.begin(
        content=content, name=shown, accepted=accepted, max_bytes=max_bytes
    ).outcome()
    _refuse_infected(found.content, shown)
    digest = store.keep(home=settings.TINHSO_HOME, content=found.content)
    with transaction.atomic():
        row = FileRow.objects.create(
            name=clean_file_name(name, found.media_type),
            media_type=found.media_type,
            size=len(found.content),
            sha256=digest,
            state=FileState.CHECKED,
            owner_id=owner_id,
            organization_id=organization_id,
            stored_at=at,
            checked_at=at,
        )
        sent = "" if found.content is content else sha256(content).hexdigest()
        _write_audit("documents.store_file", row, actor, at, sent=sent)
    return queries.file_of(row)


def prepare_inspection() -> None:
    """Start what inspects files, so that the first one need not wait for it."""
    inspectors.pool().start()


def begin_inspection(*, upload: Upload) -> Inspection | None:
    """Have a file inspected while other things are done; None if it must wait.

    Whoever began it asks for its `outcome`, as `keep_file` does, or drops it.
    :raises FileEmpty, FileTooLarge: before anybody looks at it.
    """
    try:
        return _begun(upload, wait=0)
    except InspectionUnavailable:
        return None


def _begun(upload: Upload, *, wait: float = inspectors.WAIT_SECONDS) -> Inspection:
    return inspectors.begin(
        content=upload.content,
        name=clean_file_name(upload.name),
        accepted=upload.accepted,
        max_bytes=upload.max_bytes,
        wait=wait,
    )


def keep_file(*, upload: Upload, begun: Inspection | None = None) -> KeptFile:
    """Keep the bytes of a file that comes together with its dossier.

    They are inspected, and durable when this returns; `taking_in` writes the row.
    begun: its inspection, where it was begun before.
    :raises Invalid, Refused: as `store_file` does.
    """
    _refuse_without_space()
    found = (begun or _begun(upload)).outcome()
    _refuse_infected(found.content, clean_file_name(upload.name))
    same = found.content is upload.content
    return KeptFile(
        id=upload.id,
        name=clean_file_name(upload.name, found.media_type),
        media_type=found.media_type,
        size=len(found.content),
        sha256=store.keep(
            home=settings.TINHSO_HOME,
            content=found.content,
            digest=upload.sha256 if same else "",
        ),
        sent_sha256="" if same else upload.sha256,
    )


def _refuse_infected(content: bytes, name: str) -> None:
    if scanner.chosen(clamd=settings.TINHSO_CLAMD_SOCKET).finding(content=content):
        LOG.warning("file refused: FileInfected")
        raise FileInfected(name=name)


# Part of each submission, hence by hand.
TAKE_IN = " ".join(
    f"""
    file AS (
        INSERT INTO {FileRow._meta.db_table} (
            id, name, media_type, size, sha256, state, owner_id, stored_at,
            checked_at, released_at
        )
        SELECT id, name, kind, size, digest, '{FileState.RELEASED.value}',
            %(file_owner)s::uuid, %(at)s, %(at)s, %(at)s
        FROM unnest(%(file_ids)s::uuid[], %(file_names)s::text[],
            %(file_types)s::text[], %(file_sizes)s::bigint[], %(file_digests)s::text[])
            AS part (id, name, kind, size, digest)
    )
    """.split()  # noqa: S608 - the name is our own
)


def taking_in(
    *, files: Sequence[KeptFile], owner_id: UUID | None, actor: Actor, at: datetime
) -> tuple[str, dict[str, Any]]:
    """Lay the rows of kept files out, released, as part of their dossier's statement.

    Answers the SQL and its values; `file_ids` are the files'.
    """
    entry, values = audit.writing(
        "taken_in",
        "documents.take_in",
        subject="documents.File",
        subject_id=files[0].id if files else None,
        actor=actor,
        at=at,
        details={"files": [_told(file) for file in files]},
    )
    return f"{TAKE_IN}, {entry}", values | {
        "file_ids": [file.id for file in files],
        "file_names": [file.name for file in files],
        "file_types": [file.media_type for file in files],
        "file_sizes": [file.size for file in files],
        "file_digests": [file.sha256 for file in files],
        "file_owner": owner_id,
    }


def _told(file: KeptFile) -> dict[str, str]:
    told = {"id": str(file.id), "sha256": file.sha256}
    return told | ({"sent_sha256": file.sent_sha256} if file.sent_sha256 else {})


def release_files(
    *, file_ids: Collection[UUID], actor: Actor, at: datetime
) -> tuple[File, ...]:
    """Mark files as part of a submitted dossier; those released before stay so.

    :raises FileNotFound: if one is missing or still in quarantine.
    """
    with transaction.atomic():
        rows = list(
            FileRow.objects.select_for_update()
            .filter(pk__in=file_ids)
            .exclude(state__in=[FileState.QUARANTINED, FileState.ERASED])
            .order_by("pk")
        )
        if len(rows) != len(set(file_ids)):
            raise FileNotFound()
        fresh = [row for row in rows if row.state == FileState.CHECKED]
        for row in fresh:
            row.state, row.released_at = FileState.RELEASED, at
            _write_audit("documents.release_file", row, actor, at)
        FileRow.objects.bulk_update(fresh, ["state", "released_at"])
    return tuple(queries.file_of(row) for row in rows)


def keep_own_pdf(
    *,
    pdf: bytes,
    name: str,
    owner_id: UUID | None,
    organization_id: UUID | None,
    at: datetime,
) -> FileRow:
    """Keep a PDF the platform made itself; it needs no quarantine."""
    return FileRow.objects.create(
        name=clean_file_name(f"{name}.pdf"),
        media_type="application/pdf",
        size=len(pdf),
        sha256=store.keep(home=settings.TINHSO_HOME, content=pdf),
        state=FileState.RELEASED,
        owner_id=owner_id,
        organization_id=organization_id,
        stored_at=at,
        checked_at=at,
        released_at=at,
    )


def _refuse_without_space() -> None:
    """Keep the space that is left for what the platform must write itself."""
    if queries.storage_level() is not StorageLevel.ALL:
        raise StorageAlmostFull


def _write_audit(
    deed: str, row: FileRow, actor: Actor, at: datetime, *, sent: str = ""
) -> None:
    details = {"sha256": row.sha256, "size": row.size, "type": row.media_type}
    audit.write(
        deed,
        subject="documents.File",
        subject_id=row.id,
        actor=actor,
        at=at,
        details=details | ({"sent_sha256": sent} if sent else {}),
    )
