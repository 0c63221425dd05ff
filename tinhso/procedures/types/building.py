"""The words of building procedures in the browser."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tinhso.kernel.errors import N_, Conflict, Invalid, Refused
from tinhso.kernel.packs.types import ContentDraft, ContentFault
from tinhso.procedures.types.forms import Form, Label

# Where in a content: keys of mappings and of list items, places where those have none.
Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Put:
    """Set what stands at a place; a last step of "" adds to the list there.

    value: None takes the part away.
    """

    at: Path
    value: Any


@dataclass(frozen=True, slots=True)
class Shift:
    """Shift an item of a list: by -1 up, by 1 down; at the end nothing happens."""

    at: Path
    by: int


@dataclass(frozen=True, slots=True)
class Remove:
    """Take an item out of its list."""

    at: Path


Edit = Put | Shift | Remove


@dataclass(frozen=True, slots=True)
class ContentLine:
    """A form or procedure in the builder's list; version: in force, 0 for none."""

    kind: str
    key: str
    title: Label
    version: int
    is_local: bool
    draft: ContentDraft | None
    faults: int


@dataclass(frozen=True, slots=True)
class TriedExample:
    """An example run against a draft; differences: none if it came out as it says."""

    key: str
    place: int
    example: Mapping[str, Any]
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a draft changes: `added`, `removed` or `changed`.

    what: `question`, `page`, `section`, or a part of the procedure, by its name.
    """

    how: str
    what: str
    title: Label
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Review:
    """What stands before publishing: the drafts that go together, and what of them."""

    drafts: tuple[ContentDraft, ...]
    faults: tuple[ContentFault, ...]
    examples: tuple[TriedExample, ...]
    differences: tuple[Difference, ...]

    @property
    def failing(self) -> tuple[TriedExample, ...]:
        """The examples that came out otherwise than they say."""
        return tuple(one for one in self.examples if one.differences)


@dataclass(frozen=True, slots=True)
class Building:
    """A procedure being built: its content, that of its form, and the other parts.

    form: what citizens are asked, as far as it can be read; None before there is one.
    as_catalogued: parts of a new procedure that nobody changed since they were taken
    from the national catalogue.
    """

    code: str
    body: Mapping[str, Any]
    draft: ContentDraft | None
    form_draft: ContentDraft | None
    form: Form | None
    faults: tuple[ContentFault, ...]
    as_catalogued: frozenset[str] = frozenset()


class KeyTaken(Invalid):
    """Another part of the same content has this name."""

    message = N_("Tên kỹ thuật này đã được dùng trong mẫu. Hãy đặt tên khác.")


class RuleDangles(Invalid):
    """A rule reads what no field answers, or is none."""

    message = N_("Quy tắc đọc một câu trả lời không có trong mẫu.")


class ChoicesMissing(Invalid):
    """A choice needs at least two answers."""

    message = N_("Câu hỏi chọn cần ít nhất hai câu trả lời, mỗi câu một dòng.")


class WorkflowUnusable(Invalid):
    """No such workflow is published, or it does not lead to an end."""

    message = N_("Quy trình này chưa được công bố hoặc không dẫn đến bước kết thúc.")


class CodeWrong(Invalid):
    """Not a code of the national catalogue."""

    message = N_("Mã thủ tục có dạng 1.014801: một chữ số, dấu chấm, sáu chữ số.")


class ProcedureKnown(Conflict):
    """The procedure is here already; it is changed, not made anew."""

    message = N_("Thủ tục này đã có. Hãy mở thủ tục đó để sửa.")


class ExampleDiffers(Invalid):
    """What came of the example is not what was expected."""

    message = N_("Kết quả chạy thử khác với kết quả bạn mong đợi.")


class LastExample(Refused):
    """A published set of examples keeps one at least."""

    message = N_("Đây là ví dụ cuối cùng của bộ ví dụ đã công bố nên không bỏ được.")


class ExamplesFail(Conflict):
    """Examples come out otherwise than they say; nothing was published."""

    message = N_("Có ví dụ chạy không đúng kết quả mong đợi nên chưa công bố được.")
