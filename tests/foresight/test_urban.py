"""Counters, lines and ways out come out as the theory of queues and flows says."""

import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from tests.indicators.acts import hand_in
from tests.lake.conftest import forget
from tinhso.cli.main import main
from tinhso.foresight import queries
from tinhso.foresight.rules.urban.counters import play_counter
from tinhso.foresight.rules.urban.erlang import mean_wait, must_wait
from tinhso.foresight.rules.urban.evacuation import play_evacuation
from tinhso.foresight.rules.urban.lines import play_line
from tinhso.foresight.rules.urban.servers import NEVER, called, called_always
from tinhso.foresight.types.expressions import ModelRefused
from tinhso.foresight.types.urban import (
    ActivityTooLarge,
    ActivityUnknown,
    Counter,
    CutOff,
    Evacuation,
    Line,
    NobodyComes,
    NoWayOut,
    PlaceTwice,
    Promise,
    Recorded,
    Road,
    RoadEndUnknown,
    RoadTwice,
    Service,
    ShelterMissing,
    Shift,
    ShiftWrong,
    Spot,
    Stage,
)
from tinhso.kernel.clock import VIETNAM
from tinhso.lake import actions as lake

DEMO = Path("packs/demo/quang_ninh_demo/urban")


def serving(mean=10.0, spread=1.0):
    return Service(mean, spread, "Giả định", assumed=True)


def line(*stages, rate=4.8, hours=400.0, limit=None):
    """Make a line; stages: (workers, mean minutes)."""
    made = [
        Stage(f"s{n}", f"Bước {n}", workers, serving(mean))
        for n, (workers, mean) in enumerate(stages)
    ]
    return Line("Thử", rate, hours, made, limit)


def counter(**changes):
    told = {
        "title": "Thử",
        "arrivals": {8: 20.0, 9: 20.0},
        "service": serving(spread=0.5),
        "shifts": [Shift(480, 600, 3)],
        "promise": Promise(15, 0.9),
        "most_desks": 8,
    }
    return Counter(**{**told, **changes})


def test_erlang_c_gives_what_tables_of_it_give():
    assert must_wait(servers=5, load=4) == pytest.approx(0.554113, abs=1e-6)
    assert must_wait(servers=10, load=8) == pytest.approx(0.409180, abs=1e-6)


@pytest.mark.parametrize(("workers", "mean"), [(1, 10), (3, 30), (10, 100)])
def test_a_stage_waits_as_long_as_erlang_says(workers, mean):
    """Within three standard errors, eight tenths of the servers being busy."""
    found = play_line(line((workers, mean), hours=1500), runs=300, seed=5)

    [stage] = found.stages
    assert abs(stage.wait - stage.theory) <= 3 * stage.error
    assert stage.theory == mean_wait(servers=workers, rate=4.8 / 60, service=mean)


def test_stages_one_after_another_wait_as_jackson_says():
    found = play_line(line((1, 9), (3, 30), (2, 15), hours=800), runs=200, seed=6)

    alone = sum(one.theory for one in found.stages) + 9 + 30 + 15
    assert abs(found.through - alone) <= 3 * found.error


def test_a_stage_with_more_work_than_hands_never_settles():
    [stage] = play_line(line((1, 20)), runs=5, seed=1).stages

    assert stage.theory is None and stage.busy > 0.95


def test_one_more_where_it_is_narrow_helps_most():
    found = play_line(line((2, 10), (1, 12), (2, 10), limit=60), runs=200, seed=2)

    assert max(found.what_if, key=lambda key: found.what_if[key]) == "s1"
    assert found.what_if["s1"] > found.in_time


def test_people_are_called_in_the_order_they_came():
    came = np.array([[0.0, 1.0, 2.0, 3.0]])
    takes = np.array([[5.0, 1.0, 1.0, 1.0]])
    always = np.zeros(2)

    starts = called(came, takes, always, always + NEVER)

    assert starts.tolist() == [[0, 1, 2, 3]]
    assert called(came, takes, always[:1], always[:1] + NEVER).tolist() == [
        [0, 5, 6, 7]
    ]


def test_nobody_is_called_before_opening_or_from_closing_on():
    came = np.array([[0.0, 50.0, 100.0, 119.0, 120.0, NEVER]])
    takes = np.full_like(came, 30.0)
    opens, closes = np.array([10.0, 90.0]), np.array([60.0, 120.0])

    starts = called(came, takes, opens, closes)

    assert starts.tolist() == [[10, 50, 100, NEVER, NEVER, NEVER]]


