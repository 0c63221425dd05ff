"""Models run as they would be worked out by hand, in whatever engine."""

import math

import numpy as np
import pytest

from tests.foresight.models import aux, ran, read, series, xmile
from tinhso.foresight.providers.compiled import COMPILED
from tinhso.foresight.rules.dynamics.numpy_engine import NUMPY
from tinhso.foresight.rules.dynamics.xmile import read_xmile
from tinhso.foresight.types.refusals import (
    AlgebraCircular,
    CallWrong,
    DividedByZero,
    FunctionUnknown,
    NameTwice,
    NameUnknown,
    NotANumber,
    SubscriptMissing,
    SubscriptWrong,
    TimesWrong,
)

LOAN = [
    '<stock name="Debt"><eqn>100</eqn><inflow>interest</inflow></stock>',
    '<flow name="interest"><eqn>Debt * 0.1</eqn></flow>',
]


def test_a_stock_grows_by_what_flows_in_step_by_step():
    [debt] = series(LOAN, "debt", stop=3)

    assert debt == pytest.approx([100, 110, 121, 133.1])


def test_runge_kutta_comes_next_to_the_exponential():
    [debt] = series(LOAN, "debt", stop=10, dt=0.25, method="RK4")

    assert debt[-1] == pytest.approx(100 * math.e, rel=1e-6)


def test_initial_values_are_ordered_by_themselves_whatever_the_file_says():
    model = [
        '<stock name="b"><eqn>a * 2 + c</eqn></stock>',
        aux("c", "a + 1"),
        '<stock name="a"><eqn>3</eqn></stock>',
    ]

    assert series(model, "b", stop=1) == [[10, 10]]


def test_a_first_order_delay_keeps_what_flows_and_answers_in_closed_form():
    model = [aux("x", "STEP(10, 1)"), aux("late", "DELAY1(x, 5)")]

    [late] = series(model, "late", stop=41, dt=0.01)

    # A step of 10 at time 1 comes through as 10 (1 - exp(-(t - 1) / 5)).
    assert late[100] == 0
    assert late[600] == pytest.approx(10 * (1 - math.exp(-1)), rel=2e-3)
    assert late[4100] == pytest.approx(10 * (1 - math.exp(-8)), rel=1e-4)


def test_third_order_delays_and_smooths_follow_the_erlang_curve():
    model = [
        aux("x", "STEP(1, 0)"),
        aux("late", "DELAY3(x, 6, 0)"),
        aux("smooth", "SMTH3(x, 6, 0)"),
        aux("late_n", "DELAYN(x, 6, 3, 0)"),
        aux("smooth_n", "SMTHN(x, 6, 3, 0)"),
    ]

    found = series(model, "late", "smooth", "late_n", "smooth_n", stop=6, dt=0.005)

    # After the delay time itself: 1 - exp(-3) (1 + 3 + 9/2).
    right = 1 - math.exp(-3) * (1 + 3 + 4.5)
    assert [one[-1] for one in found] == pytest.approx([right] * 4, rel=2e-3)


def test_fixed_delays_and_previous_answer_what_was():
    model = [
        aux("x", "TIME * TIME"),
        aux("late", "DELAY(x, 2, -1)"),
        aux("before", "PREVIOUS(x, 7)"),
        aux("at_first", "INIT(x + 5)"),
    ]

    late, before, at_first = series(model, "late", "before", "at_first")

    assert late == [-1, -1, 0, 1, 4]
    assert before == [7, 0, 1, 4, 9]
    assert at_first == [5] * 5


def test_steps_ramps_and_pulses_come_when_they_are_said_to():
    model = [
        aux("step", "STEP(3, 2)"),
        aux("ramp", "RAMP(2, 1, 3)"),
        aux("once", "PULSE(6, 1)"),
        aux("again", "PULSE(6, 1, 2)"),
    ]

    found = series(model, "step", "ramp", "once", "again", stop=4, dt=0.5)

    assert found[0] == [0, 0, 0, 0, 3, 3, 3, 3, 3]
    assert found[1] == [0, 0, 0, 1, 2, 3, 4, 4, 4]
    assert found[2] == [0, 0, 12, 0, 0, 0, 0, 0, 0]
    assert found[3] == [0, 0, 12, 0, 0, 0, 12, 0, 0]


def test_a_forecast_of_steady_growth_finds_its_rate():
    # Growing by 5 % a unit of time, the average lags so that the trend is known.
    model = [
        aux("x", "EXP(0.05 * TIME)"),
        aux("rate", "TREND(x, 10, 0.05)"),
        aux("ahead", "FORCST(x, 10, 4, 0.05)"),
    ]

    rate, ahead = series(model, "rate", "ahead", stop=40, dt=0.01)

    assert rate[-1] == pytest.approx(0.05, rel=1e-3)
    assert ahead[-1] == pytest.approx(math.exp(2) * 1.2, rel=1e-3)


def table(kind, x):
    return (
        f'<aux name="y"><eqn>{x}</eqn><gf type="{kind}"><xpts>0,1,3</xpts>'
        "<ypts>0,10,20</ypts></gf></aux>"
    )


