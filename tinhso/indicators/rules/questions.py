"""The questions by which indicators are computed, in SQL that both engines answer.

The conditions are of packs, which are read as one condition before they are taken; what
a page names comes in quotes.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from tinhso.indicators.rules.restating import Span
from tinhso.indicators.types import Cell, Computed, Dimension, Period, Term

MADE_UP = "is_synthetic"


def by_month(
    computed: Sequence[Computed],
    dimension: Dimension,
    months: Iterable[Period],
    *,
    has_made_up: bool,
) -> str:
    """Ask for numerator and denominator of indicators of one dataset and day.

    Rows: year, month, whether made up, part, then two numbers an indicator.
    """
    first = computed[0]
    by = first.by[dimension] if dimension else ""
    groups = [f"year({first.day})", f"month({first.day})"]
    groups += [MADE_UP] * has_made_up + [by] * bool(by)
    shown = [*groups[:2], MADE_UP if has_made_up else "FALSE", by or "''"]
    counted = [count for one in computed for count in _counts(one)]
    where = " OR ".join(_within(first.day, one.first, one.last) for one in months)
    return (
        f"SELECT {', '.join([*shown, *counted])} FROM {first.dataset}"  # noqa: S608
        f" WHERE {where or f'{first.day} IS NOT NULL'} GROUP BY {', '.join(groups)}"
    )


def one_value(
    computed: Computed, cell: Cell, spans: Sequence[Span], *, has_made_up: bool
) -> str:
    """Ask for numerator and denominator of one number alone.

    spans: the codes that make up the cell's part.
    """
    counted = ", ".join(_counts(computed))
    where = _of_cell(computed, cell, spans, has_made_up)
    return f"SELECT {counted} FROM {computed.dataset} WHERE {where}"  # noqa: S608


def rows_behind(
    computed: Computed,
    cell: Cell,
    spans: Sequence[Span],
    *,
    has_made_up: bool,
    most: int,
    skip: int,
) -> str:
    """Ask for the rows that a number counts, the newest first.

    The last column tells of each whether it counts above the line of a share.
    """
    terms = [one for one in (computed.numerator, computed.denominator) if one]
    counted = " OR ".join(f"({term.where})" for term in terms)
    columns = ", ".join(columns_of(computed))
    where = f"{_of_cell(computed, cell, spans, has_made_up)} AND ({counted})"
    order = ", ".join(f"{one} DESC" for one in (computed.day, *computed.behind[:2]))
    return (
        f"SELECT {columns}, CASE WHEN {computed.numerator.where} THEN TRUE ELSE FALSE"  # noqa: S608
        f" END FROM {computed.dataset} WHERE {where}"
        f" ORDER BY {order} LIMIT {most} OFFSET {skip}"
    )


def filled(dataset: str, day: str) -> str:
    """Ask how many rows each month has, old versions too.

    Rows: year, month, how many, how many of them correct another row.
    """
    return (
        f"SELECT year({day}), month({day}), count(*),"  # noqa: S608
        f" count(*) FILTER (WHERE lake_corrects) FROM {dataset}__all"
        f" GROUP BY year({day}), month({day})"
    )


def corrected(dataset: str, day: str, key: str, months: Sequence[Period]) -> str:
    """Ask in which months the rows are that rows of some months correct.

    A question of its own, for it reads the whole table. Rows: year, month.
    """
    every = f"{dataset}__all"
    spans = " OR ".join(_within(day, one.first, one.last) for one in months)
    newer = f"SELECT {key} FROM {every} WHERE lake_corrects AND ({spans})"  # noqa: S608
    return (
        f"SELECT year({day}), month({day}) FROM {every}"  # noqa: S608
        f" WHERE {key} IN ({newer}) GROUP BY year({day}), month({day})"
    )


def quoted(text: str) -> str:
    """Write a text as SQL does.

    >>> quoted("H49.' OR 1=1")
    "'H49.'' OR 1=1'"
    """
    return "'" + text.replace("'", "''") + "'"


def columns_of(computed: Computed) -> tuple[str, ...]:
    """List the columns that are shown of the rows behind a number."""
    return computed.behind or (computed.day,)


def _counts(one: Computed) -> tuple[str, str]:
    below = _count(one.denominator) if one.denominator else "0"
    return _count(one.numerator), below


def _count(term: Term) -> str:
    counted = f"sum({term.adds})" if term.adds else "count(*)"
    return f"coalesce({counted} FILTER (WHERE {term.where}), 0)"


def _of_cell(
    computed: Computed, cell: Cell, spans: Sequence[Span], has_made_up: bool
) -> str:
    parts = [_within(computed.day, cell.period.first, cell.period.last)]
    if has_made_up:
        parts.append(MADE_UP if cell.made_up else f"NOT {MADE_UP}")
    if cell.dimension:
        column = computed.by[cell.dimension]
        meant = (_in_span(computed.day, column, cell.period, one) for one in spans)
        found = [one for one in meant if one]
        parts.append(f"({' OR '.join(found)})" if len(found) > 1 else found[0])
    return " AND ".join(parts)


def _in_span(day: str, column: str, period: Period, span: Span) -> str:
    """Ask for a code while it meant a unit; "" if that was not within the period."""
    if (span.first and span.first > period.last) or (
        span.until and span.until <= period.first
    ):
        return ""
    asked = [f"{column} = {quoted(span.code)}"]
    if span.first and span.first > period.first:
        asked.append(f"{day} >= DATE '{span.first}'")
    if span.until and span.until <= period.last:
        asked.append(f"{day} < DATE '{span.until}'")
    return " AND ".join(asked)


def _within(day: str, first: date, last: date) -> str:
    return f"({day} BETWEEN DATE '{first}' AND DATE '{last}')"
