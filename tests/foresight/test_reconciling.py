"""Forecasts of communes and province that add up."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.foresight.rules.forecasting.reconciling import (
    adding_up,
    reconciled,
    structural,
)

ONE = adding_up(np.ones((1, 3)))
# A province of two old districts of two communes each.
TWO_FLOORS = adding_up(np.array([[1.0, 1, 1, 1], [1, 1, 0, 0], [0, 0, 1, 1]]))
values = st.lists(st.floats(-1e4, 1e4), min_size=7, max_size=7)
variances = st.lists(st.floats(0.01, 100), min_size=7, max_size=7)


@given(values, variances)
@settings(max_examples=50, deadline=None)
def test_what_is_reconciled_adds_up_on_every_floor(base, weights):
    told = reconciled(np.array(base)[:, None], TWO_FLOORS, np.array(weights))[:, 0]

    assert told[0] == pytest.approx(told[3:].sum(), abs=1e-6)
    assert told[1] == pytest.approx(told[3:5].sum(), abs=1e-6)
    assert told[2] == pytest.approx(told[5:].sum(), abs=1e-6)


@given(values, variances)
@settings(max_examples=50, deadline=None)
def test_what_adds_up_already_stays_as_it_is(parts, weights):
    coherent = TWO_FLOORS @ np.array(parts[:4])[:, None]

    told = reconciled(coherent, TWO_FLOORS, np.array(weights))

    assert told == pytest.approx(coherent, abs=1e-6)


@pytest.mark.parametrize("weights", [None, structural(ONE), np.array([9.0, 1, 2, 3])])
def test_one_whole_is_reconciled_as_by_hand(weights):
    base = np.array([[20.0], [5.0], [6.0], [7.0]])

    told = reconciled(base, ONE, weights)[:, 0]

    # The gap of 2 is shared out by the weights: each part takes its share of them.
    each = np.ones(4) if weights is None else weights
    assert told[1:] == pytest.approx(base[1:, 0] + 2 * each[1:] / each.sum())
    assert told[0] == pytest.approx(20 - 2 * each[0] / each.sum())


def test_unbiased_forecasts_stay_unbiased_and_miss_less():
    rng = np.random.default_rng(3)
    truth = TWO_FLOORS @ np.array([10.0, 20, 30, 40])
    misses = np.array([5.0, 3, 3, 1, 1, 1, 1])
    noise = rng.normal(size=(7, 20_000)) * misses[:, None]

    told = reconciled(truth[:, None] + noise, TWO_FLOORS, misses**2)

    assert told.mean(axis=1) == pytest.approx(truth, abs=0.1)
    assert (told.std(axis=1) <= noise.std(axis=1)).all()


def test_a_negative_variance_is_refused():
    with pytest.raises(ValueError, match="variances"):
        reconciled(np.ones((4, 1)), ONE, np.array([1.0, -1, 1, 1]))
