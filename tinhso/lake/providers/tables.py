"""Add to a table, join its files, let old states go: each is one commit or none.

A commit names the state it was made for, and fails if there is another by now. Each
state carries the marks of those before it: up to which position of which source it has
the rows. So whoever tries again sees whether the rows are there.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import SystemRandom
from typing import TypeVar

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow.fs import FileInfo, FileSelector, FileSystem, FileType, LocalFileSystem
from pyiceberg.conversions import from_bytes
from pyiceberg.exceptions import CommitFailedException, NoSuchTableError
from pyiceberg.manifest import DataFile, ManifestFile
from pyiceberg.table import Table
from pyiceberg.table.snapshots import Snapshot
from pyiceberg.types import TimestamptzType

from tinhso.lake.providers import rows
from tinhso.lake.providers.catalogue import find_table, table_of
from tinhso.lake.providers.place import SCHEME, is_stored, path_of
from tinhso.lake.providers.store import by_name, filesystem
from tinhso.lake.rules import CORRECTS, MARK, Piece, State, outlived, to_join
from tinhso.lake.types import (
    Appended,
    Compacted,
    Dataset,
    LakeBusy,
    MarksLost,
    SnapshotGone,
    TableMissing,
    TableState,
    Tidied,
)

TRIES, FIRST_PAUSE = 12, 0.02  # seconds; doubled each time, up to a second
CORRECTIONS = "tinhso.corrections"
# So that those who met once do not meet again.
SPREAD = SystemRandom()
# Files below the first are joined, into some of up to the second.
SMALL, LARGE = 64 * 2**20, 256 * 2**20  # bytes

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

T = TypeVar("T")


@by_name()
def append_rows(
    dataset: Dataset,
    columns: Mapping[str, Sequence[object]],
    *,
    source: str,
    position: int,
) -> Appended:
    """Add rows, unless the table has those of this position of the source.

    columns: by name, as values of Python.
    """
    table = table_of(dataset)
    return _append(table, dataset, rows.as_columns(table, columns), source, position)


@by_name()
def append_columns(
    dataset: Dataset, columns: pa.Table, *, source: str, position: int
) -> Appended:
    """Add rows that come as columns, the lake's own included."""
    return _append(table_of(dataset), dataset, columns, source, position)


def _append(
    table: Table, dataset: Dataset, columns: pa.Table, source: str, position: int
) -> Appended:
    if _has(table, source, position):
        return _known(table)
    files = rows.write(table, dataset, columns)
    corrections = pc.sum(columns.column(CORRECTS)).as_py() or 0

    def commit() -> Appended:
        if _has(table, source, position):
            _discard(table, files)
            return _known(table)
        marks = {
            **_marks(table),
            f"{MARK}{source}": str(position),
            CORRECTIONS: str(corrections_in(table) + corrections),
        }
        with (
            table.transaction() as change,
            change.update_snapshot(snapshot_properties=marks).merge_append() as new,
        ):
            for file in files:
                new.append_data_file(file)
        return Appended(len(columns), _number(table), is_fresh=True)

    return _tried(table, dataset, commit)


@by_name()
def compact(
    dataset: Dataset, *, least: int = SMALL, most: int = LARGE
) -> Compacted | None:
    """Join the small files of each month; None if there is no table yet.

    least, most: in bytes. Rows that are added meanwhile stay as they are.
    """
    table = find_table(dataset)
    if table is None:
        return None
    before = list(files_of(table))
    groups = to_join(_pieces(before), least=least, most=most)
    by_path = {file.file_path: file for file in before}
    gained = 0
    for group in groups:
        old = [by_path[piece.path] for piece in group]
        gained += _join(table, dataset, old)
    return Compacted(dataset.name, len(before), len(before) - gained)


def _join(table: Table, dataset: Dataset, old: Sequence[DataFile]) -> int:
    """Put one file in the place of others; say how many fewer there are."""
    paths = [file.file_path for file in old]
    new = rows.join(table, Path(paths[0]).parent.name, paths)
    if new.record_count != sum(file.record_count for file in old):
        raise RuntimeError(f"{dataset.name}: joined files have other rows")

    def commit() -> int:
        if not set(paths) <= {file.file_path for file in files_of(table)}:
            _discard(table, [new])
            return 0
        with (
            table.transaction() as change,
            change.update_snapshot(snapshot_properties=_marks(table)).overwrite() as to,
        ):
            for file in old:
                to.delete_data_file(file)
            to.append_data_file(new)
        return len(old) - 1

    return _tried(table, dataset, commit)


