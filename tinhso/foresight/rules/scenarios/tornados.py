"""Tornado: which unsure numbers and levers an output's spread comes from."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from tinhso.foresight.rules.dynamics import drawing, ensembles
from tinhso.foresight.rules.dynamics.arrays import places_of
from tinhso.foresight.rules.dynamics.joining import label_of
from tinhso.foresight.rules.dynamics.program import Engine
from tinhso.foresight.rules.dynamics.running import Run
from tinhso.foresight.rules.scenarios import sobol
from tinhso.foresight.rules.scenarios.playing import Played, Playing
from tinhso.foresight.types.dynamics import Model, Numbers, Parameter, Prior
from tinhso.foresight.types.scenarios import Bar, NothingVaries, SamplesWrong, Tornado

TENTH = 0.1


@dataclass(frozen=True, slots=True)
class Factor:
    """A number that is spread: an element of a constant, or a lever."""

    label: str
    title: str
    title_en: str
    prior: Prior
    is_lever: bool


def require_samples(samples: int) -> None:
    """Refuse numbers of samples that cannot be laid out.

    :raises SamplesWrong: if it is no power of 2 within bounds.
    """
    least, most = sobol.LEAST_SAMPLES, sobol.MOST_SAMPLES
    if not least <= samples <= most or samples & (samples - 1):
        raise SamplesWrong(least=least, most=most)


def with_free_levers(model: Model) -> Model:
    """Answer the model with levers spread evenly between their bounds."""
    return replace(model, parameters=tuple(map(_freed, model.parameters)))


def _freed(one: Parameter) -> Parameter:
    lever = one.lever
    if lever is None or lever.low == lever.high:
        return one
    return replace(one, priors=(Prior("uniform", (lever.low, lever.high)),))


def factors_of(model: Model) -> tuple[Factor, ...]:
    """List what is spread, element by element."""
    return tuple(
        factor
        for one in model.parameters
        for factor in _factors(model, one)
        if factor.prior.distribution != "fixed"
    )


def _factors(model: Model, one: Parameter) -> Iterator[Factor]:
    places = places_of(one.dimensions, model.dimensions, one.origin)
    priors = one.priors * len(places) if len(one.priors) == 1 else one.priors
    for elements, prior in zip(places, priors, strict=True):
        named = ", ".join(model.element_titles.get(key, key) for key in elements)
        yield Factor(
            label_of(one.name, elements),
            f"{one.title}: {named}" if named else one.title,
            f"{one.title_en}: {', '.join(elements)}" if named else one.title_en,
            prior,
            one.lever is not None,
        )


def tornado_of(
    model: Model, engine: Engine, output: str, time: float, samples: int, seed: int
) -> Tornado:
    """Work the indices of an output at a time out; model: with free levers.

    :raises NothingVaries: if the output is the same whatever is drawn.
    """
    factors = factors_of(model)
    laid = sobol.points(samples, len(factors), seed) if factors else np.zeros((0, 0))
    if not factors:
        raise NothingVaries(output=output)
    values = _played(model, engine, factors, laid, seed, output).at(output, time)
    found = sobol.indices(values, len(factors))
    if not found.total.any():
        raise NothingVaries(output=output)
    both = values[: 2 * samples]
    bars = [
        _bar(factor, place, found, laid[: 2 * samples, place], both)
        for place, factor in enumerate(factors)
    ]
    bars.sort(key=lambda bar: (-bar.total, bar.name))
    spread = (float(both.mean()), float(both.std()))
    return Tornado(output, time, samples, len(values), *spread, tuple(bars))


def _played(
    model: Model,
    engine: Engine,
    factors: tuple[Factor, ...],
    laid: Numbers,
    seed: int,
    output: str,
) -> Played:
    playing = Playing(model, engine, len(laid), seed)
    given: Mapping[str, Numbers] = {
        factor.label: drawing.spread(factor.prior, laid[:, place])
        for place, factor in enumerate(factors)
    }
    run = replace(playing.run({}, (output,)), given=given)
    return Played(run.outputs, playing.times, _kept(run, engine, len(laid)))


def _kept(run: Run, engine: Engine, members: int) -> Numbers:
    return np.asarray(ensembles.run_kept(run, engine, range(members)))


def _bar(
    factor: Factor, place: int, found: sobol.Indices, drawn: Numbers, values: Numbers
) -> Bar:
    return Bar(
        name=factor.label,
        title=factor.title,
        title_en=factor.title_en,
        is_lever=factor.is_lever,
        first=float(found.first[place]),
        first_error=float(found.first_error[place]),
        total=float(found.total[place]),
        total_error=float(found.total_error[place]),
        low=float(values[drawn <= TENTH].mean()),
        high=float(values[drawn >= 1 - TENTH].mean()),
    )
