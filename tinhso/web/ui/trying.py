"""From a target to the scenario in which it is tried."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext

from tinhso.foresight import queries
from tinhso.foresight.types.dynamics import Model
from tinhso.foresight.types.scenarios import Target
from tinhso.foresight.types.studio import Asked, Playable
from tinhso.indicators import queries as indicators
from tinhso.indicators.types import Standing
from tinhso.indicators.types import Target as Promised
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Invalid
from tinhso.web.ui.studio_state import Wrong, href, read_asked


def read(key: str, typed: QueryDict, actor: Actor) -> tuple[Asked, Wrong]:
    """Read a scenario from an address, and what is wrong with which field.

    An address that tells no target means the one that the province set.
    """
    model = queries.playable_model(key=key, actor=actor).model
    return read_asked(model, typed, goal_of(model, indicators.plans()))


def asked_of(key: str, typed: QueryDict, actor: Actor) -> Asked:
    """Read a scenario from an address.

    :raises Invalid: naming each field that is no number.
    """
    asked, wrong = read(key, typed, actor)
    if wrong:
        raise Invalid(wrong)
    return asked


def goal_of(model: Model, plans: Mapping[str, Sequence[Promised]]) -> Target | None:
    """Find the last target that was set for a model's first output; None without."""
    output = next(iter(model.outputs), "")
    found = [
        one
        for lines in plans.values()
        for one in lines
        if one.indicator == output and _aim(one) is not None
    ]
    return _tried(model, max(found, key=lambda one: one.due)) if found else None


def by_target(
    models: Iterable[Playable], standings: Iterable[Standing]
) -> Mapping[tuple[str, str], dict[str, Any]]:
    """Lead from targets that models put out to their studio: {(plan, key): link}."""
    of_output = {out: one.model for one in models for out in one.model.outputs}
    told: dict[tuple[str, str], dict[str, Any]] = {}
    for one in standings:
        model = of_output.get(one.indicator.key)
        if model and (target := _tried(model, one.target)):
            told[one.target.plan, one.target.key] = _link(model, target)
    return told


def _link(model: Model, target: Target) -> dict[str, Any]:
    words = gettext("Thử kịch bản đến năm {year}").format(year=f"{target.time:g}")
    asked = Asked(model.key, output=target.output, target=target)
    return {"href": href("scenario", asked), "text": words}


def _aim(one: Promised) -> float | None:
    return one.goal.at_least if one.goal.at_least is not None else one.goal.above


def _tried(model: Model, one: Promised) -> Target | None:
    """Answer a target as a model can try it.

    Where it was due before anything that is decided now can act, the model's last time
    stands in for it.
    """
    aim, year = _aim(one), float(one.due.last.year)
    if aim is None:
        return None
    since = model.levers_from or model.times.start
    is_open = since < year <= model.times.stop
    return Target(one.indicator, aim, year if is_open else model.times.stop)
