"""Estimated years by quarter: they add up, carry on, and say what is missing."""

import json

import pytest
from click.testing import CliRunner

from tests.foresight.test_account import SOURCE, asked, estimate, take  # noqa: F401
from tinhso.cli.main import main
from tinhso.foresight import queries
from tinhso.foresight.rules.account.quarters import by_quarter
from tinhso.foresight.types.account import InputKind, Method
from tinhso.foresight.types.account_refusals import (
    IndicatorConstant,
    InputMissing,
    QuartersWrong,
    TooFewYears,
)
from tinhso.kernel.actor import SYSTEM

YEARS = {2021: 100.0, 2022: 120.0, 2023: 150.0, 2024: 190.0}


def revenue(first=2021, last=2024, more=2):
    """Tell revenue by quarter, growing, with a peak at each year's end."""
    names = [f"{y}Q{q}" for y in range(first, last + 1) for q in (1, 2, 3, 4)]
    names += [f"{last + 1}Q{q}" for q in range(1, more + 1)]
    return {
        name: 100.0 + 6 * place + (20 if name.endswith("4") else 0)
        for place, name in enumerate(names)
    }


def test_quarters_add_up_to_their_years_and_follow_the_revenue():
    names, found = by_quarter(YEARS, revenue())
    told = dict(zip(names, found.quarters, strict=True))

    for year, value in YEARS.items():
        assert sum(told[f"{year}Q{q}"] for q in (1, 2, 3, 4)) == pytest.approx(value)
        assert told[f"{year}Q4"] > told[f"{year}Q3"]
    assert list(told)[-2:] == ["2025Q1", "2025Q2"]
    assert told["2025Q2"] > told["2024Q2"]


def test_only_years_that_follow_one_another_and_have_revenue_count():
    names, _ = by_quarter(YEARS | {2018: 1.0, 2019: 1.0}, revenue(more=0))
    assert (names[0], names[-1]) == ("2021Q1", "2024Q4")

    with pytest.raises(TooFewYears):
        by_quarter({y: v for y, v in YEARS.items() if y != 2022}, revenue())
    with pytest.raises(TooFewYears):
        by_quarter(YEARS, {})


def test_a_quarter_that_is_missing_is_never_filled_in():
    gap = {name: value for name, value in revenue().items() if name != "2022Q3"}

    with pytest.raises(QuartersWrong):
        by_quarter(YEARS, gap)


def test_a_revenue_that_never_moves_tells_nothing():
    with pytest.raises(IndicatorConstant):
        by_quarter(YEARS, dict.fromkeys(revenue(), 5.0))


@pytest.fixture
def years(take, now):  # noqa: F811
    """Take the ministry's components of four years in, and estimate each."""
    for year, value in YEARS.items():
        rows = [["ICT", "", value], ["PLATFORM", "", 0], ["SECTOR", "", 0]]
        take(
            InputKind.COMPONENTS,
            [["Mã"], *rows, ["GRDP", "", 2000]],
            period=str(year),
        )
        estimate(now, method=Method.MINISTRY, period=str(year))


def test_the_account_carries_estimated_years_on_by_invoices(years, take):  # noqa: F811
    with pytest.raises(InputMissing, match="e_invoices"):
        queries.account_quarters(method=Method.MINISTRY, made_up=False, actor=SYSTEM)
    assert queries.get_account(made_up=False, actor=SYSTEM).quarters == ()

    taken = take(
        InputKind.E_INVOICES,
        [["Mã"], *([name, "", value] for name, value in revenue().items())],
        period="2025",
    )

    [found] = queries.get_account(made_up=False, actor=SYSTEM).quarters
    assert (found.method, found.known_to, found.source) == ("ministry", 2024, SOURCE)
    assert taken.digest in found.inputs
    assert sum(value for _, value in found.quarters[:4]) == pytest.approx(100.0)

    told = asked("quarters", "--method", "ministry")
    assert [one["value"] for one in told["quarters"]] == [v for _, v in found.quarters]
    assert [one["is_carried_on"] for one in told["quarters"]] == [False] * 16 + [
        True,
        True,
    ]
    assert told["is_estimate"]


def test_the_command_says_what_is_missing(content):
    words = ["foresight", "account", "quarters", "--method", "ministry", "--json"]

    found = CliRunner().invoke(main, words)

    assert found.exit_code != 0
    assert json.loads(found.output)["refused"] == "InputMissing"
