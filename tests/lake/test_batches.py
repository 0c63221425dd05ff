"""What a room keeps in batches comes into its table once, by the batch."""

from datetime import timedelta
from itertools import count as count_from
from uuid import uuid4

import pytest

from tests.fixtures import SINGLE
from tests.lake.conftest import forget
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.ids import id_of
from tinhso.lake import actions, queries
from tinhso.lake.models import LoadRow
from tinhso.lake.types import Limits
from tinhso.procedures import actions as procedures
from tinhso.procedures.types import Channel, MadeUpDossier

LIMITS = Limits(rows=100, seconds=30, memory=2**30, reads=2**33)
ACTS = (
    "SELECT count(*), count(DISTINCT act_id), bool_and(is_synthetic),"
    " min(acted_on)::VARCHAR FROM procedures.dossier_acts"
)


@pytest.fixture(autouse=True)
def _empty_lake(db):
    yield
    forget()


@pytest.fixture
def make_up(citizen, ward, now):
    made = count_from(1)

    def do(count):
        dossiers = [
            MadeUpDossier(
                id=id_of(now + timedelta(seconds=n), next(made)),
                procedure_code="1.004873",
                case="",
                organization_id=ward.id,
                applicant_id=citizen.person_id,
                applicant_name=citizen.name,
                account_id=None,
                channel=Channel.ONLINE,
                answers=SINGLE,
                at=now + timedelta(seconds=n),
            )
            for n in range(count)
        ]
        return procedures.write_made_up(
            batch_id=uuid4(), dossiers=dossiers, actor=SYSTEM, at=now
        )

    return do


def asked(sql):
    return queries.ask(sql=sql, limits=LIMITS, actor=SYSTEM).rows


def test_a_batch_comes_in_once(make_up, now):
    make_up(3)

    assert actions.bring_in_batches(at=now) == 3
    assert actions.bring_in_batches(at=now) == 0

    day = f"{now:%Y-%m-%d}"
    assert asked(ACTS) == [(3, 3, True, day)]


def test_batches_come_in_one_after_the_other(make_up, now):
    for count in (2, 4):
        make_up(count)

    assert actions.bring_in_batches(at=now) == 6
    acts = LoadRow.objects.filter(dataset="procedures.dossier_acts")
    assert [row.rows for row in acts.order_by("number")] == [2, 4]


def test_one_who_died_before_the_table_had_it_is_taken_up(make_up, now, monkeypatch):
    make_up(3)

    def die(*args, **named):
        raise KeyboardInterrupt

    monkeypatch.setattr(actions, "_append_load", die)
    with pytest.raises(KeyboardInterrupt):
        actions.bring_in_batches(at=now)
    monkeypatch.undo()

    assert actions.bring_in_batches(at=now) == 3
    assert asked(ACTS)[0][:2] == (3, 3)


def test_a_table_made_anew_has_the_batches_again(make_up, now, monkeypatch):
    make_up(3)
    actions.bring_in_batches(at=now)
    # The catalogue is written beside the transaction of a test, so it is emptied there.
    monkeypatch.setattr(actions, "FORGET", "SELECT count(*) WHERE %s <> %s")

    actions.forget_tables()
    forget()

    assert actions.bring_in_batches(at=now) == 3
    assert asked(ACTS)[0][:2] == (3, 3)


def test_the_rows_keep_what_the_table_promises(make_up, now):
    make_up(3)
    actions.bring_in_batches(at=now)

    actions.measure_quality(at=now, dataset="procedures.dossier_acts")

    [found] = queries.quality(dataset="procedures.dossier_acts")
    wrong = [one for one in found.expectations if one.wrong]
    assert [one.name for one in wrong] == []
