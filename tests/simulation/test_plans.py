"""What is planned hangs on seed and day alone, and looks like a province."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from tinhso.kernel.clock import local
from tinhso.people.rules import birth_year_of, gender_of
from tinhso.simulation.queries import get_province
from tinhso.simulation.rules.people import SERIALS, somebody
from tinhso.simulation.rules.plans import plans_of

MONDAY, SUNDAY = date(2026, 5, 4), date(2026, 5, 10)


@pytest.fixture
def plan(wish):
    def do(day, **changes):
        province = get_province(wish=replace(wish, **changes))
        return plans_of(province.world(day), day)

    return do


def test_the_same_seed_plans_the_same_again(plan):
    assert plan(MONDAY, share=0.02) == plan(MONDAY, share=0.02)


def test_another_seed_plans_something_else(plan):
    assert {one.id for one in plan(MONDAY)}.isdisjoint(
        {one.id for one in plan(MONDAY, seed=8)}
    )


def test_a_weekday_is_busier_than_a_sunday(plan):
    assert len(plan(MONDAY, share=0.1)) > 3 * len(plan(SUNDAY, share=0.1)) > 0


def test_nobody_stands_at_a_counter_on_a_day_off(plan):
    assert {one.channel for one in plan(SUNDAY, share=0.1)} == {"online"}


def test_turns_come_one_after_the_other_and_none_after_the_end(plan, wish):
    end = wish.until
    for one in plan(MONDAY, share=0.05):
        moments = [one.at, *(turn.at for turn in one.turns)]
        assert moments == sorted(set(moments))
        assert moments[-1] <= end


def test_what_has_not_happened_yet_waits(plan, now):
    soon = plan(MONDAY, share=0.05, until=now - timedelta(days=41))

    assert any(not one.turns for one in soon)
    assert all(local(one.at).date() == MONDAY for one in soon)


def test_each_is_of_one_commune_and_all_are_met(plan, wish):
    units = {one.organization_id for one in plan(MONDAY, share=0.2)}

    assert len(units) > 50


def test_people_are_who_their_numbers_say():
    numbers = [*range(0, 2000, 7), SERIALS + 1, 1_400_000]
    people = [somebody(number, "phường Hạ Long") for number in numbers]

    for one in people:
        assert gender_of(one.personal_number) is one.gender
        assert birth_year_of(one.personal_number) == one.birth_date.year
        assert one.birth_date < date(2007, 1, 1)
    assert len({one.personal_number for one in people}) == len(people)
    assert [one.id for one in people] == sorted(one.id for one in people)
