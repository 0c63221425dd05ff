"""What the sheet of the counter shows: sections, agencies, what the clerk states."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext

from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Invalid
from tinhso.kernel.text import clean, fold
from tinhso.people import queries as people
from tinhso.procedures import queries
from tinhso.procedures.types import (
    Answers,
    Draft,
    Expected,
    FieldKind,
    Form,
    FormPage,
    Limit,
    LimitUnit,
    Stated,
)
from tinhso.security import queries as security
from tinhso.web.ui import drafts
from tinhso.web.ui import questions as asking
from tinhso.web.ui.phrases import said
from tinhso.web.ui.questions import read_day

NOWHERE = UUID(int=0)
# From so many answers on, a list is quicker to fill in than a row of buttons.
MOST_BUTTONS = 3
WHOLE = re.compile(r"[0-9]{1,9}")


class Card(NamedTuple):
    """What the QR code of an identity card says."""

    personal_number: str = ""
    full_name: str = ""
    birth_date: date | None = None
    residence: str = ""


def read_card(text: str) -> Card:
    """Read what a barcode reader types from an identity card; nothing if it is none.

    Personal number, old number, name, date of birth as ddmmyyyy, gender, residence,
    day of issue, parted by `|`. From general knowledge; no published text was found.

    >>> read_card("022195999001||Nguyễn Thị Hoa|12031995|Nữ|Hạ Long|01012022").full_name
    'Nguyễn Thị Hoa'
    """
    parts = [clean(part) for part in text.split("|")]
    if len(parts) < 6 or not re.fullmatch(r"[0-9]{12}", parts[0]):
        return Card()
    return Card(parts[0], parts[2], read_day(parts[3]), parts[5])


def desks(actor: Actor) -> list[dict[str, str]]:
    """List the desks at which an officer takes dossiers in."""
    places = sorted(security.intake_desks_of(actor=actor))
    return [
        {
            "value": str(place),
            "label": people.get_organization(organization_id=place).name,
        }
        for place in places
    ]


def labels() -> dict[str, str]:
    """Name the inputs of the counter's pages that no form declares."""
    return {
        "procedure": gettext("Thủ tục"),
        "personal_number": gettext("Số định danh cá nhân"),
        "full_name": gettext("Họ và tên"),
        "birth_date": gettext("Ngày sinh"),
        "phone": gettext("Số điện thoại"),
        "organization_id": gettext("Cơ quan giải quyết"),
        "case": gettext("Trường hợp"),
        "limit": gettext("Thời hạn giải quyết"),
    }


def form_sections(
    form: Form, answers: Answers, filled: asking.Filled, *, on: date
) -> list[dict[str, Any]]:
    """Show the open pages of each section, all on one page."""
    return [
        {
            "title": said(state.section.title),
            "pages": [_page(form, page, answers, filled, on) for page in state.pages],
        }
        for state in queries.form_pages(form=form, answers=answers, on=on)
    ]


def file_fields(form: Form) -> list[str]:
    """List the fields of a form that take scans."""
    return [field.key for field in form.fields() if field.kind is FieldKind.FILES]


def case_options(draft: Draft) -> list[dict[str, str]]:
    """List the cases; none where there is only one."""
    return drafts.case_options(draft)


def agency_options(draft: Draft, *, on: date) -> list[dict[str, str]]:
    """List the agencies that may decide, by name; none where it is always the same."""
    cases = [
        case
        for case in draft.procedure.cases
        if not case.agency and draft.case in ("", case.key)
    ]
    levels = dict.fromkeys(case.level for case in cases)
    found = [
        one for level in levels for one in people.organizations(on=on, level=level)
    ]
    first = {"value": "", "label": gettext("Hãy chọn")}
    listed = sorted(found, key=lambda one: fold(one.name))
    return [first, *({"value": str(o.id), "label": o.name} for o in listed)]


def limit_question(draft: Draft, *, on: date) -> dict[str, Any] | None:
    """Ask for the time limit where the catalogue's was not understood."""
    try:
        draft.procedure.limit_on(on, case=draft.case)
    except LookupError:
        stated = draft.stated.limit
        units = {
            LimitUnit.WORKING_DAYS: gettext("ngày làm việc"),
            LimitUnit.DAYS: gettext("ngày"),
            LimitUnit.MONTHS: gettext("tháng"),
            LimitUnit.WORKING_HOURS: gettext("giờ làm việc"),
        }
        return {
            "amount": stated.amount if stated else "",
            "unit": stated.unit.value if stated else LimitUnit.WORKING_DAYS.value,
            "units": [{"value": u.value, "label": name} for u, name in units.items()],
        }
    return None


def stated(typed: Mapping[str, str]) -> Stated:
    """Read the time limit and fee a clerk states; what is no number states nothing."""
    amount, fee = clean(typed.get("limit", "")), typed.get("fee", "")
    digits = re.sub(r"[ .]", "", clean(fee))
    unit = typed.get("limit_unit", "")
    known = WHOLE.fullmatch(amount) and int(amount) and unit in set(LimitUnit)
    return Stated(
        limit=Limit(int(amount), LimitUnit(unit)) if known else None,
        fee=int(digits) if WHOLE.fullmatch(digits) else None,
    )


def expected(draft: Draft, *, at: datetime) -> Expected | None:
    """Tell fee and due date beforehand; None as long as something is missing."""
    try:
        return queries.expected(draft=draft, at=at)
    except (LookupError, Invalid):
        return None


def _page(
    form: Form, page: FormPage, answers: Answers, filled: asking.Filled, on: date
) -> dict[str, Any]:
    if page.repeats:
        return {"title": said(page.title), "rows": asking.rows(page, filled, add=True)}
    questions = drafts.form_questions(form, page, answers, filled, on=on)
    for question in questions:
        if question["kind"] == "radio" and len(question["options"]) > MOST_BUTTONS:
            empty = {"value": "", "label": "—"}
            question["kind"] = "select"
            question["options"] = [empty, *question["options"]]
    return {"title": said(page.title), "questions": questions}
