"""G4: a database that is away is an honest 503, and nothing typed or sent is lost."""

import pytest

from torture import database
from torture.clients import Response

# It times the platform, or takes the machine to its limits.
pytestmark = pytest.mark.alone

WHEN = {"Retry-After": "20"}


@pytest.mark.parametrize(
    ("response", "honest"),
    [
        (Response(503, headers=WHEN), True),
        (Response(503, headers={"retry-after": "20"}), True),
        (Response(503), False),
        (Response(500, headers=WHEN), False),
        (Response(200, headers=WHEN), False),
        (Response(0), False),
    ],
)
def test_only_a_503_that_says_when_to_come_back_is_honest(response, honest):
    seen = database.Seen()

    seen.add("/", response)

    assert seen.dishonest == ([] if honest else [f"/: {response.status}"])


def test_an_outage_with_a_bare_500_or_lost_typing_does_not_reach_the_goal():
    good = {"statuses": [503], "kept": True, "succeeded": True}
    fine = database.Seen(**good)
    bare = database.Seen(**{**good, "statuses": [500]}, dishonest=["/: 500"])
    lost = database.Seen(**{**good, "kept": False})
    late = database.Seen(**good, slowest=database.BOUND_SECONDS + 1)

    assert database.figure([fine], dossiers=1).reached
    for one in (bare, lost, late):
        assert not database.figure([one], dossiers=1).reached
    assert not database.figure([fine], dossiers=0).reached


@pytest.mark.slow
def test_a_database_stopped_or_paused_is_met_honestly_and_nothing_is_lost():
    (figure,) = database.measure(short=True)

    assert figure.counts["dishonest"] == 0, figure.line()
    assert figure.counts["typed_kept"] == figure.counts["outages"] == 2
    assert figure.counts["same_key_succeeded"] == figure.counts["dossiers"] == 2
