"""What a pack declares of indicators and boards is tried before it is taken."""

import re
from dataclasses import replace
from pathlib import Path

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
