"""The journal's short ordeal: whatever is changed in it is found (G13)."""

from torture import tampering


def test_whatever_is_changed_in_the_journal_is_found():
    [figure] = tampering.measure(short=True)

    assert figure.counts["false_alarms"] == 0
    assert figure.counts["missed"] == 0
    assert figure.counts["missed_at_random"] == 0
    assert figure.counts["missed_in_database"] == 0
    assert figure.counts["missed_ways"] == 0
    assert figure.n > 100_000


def test_a_walk_that_looks_away_would_be_told(monkeypatch, tmp_path):
    monkeypatch.setattr(tampering.journal.Walk, "step", lambda self, line: iter(()))
    block = tampering.Block(tampering.Tree(), 0, 0, b"{}\n", [])

    assert block.misses(0, 0)
