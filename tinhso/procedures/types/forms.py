"""The words of forms."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

# A JSON Logic rule, as jsonlogic.com defines it.
Logic = Any
# What was answered, by field key: texts, booleans, whole numbers, lists of file ids,
# and for a repeating page a list of such answers under the page's key.
Answers = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Label:
    """A text in both languages; the Vietnamese one is the original."""

    vi: str
    en: str

    def in_language(self, language: str) -> str:
        """Read the text in a language: `vi` or `en`."""
        return self.en if language.startswith("en") else self.vi


EMPTY = Label("", "")


class FieldKind(StrEnum):
    """What sort of answer a field takes."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    NAME = "name"
    DATE = "date"
    CHOICE = "choice"
    YES_NO = "yes_no"
    NUMBER = "number"
    PERSONAL_NUMBER = "personal_number"
    PHONE = "phone"
    EMAIL = "email"
    FILES = "files"
    COMPUTED = "computed"


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several answers."""

    value: str
    label: Label


@dataclass(frozen=True, slots=True)
class Check:
    """What must hold of the answers; `rule` false means `message`."""

    rule: Logic
    message: Label


@dataclass(frozen=True, slots=True)
class Field:
    """One answer to give.

    required: True, False or a rule. minimum, maximum: bounds of a number.
    prefill: where a known answer comes from, `person.full_name`.
    computed: the rule of a COMPUTED field. accepts: media types of FILES;
    maximum: how many files, max_bytes: of each. accepts_results: codes of results of
    this platform that answer a FILES field, accepts_expired: also past their last day;
    paper: the kind of paper it asks for, so that one handed in before answers it again.
    from_results: by code of a result, which of its data answers the field.
    """

    key: str
    kind: FieldKind
    label: Label
    hint: Label = EMPTY
    required: Logic = True
    when: Logic = True
    choices: tuple[Choice, ...] = ()
    max_length: int = 200
    minimum: int | None = None
    maximum: int | None = None
    prefill: str = ""
    computed: Logic = None
    accepts: tuple[str, ...] = ()
    max_bytes: int = 10 * 2**20
    checks: tuple[Check, ...] = ()
    accepts_results: tuple[str, ...] = ()
    accepts_expired: bool = False
    paper: str = ""
    from_results: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FormPage:
    """One thing asked at a time; `repeats` is the most times it may be answered.

    A page with repeats above 0 is a repeating group, answered as a list.
    """

    key: str
    title: Label
    fields: tuple[Field, ...]
    intro: Label = EMPTY
    when: Logic = True
    repeats: int = 0


@dataclass(frozen=True, slots=True)
class Section:
    """Pages that belong together; a line of the task list."""

    key: str
    title: Label
    pages: tuple[FormPage, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A version of a form; computed: its fields that nobody is asked."""

    key: str
    number: int
    title: Label
    sections: tuple[Section, ...]
    computed: tuple[Field, ...] = ()

    def pages(self) -> Iterator[FormPage]:
        """Walk through all pages in order."""
        for section in self.sections:
            yield from section.pages

    def page(self, key: str) -> FormPage | None:
        """Find a page by its key."""
        return next((page for page in self.pages() if page.key == key), None)

    def fields(self) -> Iterator[Field]:
        """Walk through all fields in order."""
        for page in self.pages():
            yield from page.fields


@dataclass(frozen=True, slots=True)
class SectionState:
    """A section of the task list and how far it is; pages: those open now.

    state: `todo`, `started`, `prefilled` (complete, but nobody has seen it) or `done`.
    """

    section: Section
    pages: tuple[FormPage, ...]
    state: str


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """An answer read back: question and answer as people write them.

    value: a text, or the file ids of a FILES field; source: where a known datum
    came from, empty if it was typed.
    """

    page: FormPage
    field: Field
    value: str
    file_ids: tuple[str, ...]
    source: str
    row: int = 0
