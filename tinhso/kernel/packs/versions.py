"""The versions of content that were applied, from packs or made in the browser."""

from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet

from tinhso.kernel.packs.models import ContentVersion
from tinhso.kernel.packs.types import Content


def newest(*, kind: str, key: str) -> Content | None:
    """Find the version in force of a content; None if it was never applied."""
    row = _newest().filter(kind=kind, key=key).first()
    return _content(row) if row else None


def numbered(*, kind: str, key: str, version: int) -> Content | None:
    """Find a version of a content, in force or not; None if there is none."""
    rows = ContentVersion.objects.filter(kind=kind, key=key, version=version)
    row = rows.first()
    return _content(row) if row else None


def in_force(*, pack: str = "", kind: str = "") -> list[Content]:
    """List the version in force of each content, of one pack or kind or of all."""
    rows = _newest().filter(**({"kind": kind} if kind else {}))
    return [_content(row) for row in rows if pack in ("", row.pack)]


def keep(content: Content, at: datetime) -> Content:
    """Keep a content as the next version of its key; nothing is overwritten."""
    known = newest(kind=content.kind, key=content.key)
    kept = replace(content, version=known.version + 1 if known else 1)
    ContentVersion.objects.create(
        pack=kept.pack,
        kind=kept.kind,
        key=kept.key,
        version=kept.version,
        digest=kept.digest,
        body=kept.body,
        attachments=dict(kept.attachments),
        applied_at=at,
    )
    return kept


def _newest() -> QuerySet[ContentVersion]:
    return ContentVersion.objects.order_by("kind", "key", "-version").distinct(
        "kind", "key"
    )


def _content(row: ContentVersion) -> Content:
    return Content(
        pack=row.pack,
        kind=row.kind,
        key=row.key,
        body=row.body,
        attachments=row.attachments,
        version=row.version,
        digest=row.digest,
    )
