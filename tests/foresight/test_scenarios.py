"""Scenarios: chances, ledgers, the cheapest mix, signposts and the tornado."""

import json
import math
from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from click.testing import CliRunner

from tests.foresight.models import aux, read
from tests.foresight.scenarios import PATH, lever, playing, unsure, with_parameters
from tinhso.cli.main import main
from tinhso.foresight.rules.dynamics.numpy_engine import NUMPY
from tinhso.foresight.rules.scenarios import sobol, tornados
from tinhso.foresight.rules.scenarios.costs import costs_of
from tinhso.foresight.rules.scenarios.ledgers import Keeping
from tinhso.foresight.rules.scenarios.mixes import Searching, left_out, plans_of
from tinhso.foresight.rules.scenarios.signposts import Pointing, milestones_of
from tinhso.foresight.rules.scenarios.targets import (
    chance_of,
    read_target,
    require_probability,
    require_target,
)
from tinhso.foresight.types.dynamics import InputTaken
from tinhso.foresight.types.scenarios import (
    NoLeverProven,
    NothingVaries,
    OutputUnknown,
    ProbabilityWrong,
    SamplesWrong,
    Target,
    TargetPassed,
    TargetTimeWrong,
    TargetUnreadable,
)

# y grows by luck (0 to 1) and what three levers add; the third has no evidence.
PARAMETERS = (
    unsure("luck", 0, 1),
    lever("a", 1, 2, cost=10),
    lever("b", 1, 2, cost=12),
    lever("c", 5, cost=1, evidence=False),
)
SUM = with_parameters(
    read([aux("y", "luck * TIME / 4 + (a / 2 + b + c) * TIME / 4")]),
    *PARAMETERS,
    outputs=("y",),
    levers_from=1.0,
)


def target(at_least, time=4.0):
    return Target("y", at_least, time)


def settings(**moved):
    return {"a": 0.0, "b": 0.0, "c": 0.0} | moved


def test_a_target_is_read_as_it_is_written():
    found = read_target(" digital_economy_share >= 20.5 @ 2030")

    assert found == Target("digital_economy_share", 20.5, 2030)


@pytest.mark.parametrize(
    "told", ["", "y>20@4", "y>=@4", "y>=1@", "y>=1e400@4", "y>=nan@4", "y>=1@4@5"]
)
def test_what_is_no_target_is_refused(told):
    with pytest.raises(TargetUnreadable):
        read_target(told)


@pytest.mark.parametrize(
    ("asked", "refusal"),
    [
        (Target("z", 1, 4), OutputUnknown),
        (Target("y", 1, 3.5), TargetTimeWrong),
        (Target("y", 1, 1), TargetPassed),
    ],
)
def test_a_target_nothing_can_be_told_of_is_refused_by_name(asked, refusal):
    with pytest.raises(refusal):
        require_target(SUM, playing(SUM), asked, 0)


def test_a_target_of_a_year_gone_by_is_refused():
    with pytest.raises(TargetPassed):
        require_target(SUM, playing(SUM), target(1, 3), 4)


@pytest.mark.parametrize("probability", [0, -0.1, 1.01, math.nan])
def test_what_is_no_probability_is_refused(probability):
    with pytest.raises(ProbabilityWrong):
        require_probability(probability)


def test_the_chance_is_the_share_of_members_at_or_above_the_target():
    played = playing(SUM, members=1000).play(settings())
    luck = played.at("y", 4)

    found = chance_of(target(0.3), played)

    assert found.reached == int((luck >= 0.3).sum())
    assert found.share == pytest.approx(0.7, abs=0.05)
    assert chance_of(target(0), played).share == 1


def test_a_lever_costs_what_it_is_above_its_baseline_each_year_until_the_target():
    told = lever("a", 2, cost=10).lever

    costs = costs_of(SUM, told, 2, 3.5)

    assert [(one.time, one.amount) for one in costs] == [(1, 20), (2, 20), (3, 10)]
    assert costs_of(SUM, replace(told, cost=None), 2, 3.5) is None
    assert costs_of(SUM, replace(told, baseline=3), 2, 2)[0].amount == 0


def test_the_ledger_tells_what_each_lever_brings_alone_and_with_the_others():
    moved, plays = settings(a=2, c=5), playing(SUM, members=400)

    keeping = Keeping(SUM, plays, moved, target(5.8))
    ledger = keeping.ledger(plays.play(moved), plays.play(settings()))

    a, c = ledger.interventions
    assert (a.lever, a.level, a.alone) == ("a", "l2", pytest.approx(1))
    assert (a.within, a.total) == (pytest.approx(1), 60)
    assert a.evidence
    assert not c.evidence
    assert c.alone == pytest.approx(5)
    assert ledger.together == pytest.approx(6)
    assert ledger.cost == 60 + 15
    # Neither alone reaches 5.8 as often as both: c + luck does in a fifth, a never.
    assert a.chance_alone == 0
    assert c.chance_alone == pytest.approx(0.2, abs=0.05)
    assert a.chance_within == pytest.approx(0.8, abs=0.05)


