"""Read the values of measures as series that can be carried on."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import inf

from tinhso.foresight.rules.forecasting.periods import read_period
from tinhso.foresight.types import Series
from tinhso.indicators import queries as indicators
from tinhso.indicators.types import (
    Indicator,
    Period,
    PeriodKind,
    Standing,
    Unit,
    Value,
)

# How far back values are read: five years of months, as many quarters, all years.
READ = {PeriodKind.MONTH: 60, PeriodKind.QUARTER: 40, PeriodKind.YEAR: 30}


@dataclass(frozen=True, slots=True)
class Measured:
    """A measure with its values. made_up: they are; dues: when promises are due.

    least, most: between which its values must lie, where that is known.
    """

    indicator: Indicator
    series: Series
    made_up: bool
    dues: tuple[str, ...]
    least: float = -inf
    most: float = inf


def measured(
    *, on: date, made_up: bool, keys: Collection[str] | None = None
) -> tuple[Measured, ...]:
    """Read measures with at least one value: by month, as reported, or as stated.

    Only periods that are over and complete. What documents state is made up in no case.
    keys: of which; of all unless told.
    """
    known = {
        key: one
        for key, one in indicators.indicators().items()
        if keys is None or key in keys
    }
    asked = indicators.returns_asked()
    dues = _dues(indicators.standings(on=on, made_up=made_up))
    computed = [key for key, one in known.items() if one.computed or one.formula]
    kinds = {key: PeriodKind.MONTH for key in computed if key not in asked}
    kinds |= {key: asked[key].every for key in asked if key in known}
    counted = _counted(kinds, on, made_up)
    stated = {key: one.values for key, one in known.items() if key not in kinds}
    found = [(key, series, made_up) for key, series in _series_of(counted, kinds)] + [
        (key, series, False) for key, series in _stated(stated, on)
    ]
    return tuple(
        Measured(
            known[key],
            series,
            is_made_up,
            dues.get(key, ()),
            *_bounds(known[key], key in asked),
        )
        for key, series, is_made_up in found
    )


def _bounds(one: Indicator, is_reported: bool) -> tuple[float, float]:
    """Tell between what a counted value lies; what documents state may be a growth."""
    is_share = is_reported or (one.computed and one.computed.denominator)
    if is_share and one.unit is Unit.PERCENT:
        return 0.0, 100.0
    return (0.0, inf) if one.computed or is_reported else (-inf, inf)


def _dues(standings: Iterable[Standing]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for one in standings:
        key = one.target.indicator
        found[key] = (*found.get(key, ()), one.target.due.key)
    return found


def _counted(
    kinds: Mapping[str, PeriodKind], on: date, made_up: bool
) -> Mapping[str, Sequence[tuple[Period, float]]]:
    found: dict[str, list[tuple[Period, float]]] = {}
    for kind in PeriodKind:
        keys = [key for key, of in kinds.items() if of is kind]
        running = indicators.period_on(day=on, kind=kind)
        periods = [
            indicators.period_before(period=running, back=back)
            for back in range(READ[kind], 0, -1)
        ]
        figures = indicators.figures(keys=keys, periods=periods, on=on, made_up=made_up)
        for one in figures.values():
            if one.is_complete and one.value is not None:
                pair = (one.cell.period, one.value)
                found.setdefault(one.cell.indicator, []).append(pair)
    return found


def _series_of(
    counted: Mapping[str, Sequence[tuple[Period, float]]],
    kinds: Mapping[str, PeriodKind],
) -> Iterator[tuple[str, Series]]:
    for key, values in counted.items():
        yield key, series_of(key, kinds[key], values)


def _stated(
    stated: Mapping[str, Sequence[Value]], on: date
) -> Iterator[tuple[str, Series]]:
    """Take the values of the kind of period that documents state most of."""
    for key, values in stated.items():
        over = [(one.period, one.value) for one in values if one.period.last <= on]
        kinds = [read_period(period.key)[0] for period, _ in over]
        if kinds:
            kind = max(PeriodKind, key=kinds.count)
            kept = zip(over, kinds, strict=True)
            yield key, series_of(key, kind, [pair for pair, of in kept if of is kind])


def series_of(
    key: str, kind: PeriodKind, values: Collection[tuple[Period, float]]
) -> Series:
    """Put values in the order of their periods, with gaps where there are none."""
    known = {read_period(period.key)[1]: value for period, value in values}
    first, last = min(known), max(known)
    return Series(key, kind, first, tuple(map(known.get, range(first, last + 1))))