@by_name()
def tidy(
    dataset: Dataset, *, at: datetime, whole: timedelta, days: int, grace: timedelta
) -> Tidied | None:
    """Let old states go, then the files that no state names.

    grace: how old such a file must be, since somebody may be about to commit it.
    """
    table = find_table(dataset)
    if table is None:
        return None
    gone = _expire(table, dataset, at, whole, days)
    removed = 0
    named = set(_named_files(table))
    for location in _unnamed(table, named, before=at - grace):
        # Somebody else may be taking old descriptions away.
        with suppress(FileNotFoundError):
            table.io.delete(location)
        removed += 1
    return Tidied(dataset.name, gone, removed)


def _expire(
    table: Table, dataset: Dataset, at: datetime, whole: timedelta, days: int
) -> int:
    def commit() -> int:
        states = [
            State(one.snapshot_id, datetime.fromtimestamp(one.timestamp_ms / 1000, UTC))
            for one in table.metadata.snapshots
        ]
        marked = _marked(table)
        needed = {_number(table), marked and marked.snapshot_id}
        numbers = [
            number
            for number in outlived(states, at=at, whole=whole, days=days)
            if number not in needed
        ]
        if numbers:
            table.maintenance.expire_snapshots().by_ids(numbers).commit()
        return len(numbers)

    return _tried(table, dataset, commit)


@by_name()
def newest_version(dataset: Dataset) -> datetime | None:
    """Tell the highest version a table has; None if it has none, or no moments.

    Files say it of themselves, so that none is read.
    """
    table = find_table(dataset)
    if table is None:
        return None
    field = table.schema().find_field(dataset.version)
    if not isinstance(field.field_type, TimestamptzType):
        return None
    bounds = (file.upper_bounds or {} for file in files_of(table))
    found = [
        from_bytes(field.field_type, bound[field.field_id])
        for bound in bounds
        if field.field_id in bound
    ]
    newest = max(map(int, found), default=None)
    return None if newest is None else EPOCH + timedelta(microseconds=newest)


@by_name()
def state_of(dataset: Dataset) -> TableState:
    """Tell what a table holds now."""
    table = find_table(dataset)
    if table is None:
        return TableState(dataset, None, None, 0, 0, 0, 0, 0)
    files = list(files_of(table))
    return TableState(
        dataset=dataset,
        uuid=str(table.metadata.table_uuid),
        snapshot_id=_number(table),
        rows=sum(file.record_count for file in files),
        files=len(files),
        bytes=sum(file.file_size_in_bytes for file in files),
        waiting=0,
        set_aside=0,
    )


def files_of(table: Table, snapshot_id: int | None = None) -> Iterator[DataFile]:
    """List the files of a state, of the newest unless told.

    :raises RuntimeError: if rows were deleted, which this house does not do; the list
        would then not be the table.
    """
    snapshot = _snapshot(table, snapshot_id)
    if snapshot is None:
        return
    for manifest in snapshot.manifests(table.io):
        for entry in manifest.fetch_manifest_entry(table.io, discard_deleted=True):
            if entry.data_file.content.value != 0:
                raise RuntimeError(f"{table.name()} has files of deleted rows")
            yield entry.data_file


def _snapshot(table: Table, snapshot_id: int | None) -> Snapshot | None:
    if snapshot_id is None:
        return table.current_snapshot()
    found = table.snapshot_by_id(snapshot_id)
    if found is None:
        raise SnapshotGone(name=".".join(table.name()), snapshot=snapshot_id)
    return found


def corrections_in(table: Table, snapshot_id: int | None = None) -> int:
    """Tell how many corrections a state has; at least one after rows of others."""
    count = int(_summary(table, snapshot_id).get(CORRECTIONS, 0))
    snapshot = _snapshot(table, snapshot_id)
    # Nobody has looked whether others correct anything.
    is_of_others = snapshot is not None and not _is_ours(snapshot)
    return max(count, 1) if is_of_others else count


def mark_of(table: Table, source: str) -> int:
    """Tell up to which position the table has the rows of a source.

    :raises MarksLost: if that cannot be told any more.
    """
    return int(_summary(table).get(f"{MARK}{source}", 0))


@by_name()
def states_by_mark(dataset: Dataset, source: str) -> Mapping[int, int]:
    """Name the state that first had the rows of each position, of those still there."""
    table = find_table(dataset)
    found: dict[int, int] = {}
    for snapshot in sorted(table.metadata.snapshots, key=_order) if table else ():
        summary = snapshot.summary.additional_properties if snapshot.summary else {}
        position = int(summary.get(f"{MARK}{source}", 0))
        found.setdefault(position, snapshot.snapshot_id)
    return found


