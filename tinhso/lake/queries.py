"""Ask the lake, and see what is in it."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from django.db.models import Count, Min, Q

from tinhso.kernel.actor import Actor, ActorKind
from tinhso.kernel.errors import NotAllowed
from tinhso.kernel.packs.types import Find
from tinhso.lake import rules
from tinhso.lake.models import BatchRow, LoadRow, QualityRow, WaitingRow
from tinhso.lake.providers import declared as declared_sources
from tinhso.lake.providers import described, late, published, signed
from tinhso.lake.providers import lineage as tracing
from tinhso.lake.providers.place import is_stored, warehouse
from tinhso.lake.types import (
    Answer,
    Backlog,
    ClosedEngine,
    Dataset,
    DataSource,
    Dimension,
    EngineMissing,
    Limits,
    Met,
    Quality,
    RoomUnknown,
    SetAside,
    Source,
    TableDescription,
    TableState,
    TakenApart,
)
from tinhso.security import queries as security
from tinhso.security.types import Deed

ENGINES = ("duckdb", "spark")
NEWEST: Mapping[str, int] = MappingProxyType({})


def declared(*, dataset: str) -> Dataset:
    """Read how a dataset is declared: its columns, and which are personal.

    :raises DatasetUnknown: if no room publishes it.
    """
    return published.dataset_of(dataset)


def declared_among(*, dataset: str, find: Find) -> Dataset:
    """Read how a dataset is declared, by a room or by contents that are being checked.

    :raises DatasetUnknown: if neither does.
    """
    return published.dataset_among(dataset, find)


def tables() -> tuple[TableState, ...]:
    """List the datasets with what their tables hold."""
    return tuple(_state(dataset) for dataset in published.published().values())


def _state(dataset: Dataset) -> TableState:
    state: TableState = late.tables().state_of(dataset)
    counts = WaitingRow.objects.filter(dataset=dataset.name).aggregate(
        waiting=Count("id", filter=Q(fault="")),
        set_aside=Count("id", filter=~Q(fault="")),
    )
    return replace(state, **counts)


def source_among(*, name: str, find: Find) -> Dataset | None:
    """Find the dataset of a source among contents; None if none declares it."""
    content = find(declared_sources.KIND, name)
    return declared_sources.source_of(content.body).dataset if content else None


def datasets_of_sources() -> tuple[Dataset, ...]:
    """List the datasets of the sources that packs declare, those in force."""
    return tuple(source.dataset for source in declared_sources.sources())


def sources() -> tuple[DataSource, ...]:
    """List the sources that packs declare."""
    return declared_sources.sources()


def backlog() -> Backlog:
    """Tell what is on its way into the tables, and since when."""
    counts = WaitingRow.objects.aggregate(
        waiting=Count("id", filter=Q(fault="")),
        since=Min("handed_at", filter=Q(fault="")),
        set_aside=Count("id", filter=~Q(fault="")),
    )
    return Backlog(**counts)


def set_aside(*, dataset: str = "", most: int = 100) -> tuple[SetAside, ...]:
    """List rows that were wrong, the newest first; of all datasets unless told."""
    found = WaitingRow.objects.exclude(fault="").order_by("-id")
    if dataset:
        found = found.filter(dataset=dataset)
    return tuple(
        SetAside(row.dataset, row.values, row.fault, row.handed_at)
        for row in found[:most]
    )


def quality(*, dataset: str = "", most: int = 1) -> tuple[Quality, ...]:
    """Tell what tables were worth, the newest first; of all datasets unless told.

    most: how many moments of each dataset.
    """
    names = [dataset] if dataset else sorted(published.published())
    return tuple(
        _quality(row)
        for name in names
        for row in QualityRow.objects.filter(dataset=name).order_by("-id")[:most]
    )


def _quality(row: QualityRow) -> Quality:
    met = tuple(
        Met(
            **{**one, "dimension": Dimension(one["dimension"])}
            | {"examples": tuple(one["examples"])}
        )
        for one in row.expectations
    )
    return Quality(
        dataset=row.dataset,
        uuid=row.uuid,
        snapshot_id=row.snapshot_id,
        measured_at=row.measured_at,
        rows=row.rows,
        set_aside=row.set_aside,
        scores=row.scores,
        expectations=met,
    )


def lineage(*, dataset: str, most: int = 20) -> tuple[Mapping[str, Any], ...]:
    """Tell how rows came into a table, as events of OpenLineage, the oldest first.

    most: how many batches and how many files, the newest.

    :raises DatasetUnknown: if no room publishes it.
    """
    known = published.dataset_of(dataset)
    runs = sorted(
        [
            *_runs(known, BatchRow, rules.ROOMS, most),
            *_runs(known, LoadRow, rules.FILES, most),
        ],
        key=lambda run: (run.began_at, run.number),
    )
    return tuple(event for run in runs for event in tracing.events_of(known, run))


def _runs(
    dataset: Dataset, model: type[BatchRow] | type[LoadRow], source: str, most: int
) -> list[tracing.Run]:
    rows = model.objects.filter(dataset=dataset.name).order_by("-number")[:most]
    states = late.tables().states_by_mark(dataset, source)
    return [
        tracing.Run(
            number=row.number,
            name=getattr(row, "name", ""),
            digest=getattr(row, "digest", ""),
            rows=getattr(row, "rows", None),
            began_at=row.made_at,
            ended_at=row.appended_at,
            snapshot_id=states.get(row.number),
        )
        for row in rows
    ]


def newest_state(*, dataset: str) -> Source:
    """Tell the newest state of a dataset's table, without reading a row.

    :raises DatasetUnknown: if no room publishes it.
    :raises TableMissing: if the file that describes the table is gone.
    :raises StoreAway: if it lies in a store that does not answer.
    """
    source: Source = late.plans().plan(published.dataset_of(dataset)).source
    return source


def formula_of(*, sql: str) -> str:
    """Compute the SHA-256 by which a number names the question that counts it."""
    return rules.formula(sql)


def lineage_of_answer(
    *, measure: str, sql: str, answer: Answer, at: datetime
) -> Mapping[str, Any]:
    """Tell that a measure was computed, as an event of OpenLineage."""
    return tracing.measured(measure, sql, answer, at)


def ask(
    *,
    sql: str,
    limits: Limits,
    actor: Actor,
    engine: str = "duckdb",
    snapshots: Mapping[str, int] = NEWEST,
) -> Answer:
    """Ask the tables a question in SQL, which reads and does nothing else.

    `room.name` has the latest row of each fact, `room.name__all` every row. snapshots:
    by dataset, which state to read; the newest unless told. The answer names table,
    snapshot and formula, so that the number can be computed again.

    :raises NotAllowed: if the actor is not the platform's operator.
    :raises EngineMissing: if the engine is not installed here.
    :raises EngineFailed: if it is and does not start.
    :raises QuestionNotCarried: if it may answer otherwise than DuckDB, whose SQL it is.
    :raises DatasetUnknown: if it names a table that no room publishes.
    :raises SnapshotGone: if a state is no longer there.
    :raises StoreAway: if the tables lie in a store that does not answer.

    And what the engine refuses, by the names beginning with `Question`.
    """
    if actor.kind is not ActorKind.SYSTEM:
        raise NotAllowed
    if engine not in ENGINES:
        raise EngineMissing(name=engine)
    asking = late.asking()
    names = {name.removesuffix(rules.ALL) for name in asking.tables_in(sql)}
    plans = [
        late.plans().plan(published.dataset_of(name), snapshot_id=snapshots.get(name))
        for name in sorted(names)
    ]
    asked = asking if engine == "duckdb" else late.spark()
    answer: Answer = asked.ask(sql, plans, limits)
    return answer


def require_answerable(
    *, dataset: Dataset, questions: Sequence[str], limits: Limits
) -> None:
    """Ask some questions of a table that is declared, without a row, as a trial.

    :raises QuestionUnreadable: if the engine does not understand it.
    :raises QuestionReachesOut: if it reaches for anything but the table.
    :raises QuestionNotReadOnly: if it is anything but one SELECT.
    """
    late.asking().try_on(dataset, questions, limits)


def closed_engine(
    *, files: Mapping[str, Path], limits: Limits, threads: int = 0
) -> AbstractContextManager[ClosedEngine]:
    """Open the lake's engine over files of a room's own, which it alone can read.

    files: Parquet, by the name of the view that each becomes. limits: their rows and
    reads are the caller's to heed; threads: 0 for one a core.
    """
    opened: AbstractContextManager[ClosedEngine] = late.closed().viewing(
        files, limits, threads=threads
    )
    return opened


def take_apart(*, sql: str) -> TakenApart:
    """Take a question apart without asking it.

    :raises QuestionNotReadOnly: if it is anything but one SELECT.

    And what the engine refuses, as the engine names it.
    """
    found: TakenApart = late.closed().take_apart(sql)
    return found


def place() -> str:
    """Name where new tables lie; a store is asked whether it answers.

    :raises StoreAway: if it does not.
    :raises StoreRefused: if it does not take the platform's key, or has no such bucket.
    :raises StoreNotSetUp: if there is no key.
    """
    if is_stored(warehouse()):
        signed.require()
    return warehouse()


def rooms(*, actor: Actor, within: str = "") -> tuple[str, ...]:
    """List the rooms that publish datasets; within another there is none.

    :raises NotAllowed: if the actor may not read the lake.
    :raises RoomUnknown: if the other publishes nothing.
    """
    security.require(actor=actor, deed=Deed.READ_LAKE)
    found = tuple(sorted({_room_of(name) for name in published.published()}))
    if within and within not in found:
        raise RoomUnknown(name=within)
    return () if within else found


def table_names(*, room: str, actor: Actor) -> tuple[str, ...]:
    """List the tables of a room that have rows, without the room's name.

    :raises NotAllowed: if the actor may not read the lake.
    :raises RoomUnknown: if the room publishes nothing.
    """
    security.require(actor=actor, deed=Deed.READ_LAKE)
    known = [name for name in published.published() if _room_of(name) == room]
    if not known:
        raise RoomUnknown(name=room)
    located = described.locations()
    return tuple(sorted(n.removeprefix(f"{room}.") for n in known if n in located))


def describe_table(*, dataset: str, actor: Actor) -> TableDescription:
    """Read how Iceberg describes the newest state of a table, every row included.

    :raises NotAllowed: if the actor may not read the lake.
    :raises DatasetUnknown: if no room publishes it.
    :raises TableNotYet: if it has no rows yet.
    :raises TableMissing: if its files are gone.
    """
    security.require(actor=actor, deed=Deed.READ_LAKE)
    return described.describe(published.dataset_of(dataset))


def _room_of(dataset: str) -> str:
    return dataset.partition(".")[0]