def test_servers_that_never_close_call_as_those_that_close_late():
    dice = np.random.default_rng(7)
    came = np.sort(dice.uniform(0, 60, (20, 30)), axis=1)
    takes = dice.exponential(8, came.shape)

    late = called(came, takes, np.zeros(3), np.full(3, 1e9))

    assert (called_always(came, takes, 3) == late).all()


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 4))
def test_more_desks_keep_nobody_waiting_longer(seed, desks):
    dice = np.random.default_rng(seed)
    came = np.sort(dice.uniform(0, 60, (3, 12)), axis=1)
    takes = dice.uniform(0, 20, came.shape)

    few = called(came, takes, np.zeros(desks), np.full(desks, NEVER))
    many = called(came, takes, np.zeros(desks + 1), np.full(desks + 1, NEVER))

    assert (many <= few + 1e-9).all() and (few >= came).all()


def test_the_cheapest_roster_is_the_one_with_the_fewest_desk_hours_that_is_enough():
    told = counter()
    found = play_counter(told, runs=100, seed=3)

    tried = [
        play_counter(counter(shifts=[Shift(480, 600, n)]), runs=100, seed=3).today
        for n in range(1, told.most_desks + 1)
    ]
    assert found.cheapest == next(one for one in tried if one.is_enough)
    assert not found.today.is_enough


def test_where_no_roster_keeps_the_promise_none_is_named():
    assert play_counter(counter(most_desks=1), runs=20, seed=3).cheapest is None


def test_the_same_seed_plays_the_same():
    assert play_counter(counter(), runs=50, seed=4) == play_counter(
        counter(), runs=50, seed=4
    )
    assert play_line(line((1, 10)), runs=5, seed=4) == play_line(
        line((1, 10)), runs=5, seed=4
    )


def ward(people, *roads, shelter=10_000, most=600):
    """A ward `a` with one shelter `z`, and crossings as roads need them."""
    keys = sorted({end for road in roads for end in road[:2]} | {"a", "z"})
    spots = [
        Spot(key, key, people * (key == "a"), shelter * (key == "z")) for key in keys
    ]
    return Evacuation("Thử", spots, [Road(*road) for road in roads], most)


@pytest.mark.parametrize("people", [1, 10, 11, 100])
def test_along_one_road_all_are_there_after_its_length_and_their_number(people):
    found = play_evacuation(ward(people, ("a", "z", 7, 10)))

    assert found.minutes == 7 + -(-people // 10)
    assert found.arrived[-1] == people and found.arrived[6] == 0


def test_a_long_way_is_taken_only_while_it_saves_time():
    roads = [("a", "z", 2, 10), ("a", "b", 30, 100), ("b", "z", 30, 100)]

    assert play_evacuation(ward(100, *roads)).minutes == 12
    assert play_evacuation(ward(5000, *roads)).minutes < 502


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 60))
def test_no_more_get_through_than_ford_and_fulkerson_say(seed, people):
    """Minutes by halving against their formula: (T + 1) flow less length times flow."""
    dice = np.random.default_rng(seed)
    keys = ["a", "b", "c", "z"]
    ways = [(s, e) for s in keys for e in keys if s not in (e, "z") and e != "a"]
    roads = [("a", "z", 5, 1)] + [
        (s, e, int(dice.integers(0, 5)), int(dice.integers(1, 4)))
        for s, e in ways
        if (s, e) != ("a", "z") and dice.random() < 0.6
    ]

    minutes = play_evacuation(ward(people, *roads)).minutes

    assert through(roads, keys, minutes) >= people - 1e-6
    assert minutes == 1 or through(roads, keys, minutes - 1) < people


def through(roads, keys, minutes):
    """Answer how many get through in so many minutes, repeating a static flow."""
    gains = [minutes * (s == "a") - length for s, _, length, _ in roads]
    gains = [
        g - minutes * (e == "a") for g, (_, e, _, _) in zip(gains, roads, strict=True)
    ]
    inner = [key for key in keys if key not in ("a", "z")]
    balance = [[(s == key) - (e == key) for s, e, _, _ in roads] for key in inner]
    found = linprog(
        [-g for g in gains],
        A_eq=balance,
        b_eq=[0] * len(inner),
        bounds=[(0, capacity) for *_, capacity in roads],
    )
    return -found.fun


