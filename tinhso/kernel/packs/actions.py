"""Register kinds of content, and take packs into the rooms."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Max

from tinhso.kernel.actor import Actor
from tinhso.kernel.packs import reader
from tinhso.kernel.packs.models import ContentVersion
from tinhso.kernel.packs.types import Change, Content, Fault, Kind, Pack, PackRefused

_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Let a room take content. Kinds apply in the order they are registered."""
    _kinds[kind.name] = kind


def kinds() -> tuple[Kind, ...]:
    """List the kinds of content the rooms take, in the order they apply."""
    return tuple(_kinds.values())


def check(root: Path) -> list[Fault]:
    """Check every pack below a folder; answer all faults."""
    return _read(reader.find(root))[1]


def contents(root: Path, *, kind: str) -> list[Content]:
    """Read all content of one kind below a folder.

    :raises PackRefused: if any pack has a fault.
    """
    return [content for content in _read_all(reader.find(root)) if content.kind == kind]


def diff(root: Path, *, with_demo: bool = False) -> list[Change]:
    """Tell what applying the packs below a folder would change, and what it leaves."""
    packs = _wanted(root, with_demo=with_demo)
    found = _read_all(packs)
    changed = [_change(content) for content in _changed(found)]
    return changed + _left(packs, found)


def apply(
    root: Path, *, actor: Actor, at: datetime, with_demo: bool = False
) -> list[Change]:
    """Apply every pack below a folder in one transaction; answer what changed.

    with_demo: packs of synthetic content, too.

    :raises PackRefused: if any pack has a fault; nothing is applied then.
    """
    with transaction.atomic():
        changed = _changed(_read_all(_wanted(root, with_demo=with_demo)))
        for content in changed:
            _keep(content, at)
            _kinds[content.kind].apply(content, actor, at)
    return [_change(content) for content in changed]


def _left(packs: Sequence[Pack], contents: Sequence[Content]) -> list[Change]:
    """List what was applied from these packs before and is in them no more."""
    held = {(content.kind, content.key) for content in contents}
    newest = (
        ContentVersion.objects.filter(pack__in=[pack.key for pack in packs])
        .order_by("kind", "key", "-version")
        .distinct("kind", "key")
    )
    return [
        Change(row.kind, row.key, "left", row.version)
        for row in newest
        if (row.kind, row.key) not in held
    ]


def _wanted(root: Path, *, with_demo: bool) -> list[Pack]:
    return [pack for pack in reader.find(root) if with_demo or not pack.is_demo]


def _read_all(packs: Sequence[Pack]) -> list[Content]:
    contents, faults = _read(packs)
    if faults:
        raise PackRefused(tuple(faults))
    order = {name: place for place, name in enumerate(_kinds)}
    return sorted(contents, key=lambda content: order[content.kind])


def _read(packs: Sequence[Pack]) -> tuple[list[Content], list[Fault]]:
    """Read packs, then compare their contents if each is sound by itself."""
    results = [reader.read(pack, kinds()) for pack in packs]
    contents = [content for found, _ in results for content in found]
    faults = [fault for _, wrong in results for fault in wrong]
    return contents, faults or reader.compare(contents, kinds(), packs)


def _changed(contents: Iterable[Content]) -> list[Content]:
    """Keep what differs from the newest version, numbered as the next one."""
    newest = {
        (row["kind"], row["key"]): row["latest"]
        for row in ContentVersion.objects.values("kind", "key").annotate(
            latest=Max("version")
        )
    }
    digests = {
        (row.kind, row.key, row.version): row.digest
        for row in ContentVersion.objects.defer("body", "attachments")
    }
    changed = []
    for content in contents:
        version = newest.get((content.kind, content.key), 0)
        if digests.get((content.kind, content.key, version)) != content.digest:
            changed.append(replace(content, version=version + 1))
    return changed


def _keep(content: Content, at: datetime) -> None:
    ContentVersion.objects.create(
        pack=content.pack,
        kind=content.kind,
        key=content.key,
        version=content.version,
        digest=content.digest,
        body=content.body,
        attachments=dict(content.attachments),
        applied_at=at,
    )


def _change(content: Content) -> Change:
    state = "new" if content.version == 1 else "changed"
    return Change(content.kind, content.key, state, content.version)