@pytest.mark.parametrize(
    ("kind", "right"),
    [
        ("continuous", [0, 5, 10, 12.5, 20, 20]),
        ("extrapolate", [-10, 5, 10, 12.5, 20, 25]),
        ("discrete", [0, 0, 10, 10, 20, 20]),
    ],
)
def test_tables_are_looked_up_between_their_points_and_beyond(kind, right):
    x = "IF TIME=0 THEN -1 ELSE IF TIME=1 THEN .5 ELSE IF TIME=2 THEN 1"
    x += " ELSE IF TIME=3 THEN 1.5 ELSE IF TIME=4 THEN 3 ELSE 4"

    assert series([table(kind, x)], "y", stop=5) == [right]


SECTORS = (
    '<dimensions><dim name="Sector"><elem name="Farms"/><elem name="Trade"/></dim>'
    '<dim name="Size"><elem name="Small"/><elem name="Large"/><elem name="Huge"/></dim>'
    "</dimensions>"
)
BY_BOTH = '<dimensions><dim name="Sector"/><dim name="Size"/></dimensions>'
BY_SECTOR = '<dimensions><dim name="Sector"/></dimensions>'


def test_arrays_are_added_up_by_row_column_and_in_all():
    model = [
        f'<aux name="x">{BY_BOTH}<eqn>1,2,3;4,5,6</eqn></aux>',
        f'<aux name="by sector">{BY_SECTOR}<eqn>SUM(x[Sector, *])</eqn></aux>',
        aux("all", "SUM(x[*, *])"),
        aux("mean", "MEAN(x[Farms, *])"),
        aux("most", "MAX(x[*, Large])"),
        aux("product", "PROD(x[Trade, *])"),
        aux("many", "SIZE(x[*, *])"),
        aux("spread", "STDDEV(x[Farms, *])"),
        aux("one", "x[2, Large]"),
        aux("weighted", "SUM(x[Sector, Small] * by_sector[Sector])"),
    ]
    outputs = ["by_sector[farms]", "by_sector[trade]", "all", "mean", "most"]
    outputs += ["product", "many", "spread", "one", "weighted"]

    found = series(model, *outputs, stop=0, more=SECTORS)

    right = [6, 15, 21, 2, 5, 120, 6, math.sqrt(2 / 3), 5, 66]
    assert [one[0] for one in found] == pytest.approx(right)


def test_what_is_not_negative_stops_at_zero():
    model = [
        '<stock name="s"><eqn>3</eqn><outflow>out</outflow><non_negative/></stock>',
        '<flow name="out"><eqn>2</eqn></flow>',
        '<flow name="back"><eqn>TIME - 2</eqn><non_negative/></flow>',
    ]

    assert series(model, "s", "back") == [[3, 1, 0, 0, 0], [0, 0, 0, 1, 2]]


@pytest.mark.parametrize(
    ("model", "refusal", "line"),
    [
        ([aux("x", "1"), aux("a", "b + 1"), aux("b", "a * 2")], AlgebraCircular, 6),
        ([aux("x", "1"), aux("a", "y + 1")], NameUnknown, 6),
        ([aux("a", "1"), aux("A", "2")], NameTwice, 6),
        ([aux("a", "EVAL(1)")], FunctionUnknown, 5),
        ([aux("a", "ABS(1, 2)")], CallWrong, 5),
        ([aux("x", "TIME"), aux("a", "\n1 / (x - 2)")], DividedByZero, 6),
        ([aux("a", "LN(2 - TIME)")], NotANumber, 5),
        ([f'<aux name="x">{BY_SECTOR}<eqn>1</eqn></aux>', aux("a", "x[Sea]")],
         SubscriptWrong, 6),
        ([f'<aux name="x">{BY_SECTOR}<eqn>1</eqn></aux>', aux("a", "x + 1")],
         SubscriptMissing, 6),
    ],
)  # fmt: skip
def test_a_model_that_cannot_run_is_refused_by_name_and_line(model, refusal, line):
    with pytest.raises(refusal) as refused:
        ran(read(model, more=SECTORS), "a")

    assert f"small.xmile:{line}: " in str(refused.value)


def test_a_circle_is_named_all_around():
    model = [aux("a", "b"), aux("b", "c"), aux("c", "a + 1")]

    with pytest.raises(AlgebraCircular) as refused:
        ran(read(model), "a")

    cycle = refused.value.params["cycle"].split(" → ")
    assert len(cycle) == 4
    assert cycle[0] == cycle[-1]
    assert set(cycle) == {"a", "b", "c"}


def test_a_division_that_no_member_needs_is_none():
    model = [aux("a", "IF TIME = 2 THEN 9 ELSE 1 / (TIME - 2)")]

    assert series(model, "a", stop=3) == [[-0.5, -1, 9, 1]]
    assert series([aux("a", "SAFEDIV(1, TIME - 1, 7)")], "a", stop=1) == [[-1, 7]]


