"""G2: a submission whose write fails is refused, or stored in full."""

from pathlib import Path

import pytest

from torture import io_faults

TRACE = """\
17 sendto(22<socket:[22]>, "P..."..., 623, MSG_NOSIGNAL, NULL, 0) = 623
17 write(15<anon_inode:[eventfd]>, "\\1", 8) = 8
17 mkdir("/home/files/1b", 0777) = 0
17 fsync(21</home/files>) = 0
17 write(21</home/files/1b/.new-99>, "%PDF-1.7"..., 8418) = 8418
17 fsync(21</home/files/1b/.new-99>) = 0
17 rename("/home/files/1b/.new-99", "/home/files/1b/1b7c") = 0
14 writev(20<socket:[20]>, [{iov_base="HTTP/1.1 201"}], 2) = 661
"""


def test_the_writes_of_a_trace_are_counted_in_their_thread_and_wakings_left_out():
    found = io_faults.writes(TRACE)

    assert [(call.name, call.nth) for call in found] == [
        ("sendto", 1),
        ("mkdir", 1),
        ("fsync", 1),
        ("write", 2),
        ("fsync", 2),
        ("rename", 1),
        ("writev", 1),
    ]
    assert found[3].target == "/home/files/1b/.new-99"


def test_without_strace_it_is_not_run_and_never_green(monkeypatch):
    monkeypatch.setattr(io_faults, "STRACE", "/nowhere/strace")

    (figure,) = io_faults.measure(short=True)

    assert figure.reached is None
    assert figure.line() == "G2  not run"


@pytest.mark.slow
@pytest.mark.skipif(
    not Path(io_faults.STRACE).exists(), reason="strace is not installed"
)
def test_each_write_may_fail_and_nothing_is_lost_or_half_stored():
    (figure,) = io_faults.measure(short=True)

    if figure.reached is None:
        pytest.skip(figure.note)
    assert figure.reached, figure.line()
    assert figure.counts["failed_in_server"] >= 10
    assert figure.counts["failed_in_database"] >= 1
