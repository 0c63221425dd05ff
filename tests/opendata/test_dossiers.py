"""The first real dataset: what is done on dossiers, as figures of months."""

from datetime import date, datetime, timedelta

import pyarrow.parquet as pq
import pytest

from tinhso.kernel.clock import local
from tinhso.kernel.ids import new_id
from tinhso.lake import actions as lake
from tinhso.opendata import queries
from tinhso.opendata.types import NothingToPublish
from tinhso.procedures.datasets import DOSSIER_ACTS

REAL, MADE_UP = "ho-so-giai-quyet-theo-thang", "ho-so-mo-phong-theo-thang"


@pytest.fixture
def acts(stays, now):
    """Hand acts on dossiers in, as the reactions of the house do."""

    def do(count, *, at=now, **changes):
        for _ in range(count):
            row = _act(at) | changes
            assert lake.hand_in(dataset=DOSSIER_ACTS.name, values=row, at=at) == ""
        lake.append_waiting(at=at)

    return do


def _act(at: datetime):
    return {
        "act_id": new_id(),
        "dossier_id": new_id(),
        "procedure": "1.001193",
        "agency": "H49.06688",
        "receiver": "H49.06688",
        "channel": "online",
        "action": "seal",
        "step": "done",
        "status": 9,
        "acted_at": at,
        "acted_on": local(at).date(),
        "submitted_on": local(at).date(),
        "due_at": at + timedelta(days=3),
        "is_late": False,
        "resolved": "early",
        "is_synthetic": True,
    }


def figures_of(slug):
    version = queries.find_version(name=slug)
    path = queries.parquet_of(version=version)
    return {
        (row["total_by"], row["month"], row["procedure"], row["punctuality"]): (
            row["dossiers"]
        )
        for row in pq.read_table(path).to_pylist()
    }


def test_made_up_dossiers_and_real_ones_come_out_apart(acts, publish, now):
    acts(12, is_synthetic=False)
    acts(30)
    acts(9, resolved=None)

    publish(REAL)
    publish(MADE_UP)

    month = date(2026, 6, 1)
    assert figures_of(REAL)["month,agency", month, None, None] == 12
    assert figures_of(MADE_UP)["month,agency", month, None, None] == 30
    assert queries.find_version(name=MADE_UP).is_synthetic
    assert not queries.find_version(name=REAL).is_synthetic


def test_where_all_dossiers_are_made_up_nothing_real_comes_out(acts, publish):
    acts(30)

    with pytest.raises(NothingToPublish):
        publish(REAL)


def test_a_rare_procedure_is_hidden_with_what_would_give_it_away(acts, publish):
    acts(20)
    acts(8, procedure="1.000894")
    acts(1, procedure="1.000656", resolved="late")

    publish(MADE_UP)

    month, found = date(2026, 6, 1), figures_of(MADE_UP)
    assert found[None, month, "1.000656", "late"] is None
    assert found["month,agency", month, None, None] == 29
    # The only one that is late would be the rest of all that are not.
    by_punctuality = "month,agency,channel,punctuality"
    assert found[by_punctuality, month, None, "late"] is None
    assert found[by_punctuality, month, None, "early"] is None


def test_one_dossier_more_in_a_month_is_hidden_beside_the_version_before(
    acts, publish, now
):
    acts(20)
    publish(MADE_UP)
    acts(1)

    publish(MADE_UP)

    month, found = date(2026, 6, 1), figures_of(MADE_UP)
    assert found["month,agency", month, None, None] is None
    assert found[None, month, "1.001193", "early"] is None
