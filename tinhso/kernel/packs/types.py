"""The words of packs."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import N_, Conflict, Invalid

# The pack of what is made in the browser; no folder may have this key.
LOCAL = "local"


@dataclass(frozen=True, slots=True)
class Content:
    """One checked file of a pack: `procedures/birth_registration.yaml`.

    attachments: texts of the files that the content names in its `..._file` fields.
    version: counts from 1, one more each time the content changes.
    """

    pack: str
    kind: str
    key: str
    body: Mapping[str, Any]
    attachments: Mapping[str, str] = field(default_factory=dict)
    path: Path = Path()
    version: int = 0
    digest: str = ""


# Finds a content of all packs read, by kind and key.
Find = Callable[[str, str], Content | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """What a room accepts from packs.

    pattern: where it lies in a pack, `forms/*.yaml`; schema: its JSON Schema;
    apply: takes a new or changed content into the room.
    check: what a schema cannot say; answers {field: message}.
    compare: what only shows beside other contents, as a form that no pack has.
    holds: what else others find it by, as (kind, key): each indicator of a file.
    """

    name: str
    pattern: str
    schema: Path
    apply: Callable[[Content, Actor, datetime], object]
    check: Callable[[Content], Mapping[str, str]] = lambda content: {}
    compare: Callable[[Content, Find], Mapping[str, str]] = lambda content, find: {}
    holds: Callable[[Content], Iterable[tuple[str, str]]] = lambda content: ()


@dataclass(frozen=True, slots=True)
class Pack:
    """A folder of content."""

    key: str
    folder: Path
    requires: tuple[str, ...]
    title: Mapping[str, str]
    is_demo: bool = False


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, where: file, line (from 1), field as `papers.0.title`."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        """Read as compilers write: file:line: field: message."""
        return (
            f"{self.file}:{self.line}: {self.field or '(whole file)'}: {self.message}"
        )


@dataclass(frozen=True, slots=True)
class Change:
    """What applying a pack would do to one content: `new` or `changed`.

    `left`: no pack holds it any more, and applying leaves it in force all the same.
    `local`: a version made in the browser differs; applying leaves that in force.
    `taken`: the pack says now what was made in the browser; only its pack changes.
    """

    kind: str
    key: str
    state: str
    version: int


class PackRefused(Invalid):
    """A pack has faults; nothing of it was applied."""

    message = N_("Gói nội dung có lỗi; chưa áp dụng gì.")

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__({f"{f.file}:{f.line}": [str(f)] for f in faults})
        self.faults = faults


@dataclass(frozen=True, slots=True)
class ContentDraft:
    """A content being edited; author_id: the account that saved it last.

    based_on: the version it started from, 0 for a new content. revision: what a save
    must name, so that nobody overwrites what they have not seen.
    """

    kind: str
    key: str
    body: Mapping[str, Any]
    based_on: int
    revision: int
    author_id: UUID | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ContentFault:
    """What is wrong with a content that lies in no file."""

    kind: str
    key: str
    field: str
    message: str


class DraftMovedOn(Conflict):
    """Somebody else saved the draft, or a version came out, after it was read."""

    message = N_(
        "Người khác vừa lưu nội dung này. Những gì bạn nhập vẫn còn ở đây;"
        " hãy xem lại rồi lưu lần nữa."
    )


class ContentRefused(Invalid):
    """Content made in the browser has faults; nothing of it was published."""

    message = N_("Nội dung còn lỗi nên chưa công bố được.")

    def __init__(self, faults: tuple[ContentFault, ...]) -> None:
        super().__init__({"": [fault.message for fault in faults]})
        self.faults = faults
