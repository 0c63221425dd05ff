"""Which files of which state a question reads; every engine is given the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from pyiceberg.table import Table

from tinhso.lake.providers.catalogue import find_table
from tinhso.lake.providers.tables import corrections_in, files_of
from tinhso.lake.types import Dataset, Limits, QuestionReadsTooMuch, Source

MEGABYTE = 2**20


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
    """Find the files of a state of a dataset, of the newest unless told."""
    table = find_table(dataset)
    if table is None:
        return Plan(dataset, Source(dataset.name, "", None), "", (), 0, {}, False)
    newest = table.current_snapshot()
    number = snapshot_id or (newest.snapshot_id if newest else None)
    files = list(files_of(table, number))
    return Plan(
        dataset=dataset,
        source=Source(dataset.name, str(table.metadata.table_uuid), number),
        description=table.metadata_location,
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
