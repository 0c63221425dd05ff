"""Contents being edited in the browser: opened, saved by one at a time, discarded."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.packs import reader, versions
from tinhso.kernel.packs.models import ContentDraftRow
from tinhso.kernel.packs.types import ContentDraft, DraftMovedOn

Body = Mapping[str, Any]


def all_drafts() -> list[ContentDraft]:
    """List what is being edited, the latest first."""
    return [_draft(row) for row in ContentDraftRow.objects.order_by("-updated_at")]


def find_draft(*, kind: str, key: str) -> ContentDraft | None:
    """Find the draft of a content; None if nobody edits it."""
    row = ContentDraftRow.objects.filter(kind=kind, key=key).first()
    return _draft(row) if row else None


def open_draft(
    *, kind: str, key: str, body: Body, actor: Actor, at: datetime
) -> ContentDraft:
    """Start editing a content with a body; go on with a draft that is there."""
    held = versions.newest(kind=kind, key=key)
    row, _ = ContentDraftRow.objects.get_or_create(
        kind=kind,
        key=key,
        defaults={
            "body": reader.plain(body),
            "based_on": held.version if held else 0,
            "author_id": actor.id,
            "updated_at": at,
        },
    )
    return _draft(row)


@transaction.atomic
def save_draft(
    *,
    kind: str,
    key: str,
    revision: int,
    change: Callable[[Body], Body],
    actor: Actor,
    at: datetime,
) -> ContentDraft:
    """Change the body of a draft as it stands in the revision that was read.

    :raises DraftMovedOn: if it has been saved or thrown away since.
    """
    row = _locked(kind, key, revision)
    row.body = reader.plain(change(row.body))
    row.revision += 1
    row.author_id, row.updated_at = actor.id, at
    row.save()
    return _draft(row)


@transaction.atomic
def rebase_draft(*, kind: str, key: str) -> None:
    """Count a draft as one of the version in force, which its editor has seen."""
    held = versions.newest(kind=kind, key=key)
    rows = ContentDraftRow.objects.filter(kind=kind, key=key)
    rows.update(based_on=held.version if held else 0)


@transaction.atomic
def discard_draft(*, kind: str, key: str, revision: int) -> None:
    """Throw a draft away; what is in force stays.

    :raises DraftMovedOn: if it has been saved or thrown away since it was read.
    """
    _locked(kind, key, revision).delete()


def _locked(kind: str, key: str, revision: int) -> ContentDraftRow:
    row = ContentDraftRow.objects.select_for_update().filter(kind=kind, key=key).first()
    if row is None or row.revision != revision:
        raise DraftMovedOn
    return row


def _draft(row: ContentDraftRow) -> ContentDraft:
    return ContentDraft(
        kind=row.kind,
        key=row.key,
        body=row.body,
        based_on=row.based_on,
        revision=row.revision,
        author_id=row.author_id,
        updated_at=row.updated_at,
    )
