"""No model takes a machine down: what would grow without end is refused by name."""

import time

import pytest

from tests.foresight.models import aux, ran, read, series
from tinhso.foresight.providers import engines
from tinhso.foresight.rules.dynamics import running
from tinhso.foresight.rules.dynamics.expressions import parse, text_of
from tinhso.foresight.types.expressions import ExpressionTooLarge, Origin
from tinhso.foresight.types.refusals import EngineMissing, ModelTooLarge


@pytest.fixture(autouse=True)
def soon():
    begun = time.perf_counter()
    yield
    assert time.perf_counter() - begun < 20


def dims(count, size):
    told = (f'<dim name="d{one}" size="{size}"/>' for one in range(count))
    return f"<dimensions>{''.join(told)}</dimensions>"


def within(count):
    told = (f'<dim name="d{one}"/>' for one in range(count))
    return f"<dimensions>{''.join(told)}</dimensions>"


@pytest.mark.parametrize(
    "nested",
    ["SAFEDIV(1, {})", "PULSE(1, {}, 2)", "FORCST({}, 9, 1)", "SMTHN({}, 2, 9, {})"],
)
def test_functions_within_functions_grow_no_faster_than_they_are_written(nested):
    inner = "TIME + 2"
    for _ in range(8):
        inner = nested.replace("{}", inner, 1).replace("{}", "1")

    assert len(series([aux("x", inner)], "x", stop=1)[0]) == 2


def test_a_spread_of_spreads_is_soon_worked_out():
    model = [
        f'<aux name="x">{within(2)}<eqn>TIME</eqn></aux>',
        aux("y", "STDDEV(x[*, 1] + STDDEV(x[1, *]))"),
    ]

    assert series(model, "y", stop=1, more=dims(2, 40))[0] == [0, 0]


def test_sums_of_a_thousand_elements_are_no_tall_tree():
    model = [
        f'<aux name="x">{within(1)}<eqn>TIME + 1</eqn></aux>',
        aux("y", "SUM(x[*]) + MAX(x[*])"),
    ]

    assert series(model, "y", stop=1, more=dims(1, 1500))[0] == [1501, 3002]


@pytest.mark.parametrize(
    ("equation", "size"),
    [
        ("SUM(x[*] * SUM(x[*] * SUM(x[*] * SUM(x[*]))))", 100),
        ("SUM(x[*])", 2001),
    ],
)
def test_sums_within_sums_are_bounded(equation, size):
    model = [f'<aux name="x">{within(1)}<eqn>1</eqn></aux>', aux("y", equation)]

    with pytest.raises(ModelTooLarge):
        series(model, "y", more=dims(1, size))


@pytest.mark.parametrize(("count", "size"), [(6, 1000), (1, 10**9), (1, 0), (2, 200)])
def test_arrays_are_bounded(count, size):
    model = [f'<aux name="x">{within(count)}<eqn>1</eqn></aux>']

    with pytest.raises(ModelTooLarge):
        series(model, "x", more=dims(count, size))


def test_a_sum_of_a_hundred_terms_is_read_and_one_of_a_thousand_is_refused():
    long = " + ".join(["a"] * 100)

    assert text_of(parse(long, Origin())) == long
    with pytest.raises(ExpressionTooLarge):
        parse(" + ".join(["a"] * 900), Origin())


def test_a_model_with_long_delays_runs_in_smaller_blocks(monkeypatch):
    model = read([aux("x", "TIME"), aux("y", "DELAY(x, 5) + UNIFORM(0, 1)")], stop=50)
    whole = ran(model, "y", members=40)[1][0]

    monkeypatch.setattr(running, "MOST_IN_BLOCK", 1000)

    assert (ran(model, "y", members=40)[1][0] == whole).all()


def test_without_numba_numpy_runs_models(monkeypatch):
    assert engines.engine_named().name == "numba"

    monkeypatch.setattr(engines, "find_spec", lambda name: None)

    assert engines.engine_named().name == "numpy"
    with pytest.raises(EngineMissing):
        engines.engine_named("numba")
