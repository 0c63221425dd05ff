"""Every requirement of ASVS 5.0, levels 1 and 2, is answered, by tests there are."""

import re
from collections import Counter

import pytest

from torture import hardening

STATUSES = {"holds", "partly", "missing", "operator", "unused"}
# How many requirements of levels 1 and 2 each section of ASVS 5.0.0 has.
SECTIONS = {
    **{"V1.1": 2, "V1.2": 9, "V1.3": 11, "V1.4": 3, "V1.5": 2},
    **{"V2.1": 3, "V2.2": 3, "V2.3": 4, "V2.4": 1},
    **{"V3.2": 2, "V3.3": 4, "V3.4": 6, "V3.5": 5, "V3.7": 2},
    **{"V4.1": 3, "V4.2": 1, "V4.3": 2, "V4.4": 4},
    **{"V5.1": 1, "V5.2": 3, "V5.3": 2, "V5.4": 3},
    **{"V6.1": 3, "V6.2": 12, "V6.3": 4, "V6.4": 4, "V6.5": 5, "V6.6": 3, "V6.8": 4},
    **{"V7.1": 3, "V7.2": 4, "V7.3": 2, "V7.4": 5, "V7.5": 2, "V7.6": 2},
    **{"V8.1": 2, "V8.2": 3, "V8.3": 1, "V8.4": 1},
    **{"V9.1": 3, "V9.2": 4},
    **{"V10.1": 2, "V10.2": 2, "V10.3": 4, "V10.4": 11, "V10.5": 5},
    **{"V10.6": 2, "V10.7": 3},
    **{"V11.1": 2, "V11.2": 3, "V11.3": 3, "V11.4": 4, "V11.5": 1, "V11.6": 1},
    **{"V12.1": 3, "V12.2": 2, "V12.3": 4},
    **{"V13.1": 1, "V13.2": 5, "V13.3": 2, "V13.4": 5},
    **{"V14.1": 2, "V14.2": 4, "V14.3": 3},
    **{"V15.1": 3, "V15.2": 3, "V15.3": 7},
    **{"V16.1": 1, "V16.2": 5, "V16.3": 4, "V16.4": 3, "V16.5": 3},
    **{"V17.1": 1, "V17.2": 4, "V17.3": 2},
}
ANSWERS = hardening.asvs()
TESTED = {key: one["test"] for key, one in ANSWERS.items() if "test" in one}


def test_each_section_of_the_standard_is_answered_whole():
    assert Counter(key.rpartition(".")[0] for key in ANSWERS) == SECTIONS
    assert sum(SECTIONS.values()) == 253


def test_each_answer_is_one_of_five_and_says_why_or_which_test():
    assert {one["status"] for one in ANSWERS.values()} <= STATUSES
    assert all("why" in one or "test" in one for one in ANSWERS.values())


def test_what_does_not_hold_says_why():
    short = [key for key, one in ANSWERS.items() if one["status"] != "holds"]

    assert all(ANSWERS[key].get("why") for key in short)


@pytest.mark.parametrize("key", TESTED)
def test_the_test_that_is_named_is_there(key):
    path, _, name = TESTED[key].partition("::")
    text = (hardening.ROOT / "tests" / path).read_text("utf-8")

    assert not name or re.search(rf"^def {name}\(", text, re.MULTILINE)


def test_the_decisions_and_documents_that_are_named_are_there():
    text = hardening.ANSWERS.read_text("utf-8")

    for path in set(re.findall(r"docs/[a-z/-]+\.md|tinhso/[a-z0-9/_]+\.py", text)):
        assert (hardening.ROOT / path).exists(), path
    decisions = {p.name[:4] for p in (hardening.ROOT / "docs/decisions").glob("*.md")}
    assert set(re.findall(r"\b00\d\d\b", text)) <= decisions
