"""Count what indicators count, month by month, as the lake knows it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from tinhso.indicators.providers import asked
from tinhso.indicators.rules import questions
from tinhso.indicators.rules.periods import period_of
from tinhso.indicators.types import Computed, Dimension, Indicator, Period
from tinhso.lake import queries as lake
from tinhso.lake.types import (
    DatasetUnknown,
    QuestionNotReadOnly,
    QuestionReachesOut,
    QuestionReadsTooMuch,
    QuestionTooLarge,
    QuestionTooLong,
    QuestionUnreadable,
    Source,
)

# What makes one indicator impossible to compute and leaves the others be.
NOT_COUNTED = (
    DatasetUnknown,
    QuestionUnreadable,
    QuestionNotReadOnly,
    QuestionReachesOut,
    QuestionTooLong,
    QuestionTooLarge,
    QuestionReadsTooMuch,
)
Number = tuple[int, int | None]
# Of each month: how many rows it has, and how many of them correct another.
Counts = Mapping[str, Sequence[int]]


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """Where a number stands. month: its first day."""

    indicator: str
    month: date
    made_up: bool
    dimension: str = ""
    part: str = ""


@dataclass(frozen=True, slots=True)
class Touched:
    """What came into a table: months, how full each is now, in which state."""

    months: tuple[Period, ...]
    counts: Counts
    source: Source


def touched(one: Computed, *, known: Sequence[Counts]) -> Touched:
    """Find the months that have rows they did not have.

    A place in the table would not tell: files number their rows each from one, and of
    two writers the earlier one may be done later. known: how full the months were when
    numbers were computed, by each of those times.

    :raises DatasetUnknown: if no room publishes the dataset.

    And what the engine refuses.
    """
    answer = asked.ask(questions.filled(one.dataset, one.day))
    source = answer.sources[0]
    counts = {_month(*row[:2]): list(row[2:]) for row in answer.rows if row[0]}
    newer = [key for key in counts if any(_grew(key, counts, one) for one in known)]
    months = {period_of(key) for key in newer}
    if any(counts[key][1] for key in newer):
        key = lake.declared(dataset=one.dataset).key
        sql = questions.corrected(one.dataset, one.day, key, sorted(months))
        rows = asked.ask(sql, snapshots=_state(source)).rows
        months |= {period_of(_month(*row)) for row in rows if row[0]}
    return Touched(tuple(sorted(months)), counts, source)


def _month(year: int, month: int) -> str:
    return f"{year}-{month:02}"


def _grew(month: str, counts: Counts, before: Counts) -> bool:
    """Tell whether rows came in; where some were let go, the numbers stay."""
    return any(
        now > then
        for now, then in zip(counts[month], before.get(month, (0, 0)), strict=True)
    )


def _state(source: Source) -> Mapping[str, int]:
    return {source.dataset: source.snapshot_id or 0}


def counted(
    indicators: Sequence[Indicator], months: Sequence[Period] | None, source: Source
) -> tuple[dict[Place, Number], dict[str, str]]:
    """Count in one state of a table; what cannot be is told by name.

    months: all where None is said. Answers the numbers and {indicator: why not}.
    """
    if not indicators:
        return {}, {}
    try:
        return dict(_numbers(indicators, months, source)), {}
    except NOT_COUNTED as refusal:
        if len(indicators) == 1:
            return {}, {indicators[0].key: str(refusal)}
    # One of them is wrong; alone, each of the others is not.
    alone = [counted([one], months, source) for one in indicators]
    numbers = dict(chain.from_iterable(found.items() for found, _ in alone))
    return numbers, dict(chain.from_iterable(why.items() for _, why in alone))


def _numbers(
    indicators: Sequence[Indicator], months: Sequence[Period] | None, source: Source
) -> Iterator[tuple[Place, Number]]:
    for dimension in Dimension:
        chosen = {
            one.key: one.computed
            for one in indicators
            if one.computed and (not dimension or dimension in one.computed.by)
        }
        for group in _alike(chosen, dimension):
            yield from _asked(group, dimension, months, source)


def _alike(
    chosen: Mapping[str, Computed], dimension: Dimension
) -> Iterable[dict[str, Computed]]:
    """Put together what has the same column for a dimension."""
    groups: dict[str, dict[str, Computed]] = {}
    for key, one in chosen.items():
        groups.setdefault(one.by[dimension] if dimension else "", {})[key] = one
    return groups.values()


def _asked(
    group: Mapping[str, Computed],
    dimension: Dimension,
    months: Sequence[Period] | None,
    source: Source,
) -> Iterator[tuple[Place, Number]]:
    sql = questions.by_month(
        list(group.values()),
        dimension,
        months or (),
        has_made_up=has_made_up(source.dataset),
    )
    for row in asked.ask(sql, snapshots=_state(source)).rows:
        yield from _of_row(row, group, dimension)


def _of_row(
    row: Sequence[Any], group: Mapping[str, Computed], dimension: Dimension
) -> Iterator[tuple[Place, Number]]:
    year, month, made_up, part = row[:4]
    # A row that belongs to no day or no part is in the whole, if anywhere.
    if year is None or (dimension and not part):
        return
    for place, (key, one) in enumerate(group.items()):
        above, below = row[4 + 2 * place : 6 + 2 * place]
        number = (int(above), int(below) if one.denominator else None)
        if any(number) or not dimension:
            where = Place(
                key, date(year, month, 1), made_up, dimension, str(part or "")
            )
            yield where, number


def has_made_up(dataset: str) -> bool:
    """Tell whether rows of a dataset say whether they are made up."""
    columns = lake.declared(dataset=dataset).columns
    return any(column.name == questions.MADE_UP for column in columns)