def test_one_lever_alone_is_the_scenario_itself():
    moved, plays = settings(b=1), playing(SUM)

    ledger = Keeping(SUM, plays, moved, None).ledger(
        plays.play(moved), plays.play(settings())
    )

    [b] = ledger.interventions
    assert b.alone == b.within == ledger.together == pytest.approx(1)
    assert b.chance_alone is None


def search(at_least, probability, **how):
    return Searching(SUM, playing(SUM), target(at_least)).search(probability, **how)


@pytest.mark.parametrize("at_least", [0.1, 0.9, 1.4, 1.9, 2.4, 2.9, 3.3])
@pytest.mark.parametrize("probability", [0.5, 0.8, 1])
def test_the_cheapest_mix_is_the_one_that_trying_all_finds(at_least, probability):
    plays = playing(SUM)
    all_of_them = [
        (30.0 * a + 36.0 * b, a, b, chance_of(target(at_least), plays.play(told)).share)
        for a, b in product((0, 1, 2), repeat=2)
        for told in [settings(a=float(a), b=float(b))]
    ]
    good = sorted(one for one in all_of_them if one[3] >= probability)

    found = search(at_least, probability)

    assert bool(found.reaching) == bool(good)
    if good:
        cost, a, b, share = good[0]
        cheapest = found.reaching[0]
        assert (cheapest.cost, cheapest.chance.share) == (cost, share)
        assert cheapest.settings == settings(a=float(a), b=float(b))
        near = {(one.settings["a"], one.settings["b"]) for one in found.near}
        assert near == {(a, b) for c, a, b, _ in good if c <= cost * 1.05}
    else:
        assert len(found.tried) == 9
        assert found.best.chance.share == max(one[3] for one in all_of_them)


def test_mixes_of_one_cost_come_by_name():
    alike = with_parameters(
        SUM, unsure("luck", 0, 1), lever("c", 1), lever("b", 1), lever("a", 1)
    )

    plans = plans_of(alike, 2)

    assert [one.cost for one in plans] == [0, 1, 1, 1, 2, 2, 2, 3]
    assert [one.levels[0][0] for one in plans[1:4]] == ["a", "b", "c"]


def test_a_lever_without_evidence_or_cost_is_never_chosen():
    no_cost = lever("b", 1, cost=None)
    model = with_parameters(SUM, PARAMETERS[0], PARAMETERS[1], no_cost, PARAMETERS[3])

    assert left_out(model) == ("b", "c")
    assert {name for one in plans_of(model, 4) for name, _ in one.levels} == {"a"}
    with pytest.raises(NoLeverProven):
        plans_of(with_parameters(SUM, no_cost, PARAMETERS[3]), 4)


def test_a_search_cut_short_says_how_far_it_came():
    found = search(2.9, 0.9, most=4)

    assert not found.reaching
    assert len(found.tried) == 4
    assert [one.cost for one in found.tried] == sorted(one.cost for one in found.tried)


def test_a_milestone_parts_members_that_reach_the_target_from_those_that_do_not():
    played = playing(SUM, members=1000).play(settings())

    found = milestones_of(SUM, target(0.5), played)

    # y is luck * TIME / 4: whoever is at half the target at half the time reaches it.
    assert [one.time for one in found] == [2, 3]
    assert [one.value for one in found] == pytest.approx([0.25, 0.375], abs=0.003)
    assert all((one.chance_below, one.chance_above) == (0, 1) for one in found)
    assert milestones_of(SUM, target(0), played) == ()


def test_a_signpost_stands_where_another_mix_gets_the_cheapest():
    base = InputTaken("base", 10.0, "m", "2025", "s", False)
    told = unsure("base", 9.5, 10.5)
    model = with_parameters(
        read([aux("y", "base + a + 0 * TIME")]),
        replace(told, unit="điểm"),
        lever("a", 1, 2, cost=1),
        outputs=("y",),
    )
    searching = Searching(model, playing(model), Target("y", 10.8, 4))
    found = searching.search(1)
    assert found.reaching[0].levels == {"a": "l2"}

    low, high = Pointing(model, searching, found).signposts([base])

    # Moved to a fixed number, 2 are enough down to 8.8, 1 is from 9.8 on.
    assert (low.mix, low.switches_at) == (None, pytest.approx(8.8, abs=0.2))
    assert high.mix.levels == {"a": "l1"}
    assert high.switches_at == pytest.approx(9.8, abs=0.4)