@pytest.mark.parametrize("dt", [0, -1, 1e-9])
def test_steps_that_lead_nowhere_are_refused(dt):
    with pytest.raises(TimesWrong):
        ran(read([aux("a", "1")], dt=dt), "a")


SUMS = {
    "trig": "SIN(s) + COS(s) * TAN(s / 9) - ARCTAN(s) + ARCSIN(SIN(s)) - ARCCOS(.3)",
    "more": "SINH(s / 9) + COSH(s / 9) * TANH(s) + EXP(-s) + LN(s + 2) + LOG10(s + 2)",
    "rest": "SQRT(s + 9) + ABS(-s) + INT(s * 7) + s MOD .7 + MIN(s, 1, 2) + MAX(s, 3)",
    "truth": "(s &gt; 1) + (s &lt; 2) + (s &gt;= 1) + (s &lt;= 1) + (s = 1) + (NOT s)"
    " + (s &lt;&gt; 1) + (s &gt; 1 AND s &lt; 2) + (s &gt; 2 OR s &lt; 1)",
    "held": "DELAY(s, 3) + DELAY3(s, 2) + SMTH1(s, 3) + TREND(s, 4) + PULSE(1, 2, 3)",
}
DRAWN = "UNIFORM(0, 1) * s / (1 + s ^ 1.5) + NORMAL(0, .1)"
EVERYTHING = [
    '<stock name="s"><eqn>1</eqn><inflow>f</inflow></stock>',
    f'<flow name="f"><eqn>{DRAWN}</eqn></flow>',
    *(aux(name, equation) for name, equation in SUMS.items()),
    table("continuous", "s").replace('"y"', '"l1"'),
    table("extrapolate", "s").replace('"y"', '"l2"'),
    table("discrete", "s").replace('"y"', '"l3"'),
]
NAMED = ("s", "f", "trig", "more", "rest", "truth", "held", "l1", "l2", "l3")


@pytest.mark.parametrize("method", ["Euler", "RK4"])
def test_numpy_and_numba_come_to_the_same(method):
    model = read(EVERYTHING, stop=10, dt=0.25, method=method)

    _, plain = ran(model, *NAMED, members=300, engine=NUMPY)
    _, compiled = ran(model, *NAMED, members=300, engine=COMPILED)

    for ours, theirs in zip(plain, compiled, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-13)


def test_what_is_the_same_for_all_is_worked_out_once_and_faults_there_are_named():
    model = [
        aux("x", "TIME * 2"),
        aux("y", "x + UNIFORM(0, 1)"),
        aux("z", "8 / (x - 4)"),
    ]

    with pytest.raises(DividedByZero) as refused:
        ran(read(model), "y", members=9)
    _, [x, y] = ran(read(model[:2]), "x", "y", members=9)

    assert "small.xmile:7" in str(refused.value)
    assert (x == np.array([[0], [2], [4], [6], [8]])).all()
    assert ((y > x) & (y < x + 1)).all()


@pytest.mark.parametrize("engine", [NUMPY, COMPILED], ids=lambda one: one.name)
def test_members_are_the_same_in_blocks_of_any_size(engine):
    model = read(EVERYTHING, stop=5, dt=0.25)

    _, whole = ran(model, *NAMED, members=101, engine=engine)
    _, parts = ran(model, *NAMED, members=101, engine=engine, block=7)

    assert all((one == other).all() for one, other in zip(whole, parts, strict=True))


def test_another_seed_draws_other_numbers():
    model = read(EVERYTHING, stop=5)

    [one] = ran(model, "s", members=50, seed=1)[1]
    [again] = ran(model, "s", members=50, seed=1)[1]
    [other] = ran(model, "s", members=50, seed=2)[1]

    assert (one == again).all()
    assert (one[1:] != other[1:]).all()


def test_draws_are_spread_as_they_are_said_to_be():
    model = read([aux("u", "UNIFORM(2, 4)"), aux("n", "NORMAL(5, 2)")], stop=9)

    u, n = ran(model, "u", "n", members=20_000)[1]

    assert u.min() >= 2
    assert u.max() <= 4
    assert u.mean() == pytest.approx(3, abs=0.01)
    assert u.std() == pytest.approx(2 / math.sqrt(12), rel=0.01)
    assert n.mean() == pytest.approx(5, abs=0.02)
    assert n.std() == pytest.approx(2, rel=0.01)
    assert abs(np.corrcoef(u[0], u[1])[0, 1]) < 0.03


def test_a_fault_in_the_compiled_engine_has_the_same_name():
    model = read([aux("x", "TIME"), aux("a", "1 / (x - 2)")])

    with pytest.raises(DividedByZero) as refused:
        ran(model, "a", engine=COMPILED)

    assert refused.value.params["time"] == "2"


def test_a_number_too_large_for_a_stock_is_refused():
    model = [
        '<stock name="s"><eqn>1e300</eqn><inflow>f</inflow></stock>',
        '<flow name="f"><eqn>s * s</eqn></flow>',
    ]

    with pytest.raises(NotANumber):
        ran(read_xmile(xmile(model).encode(), "x"), "s")
