"""Rows into files and files into larger ones; a file holds rows of one month."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from pyiceberg.io.pyarrow import parquet_file_to_data_file, schema_to_pyarrow
from pyiceberg.manifest import DataFile
from pyiceberg.table import Table

from tinhso.lake.types import Dataset

ROW_GROUP = 500_000  # rows
AT_ONCE = 250_000  # rows read at a time while files are joined


def as_columns(table: Table, columns: Mapping[str, Sequence[object]]) -> pa.Table:
    """Give columns the types of the table."""
    fields = [field for field in _shape(table) if field.name in columns]
    return pa.table(
        {field.name: pa.array(columns[field.name], field.type) for field in fields},
        schema=pa.schema(fields),
    )


def write(table: Table, dataset: Dataset, rows: pa.Table) -> list[DataFile]:
    """Write rows into new files that belong to no state of the table yet."""
    shaped = rows.select(_shape(table).names).cast(_shape(table))
    return [
        _write_file(table, month, [part])
        for month, part in _by_month(shaped, dataset.month)
    ]


def join(table: Table, month: str, paths: Iterable[str]) -> DataFile:
    """Write the rows of several files of a month into one."""
    return _write_file(table, month, _read(table, paths))


def _by_month(rows: pa.Table, column: str) -> Iterator[tuple[str, pa.Table]]:
    """Part rows by the month of a column, in UTC as Iceberg counts it."""
    values = rows.column(column)
    months = pc.add(pc.multiply(pc.year(values), 12), pc.subtract(pc.month(values), 1))
    for month in pc.unique(months).to_pylist():
        part = rows.filter(pc.equal(months, month))
        yield f"{month // 12:04}-{month % 12 + 1:02}", part


def _read(table: Table, paths: Iterable[str]) -> Iterator[pa.Table]:
    shape = _shape(table)
    for path in paths:
        with table.io.new_input(path).open() as stream:
            for batch in pq.ParquetFile(stream).iter_batches(AT_ONCE):
                yield _widened(batch, shape)


def _widened(batch: pa.RecordBatch, shape: pa.Schema) -> pa.Table:
    """Give rows from before a column was added that column, empty."""
    held = set(batch.schema.names)
    return pa.table(
        [
            batch.column(field.name).cast(field.type)
            if field.name in held
            else pa.nulls(len(batch), field.type)
            for field in shape
        ],
        schema=shape,
    )


def _write_file(table: Table, month: str, parts: Iterable[pa.Table]) -> DataFile:
    path = f"{table.location()}/data/{month}/{uuid4()}.parquet"
    with (
        table.io.new_output(path).create() as stream,
        pq.ParquetWriter(stream, _shape(table), compression="zstd") as writer,
    ):
        for part in parts:
            writer.write_table(part, row_group_size=ROW_GROUP)
    return parquet_file_to_data_file(table.io, table.metadata, path)


def _shape(table: Table) -> pa.Schema:
    """Name the columns with the numbers by which Iceberg knows them."""
    return schema_to_pyarrow(table.schema())
