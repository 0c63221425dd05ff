"""Content made in the browser: checked and kept like a pack, written as one."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from io import StringIO
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tinhso.kernel.actor import Actor
from tinhso.kernel.packs import actions, reader, versions
from tinhso.kernel.packs.types import (
    LOCAL,
    Content,
    ContentFault,
    ContentRefused,
    Kind,
)

# The name under which it leaves; whoever takes it into a pack gives it another.
EXPORTED = "made_in_browser"


def content_of(*, kind: str, key: str, body: Mapping[str, Any]) -> Content:
    """Make a content of a body, in the pack of what is made here."""
    plain = reader.plain(body)
    digest = reader.digest_of(plain, {})
    return Content(pack=LOCAL, kind=kind, key=key, body=plain, digest=digest)


def faults(contents: Sequence[Content]) -> tuple[ContentFault, ...]:
    """Tell what is wrong with contents, and what they would break of those in force."""
    kinds = {kind.name: kind for kind in actions.kinds()}
    own = [
        ContentFault(content.kind, content.key, field, message)
        for content in contents
        for field, message in reader.body_faults(kinds[content.kind], content)
    ]
    return tuple(own or _compared(contents, kinds))


def apply(contents: Sequence[Content], *, actor: Actor, at: datetime) -> list[Content]:
    """Put contents in force as the next versions of their keys.

    Needs the caller's transaction.

    :raises ContentRefused: if they have faults, or would break others in force.
    """
    found = faults(contents)
    if found:
        raise ContentRefused(found)
    kinds = {kind.name: kind for kind in actions.kinds()}
    order = list(kinds)
    kept = []
    for content in sorted(contents, key=lambda one: order.index(one.kind)):
        kept.append(versions.keep(content, at))
        kinds[content.kind].apply(kept[-1], actor, at)
    return kept


def export() -> dict[str, str]:
    """Write what was made here as the files of a pack: {name: YAML}."""
    contents = versions.in_force(pack=LOCAL)
    if not contents:
        return {}
    patterns = {kind.name: kind.pattern for kind in actions.kinds()}
    files = {
        patterns[one.kind].replace("*", one.key): as_yaml(one.body) for one in contents
    }
    return {"pack.yaml": as_yaml(_pack(contents)), **files}


def export_to(folder: Path) -> list[Path]:
    """Write what was made here into a folder as a pack; answer the files."""
    written = []
    for name, text in export().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        written.append(path)
    return written


def as_yaml(body: Mapping[str, Any]) -> str:
    """Write a body as the packs are written."""
    yaml = YAML()
    yaml.width = 88
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = StringIO()
    yaml.dump(dict(body), out)
    return out.getvalue()


def _compared(
    contents: Sequence[Content], kinds: Mapping[str, Kind]
) -> Iterator[ContentFault]:
    """Hold everything in force against one another, as it would then be."""
    known = {(one.kind, one.key): one for one in versions.in_force()}
    known |= {(one.kind, one.key): one for one in contents}
    return reader.beside(known.values(), known, kinds)


def _pack(contents: Sequence[Content]) -> dict[str, Any]:
    """Describe the pack; it requires those its contents find their parts in."""
    kinds = {kind.name: kind for kind in actions.kinds()}
    known = reader.findable(versions.in_force(), kinds)
    required: set[str] = set()

    def find(kind: str, key: str) -> Content | None:
        found = known.get((kind, key))
        required.update({found.pack} if found else ())
        return found

    for content in contents:
        kinds[content.kind].compare(content, find)
    return {
        "key": EXPORTED,
        "title": {"vi": "Nội dung soạn tại chỗ", "en": "Content made in the browser"},
        "version": "1",
        "license": "Apache-2.0",
        "requires": sorted(required - {LOCAL}),
    }
