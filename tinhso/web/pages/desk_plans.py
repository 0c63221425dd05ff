"""What a unit plans by: the month of due dates, and the work of each officer."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from tinhso.kernel import clock
from tinhso.procedures import queries
from tinhso.procedures.types import Capacity, DeskFilter, DueDay, Workload
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import desk as ui
from tinhso.web.ui import desk_filters as filters
from tinhso.web.ui.writing import WEEKDAYS

# Beyond this many days of work in hand, a head should look.
MUCH = 5.0


@guarded(Access.OFFICER)
@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """Show how many dossiers are due on each day of a month."""
    actor, at = actor_of(request), clock.now()
    today = clock.local(at).date()
    shown = _month(request.GET.get("thang", ""), today)
    wanted = replace(filters.read(request.GET), due_from=None, due_to=None)
    found = queries.due_days(actor=actor, at=at, month=shown, wanted=wanted)
    before, after = shown - timedelta(1), (shown + timedelta(31)).replace(day=1)
    context = {
        "rail": ui.rail(actor, "desk_month"),
        "month": shown,
        "weeks": _weeks(found, wanted, today),
        "weekdays": WEEKDAYS,
        "total": sum(day.total for day in found),
        "back": reverse("desk") + filters.query(wanted),
        "before_href": _month_href(before, wanted),
        "after_href": _month_href(after, wanted),
        "is_narrow": replace(wanted, role="") != DeskFilter(),
    }
    return no_store(render(request, "desk/month.html", context))


@guarded(Access.OFFICER)
@require_safe
def capacity(request: HttpRequest) -> HttpResponse:
    """Show heads who has how much in hand, and what waits for nobody in particular."""
    actor, at = actor_of(request), clock.now()
    found = queries.capacities(actor=actor, at=at)
    context = {
        "rail": ui.rail(actor, "desk_capacity"),
        "units": [_unit(one) for one in found],
        "colors": [{"key": c.value, "name": name} for c, name in ui.COLORS.items()],
    }
    return no_store(render(request, "desk/capacity.html", context))


def _month(text: str, today: date) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)


def _month_href(day: date, wanted: DeskFilter) -> str:
    return reverse("desk_month") + filters.query(wanted, thang=f"{day:%Y-%m}")


def _weeks(
    days: Sequence[DueDay], wanted: DeskFilter, today: date
) -> list[list[dict[str, Any] | None]]:
    """Lay days out by weeks from Monday on; None where another month lies."""
    cells: list[dict[str, Any] | None] = [None] * days[0].day.weekday()
    cells += [_day(day, wanted, today) for day in days]
    cells += [None] * (-len(cells) % 7)
    return [cells[n : n + 7] for n in range(0, len(cells), 7)]


def _day(one: DueDay, wanted: DeskFilter, today: date) -> dict[str, Any]:
    narrowed = replace(wanted, due_from=one.day, due_to=one.day)
    return {
        "day": one.day,
        "total": one.total,
        "colors": _colors(one.counts),
        "is_working": one.is_working,
        "is_today": one.day == today,
        "href": reverse("desk") + filters.query(narrowed) if one.total else "",
    }


def _colors(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {"key": color.value, "name": name, "count": counts[color.value]}
        for color, name in ui.COLORS.items()
        if counts.get(color.value)
    ]


def _unit(one: Capacity) -> dict[str, Any]:
    return {
        "name": one.organization,
        "days_back": one.days_back,
        "arrived": one.arrived,
        "finished": one.finished,
        "officers": [_officer(officer) for officer in one.officers],
        "unclaimed": [_officer(role) for role in one.unclaimed],
    }


def _officer(one: Workload) -> dict[str, Any]:
    roles = ", ".join(ui.role_name(role) for role in one.roles)
    wanted = DeskFilter(assignee_id=one.account_id)
    if one.account_id is None:
        wanted = DeskFilter(role=one.roles[0])
    return {
        "name": one.name or roles,
        "roles": roles if one.name else gettext("Chưa ai nhận"),
        "counts": [one.counts[color.value] for color in ui.COLORS],
        "total": one.total,
        "done": one.done,
        "days": f"{one.days:.1f}".replace(".", ",") if one.days is not None else "–",
        "is_much": one.days is not None and one.days > MUCH,
        "absent_until": one.absent_until,
        "href": reverse("desk") + filters.query(wanted) if one.total else "",
    }
