"""G1: killed at random moments, nothing acknowledged is lost, doubled or unwritten."""

import pytest

from torture import crash

# It times the platform, or takes the machine to its limits.
pytestmark = pytest.mark.alone


@pytest.mark.slow
def test_what_was_acknowledged_survives_every_kill():
    (figure,) = crash.measure(short=True)

    # Seconds are for quiet machines; what is kept must be right on any.
    faults = {name: figure.counts[name] for name in crash.FAULTS}
    assert faults == dict.fromkeys(crash.FAULTS, 0), figure.line()
    assert figure.counts["acknowledged"] > 100
    assert figure.counts["worker_kills"] >= 10
    assert figure.counts["tree_kills"] >= 2
