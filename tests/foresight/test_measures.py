"""Measures are forecast when their values change, and each forecast is kept."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner

from tests.indicators.conftest import SERVED, VISITS_SEEN, counting
from tinhso.cli.main import main
from tinhso.foresight import actions, queries
from tinhso.foresight.models import VintageRow
from tinhso.foresight.rules.forecasting.chances import last_within, probability
from tinhso.foresight.types import Why
from tinhso.indicators.types import Goal, PeriodKind
from tinhso.kernel.actor import ANONYMOUS
from tinhso.kernel.errors import NotAllowed


@pytest.fixture(autouse=True)
def _declared(promised):
    promised(at_least=80)


def test_each_measure_is_forecast_with_what_it_stands_on(months, foretell):
    months(5, 6, 7, 8)

    made = {one.indicator: one for one in foretell()}

    assert set(made) == {"visits", "served"}
    served = made["served"]
    assert served.known == tuple(
        zip(["2026-02", "2026-03", "2026-04", "2026-05"], [50, 60, 70, 80], strict=True)
    )
    assert [a.period for a in served.ahead][:2] == ["2026-06", "2026-07"]
    assert 70 < served.ahead[0].mean <= 80
    assert served.method == "smoothed_level"
    assert len(served.digest) == len(served.formula) == 64


def test_where_no_value_changed_nothing_is_forecast_anew(months, foretell):
    months(5, 6, 7, 8)
    foretell()

    assert foretell() == ()


def test_a_value_that_arrives_makes_another_forecast_and_the_first_stays(
    months, foretell, outlook
):
    months(5, 6, 7, until=4)
    [*_] = foretell()
    before = outlook().newest

    months(8)
    foretell()

    found = outlook()
    assert found.vintages[-1] == before
    assert len(found.vintages) == 2
    assert found.newest.known[-1] == ("2026-05", 80)
    assert found.realised.of == 1


def test_another_way_of_counting_is_another_forecast(months, foretell, declare):
    months(5, 6, 7, 8)
    foretell()

    declare(
        VISITS_SEEN, counting("served", {"where": "served AND TRUE"}, {"where": "TRUE"})
    )
    months(8, until=5)
    made = foretell()

    assert "served" in {one.indicator for one in made}


def test_fewer_than_three_values_are_not_forecast_and_that_is_told(
    months, foretell, outlook
):
    months(5, 6)

    assert foretell() == ()
    found = outlook()
    assert (found.newest, found.known) == (None, 2)
    assert found.chances[0].why is Why.TOO_SHORT


def test_made_up_values_are_forecast_apart_and_marked(months, foretell, outlook):
    months(5, 6, 7, 8, is_synthetic=True)

    assert foretell() == ()
    assert {one.made_up for one in foretell(made_up=True)} == {True}
    assert outlook().newest is None
    assert outlook(made_up=True).newest.made_up


def test_a_share_is_never_forecast_above_all(months, foretell, outlook):
    months(7, 8, 9, 10)

    foretell()

    assert max(a.high for a in outlook().newest.ahead) == 100


def test_the_chance_of_a_target_falls_as_the_target_rises(
    months, foretell, outlook, promised
):
    months(5, 6, 6, 7, 7, 7)
    foretell()

    def chance(least):
        promised(at_least=least)
        return outlook().chances[0].probability

    assert chance(20) > 0.9 > chance(80) > chance(95)


def test_the_last_month_of_the_due_year_decides(months, foretell, outlook):
    months(5, 6, 6, 7)
    foretell()

    [chance] = outlook().chances

    assert (chance.decides, chance.ahead.period) == ("2026-12", "2026-12")


def test_a_target_too_far_ahead_has_no_chance_but_a_reason(
    months, foretell, outlook, promised
):
    promised(due="2030", at_least=80)
    months(5, 6, 6, 7)
    foretell()

    [chance] = outlook().chances

    assert (chance.probability, chance.why) == (None, Why.TOO_FAR)


def test_what_never_moved_says_nothing_of_its_chance(months, foretell, outlook):
    months(7, 7, 7, 7)
    foretell()

    [chance] = outlook().chances

    assert (chance.probability, chance.why) == (None, Why.CONSTANT)


def test_a_value_outside_what_was_said_is_a_surprise_and_two_are_a_turn(
    months, foretell, outlook
):
    months(9, 10, 9, 10, 9, 9, 10, until=3)
    foretell()
    months(1, until=4)
    foretell()

    first = outlook().surprise
    months(0, until=5)
    foretell()

    assert (first.period, first.value, first.turned) == ("2026-04", 10, False)
    second = outlook().surprise
    assert (second.period, second.value, second.turned) == ("2026-05", 0, True)
    assert second.ahead.low > 0


def test_what_came_as_was_said_is_no_surprise(months, foretell, outlook):
    months(7, 8, 7, 8, 7, until=4)
    foretell()
    months(8, until=5)
    foretell()

    assert outlook().surprise is None
    assert outlook().realised.within == outlook().realised.of == 1


def test_the_chance_is_half_where_the_forecast_is_the_goal():
    spread = [n / 10 for n in range(22)]

    assert probability(Goal(at_least=3), 3.0, spread) == 0.5
    assert probability(Goal(above=3), 3.0, spread) == 0.5
    assert probability(Goal(at_least=3, at_most=3.2), 3.1, spread) < 0.2
    assert probability(Goal(at_most=3), 9.0, spread) == pytest.approx(0.005)


@pytest.mark.parametrize(
    ("due", "kind", "decides"),
    [
        ("2026", PeriodKind.QUARTER, "2026Q4"),
        ("2026Q2", PeriodKind.MONTH, "2026-06"),
        ("2026-06", PeriodKind.YEAR, ""),
    ],
)
def test_which_period_decides(due, kind, decides):
    assert last_within(due, kind) == decides


def test_who_serves_the_province_nowhere_is_told_nothing(now, db):
    with pytest.raises(NotAllowed):
        queries.forecast_of(
            indicator="served", on=now.date(), made_up=False, actor=ANONYMOUS
        )


def test_a_forecast_that_is_cut_off_leaves_nothing(months, foretell, monkeypatch):
    months(5, 6, 7, 8)
    kept = VintageRow.objects.bulk_create

    def cut(rows):
        kept(rows[:1])
        raise KeyboardInterrupt

    monkeypatch.setattr(VintageRow.objects, "bulk_create", cut)
    with pytest.raises(KeyboardInterrupt):
        foretell()

    assert not VintageRow.objects.exists()


def test_the_command_tells_the_forecasts_of_measures(months, now, monkeypatch):
    months(5, 6, 7, 8)
    monkeypatch.setattr("tinhso.kernel.clock.now", lambda: now + timedelta(hours=1))

    done = CliRunner().invoke(main, ["foresight", "measures", "--json"])

    found = json.loads(done.stdout)
    served = next(one for one in found["measures"] if one["key"] == "served")
    assert served["known"] == 4
    assert served["ahead"][0]["period"] == "2026-06"
    assert 0 <= served["targets"][0]["probability"] <= 1
    assert found["made"] == 2


def test_both_kinds_of_data_have_forecasts_of_their_own(months, now):
    months(5, 6, 7, 8)
    months(1, 2, 3, 4, is_synthetic=True)

    for made_up in (False, True):
        actions.forecast_measures(at=now, made_up=made_up)

    rows = VintageRow.objects.filter(indicator=SERVED["key"]).order_by("made_up")
    assert [row.values[-1] for row in rows] == [80, 40]


def test_a_surprise_of_real_data_is_none_of_made_up_data(months, foretell):
    months(9, 10, 9, 10, 9, 9, 10, until=3)
    foretell()
    months(1, until=4)
    foretell()
    calm = VintageRow.objects.latest("id")
    calm.pk, calm.made_up, calm.digest = None, True, "0" * 64
    calm.save()

    real = queries.surprises(keys=["served"], made_up=False)
    made_up = queries.surprises(keys=["served"], made_up=True)

    assert real["served"].period == "2026-04" and made_up == {}
