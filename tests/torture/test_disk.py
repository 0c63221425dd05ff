"""G3: the disk fills, and the platform says so and comes back by itself."""

import os

import pytest

from torture import disk

# It times the platform, or takes the machine to its limits.
pytestmark = pytest.mark.alone


def test_without_the_right_to_mount_it_is_not_run_and_never_green(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    (figure,) = disk.measure(short=True)

    assert figure.reached is None


@pytest.mark.slow
def test_a_full_disk_is_met_by_refusing_files_then_writes_and_passes_by_itself():
    (figure,) = disk.measure(short=True)

    if figure.reached is None:
        pytest.skip(figure.note)
    assert figure.reached, figure.line()
