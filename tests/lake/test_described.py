"""What others are told of the tables: by right, and only what is there."""

import json
from pathlib import Path
from uuid import uuid4

import pytest

from tests.lake.conftest import forget
from tinhso.kernel.actor import ANONYMOUS, Actor, ActorKind, Duty
from tinhso.kernel.errors import NotAllowed
from tinhso.lake import actions, queries
from tinhso.lake.providers.catalogue import find_table
from tinhso.lake.types import DatasetUnknown, RoomUnknown, TableMissing, TableNotYet
from tinhso.people.types import Role


def officer(role):
    duties = (Duty(role, uuid4()),)
    return Actor(kind=ActorKind.OFFICER, id=uuid4(), person_id=uuid4(), duties=duties)


READER = officer(Role.CONTROLLER)
ASKED = {
    "rooms": lambda actor: queries.rooms(actor=actor),
    "tables": lambda actor: queries.table_names(room="counters", actor=actor),
    "a table": lambda actor: queries.describe_table(
        dataset="counters.visits", actor=actor
    ),
}


@pytest.mark.parametrize("what", ASKED)
def test_only_who_may_read_the_lake_is_told(hand_in, now, what):
    hand_in()
    actions.append_waiting(at=now)

    assert ASKED[what](READER)
    for actor in (ANONYMOUS, *(officer(r) for r in Role if r is not Role.CONTROLLER)):
        with pytest.raises(NotAllowed):
            ASKED[what](actor)


def test_a_table_is_described_as_the_engines_know_it(hand_in, visits, now):
    hand_in()
    actions.append_waiting(at=now)

    found = queries.describe_table(dataset=visits.name, actor=READER)

    table = find_table(visits)
    assert found.location == table.metadata_location
    metadata = json.loads(found.metadata)
    assert metadata["table-uuid"] == str(table.metadata.table_uuid)
    assert metadata["current-snapshot-id"] == table.current_snapshot().snapshot_id


def test_a_dataset_without_rows_is_no_table_yet(visits):
    assert queries.rooms(actor=READER) == ("counters",)
    assert queries.table_names(room="counters", actor=READER) == ()
    with pytest.raises(TableNotYet):
        queries.describe_table(dataset=visits.name, actor=READER)


def test_what_no_room_publishes_is_unknown_though_the_catalogue_has_it(
    hand_in, monkeypatch, now
):
    hand_in()
    actions.append_waiting(at=now)
    monkeypatch.setattr("tinhso.lake.providers.published._datasets", {})

    with pytest.raises(DatasetUnknown):
        queries.describe_table(dataset="counters.visits", actor=READER)
    with pytest.raises(RoomUnknown):
        queries.table_names(room="counters", actor=READER)
    with pytest.raises(RoomUnknown):
        queries.rooms(actor=READER, within="counters")
    forget()


def test_a_table_whose_description_is_gone_is_missing(hand_in, visits, now):
    hand_in()
    actions.append_waiting(at=now)
    Path(find_table(visits).metadata_location).unlink()

    with pytest.raises(TableMissing):
        queries.describe_table(dataset=visits.name, actor=READER)
