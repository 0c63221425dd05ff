"""Register kinds of content, and take packs into the rooms."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from pathlib import Path

from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.packs import reader, versions
from tinhso.kernel.packs.models import ContentVersion, PacksAppliedRow
from tinhso.kernel.packs.types import (
    LOCAL,
    Change,
    Content,
    Fault,
    Find,
    Kind,
    Pack,
    PackRefused,
)

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


def finder(root: Path) -> Find:
    """Read all packs below a folder, and answer what finds their contents.

    :raises PackRefused: if any pack has a fault.
    """
    known = {(one.kind, one.key): one for one in _read_all(reader.find(root))}
    return lambda kind, key: known.get((kind, key))


def diff(root: Path, *, with_demo: bool = False) -> list[Change]:
    """Tell what applying the packs below a folder would change, and what it leaves."""
    packs = _wanted(root, with_demo=with_demo)
    found = _read_all(packs)
    return [change for _, change in _changes(found, ())] + _left(packs, found)


def apply(
    root: Path,
    *,
    actor: Actor,
    at: datetime,
    with_demo: bool = False,
    instead_of_local: Collection[str] = (),
) -> list[Change]:
    """Apply every pack below a folder in one transaction; answer what changed.

    What was made in the browser stays in force where a pack says otherwise, and must
    still fit what the packs change.

    with_demo: packs of synthetic content, too. instead_of_local: `kind/key` of what was
    made in the browser and shall give way to the pack.

    :raises PackRefused: if any pack has a fault; nothing is applied then.
    """
    with transaction.atomic():
        found = _read_all(_wanted(root, with_demo=with_demo))
        changes = _changes(found, instead_of_local)
        _refuse_misfits([one for one, change in changes if change.state != "local"])
        for content, change in changes:
            if change.state != "local":
                kept = versions.keep(content, at)
            if change.state in {"new", "changed"}:
                _kinds[content.kind].apply(kept, actor, at)
        digest = reader.digest_of_packs(root, kinds(), with_demo=with_demo)
        PacksAppliedRow.objects.create(digest=digest, applied_at=at)
    return [change for _, change in changes]


def apply_if_changed(
    root: Path, *, actor: Actor, at: datetime, with_demo: bool = False
) -> list[Change]:
    """Apply packs as `apply` does, unless these were the last ones that were applied.

    For starting: to find that nothing changed, `apply` reads and checks everything.
    """
    last = PacksAppliedRow.objects.order_by("-applied_at", "-id").first()
    digest = reader.digest_of_packs(root, kinds(), with_demo=with_demo)
    if last and last.digest == digest and not _is_followed(last):
        return []
    return apply(root, actor=actor, at=at, with_demo=with_demo)


def _is_followed(last: PacksAppliedRow) -> bool:
    """Tell whether content came later, as from a release that knew no such rows."""
    return ContentVersion.objects.filter(applied_at__gt=last.applied_at).exists()


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


def _changes(
    contents: Iterable[Content], instead_of_local: Collection[str]
) -> list[tuple[Content, Change]]:
    """Tell what differs from the version in force, and what is to be done with it."""
    newest = {(one.kind, one.key): one for one in versions.in_force()}
    changes = []
    for content in contents:
        held = newest.get((content.kind, content.key))
        state = _state(content, held, instead_of_local)
        if state:
            number = (held.version if held else 0) + (state != "local")
            change = Change(content.kind, content.key, state, number)
            changes.append((content, change))
    return changes


def _refuse_misfits(changed: Sequence[Content]) -> None:
    """Refuse packs that take away what content made in the browser stands on.

    :raises PackRefused: naming that content.
    """
    known = {(one.kind, one.key): one for one in versions.in_force()}
    known |= {(one.kind, one.key): one for one in changed}
    made_here = [one for one in known.values() if one.pack == LOCAL]
    faults = [
        Fault(f"({LOCAL}) {fault.kind}/{fault.key}", 1, fault.field, fault.message)
        for fault in reader.beside(made_here, known, _kinds)
    ]
    if faults:
        raise PackRefused(tuple(faults))


def _state(
    content: Content, held: Content | None, instead_of_local: Collection[str]
) -> str:
    if held is None:
        return "new"
    if held.digest == content.digest:
        return "taken" if held.pack == LOCAL else ""
    is_kept = f"{content.kind}/{content.key}" not in instead_of_local
    return "local" if held.pack == LOCAL and is_kept else "changed"
