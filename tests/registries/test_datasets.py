"""Registers are in the lake version by version, once, and name nobody."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from tests.lake.conftest import LIMITS, forget
from tests.registries.conftest import school
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.events import actions as events
from tinhso.kernel.events.models import OutboxEvent
from tinhso.kernel.packs import actions as packs
from tinhso.kernel.packs.types import Content
from tinhso.lake import actions as lake
from tinhso.lake import queries as questions
from tinhso.project import publications
from tinhso.registries import actions, datasets
from tinhso.registries.models import RegisterRow
from tinhso.registries.types import Line, RegisterRetyped

POINT = {"type": "Point", "coordinates": [107.08, 20.95]}


@pytest.fixture
def deliver(now):
    """Deliver what happened, and write it into the tables."""

    def do():
        for event in OutboxEvent.objects.filter(name="registries.RecordsChanged"):
            events.deliver(event_id=event.id, at=now)
        lake.append_waiting(at=now)

    yield do
    forget()


@pytest.fixture
def ask():
    def do(sql):
        limits = replace(LIMITS, rows=100)
        return list(questions.ask(sql=sql, limits=limits, actor=SYSTEM).rows)

    return do


def test_what_is_recorded_comes_into_the_lake(load, deliver, ask, now):
    load(school(pupils=300, shape=POINT), school(2, code="T002"))

    deliver()

    rows = ask(
        "SELECT code, pupils, unit_code, shape, valid_from, known_at, is_synthetic"
        " FROM registries.schools ORDER BY code"
    )
    first = date(2025, 7, 1)
    assert rows == [
        ("T001", 300, "06688", json.dumps(POINT), first, now, False),
        ("T002", None, "06688", None, first, now, False),
    ]


def test_what_was_replaced_says_so_and_is_there_once(load, deliver, ask, now):
    load(school(pupils=300), at=now - timedelta(days=1))
    deliver()
    load(school(pupils=320), on=date(2026, 1, 1))

    deliver()
    deliver()

    rows = ask(
        "SELECT pupils, valid_from, valid_to FROM registries.schools"
        " WHERE replaced_at IS NULL ORDER BY valid_from"
    )
    turn = date(2026, 1, 1)
    assert rows == [(300, date(2025, 7, 1), turn), (320, turn, None)]
    assert ask("SELECT count(*) FROM registries.schools") == [(3,)]


def test_personal_fields_stay_out_of_the_lake(load, deliver, ask):
    facility = {"code": "CS1", "name": "Trạm", "kind": "station", "commune": "06688"}
    load(Line(1, {**facility, "ownership": "public"}), key="health_facilities")
    person = {"code": "GP1", "full_name": "Người Mô Phỏng", "title": "nurse"}
    load(Line(1, {**person, "facility": "CS1"}), key="health_staff")

    deliver()

    names = {column.name for column in publications.registries.published()[0].columns}
    assert "full_name" not in names
    rows = ask("SELECT * FROM registries.health_staff")
    assert "Người Mô Phỏng" not in str(rows)
    assert ask("SELECT code, facility FROM registries.health_staff") == [("GP1", "CS1")]


def changed(field, about):
    """The register of schools with one of its fields otherwise, or without it."""
    body = json.loads(json.dumps(RegisterRow.objects.get(key="schools").body))
    fields = body["schema"]["properties"]
    fields.pop(field, None)
    if about:
        fields[field] = about
    return Content(
        pack="x", kind="registers", key="schools", body=body, version=2, digest=field
    )


def test_a_new_field_is_a_new_column(load, deliver, ask, now):
    load(school())
    deliver()
    about = {"type": "integer", "title": "Số máy tính", "x-en": "Computers"}

    actions.REGISTERS.apply(changed("computers", about), SYSTEM, now)
    load(school(2, code="T002", computers=30))
    deliver()

    rows = ask("SELECT code, computers FROM registries.schools ORDER BY code")
    assert rows == [("T001", None), ("T002", 30)]


@pytest.mark.parametrize("about", [None, {"type": "string", "title": "x", "x-en": "x"}])
def test_a_field_is_neither_taken_away_nor_retyped(content, now, about):
    with pytest.raises(RegisterRetyped):
        actions.REGISTERS.apply(changed("pupils", about), SYSTEM, now)


@pytest.mark.parametrize("name", ["replaced_at", "shape"])
def test_a_field_is_not_named_as_what_the_platform_says(content, name):
    about = {"type": "string", "title": "x", "x-en": "x"}

    assert packs.kinds()
    found = actions.REGISTERS.check(changed(name, about))

    assert found == {f"schema.properties.{name}": "is what the platform itself says"}


def test_every_register_of_the_packs_is_published(content):
    names = {dataset.name for dataset in datasets.published()}

    assert len(names) == 13
    assert "registries.land_parcels" in names
