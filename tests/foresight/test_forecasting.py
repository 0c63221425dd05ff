"""How series are carried on, and how wide that may miss."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.foresight.rules.forecasting import smoothing, spreads
from tinhso.foresight.rules.forecasting.forecasts import forecast
from tinhso.foresight.rules.forecasting.methods import (
    VERSION,
    carried_on,
    naively,
    scales,
)
from tinhso.foresight.rules.forecasting.seasons import has_seasons, seasonal_factors
from tinhso.foresight.types import Forecast, Series
from tinhso.indicators.types import PeriodKind

YEAR, QUARTER, MONTH = PeriodKind.YEAR, PeriodKind.QUARTER, PeriodKind.MONTH
numbers = st.floats(-1000, 1000, allow_nan=False).map(lambda x: round(x, 3))


def series(*values: float | None, kind: PeriodKind = YEAR, name: str = "a") -> Series:
    first = {YEAR: 2010, QUARTER: 2010 * 4, MONTH: 2010 * 12}[kind]
    return Series(name, kind, first, values)


def one(*values: float | None, kind: PeriodKind = YEAR, level: int = 80) -> Forecast:
    return forecast([series(*values, kind=kind)], horizon=4, level=level)[0]


@pytest.mark.parametrize("n_times", [3, 4, 10, 40])
def test_a_straight_line_is_carried_on_by_drift(n_times):
    line = 5.0 + 2.0 * np.arange(n_times + 3)[None, :]

    told = smoothing.drift(line[:, :n_times], 3)

    assert told[0] == pytest.approx(line[0, n_times:])


def test_theta_of_a_line_is_half_the_line_and_half_the_last_level():
    line = np.array([[0.0, 1.0, 2.0, 3.0, 4.0]])

    told = smoothing.theta(line, 2)

    # 2x - line is the line; smoothed by 0.99 its last level is a little below 4.
    level = 0.0
    for value in line[0, 1:]:
        level += 0.99 * (value - level)
    assert told[0] == pytest.approx([(5 + level) / 2, (6 + level) / 2])


def test_drift_by_hand():
    assert smoothing.drift(np.array([[2.0, 9.0, 8.0]]), 2).tolist() == [[11.0, 14.0]]


def test_a_damped_trend_rises_by_ever_smaller_steps():
    told = smoothing.damped(np.arange(12.0)[None, :], 6)[0]

    steps = np.diff([11.0, *told])

    assert (steps > 0).all()
    assert (np.diff(steps) < 0).all()


def test_a_constant_series_stays_and_says_that_nothing_is_known_of_its_misses():
    told = one(7.0, 7.0, 7.0, 7.0)

    assert told.is_constant
    assert {(a.mean, a.low, a.high) for a in told.ahead} == {(7.0, 7.0, 7.0)}


@given(st.lists(numbers, min_size=3, max_size=15), st.sampled_from([0.001, 4.0, 1e6]))
@settings(max_examples=60, deadline=None)
def test_forecasts_of_a_multiple_are_the_multiple_of_forecasts(values, factor):
    plain = np.array([values])

    for method in (smoothing.theta, smoothing.damped, smoothing.drift):
        told = method(plain * factor, 3)

        largest = max(map(abs, values), default=0) * factor
        assert told == pytest.approx(method(plain, 3) * factor, abs=1e-6 * largest)


@given(st.lists(numbers, min_size=3, max_size=15), st.sampled_from([-50.0, 8.0]))
@settings(max_examples=60, deadline=None)
def test_years_that_lie_higher_are_forecast_higher_by_as_much(values, shift):
    plain = np.array([values])

    told = carried_on(plain + shift, 3, YEAR)

    assert told == pytest.approx(carried_on(plain, 3, YEAR) + shift, abs=0.5)


@given(
    st.lists(st.one_of(st.none(), numbers), min_size=3, max_size=40),
    st.sampled_from([YEAR, QUARTER, MONTH]),
    st.integers(50, 99),
)
@settings(max_examples=80, deadline=None)
def test_the_mean_lies_in_an_interval_that_never_narrows(values, kind, level):
    known = [1.0, *values, 2.0]

    ahead = one(*known, kind=kind, level=level).ahead

    assert all(a.low <= a.mean <= a.high for a in ahead)
    widths = [a.high - a.low for a in ahead]
    assert all(far >= near - 1e-9 * far for near, far in pairwise(widths))


@given(st.lists(numbers, min_size=3, max_size=12))
@settings(max_examples=40, deadline=None)
def test_a_higher_level_is_never_narrower(values):
    narrow, wide = one(*values, level=50).ahead, one(*values, level=95).ahead

    assert all(w.high >= n.high for n, w in zip(narrow, wide, strict=True))


def test_seasons_are_found_where_they_are_and_not_where_none_can_be():
    months = np.arange(48)
    swinging = 100 + 30 * np.sin(2 * np.pi * months / 12)
    rising = 1.0 * months

    found = has_seasons(np.array([swinging, rising]), 12)

    assert found.tolist() == [True, False]


def test_seasonal_factors_of_ratios_give_the_months_back():
    shape = np.array([0.5, 1.5, 0.8, 1.2])
    values = np.tile(shape, 5)[None, :] * 200

    factors, multiplies = seasonal_factors(values, 4)

    assert multiplies.all()
    assert factors[0] == pytest.approx(shape)


def test_a_pure_season_is_repeated():
    values = np.tile([10.0, 20.0, 30.0, 40.0], 6)[None, :]

    told = carried_on(values, 5, QUARTER)

    assert told[0] == pytest.approx([10, 20, 30, 40, 10])


def test_no_trend_is_told_from_less_than_a_year_of_months():
    values = np.arange(1.0, 9.0)[None, :]

    assert carried_on(values, 2, MONTH).tolist() == smoothing.level(values, 2).tolist()
    assert naively(values, 2, MONTH).tolist() == [[8.0, 8.0]]


def test_the_scale_counts_only_real_steps():
    values, real = np.array([[0.0, 1.0, 2.0, 12.0]]), np.ones((1, 4), dtype=bool)
    real[0, 1] = False

    assert scales(values, real, YEAR).tolist() == [10.0]


def test_gaps_are_bridged_and_told():
    told = one(1.0, None, 3.0, 4.0, None, 6.0)

    assert told.bridged == ("2011", "2014")
    assert [a.period for a in told.ahead] == ["2016", "2017", "2018", "2019"]
    assert told.ahead[0].mean == pytest.approx(
        one(*map(float, range(1, 7))).ahead[0].mean
    )


def test_no_error_is_measured_where_a_value_was_bridged():
    whole, gappy = one(1.0, 4.0, 2.0, 6.0, 5.0, 9.0), one(1.0, 4.0, 2.0, None, 5.0, 9.0)

    assert whole.backtest and gappy.backtest
    assert gappy.backtest.errors < whole.backtest.errors


def test_quantiles_have_the_rank_of_conformal_prediction():
    errors = np.arange(1.0, 10.0)[:, None]

    found = spreads.pooled(errors)[0]

    # ceil(10 × 0.8) = 8th of nine; 95 % would be the tenth, which there is not.
    assert found[spreads.LEVELS.tolist().index(0.8)] == 8.0
    assert np.isnan(found[spreads.LEVELS.tolist().index(0.95)])


def test_a_spread_is_drawn_on_no_slower_than_the_root_of_time():
    known = spreads.open_series(YEAR, 5)

    far = spreads.drawn_on(known, 20)

    assert far[-1, 16] >= known[-1, 16] * (20 / len(known)) ** 0.5


def test_misses_of_the_own_series_widen_what_open_series_say():
    known = spreads.open_series(YEAR, 5)
    rng = np.random.default_rng(7)
    wild = rng.normal(size=(400, len(known))) * known[:, 16] * 5

    assert (spreads.blended(wild, known, known)[:, 16] > 2 * known[:, 16]).all()


def test_eighty_percent_of_random_walks_end_within_the_interval():
    rng = np.random.default_rng(20)
    walks = rng.normal(size=(600, 13)).cumsum(axis=1)
    asked = [series(*row[:10], name=str(n)) for n, row in enumerate(walks.tolist())]

    told = forecast(asked, horizon=3, level=80)

    within = [
        a.low <= came <= a.high
        for one_, row in zip(told, walks[:, 10:], strict=True)
        for a, came in zip(one_.ahead, row, strict=True)
    ]
    assert 0.76 <= np.mean(within) <= 0.86


def test_a_series_is_forecast_alone_as_among_others_and_in_its_order():
    others = [
        series(*(float(n * k % 7) for n in range(6 + k)), name=str(k)) for k in range(9)
    ]

    together = forecast(others, horizon=2, level=80)

    assert [f.series.name for f in together] == [str(k) for k in range(9)]
    alone = forecast([others[4]], horizon=2, level=80)[0]
    assert [a.mean for a in alone.ahead] == pytest.approx(
        [a.mean for a in together[4].ahead]
    )


def test_the_table_of_open_series_is_of_the_methods_of_now():
    assert spreads.made_of_methods() == VERSION