def _summary(table: Table, snapshot_id: int | None = None) -> Mapping[str, str]:
    snapshot = _marked(table, snapshot_id)
    if snapshot is None or snapshot.summary is None:
        return {}
    return snapshot.summary.additional_properties


def _marked(table: Table, snapshot_id: int | None = None) -> Snapshot | None:
    """Find the last state of ours up to a state; other engines carry no marks on."""
    snapshot = _snapshot(table, snapshot_id)
    if snapshot is None:
        return None
    upto = [s for s in table.metadata.snapshots if _order(s) <= _order(snapshot)]
    ours = [one for one in upto if _is_ours(one)]
    # The first of all states has the number 1; whoever lets go of a state forgets
    # whose parent it was.
    if not ours and min(map(_order, upto)) > 1:
        raise MarksLost(name=".".join(table.name()))
    return max(ours, key=_order, default=None)


def _order(snapshot: Snapshot) -> int:
    return snapshot.sequence_number or 0


def _is_ours(snapshot: Snapshot) -> bool:
    summary = snapshot.summary
    return summary is not None and CORRECTIONS in summary.additional_properties


def _marks(table: Table) -> dict[str, str]:
    return {
        name: value
        for name, value in _summary(table).items()
        if name.startswith(MARK) or name == CORRECTIONS
    }


def _has(table: Table, source: str, position: int) -> bool:
    return mark_of(table, source) >= position


def _known(table: Table) -> Appended:
    return Appended(0, _number(table), is_fresh=False)


def _number(table: Table) -> int | None:
    snapshot = table.current_snapshot()
    return snapshot.snapshot_id if snapshot else None


def _tried(table: Table, dataset: Dataset, commit: Callable[[], T]) -> T:
    """Commit to the newest state, anew whenever somebody else was faster."""
    pause = FIRST_PAUSE
    for _ in range(TRIES):
        try:
            return commit()
        except CommitFailedException:
            time.sleep(pause * SPREAD.uniform(0.5, 1.5))
            pause = min(2 * pause, 1.0)
            _refresh(table, dataset)
        except FileNotFoundError:
            raise TableMissing(name=dataset.name) from None
    raise LakeBusy(name=dataset.name)


def _refresh(table: Table, dataset: Dataset) -> None:
    try:
        table.refresh()
    except (NoSuchTableError, ValueError):
        # It was made anew meanwhile, and gets its rows from the events.
        raise LakeBusy(name=dataset.name) from None


def _discard(table: Table, files: Iterable[DataFile]) -> None:
    for file in files:
        table.io.delete(file.file_path)


def _pieces(files: Iterable[DataFile]) -> Iterator[Piece]:
    for file in files:
        yield Piece(file.file_path, file.partition[0], file.file_size_in_bytes)


def _named_files(table: Table) -> Iterator[str]:
    """List every file by which any state of the table is read."""
    yield table.metadata_location
    yield from (entry.metadata_file for entry in table.metadata.metadata_log)
    read: set[str] = set()
    for snapshot in table.metadata.snapshots:
        yield snapshot.manifest_list
        for manifest in snapshot.manifests(table.io):
            if manifest.manifest_path not in read:
                read.add(manifest.manifest_path)
                yield from _named_by(manifest, table)


def _named_by(manifest: ManifestFile, table: Table) -> Iterator[str]:
    yield manifest.manifest_path
    for entry in manifest.fetch_manifest_entry(table.io, discard_deleted=True):
        yield entry.data_file.file_path


def _unnamed(table: Table, named: set[str], *, before: datetime) -> Iterator[str]:
    for location, written in _files_below(table.location()):
        # What nobody can tell the age of may be new.
        if EPOCH < written < before and location not in named:
            yield location


def _files_below(location: str) -> Iterator[tuple[str, datetime]]:
    """List the files below a place, and since when they are there."""
    files: FileSystem = LocalFileSystem()
    if is_stored(location):
        files = filesystem()
    below = FileSelector(path_of(location), recursive=True, allow_not_found=True)
    for one in files.get_file_info(below):
        if one.type is FileType.File:
            scheme = SCHEME if is_stored(location) else ""
            yield f"{scheme}{one.path}", _written(files, one)


def _written(files: FileSystem, one: FileInfo) -> datetime:
    """Tell since when a file is there; the epoch if nobody knows."""
    # Arrow reads no moment of a list whose fraction is shorter than it expects.
    known = one.mtime or EPOCH
    return known if known > EPOCH else files.get_file_info(one.path).mtime or EPOCH
