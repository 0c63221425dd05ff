"""The filter of the desk in an address: `?vai=clerk&mau=red&den=17/06/2026`."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.utils.translation import gettext

from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import local
from tinhso.kernel.text import clean
from tinhso.procedures import queries
from tinhso.procedures.types import ClockColor, DeskFilter
from tinhso.security import queries as security
from tinhso.web.ui import desk as ui
from tinhso.web.ui import questions
from tinhso.web.ui.phrases import said

OWN, ALL = "own", "all"


def read(params: Mapping[str, str]) -> DeskFilter:
    """Read a filter; what is no filter is left out, never guessed."""
    role, color = params.get("vai", OWN), params.get("mau", "")
    return DeskFilter(
        role="" if role == ALL else role if role in ui.ROLES else OWN,
        color=color if color in set(ClockColor) else "",
        text=clean(params.get("q", ""))[:100],
        mine=params.get("cua-toi") == "1",
        procedure=clean(params.get("thu-tuc", ""))[:30],
        due_from=read_day(params.get("tu", "")),
        due_to=read_day(params.get("den", "")),
        assignee_id=read_id(params.get("nguoi", "")),
    )


def query(wanted: DeskFilter, **more: str | None) -> str:
    """Write a filter as the query of an address; more: what else belongs to it."""
    values = {
        "vai": {"": ALL, OWN: ""}.get(wanted.role, wanted.role),
        "mau": wanted.color,
        "q": wanted.text,
        "cua-toi": "1" if wanted.mine else "",
        "thu-tuc": wanted.procedure,
        "tu": write_day(wanted.due_from),
        "den": write_day(wanted.due_to),
        "nguoi": str(wanted.assignee_id or ""),
        **more,
    }
    return "?" + urlencode({key: value for key, value in values.items() if value})


def fields(
    params: Mapping[str, str], wanted: DeskFilter, *, actor: Actor, at: datetime
) -> dict[str, Any]:
    """Lay out the fields by which a filter is chosen; what was typed stays as it is."""
    first, last = params.get("tu", ""), params.get("den", "")
    wrong = {
        name: gettext("Ngày phải viết theo dạng ngày/tháng/năm, ví dụ 27/03/2026.")
        for name, text in (("tu", first), ("den", last))
        if text and read_day(text) is None
    }
    narrow = (wanted.procedure, first, last, wanted.assignee_id)
    return {
        "wanted": wanted,
        "role": wanted.role or ALL,
        "due_from": first,
        "due_to": last,
        "wrong": wrong,
        "is_narrow": any(narrow),
        "roles": _roles(),
        "procedures": _procedures(wanted.procedure, at),
        "people": _people(wanted.assignee_id, actor, local(at).date()),
    }


def hidden(wanted: DeskFilter) -> list[tuple[str, str]]:
    """List what a form must carry along so that the filter stays."""
    return parse_qsl(query(wanted).removeprefix("?"))


def read_day(text: str) -> date | None:
    """Read a day as it is typed, `17/06/2026`; None if it is none."""
    return questions.read_day(text) if text else None


def write_day(day: date | None) -> str:
    """Write a day as people type it."""
    return f"{day:%d/%m/%Y}" if day else ""


def read_id(text: str) -> UUID | None:
    """Read an identifier; None if it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None


def _roles() -> list[dict[str, str]]:
    first = [
        {"value": OWN, "label": gettext("Chờ vai trò của tôi")},
        {"value": ALL, "label": gettext("Mọi hồ sơ của đơn vị")},
    ]
    return first + [{"value": k, "label": str(v)} for k, v in ui.ROLES.items()]


def _procedures(chosen: str, at: datetime) -> list[dict[str, str]]:
    known = {code: said(title) for code, title in queries.desk_procedures(at=at)}
    if chosen and chosen not in known:
        known[chosen] = chosen
    every = [{"value": "", "label": gettext("Mọi thủ tục")}]
    return every + [{"value": k, "label": f"{k} {v}"} for k, v in known.items()]


def _people(chosen: UUID | None, actor: Actor, on: date) -> list[dict[str, str]]:
    if not security.managed_by(actor=actor):
        return []
    posts = queries.colleagues(actor=actor, on=on)
    people = {post.person.id: post.person.full_name for post in posts}
    accounts = security.accounts_of(person_ids=list(people))
    known = {
        str(accounts[person_id]): name
        for person_id, name in people.items()
        if person_id in accounts
    }
    if chosen and str(chosen) not in known:
        names = security.names_of(account_ids=[chosen])
        known |= {str(one): name for one, name in names.items()}
    every = [{"value": "", "label": gettext("Mọi người")}]
    return every + [{"value": k, "label": v} for k, v in known.items()]
