"""Show a draft: its sections, the pages of its form, its answers read back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext

from tinhso.kernel.errors import NotFound
from tinhso.kernel.text import fold
from tinhso.people.types import Organization
from tinhso.procedures import queries
from tinhso.procedures.types import (
    AnswerLine,
    Answers,
    Draft,
    Field,
    FieldKind,
    Form,
    FormPage,
)
from tinhso.web.ui import questions as ui
from tinhso.web.ui.phrases import language, said
from tinhso.web.ui.writing import filesize

# Where a page that was opened to correct an answer leads back to.
BACK_TO_CHECK = "kiem-tra"
# What may be submitted: nothing is missing, though not all was looked at.
COMPLETE = {"done", "prefilled"}
CHOICES = {FieldKind.CHOICE, FieldKind.YES_NO}


@dataclass(frozen=True, slots=True)
class Preview:
    """A form that is looked at with some answers, though nobody applies."""

    form: Form
    answers: Mapping[str, Any]

    @property
    def procedure(self) -> "Preview":
        """Stand where a draft has its procedure."""
        return self


def page_address(draft: Draft, page: FormPage) -> str:
    """Tell the address of a page of a draft's form."""
    return reverse("apply_page", args=[draft.id, page.key])


def tasks(draft: Draft, *, on: date) -> list[dict[str, str]]:
    """List what is to be done before submitting: the unit, then each section."""
    states = queries.form_pages(
        form=draft.procedure.form,
        answers=draft.answers,
        on=on,
        sources=draft.sources,
    )
    sections = [
        {
            "title": said(state.section.title),
            "href": page_address(draft, state.pages[0]),
            "state": state.state,
        }
        for state in states
    ]
    return [_unit_task(draft, on), *sections]


def _unit_task(draft: Draft, on: date) -> dict[str, str]:
    units = receiving_units(draft, on=on)
    chosen = next((u for u in units if u.id == draft.organization_id), None)
    return {
        "title": gettext("Nơi tiếp nhận"),
        "href": reverse("apply_unit", args=[draft.id]),
        "state": "done" if chosen else "todo",
        "hint": chosen.name if chosen else "",
    }


def case_options(draft: Draft) -> list[dict[str, str]]:
    """List the cases to choose from; none where there is only one."""
    cases = draft.procedure.cases
    if len(cases) < 2:
        return []
    return [{"value": case.key, "label": said(case.title)} for case in cases]


def last_task(draft: Draft, *, is_ready: bool) -> dict[str, str]:
    """Show the last line of the task list: check and submit."""
    href = reverse("apply_check", args=[draft.id])
    return {
        "title": gettext("Kiểm tra và nộp"),
        "href": href if is_ready else "",
        "state": "todo" if is_ready else "locked",
    }


def standing(draft: Draft, *, on: date) -> str:
    """Tell whether the draft's version still holds: `newer`, `ended`, or nothing."""
    try:
        current = queries.get_procedure(code=draft.procedure.code, on=on)
    except NotFound:
        return "ended"
    return "" if current.number == draft.procedure.number else "newer"


def receiving_units(draft: Draft, *, on: date) -> Sequence[Organization]:
    """List the units one may choose, by name; none if the procedure has ended."""
    try:
        units = queries.receiving_units(code=draft.procedure.code, on=on)
    except NotFound:
        return ()
    return sorted(units, key=lambda unit: _place(unit))


def near_home(draft: Draft, units: Sequence[Organization]) -> Organization | None:
    """Guess the unit from the applicant's known place of residence."""
    for field in draft.procedure.form.fields():
        if field.prefill == "person.residence":
            home = fold(str(draft.answers.get(field.key) or ""))
            return next((unit for unit in units if _place(unit) in home), None)
    return None


def _place(unit: Organization) -> str:
    return fold(unit.name).removeprefix("uy ban nhan dan ")


def open_fields(draft: Draft | Preview, page: FormPage, *, on: date) -> list[Field]:
    """List the fields of a page that are to be answered now."""
    fields = queries.open_fields(
        form=draft.procedure.form, page=page, answers=draft.answers, on=on
    )
    return [field for field in fields if field.kind is not FieldKind.COMPUTED]


def page_questions(
    draft: Draft | Preview, page: FormPage, filled: ui.Filled, *, on: date
) -> list[ui.Question]:
    """Show the open questions, and those that an answer on this page would open."""
    return form_questions(draft.procedure.form, page, draft.answers, filled, on=on)


def form_questions(
    form: Form, page: FormPage, answers: Answers, filled: ui.Filled, *, on: date
) -> list[ui.Question]:
    """Show the questions of a page in the light of any answers."""
    found = queries.open_fields(form=form, page=page, answers=answers, on=on)
    opened = {field.key for field in found}
    here = {field.key for field in page.fields}
    shown = []
    for field in ui.asked(page):
        question = ui.question(field, filled)
        if question["when"].partition("=")[0] not in here:
            question["when"] = ""
        question["open"] = field.key in opened
        shown.append(question)
    return [q for q in shown if q["open"] or q["when"]]


def solo_label(page: FormPage) -> dict[str, str]:
    """Name the only choice of a page as the page does, by its title."""
    fields = list(ui.asked(page))
    if len(fields) == 1 and fields[0].kind in CHOICES and "?" in said(page.title):
        return {fields[0].key: said(page.title)}
    return {}


def solo(questions: Sequence[ui.Question], title: str) -> ui.Question | None:
    """Find the only choice of a page whose title asks for it: then it is the h1."""
    if len(questions) == 1 and questions[0]["kind"] == "radio" and "?" in title:
        return questions[0]
    return None


def answers(
    draft: Draft, wrong: Mapping[str, str], *, on: date
) -> list[dict[str, Any]]:
    """Read all answers back by section, each with the way to change it."""
    lines = queries.read_back(
        form=draft.procedure.form,
        answers=draft.answers,
        on=on,
        language=language(),
        sources=draft.sources,
    )
    sections = [
        {
            "title": said(section.title),
            "rows": [
                _answer(draft, line, wrong)
                for line in lines
                if line.page in section.pages
            ],
        }
        for section in draft.procedure.form.sections
    ]
    return [section for section in sections if section["rows"]]


def _answer(draft: Draft, line: AnswerLine, wrong: Mapping[str, str]) -> dict[str, Any]:
    names = {str(f.file_id): f"{f.name} ({filesize(f.size)})" for f in draft.files}
    is_computed = line.field.kind is FieldKind.COMPUTED
    back = f"{page_address(draft, line.page)}?ve={BACK_TO_CHECK}"
    return {
        "anchor": _anchor(line),
        "input": _input(line),
        "label": said(line.field.label),
        "number": line.row,
        "value": line.value,
        "files": [names.get(file_id, "") for file_id in line.file_ids],
        "source": ui.source_name(line.source),
        "error": wrong.get(_input(line), ""),
        "href": "" if is_computed else back,
    }


def _input(line: AnswerLine) -> str:
    """Name a line as its input is named on its page."""
    if not line.row:
        return line.field.key
    return f"{line.page.key}.{line.row - 1}.{line.field.key}"


def _anchor(line: AnswerLine) -> str:
    return f"dong-{line.field.key}" + (f"-{line.row}" if line.row else "")
