"""Rows that rooms tell as text, given their kinds: CSV with a head, in pieces."""

import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.parquet as pq

from tinhso.lake import rules
from tinhso.lake.types import Dataset, Kind

KINDS = {
    Kind.TEXT: pa.string(),
    Kind.WHOLE: pa.int64(),
    Kind.REAL: pa.float64(),
    Kind.YES_NO: pa.bool_(),
    Kind.DAY: pa.date32(),
    Kind.MOMENT: pa.timestamp("us", "UTC"),
    Kind.ID: pa.string(),
    Kind.SHAPE: pa.string(),
}
BLOCK = 8 * 2**20  # bytes


def stage(
    dataset: Dataset, parts: Iterator[bytes], target: Path, *, at: datetime
) -> int:
    """Write rows into a file of columns, the lake's own added; say how many."""
    count = 0
    with tempfile.NamedTemporaryFile(prefix="tinhso-batch-", suffix=".csv") as text:
        # Arrow reads in a thread of its own, where the room's connection is another.
        text.writelines(parts)
        text.flush()
        with _opened(dataset, text.name) as reader, _writer(dataset, target) as writer:
            for batch in reader:
                rows = pa.Table.from_batches([batch])
                writer.write_table(_with_own(rows, first=count, at=at))
                count += len(rows)
    return count


def _opened(dataset: Dataset, path: str) -> pc.CSVStreamingReader:
    return pc.open_csv(
        path,
        read_options=pc.ReadOptions(block_size=BLOCK),
        convert_options=pc.ConvertOptions(
            column_types={one.name: KINDS[one.kind] for one in dataset.columns},
            include_columns=[one.name for one in dataset.columns],
            true_values=["t"],
            false_values=["f"],
            null_values=[""],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
        ),
    )


def _writer(dataset: Dataset, target: Path) -> pq.ParquetWriter:
    fields = [(one.name, KINDS[one.kind]) for one in rules.columns_of(dataset)]
    return pq.ParquetWriter(target, pa.schema(fields), compression="zstd")


def _with_own(rows: pa.Table, *, first: int, at: datetime) -> pa.Table:
    count = len(rows)
    return (
        rows.append_column(rules.PLACE, pa.array(range(first + 1, first + count + 1)))
        .append_column(rules.HANDED, pa.array([at] * count, KINDS[Kind.MOMENT]))
        .append_column(rules.CORRECTS, pa.array([False] * count))
    )
