"""The studio: scenarios of a pack's model played for who serves the province."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from threading import Lock
from typing import Any

from tinhso.foresight.queries.dynamics import get_model, models, version_of
from tinhso.foresight.queries.playings import ready
from tinhso.foresight.queries.scenarios import choose_mix, play_scenario, tornado
from tinhso.foresight.rules.kept import Kept
from tinhso.foresight.rules.scenarios import telling
from tinhso.foresight.types.scenarios import Choice, Tornado
from tinhso.foresight.types.studio import (
    MOST_PLAYED,
    MOST_SEARCHED,
    SAMPLES,
    Asked,
    Explained,
    Playable,
    Sought,
    Studio,
    StudioBusy,
    TargetMissing,
    TooManyAsked,
)
from tinhso.kernel.actor import Actor
from tinhso.security import queries as security
from tinhso.security.types import Deed

MOST_KEPT = 64
WAIT_SECONDS = 5.0
_choices: Kept[Choice] = Kept(MOST_KEPT)
_tornados: Kept[Tornado] = Kept(MOST_KEPT)
_long = Lock()


def playable_models(*, actor: Actor) -> tuple[Playable, ...]:
    """List the models of packs that have levers, by key.

    :raises NotAllowed: if the actor serves the province nowhere.
    """
    security.require(actor=actor, deed=Deed.SEE_MEASURES)
    return tuple(
        Playable(one, version_of(key=key))
        for key, one in sorted(models().items())
        if any(parameter.lever for parameter in one.parameters)
    )


def playable_model(*, key: str, actor: Actor) -> Playable:
    """Read a model of a pack and its version.

    :raises NotAllowed: if the actor serves the province nowhere.
    :raises ModelUnknown: if no pack declares it.
    """
    security.require(actor=actor, deed=Deed.SEE_MEASURES)
    return Playable(get_model(key=key), version_of(key=key))


def play_studio(
    *,
    asked: Asked,
    on: date,
    made_up: bool,
    actor: Actor,
    with_effects: bool = True,
) -> Studio:
    """Play what was asked beside the baseline; its numbers are those of `run_model`.

    with_effects: with what each lever brings, for which it takes two runs more.

    :raises NotAllowed: if the actor serves the province nowhere.
    :raises TooManyAsked: if it is asked for more members than are played for a page.
    :raises Invalid: as `play_scenario` refuses.
    """
    playable = playable_model(key=asked.model, actor=actor)
    _require_few(asked)
    compared = play_scenario(
        model=playable.model,
        levers=asked.levers,
        members=asked.members,
        seed=asked.seed,
        on=on,
        target=asked.target,
        output=asked.output,
        made_up=made_up,
        with_effects=with_effects,
    )
    output = asked.output or compared.ledger.output
    return Studio(asked, playable, output, compared, made_up)


def seek_mix(*, asked: Asked, on: date, made_up: bool, actor: Actor) -> Sought:
    """Find the cheapest mix for the target asked, with signposts; once for all askers.

    :raises NotAllowed: if the actor serves the province nowhere.
    :raises TargetMissing: if there is no target.
    :raises StudioBusy: if something else is being worked out for too long.
    :raises Invalid: as `choose_mix` refuses.
    """
    playable = playable_model(key=asked.model, actor=actor)
    target = asked.target
    if target is None:
        raise TargetMissing({"dat": [TargetMissing.message]})
    members = min(asked.members, MOST_SEARCHED)
    told: dict[str, Any] = {
        "members": members,
        "seed": asked.seed,
        "on": on,
        "made_up": made_up,
    }
    one = ready(model=playable.model, engine="", **told)
    about = (playable.model.digest, one.inputs, one.playing.engine.name, members)
    found = _kept(
        _choices,
        (*about, asked.seed, target, asked.probability),
        lambda: choose_mix(
            model=playable.model,
            target=target,
            probability=asked.probability,
            **told,
        ),
    )
    return Sought(
        asked, playable, members, made_up, one.inputs, one.playing.engine.name, found
    )


def explain(*, asked: Asked, on: date, made_up: bool, actor: Actor) -> Explained:
    """Tell what the spread of the output comes from; once for all askers.

    :raises NotAllowed: if the actor serves the province nowhere.
    :raises StudioBusy: if something else is being worked out for too long.
    :raises Invalid: as `tornado` refuses.
    """
    playable = playable_model(key=asked.model, actor=actor)
    told: dict[str, Any] = {"seed": asked.seed, "on": on, "made_up": made_up}
    one = ready(model=playable.model, engine="", members=1, **told)
    output = asked.target.output if asked.target else asked.output
    time = asked.target.time if asked.target else None
    about = (playable.model.digest, one.inputs, one.playing.engine.name)
    found = _kept(
        _tornados,
        (*about, asked.seed, output, time),
        lambda: tornado(
            model=playable.model, samples=SAMPLES, output=output, time=time, **told
        ),
    )
    return Explained(
        asked, playable, found.runs, made_up, one.inputs, one.playing.engine.name, found
    )


def studio_as_json(*, studio: Studio) -> dict[str, Any]:
    """Tell all of a scenario: model, version, inputs with lineage, what it came to."""
    return {
        **telling.head(studio.compared.current.provenance),
        "version": studio.playable.version,
        "made_up": studio.made_up,
        "looked_at": studio.output,
        **telling.told(studio.compared),
    }


def sought_as_json(*, sought: Sought) -> dict[str, Any]:
    """Tell all of a search for the cheapest mix: model, version, inputs, outcome."""
    return {**_about(sought), **asdict(sought.choice)}


def explained_as_json(*, explained: Explained) -> dict[str, Any]:
    """Tell all of a tornado: model, version, inputs, bars."""
    return {**_about(explained), **asdict(explained.tornado)}


def _about(one: Sought | Explained) -> dict[str, Any]:
    return {
        "model": one.playable.model.key,
        "digest": one.playable.model.digest,
        "version": one.playable.version,
        "members": one.members,
        "seed": one.asked.seed,
        "engine": one.engine,
        "made_up": one.made_up,
        "inputs": [asdict(each) for each in one.inputs],
    }


def _require_few(asked: Asked) -> None:
    if asked.members > MOST_PLAYED:
        raise TooManyAsked(most=MOST_PLAYED)


def _kept(kept: Kept[Any], key: tuple[Any, ...], make: Callable[[], Any]) -> Any:
    def made() -> Any:
        with _alone():
            return make()

    return kept.get(key, made)


@contextmanager
def _alone() -> Iterator[None]:
    """Let one long thing be worked out at a time, so that pages go on meanwhile.

    :raises StudioBusy: if it is not one's turn for too long.
    """
    if not _long.acquire(timeout=WAIT_SECONDS):
        raise StudioBusy
    try:
        yield
    finally:
        _long.release()
