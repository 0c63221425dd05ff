"""G25: what is outside may be dead or slow; intake goes on, the delay is said."""

import socket

import pytest

from torture import outside
from torture.clients import ask
from torture.serving import free_port

# It times the platform, or takes the machine to its limits.
pytestmark = pytest.mark.alone


def test_a_slow_system_takes_connections_and_never_answers():
    port = free_port()

    with outside.slow(port):
        response = ask(port, "GET", "/", timeout=0.5)
        assert (response.status, response.seconds >= 0.5) == (0, True)

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), timeout=1)


@pytest.mark.slow
def test_intake_goes_on_whatever_is_away_and_the_delay_is_said():
    (figure,) = outside.measure(short=True)

    counts = figure.counts
    assert counts["acknowledged"] == counts["submitted"] == 112, figure.line()
    assert counts["unsaid"] == counts["told_late"] == counts["lost"] == 0
