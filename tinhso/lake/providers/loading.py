"""Files of rows: read as text, given their kinds, the wrong ones told apart.

DuckDB reads them, once, into a file that stands until its rows are in the table.
"""

import csv
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from tinhso.kernel.text import nfc
from tinhso.lake import rules
from tinhso.lake.providers import cells, workbooks
from tinhso.lake.types import (
    Column,
    ColumnsDiffer,
    DataSource,
    FileInOldFont,
    FileMostlyWrong,
    FileNotUnicode,
    FileTooLarge,
    FileUnreadable,
    Kind,
)

MOST_BYTES, MOST_ROWS, MOST_WRONG = 2 * 2**30, 2_000_000, 20_000
MEMORY = 2 * 2**30  # bytes
# So large a part of the words with marks must be in an old font.
OLD_SHARE = 0.2
# The kinds in which marks may be written apart from their letters.
WORDS = (Kind.TEXT, Kind.YES_NO)
LONGEST = 2**20  # bytes of a line
# Rows stand in the order of the file; the head is the first.
PLACE = f"rowid + 2 AS {rules.PLACE}"


@dataclass(frozen=True, slots=True)
class Staged:
    """What was read. wrong: rows as they stand in the file, each with its faults."""

    rows: int
    wrong: Sequence[tuple[dict[str, str], str]]


def stage(
    source: DataSource, path: Path, target: Path, *, number: int, at: str
) -> Staged:
    """Read a file, and write its rows into another one, of columns.

    number: its position among the files of the source; at: when, in ISO 8601.
    :raises FileUnreadable, FileNotUnicode, FileInOldFont, ColumnsDiffer, FileTooLarge,
        CellsMerged, FileMostlyWrong: what is wrong with it as a whole.
    """
    if path.stat().st_size > MOST_BYTES:
        raise FileTooLarge({}, name=path.name, most=f"{MOST_BYTES // 2**20} MB")
    with (
        tempfile.TemporaryDirectory(prefix="tinhso-load-") as folder,
        duckdb.connect(config=_settings(folder)) as engine,
    ):
        plain = path
        if path.suffix.lower() == ".xlsx":
            plain = Path(folder) / "sheet.csv"
            workbooks.to_csv(path, plain, decimals=source.decimals)
        engine.execute("SET TimeZone = 'Asia/Ho_Chi_Minh'")
        return _Reading(engine, source, path.name).stage(plain, target, number, at)


def staged_rows(target: Path) -> pa.Table:
    """Read the rows that were staged."""
    return pq.read_table(target)


def _settings(folder: str) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "memory_limit": f"{MEMORY}B",
        "temp_directory": folder,
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }


