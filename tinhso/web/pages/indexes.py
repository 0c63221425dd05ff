"""Index sets to be read by everybody, and who stands where for officers."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from tinhso.indicators import queries
from tinhso.indicators.types import LeagueLine, Whose
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.sending import table
from tinhso.web.ui import desk
from tinhso.web.ui import indexes as ui
from tinhso.web.ui.phrases import say

COLUMNS = (
    *("rank", "unit", "points", "maximum", "share", "scored", "items", "synthetic"),
)


@guarded(Access.PUBLIC)
@require_safe
def indexes(request: HttpRequest) -> HttpResponse:
    """List the index sets."""
    found = [ui.set_line(one) for one in queries.index_sets()]
    return render(request, "indexes/sets.html", {"sets": found})


@guarded(Access.PUBLIC)
@require_safe
def index_set(request: HttpRequest, key: str) -> HttpResponse:
    """Show a set: what it scores, by which formulas, and what documents state."""
    found = queries.get_index_set(key=key)
    context = {
        "set": ui.set_line(found),
        "caution": say(found.caution) if found.caution else "",
        "indices": ui.structure(found),
        "pillars": [
            {
                "title": say(one.title),
                "maximum": ui.number(one.maximum),
                "note": say(one.note) if one.note else "",
            }
            for one in found.pillars
        ],
        "bands": [
            {"title": say(one.title), "at_least": ui.number(one.at_least)}
            for one in found.bands
        ],
        "scores": [
            ui.published_line(one, found) for one in queries.published_scores(key=key)
        ],
        "league_href": reverse("index_league", args=[key]),
    }
    return render(request, "indexes/set.html", context)


@guarded(Access.OFFICER)
@require_safe
def league(request: HttpRequest, key: str) -> HttpResponse:
    """Rank the units of a period, what is made up apart from what is real."""
    actor, found = actor_of(request), queries.get_index_set(key=key)
    periods = queries.periods_of(set_key=key)
    period, whose = _chosen(request, periods)
    tables = [
        _table(made_up, _lines(request, key, period, whose, made_up=made_up))
        for made_up in (False, True)
    ]
    context = {
        "rail": desk.rail(actor, "assessments"),
        "set": ui.set_line(found),
        "periods": [{"value": one, "label": one} for one in periods],
        "period": period,
        "kinds": [{"value": one, "label": ui.WHOSE[one]} for one in ui.WHOSE],
        "whose": whose.value,
        "whose_title": ui.WHOSE[whose],
        "tables": [one for one in tables if one["rows"]],
        "csv_href": f"{reverse('index_league_csv', args=[key])}"
        f"?ky={period}&diem={whose.value}",
    }
    return no_store(render(request, "indexes/league.html", context))


@guarded(Access.OFFICER)
@require_safe
def league_csv(request: HttpRequest, key: str) -> HttpResponse:
    """Hand the league table out as CSV, with a mark at what is made up."""
    periods = queries.periods_of(set_key=key)
    period, whose = _chosen(request, periods)
    rows = [
        _row(one, made_up=made_up)
        for made_up in (False, True)
        for one in _lines(request, key, period, whose, made_up=made_up)
    ]
    name = f"{key}-{period or 'trong'}-{whose.value}.csv"
    return table([COLUMNS, *rows], name=name)


def _row(one: LeagueLine, *, made_up: bool) -> list[object]:
    total = one.total
    figures = (total.points, total.maximum, total.share, total.scored, total.items)
    return [one.rank, one.name, *figures, int(made_up)]


def _chosen(request: HttpRequest, periods: tuple[str, ...]) -> tuple[str, Whose]:
    period, whose = request.GET.get("ky", ""), request.GET.get("diem", "")
    newest = periods[0] if periods else ""
    return (
        period if period in periods else newest,
        Whose(whose) if whose in set(Whose) else Whose.APPRAISED,
    )


def _lines(
    request: HttpRequest, key: str, period: str, whose: Whose, *, made_up: bool
) -> tuple[LeagueLine, ...]:
    return queries.league_of(
        set_key=key,
        period=period,
        whose=whose,
        actor=actor_of(request),
        is_synthetic=made_up,
    )


def _table(made_up: bool, lines: tuple[LeagueLine, ...]) -> dict[str, Any]:
    title = gettext("Đơn vị mô phỏng") if made_up else gettext("Các đơn vị")
    return {
        "title": title,
        "is_synthetic": made_up,
        "rows": ui.league_rows(lines),
        "chart": ui.bars(lines),
    }
