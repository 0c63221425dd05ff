"""Each batch and file that brought rows is told as OpenLineage has it."""

import json
from datetime import timedelta
from uuid import UUID

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator, FormatChecker

from tests.lake.conftest import LIMITS
from tests.lake.test_sources import GOOD, HEAD, declare, forget, row
from tinhso.cli.main import main
from tinhso.kernel.actor import SYSTEM
from tinhso.lake import actions, queries
from tinhso.lake.providers import tables
from tinhso.lake.providers.catalogue import find_table
from tinhso.lake.types import DatasetUnknown

# What the specification 2-0-2 asks of a run's event and of every facet in it.
FACETS = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["_producer", "_schemaURL"],
        "properties": {
            "_producer": {"type": "string", "format": "uri"},
            "_schemaURL": {"type": "string", "format": "uri"},
        },
    },
}
THING = {
    "type": "object",
    "required": ["namespace", "name"],
    "properties": {
        "namespace": {"type": "string", "minLength": 1},
        "name": {"type": "string", "minLength": 1},
        "facets": FACETS,
        "outputFacets": FACETS,
    },
}
EVENT = {
    "type": "object",
    "required": ["eventType", "eventTime", "producer", "schemaURL", "run", "job"],
    "properties": {
        "eventType": {
            "enum": ["START", "RUNNING", "COMPLETE", "ABORT", "FAIL", "OTHER"]
        },
        "eventTime": {"type": "string", "format": "date-time"},
        "producer": {"type": "string", "format": "uri"},
        "schemaURL": {"pattern": "/2-0-2/OpenLineage.json#/\\$defs/RunEvent$"},
        "run": {
            "required": ["runId"],
            "properties": {"runId": {"type": "string", "format": "uuid"}},
        },
        "job": THING,
        "inputs": {"type": "array", "items": THING},
        "outputs": {"type": "array", "items": THING},
    },
}


def faults(event):
    check = Draft202012Validator(EVENT, format_checker=FormatChecker())
    return [error.message for error in check.iter_errors(json.loads(json.dumps(event)))]


@pytest.fixture
def source(db, tmp_path, now, monkeypatch):
    yield declare(tmp_path, now, monkeypatch)
    forget()


@pytest.fixture
def load(source, tmp_path, now):
    def do(*lines, name, after=timedelta()):
        path = tmp_path / name
        path.write_text("\n".join([HEAD, *lines, ""]), "utf-8")
        return actions.load_file(source=source, path=path, at=now + after)

    return do


def test_an_event_that_is_not_as_the_specification_has_it_is_seen(load, source):
    load(GOOD, name="khach.csv")
    good = queries.lineage(dataset=source)[0]

    broken = [
        {**good, "run": {}},
        {**good, "run": {"runId": "7"}},
        {**good, "eventType": "DONE"},
        {**good, "job": {"name": "x"}},
        {**good, "outputs": [{**good["outputs"][0], "facets": {"schema": {}}}]},
    ]
    assert faults(good) == []
    assert all(map(faults, broken))


def test_a_file_leads_to_its_table_column_by_column(load, source):
    done = load(GOOD, row("A2", guests="?"), name="khach.csv")

    start, complete = queries.lineage(dataset=source)

    assert faults(start) == faults(complete) == []
    assert [start["eventType"], complete["eventType"]] == ["START", "COMPLETE"]
    assert start["run"] == complete["run"] and UUID(start["run"]["runId"])
    [told], [output] = complete["inputs"], complete["outputs"]
    assert (told["name"], output["name"]) == ("khach.csv", source)
    facets = output["facets"]
    assert facets["version"]["datasetVersion"] == str(done.snapshot_id)
    assert output["outputFacets"]["outputStatistics"]["rowCount"] == 1
    [field] = facets["columnLineage"]["fields"]["guests"]["inputFields"]
    assert (field["name"], field["field"]) == ("khach.csv", "Số khách")
    fields = {one["name"]: one["type"] for one in facets["schema"]["fields"]}
    assert (fields["guests"], fields["lake_seq"]) == ("whole", "whole")


def test_each_file_is_a_run_of_its_own(load, source):
    load(row("A1"), name="one.csv")
    load(row("A2"), name="two.csv", after=timedelta(hours=1))
    load(row("A2"), name="again.csv", after=timedelta(hours=2))

    events = queries.lineage(dataset=source)

    names = [one["inputs"][0]["name"] for one in events]
    assert names == ["one.csv", "one.csv", "two.csv", "two.csv"]
    assert len({one["run"]["runId"] for one in events}) == 2
    assert len(queries.lineage(dataset=source, most=1)) == 2


def test_a_file_that_is_on_its_way_has_begun_only(load, source, monkeypatch):
    def die(*args, **named):
        raise RuntimeError

    with monkeypatch.context() as patched, pytest.raises(RuntimeError):
        patched.setattr(tables, "append_columns", die)
        load(GOOD, name="khach.csv")

    [event] = queries.lineage(dataset=source)
    assert (event["eventType"], faults(event)) == ("START", [])


def test_batches_of_a_room_are_runs_too(hand_in, visits, now):
    for _ in range(2):
        hand_in()
        actions.append_waiting(at=now)

    events = queries.lineage(dataset=visits.name)

    assert [faults(one) for one in events] == [[]] * 4
    state = str(find_table(visits).current_snapshot().snapshot_id)
    last = [one for one in events if one["eventType"] == "COMPLETE"][-1]
    assert last["outputs"][0]["facets"]["version"]["datasetVersion"] == state


def test_a_measure_leads_to_the_states_it_was_computed_from(hand_in, visits, now):
    hand_in()
    actions.append_waiting(at=now)
    sql = "SELECT count(*) FROM counters.visits"
    found = queries.ask(sql=sql, limits=LIMITS, actor=SYSTEM)

    event = queries.lineage_of_answer(
        measure="visits_a_day", sql=sql, answer=found, at=now
    )

    assert faults(event) == []
    [told] = event["inputs"]
    state = str(find_table(visits).current_snapshot().snapshot_id)
    assert told["name"] == visits.name
    assert told["facets"]["version"]["datasetVersion"] == state
    assert event["job"]["facets"]["sql"]["query"] == sql
    assert event["outputs"][0]["name"] == "visits_a_day"


def test_the_command_tells_the_events(load, source):
    load(GOOD, name="khach.csv")

    result = CliRunner().invoke(main, ["lake", "lineage", source, "--json"])

    assert len(json.loads(result.stdout)["events"]) == 2
    with pytest.raises(DatasetUnknown):
        queries.lineage(dataset="tourism.nothing")
    unknown = CliRunner().invoke(main, ["lake", "lineage", "a.b", "--json"])
    assert json.loads(unknown.stdout)["refused"] == "DatasetUnknown"
