"""The privacy gate: rows in, rows that single nobody out, or a refusal by name."""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

from tinhso.kernel.errors import Refused
from tinhso.opendata.rules.attacks import GRAND, Figure
from tinhso.opendata.rules.cells import hidden, with_totals
from tinhso.opendata.rules.coarsening import coarsened, coarsened_key
from tinhso.opendata.types import (
    FEWEST,
    ChangeTooSmall,
    Coarser,
    Entry,
    GateReport,
    GroupTooAlike,
    GroupTooSmall,
    SmallGroups,
)

Row = tuple[Any, ...]
Key = tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Gated:
    """What may be published, and what the gate did."""

    rows: Sequence[Row]
    report: GateReport


@dataclass(frozen=True, slots=True)
class Older:
    """An earlier version: its keys by quasi-identifiers, made coarser so many times."""

    keys: Sequence[Key]
    steps: int


def pass_rows(rows: Sequence[Row], entry: Entry, older: Sequence[Older] = ()) -> Gated:
    """Let rows of single things through, made coarser as far as is declared.

    :raises GroupTooSmall: if somebody stands out and nothing may be left out.
    :raises ChangeTooSmall: if somebody stands out beside an earlier version.
    :raises GroupTooAlike: if a group shares what nobody may learn.
    """
    if not entry.privacy.quasi:
        return Gated(rows, GateReport(0, 0, 0, 0, 0))
    ladder = entry.privacy.coarser
    for count in range(len(ladder) + 1):
        found = _Groups(rows, entry, ladder[:count], older)
        if not found.faults:
            return found.gated(count)
    if entry.privacy.small_groups is SmallGroups.REFUSE:
        raise found.refusal()
    return found.gated(len(ladder))


class _Groups:
    """Rows grouped by quasi-identifiers, after some steps."""

    def __init__(
        self,
        rows: Sequence[Row],
        entry: Entry,
        steps: Sequence[Coarser],
        older: Sequence[Older],
    ) -> None:
        self.rows, self.entry, self.steps = rows, entry, steps
        self.names = [one.name for one in entry.fields]
        self.quasi = entry.privacy.quasi
        self.keys = self._keys()
        self.counts = Counter(self.keys)
        self.faults: dict[Key, Refused] = {}
        self._find_small()
        self._find_alike()
        for one in older:
            self._find_changed(one)

    def _keys(self) -> list[Key]:
        columns = []
        for name in self.quasi:
            place = self.names.index(name)
            columns.append([self._coarse(name, row[place]) for row in self.rows])
        return list(zip(*columns, strict=True))

    def _coarse(self, name: str, value: Hashable) -> Hashable:
        steps = [step for step in self.steps if step.column == name]
        return reduce(coarsened, steps, value)

    def _find_small(self) -> None:
        for key, count in self.counts.items():
            if count < FEWEST:
                self._note(key, GroupTooSmall, count)

    def _find_alike(self) -> None:
        privacy = self.entry.privacy
        if not privacy.sensitive:
            return
        place = self.names.index(privacy.sensitive)
        held: dict[Key, set[Hashable]] = defaultdict(set)
        for key, row in zip(self.keys, self.rows, strict=True):
            held[key].add(row[place])
        for key, values in held.items():
            if len(values) < privacy.diversity:
                self._note(key, GroupTooAlike, len(values), privacy.sensitive)

    def _find_changed(self, older: Older) -> None:
        ladder = self.entry.privacy.coarser
        steps = ladder[: max(older.steps, len(self.steps))]
        then = Counter(coarsened_key(k, self.quasi, steps) for k in older.keys)
        kept = (key for key in self.keys if key not in self.faults)
        now = Counter(coarsened_key(k, self.quasi, steps) for k in kept)
        changed = {k for k in now if 0 < abs(now[k] - then[k]) < FEWEST}
        for key in self.counts:
            wide = coarsened_key(key, self.quasi, steps)
            if wide in changed:
                self._note(key, ChangeTooSmall, abs(now[wide] - then[wide]))

    def _note(
        self, key: Key, refusal: type[Refused], count: int, column: str = ""
    ) -> None:
        combination = " × ".join("–" if one is None else str(one) for one in key)
        told = {
            "combination": combination,
            "count": count,
            "fewest": FEWEST,
            "column": column or ", ".join(self.quasi),
        }
        self.faults.setdefault(key, refusal(**told))

    def refusal(self) -> Refused:
        """Name the first combination that stands out."""
        return next(iter(self.faults.values()))

    def gated(self, count: int) -> Gated:
        """Leave out what stands out, and write coarser what is kept."""
        places = {name: self.names.index(name) for name in self.quasi}
        kept: list[Row] = []
        for key, row in zip(self.keys, self.rows, strict=True):
            if key in self.faults:
                continue
            values = list(row)
            for name, value in zip(self.quasi, key, strict=True):
                values[places[name]] = value
            kept.append(tuple(values))
        sizes = [n for key, n in self.counts.items() if key not in self.faults]
        gone = len(self.rows) - len(kept)
        report = GateReport(len(sizes), min(sizes, default=0), count, gone, 0)
        # Whoever was made alike stands together, so no order is left to tell.
        return Gated(sorted(kept, key=_order), report)


def _order(row: Row) -> list[tuple[bool, str]]:
    return [(value is None, str(value)) for value in row]


def pass_figures(
    rows: Sequence[Row],
    entry: Entry,
    older: Mapping[Figure, Sequence[int]],
) -> Gated:
    """Let cells of figures through, the small ones hidden, with the declared totals.

    rows: dimensions and measures as the entry has its columns.

    :raises TotalsTooEntangled: if too many hidden ones hang together.
    """
    table = _Table(rows, entry)
    gone = hidden(table.counts(), older, entry.dimensions)
    report = GateReport(len(table.sums), 0, 0, 0, len(gone))
    return Gated(table.written(gone), report)


class _Table:
    """Cells and totals with all their measures."""

    def __init__(self, rows: Iterable[Row], entry: Entry) -> None:
        self.entry = entry
        self.names = [one.name for one in entry.fields]
        self.sums: dict[Figure, list[Any]] = {}
        for row in rows:
            self._add(dict(zip(self.names, row, strict=True)))

    def _add(self, row: Mapping[str, Any]) -> None:
        entry = self.entry
        values = [row[name] for name in entry.measures]
        self.sums["", tuple(row[name] for name in entry.dimensions)] = values

    def counts(self) -> dict[Figure, int]:
        """Count cells and totals; the totals join the sums."""
        dimensions, totals = self.entry.dimensions, self.entry.totals
        sums = [
            with_totals(
                {key: values[place] or 0 for (_, key), values in self.sums.items()},
                dimensions,
                totals,
            )
            for place in range(len(self.entry.measures))
        ]
        self.sums = {one: [column[one] for column in sums] for one in sums[0]}
        return sums[0]

    def written(self, gone: set[Figure]) -> list[Row]:
        """Write the rows of the file."""
        ordered = sorted(self.sums, key=lambda one: (one[0], _order(one[1])))
        return [self._row(one, one in gone) for one in ordered]

    def _row(self, figure: Figure, is_hidden: bool) -> Row:
        level, key = figure
        by = self.entry.dimensions if not level else level.split(",")
        values = dict(zip(() if level == GRAND else by, key, strict=True))
        if not is_hidden:
            values |= dict(zip(self.entry.measures, self.sums[figure], strict=True))
        return (*(values.get(name) for name in self.names), level or None, is_hidden)
