"""G16: load that comes when it is due, and is answered in time."""

from random import Random

import pytest

from torture import storm

# It times the platform, or takes the machine to its limits.
pytestmark = pytest.mark.alone


def test_moments_come_by_chance_and_as_often_as_said():
    found = storm.moments(15.0, 200.0, Random(1))

    assert 2_800 < len(found) < 3_200
    assert found == sorted(found)
    assert found[0] > 0
    assert found[-1] < 200.0


def test_a_share_is_what_so_many_are_at_most():
    assert storm.share([float(n) for n in range(1, 101)], 0.95) == 95.0
    assert storm.share([3.0], 0.95) == 3.0


@pytest.mark.slow
def test_a_storm_is_taken_in_and_nothing_of_it_is_lost():
    (figure,) = storm.measure(short=True)

    # How quick it is says only a quiet machine: the long form.
    assert figure.counts["submitted"] > 80
    assert figure.counts["not_answered_well"] == 0, figure.line()
    assert figure.counts["lost"] == figure.counts["duplicated"] == 0, figure.line()
    assert figure.counts["untold"] == 0, figure.line()
