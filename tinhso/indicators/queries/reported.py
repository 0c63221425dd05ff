"""Add up what agencies reported: figures by period and agency, values for targets.

Only what was accepted counts, and a period of another length has no figure: shares of
quarters do not add up to the share of a year. A missing return makes a sum incomplete.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime

from django.db.models import Max, QuerySet

from tinhso.indicators.models import ReturnRow
from tinhso.indicators.queries.asked import Roll, of_indicators
from tinhso.indicators.rules import adding_up
from tinhso.indicators.rules.periods import period_of
from tinhso.indicators.rules.returns import is_period
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


def reported_figures(
    declared: Mapping[str, Indicator],
    asked: Mapping[str, Asked],
    cells: Sequence[Cell],
    on: date,
) -> Iterator[Figure]:
    """Make figures of what was accepted; cells of what nobody reported have none."""
    wanted = [cell for cell in cells if is_period(asked[cell.indicator], cell.period)]
    if not wanted:
        return
    accepted, roll = _accepted(wanted), Roll()
    for cell in wanted:
        rows = accepted.get((cell.indicator, cell.period.key), ())
        found = _figure(declared, asked[cell.indicator], cell, rows, roll, on)
        if found:
            yield found


def reporting_codes(*, key: str, period: Period, made_up: bool) -> list[str]:
    """List the codes of the agencies whose returns were accepted."""
    rows = _rows(made_up).filter(indicator=key, period=period.key)
    return sorted(rows.values_list("agency__code", flat=True))


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
    places = sorted(set(rows.values_list("indicator", "period")))
    cells = [Cell(key, period_of(period), made_up) for key, period in places]
    values: dict[str, list[Value]] = {key: [] for key in asked}
    for one in reported_figures(declared, asked, cells, on):
        if one.value is not None and one.is_complete:
            key = one.cell.indicator
            values[key].append(_value(one, asked[key]))
    return {key: sorted(found, key=lambda v: v.period) for key, found in values.items()}


def _value(one: Figure, asked: Asked) -> Value:
    coverage = one.coverage or Coverage(0, 0)
    source = f"Báo cáo của {coverage.reported}/{coverage.asked} cơ quan, đã duyệt"
    return Value(
        period=one.cell.period,
        value=one.value or 0.0,
        status=one.status,
        source=f"{source}. {asked.source}",
    )


def _rows(made_up: bool) -> QuerySet[ReturnRow]:
    return ReturnRow.objects.filter(state=ReturnState.ACCEPTED, is_synthetic=made_up)


def _accepted(cells: Sequence[Cell]) -> Accepted:
    rows = _rows(cells[0].made_up).filter(
        indicator__in={cell.indicator for cell in cells},
        period__in={cell.period.key for cell in cells},
    )
    found: dict[tuple[str, str], list[ReturnRow]] = {}
    for row in rows.select_related("agency"):
        found.setdefault((row.indicator, row.period), []).append(row)
    return found


def _figure(
    declared: Mapping[str, Indicator],
    asked: Asked,
    cell: Cell,
    rows: Sequence[ReturnRow],
    roll: Roll,
    on: date,
) -> Figure | None:
    """Add up the returns of those who are asked, or of one of them."""
    one = declared[cell.indicator]
    ids = {agency.id for agency in roll.reporters(asked, cell.period)}
    counted = [row for row in rows if row.agency_id in ids and _is_of(cell, row)]
    if not counted:
        return None
    coverage = None if cell.part else Coverage(len(counted), len(ids))
    is_complete = coverage is None or coverage.reported == coverage.asked
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
        coverage=coverage,
    )


def _is_of(cell: Cell, row: ReturnRow) -> bool:
    if cell.dimension is Dimension.WHOLE or not cell.part:
        return cell.dimension is Dimension.WHOLE
    return cell.dimension is Dimension.AGENCY and row.agency.code == cell.part
