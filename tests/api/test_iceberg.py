"""Refusals of the lake's catalogue bear the names its clients know."""

import pytest

from tinhso.api.iceberg import error
from tinhso.kernel.errors import TooManyCalls, Unavailable
from tinhso.lake.types import TableMissing


@pytest.mark.parametrize("refusal", [TableMissing(name="a.b"), Unavailable()])
def test_what_is_away_is_told_as_clients_know_it(refusal):
    told = error(refusal)["error"]

    assert (told["type"], told["code"]) == ("ServiceUnavailableException", 503)
    assert told["refused"] == refusal.code


def test_what_the_specification_has_no_name_for_keeps_ours():
    told = error(TooManyCalls(seconds=301))["error"]

    assert (told["type"], told["code"]) == ("TooManyCalls", 429)
    assert "6 phút" in told["message"]
