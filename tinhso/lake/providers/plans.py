"""Which files of which state a question reads; every engine is given the same."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from pyiceberg.table import Table

from tinhso.lake.providers.catalogue import table_at
from tinhso.lake.providers.described import is_there, locations
from tinhso.lake.providers.store import by_name
from tinhso.lake.providers.tables import corrections_in, files_of
from tinhso.lake.types import (
    Dataset,
    Limits,
    QuestionReadsTooMuch,
    Source,
    TableMissing,
)

MEGABYTE = 2**20
# States whose lists of files a process keeps in mind.
KEPT = 64


@dataclass(frozen=True, slots=True)
class Plan:
    """A state of a dataset as its files; numbers: of its columns, by name.

    description: the file of Iceberg's JSON that has this state, "" without a table.
    """

    dataset: Dataset
    source: Source
    description: str
    files: tuple[str, ...]
    size: int
    numbers: dict[str, int]
    has_corrections: bool


def plan(dataset: Dataset, *, snapshot_id: int | None = None) -> Plan:
    """Find the files of a state of a dataset, of the newest unless told.

    :raises TableMissing: if the file that describes the table is gone.
    :raises SnapshotGone: if the state is no longer there.
    :raises StoreAway: if it lies in a store that does not answer.
    """
    location = locations().get(dataset.name)
    if location is None:
        return Plan(dataset, Source(dataset.name, "", None), "", (), 0, {}, False)
    if not is_there(location):
        raise TableMissing(name=dataset.name)
    return _planned(dataset, location, snapshot_id)


# Each commit writes a new file, so what one says of a state never changes. To read all
# that it names anew takes longer than most questions.
@lru_cache(maxsize=KEPT)
@by_name()
def _planned(dataset: Dataset, location: str, snapshot_id: int | None) -> Plan:
    table = table_at(dataset, location)
    newest = table.current_snapshot()
    number = snapshot_id or (newest.snapshot_id if newest else None)
    files = list(files_of(table, number))
    return Plan(
        dataset=dataset,
        source=Source(dataset.name, str(table.metadata.table_uuid), number),
        description=location,
        files=tuple(file.file_path for file in files),
        size=sum(file.file_size_in_bytes for file in files),
        numbers=_numbers(table),
        has_corrections=corrections_in(table, number) > 0,
    )


def _numbers(table: Table) -> dict[str, int]:
    return {field.name: field.field_id for field in table.schema().fields}


def require_size(plans: Sequence[Plan], limits: Limits) -> None:
    """Refuse a question whose files are too many.

    :raises QuestionReadsTooMuch: if they are larger than it may read.
    """
    size = sum(one.size for one in plans)
    if size > limits.reads:
        raise QuestionReadsTooMuch(
            needed=-(-size // MEGABYTE), megabytes=limits.reads // MEGABYTE
        )
