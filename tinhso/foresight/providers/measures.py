"""Take an input's number from a measure: what was computed, reported or stated."""

from collections.abc import Iterable, Mapping, Sequence
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
from tinhso.indicators.types import Figure, Period


def with_inputs(
    model: Model, *, on: date, made_up: bool = False
) -> tuple[Model, tuple[InputTaken, ...]]:
    """Answer a model whose inputs are the values of their measures, and which.

    :raises IndicatorUnknown: if no pack declares a measure.
    :raises PeriodWrong: if a period is none.
    :raises MeasureMissing: if a measure has no value, and no other was allowed.
    """
    asked = [(one, one.measured) for one in model.parameters if one.measured]
    known = _known([told for _, told in asked], on=on, made_up=made_up)
    taken = [_taken(one, told, known) for one, told in asked]
    return with_taken(model, taken), tuple(taken)


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


Known = Mapping[tuple[str, str], tuple[float, str]]


def _taken(one: Parameter, asked: Measured, known: Known) -> InputTaken:
    found = known.get((asked.measure, asked.period))
    if found is not None:
        value, lineage = found
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


def _known(asked: Sequence[Measured], *, on: date, made_up: bool) -> Known:
    """Find values and where they come from, by measure and period."""
    stated, declared = {}, indicators.indicators()
    wanted: dict[tuple[str, Period], tuple[str, str]] = {}
    for one in asked:
        key, place = one.measure, (one.measure, one.period)
        # Asked for again where there is none, for the refusal by name.
        indicator = declared.get(key) or indicators.get_indicator(key=key)
        period = indicators.period(key=one.period)
        value = next((v for v in indicator.values if v.period == period), None)
        if value is None:
            wanted[key, period] = place
        else:
            stated[place] = (value.value, value.source)
    return {**stated, **_counted(wanted, on=on, made_up=made_up)}


def _counted(
    wanted: Mapping[tuple[str, Period], tuple[str, str]], *, on: date, made_up: bool
) -> dict[tuple[str, str], tuple[float, str]]:
    found = indicators.figures(
        keys=sorted({key for key, _ in wanted}),
        periods=sorted({period for _, period in wanted}),
        on=on,
        made_up=made_up,
    )
    return {
        place: (float(figure.value), _lineage(figure))
        for cell, place in wanted.items()
        if (figure := found.get(cell)) is not None and figure.value is not None
    }


def _lineage(figure: Figure) -> str:
    """Name what a figure was counted from: the state of a table, or returns."""
    run = figure.run
    source = f"{run.dataset}@{run.snapshot_id}" if run else "returns"
    told = source if figure.is_complete else f"{source} (incomplete)"
    return f"{told} (made up)" if figure.cell.made_up else told
