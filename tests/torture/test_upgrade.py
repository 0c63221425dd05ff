"""G15: what an upgrade under load is judged by."""

from torture import release, upgrade
from torture.history import Answer, Try


def test_a_key_that_nobody_ever_acknowledged_is_a_failed_acknowledgement():
    tries = [
        Try("k1", "aa", Answer.UNKNOWN),
        Try("k1", "aa", Answer.ACKNOWLEDGED, "H-1"),
        Try("k2", "bb", Answer.UNKNOWN),
        Try("k3", "cc", Answer.REFUSED),
    ]

    assert upgrade.never_acknowledged(tries) == {"k2", "k3"}


def test_what_tests_of_the_release_before_say_is_read_from_their_last_line():
    said = "FAILED tests/x.py::test\n2 failed, 40 passed, 1 skipped, 3 errors in 9.1s\n"

    found = upgrade.counted(said)

    assert found == {"failed": 2, "passed": 40, "skipped": 1, "error": 3}


def test_without_the_history_it_is_not_run_and_never_green(monkeypatch):
    monkeypatch.setattr(release, "is_known", lambda commit: False)

    (figure,) = upgrade.measure(short=True)

    assert figure.reached is None
    assert figure.line() == "G15  not run"