class _Reading:
    """One file on its way through the engine."""

    def __init__(
        self, engine: duckdb.DuckDBPyConnection, source: DataSource, name: str
    ) -> None:
        self._engine, self._source, self._name = engine, source, name

    def stage(self, plain: Path, target: Path, number: int, at: str) -> Staged:
        self._read(plain)
        self._refuse_old_fonts()
        wrong = self._wrong()
        rows = self._write(target, number, at)
        return Staged(rows, wrong)

    def _read(self, plain: Path) -> None:
        """Read each declared column as text, with the place of the row."""
        head, sign = self._head(plain)
        held = {name.strip(): f"c{place}" for place, name in enumerate(head)}
        chosen = ", ".join(self._cell(column, held) for column in self._columns)
        shape = ", ".join(f"c{place}: 'VARCHAR'" for place in range(len(head)))
        read = (
            f"read_csv(?, delim = ?, columns = {{{shape}}}, header = true,"
            " auto_detect = false, quote = '\"', escape = '\"', store_rejects = true,"
            f" max_line_size = {LONGEST})"
        )
        # Nothing of the file is in this text, and the rest are our names.
        made = f"CREATE TABLE read AS SELECT {chosen} FROM {read}"  # noqa: S608
        try:
            self._engine.execute(made, [str(plain), sign])
        except duckdb.Error as error:
            raise self._unreadable(error) from None
        self._engine.execute(f"CREATE VIEW cells AS SELECT {PLACE}, * FROM read")  # noqa: S608
        if self._count("reject_errors WHERE error_type = 'INVALID ENCODING'"):
            raise FileNotUnicode({}, name=self._name)
        if self._count("cells") > MOST_ROWS:
            raise FileTooLarge({}, name=self._name, most=f"{MOST_ROWS} hàng")

    def _head(self, plain: Path) -> tuple[list[str], str]:
        """Read the head, and the sign between cells that stands in it most often."""
        with plain.open("rb") as file:
            line = file.readline(LONGEST)
        try:
            text = nfc(line.decode("utf-8-sig"))
        except UnicodeDecodeError:
            raise FileNotUnicode({}, name=self._name) from None
        if "\0" in text or not text.strip():
            raise FileUnreadable({}, name=self._name, reason="không có dòng đầu")
        sign = max(",;\t", key=text.count)
        return next(csv.reader([text], delimiter=sign)), sign

    @property
    def _columns(self) -> tuple[Column, ...]:
        return self._source.dataset.columns

    def _cell(self, column: Column, held: dict[str, str]) -> str:
        header = self._source.headers[column.name]
        missing = [h for h in self._source.headers.values() if h not in held]
        if missing:
            raise ColumnsDiffer({}, name=self._name, columns=", ".join(missing))
        cell = held[header]
        form = f"nfc_normalize({cell})" if column.kind in WORDS else cell
        return f"coalesce(trim({form}), '') AS \"{column.name}\""

    def _unreadable(self, error: duckdb.Error) -> Exception:
        said = str(error)
        if "utf-8" in said.lower() or "unicode" in said.lower():
            return FileNotUnicode({}, name=self._name)
        reason = said.splitlines()[0][:300]
        return FileUnreadable({}, name=self._name, reason=reason)

    def _refuse_old_fonts(self) -> None:
        for column in self._columns:
            if column.kind is Kind.TEXT:
                self._refuse_old_font(column)

    def _refuse_old_font(self, column: Column) -> None:
        cell = f'"{column.name}"'
        marked = f"count(*) FILTER (regexp_matches({cell}, '[^\\x00-\\x7f]'))"
        old = cells.is_old(cell)
        found = self._engine.execute(
            f"SELECT {marked}, count(*) FILTER ({old}),"  # noqa: S608 - names are ours
            f" any_value({cell}) FILTER ({old}) FROM cells"
        ).fetchone()
        count, typed, sample = found or (0, 0, "")
        if typed and typed >= OLD_SHARE * count:
            header = self._source.headers[column.name]
            told = {"name": self._name, "column": header, "sample": sample[:60]}
            raise FileInOldFont({column.name: []}, **told)

    def _wrong(self) -> list[tuple[dict[str, str], str]]:
        """Tell the wrong rows apart; `right` is what is left."""
        sign = self._source.decimals
        faults = ", ".join(
            f"'{self._header(column)}: ' ||"
            f" ({cells.fault(column, self._quoted(column), sign)})"
            for column in self._columns
        )
        self._engine.execute(
            "CREATE TABLE wrong AS SELECT * FROM (SELECT *, concat_ws('; ',"  # noqa: S608
            f" {faults}) AS lake_faults FROM cells) WHERE lake_faults <> ''"
        )
        broken = self._engine.execute(
            "SELECT line, any_value(csv_line), any_value(error_message)"
            " FROM reject_errors GROUP BY line ORDER BY line"
        ).fetchall()
        self._refuse_mostly_wrong(self._count("wrong") + len(broken))
        lines = [row[0] for row in broken]
        return [*map(_broken, broken), *_placed(self._with_faults(), lines)]

    def _with_faults(self) -> list[tuple[dict[str, str], int, str]]:
        names = [column.name for column in self._columns]
        found = self._engine.execute(f"FROM wrong ORDER BY {rules.PLACE}").fetchall()
        return [
            (dict(zip(names, row[1:-1], strict=True)), row[0], row[-1]) for row in found
        ]

    def _refuse_mostly_wrong(self, count: int) -> None:
        if count > MOST_WRONG:
            first = _placed(self._with_faults()[:1], [])
            reason = first[0][1] if first else ""
            told = {"name": self._name, "count": count, "reason": reason}
            raise FileMostlyWrong({}, **told)

    def _write(self, target: Path, number: int, at: str) -> int:
        sign = self._source.decimals
        names = [(column, self._quoted(column)) for column in self._columns]
        values = ", ".join(
            f"{cells.value(column, name, sign)} AS {name}" for column, name in names
        )
        key = f'"{self._source.dataset.key}"'
        # A fact that came before, in this file or another, is corrected by the later.
        again = f"row_number() OVER (PARTITION BY {key} ORDER BY {rules.PLACE}) > 1"
        corrects = "true" if number > 1 else again
        self._engine.execute(
            f"COPY (SELECT {values}, {rules.PLACE},"  # noqa: S608
            f" TIMESTAMPTZ '{at}' AS {rules.HANDED}, {corrects} AS {rules.CORRECTS}"
            f" FROM cells ANTI JOIN wrong USING ({rules.PLACE}))"
            f" TO '{target}' (FORMAT parquet)"
        )
        return self._count("cells") - self._count("wrong")

    def _header(self, column: Column) -> str:
        return self._source.headers[column.name].replace("'", "''")

    def _quoted(self, column: Column) -> str:
        return f'"{column.name}"'

    def _count(self, table: str) -> int:
        [count] = self._engine.execute(f"SELECT count(*) FROM {table}").fetchone() or (  # noqa: S608
            0,
        )
        return int(count)


def _broken(row: tuple[int, str, str]) -> tuple[dict[str, str], str]:
    line, text, reason = row
    return {"line": text or ""}, f"dòng {line}: {reason.splitlines()[0]}"


def _placed(
    rows: Sequence[tuple[dict[str, str], int, str]], broken: Sequence[int]
) -> list[tuple[dict[str, str], str]]:
    """Say where wrong rows stand; lines that were broken are not counted in theirs."""
    before, found = 0, []
    for values, place, faults in rows:
        while before < len(broken) and broken[before] <= place + before:
            before += 1
        found.append((values, f"hàng {place + before}: {faults}"))
    return found
