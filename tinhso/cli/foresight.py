"""`tinhso foresight`: forecasts of series and measures, models and scenarios."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from tinhso.cli.output import answer, json_option, refusing
from tinhso.foresight import actions, queries
from tinhso.foresight.types import Chance, Forecast, Outlook
from tinhso.indicators.types import Dimension
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM

DIMENSIONS = click.Choice([one.value for one in Dimension if one])
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
MOST_AHEAD = 120


@click.group("foresight")
def group() -> None:
    """What will happen, and what could."""


@group.command()
@click.argument("file", type=FILE)
@click.option(
    "--horizon",
    type=click.IntRange(1, MOST_AHEAD),
    default=3,
    show_default=True,
    help="How many periods ahead.",
)
@click.option(
    "--level",
    type=click.IntRange(50, 99),
    default=80,
    show_default=True,
    help="How many percent of what comes lie between low and high.",
)
@click.option("--backtest", is_flag=True, help="Tell how earlier forecasts came out.")
@click.option("--skip-short", is_flag=True, help="Leave out series of under 3 values.")
@json_option
@refusing
def forecast(
    file: Path,
    horizon: int,
    level: int,
    backtest: bool,
    skip_short: bool,
    as_json: bool,
) -> None:
    """Carry on each series of a file with columns series, period, value.

    Periods as 2024, 2024-Q1 or 2024-01. Gaps are allowed, and bridged by a straight
    line; what lies before a gap of more than 3 years, 4 quarters or 12 months is left
    aside. A series needs three values. JSON: a line a series and period, each `series`,
    `period`, `mean`, `low`, `high`, `method`, `level`, `since`: its first period that
    counts, `bridged`: how many periods without a value, `is_constant`: it never moved,
    so nothing is known of how it may miss. With --backtest a line a series: `series`,
    `known`: how many values, `gaps`: periods without one, `method`, `level`, `errors`:
    how many, `mase`, `naive_mase`, `coverage`, null where nothing could be tried.
    """
    found = queries.forecast_file(
        content=file.read_bytes(), horizon=horizon, level=level, skips_short=skip_short
    )
    told = found.forecasts
    lines = [_tried(one) for one in told] if backtest else _ahead(told)
    for line in map(_json if as_json else _line, lines):
        click.echo(line)
    if found.left_out:
        click.echo(f"Left out, too short: {', '.join(found.left_out)}", err=True)


def _ahead(found: Sequence[Forecast]) -> list[dict[str, Any]]:
    return [
        {
            "series": one.series.name,
            "period": ahead.period,
            "mean": ahead.mean,
            "low": ahead.low,
            "high": ahead.high,
            "method": one.method,
            "level": one.level,
            "since": one.since,
            "bridged": len(one.bridged),
            "is_constant": one.is_constant,
        }
        for one in found
        for ahead in one.ahead
    ]


def _tried(one: Forecast) -> dict[str, Any]:
    test = one.backtest
    return {
        "series": one.series.name,
        "known": one.series.known,
        "gaps": list(one.bridged),
        "method": one.method,
        "level": one.level,
        "errors": test.errors if test else 0,
        "mase": test.mase if test else None,
        "naive_mase": test.naive_mase if test else None,
        "coverage": test.coverage if test else None,
    }


def _json(line: dict[str, Any]) -> str:
    return json.dumps(line, ensure_ascii=False, allow_nan=False)


def _line(line: dict[str, Any]) -> str:
    cells = (_cell(name, value) for name, value in line.items() if value)
    return "  ".join(cells)


def _cell(name: str, value: object) -> str:
    match value:
        case bool():
            return name
        case float():
            return f"{name} {value:.6g}"
        case list():
            return f"{name} {','.join(map(str, value))}"
        case int():
            return f"{name} {value}"
    return str(value)


@group.command()
@click.option("--made-up", is_flag=True, help="Of made-up data.")
@json_option
@refusing
def measures(made_up: bool, as_json: bool) -> None:
    """Forecast measures anew where values changed, and list what is forecast.

    JSON: `measures`, each `key`, `known`: how many values, `made_up`, `made_at`,
    `method`, `level`, `ahead`: each `period`, `mean`, `low`, `high`; null and empty
    where too little is known; `backtest`: `errors`, `mase`, `naive_mase`, `coverage`;
    `realised`: how many of how many values lay within earlier forecasts; `targets`,
    each `plan`, `key`, `probability`, `why` there is none; `made`: how many are new.
    """
    now = clock.now()
    made = actions.forecast_measures(at=now, made_up=made_up)
    found = queries.outlooks(on=clock.local(now).date(), made_up=made_up)
    told = [_outlook(one) for one in found]
    lines = [_measure(one) for one in told]
    answer({"measures": told, "made": len(made)}, "\n".join(lines), as_json=as_json)


@group.command()
@click.argument("key")
@click.option("--by", type=DIMENSIONS, default="agency", show_default=True)
@click.option("--horizon", type=click.IntRange(1, MOST_AHEAD), default=12)
@click.option("--level", type=click.IntRange(50, 99), default=80)
@click.option("--made-up", is_flag=True, help="Of made-up data.")
@json_option
@refusing
def parts(
    key: str, by: str, horizon: int, level: int, made_up: bool, as_json: bool
) -> None:
    """Forecast a count by place or agency, so that the parts add up to the province.

    JSON: `whole` and, by code, `parts`: each `period`, `mean`, `low`, `high`; `moved`:
    by how much the whole was moved for that in the first month; `left_out`: codes of
    parts with fewer than three months.
    """
    found = queries.forecast_parts(
        indicator=key,
        dimension=Dimension(by),
        on=clock.local(clock.now()).date(),
        made_up=made_up,
        horizon=horizon,
        level=level,
        actor=SYSTEM,
    )
    told = {
        "whole": [asdict(ahead) for ahead in found.whole],
        "parts": {c: [asdict(a) for a in ahead] for c, ahead in found.parts.items()},
        "moved": found.moved,
        "left_out": list(found.left_out),
    }
    rows = {"": found.whole, **found.parts}
    lines = [f"{c:20} {a.period:8} {a.mean:.1f}" for c in rows for a in rows[c]]
    answer(told, "\n".join(lines), as_json=as_json)


def _outlook(one: Outlook) -> dict[str, Any]:
    newest = one.newest
    return {
        "key": one.indicator.key,
        "known": one.known,
        "made_up": newest.made_up if newest else None,
        "made_at": newest.made_at if newest else None,
        "method": newest.method if newest else None,
        "level": newest.level if newest else None,
        "ahead": [asdict(ahead) for ahead in newest.ahead] if newest else [],
        "backtest": asdict(newest.backtest) if newest and newest.backtest else None,
        "realised": [one.realised.within, one.realised.of],
        "targets": [_chance(chance) for chance in one.chances],
    }


def _chance(one: Chance) -> dict[str, Any]:
    target = one.standing.target
    return {
        "plan": target.plan,
        "key": target.key,
        "probability": one.probability,
        "why": one.why.value if one.why else None,
    }


def _measure(one: dict[str, Any]) -> str:
    if not one["ahead"]:
        return f"{one['key']:34} -  ({one['known']} values)"
    first = one["ahead"][0]
    said = f"{first['mean']:.4g} ({first['low']:.4g} to {first['high']:.4g})"
    chances = (
        f"{target['plan']} {target['probability']:.0%}"
        for target in one["targets"]
        if target["probability"] is not None
    )
    return f"{one['key']:34} {first['period']:8} {said}  {', '.join(chances)}"
