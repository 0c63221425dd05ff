"""G5: the clock of the server jumps, and nothing breaks."""

import pytest

from torture import clock_jumps


def test_without_libfaketime_it_is_not_run_and_never_green(monkeypatch, tmp_path):
    monkeypatch.setattr(clock_jumps, "LIBRARY", tmp_path / "nowhere")

    (figure,) = clock_jumps.measure(short=True)

    assert figure.reached is None


@pytest.mark.slow
@pytest.mark.skipif(
    not clock_jumps.LIBRARY.exists(), reason="libfaketime is not installed"
)
def test_the_clock_jumps_and_nothing_breaks_nor_moves():
    (figure,) = clock_jumps.measure(short=True)

    assert figure.reached, figure.line()
    assert figure.counts["acknowledged"] == 3 * (figure.counts["jumps"] - 1)
