"""Add up what agencies reported: figures by period and agency, values for targets.

Only what was accepted counts. A longer period has a figure only where its declaration
says how it comes of shorter ones. A missing return makes a sum incomplete.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Max, QuerySet

from tinhso.indicators.models import ReturnRow
from tinhso.indicators.queries.asked import Roll, of_indicators
from tinhso.indicators.rules import adding_up
from tinhso.indicators.rules.periods import period_of
from tinhso.indicators.rules.returns import made_for, made_of
from tinhso.indicators.types import (
    Asked,
    Cell,
    Coverage,
    Dimension,
    Figure,
    Indicator,
    Period,
    ReturnState,
    Status,
    Value,
)

Accepted = Mapping[tuple[str, str], Sequence[ReturnRow]]
Parts = Mapping[Cell, Sequence[Period]]


def reported_figures(
    declared: Mapping[str, Indicator],
    asked: Mapping[str, Asked],
    cells: Sequence[Cell],
    on: date,
) -> Iterator[Figure]:
    """Make figures of what was accepted; cells of what nobody reported have none."""
    told = {cell: made_of(asked[cell.indicator], cell.period) for cell in cells}
    parts = {cell: found for cell, found in told.items() if found and _has_part(cell)}
    if not parts:
        return
    accepted, roll = _accepted(parts), Roll()
    for cell in parts:
        one = asked[cell.indicator]
        counted, coverage = _counted(one, cell, parts[cell], accepted, roll)
        if counted:
            yield _figure(declared[cell.indicator], cell, counted, coverage, on)


def reporting_codes(*, key: str, period: Period, made_up: bool) -> list[str]:
    """List the codes of the agencies whose returns were accepted."""
    wanted = [one.key for one in made_of(of_indicators([key])[key], period)]
    rows = _rows(made_up).filter(indicator=key, period__in=wanted)
    return sorted(set(rows.values_list("agency__code", flat=True)))


def newest_reported(*, key: str, made_up: bool) -> Period | None:
    """Tell the newest period of which a return was accepted."""
    rows = _rows(made_up).filter(indicator=key)
    found = rows.values_list("period", flat=True).distinct()
    return max(map(period_of, found), default=None)


def newest_accepted() -> datetime | None:
    """Tell when a return was accepted last."""
    rows = ReturnRow.objects.filter(state=ReturnState.ACCEPTED)
    found: datetime | None = rows.aggregate(newest=Max("decided_at"))["newest"]
    return found


def with_reported(
    declared: Mapping[str, Indicator], keys: Sequence[str], on: date, made_up: bool
) -> Mapping[str, Sequence[Value]]:
    """Tell the values of reported indicators that are whole, by indicator.

    Made-up returns are never summed up with real ones, and a sum that lacks an agency
    is no value yet.
    """
    asked = of_indicators(keys)
    rows = _rows(made_up).filter(indicator__in=asked)
    places = {
        (key, longer)
        for key, period in set(rows.values_list("indicator", "period"))
        for longer in made_for(asked[key], period_of(period))
    }
    cells = [Cell(key, period, made_up) for key, period in sorted(places)]
    values: dict[str, list[Value]] = {key: [] for key in asked}
    for one in reported_figures(declared, asked, cells, on):
        if one.value is not None and one.is_complete:
            key = one.cell.indicator
            values[key].append(_value(one, asked[key]))
    return {key: sorted(found, key=lambda v: v.period) for key, found in values.items()}


def _value(one: Figure, asked: Asked) -> Value:
    coverage = one.coverage or Coverage(0, 0)
    whose = "cơ quan" if coverage.periods == 1 else "lượt cơ quan và kỳ"
    source = f"Báo cáo của {coverage.reported}/{coverage.asked} {whose}, đã duyệt"
    return Value(
        period=one.cell.period,
        value=one.value or 0.0,
        status=one.status,
        source=f"{source}. {asked.source}",
    )


def _rows(made_up: bool) -> QuerySet[ReturnRow]:
    return ReturnRow.objects.filter(state=ReturnState.ACCEPTED, is_synthetic=made_up)


def _accepted(parts: Parts) -> Accepted:
    rows = _rows(next(iter(parts)).made_up).filter(
        indicator__in={cell.indicator for cell in parts},
        period__in={one.key for periods in parts.values() for one in periods},
    )
    found: dict[tuple[str, str], list[ReturnRow]] = {}
    for row in rows.select_related("agency"):
        found.setdefault((row.indicator, row.period), []).append(row)
    return found


def _counted(
    asked: Asked, cell: Cell, periods: Sequence[Period], accepted: Accepted, roll: Roll
) -> tuple[list[ReturnRow], Coverage]:
    """Gather the returns of those who are asked, or of one of them, and count both."""
    counted: list[ReturnRow] = []
    number = 0
    for period in periods:
        there = roll.reporters(asked, period)
        ids = {one.id for one in there if cell.part in ("", one.code)}
        rows = accepted.get((cell.indicator, period.key), ())
        counted += [row for row in rows if row.agency_id in ids]
        number += len(ids)
    return counted, Coverage(len(counted), number, len(periods))


def _figure(
    one: Indicator,
    cell: Cell,
    counted: Sequence[ReturnRow],
    coverage: Coverage,
    on: date,
) -> Figure:
    is_complete = coverage.reported == coverage.asked
    above, below = adding_up.total(
        [(row.numerator or 0, row.denominator) for row in counted]
    )
    status = adding_up.status_of(one, cell.period, on)
    return Figure(
        cell=cell,
        value=adding_up.value_of(one, above, below),
        numerator=above,
        denominator=below,
        status=status if is_complete else Status.PROVISIONAL,
        is_complete=is_complete,
        run=None,
        coverage=None if cell.part else coverage,
    )


def _has_part(cell: Cell) -> bool:
    """Tell whether returns can tell of it: of all agencies, or of one."""
    if cell.dimension is Dimension.WHOLE or not cell.part:
        return cell.dimension is Dimension.WHOLE
    return cell.dimension is Dimension.AGENCY
