"""Walk through a form: which pages are open, how far each section is, read it back."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from tinhso.kernel.text import grouped
from tinhso.procedures.forms import reading
from tinhso.procedures.types import (
    AnswerLine,
    Answers,
    Field,
    FieldKind,
    Form,
    FormPage,
    SectionState,
)

# How the source of a known answer ends once the applicant has seen it: `person.seen`.
SEEN = "seen"
_YES_NO = {True: {"vi": "Có", "en": "Yes"}, False: {"vi": "Không", "en": "No"}}


def form_pages(
    *, form: Form, answers: Answers, on: date, sources: Mapping[str, str] | None = None
) -> tuple[SectionState, ...]:
    """Tell the open pages of each section, and how far the section is.

    sources: of the answers filled in beforehand, as a draft keeps them.
    """
    pages = {page.key for page in reading.open_pages(form, answers, on)}
    states = []
    for section in form.sections:
        open_here = tuple(page for page in section.pages if page.key in pages)
        state = _state(form, open_here, answers, on)
        if state == "done" and any(_is_unseen(p, sources or {}) for p in open_here):
            state = "prefilled"
        states.append(SectionState(section, open_here, state))
    return tuple(state for state in states if state.pages)


def next_page(*, form: Form, answers: Answers, on: date, after: str) -> FormPage | None:
    """Find the open page that follows one; None after the last."""
    keys = [page.key for page in form.pages()]
    place = keys.index(after)
    following = set(keys[place + 1 :])
    for page in reading.open_pages(form, answers, on):
        if page.key in following:
            return page
    return None


def pages_open(*, form: Form, answers: Answers, on: date) -> tuple[FormPage, ...]:
    """List the pages that these answers open."""
    return tuple(reading.open_pages(form, answers, on))


def open_fields(
    *, form: Form, page: FormPage, answers: Answers, on: date
) -> tuple[Field, ...]:
    """List the fields of a page that these answers open."""
    data = reading.with_computed(form, answers, on)
    return tuple(reading.open_fields(page, data))


def read_back(
    *, form: Form, answers: Answers, on: date, language: str, sources: Mapping[str, str]
) -> tuple[AnswerLine, ...]:
    """Read all answers back, as the check-answers page and the officer see them."""
    data = reading.with_computed(form, answers, on)
    return tuple(
        line
        for page in reading.open_pages(form, answers, on)
        for line in _lines(page, data, language, sources)
    )


def _state(form: Form, pages: tuple[FormPage, ...], answers: Answers, on: date) -> str:
    answered = [page for page in pages if _is_touched(page, answers)]
    if not answered:
        return "todo"
    faults = [reading.read_page(form, page, answers, answers, on)[1] for page in pages]
    return "started" if any(faults) or len(answered) < len(pages) else "done"


def _is_unseen(page: FormPage, sources: Mapping[str, str]) -> bool:
    """Tell whether a page holds answers that were filled in and never looked at."""
    known = [sources[field.key] for field in page.fields if field.key in sources]
    return any(not source.endswith(f".{SEEN}") for source in known)


def _is_touched(page: FormPage, answers: Answers) -> bool:
    return page.key in answers or any(field.key in answers for field in page.fields)


def _lines(
    page: FormPage, data: Mapping[str, Any], language: str, sources: Mapping[str, str]
) -> Iterator[AnswerLine]:
    rows = data.get(page.key, []) if page.repeats else [data]
    for number, row in enumerate(rows, start=1):
        for field in reading.open_fields(page, {**data, **row}):
            value = row.get(field.key)
            yield AnswerLine(
                page=page,
                field=field,
                value=_shown(field, value, language),
                file_ids=tuple(value or ()) if field.kind is FieldKind.FILES else (),
                source=sources.get(field.key, ""),
                row=number if page.repeats else 0,
            )


def _shown(field: Field, value: Any, language: str) -> str:
    if value is None or field.kind is FieldKind.FILES:
        return ""
    if isinstance(value, bool):
        return _YES_NO[value][language if language == "en" else "vi"]
    if field.kind is FieldKind.NUMBER and isinstance(value, int):
        return grouped(value)
    if field.kind is FieldKind.DATE:
        return _day(value)
    for choice in field.choices:
        if choice.value == value:
            return choice.label.in_language(language)
    return str(value)


def _day(value: Any) -> str:
    # A draft keeps what was typed, even if it is no day.
    try:
        return date.fromisoformat(str(value)).strftime("%d/%m/%Y")
    except ValueError:
        return str(value)
