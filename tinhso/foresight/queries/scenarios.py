"""Scenarios: levers against the baseline, the cheapest mix, why an output varies."""

from dataclasses import replace
from datetime import date

from tinhso.foresight.providers import measures
from tinhso.foresight.providers.engines import engine_named
from tinhso.foresight.queries.dynamics import Settings, provenance_of
from tinhso.foresight.queries.playings import Ready, ready
from tinhso.foresight.rules.dynamics import ensembles
from tinhso.foresight.rules.scenarios import signposts, targets, tornados
from tinhso.foresight.rules.scenarios.ledgers import Keeping, yearly_costs
from tinhso.foresight.rules.scenarios.mixes import (
    MOST_TRIED,
    Search,
    Searching,
    left_out,
)
from tinhso.foresight.rules.scenarios.playing import Played, Playing
from tinhso.foresight.types.dynamics import InputTaken, Model, Outcome
from tinhso.foresight.types.scenarios import (
    Choice,
    Compared,
    Mix,
    Signpost,
    Target,
    Tornado,
)


def read_target(*, told: str) -> Target:
    """Read a target: `digital_economy_share>=20@2030`.

    :raises TargetUnreadable: if it is written otherwise.
    """
    return targets.read_target(told)


def play_scenario(
    *,
    model: Model,
    levers: Settings,
    members: int,
    seed: int,
    on: date,
    target: Target | None = None,
    output: str = "",
    made_up: bool = False,
    engine: str = "",
    with_effects: bool = True,
) -> Compared:
    """Run a model with levers set and beside it at its baseline, member by member.

    Its numbers are those of `run_model`. Without a target the ledger tells of
    `output`, the model's first unless told, at its last time. with_effects: the ledger
    tells what each lever brings, for which it takes two runs more.

    :raises ModelRefused: naming the line at which it comes to no number.
    :raises LeverUnknown, LeverOutside: if a lever cannot be so set.
    :raises RunWrong: if there are no members, or too many.
    :raises OutputUnknown, TargetTimeWrong, TargetPassed: if the target cannot be met.
    :raises EngineMissing: if the engine is not installed.
    """
    one = ready(
        model=model, members=members, seed=seed, on=on, made_up=made_up, engine=engine
    )
    if target is not None:
        targets.require_target(one.model, one.playing, target, on.year)
    targets.place_of(one.playing, output, None)
    return _compared(one, levers, target, output, with_effects=with_effects)


def replay(
    *,
    model: Model,
    inputs: tuple[InputTaken, ...],
    levers: Settings,
    members: int,
    seed: int,
    target: Target | None,
    engine: str,
) -> Compared:
    """Play a scenario again with the inputs that it then had.

    :raises ModelRefused, LeverUnknown, LeverOutside, RunWrong, EngineMissing: as for
        `play_scenario`.
    """
    filled = measures.with_taken(model, inputs)
    playing = Playing(filled, engine_named(engine), members, seed)
    return _compared(Ready(model, filled, inputs, playing), levers, target, "")


def _compared(
    one: Ready,
    levers: Settings,
    target: Target | None,
    output: str,
    *,
    with_effects: bool = True,
) -> Compared:
    filled, inputs, playing = one.model, one.inputs, one.playing
    settings = ensembles.settings_of(filled, levers)
    at_rest = ensembles.settings_of(filled, {})
    baseline = playing.play_once(at_rest)
    current = playing.play_once(settings)
    keeping = Keeping(filled, playing, settings, target, output)
    return Compared(
        current=_outcome(filled, playing, settings, inputs, current),
        baseline=_outcome(filled, playing, at_rest, inputs, baseline),
        ledger=keeping.ledger(current, baseline, with_effects=with_effects),
        target=target,
        chance=targets.chance_of(target, current) if target else None,
        chance_at_baseline=targets.chance_of(target, baseline) if target else None,
    )


def _outcome(
    model: Model,
    playing: Playing,
    settings: dict[str, float],
    inputs: tuple[InputTaken, ...],
    played: Played,
) -> Outcome:
    told = provenance_of(
        model, playing.run(settings), playing.engine, playing.members, inputs
    )
    return Outcome(told, tuple(played.rows()))


def choose_mix(
    *,
    model: Model,
    target: Target,
    probability: float,
    members: int,
    seed: int,
    on: date,
    made_up: bool = False,
    engine: str = "",
    most: int = MOST_TRIED,
    with_signposts: bool = True,
) -> Choice:
    """Find the cheapest levels of levers by which a target is reached likely enough.

    Only levers with evidence and cost are moved. most: how many mixes are run at most.

    :raises NoLeverProven: if there is no such lever.
    :raises ProbabilityWrong: if the probability is none.
    :raises OutputUnknown, TargetTimeWrong, TargetPassed: if the target cannot be met.
    :raises ModelRefused, RunWrong, EngineMissing: as for `play_scenario`.
    """
    targets.require_probability(probability)
    one = ready(
        model=model, members=members, seed=seed, on=on, made_up=made_up, engine=engine
    )
    filled, inputs, playing = one.model, one.inputs, one.playing
    targets.require_target(filled, playing, target, on.year)
    searching = Searching(filled, playing, target)
    search = searching.search(probability, most)
    found = _choice(filled, target, search)
    if found.cheapest is None:
        return found
    pointing = signposts.Pointing(filled, searching, search)
    posts = tuple(pointing.signposts(inputs)) if with_signposts else ()
    return _with_road(filled, playing, found, found.cheapest, posts)


def _choice(model: Model, target: Target, search: Search) -> Choice:
    reaching, count = search.reaching, len(search.plans)
    is_all = len(search.tried) == count
    return Choice(
        target=target,
        probability=search.probability,
        cheapest=reaching[0] if reaching else None,
        best=search.best,
        near=search.near,
        is_exact=bool(reaching) or is_all,
        bound=reaching[0].cost if reaching else search.tried[-1].cost,
        tried=len(search.tried),
        of=count,
        left_out=left_out(model),
    )


def _with_road(
    model: Model,
    playing: Playing,
    found: Choice,
    mix: Mix,
    posts: tuple[Signpost, ...],
) -> Choice:
    target = found.target
    played = playing.play(mix.settings)
    costs = yearly_costs(model, mix.settings, target.time)
    return replace(
        found,
        road=signposts.road_of(model, target, played, costs),
        milestones=signposts.milestones_of(model, target, played),
        signposts=posts,
    )


def tornado(
    *,
    model: Model,
    samples: int,
    seed: int,
    on: date,
    output: str = "",
    time: float | None = None,
    with_levers: bool = True,
    made_up: bool = False,
    engine: str = "",
) -> Tornado:
    """Tell which unsure numbers, and levers, the spread of an output comes from.

    output: the model's first unless told; time: its last. samples: a power of 2; the
    model is run so often for each thing that is unsure, and twice more.

    :raises SamplesWrong: if the samples cannot be laid out.
    :raises OutputUnknown, TargetTimeWrong: if the model does not put that out.
    :raises NothingVaries: if the output is the same whatever is unsure.
    :raises ModelRefused, RunWrong, EngineMissing: as for `play_scenario`.
    """
    tornados.require_samples(samples)
    filled, _ = measures.with_inputs(model, on=on, made_up=made_up)
    free = tornados.with_free_levers(filled) if with_levers else filled
    used = engine_named(engine)
    playing = Playing(free, used, 1, seed)
    place = targets.place_of(playing, output, time)
    return tornados.tornado_of(free, used, *place, samples, seed)
