"""Read what was computed: through time, by part, several at once."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from tinhso.indicators.models import FaultRow, RunRow, SeriesRow, ValueRow
from tinhso.indicators.queries.asked import of_indicators
from tinhso.indicators.queries.declared import indicators
from tinhso.indicators.queries.reported import reported_figures, reporting_codes
from tinhso.indicators.rules import adding_up
from tinhso.indicators.rules.periods import before
from tinhso.indicators.rules.restating import Restating, part_of
from tinhso.indicators.types import (
    Cell,
    Dimension,
    Fault,
    Figure,
    Formula,
    Indicator,
    IndicatorUnknown,
    Period,
    Run,
)
from tinhso.places import queries as places
from tinhso.places.types import Passage

Found = Mapping[tuple[str, Period], Figure]


@dataclass(slots=True)
class _Counts:
    """What is known of an indicator and part, by month; run: the newest of them."""

    numbers: dict[date, tuple[int, int | None]] = field(default_factory=dict)
    runs: dict[date, int] = field(default_factory=dict)

    def add(self, month: date, number: tuple[int, int | None], run: int) -> None:
        """Put a number to a month; old communes that became one are several."""
        held = self.numbers.get(month)
        self.numbers[month] = adding_up.total([held, number]) if held else number
        self.runs[month] = max(run, self.runs.get(month, run))

    def within(self, period: Period) -> list[date]:
        """List the months of a period that are known."""
        return [one for one in self.numbers if period.first <= one <= period.last]


Known = Mapping[tuple[str, str], _Counts]
NOTHING = _Counts()


def series(
    *,
    key: str,
    period: Period,
    on: date,
    made_up: bool = False,
    dimension: Dimension = Dimension.WHOLE,
    part: str = "",
    most: int = 24,
) -> tuple[Figure, ...]:
    """Read an indicator through time, the oldest first, up to a period.

    Periods in which nothing was counted are left out.

    :raises IndicatorUnknown: if no pack declares it.
    """
    periods = [before(period, back) for back in reversed(range(most))]
    found = figures(
        keys=[key],
        periods=periods,
        on=on,
        made_up=made_up,
        dimension=dimension,
        part=part,
    )
    return tuple(found[key, one] for one in periods if (key, one) in found)


def figures(
    *,
    keys: Collection[str],
    periods: Sequence[Period],
    on: date,
    made_up: bool = False,
    dimension: Dimension = Dimension.WHOLE,
    part: str = "",
) -> Found:
    """Read several indicators in several periods at once, as far as they are known.

    :raises IndicatorUnknown: if no pack declares one of them.
    """
    declared = indicators()
    for key in keys:
        if key not in declared:
            raise IndicatorUnknown(key=key)
    cells = [
        Cell(key, period, made_up, dimension, part)
        for key in keys
        for period in periods
    ]
    found = _figures(declared, cells, on)
    return {(one.cell.indicator, one.cell.period): one for one in found}


def parts(
    *, key: str, period: Period, dimension: Dimension, on: date, made_up: bool = False
) -> Mapping[str, Figure]:
    """Read an indicator in a period by agency, channel or whatever: {code: figure}.

    :raises IndicatorUnknown: if no pack declares it.
    """
    declared = indicators()
    if key not in declared:
        raise IndicatorUnknown(key=key)
    codes = set(_counted_parts(_needed(declared, key), period, dimension, made_up))
    for one in of_indicators(_needed(declared, key)):
        codes |= set(reporting_codes(key=one, period=period, made_up=made_up))
    cells = [Cell(key, period, made_up, dimension, code) for code in sorted(codes)]
    return {found.cell.part: found for found in _figures(declared, cells, on)}


def _counted_parts(
    keys: Collection[str], period: Period, dimension: Dimension, made_up: bool
) -> list[str]:
    rows = ValueRow.objects.filter(
        indicator__in=keys,
        dimension=dimension,
        made_up=made_up,
        month__range=(period.first, period.last),
        replaced_by=None,
    )
    restated = restating_of(dimension=dimension, on=period.last)
    counted = rows.values_list("part", "month").distinct()
    return sorted({restated.part(code, month) for code, month in counted})


def restating_of(*, dimension: Dimension, on: date) -> Restating:
    """Tell how old communes are restated as those of a day; nothing else is."""
    if dimension is not Dimension.PLACE:
        return Restating()
    return Restating(places.passages(on=on))


def restated_on(*, period: Period) -> date | None:
    """Tell on which day of a period communes changed, the newest if there are several.

    Numbers from before it stand with the communes that followed.
    """
    days = (one.until for one in places.passages(on=period.last))
    return max((day for day in days if day and period.first < day), default=None)


def split_places(*, on: date) -> Mapping[str, Passage]:
    """List old communes whose numbers nobody can divide: {part: what became of it}."""
    return {part_of(one): one for one in places.passages(on=on) if len(one.into) > 1}


def newest(*, made_up: bool = False) -> date | None:
    """Tell the newest month in which anything was counted; None if nothing was."""
    rows = ValueRow.objects.filter(made_up=made_up, replaced_by=None)
    return rows.order_by("-month").values_list("month", flat=True).first()


def freshness(*, keys: Collection[str]) -> Mapping[str, Run]:
    """Tell up to which run each indicator knows its table."""
    rows = SeriesRow.objects.filter(indicator__in=keys).select_related("run")
    return {row.indicator: as_run(row.run) for row in rows}


def faults() -> Mapping[str, Fault]:
    """List the indicators that could not be computed, and why."""
    return {
        row.indicator: Fault(row.indicator, row.reason, row.at)
        for row in FaultRow.objects.all()
    }


def runs(*, most: int = 20) -> tuple[Run, ...]:
    """List when numbers were computed, the newest first."""
    return tuple(as_run(row) for row in RunRow.objects.order_by("-id")[:most])


def as_run(row: RunRow) -> Run:
    """Tell a run."""
    return Run(
        id=row.pk,
        dataset=row.dataset,
        uuid=row.uuid,
        snapshot_id=row.snapshot_id,
        at=row.at,
        seconds=row.seconds,
        months=tuple(row.months),
        changed=row.changed,
    )


def _figures(
    declared: Mapping[str, Indicator], cells: Sequence[Cell], on: date
) -> Iterator[Figure]:
    """Read what was counted for some cells, which differ in indicator and part."""
    if not cells:
        return
    needed = {key: _needed(declared, key) for key in {c.indicator for c in cells}}
    asked = of_indicators({key for keys in needed.values() for key in keys})
    reported = {
        replace(cell, indicator=key): None
        for cell in cells
        for key in needed[cell.indicator]
        if key in asked
    }
    figures = reported_figures(declared, asked, list(reported), on)
    keys = {key for one in needed.values() for key in one if declared[key].computed}
    told = {figure.cell: figure for figure in figures}
    book = _Book(declared, _known(keys, cells), told, on)
    for cell in cells:
        found = book.figure(cell)
        if found:
            yield found


def _needed(declared: Mapping[str, Indicator], key: str) -> frozenset[str]:
    """List an indicator and all that it is made of, however far down."""
    found: set[str] = set()
    ahead = [key]
    while ahead:
        one = ahead.pop()
        if one in declared and one not in found:
            found.add(one)
            ahead += adding_up.made_of(declared[one])
    return frozenset(found)


def _known(keys: Iterable[str], cells: Sequence[Cell]) -> Known:
    """Read the months of some indicators, as a whole and by part, in one question."""
    first = min(cell.period.first for cell in cells)
    last = max(cell.period.last for cell in cells)
    restated = restating_of(dimension=cells[0].dimension, on=last)
    codes = {span.code for one in cells for span in restated.spans(one.part)}
    rows = ValueRow.objects.filter(
        indicator__in=keys,
        dimension__in={"", cells[0].dimension},
        part__in={"", *codes},
        made_up=cells[0].made_up,
        month__range=(first, last),
        replaced_by=None,
    ).values_list("indicator", "part", "month", "numerator", "denominator", "run_id")
    known: dict[tuple[str, str], _Counts] = {}
    for indicator, code, month, above, below, run in rows:
        part = restated.part(code, month)
        known.setdefault((indicator, part), _Counts()).add(month, (above, below), run)
    return known


def _runs(known: Known) -> Mapping[int, Run]:
    numbers = {run for counts in known.values() for run in counts.runs.values()}
    return {row.pk: as_run(row) for row in RunRow.objects.filter(pk__in=numbers)}


class _Book:
    """What is known of some indicators, out of which figures are made."""

    def __init__(
        self,
        declared: Mapping[str, Indicator],
        known: Known,
        reported: Mapping[Cell, Figure],
        on: date,
    ) -> None:
        self._declared, self._known, self._on = declared, known, on
        self._reported, self._runs = reported, _runs(known)

    def figure(self, cell: Cell, within: frozenset[str] = frozenset()) -> Figure | None:
        """Make a figure; None where nothing was counted. within: what it is part of."""
        one = self._declared.get(cell.indicator)
        if one is None or one.key in within:
            return None
        if one.formula:
            return self._of_formula(cell, one.formula, within | {one.key})
        if one.computed:
            return self._of(cell)
        return self._reported.get(cell) or (self._stated(cell) if within else None)

    def _stated(self, cell: Cell) -> Figure | None:
        """Make a figure of what documents state of a period as a whole."""
        values = self._declared[cell.indicator].values if not cell.part else ()
        found = [one for one in values if one.period == cell.period]
        if not found:
            return None
        status, value = found[-1].status, found[-1].value
        return Figure(cell, value, None, None, status, is_complete=True, run=None)

    def _of(self, cell: Cell) -> Figure | None:
        one = self._declared[cell.indicator]
        counts = self._known.get((one.key, cell.part), NOTHING)
        # A part in which nothing was done is not written down month by month.
        months = self._known.get((one.key, ""), NOTHING).within(cell.period)
        held = counts.within(cell.period)
        if not months or not (held or cell.part):
            return None
        above, below = adding_up.total([counts.numbers[month] for month in held])
        newest_run = max((counts.runs[month] for month in held), default=None)
        return Figure(
            cell=cell,
            value=adding_up.value_of(one, above, below),
            numerator=above,
            denominator=below,
            status=adding_up.status_of(one, cell.period, self._on),
            is_complete=not adding_up.missing(cell.period, months, on=self._on),
            run=self._runs[newest_run] if newest_run else None,
        )

    def _of_formula(
        self, cell: Cell, formula: Formula, within: frozenset[str]
    ) -> Figure | None:
        """Make a figure of others; unknown where one of them is."""
        made_of = (
            self.figure(replace(cell, indicator=key), within) for key in formula.of
        )
        found = [figure for figure in made_of if figure]
        if not found:
            return None
        values = {figure.cell.indicator: figure.value for figure in found}
        runs = [figure.run for figure in found if figure.run]
        is_whole = len(found) == len(formula.of)
        return Figure(
            cell=cell,
            value=adding_up.by_formula(formula, values),
            numerator=None,
            denominator=None,
            status=adding_up.status_of(
                self._declared[cell.indicator], cell.period, self._on
            ),
            is_complete=is_whole and all(figure.is_complete for figure in found),
            run=max(runs, key=lambda run: run.id, default=None),
        )
