"""G14: everything is lost and comes back, and a backup that is spoilt is refused."""

import pytest

from torture import restore
from torture.history import Answer, Try
from torture.spoilt_backups import FAULTS, Planted


def test_what_was_told_after_the_last_record_is_no_loss_but_is_counted():
    told = [
        Try("k1", "aa", Answer.ACKNOWLEDGED, "H-1", told_at=10.0),
        Try("k2", "bb", Answer.UNKNOWN),
        Try("k2", "bb", Answer.ACKNOWLEDGED, "H-2", told_at=13.0),
    ]

    known, (late, seconds) = restore.known_tries(told, until=11.0)

    assert [one.answer for one in known] == [
        Answer.ACKNOWLEDGED,
        Answer.UNKNOWN,
        Answer.UNKNOWN,
    ]
    assert (late, seconds) == (1, 2.0)


def test_a_backup_that_was_refused_by_another_name_or_left_something_is_counted():
    def planted(said, nothing_left):
        return Planted("what", ("PieceChanged",), said, nothing_left)

    assert planted("PieceChanged", nothing_left=True).is_refused
    assert not planted("PieceMissing", nothing_left=True).is_refused
    assert not planted("restored", nothing_left=True).is_refused
    assert not planted("PieceChanged", nothing_left=False).is_refused


@pytest.mark.slow
def test_everything_is_lost_and_comes_back_to_the_last_published_head():
    (figure,) = restore.measure(short=True)

    assert figure.reached, figure.line()
    assert figure.counts["acknowledged"] > 20
    assert figure.counts["head_witnessed"] > 0
    assert figure.counts["planted_faults"] == len(FAULTS)
