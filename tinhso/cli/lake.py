"""`tinhso lake`: what is in the lake, questions to it, and its upkeep."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.db import transaction

from tinhso.cli.output import answer, json_option, refusing
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.events import actions as events
from tinhso.lake import actions, queries
from tinhso.lake.types import Answer, DataSource, Limits, Quality, TableState

MEGABYTE = 2**20
# The reactions that hand rows in stand on this page.
PAGE = "tinhso.project.publications"
ENGINES = ("duckdb", "spark")


@click.group("lake")
def group() -> None:
    """Facts as open tables that are only added to."""


@group.command()
@json_option
@refusing
def tables(as_json: bool) -> None:
    """List the datasets, their columns, and what their tables hold.

    JSON: `tables`, each `name`, `vi`, `en`, `columns`, `uuid`, `snapshot_id`, `rows`,
    `files`, `bytes`, `waiting`, `set_aside`.
    """
    states = queries.tables()
    text = "\n".join(line for state in states for line in _lines(state))
    answer({"tables": [_table(state) for state in states]}, text, as_json=as_json)


@group.command()
@click.argument("sql")
@click.option("--engine", type=click.Choice(ENGINES), default="duckdb")
@click.option("--rows", default=1000, show_default=True, help="How many at most.")
@click.option("--seconds", type=float, help="Less time than the settings allow.")
@click.option(
    "--snapshot",
    "snapshots",
    multiple=True,
    metavar="TABLE=ID",
    help="Which state of a table to read; the newest unless told.",
)
@json_option
@refusing
def query(
    sql: str,
    engine: str,
    rows: int,
    seconds: float | None,
    snapshots: Sequence[str],
    as_json: bool,
) -> None:
    """Ask the tables one question that only reads.

    JSON: `columns`, `rows`, `is_cut`, `sources`: each `dataset`, `uuid`,
    `snapshot_id`; `formula`: the SHA-256 of the question, `engine`, `seconds`. Refused:
    `refused`, `message`.
    """
    most = settings.TINHSO_LAKE_QUERY_SECONDS
    limits = Limits(
        rows=rows,
        seconds=min(seconds or most, most),
        memory=settings.TINHSO_LAKE_QUERY_MEMORY_MB * MEGABYTE,
        reads=settings.TINHSO_LAKE_QUERY_READS_MB * MEGABYTE,
    )
    found = queries.ask(
        sql=sql,
        limits=limits,
        actor=SYSTEM,
        engine=engine,
        snapshots=_snapshots(snapshots),
    )
    answer(asdict(found), _as_text(found), as_json=as_json)


@group.command()
@json_option
@refusing
def sources(as_json: bool) -> None:
    """List where rows come from that no room makes, and what they must look like.

    JSON: `sources`, each `dataset`, `vi`, `en`, `decimals`, `columns`: each `name`,
    `kind`, `header`.
    """
    told = [_source(one) for one in queries.sources()]
    lines = [
        f"{one['dataset']}: {one['vi']} / {one['en']}\n"
        + "\n".join(f"  {c['header']} ({c['kind']})" for c in one["columns"])
        for one in told
    ]
    answer({"sources": told}, "\n".join(lines) or "None.", as_json=as_json)


@group.command()
@click.argument("source")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@json_option
@refusing
def load(source: str, file: Path, as_json: bool) -> None:
    """Bring a CSV file or workbook into the table of a source, once.

    JSON: `dataset`, `name`, `rows`, `set_aside`, `is_fresh`, `snapshot_id`. Refused:
    `refused`, `message`. Rows set aside: `tinhso lake set-aside`.
    """
    done = actions.load_file(source=source, path=file, at=clock.now())
    known = "" if done.is_fresh else " The file was loaded before."
    text = f"{done.rows} rows came in, {done.set_aside} were set aside.{known}"
    answer(asdict(done), text, as_json=as_json)


@group.command()
@click.argument("source")
@json_option
@refusing
def pull(source: str, as_json: bool) -> None:
    """Fetch what is new where a source is, over HTTP or from PostgreSQL.

    JSON and refusals as `load`. Where it is stands in `TINHSO_HOME/keys/sources`.
    """
    done = actions.pull(source=source, at=clock.now())
    text = f"{done.rows} rows came in, {done.set_aside} were set aside."
    answer(asdict(done), text, as_json=as_json)


@group.command()
@click.option("--dataset", default="", help="Of all datasets unless told.")
@click.option("--moments", default=1, show_default=True, help="How many, back in time.")
@json_option
@refusing
def quality(dataset: str, moments: int, as_json: bool) -> None:
    """Measure what the tables are worth, and tell it; a job does it each hour.

    JSON: `tables`, each `dataset`, `uuid`, `snapshot_id`, `measured_at`, `rows`,
    `set_aside`, `scores` by dimension, `expectations`: each `name`, `dimension`, `vi`,
    `en`, `wrong`, `examples`: keys of rows.
    """
    actions.measure_quality(at=clock.now(), dataset=dataset)
    found = queries.quality(dataset=dataset, most=moments)
    lines = [line for one in found for line in _worth(one)]
    told = {"tables": [asdict(one) for one in found]}
    answer(told, "\n".join(lines) or "None.", as_json=as_json)


@group.command()
@click.argument("dataset")
@click.option("--most", default=20, show_default=True, help="How many runs back.")
@json_option
@refusing
def lineage(dataset: str, most: int, as_json: bool) -> None:
    """Tell how rows came into a table. JSON: `events`, as OpenLineage has them."""
    found = queries.lineage(dataset=dataset, most=most)
    lines = [
        f"{one['eventTime']} {one['eventType']}: {one['inputs'][0]['name']}"
        f" → {one['outputs'][0]['name']}"
        for one in found
    ]
    answer({"events": list(found)}, "\n".join(lines) or "None.", as_json=as_json)


@group.command("set-aside")
@click.option("--dataset", default="", help="Of all datasets unless told.")
@json_option
@refusing
def set_aside(dataset: str, as_json: bool) -> None:
    """List rows that are in no table because something is wrong with them.

    JSON: `rows`, each `dataset`, `values`, `reason`, `handed_at`.
    """
    found = queries.set_aside(dataset=dataset)
    lines = [f"{row.handed_at} {row.dataset}: {row.reason}" for row in found]
    told = {"rows": [asdict(row) for row in found]}
    answer(told, "\n".join(lines) or "None.", as_json=as_json)


@group.command()
@json_option
@refusing
def append(as_json: bool) -> None:
    """Write what was handed in into the tables; a job does it too. JSON: `rows`."""
    rows = _appended()
    answer({"rows": rows}, f"{rows} rows came in.", as_json=as_json)


def _appended() -> int:
    at = clock.now()
    return actions.append_waiting(at=at) + actions.bring_in_batches(at=at)


@group.command("catch-up")
@json_option
@refusing
def catch_up(as_json: bool) -> None:
    """Hand in what happened before a dataset was published. JSON: `events`."""
    count = _caught_up()
    answer({"events": count}, f"{count} events were handed in.", as_json=as_json)


def _caught_up() -> int:
    count = 0
    while some := events.catch_up(page=PAGE, at=clock.now()):
        count += some
    return count


@group.command()
@json_option
@refusing
def rebuild(as_json: bool) -> None:
    """Make all tables anew from the events, as after a restore: backups lack them.

    JSON: `events`, `rows`. Corrections that rooms handed in are events, too.
    """
    with transaction.atomic():
        actions.forget_tables()
        events.forget_deliveries(page=PAGE)
    count = _caught_up()
    rows = _appended()
    text = f"{count} events were handed in, {rows} rows came in."
    answer({"events": count, "rows": rows}, text, as_json=as_json)


@group.command()
@json_option
@refusing
def compact(as_json: bool) -> None:
    """Join the small files of each month; a job does it each hour.

    JSON: `tables`, each `dataset`, `before`, `after`: how many files.
    """
    done = actions.compact()
    lines = [f"{one.dataset}: {one.before} → {one.after} files" for one in done]
    told = {"tables": [asdict(one) for one in done]}
    answer(told, "\n".join(lines), as_json=as_json)


@group.command()
@json_option
@refusing
def tidy(as_json: bool) -> None:
    """Let go of old states, and of files no state names; a job does it each hour.

    JSON: `tables`, each `dataset`, `snapshots`, `files`: how many went.
    """
    done = actions.tidy(at=clock.now())
    lines = [
        f"{one.dataset}: {one.snapshots} states, {one.files} files" for one in done
    ]
    told = {"tables": [asdict(one) for one in done]}
    answer(told, "\n".join(lines), as_json=as_json)


def _worth(found: Quality) -> list[str]:
    scores = ", ".join(
        f"{name} {'–' if score is None else format(score, '.1%')}"
        for name, score in found.scores.items()
    )
    wrong = [
        f"  {one.name}: {one.wrong} rows, such as {', '.join(one.examples[:3])}"
        for one in found.expectations
        if one.wrong
    ]
    head = f"{found.measured_at} {found.dataset}: {found.rows} rows: {scores}"
    return [head, *wrong]


def _source(source: DataSource) -> dict[str, Any]:
    dataset = source.dataset
    columns = [
        {"name": c.name, "kind": c.kind, "header": source.headers[c.name]}
        for c in dataset.columns
    ]
    return {
        "dataset": dataset.name,
        "vi": dataset.vi,
        "en": dataset.en,
        "decimals": source.decimals,
        "columns": columns,
    }


def _snapshots(words: Sequence[str]) -> Mapping[str, int]:
    try:
        return {name: int(number) for name, number in (w.split("=") for w in words)}
    except ValueError:
        raise click.BadParameter("write --snapshot TABLE=ID") from None


def _table(state: TableState) -> dict[str, Any]:
    told = asdict(state)
    dataset = told.pop("dataset")
    kept = ("name", "vi", "en", "columns")
    return {**{name: dataset[name] for name in kept}, **told}


def _lines(state: TableState) -> list[str]:
    head = (
        f"{state.dataset.name}: {state.rows} rows, {state.files} files,"
        f" {state.bytes} bytes, {state.waiting} waiting, {state.set_aside} set aside"
    )
    columns = [
        f"  {c.name:14} {c.kind:7} {c.vi} / {c.en}" for c in state.dataset.columns
    ]
    return [head, f"  {state.dataset.vi} / {state.dataset.en}", *columns]


def _as_text(found: Answer) -> str:
    rows = ["\t".join(map(str, row)) for row in found.rows]
    from_ = [f"{s.dataset} {s.uuid} snapshot {s.snapshot_id}" for s in found.sources]
    cut = ["… there are more rows"] if found.is_cut else []
    formula = f"formula {found.formula}"
    return "\n".join(["\t".join(found.columns), *rows, *cut, *from_, formula])
