"""A number: what it means, through time and by part, and down to the rows behind it."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tinhso.foresight import queries as foresight
from tinhso.foresight.types.account_refusals import AccountUnknown
from tinhso.indicators import queries
from tinhso.indicators.types import (
    Behind,
    Cell,
    Dimension,
    Figure,
    Measure,
    Period,
    Standing,
)
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import NotAllowed
from tinhso.operations import queries as operations
from tinhso.people import queries as people
from tinhso.people.types import Organization
from tinhso.places import queries as places
from tinhso.procedures import queries as procedures
from tinhso.security import queries as security
from tinhso.security.types import Access, Deed
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.sending import table
from tinhso.web.ui import charts, desk, directives, economy, forecasts, returns, trying
from tinhso.web.ui import lineage as lineage_ui
from tinhso.web.ui import measures as ui
from tinhso.web.ui import targets as targets_ui

ROWS_A_PAGE = 50
COLUMNS = (
    *("indicator", "period", "part", "value", "numerator", "denominator", "status"),
    *("is_complete", "made_up", "dataset", "table", "snapshot_id"),
)


@guarded(Access.OFFICER)
@require_safe
def measure(request: HttpRequest, key: str) -> HttpResponse:
    """Show an indicator as chart, map or table of the same numbers."""
    found = _found(request, key)
    context = {
        "rail": desk.rail(actor_of(request), "board"),
        **_shown(found, request.GET.get("xem", "")),
        "forecast": _forecast(request, key),
        "targets": targets_ui.target_rows(
            found.standings,
            sums=_sums(actor_of(request)),
            tries=_tries(actor_of(request), found.standings),
        ),
        **_directives(request, found),
        **_returns(request, found),
    }
    return no_store(render(request, "measures/measure.html", context))


def _forecast(request: HttpRequest, key: str) -> dict[str, Any]:
    found = foresight.forecast_of(
        indicator=key,
        on=clock.local(clock.now()).date(),
        made_up=settings.TINHSO_DEMO,
        actor=actor_of(request),
    )
    return forecasts.shown(found)


def _sums(actor: Actor) -> Mapping[tuple[str, str], dict[str, str]]:
    """Say what targets of the digital economy ask, where a pack has an account."""
    try:
        return economy.by_target(foresight.account_gaps(actor=actor))
    except AccountUnknown:
        return {}


def _tries(
    actor: Actor, standings: Sequence[Standing]
) -> Mapping[tuple[str, str], dict[str, Any]]:
    """Lead from targets to the scenario in which they are tried."""
    return trying.by_target(foresight.playable_models(actor=actor), standings)


def _directives(request: HttpRequest, found: Measure) -> dict[str, Any]:
    """List the directives that touched the number, and lead leaders to another."""
    actor, at, one = actor_of(request), clock.now(), found.reading.indicator
    touched = operations.directives_of(indicator=one.key, actor=actor)
    may_issue = security.may(actor=actor, deed=Deed.ISSUE_DIRECTIVE)
    return {
        "directives": [directives.line(each, {one.key: one}, at) for each in touched],
        "issue_href": directives.issue_href(one.key, found.period.key)
        if may_issue
        else "",
    }


def _returns(request: HttpRequest, found: Measure) -> dict[str, Any]:
    """List the returns behind a reported number, those not sent included."""
    actor, today = actor_of(request), clock.local(clock.now()).date()
    key = found.reading.indicator.key
    lines = queries.returns_behind(
        key=key, period=found.period, actor=actor, on=today, made_up=found.made_up
    )
    desks = security.desks_of(actor=actor)
    asked = queries.returns_asked().get(key)
    return {
        "returns": returns.reporters(found.period, lines, desks),
        "asked": asked,
        "every": ui.KINDS[asked.every] if asked else "",
        "coverage": returns.coverage(found.reading.figure),
        "owed_query": ""
        if returns.is_longer(found.period, lines)
        else f"?ky={found.period.key}",
    }


def _found(request: HttpRequest, key: str) -> Measure:
    today = clock.local(clock.now()).date()
    return queries.measure(
        key=key,
        period=_period(request, today, key),
        by=_dimension(request),
        on=today,
        made_up=settings.TINHSO_DEMO,
        actor=actor_of(request),
    )


def _period(request: HttpRequest, today: date, key: str) -> Period:
    told = request.GET.get("ky", "")
    if told:
        return queries.period(key=told)
    return queries.usual_period(on=today, made_up=settings.TINHSO_DEMO, key=key)


def _dimension(request: HttpRequest) -> Dimension:
    told = request.GET.get("theo", "")
    return Dimension(told) if told in set(Dimension) else Dimension.WHOLE


def _shown(found: Measure, view: str) -> dict[str, Any]:
    one, today = found.reading.indicator, clock.local(clock.now()).date()
    agencies = _agencies(found)
    names = ui.names_of(one, found.by, list(found.parts), agencies, found.period.last)
    rows = ui.part_rows(one, found.parts, names, found.bounds)
    owner = people.organizations_by_key(keys=[one.owner], on=today).get(one.owner)
    has_map = found.by in (Dimension.AGENCY, Dimension.PLACE)
    return {
        "measure": found,
        "indicator": one,
        "title": ui.title(one),
        "owner": owner.name if owner else "",
        "card": ui.card(found.reading, found.period, today),
        "counts": ui.counts(found.reading.figure) if found.reading.figure else "",
        "period": ui.period_name(found.period),
        "kinds": ui.kinds(found.period, today),
        "steps": ui.steps(found.period, today),
        "line": ui.chart(one, found.reading.series, ui.goal_of(found.standings)),
        "series": ui.series_rows(one, found.reading.series),
        "views": ui.views(view, has_map=has_map),
        "has_map": has_map,
        "map": ui.map_of(
            places.hexagons(on=min(found.period.last, today)),
            found.parts,
            agencies,
            found.reading,
            found.bounds,
        )
        if has_map
        else None,
        "legend": ui.legend(found.bounds, one),
        "rows": rows,
        "bars": charts.bars(
            [charts.Point(r["name"], r["raw"], r["value"], r["href"]) for r in rows],
            tones=[r["tone"] for r in rows],
        ),
        "bars_height": len(rows) * charts.BAR + 6,
        "by": ui.DIMENSIONS.get(found.by, ""),
        "restated_on": queries.restated_on(period=found.period)
        if found.by is Dimension.PLACE
        else None,
        "breakdowns": ui.breakdowns(queries.breakdowns(key=one.key), found.by),
        "lineage_href": ui.lineage_href(found.reading.figure.cell)
        if found.reading.figure and one.computed
        else "",
        "made_of": ui.made_of(one, found.period),
    }


def _agencies(found: Measure) -> Mapping[str, Organization]:
    if found.by is not Dimension.AGENCY:
        return {}
    return people.organizations_by_code(codes=list(found.parts), on=found.period.last)


@guarded(Access.OFFICER)
@require_safe
def measure_csv(request: HttpRequest, key: str) -> HttpResponse:
    """Send the numbers of the page: through time, and by part in the period."""
    found = _found(request, key)
    figures = (*found.reading.series, *found.parts.values())
    name = f"{key}-{found.period.key}.csv"
    return table([COLUMNS, *map(_line, figures)], name=name)


def _line(one: Figure) -> list[object]:
    run = one.run
    return [
        one.cell.indicator,
        one.cell.period.key,
        one.cell.part,
        one.value,
        one.numerator,
        one.denominator,
        one.status.value,
        one.is_complete,
        one.cell.made_up,
        *((run.dataset, run.uuid, run.snapshot_id) if run else ("", "", "")),
    ]


@guarded(Access.OFFICER)
@require_safe
def lineage(request: HttpRequest, key: str) -> HttpResponse:
    """Show how a number was counted, and the rows it counts."""
    actor, today = actor_of(request), clock.local(clock.now()).date()
    page = _page(request)
    dimension, part = _dimension(request), request.GET.get("phan", "")[:60]
    if not part:
        dimension = Dimension.WHOLE
    period = _period(request, today, key)
    cell = Cell(key, period, settings.TINHSO_DEMO, dimension, part)
    behind = queries.rows_behind(
        cell=cell,
        actor=actor,
        on=today,
        skip=(page - 1) * ROWS_A_PAGE,
        most=ROWS_A_PAGE,
    )
    context = {
        "rail": desk.rail(actor, "board"),
        **_behind(behind, actor, clock.now()),
        "pages": _pages(cell, page, behind.more),
    }
    return no_store(render(request, "measures/lineage.html", context))


def _page(request: HttpRequest) -> int:
    told = request.GET.get("trang", "1")
    return min(int(told), 1_000) if told.isascii() and told.isdigit() and told else 1


def _pages(cell: Cell, page: int, more: bool) -> dict[str, str]:
    href = ui.lineage_href(cell)
    return {
        "previous_href": f"{href}&trang={page - 1}" if page > 1 else "",
        "next_href": f"{href}&trang={page + 1}" if more else "",
    }


def _behind(behind: Behind, actor: Actor, at: datetime) -> dict[str, Any]:
    figure = behind.figure
    indicator = queries.get_indicator(key=figure.cell.indicator)
    codes = [*lineage_ui.codes(behind, lineage_ui.AGENCY), figure.cell.part]
    agencies = people.organizations_by_code(codes=codes, on=figure.cell.period.last)
    names = ui.names_of(
        indicator,
        figure.cell.dimension,
        [figure.cell.part],
        agencies,
        figure.cell.period.last,
    )
    return {
        "behind": behind,
        "figure": figure,
        "indicator": indicator,
        "title": ui.title(indicator),
        "value": ui.said(indicator, figure.value),
        "counts": ui.counts(figure),
        "period": ui.period_name(figure.cell.period),
        "part": names.get(figure.cell.part, "") if figure.cell.part else "",
        "measure_href": ui.measure_href(indicator.key, figure.cell.period),
        "columns": lineage_ui.behind_columns(behind.columns),
        "rows": lineage_ui.behind_rows(
            behind,
            _readable(behind, actor, at),
            {code: one.short_name for code, one in agencies.items()},
        ),
    }


def _readable(behind: Behind, actor: Actor, at: datetime) -> Mapping[str, str]:
    """Name the dossiers behind rows that the viewer's desks answer for: {id: code}."""
    if lineage_ui.DOSSIER not in behind.columns:
        return {}
    place = behind.columns.index(lineage_ui.DOSSIER)
    ids = [UUID(str(row[place])) for row in behind.rows]
    try:
        found = procedures.chosen(dossier_ids=ids, actor=actor, at=at)
    except NotAllowed:
        return {}
    return {str(one.id): one.code for one in found}


@guarded(Access.OFFICER)
@require_safe
def targets(request: HttpRequest) -> HttpResponse:
    """Show the targets of a plan, clause by clause, and how each stands."""
    today, actor = clock.local(clock.now()).date(), actor_of(request)
    plans = queries.plans()
    chosen = request.GET.get("ke-hoach", "")
    plan = chosen if chosen in plans else next(iter(sorted(plans)), "")
    made_up = settings.TINHSO_DEMO
    found = queries.standings(on=today, plan=plan, made_up=made_up) if plan else ()
    told = foresight.chances(standings=found, made_up=made_up)
    context = {
        "rail": desk.rail(actor, "targets"),
        "plans": targets_ui.plan_links(plans, plan, reverse("targets")),
        "states": targets_ui.summary(found),
        "clauses": targets_ui.clauses(
            found, forecasts.by_target(told), _sums(actor), _tries(actor, found)
        ),
        "source": found[0].target.source if found else "",
    }
    return no_store(render(request, "measures/targets.html", context))