def test_of_an_input_at_which_nothing_can_be_worked_out_no_signpost_is_told():
    base = InputTaken("base", 10.0, "m", "2025", "s", False)
    model = with_parameters(
        read([aux("y", "a + 10 / MAX(base - 5, 0) + 0 * TIME")]),
        replace(unsure("base", 9.5, 10.5), unit="điểm"),
        lever("a", 1, 2, cost=1),
        outputs=("y",),
    )
    searching = Searching(model, playing(model), Target("y", 2.5, 4))
    found = searching.search(1)

    told = list(Pointing(model, searching, found).signposts([base]))

    # Half of it is 5, and there the model divides by nothing.
    assert [one.switches_at > 10 for one in told] == [True]


def ishigami(points):
    x, y, z = (2 * math.pi * points.T) - math.pi
    return np.sin(x) + 7 * np.sin(y) ** 2 + 0.1 * z**4 * np.sin(x)


def test_sobol_indices_of_ishigamis_function_are_the_known_ones():
    points = sobol.points(2**14, 3, seed=1)

    found = sobol.indices(ishigami(points), 3)

    # In closed form for a = 7, b = 0.1 (Ishigami & Homma 1990).
    assert found.first == pytest.approx([0.3139, 0.4424, 0], abs=0.015)
    assert found.total == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.015)
    assert (np.abs(found.first - [0.3139, 0.4424, 0]) < 5 * found.first_error).all()


def test_a_seed_names_the_points_and_nothing_varies_without_spread():
    one, again = sobol.points(64, 2, 7), sobol.points(64, 2, 7)

    assert (one == again).all()
    assert not (one == sobol.points(64, 2, 8)).all()
    assert not sobol.indices(np.ones(4 * 64), 2).total.any()


def test_the_tornado_of_a_sum_tells_the_shares_of_its_variance():
    model = tornados.with_free_levers(
        with_parameters(
            read([aux("y", "luck + 2 * a + 0 * TIME")]),
            unsure("luck", 0, 1),
            lever("a", 1, high=1),
            outputs=("y",),
        )
    )

    found = tornados.tornado_of(model, NUMPY, "y", 4.0, 1024, 1)

    a, luck = found.bars
    assert (a.name, a.is_lever, luck.is_lever) == ("a", True, False)
    assert (a.first, a.total) == (pytest.approx(0.8, abs=0.02),) * 2
    assert (luck.first, luck.total) == (pytest.approx(0.2, abs=0.02),) * 2
    assert a.low < found.mean < a.high
    assert found.runs == 4 * 1024


def test_a_tornado_of_nothing_unsure_or_of_odd_samples_is_refused():
    with pytest.raises(NothingVaries):
        tornados.tornado_of(
            with_parameters(read([aux("y", "TIME")]), outputs=("y",)),
            NUMPY, "y", 4.0, 16, 1,
        )  # fmt: skip
    for samples in (0, 8, 17, 2**17):
        with pytest.raises(SamplesWrong):
            tornados.require_samples(samples)


def asked(command, *more):
    told = ["foresight", command, str(PATH), "--seed", "3", "--engine", "numpy"]
    result = CliRunner().invoke(main, [*told, *more, "--json"])
    return [json.loads(line) for line in result.output.splitlines()]


@pytest.mark.usefixtures("content")
def test_the_numbers_of_a_scenario_are_those_of_a_run_to_the_last_digit():
    levers = ["--levers", "sme_support=medium,skills_training=20000", "--members", "40"]

    head, *rows = asked("run", *levers)
    goal = ["--target", "digital_economy_share>=12@2030"]
    first, *both = asked("scenario", *levers, *goal)
    _, *rest = asked("run", "--members", "40")

    current = [one for one in both if one.pop("which") == "current"]
    assert current == rows
    assert both[len(current) :] == rest
    assert {key: first[key] for key in head} == head
    assert 0 <= first["chance_at_baseline"] <= first["chance"] <= 1
    named = [one["lever"] for one in first["ledger"]["interventions"]]
    assert named == ["sme_support", "skills_training"]
    costs = first["ledger"]["interventions"][0]["costs"]
    assert costs == {"2027": 75000, "2028": 75000, "2029": 75000}


@pytest.mark.usefixtures("content")
def test_mix_and_tornado_answer_in_json_and_refuse_by_name():
    goal = ["--target", "digital_economy_share>=12@2030"]

    [mix] = asked("mix", *goal, "--members", "60", "--no-signposts")
    [bars] = asked("tornado", "--samples", "16")
    [passed] = asked("mix", "--target", "digital_economy_share>=20@2025")

    assert mix["cheapest"]["chance"] >= 0.8
    assert mix["left_out"] == ["ict_park"]
    assert sum(one["cost"] for one in mix["road"]) == mix["cheapest"]["cost"]
    assert bars["output"] == "digital_economy_share"
    assert bars["bars"][0]["total"] == max(one["total"] for one in bars["bars"])
    assert passed["refused"] == "TargetPassed"
