"""`tinhso simulate`: a made-up year, for demonstrations, trials and measurements."""

import os
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from time import perf_counter
from typing import Any

import click

from tinhso.cli.output import answer, json_option, refusing
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.simulation import actions
from tinhso.simulation.types import Simulated, Wish

DAY = click.DateTime(["%Y-%m-%d"])
WAYS = ("bulk", "acts")


@click.group("simulate")
def group() -> None:
    """Make activity up, flagged as such, where nothing is real."""


@group.command()
@click.option("--from", "first", type=DAY, required=True, help="The first day.")
@click.option("--to", "last", type=DAY, required=True, help="The last day, included.")
@click.option("--seed", type=int, default=1, help="The same makes the same; 1.")
@click.option(
    "--share",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.01,
    help="Of the province's activity; 0.01 unless told, 1 for all of it.",
)
@click.option(
    "--by",
    type=click.Choice(WAYS),
    default="bulk",
    help="Written at once without papers, or played act by act; bulk unless told.",
)
@click.option("--activity", "key", default="quang_ninh", help="Which assumptions.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=max(1, os.cpu_count() or 1),
    help="Processes that write; as many as processors unless told.",
)
@json_option
@refusing
def activity(
    first: datetime,
    last: datetime,
    seed: int,
    share: float,
    by: str,
    key: str,
    workers: int,
    as_json: bool,
) -> None:
    """Make the activity of some days up: people, dossiers, ratings, registers.

    Only where TINHSO_DEMO=1. What was made up before by the same words stays. JSON:
    `people`, `dossiers`, `records`, `changes`, `lake_rows`, `seconds`, `per_second`;
    refused: `refused`, `message`, `fields`.
    """
    at = clock.now()
    wish = Wish(key, first.date(), last.date(), seed, share, _end(last.date(), at))
    begun = perf_counter()
    found = _made(wish, by, workers, at, quiet=as_json)
    _answer(found, perf_counter() - begun, as_json=as_json)


def _end(last: date, at: datetime) -> datetime:
    """Find the end of the last day; today has not happened, whenever it is asked."""
    end = min(last + timedelta(1), clock.local(at).date())
    return datetime.combine(end, time(), clock.VIETNAM)


def _made(wish: Wish, by: str, workers: int, at: datetime, *, quiet: bool) -> Simulated:
    def told(count: int) -> None:
        if not quiet:
            click.echo(f"+ {count}", err=True)

    if by == "acts":
        return actions.play(wish=wish, actor=SYSTEM, at=at, told=told)
    return actions.simulate(wish=wish, workers=workers, actor=SYSTEM, at=at, told=told)


def _answer(found: Simulated, seconds: float, *, as_json: bool) -> None:
    speed = found.dossiers / seconds
    told: dict[str, Any] = {
        **asdict(found),
        "seconds": round(seconds, 1),
        "per_second": round(speed),
    }
    text = (
        f"{found.people} people, {found.dossiers} dossiers, {found.records} new"
        f" records and {found.changes} changes of registers, {found.lake_rows} rows in"
        f" the lake; {speed:.0f} dossiers/s.\n"
        "Dữ liệu mô phỏng / made-up data."
    )
    answer(told, text, as_json=as_json)
