"""Take an input's number from a measure: what was computed, reported or stated."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from tinhso.foresight.types.dynamics import (
    InputTaken,
    Measured,
    Model,
    Parameter,
    Prior,
)
from tinhso.foresight.types.refusals import MeasureMissing
from tinhso.indicators import queries as indicators
from tinhso.indicators.types import Figure


def with_inputs(
    model: Model, *, on: date, made_up: bool = False
) -> tuple[Model, tuple[InputTaken, ...]]:
    """Answer a model whose inputs are the values of their measures, and which.

    :raises IndicatorUnknown: if no pack declares a measure.
    :raises PeriodWrong: if a period is none.
    :raises MeasureMissing: if a measure has no value, and no other was allowed.
    """
    taken: list[InputTaken] = []
    parameters = []
    for one in model.parameters:
        if one.measured is not None:
            taken.append(_taken(one, one.measured, on=on, made_up=made_up))
            one = replace(one, priors=(Prior("fixed", (taken[-1].value,)),))
        parameters.append(one)
    return replace(model, parameters=tuple(parameters)), tuple(taken)


def with_taken(model: Model, inputs: Iterable[InputTaken]) -> Model:
    """Answer a model whose inputs are what they were when they were taken."""
    values = {one.name: one.value for one in inputs}
    return replace(
        model,
        parameters=tuple(
            replace(one, priors=(Prior("fixed", (values[one.name],)),))
            if one.measured is not None
            else one
            for one in model.parameters
        ),
    )


def _taken(one: Parameter, asked: Measured, *, on: date, made_up: bool) -> InputTaken:
    known = _known(asked, on=on, made_up=made_up)
    if known is not None:
        value, lineage = known
        return InputTaken(
            one.name, value, asked.measure, asked.period, lineage, is_fallback=False
        )
    if asked.fallback is None:
        raise MeasureMissing(one.origin, measure=asked.measure, period=asked.period)
    return InputTaken(
        one.name,
        asked.fallback,
        asked.measure,
        asked.period,
        asked.fallback_source,
        is_fallback=True,
    )


def _known(asked: Measured, *, on: date, made_up: bool) -> tuple[float, str] | None:
    """Find a value and where it comes from; None if there is none."""
    indicator = indicators.get_indicator(key=asked.measure)
    period = indicators.period(key=asked.period)
    for stated in indicator.values:
        if stated.period == period:
            return stated.value, stated.source
    found = indicators.figures(
        keys=[asked.measure], periods=[period], on=on, made_up=made_up
    )
    figure = found.get((asked.measure, period))
    if figure is None or figure.value is None:
        return None
    return float(figure.value), _lineage(figure)


def _lineage(figure: Figure) -> str:
    """Name what a figure was counted from: the state of a table, or returns."""
    run = figure.run
    source = f"{run.dataset}@{run.snapshot_id}" if run else "returns"
    told = source if figure.is_complete else f"{source} (incomplete)"
    return f"{told} (made up)" if figure.cell.made_up else told
