"""A count by agency is forecast so that the parts add up to the province."""

import json
from datetime import date, timedelta

import pytest
from click.testing import CliRunner

from tinhso.cli.main import main
from tinhso.foresight import queries
from tinhso.foresight.types import PartsDoNotAddUp, TooFewValues
from tinhso.indicators import actions as indicators
from tinhso.indicators.types import Dimension
from tinhso.kernel.actor import ANONYMOUS
from tinhso.kernel.errors import NotAllowed
from tinhso.lake import actions as lake

COUNTS = {"H49.1": (3, 5, 4, 6, 5), "H49.2": (9, 7, 6, 4, 3), "H49.3": (2, 2, 3, 2, 4)}


@pytest.fixture(autouse=True)
def _declared(promised):
    promised(at_least=80)


@pytest.fixture
def counted(visit, now):
    """Visits of three desks from January to May."""
    for desk, counts in COUNTS.items():
        for month, number in enumerate(counts, start=1):
            for _ in range(number):
                visit(desk=desk, came_on=date(2026, month, 5))
    lake.append_waiting(at=now)
    indicators.refresh(at=now)


@pytest.fixture
def foretell(now, province):
    def do(indicator="visits", dimension=Dimension.AGENCY, actor=province):
        return queries.forecast_parts(
            indicator=indicator,
            dimension=dimension,
            on=now.date(),
            made_up=False,
            horizon=3,
            level=80,
            actor=actor,
        )

    return do


@pytest.mark.usefixtures("counted")
def test_the_parts_add_up_to_the_whole_in_each_month(foretell):
    found = foretell()

    assert set(found.parts) == set(COUNTS)
    for place, whole in enumerate(found.whole):
        parts = sum(ahead[place].mean for ahead in found.parts.values())
        assert parts == pytest.approx(whole.mean)
    assert [a.period for a in found.whole] == ["2026-06", "2026-07", "2026-08"]


@pytest.mark.usefixtures("counted")
def test_the_interval_moves_with_its_mean(foretell):
    found = foretell()

    assert all(
        ahead.low <= ahead.mean <= ahead.high
        for one in (found.whole, *found.parts.values())
        for ahead in one
    )


@pytest.mark.usefixtures("counted")
@pytest.mark.parametrize(
    ("indicator", "dimension"),
    [("served", Dimension.AGENCY), ("visits", Dimension.CHANNEL)],
)
def test_what_does_not_add_up_is_refused_by_name(foretell, indicator, dimension):
    with pytest.raises(PartsDoNotAddUp):
        foretell(indicator, dimension)


def test_too_few_months_are_refused_by_name(foretell, visits):
    with pytest.raises(TooFewValues):
        foretell()


def test_who_serves_the_province_nowhere_is_told_nothing(foretell):
    with pytest.raises(NotAllowed):
        foretell(actor=ANONYMOUS)


@pytest.mark.usefixtures("counted")
def test_the_command_tells_whole_and_parts(now, monkeypatch):
    monkeypatch.setattr("tinhso.kernel.clock.now", lambda: now + timedelta(hours=1))

    done = CliRunner().invoke(main, ["foresight", "parts", "visits", "--json"])

    found = json.loads(done.stdout)
    assert len(found["whole"]) == 12
    assert set(found["parts"]) == set(COUNTS)
