"""How a target stands is said by one rule, and never by a value nobody knows."""

from datetime import date

import pytest

from tinhso.indicators.rules.periods import period_of
from tinhso.indicators.rules.standing import standing
from tinhso.indicators.types import (
    Goal,
    Indicator,
    Pillar,
    State,
    Status,
    Target,
    Unit,
    Value,
)

TODAY = date(2026, 11, 26)


@pytest.fixture
def stand():
    def do(*values, goal=None, due="2030", on=TODAY, ended=None):
        told = [
            Value(period_of(period), value, Status.FINAL, "a document")
            for period, value in values
        ]
        indicator = Indicator("share", "Tỷ trọng", "Share", Unit.PERCENT, "", told)
        target = Target(
            key="share",
            plan="plan",
            number=1,
            pillar=Pillar.ECONOMY,
            clause_vi="",
            clause_en="",
            indicator="share",
            goal=goal or Goal(at_least=30.0),
            due=period_of(due),
            source="",
            ended_on=ended,
        )
        return standing(target, indicator, on)

    return do


def test_what_nobody_knows_is_unknown(stand):
    found = stand()

    assert (found.state, found.latest, found.expected) == (State.UNKNOWN, None, None)


def test_a_value_of_a_time_that_is_not_over_is_not_known_yet(stand):
    assert stand(("2026", 40.0)).state is State.UNKNOWN
    assert stand(("2026", 40.0), on=date(2026, 12, 31)).state is State.MET


def test_the_latest_value_decides_and_not_the_best(stand):
    assert stand(("2024", 31.0), ("2025", 29.0)).state is not State.MET


def test_what_is_reached_is_met_before_its_time_and_after(stand):
    assert stand(("2025", 30.0)).state is State.MET
    assert stand(("2025", 30.0), due="2025").state is State.MET


def test_more_than_is_not_at_least(stand):
    above = Goal(above=11.0)

    assert stand(("2025", 11.0), goal=above, due="2025").state is State.MISSED
    assert stand(("2025", 11.1), goal=above, due="2025").state is State.MET


def test_between_two_means_both(stand):
    between = Goal(at_least=47.0, at_most=50.0)

    states = [
        stand(("2025", value), goal=between, due="2025").state
        for value in (46.9, 47.0, 50.0, 50.1)
    ]

    assert states == [State.MISSED, State.MET, State.MET, State.MISSED]


def test_a_time_that_is_over_is_missed_only_by_a_value_of_that_time(stand):
    assert stand(("2025", 29.0), due="2025").state is State.MISSED
    assert stand(("2024", 29.0), due="2025").state is State.OUTDATED


def test_on_its_way_means_on_the_line_from_the_first_value_to_the_goal(stand):
    half_way = (("2021", 3.0), ("2025-12", 15.0))

    behind = stand(*half_way)
    ahead = stand(("2021", 3.0), ("2025-12", 16.0))

    assert 15.0 < behind.expected < 16.0
    assert (behind.state, ahead.state) == (State.BEHIND, State.ON_TRACK)


def test_one_value_alone_draws_no_line(stand):
    assert stand(("2021", 3.0)).state is State.OPEN


def test_what_is_measured_no_more_has_ended_whatever_was_known(stand):
    ended = date(2025, 7, 1)

    assert stand(("2024", 99.0), ended=ended).state is State.ENDED
    assert stand(("2024", 99.0), ended=ended, on=date(2025, 6, 30)).state is State.MET


@pytest.mark.parametrize("key", ["25", "2025Q5", "2025-13", "2025-1", "2025/03"])
def test_what_is_no_period_is_refused(key):
    with pytest.raises(ValueError, match=r".+"):
        period_of(key)


def test_periods_are_ordered_by_their_end():
    keys = ["2025", "2025Q2", "2024-12", "2025-07"]

    assert [one.key for one in sorted(map(period_of, keys))] == [
        *("2024-12", "2025Q2", "2025-07", "2025")
    ]
