"""Follow a number down to the rows behind it, and count it again."""

from datetime import date
from typing import Any

from tinhso.indicators.providers import asked, counting
from tinhso.indicators.queries.declared import get_indicator
from tinhso.indicators.queries.values import figures, restating_of
from tinhso.indicators.rules import questions
from tinhso.indicators.rules.restating import Span
from tinhso.indicators.types import (
    Behind,
    Cell,
    Computed,
    Figure,
    FigureUnknown,
    NotComputed,
    Recount,
    Run,
)
from tinhso.kernel.actor import Actor
from tinhso.lake import queries as lake
from tinhso.lake.types import Answer
from tinhso.security import queries as security
from tinhso.security.types import Deed

PAGE = 50


def get_figure(*, cell: Cell, on: date) -> Figure:
    """Read one number.

    :raises IndicatorUnknown: if no pack declares the indicator.
    :raises FigureUnknown: if nothing was counted for its period and part.
    """
    found = figures(
        keys=[cell.indicator],
        periods=[cell.period],
        on=on,
        made_up=cell.made_up,
        dimension=cell.dimension,
        part=cell.part,
    )
    if not found:
        raise FigureUnknown
    return found[cell.indicator, cell.period]


def rows_behind(
    *, cell: Cell, actor: Actor, on: date, skip: int = 0, most: int = PAGE
) -> Behind:
    """List the rows that a number counts, of the state it was counted from.

    They name nobody; what they lead to asks for rights of its own.

    :raises NotAllowed: if the actor serves the province nowhere.
    :raises FigureUnknown: if nothing was counted for its period and part.
    :raises NotComputed: if it is not computed from the lake.
    :raises SnapshotGone: if that state is no longer kept.
    """
    security.require(actor=actor, deed=Deed.SEE_MEASURES)
    figure = get_figure(cell=cell, on=on)
    computed, run = _computed(cell), _run(figure)
    sql, spans = _sql(computed, cell), _spans(cell)
    has_made_up = counting.has_made_up(computed.dataset)
    listing = questions.rows_behind(
        computed, cell, spans, has_made_up=has_made_up, most=most + 1, skip=skip
    )
    answer = _asked(listing, run)
    columns = (*questions.columns_of(computed), "counts")
    return Behind(
        figure=figure,
        sql=sql,
        formula=lake.formula_of(sql=sql),
        columns=columns,
        rows=tuple(answer.rows[:most]),
        more=len(answer.rows) > most,
    )


def recount(*, cell: Cell, on: date, engine: str = "duckdb") -> Recount:
    """Count a number again, alone, from the state that it was counted from.

    :raises FigureUnknown: if nothing was counted for its period and part.
    :raises NotComputed: if it is not computed from the lake.
    :raises SnapshotGone: if that state is no longer kept.
    """
    figure = get_figure(cell=cell, on=on)
    computed, run = _computed(cell), _run(figure)
    [(above, below)] = _asked(_sql(computed, cell), run, engine).rows
    return Recount(figure, int(above), int(below) if computed.denominator else None)


def lineage_of(*, cell: Cell, actor: Actor, on: date) -> dict[str, Any]:
    """Tell how a number came about, as an event of OpenLineage.

    :raises NotAllowed: if the actor serves the province nowhere.
    :raises FigureUnknown: if nothing was counted for its period and part.
    :raises NotComputed: if it is not computed from the lake.
    """
    security.require(actor=actor, deed=Deed.SEE_MEASURES)
    figure = get_figure(cell=cell, on=on)
    computed, run = _computed(cell), _run(figure)
    sql = _sql(computed, cell)
    answer = _asked(sql, run)
    return dict(
        lake.lineage_of_answer(
            measure=cell.indicator, sql=sql, answer=answer, at=run.at
        )
    )


def _computed(cell: Cell) -> Computed:
    computed = get_indicator(key=cell.indicator).computed
    if computed is None:
        raise NotComputed
    return computed


def _spans(cell: Cell) -> tuple[Span, ...]:
    restated = restating_of(dimension=cell.dimension, on=cell.period.last)
    return restated.spans(cell.part)


def _sql(computed: Computed, cell: Cell) -> str:
    has_made_up = counting.has_made_up(computed.dataset)
    return questions.one_value(computed, cell, _spans(cell), has_made_up=has_made_up)


def _run(figure: Figure) -> Run:
    if figure.run is None:
        raise FigureUnknown
    return figure.run


def _asked(sql: str, run: Run, engine: str = "duckdb") -> Answer:
    return asked.ask(sql, snapshots={run.dataset: run.snapshot_id}, engine=engine)
