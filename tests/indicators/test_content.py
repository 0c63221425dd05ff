"""What a pack declares of indicators and boards is tried before it is taken."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from tests.indicators.conftest import MEAN, MINUTES, VISITS_SEEN, counting
from tinhso.indicators.actions import BOARDS, INDICATORS
from tinhso.kernel.packs.types import Content

GUIDE = Path("docs/guides/add-an-indicator.md")


def declared(*told):
    body = {"key": "test", "title": {"vi": "Thử", "en": "Test"}, "indicators": told}
    return Content("test", "indicators", "test", body)


def nothing(kind, key):
    return None


def test_an_indicator_that_can_be_computed_has_no_fault(visits):
    good = declared(VISITS_SEEN, counting("x", {"where": "served"}, {"where": "TRUE"}))

    assert INDICATORS.check(good) == {}
    assert INDICATORS.compare(good, nothing) == {}


def test_a_column_that_is_not_there_is_told_at_its_place(visits):
    wrong = declared(VISITS_SEEN, counting("x", {"where": "no_such_column > 1"}))

    [(field, message)] = INDICATORS.compare(wrong, nothing).items()

    assert field == "indicators.1.computed"
    assert "no_such_column" in message


def test_a_breakdown_by_a_column_that_is_not_there_is_told(visits):
    one = counting("x", {"where": "served"})
    one["computed"]["by"] = {"agency": "no_such_column"}

    assert "no_such_column" in str(INDICATORS.compare(declared(one), nothing))


def test_a_condition_is_no_way_to_another_table_or_deed(visits):
    for where in (
        "served) FROM counters.visits; DROP TABLE counters.visits; --",
        "EXISTS (SELECT 1 FROM read_csv('/etc/passwd'))",
    ):
        one = counting("x", {"where": where})
        assert INDICATORS.compare(declared(one), nothing) != {}, where


def test_a_dataset_that_nobody_publishes_is_told(visits):
    one = counting("x", {"where": "TRUE"})
    one["computed"]["dataset"] = "counters.nothing"

    assert "counters.nothing" in str(INDICATORS.compare(declared(one), nothing))


def test_a_share_without_a_denominator_and_a_count_with_one_are_told():
    share = {**counting("x", {"where": "TRUE"}), "unit": "percent"}
    count = {**counting("y", {"where": "TRUE"}, {"where": "TRUE"}), "unit": "count"}

    faults = INDICATORS.check(declared(share, count))

    assert faults.keys() == {"indicators.0.unit", "indicators.1.unit"}


def test_a_computed_one_has_no_values_of_documents():
    both = {**VISITS_SEEN, "values": [{"period": 2025, "value": 1, "source": "x"}]}

    assert "indicators.0.values" in INDICATORS.check(declared(both))


def test_a_formula_of_itself_is_told():
    of_itself = {**MEAN, "formula": {"of": ["mean"], "rule": {"var": "mean"}}}

    assert "indicators.0.formula.of" in INDICATORS.check(declared(of_itself))


@pytest.mark.parametrize(
    ("rule", "told"),
    [
        ({"var": "minute"}, "'minute' does not stand under `of`"),
        ({"/": [{"var": ["minutes"]}, {"var": "visit"}]}, "'visit'"),
        ({"div": [{"var": "minutes"}, 2]}, "div"),
        ({">": [{"var": "minutes"}, 2]}, "no number"),
        ({"/": [{"var": "minutes"}, {"-": [{"var": "visits"}, 1]}]}, ""),
    ],
)
def test_a_rule_that_cannot_be_computed_is_told(rule, told):
    formula = {"of": ["minutes", "visits"], "rule": rule}

    faults = INDICATORS.check(declared({**MEAN, "formula": formula}))

    assert told in faults.get("indicators.0.formula.rule", "")
    assert bool(faults) == bool(told)


@pytest.mark.parametrize(
    ("name", "told", "field"),
    [
        ("day", "came", ".day"),
        ("day", "came_at", ".day"),
        ("behind", ["came_at", "desc"], ".behind.1"),
        ("by", {"agency": "desc"}, ".by.agency"),
        ("dataset", "counters.visit", ".dataset"),
    ],
)
def test_a_column_that_is_none_or_no_day_is_told_at_its_field(
    visits, name, told, field
):
    one = counting("x", {"where": "TRUE"})
    one["computed"][name] = told

    faults = INDICATORS.compare(declared(one), nothing)

    assert list(faults) == [f"indicators.0.computed{field}"]


def test_a_condition_on_more_than_the_row_is_told():
    where = "visit_id IN (SELECT visit_id FROM counters.visits)"
    share = counting("x", {"where": "TRUE"}, {"where": where})

    faults = INDICATORS.check(declared(share))

    assert list(faults) == ["indicators.0.computed.denominator.where"]


def test_a_board_of_numbers_that_nobody_declares_is_told():
    body = {"numbers": ["nowhere"], "map": {"indicator": "nothing"}}
    board = Content("test", "boards", "x", body)

    faults = BOARDS.compare(board, nothing)

    assert faults.keys() == {"numbers.0", "map.indicator"}


def test_a_formula_of_itself_by_way_of_another_is_told():
    first = {**MEAN, "key": "a", "formula": {"of": ["b"], "rule": {"var": "b"}}}
    other = {**MEAN, "key": "b", "formula": {"of": ["a"], "rule": {"var": "a"}}}

    faults = INDICATORS.check(declared(first, other))

    assert faults.keys() == {"indicators.0.formula.of", "indicators.1.formula.of"}


def test_a_formula_of_what_nobody_declares_is_told_and_of_what_is_used_is_not(visits):
    made = declared(VISITS_SEEN, MEAN)
    told = INDICATORS.compare(made, nothing)
    assert told == {
        "indicators.1.formula.of.0": "no indicator 'minutes' here or in `uses`"
    }

    other = replace(declared(MINUTES), key="other")
    using = replace(made, body={**made.body, "uses": ["other", "nowhere"]})

    def find(kind, key):
        return other if (kind, key) == ("indicators", "other") else None

    found = INDICATORS.compare(using, find)
    assert found == {"uses.1": "no indicators 'nowhere'"}


def test_a_board_of_targets_that_nobody_has_is_told():
    body = {"targets": ["nowhere"]}
    board = Content("test", "boards", "x", body)

    assert BOARDS.compare(board, nothing) == {"targets.0": "no targets 'nowhere'"}


def test_what_the_guide_writes_can_be_taken(content):
    [told] = re.findall(r"```yaml\n(.*?)```", GUIDE.read_text("utf-8"), re.S)

    body = yaml.safe_load(told)
    written = Content("test", "indicators", body["key"], body)

    assert INDICATORS.check(written) == {}
    assert INDICATORS.compare(written, nothing) == {}
