"""Numbers of communes that are no more belong to those that followed them."""

from datetime import date

import pytest

from tests.indicators.conftest import counting
from tinhso.indicators import actions, queries
from tinhso.indicators.rules.periods import period_of
from tinhso.indicators.types import Cell, Dimension
from tinhso.lake import actions as lake
from tinhso.places import queries as places

pytestmark = pytest.mark.usefixtures("content")
HA_PHONG, HA_TU, HA_KHAU = "06652", "06664", "06655"
BEFORE, AFTER = date(2025, 6, 30), date(2025, 7, 1)


@pytest.fixture
def counted(visit, declare, now):
    """Hand visits in as (code, day), and count them by place."""

    def do(*visits):
        told = counting("visits", {"where": "TRUE"})
        told["computed"]["by"] = {"place": "desk"}
        declare(told)
        for code, day in visits:
            visit(desk=code, came_on=day)
        lake.append_waiting(at=now)
        actions.refresh(at=now)

    return do


@pytest.fixture
def parts(now):
    """Read the numbers of a period: {part: value}."""

    def do(key):
        found = queries.parts(
            key="visits",
            period=period_of(key),
            dimension=Dimension.PLACE,
            on=now.date(),
        )
        return {part: figure.value for part, figure in found.items() if figure.value}

    return do


def test_old_communes_are_counted_with_the_one_they_became(counted, parts):
    counted((HA_PHONG, BEFORE), (HA_TU, BEFORE), ("06652", AFTER))

    assert parts("2025") == {"06652": 3}


def test_a_period_before_the_change_is_told_by_the_communes_of_its_time(counted, parts):
    counted((HA_PHONG, BEFORE), (HA_TU, BEFORE))

    assert parts("2025-06") == {HA_PHONG: 1, HA_TU: 1}


def test_one_that_was_split_keeps_a_line_and_is_not_divided(counted, parts):
    counted((HA_KHAU, BEFORE), ("06661", AFTER))

    assert parts("2025") == {"06655~": 1, "06661": 1}
    split = queries.split_places(on=date(2025, 12, 31))["06655~"]
    assert split.unit.name == "Phường Hà Khẩu"
    assert {one.code for one in split.into} == {"06661", "06706"}


def test_a_row_that_names_a_dissolved_commune_later_still_finds_its_place(
    counted, parts
):
    counted((HA_TU, AFTER))

    assert parts("2025-07") == {"06652": 1}


def test_a_code_of_no_commune_stays_what_it_is(counted, parts):
    counted(("99999", BEFORE))

    assert parts("2025") == {"99999": 1}


def test_all_parts_together_are_the_whole(counted, parts, now):
    units = {one.code for one in places.units(on=BEFORE)}
    counted(*((code, BEFORE) for code in units))

    assert sum(parts("2025").values()) == len(units) > 170
    whole = queries.get_figure(cell=Cell("visits", period_of("2025")), on=now.date())
    assert whole.value == len(units)


@pytest.mark.parametrize("part", ["06652", "06655~", "06661"])
def test_restated_numbers_are_counted_again_alike(counted, part, now, province):
    counted(
        (HA_PHONG, BEFORE),
        (HA_TU, BEFORE),
        (HA_TU, AFTER),
        ("06652", AFTER),
        (HA_KHAU, BEFORE),
        ("06661", BEFORE),
    )
    cell = Cell("visits", period_of("2025"), dimension=Dimension.PLACE, part=part)

    found = queries.recount(cell=cell, on=now.date())
    behind = queries.rows_behind(cell=cell, actor=province, on=now.date())

    assert found.is_same
    assert found.numerator == len(behind.rows) > 0
