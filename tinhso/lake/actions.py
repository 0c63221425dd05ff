"""Publish datasets, hand rows in, write them into their tables, keep the tables."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from hashlib import file_digest, sha256
from itertools import islice
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import CharField, F
from django.db.models.functions import Cast

from tinhso.kernel.actor import Actor
from tinhso.kernel.packs.types import Content, Kind
from tinhso.lake import rules
from tinhso.lake.models import BatchRow, LoadRow, QualityRow, WaitingRow
from tinhso.lake.providers import declared, late, published
from tinhso.lake.types import (
    SOURCE_SCHEMA,
    Appended,
    Compacted,
    Dataset,
    DataSource,
    LakeBusy,
    Loaded,
    SourceOfFilesOnly,
    TableMissing,
    Tidied,
    Values,
)

# A table in memory takes twice its size; a batch stays well below a gigabyte.
MOST_AT_ONCE = 200_000  # rows
HANDED_AT_ONCE = 2_000  # rows
ROOMS, FILES = rules.ROOMS, rules.FILES
# How long each state stays, and for how long the last of each day.
EACH_STATE, DAYS = timedelta(hours=1), 31
# Nobody takes longer from writing a file to naming it.
GRACE = timedelta(days=1)
T = TypeVar("T")
FORGET = """
WITH gone AS (
    DELETE FROM lake.iceberg_tables
    WHERE table_namespace = %s AND table_name = %s RETURNING 1
) SELECT count(*) FROM gone
"""


def publish(*, dataset: Dataset) -> None:
    """Make a dataset known. Called on `project/publications.py` only."""
    published.publish(dataset)


def publish_family(*, read: published.Read, among: published.Among) -> None:
    """Make datasets known that packs declare; called on `project/publications.py` only.

    read: answers those in force now. among: finds one by name among contents that are
    not applied yet.
    """
    published.publish_family(published.Family(read, among))


def publish_batches(
    *,
    dataset: str,
    names: Callable[[], Iterable[UUID]],
    rows: Callable[[UUID], Iterator[bytes]],
) -> None:
    """Let rows of a dataset come in batches; called on `project/publications.py` only.

    names: answers the batches there are; rows: those of one, as CSV with a head.
    """
    published.publish_batches(published.Batches(dataset, names, rows))


def hand_in(
    *, dataset: str, values: Values, at: datetime, is_correction: bool = False
) -> str:
    """Hand a row in, in the transaction of what it tells of; answer what is wrong.

    values: by column; words of enumerations are text. is_correction: it takes the place
    of an earlier row with the same key. A row that is wrong is set aside with the
    reason, which is answered; "" where there is none.

    :raises DatasetUnknown: if no room publishes it.
    """
    declared = published.dataset_of(dataset)
    fault = rules.fault(declared, values)
    WaitingRow.objects.create(
        dataset=dataset,
        values=rules.as_json(values),
        is_correction=is_correction,
        handed_at=at,
        fault=fault[:300],
    )
    return fault


def hand_in_many(
    *, dataset: str, rows: Iterable[tuple[Values, bool]], at: datetime
) -> int:
    """Hand many rows in as `hand_in` does, each with whether it is a correction.

    Answers how many there were.

    :raises DatasetUnknown: if no room publishes it.
    """
    known = published.dataset_of(dataset)
    count = 0
    for some in _some(rows, HANDED_AT_ONCE):
        WaitingRow.objects.bulk_create(
            WaitingRow(
                dataset=dataset,
                values=rules.as_json(values),
                is_correction=is_correction,
                handed_at=at,
                fault=rules.fault(known, values)[:300],
            )
            for values, is_correction in some
        )
        count += len(some)
    return count


def _some(rows: Iterable[T], most: int) -> Iterator[list[T]]:
    source = iter(rows)
    while found := list(islice(source, most)):
        yield found


def append_waiting(*, at: datetime) -> int:
    """Write all waiting rows into their tables; say how many came in.

    A dataset that somebody else is writing is left to them. One that fails keeps no
    other from its rows; the first failure is raised afterwards.
    """
    count, failed = 0, None
    for dataset in _awaited():
        try:
            count += _append_alone(dataset, at)
        except Exception as error:  # noqa: BLE001 - whatever it is, the others go on
            failed = failed or error
    if failed is not None:
        raise failed
    return count


def _awaited() -> list[Dataset]:
    """List the datasets that rows wait for; for most moments there is none."""
    rows = WaitingRow.objects.filter(fault="").order_by()
    names = set(rows.values_list("dataset", flat=True).distinct())
    known = published.published() if names else {}
    return [dataset for name, dataset in known.items() if name in names]


def _append_alone(dataset: Dataset, at: datetime) -> int:
    with _alone(dataset.name) as is_alone:
        return _append_all(dataset, at) if is_alone else 0


@contextmanager
def _alone(dataset: str) -> Iterator[bool]:
    """Keep others from writing, for as long as the connection lives; tell if we may.

    It spares work done twice. That no row is there twice rests on the marks alone.
    """
    key = _key(f"writer of {dataset}")
    is_alone = bool(_asked(f"SELECT pg_try_advisory_lock({key})"))
    try:
        yield is_alone
    finally:
        if is_alone:
            _asked(f"SELECT pg_advisory_unlock({key})")


def _append_all(dataset: Dataset, at: datetime) -> int:
    count = 0
    while (batch := _next_batch(dataset.name, at)) is not None:
        count += _append(dataset, batch, at).rows
    return count


def _next_batch(dataset: str, at: datetime) -> BatchRow | None:
    """Find the batch that is under way, else make one of what waits.

    What is in a batch stands before it is written, so that whoever takes up the work of
    one that died writes the same rows under the same number.
    """
    with transaction.atomic():
        _asked(f"SELECT pg_advisory_xact_lock({_key(f'batch of {dataset}')})")
        found = BatchRow.objects.filter(dataset=dataset, appended_at=None).first()
        return found or _made(dataset, at)


def _made(dataset: str, at: datetime) -> BatchRow | None:
    waiting = WaitingRow.objects.filter(dataset=dataset, batch=None, fault="")
    if not waiting.exists():
        return None
    last = BatchRow.objects.filter(dataset=dataset).order_by("-number").first()
    number = last.number + 1 if last else 1
    batch = BatchRow.objects.create(dataset=dataset, number=number, made_at=at)
    chosen = waiting.order_by("id").values("id")[:MOST_AT_ONCE]
    WaitingRow.objects.filter(id__in=chosen).update(batch=batch)
    return batch


def _append(dataset: Dataset, batch: BatchRow, at: datetime) -> Appended:
    """Write a batch, then forget it; each may have been done before, by others."""
    appended: Appended = late.tables().append_rows(
        dataset, _columns(dataset, batch), source=ROOMS, position=batch.number
    )
    with transaction.atomic():
        batch.waitingrow_set.all().delete()
        BatchRow.objects.filter(id=batch.id).update(appended_at=at)
    return appended


def _columns(dataset: Dataset, batch: BatchRow) -> dict[str, Sequence[object]]:
    """Read the rows of a batch, column by column."""
    names = ("values", "id", "handed_at", "is_correction")
    rows = list(batch.waitingrow_set.order_by("id").values_list(*names))
    values, places, handed, corrects = zip(*rows, strict=True) if rows else ((),) * 4
    return {
        **{
            column.name: rules.restored(
                column, [one.get(column.name) for one in values]
            )
            for column in dataset.columns
        },
        rules.PLACE: places,
        rules.HANDED: handed,
        rules.CORRECTS: corrects,
    }


def bring_in_batches(*, at: datetime) -> int:
    """Bring what rooms keep in batches into their tables, each once; count the rows.

    A dataset that somebody else is writing is left to them.
    """
    count = 0
    for one in published.batches():
        dataset = published.dataset_of(one.dataset)
        with _alone(one.dataset) as is_alone:
            count += _bring_in(one, dataset, at) if is_alone else 0
    return count


def _bring_in(batches: published.Batches, dataset: Dataset, at: datetime) -> int:
    waiting = LoadRow.objects.filter(dataset=dataset.name, appended_at=None).first()
    count = _append_load(dataset, waiting, at).rows if waiting else 0
    rows = LoadRow.objects.filter(dataset=dataset.name)
    known = set(rows.values_list("digest", flat=True))
    for name in batches.names():
        if name.hex not in known:
            load = _kept(dataset, name, batches.rows(name), at)
            count += _append_load(dataset, load, at).rows
    return count


def _kept(
    dataset: Dataset, name: UUID, parts: Iterator[bytes], at: datetime
) -> LoadRow:
    """Keep the rows of a batch until they are in the table."""
    number = LoadRow.objects.filter(dataset=dataset.name).count() + 1
    stage = _stage_of(dataset.name, number)
    rows = late.texts().stage(dataset, parts, stage, at=at)
    return LoadRow.objects.create(
        dataset=dataset.name,
        number=number,
        name=str(name),
        digest=name.hex,
        rows=rows,
        set_aside=0,
        made_at=at,
    )


def publish_source(content: Content, actor: Actor, at: datetime) -> None:
    """Take a declared source; its dataset is known from then on."""


SOURCES = Kind(
    name=declared.KIND,
    pattern="sources/*.yaml",
    schema=SOURCE_SCHEMA,
    apply=publish_source,
    check=declared.faults_of,
)


def load_file(*, source: str, path: Path, at: datetime) -> Loaded:
    """Bring the rows of a CSV file or workbook into the table of a source, once.

    Rows that are wrong are set aside with their place and column; the others come in
    together. A file that died on its way is taken up before another comes.

    :raises SourceUnknown: if no pack declares it.
    :raises LakeBusy: if somebody else is loading it.

    And what is wrong with the file as a whole, by the names beginning with `File`,
    `Cells` and `Columns`.
    """
    known = declared.find(source)
    with _alone(source) as is_alone:
        if not is_alone:
            raise LakeBusy(name=source)
        open_load = LoadRow.objects.filter(dataset=source, appended_at=None).first()
        if open_load is not None:
            _append_load(known.dataset, open_load, at)
        return _load(known, path, at)


def pull(*, source: str, at: datetime) -> Loaded:
    """Fetch what is new where a source is, and bring it into its table, once.

    What has the same version as the newest row known comes again, as a correction: it
    may have been written after the last pull.

    :raises SourceUnknown: if no pack declares it.
    :raises SourceOfFilesOnly: if it is declared for files only.
    :raises LakeBusy: if somebody else is loading it.

    And what keeps rows from being fetched, by the names beginning with `Source`.
    """
    known = declared.find(source)
    if not known.elsewhere:
        raise SourceOfFilesOnly(name=source)
    since = late.tables().newest_version(known.dataset)
    with tempfile.TemporaryDirectory(prefix="tinhso-pull-") as folder:
        path = Path(folder) / f"{source} {at:%Y-%m-%d %H:%M:%S}.csv"
        late.pulling().pull(known, path, since=since)
        return load_file(source=source, path=path, at=at)


def _load(source: DataSource, path: Path, at: datetime) -> Loaded:
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    dataset = source.dataset
    found = LoadRow.objects.filter(dataset=dataset.name, digest=digest).first()
    if found is not None:
        return Loaded(dataset.name, path.name, 0, 0, is_fresh=False, snapshot_id=None)
    load = _staged(source, path, digest, at)
    return _append_load(dataset, load, at)


def _staged(source: DataSource, path: Path, digest: str, at: datetime) -> LoadRow:
    """Read a file, and keep what it holds until it is in the table."""
    name = source.dataset.name
    number = LoadRow.objects.filter(dataset=name).count() + 1
    staged = late.loading().stage(
        source, path, _stage_of(name, number), number=number, at=at.isoformat()
    )
    with transaction.atomic():
        WaitingRow.objects.bulk_create(
            [
                WaitingRow(
                    dataset=name,
                    values=rules.as_json(values),
                    handed_at=at,
                    fault=f"{path.name}, {fault}"[:300],
                )
                for values, fault in staged.wrong
            ],
            batch_size=1000,
        )
        return LoadRow.objects.create(
            dataset=name,
            number=number,
            name=path.name[:200],
            digest=digest,
            rows=staged.rows,
            set_aside=len(staged.wrong),
            made_at=at,
        )


def _append_load(dataset: Dataset, load: LoadRow, at: datetime) -> Loaded:
    """Write what was read into the table, then forget it; each may be done before."""
    stage = _stage_of(dataset.name, load.number)
    appended: Appended = late.tables().append_columns(
        dataset, late.loading().staged_rows(stage), source=FILES, position=load.number
    )
    LoadRow.objects.filter(id=load.id).update(appended_at=at)
    stage.unlink(missing_ok=True)
    told = (load.rows, load.set_aside, appended.is_fresh, appended.snapshot_id)
    return Loaded(dataset.name, load.name, *told)


def _stage_of(dataset: str, number: int) -> Path:
    folder = Path(settings.TINHSO_HOME) / "lake-loads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{dataset}-{number}.parquet"


def compact(*, dataset: str = "") -> Sequence[Compacted]:
    """Join the small files of a dataset, of all unless told.

    :raises DatasetUnknown: if no room publishes it.
    """
    found = [late.tables().compact(one) for one in _chosen(dataset)]
    return tuple(one for one in found if one is not None)


def measure_quality(*, at: datetime, dataset: str = "") -> int:
    """Hold tables against what their rooms promise; say of how many it was kept.

    A state that was measured by the same promises is not measured again.
    :raises DatasetUnknown: if no room publishes it.
    """
    chosen = [one for one in _chosen(dataset) if one.expectations]
    return sum(_measured(one, at) for one in chosen)


def _measured(dataset: Dataset, at: datetime) -> bool:
    state = late.plans().plan(dataset)
    formula = rules.formula(rules.counting(dataset))
    known = QualityRow.objects.filter(dataset=dataset.name).order_by("-id").first()
    source = state.source
    if known and (known.uuid, known.snapshot_id, known.formula) == (
        source.uuid,
        source.snapshot_id,
        formula,
    ):
        return False
    found = late.quality().measure(dataset, state)
    QualityRow.objects.create(
        dataset=dataset.name,
        uuid=source.uuid,
        snapshot_id=source.snapshot_id,
        formula=formula,
        measured_at=at,
        rows=found.rows,
        set_aside=WaitingRow.objects.filter(dataset=dataset.name)
        .exclude(fault="")
        .count(),
        scores=rules.scores(found.rows, found.wrong),
        expectations=[asdict(one) for one in found.met],
    )
    return True


def tidy(*, at: datetime, dataset: str = "") -> Sequence[Tidied]:
    """Let go of old states and of files nobody names, of all datasets unless told.

    :raises DatasetUnknown: if no room publishes it.
    """
    found = [
        late.tables().tidy(one, at=at, whole=EACH_STATE, days=DAYS, grace=GRACE)
        for one in _chosen(dataset)
    ]
    return tuple(one for one in found if one is not None)


def forget_tables() -> None:
    """Take all tables out of the catalogue, so that they are made anew from the events.

    For a platform that was restored without their files, which no backup holds. No
    event brings back what came in files, so such a table goes only if it is missing.
    In the transaction in which the deliveries are forgotten. Numbers of batches go on,
    so a writer who still holds one of a forgotten table adds nothing to the new one.
    """
    of_files = {source.dataset.name for source in declared.sources()}
    for name, dataset in published.published().items():
        if name in of_files and not _is_missing(dataset):
            continue
        _asked(f"SELECT pg_advisory_xact_lock({_key(f'writer of {name}')})")
        WaitingRow.objects.filter(dataset=name, fault="").delete()
        open_batches = BatchRow.objects.filter(dataset=name, appended_at=None)
        open_batches.update(appended_at=F("made_at"))
        # Its files are no longer known, so that they can be loaded again.
        LoadRow.objects.filter(dataset=name).update(digest=Cast("id", CharField()))
        _asked(FORGET, *name.split("."))


def _is_missing(dataset: Dataset) -> bool:
    """Tell whether a table is named whose files are gone."""
    try:
        late.tables().state_of(dataset)
    except TableMissing:
        return True
    return False


def _chosen(name: str) -> list[Dataset]:
    if name:
        return [published.dataset_of(name)]
    return list(published.published().values())


def _key(what: str) -> int:
    """Make the number by which PostgreSQL knows a lock."""
    return int.from_bytes(sha256(f"lake: {what}".encode()).digest()[:7])


def _asked(sql: str, *values: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()[0]
