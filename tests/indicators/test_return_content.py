"""What a pack declares of returns is tried before it is taken."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from tinhso.indicators import queries
from tinhso.indicators.actions import RETURNS
from tinhso.indicators.rules.periods import period_of
from tinhso.indicators.rules.returns import asked_of, made_of, periods_over
from tinhso.indicators.types import PeriodKind
from tinhso.kernel.packs.types import Content
from tinhso.procedures import queries as calendars

GUIDE = Path("docs/guides/report-by-form.md")
TITLE = {"vi": "Thử", "en": "Test"}
SHARE = {"key": "share", "unit": "percent", "title": TITLE, "owner": "so_khcn"}


def told(**more):
    """Declare a return of the indicator `share`."""
    one = {
        "indicator": "share",
        "every": "quarter",
        "since": "2026Q1",
        "due_after": 5,
        "reporters": {"groups": ["communes"]},
        "numerator": TITLE,
        "denominator": TITLE,
    }
    return one | more


def declared(*returns):
    body = {"key": "test", "source": "Thử", "indicators": "test"}
    return Content("test", "returns", "test", body | {"returns": list(returns)})


def among(*indicators):
    """Find these indicators, and nothing else."""
    body = {"key": "test", "title": TITLE, "indicators": list(indicators)}
    content = Content("test", "indicators", "test", body)
    return lambda kind, key: content if (kind, key) == ("indicators", "test") else None


def test_a_return_that_can_be_has_no_fault():
    good = declared(told())

    assert RETURNS.check(good) == {}
    assert RETURNS.compare(good, among(SHARE)) == {}


def test_nothing_is_made_of_years():
    yearly = told(every="year", since="2026", over_time="sum")

    assert "returns.0.over_time" in RETURNS.check(declared(yearly))


@pytest.mark.parametrize(
    ("over_time", "period", "made"),
    [
        (None, "2026", []),
        ("sum", "2026", ["2026Q1", "2026Q2", "2026Q3", "2026Q4"]),
        ("last", "2026", ["2026Q4"]),
        ("sum", "2026Q2", ["2026Q2"]),
        # It lacks what was before anything was reported.
        ("sum", "2025", []),
        ("last", "2025", []),
        # Nothing says how a quarter falls into months.
        ("sum", "2026-04", []),
    ],
)
def test_a_longer_period_is_made_of_those_reported(over_time, period, made):
    one = told() | ({"over_time": over_time} if over_time else {})
    [asked] = asked_of(declared(one).body, {"share": "so_khcn"})

    assert [one.key for one in made_of(asked, period_of(period))] == made


@pytest.mark.parametrize(
    ("way", "word"),
    [
        ({"values": [{"period": 2025, "value": 1, "source": "x"}]}, "values"),
        ({"computed": {"dataset": "x"}}, "computed"),
        ({"formula": {"of": ["x"]}}, "formula"),
        ({"unit": "yes_no"}, "yes or no"),
        ({"unit": "count"}, "denominator"),
    ],
)
def test_another_way_to_a_number_is_another_indicator(way, word):
    faults = RETURNS.compare(declared(told()), among(SHARE | way))

    assert word in faults["returns.0.indicator"]


def test_what_nobody_declares_or_accepts_is_told():
    one = declared(told(), told(indicator="other"))
    ownerless = {key: value for key, value in SHARE.items() if key != "owner"}

    assert RETURNS.compare(one, among(SHARE)) == {
        "returns.1.indicator": "no such indicator"
    }
    assert "returns.0.approver" in RETURNS.compare(declared(told()), among(ownerless))
    assert "indicators" in RETURNS.compare(one, lambda kind, key: None)


def test_one_indicator_twice_and_a_period_of_another_length_are_told():
    wrong = declared(told(), told(since="2026-01"), told(since="mai"))

    assert set(RETURNS.check(wrong)) == {
        *("returns.1.indicator", "returns.2.indicator"),
        *("returns.1.since", "returns.2.since"),
    }


def test_who_accepts_is_named_or_the_owner_or_the_one_above():
    body = declared(told(), told(approver="so_y_te"), told(approver="above")).body

    found = [one.approver for one in asked_of(body, {"share": "so_khcn"})]

    assert found == ["so_khcn", "so_y_te", ""]


def test_periods_are_those_that_are_over_since_the_first():
    [one] = asked_of(declared(told()).body, {})

    found = [period.key for period in periods_over(one, date(2026, 10, 1))]

    assert found == ["2026Q3", "2026Q2", "2026Q1"]


def test_the_example_of_the_guide_fits(content):
    text = GUIDE.read_text("utf-8")
    body = yaml.safe_load(text.split("```yaml")[1].split("```")[0])
    wanted = Content("test", "returns", "test", body)

    assert RETURNS.check(wanted) == {}
    assert {one["indicator"] for one in body["returns"]} <= set(queries.indicators())


def test_three_indicators_of_the_resolution_are_reported(content):
    found = queries.returns_asked()

    assert {key: one.every for key, one in found.items()} == {
        "officials_trained": PeriodKind.YEAR,
        "officials_trained_data": PeriodKind.YEAR,
        "files_online_commune": PeriodKind.QUARTER,
    }
    assert {one.approver for one in found.values()} == {"so_khcn"}


@pytest.mark.parametrize(
    ("day", "days", "found"),
    [
        # 1 January is a holiday; Friday the 2nd is off, too, and worked on the 10th.
        (date(2025, 12, 31), 1, date(2026, 1, 5)),
        (date(2026, 3, 31), 5, date(2026, 4, 7)),
        (date(2026, 4, 9), -1, date(2026, 4, 8)),
        (date(2026, 4, 9), -3, date(2026, 4, 6)),
        # Over a weekend, and from one.
        (date(2026, 5, 30), 1, date(2026, 6, 1)),
    ],
)
def test_working_days_are_counted_from_the_day_after(content, day, days, found):
    assert calendars.working_day(day=day, days=days, agency_code="H49") == found
