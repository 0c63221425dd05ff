"""A new release's tables are tables the release before can live with."""

import pytest
from django.db import models
from django.db.migrations import Migration, operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from tests.architecture.migrations import faults
from torture import release

RELEASED = {"room.0001_first", "room.0002_wider"}


def state():
    fields = [
        ("id", models.BigAutoField(primary_key=True)),
        ("name", models.CharField(max_length=20)),
        ("note", models.TextField(null=True)),
        ("count", models.IntegerField(db_default=0)),
    ]
    made = ProjectState()
    made.add_model(ModelState("room", "Thing", fields))
    return made


def migration(*listed, contract_of=None, harmless=None):
    made = Migration("0003_next", "room")
    made.operations = listed
    made.harmless = harmless or {}
    if contract_of:
        made.contract_of = contract_of
    return made


CHECK = models.CheckConstraint(name="room_positive", condition=models.Q(count__gt=0))
TAKEN_AWAY = {
    "a column": operations.RemoveField("thing", "note"),
    "a table": operations.DeleteModel("Thing"),
    "the name of a column": operations.RenameField("thing", "note", "remark"),
    "the name of a table": operations.RenameModel("Thing", "Item"),
    "the name of a table in the database": operations.AlterModelTable("thing", "t"),
    "rows that are alike": operations.AlterUniqueTogether("thing", {("name", "note")}),
    "not to say": operations.AddField("thing", "why", models.TextField(default="")),
    "to be empty": operations.AlterField("thing", "note", models.TextField()),
    "to be alike": operations.AlterField(
        "thing", "name", models.CharField(max_length=20, unique=True)
    ),
    "length": operations.AlterField("thing", "name", models.CharField(max_length=9)),
    "its kind": operations.AlterField("thing", "note", models.IntegerField(null=True)),
    "the default": operations.AlterField("thing", "count", models.IntegerField()),
    "what may be written": operations.AddConstraint("thing", CHECK),
    "a column by hand": operations.RunSQL("ALTER TABLE room_thing DROP COLUMN note"),
    "a name by hand": operations.RunSQL("ALTER TABLE room_thing RENAME note TO remark"),
    "emptiness by hand": operations.RunSQL(
        ["ALTER TABLE room_thing ALTER note SET NOT NULL"]
    ),
    "who knows what": operations.RunPython(lambda apps, editor: None),
    "a column in disguise": operations.SeparateDatabaseAndState(
        database_operations=[operations.RemoveField("thing", "note")]
    ),
}
GIVEN = {
    "a table": operations.CreateModel("Other", [("id", models.AutoField())]),
    "a column that may be empty": operations.AddField(
        "thing", "why", models.TextField(null=True)
    ),
    "a column with a default": operations.AddField(
        "thing", "why", models.TextField(db_default="")
    ),
    "an index": operations.AddIndex(
        "thing", models.Index(fields=["name"], name="room_by_name")
    ),
    "length": operations.AlterField("thing", "name", models.CharField(max_length=40)),
    "a view": operations.RunSQL("CREATE VIEW names AS SELECT name FROM room_thing"),
}


@pytest.mark.parametrize("what", TAKEN_AWAY)
def test_a_step_that_takes_away_is_refused(what):
    assert len(faults(migration(TAKEN_AWAY[what]), state(), RELEASED)) == 1


@pytest.mark.parametrize("what", GIVEN)
def test_a_step_that_only_adds_is_let_through(what):
    assert faults(migration(GIVEN[what]), state(), RELEASED) == []


def test_the_second_step_may_take_away_once_the_first_one_is_released():
    taken = operations.RemoveField("thing", "note")

    second = migration(taken, contract_of="room.0002_wider")
    too_early = migration(taken, contract_of="room.0003_unreleased")

    assert faults(second, state(), RELEASED) == []
    assert len(faults(too_early, state(), RELEASED)) == 2


def test_a_new_table_may_be_changed_as_one_likes():
    made = operations.CreateModel("Other", [("id", models.AutoField(primary_key=True))])
    needed = operations.AddField("other", "name", models.TextField(default=""))

    assert faults(migration(made, needed), state(), RELEASED) == []


def ours():
    loader = MigrationLoader(None)
    for key, made in sorted(loader.disk_migrations.items()):
        if made.__module__.startswith("tinhso."):
            yield loader, key, made


def test_the_release_before_can_live_with_every_new_migration():
    _, released = release.previous()
    found = [
        fault
        for loader, key, made in ours()
        if ".".join(key) not in released
        for fault in faults(made, loader.project_state(key, at_end=False), released)
    ]

    assert found == []


def test_the_release_before_is_the_one_that_is_written_down():
    commit, released = release.previous()
    if not release.is_known(commit):
        pytest.skip(f"no history here that knows {commit}")

    assert release.migrations_at(commit) == released
    assert {".".join(key) for _, key, _ in ours()} >= released


@pytest.mark.parametrize(("why", "faulty"), [("of new rows only", 0), ("", 1)])
def test_a_constraint_that_refuses_nothing_says_why(why, faulty):
    added = operations.AddConstraint("thing", CHECK)

    said = migration(added, harmless={"room_positive": why})

    assert len(faults(said, state(), RELEASED)) == faulty


@pytest.mark.parametrize(("why", "faulty"), [("nobody changes them", 0), ("", 2)])
def test_a_trigger_that_refuses_nothing_says_why(why, faulty):
    guard = operations.RunSQL(
        "CREATE TRIGGER keep BEFORE UPDATE ON room_thing", hints={"guard": "keep"}
    )

    said = migration(guard, harmless={"keep": why})

    assert len(faults(said, state(), RELEASED)) == faulty
