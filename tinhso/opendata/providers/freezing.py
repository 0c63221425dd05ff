"""Freeze rows into a Parquet file, and attack the file as anybody could."""

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from tinhso.kernel.ids import new_id
from tinhso.lake.types import Kind
from tinhso.opendata.providers.files import file_of, folder_of, sync_folder
from tinhso.opendata.rules import attacks
from tinhso.opendata.rules.attacks import Figure
from tinhso.opendata.rules.coarsening import coarsened_key
from tinhso.opendata.rules.gate import Older
from tinhso.opendata.types import HIDDEN, TOTAL, Entry, Hit, Shown, Version

TYPES: Mapping[Kind, pa.DataType] = {
    Kind.TEXT: pa.string(),
    Kind.WHOLE: pa.int64(),
    Kind.REAL: pa.float64(),
    Kind.YES_NO: pa.bool_(),
    Kind.DAY: pa.date32(),
    Kind.MOMENT: pa.timestamp("us", "UTC"),
    Kind.ID: pa.string(),
    Kind.SHAPE: pa.string(),
}
ROW_GROUP = 122_880  # rows; what the engine reads at once


@dataclass(frozen=True, slots=True)
class Frozen:
    """A file that is on the disk under a name of its own, and nowhere told of yet."""

    path: Path
    bytes: int
    sha256: str

    def settle(self, slug: str, number: int) -> Path:
        """Give it the name of a version; that name is on the disk, too."""
        target = file_of(slug, number, self.sha256)
        os.replace(self.path, target)
        target.chmod(0o440)
        sync_folder(target.parent)
        return target


@contextmanager
def frozen(
    slug: str, columns: Sequence[Shown], rows: Sequence[tuple[Any, ...]]
) -> Iterator[Frozen]:
    """Write rows into a new file; it is gone afterwards unless it was settled."""
    folder = folder_of(slug)
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    path = folder / f".{new_id()}"
    try:
        pq.write_table(
            shaped(columns, rows), path, compression="zstd", row_group_size=ROW_GROUP
        )
        with path.open("rb+") as file:
            os.fsync(file.fileno())
            yield Frozen(path, path.stat().st_size, _digest(path))
    finally:
        path.unlink(missing_ok=True)


def shaped(columns: Sequence[Shown], rows: Sequence[tuple[Any, ...]]) -> pa.Table:
    """Give rows the types of the columns, their meaning beside each."""
    fields = [
        pa.field(one.name, TYPES[one.kind], metadata={"vi": one.meaning.vi})
        for one in columns
    ]
    values = zip(*rows, strict=True) if rows else [()] * len(columns)
    arrays = [
        pa.array(column, field.type)
        for column, field in zip(values, fields, strict=True)
    ]
    return pa.table(arrays, schema=pa.schema(fields))


def is_whole(version: Version) -> bool:
    """Tell whether the file of a version is there as it was frozen."""
    path = _path(version)
    return path.is_file() and _digest(path) == version.sha256


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        while part := file.read(2**20):
            digest.update(part)
    return digest.hexdigest()


def older_groups(entry: Entry, versions: Iterable[Version]) -> list[Older]:
    """Read the groups of earlier versions, as anybody who kept them can."""
    return [
        Older(_keys(_path(one), entry.privacy.quasi), one.gate.coarser)
        for one in _readable(entry, versions)
        if set(entry.privacy.quasi) <= _names(one)
    ]


def older_figures(entry: Entry, versions: Iterable[Version]) -> dict[Figure, list[int]]:
    """Read what was seen of each figure in earlier versions."""
    found: dict[Figure, list[int]] = defaultdict(list)
    for one in _readable(entry, versions):
        if {*entry.dimensions, entry.measures[0], TOTAL} <= _names(one):
            for figure, value in _figures(_path(one), entry).items():
                if value is not None:
                    found[figure].append(value)
    return found


def attacked(
    entry: Entry, path: Path, steps: int, older: Iterable[Version]
) -> list[Hit]:
    """Attack a frozen file with all that was ever given away; answer what is found."""
    known = list(older)
    if entry.is_figures:
        return attacks.on_figures(
            _figures(path, entry),
            older_figures(entry, known),
            dimensions=entry.dimensions,
            column=entry.measures[0],
        )
    return (
        list(_attacked_rows(entry, path, steps, known)) if entry.privacy.quasi else []
    )


def _attacked_rows(
    entry: Entry, path: Path, steps: int, older: Sequence[Version]
) -> Iterator[Hit]:
    privacy = entry.privacy
    keys = _keys(path, privacy.quasi)
    yield from attacks.on_rows(keys, keys, columns=privacy.quasi)
    if privacy.sensitive:
        values = _column(path, privacy.sensitive)
        yield from attacks.on_sensitive(
            zip(keys, values, strict=True),
            column=privacy.sensitive,
            diversity=privacy.diversity,
        )
    for one in older_groups(entry, older):
        ladder = privacy.coarser[: max(steps, one.steps)]
        yield from attacks.on_changes(
            [coarsened_key(key, privacy.quasi, ladder) for key in keys],
            [coarsened_key(key, privacy.quasi, ladder) for key in one.keys],
            columns=privacy.quasi,
        )


def _readable(entry: Entry, versions: Iterable[Version]) -> Iterator[Version]:
    return (one for one in versions if one.is_synthetic == entry.is_synthetic)


def _path(version: Version) -> Path:
    return file_of(version.slug, version.number, version.sha256)


def _names(version: Version) -> set[str]:
    return {one.name for one in version.columns}


def _keys(path: Path, names: Sequence[str]) -> list[tuple[Any, ...]]:
    table = pq.read_table(path, columns=list(names))
    columns = [table.column(name).to_pylist() for name in names]
    return list(zip(*columns, strict=True))


def _column(path: Path, name: str) -> list[Any]:
    found: list[Any] = pq.read_table(path, columns=[name]).column(name).to_pylist()
    return found


def _figures(path: Path, entry: Entry) -> dict[Figure, int | None]:
    """Read figures as the file shows them; None for those it hides."""
    names = [*entry.dimensions, entry.measures[0], TOTAL, HIDDEN]
    found: dict[Figure, int | None] = {}
    for *key, count, level, is_hidden in _keys(path, names):
        by = _kept(level, entry.dimensions)
        values = tuple(key[place] for place in by)
        found[level or "", values] = None if is_hidden else count
    return found


def _kept(level: str | None, dimensions: Sequence[str]) -> list[int]:
    if not level:
        return list(range(len(dimensions)))
    names = [] if level == attacks.GRAND else level.split(",")
    return [dimensions.index(name) for name in names]
