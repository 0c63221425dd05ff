"""`tinhso indexes`: index sets, what documents state by them, and who stands where."""

from decimal import Decimal
from typing import Any

import click

from tinhso.cli.output import answer, json_option, refusing
from tinhso.indicators import queries
from tinhso.indicators.types import (
    Criterion,
    IndexSet,
    LeagueLine,
    MainIndex,
    PublishedScore,
    Whose,
)
from tinhso.kernel.actor import SYSTEM


@click.group("indexes")
def group() -> None:
    """Index sets by which units are scored, and their scores."""


@group.command("list")
@json_option
def list_sets(as_json: bool) -> None:
    """List the index sets in force.

    JSON: `sets`, each `key`, `title`, `version`, `measures`, `maximum`, `known` (points
    whose criteria are known), `criteria`, `valid_from`, `valid_to`, `source`.
    """
    found = [_set(one) for one in queries.index_sets()]
    lines = [
        f"{one['key']:26} {one['known']:>6} of {one['maximum']:>6} points,"
        f" {one['criteria']:>3} scored  {one['title']}"
        for one in found
    ]
    answer({"sets": found}, "\n".join(lines), as_json=as_json)


@group.command()
@click.argument("key")
@json_option
@refusing
def show(key: str, as_json: bool) -> None:
    """Show an index set with its main indices, criteria and formulas.

    JSON: as in `list`, and `caution`, `indices`: each `key`, `number`, `title`,
    `maximum`, `unaccounted`, `criteria`; `pillars`: each `key`, `title`, `maximum`,
    `weights`.
    """
    index_set = queries.get_index_set(key=key)
    found = _set(index_set) | {
        "caution": str(index_set.caution),
        "indices": [_index(one) for one in index_set.indices],
        "pillars": [
            {
                "key": one.key,
                "title": str(one.title),
                "maximum": str(one.maximum),
                "weights": {name: str(value) for name, value in one.weights.items()},
            }
            for one in index_set.pillars
        ],
    }
    lines = [line for one in index_set.indices for line in _index_lines(one)]
    answer(found, "\n".join(lines), as_json=as_json)


@group.command()
@click.argument("key")
@json_option
@refusing
def scores(key: str, as_json: bool) -> None:
    """List what documents state by an index set, beside what its formulas give.

    JSON: `scores`, each `unit`, `period`, `total`, `rank`, `pillars`, `points`,
    `values`, `computed`, `source`; shares are texts with four digits.
    """
    found = [_score(one) for one in queries.published_scores(key=key)]
    lines = [
        f"{one['unit']:20} {one['period']:8} {one['total'] or '-':>7}"
        f"  {one['computed'].get('total', '-'):>7}  {one['points']}"
        for one in found
    ]
    answer({"scores": found}, "\n".join(lines), as_json=as_json)


@group.command()
@click.argument("key")
@click.argument("period")
@click.option("--whose", type=click.Choice(list(Whose)), default=Whose.APPRAISED)
@click.option("--synthetic", is_flag=True, help="What is made up, instead of real.")
@json_option
@refusing
def league(key: str, period: str, whose: str, synthetic: bool, as_json: bool) -> None:
    """Rank the units that were assessed by an index set for a period.

    JSON: `league`, each `rank` (shared by those who are even, null while incomplete),
    `unit`, `points`, `maximum`, `share`, `scored`, `items`.
    """
    queries.get_index_set(key=key)
    lines = queries.league_of(
        set_key=key,
        period=period,
        whose=Whose(whose),
        actor=SYSTEM,
        is_synthetic=synthetic,
    )
    found = [_place(one) for one in lines]
    text = [
        f"{one['rank'] or '-':>4} {one['points']:>10}/{one['maximum']}"
        f" {one['scored']:>3}/{one['items']:<3} {one['unit']}"
        for one in found
    ]
    answer({"league": found}, "\n".join(text), as_json=as_json)


def _place(one: LeagueLine) -> dict[str, Any]:
    total = one.total
    return {
        "rank": one.rank,
        "unit": one.name,
        "points": str(total.points),
        "maximum": str(total.maximum),
        "share": None if total.share is None else str(total.share),
        "scored": total.scored,
        "items": total.items,
    }


def _set(one: IndexSet) -> dict[str, Any]:
    return {
        "key": one.key,
        "title": str(one.title),
        "version": one.version,
        "measures": one.measures.value,
        "maximum": str(one.maximum),
        "known": str(_certain(one)),
        "criteria": len(one.items),
        "valid_from": one.valid_from.isoformat(),
        "valid_to": one.valid_to.isoformat() if one.valid_to else None,
        "source": one.act,
    }


def _certain(one: IndexSet) -> Decimal:
    missing = (index.unaccounted for index in one.indices)
    return one.maximum - sum((gap.points for gap in missing if gap), Decimal())


def _index(one: MainIndex) -> dict[str, Any]:
    gap = one.unaccounted
    return {
        "key": one.key,
        "number": one.number,
        "title": str(one.title),
        "maximum": str(one.maximum),
        "unaccounted": {"points": str(gap.points), "why": str(gap.why)}
        if gap
        else None,
        "criteria": [_criterion(criterion) for criterion in one.criteria],
    }


def _criterion(one: Criterion) -> dict[str, Any]:
    return {
        "key": one.key,
        "number": one.number,
        "title": str(one.title),
        "maximum": str(one.maximum),
        "rule": one.rule.kind.value,
    }


def _index_lines(one: MainIndex) -> list[str]:
    gap = one.unaccounted
    open_points = f"  ({gap.points} unaccounted)" if gap else ""
    head = f"{one.number:7} {one.maximum:>5}  {one.title}{open_points}"
    return [
        head,
        *(f"  {c.number:7} {c.maximum:>5}  {c.title}" for c in one.criteria),
    ]


def _score(one: PublishedScore) -> dict[str, Any]:
    return {
        "unit": one.unit,
        "period": one.period.key,
        "total": str(one.total) if one.total is not None else None,
        "rank": one.rank,
        "pillars": _texts(one.pillar_values),
        "points": _texts(one.pillar_points),
        "values": _texts(one.values),
        "computed": _texts(one.computed),
        "source": one.source,
    }


def _texts(values: Any) -> dict[str, str]:
    return {key: str(value) for key, value in values.items()}
