"""The checker of histories sees each fault that is planted, and none where none is."""

from dataclasses import replace

import pytest

from torture.history import Answer, Kept, KeptFile, Try, judge

WRITTEN = {"entry": 1, "file_entry": 1, "event": 1, "job": 1, "move": 1, "task": 1}
GOOD = Kept("k1", "H-1", (KeptFile("aa", "aa"),), WRITTEN, True, True, True, True)
OTHER = replace(GOOD, key="k2", code="H-2", files=(KeptFile("bb", "bb"),))
TRIES = (
    Try("k1", "aa", Answer.UNKNOWN),
    Try("k1", "aa", Answer.ACKNOWLEDGED, "H-1"),
    Try("k2", "bb", Answer.UNKNOWN),
    Try("k3", "cc", Answer.REFUSED),
    Try("k4", "dd", Answer.UNKNOWN),
)
SOUND = (GOOD, OTHER)


def counts(kept=SOUND, tries=TRIES, looks=()):
    found = judge(tries=tries, kept=kept, looks=looks)
    return {name: count for name, count in found.counts().items() if count}


def test_a_sound_history_has_no_fault_though_some_answers_never_came():
    assert counts() == {}


@pytest.mark.parametrize(
    ("kind", "kept"),
    [
        ("lost", (OTHER,)),
        ("lost", (replace(GOOD, code="H-9"), OTHER)),
        ("duplicated", (GOOD, replace(OTHER, code="H-1"))),
        ("unwritten", (replace(GOOD, written={**WRITTEN, "event": 0}), OTHER)),
        ("unwritten", (replace(GOOD, written={**WRITTEN, "entry": 0}), OTHER)),
        ("unwritten", (replace(GOOD, written={**WRITTEN, "task": 0}), OTHER)),
        ("unwritten", (replace(GOOD, written={**WRITTEN, "move": 2}), OTHER)),
        ("wrong_files", (replace(GOOD, files=(KeptFile("aa", "ab"),)), OTHER)),
        ("wrong_files", (replace(GOOD, files=(KeptFile("aa", ""),)), OTHER)),
        ("wrong_files", (replace(GOOD, files=(KeptFile("ab", "ab"),)), OTHER)),
        ("wrong_files", (replace(GOOD, files=()), OTHER)),
        ("silent", (replace(GOOD, has_owner=False), OTHER)),
        ("silent", (replace(GOOD, is_due=False), OTHER)),
        ("untold", (replace(GOOD, told=False), OTHER)),
    ],
)
def test_a_planted_fault_is_found_and_no_other_with_it(kind, kept):
    if kind == "lost" and len(kept) == 2:
        # The code that was said is another's, or nobody's.
        assert counts(kept)[kind] == 1
    elif kind == "duplicated":
        assert counts(kept)["duplicated"] == 1
    else:
        assert counts(kept) == {kind: 1}


def test_one_sending_stored_under_two_keys_is_a_duplicate():
    twice = replace(GOOD, key="k4", code="H-4")

    assert counts((GOOD, OTHER, twice))["duplicated"] == 1


def test_one_key_stored_twice_is_a_duplicate():
    twice = replace(GOOD, code="H-3", files=(KeptFile("cc", "cc"),))

    assert counts((GOOD, OTHER, twice))["duplicated"] == 1


def test_one_key_acknowledged_with_two_codes_is_a_duplicate():
    tries = (*TRIES, Try("k1", "aa", Answer.ACKNOWLEDGED, "H-7"))

    assert counts(tries=tries) == {"lost": 1, "duplicated": 1}


def test_a_dossier_nobody_sent_is_named():
    assert counts((GOOD, OTHER, replace(OTHER, key="kx", code="H-x", files=()))) == {
        "unasked": 1
    }


def test_what_is_closed_needs_no_owner():
    closed = replace(GOOD, is_open=False, has_owner=False, is_due=False)

    assert counts((closed, OTHER)) == {}


@pytest.mark.parametrize("later", [{"1": "a"}, {"1": "a", "2": "x", "3": "c"}])
def test_a_journal_that_forgets_or_changes_an_entry_is_found(later):
    looks = [{"1": "a"}, {"1": "a", "2": "b"}, later]

    assert counts(looks=looks) == {"rewritten": 1}


def test_every_fault_is_told_in_a_line():
    found = judge(tries=TRIES, kept=(OTHER,), looks=())

    assert found.faults() == ("lost: k1",)