def test_who_cannot_leave_is_told_by_name():
    far = ward(10, ("a", "z", 50, 1), most=20)
    cut_off = ward(10, ("z", "a", 1, 1))

    with pytest.raises(ShelterMissing, match="10 người"):
        play_evacuation(ward(10, ("a", "z", 1, 1), shelter=9))
    with pytest.raises(CutOff, match="a"):
        play_evacuation(cut_off)
    with pytest.raises(NoWayOut, match="10 người"):
        play_evacuation(far)
    with pytest.raises(ActivityTooLarge):
        play_evacuation(ward(10**6, ("a", "z", 1, 1), shelter=10**6, most=10**6))


@pytest.mark.parametrize(
    ("name", "was", "becomes", "refusal", "line"),
    [
        ("quay_ha_long", "07:30-11:30", "11:30-07:30", ShiftWrong, 10),
        ("quay_ha_long", "mean: 11", "mean: -1", ModelRefused, 7),
        ("quay_ha_long", "arrivals", "people", ModelRefused, 5),
        ("cua_khau_so", "key: check", "key: declare", PlaceTwice, 14),
        ("so_tan", "from: bai_bien", "from: dao_xa", RoadEndUnknown, 15),
        ("so_tan", "from: nga_tu, to: nha", "from: truong_hoc, to: nha", None, 0),
        ("so_tan", "from: bai_bien", "from: truong_hoc", RoadTwice, 18),
        ("so_tan", "minutes: 12", "minutes: __import__('os')", ModelRefused, 15),
    ],
)
def test_what_cannot_be_is_refused_with_its_line(
    tmp_path, name, was, becomes, refusal, line
):
    told = (DEMO / f"{name}.yaml").read_text("utf-8")
    assert was in told
    path = tmp_path / "a.yaml"
    path.write_text(told.replace(was, becomes, 1), "utf-8")

    if refusal is None:
        assert queries.read_activity(path=path)
        return
    with pytest.raises(refusal) as found:
        queries.read_activity(path=path)
    assert f"a.yaml:{line}:" in str(found.value)


@pytest.fixture
def handed_in(content, now):
    """Two mornings at a counter: three came at eight, one at nine; one was made up."""
    eight = now.astimezone(VIETNAM).replace(hour=8, minute=5)
    told = {"channel": "counter", "receiver": "H49.1"}
    for at in (eight, eight, eight - timedelta(1), eight + timedelta(hours=1)):
        hand_in(at, **told)
    hand_in(eight, **told, is_synthetic=True)
    hand_in(eight)
    lake.append_waiting(at=now)
    yield eight.date()
    forget()


def test_recorded_arrivals_are_those_of_the_counter_an_hour(handed_in):
    day = handed_in.isoformat()
    asked = Recorded("H49.1", (handed_in - timedelta(7)).isoformat(), day)

    real = queries.play(activity=counter(recorded=asked), runs=5, seed=1)
    made_up = queries.play(
        activity=counter(recorded=asked), runs=5, seed=1, made_up=True
    )

    assert real.counter.arrivals == {8: 1.5, 9: 0.5}
    assert made_up.counter.arrivals == {8: 1.0}
    nobody = counter(recorded=Recorded("H49.2", day, day))
    with pytest.raises(NobodyComes):
        queries.play(activity=nobody, runs=5, seed=1)


def test_what_would_take_too_long_is_refused():
    with pytest.raises(ActivityTooLarge):
        queries.play(activity=line((1, 1), rate=10_000), runs=100_000, seed=1)


def test_the_command_plays_what_packs_tell_as_the_query_does(content):
    told = CliRunner().invoke(
        main, ["foresight", "play", "quay_ha_long", "--runs", "40", "--json"]
    )
    found = queries.play(
        activity=queries.get_activity(key="quay_ha_long"), runs=40, seed=1
    )

    answer = json.loads(told.stdout)
    assert "mô phỏng" in told.stderr
    assert answer["kind"] == "counter"
    assert answer["today"]["waiting"]["mean"] == found.today.waiting.mean
    with pytest.raises(ActivityUnknown):
        queries.get_activity(key="khong_co")


@pytest.mark.parametrize("path", sorted(DEMO.glob("*.yaml")), ids=lambda p: p.stem)
def test_the_command_plays_each_example_in_words(path):
    told = CliRunner().invoke(main, ["foresight", "play", str(path), "--runs", "20"])

    assert told.exit_code == 0, told.output
    assert "mô phỏng" in told.stdout
