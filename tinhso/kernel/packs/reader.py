"""Read packs from disk and say precisely what is wrong with them."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from tinhso.kernel.packs.types import (
    LOCAL,
    Content,
    ContentFault,
    Fault,
    Kind,
    Pack,
    PackRefused,
)
from tinhso.kernel.text import nfc

PACK_SCHEMA = Path(__file__).parent / "schema" / "pack.json"


def find(root: Path) -> list[Pack]:
    """Find the packs below a folder, each after those it requires.

    :raises PackRefused: if a pack requires one that is missing or itself.
    """
    packs = {}
    for file in sorted(root.rglob("pack.yaml")):
        body = plain(YAML(typ="safe").load(file.read_text("utf-8")))
        packs[body["key"]] = Pack(
            key=body["key"],
            folder=file.parent,
            requires=tuple(body.get("requires", ())),
            title=body["title"],
            is_demo=body.get("demo", False),
        )
    return _in_order(packs)


def digest_of_packs(root: Path, kinds: Sequence[Kind], *, with_demo: bool) -> str:
    """Tell packs apart, with what they are checked against, without reading them."""
    digest = sha256(str(with_demo).encode())
    schemas = [PACK_SCHEMA, *(kind.schema for kind in kinds)]
    named = [(file.name, file) for file in schemas]
    files = sorted(file for file in root.rglob("*") if file.is_file())
    named += [(str(file.relative_to(root)), file) for file in files]
    for name, file in named:
        content = sha256(file.read_bytes()).hexdigest()
        digest.update(f"{name} {content}\n".encode())
    return digest.hexdigest()


def read(pack: Pack, kinds: Sequence[Kind]) -> tuple[list[Content], list[Fault]]:
    """Read and check all content of a pack, kind by kind."""
    contents: list[Content] = []
    faults: list[Fault] = list(_check_pack_file(pack))
    for kind in kinds:
        for file in sorted(pack.folder.glob(kind.pattern)):
            content, wrong = _read_file(pack, kind, file)
            faults += wrong
            contents += [content] if content else []
    return contents, faults


def compare(
    contents: Sequence[Content], kinds: Sequence[Kind], packs: Sequence[Pack]
) -> list[Fault]:
    """Check contents against one another, and against what their packs require."""
    by_name = {kind.name: kind for kind in kinds}
    known = findable(contents, by_name)
    within = _reach(packs)
    faults = []
    for content in contents:
        finder = _Finder(known)
        compared = dict(by_name[content.kind].compare(content, finder))
        for other in finder.found:
            if other.pack not in within[content.pack]:
                message = (
                    f"{other.key!r} is of the pack {other.pack!r}, not required:"
                    f" put {other.pack!r} under `requires` in pack.yaml"
                )
                compared.setdefault(other.kind.removesuffix("s"), message)
        if compared:
            tree = YAML().load(content.path.read_text("utf-8"))
            faults += [
                Fault(str(content.path), _line(tree, name.split(".")), name, message)
                for name, message in compared.items()
            ]
    return faults


def findable(
    contents: Iterable[Content], kinds: Mapping[str, Kind]
) -> dict[tuple[str, str], Content]:
    """Tell contents by kind and key, and by what each holds."""
    known = {(content.kind, content.key): content for content in contents}
    for content in [*known.values()]:
        if content.kind in kinds:
            known |= dict.fromkeys(kinds[content.kind].holds(content), content)
    return known


class _Finder:
    """Find contents of other packs, and remember which."""

    def __init__(self, known: Mapping[tuple[str, str], Content]) -> None:
        self._known = known
        self.found: list[Content] = []

    def __call__(self, kind: str, key: str) -> Content | None:
        found = self._known.get((kind, key))
        self.found += [found] if found else []
        return found


def plain(value: Any) -> Any:
    """Turn YAML's own types into plain JSON ones; dates become ISO texts."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, str):
        return nfc(value)
    if isinstance(value, Sequence):
        return [plain(item) for item in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value


def digest_of(body: Mapping[str, Any], attachments: Mapping[str, str]) -> str:
    """Tell two contents apart, wherever they were written."""
    both = json.dumps([body, attachments], sort_keys=True)
    return sha256(both.encode()).hexdigest()


def body_faults(kind: Kind, content: Content) -> list[tuple[str, str]]:
    """Yield what is wrong with a content by itself as (field, message)."""
    errors = sorted(_validator(kind.schema).iter_errors(content.body), key=str)
    faults = [
        (".".join(str(step) for step in error.absolute_path), error.message)
        for error in errors
    ]
    return faults or list(kind.check(content).items())


def beside(
    contents: Iterable[Content],
    known: Mapping[tuple[str, str], Content],
    kinds: Mapping[str, Kind],
) -> Iterator[ContentFault]:
    """Yield what is wrong with contents beside others that lie in no file."""
    known = findable(known.values(), kinds)
    for content in contents:
        if content.kind in kinds:
            found = kinds[content.kind].compare(content, lambda *at: known.get(at))
            for field, message in found.items():
                yield ContentFault(content.kind, content.key, field, message)


def _reach(packs: Sequence[Pack]) -> dict[str, set[str]]:
    """Tell which packs each one may use: itself, and what it requires, however far."""
    reach: dict[str, set[str]] = {}
    for pack in packs:  # each stands after those it requires
        reach[pack.key] = {pack.key}.union(
            *(reach.get(key, set()) for key in pack.requires)
        )
    return reach


def _in_order(packs: dict[str, Pack]) -> list[Pack]:
    ordered: dict[str, Pack] = {}

    def place(key: str, path: tuple[str, ...]) -> None:
        if key not in packs or key in path:
            file = packs[path[-1]].folder / "pack.yaml"
            line = _line(YAML().load(file.read_text("utf-8")), ["requires"])
            message = f"{key!r} is missing, or requires this pack itself"
            raise PackRefused((Fault(str(file), line, "requires", message),))
        for required in packs[key].requires:
            place(required, (*path, key))
        ordered.setdefault(key, packs[key])

    for key in packs:
        place(key, ("",))
    return list(ordered.values())


def _check_pack_file(pack: Pack) -> Iterator[Fault]:
    file = pack.folder / "pack.yaml"
    tree = YAML().load(file.read_text("utf-8"))
    yield from _schema_faults(tree, PACK_SCHEMA, file)
    if pack.key == LOCAL:
        message = f"{LOCAL!r} is the pack of what is made in the browser"
        yield Fault(str(file), _line(tree, ["key"]), "key", message)


def _read_file(
    pack: Pack, kind: Kind, file: Path
) -> tuple[Content | None, list[Fault]]:
    try:
        tree = YAML().load(file.read_text("utf-8"))
    except YAMLError as error:
        return None, [_syntax_fault(file, error)]
    except UnicodeDecodeError:
        return None, [Fault(str(file), 1, "", "not UTF-8")]
    faults = list(_schema_faults(tree, kind.schema, file))
    if faults:
        return None, faults
    body = plain(tree)
    attachments, faults = _attachments(tree, body, file)
    content = Content(
        pack=pack.key,
        kind=kind.name,
        key=str(body.get("key", file.stem)),
        body=body,
        attachments=attachments,
        path=file,
        digest=digest_of(body, attachments),
    )
    faults += [
        Fault(str(file), _line(tree, field.split(".")), field, message)
        for field, message in kind.check(content).items()
    ]
    return content, faults


def _attachments(
    tree: Any, body: Mapping[str, Any], file: Path
) -> tuple[dict[str, str], list[Fault]]:
    texts: dict[str, str] = {}
    faults = []
    for field, name in body.items():
        if not field.endswith("_file"):
            continue
        target = (file.parent / name).resolve()
        if target.is_relative_to(file.parent.resolve()) and target.is_file():
            texts[field] = nfc(target.read_text("utf-8"))
        else:
            message = f"no file {name!r} beside it"
            faults.append(Fault(str(file), _line(tree, [field]), field, message))
    return texts, faults


def _schema_faults(tree: Any, schema: Path, file: Path) -> Iterator[Fault]:
    for error in sorted(_validator(schema).iter_errors(plain(tree)), key=str):
        path = [str(step) for step in error.absolute_path]
        yield Fault(str(file), _line(tree, path), ".".join(path), error.message)


@cache
def _validator(schema: Path) -> Draft202012Validator:
    return Draft202012Validator(
        json.loads(schema.read_text("utf-8")), format_checker=FormatChecker()
    )


def _syntax_fault(file: Path, error: YAMLError) -> Fault:
    mark = error.problem_mark if isinstance(error, MarkedYAMLError) else None
    problem = str(getattr(error, "problem", None) or error)
    return Fault(str(file), mark.line + 1 if mark else 1, "", problem)


def _line(tree: Any, path: Sequence[str]) -> int:
    """Find the line of a field, or of the nearest thing around it."""
    line, node = 1, tree
    for step in path:
        try:
            if isinstance(node, CommentedMap):
                line, node = node.lc.key(step)[0] + 1, node[step]
            elif isinstance(node, CommentedSeq):
                line, node = node.lc.item(int(step))[0] + 1, node[int(step)]
        except (KeyError, IndexError, ValueError):
            break
    return line
