"""Tables are held against what their rooms promise; each planted fault is found."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner

from tests.lake.test_dossier_acts import delivered  # noqa: F401 - a fixture
from tinhso.cli.main import main
from tinhso.kernel.ids import new_id
from tinhso.lake import actions, queries
from tinhso.lake.providers import tables
from tinhso.lake.providers.catalogue import find_table
from tinhso.lake.types import (
    Column,
    Dataset,
    DatasetUnknown,
    Dimension,
    Expectation,
    Kind,
    QuestionUnreadable,
)
from tinhso.procedures.datasets import DOSSIER_ACTS

DESKS = Dataset(
    name="counters.desks",
    vi="Quầy",
    en="Desks",
    columns=(
        Column("code", Kind.TEXT, "mã", "code"),
        Column("opened_on", Kind.DAY, "ngày mở", "opened on"),
        Column("told_at", Kind.MOMENT, "lúc báo", "told at"),
    ),
    key="code",
    version="told_at",
    month="opened_on",
)


def promise(name, dimension, **how):
    return Expectation(name, dimension, f"vi {name}", f"en {name}", **how)


SERVED, CODE = ("H49.06688", "H49.1", "x"), "counters.desks.code"
PROMISES = (
    promise("waited", Dimension.COMPLETE, column="minutes"),
    promise("once", Dimension.UNIQUE, column="visit_id"),
    promise("desk_form", Dimension.VALID, column="desk", pattern=r"H49[.]\d{5}"),
    promise("number_range", Dimension.VALID, column="number", least=1, most=99),
    promise("served", Dimension.VALID, column="desk", among=SERVED),
    promise("soon", Dimension.TIMELY, column="came_at", within_hours=24),
    promise("day", Dimension.CONSISTENT, holds="came_on = came_at::DATE"),
    promise("known", Dimension.CONSISTENT, column="desk", refers_to=CODE),
)  # fmt: skip


@pytest.fixture
def promised(visits):
    """The visits with promises, and a dataset they refer to."""
    made = replace(visits, expectations=PROMISES)
    actions.publish(dataset=made)
    actions.publish(dataset=DESKS)
    return made


@pytest.fixture
def good(promised, hand_in, now):
    """Ten visits as they are promised, at a desk that is known."""
    actions.hand_in(
        dataset=DESKS.name,
        values={"code": "H49.06688", "opened_on": now.date(), "told_at": now},
        at=now,
    )
    ids = [str(hand_in(minutes=1.0)) for _ in range(10)]
    actions.append_waiting(at=now)
    return ids


def measured(at):
    actions.measure_quality(at=at)
    [found] = queries.quality(dataset="counters.visits")
    return found


def wrong(found):
    return {one.name: one.wrong for one in found.expectations if one.wrong}


def test_a_table_as_it_is_promised_has_full_scores(good, promised, now):
    found = measured(now)

    assert found.rows == 10
    assert dict(found.scores) == dict.fromkeys(map(str, Dimension), 1.0)
    assert wrong(found) == {}
    table = find_table(promised)
    assert found.snapshot_id == table.current_snapshot().snapshot_id
    assert found.uuid == str(table.metadata.table_uuid)


FAULTS = {
    "waited": ({"minutes": None}, "complete"),
    "desk_form": ({"desk": "x"}, "valid"),
    "number_range": ({"number": 100}, "valid"),
    "served": ({"desk": "H49.00001"}, "valid"),
    "day": ({"came_on": -1}, "consistent"),
    "known": ({"desk": "H49.1"}, "consistent"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_counted_and_named(good, hand_in, now, name):
    values, dimension = FAULTS[name]
    values = {"minutes": 1.0, **values}
    if "came_on" in values:
        values["came_on"] = now.date() - timedelta(days=1)
    planted = str(hand_in(**values))
    actions.append_waiting(at=now)

    found = measured(now)

    [one] = [one for one in found.expectations if one.name == name]
    assert (one.wrong, one.examples) == (1, (planted,))
    assert found.scores[dimension] == pytest.approx(10 / 11)
    assert found.scores["unique"] == 1.0


def test_a_row_that_is_there_twice_is_found(good, promised, ask, now):
    names = [column.name for column in promised.columns]
    values = dict(
        zip(names, ask(f"SELECT {', '.join(names)} FROM counters.visits LIMIT 1")[0],
            strict=True)
    )  # fmt: skip
    own = {"lake_seq": 99, "lake_at": now, "lake_corrects": False}
    again = {name: [value] for name, value in {**values, **own}.items()}
    tables.append_rows(promised, again, source="again", position=1)

    found = measured(now)

    assert wrong(found) == {"once": 1}
    assert found.scores["unique"] == pytest.approx(10 / 11)
    assert set(found.expectations[1].examples) == {values["visit_id"]}


def test_what_came_late_is_found(good, promised, now):
    came = now - timedelta(hours=25)
    values = {"visit_id": new_id(), "desk": "H49.06688", "number": 1, "minutes": 1.0,
              "came_on": came.date(), "came_at": came}  # fmt: skip
    actions.hand_in(dataset=promised.name, values=values, at=now)
    actions.append_waiting(at=now)

    assert wrong(measured(now)) == {"soon": 1}


def test_a_row_with_two_faults_of_a_dimension_counts_once(good, hand_in, now):
    hand_in(minutes=1.0, desk="x", number=0)
    actions.append_waiting(at=now)

    found = measured(now)

    assert wrong(found) == {"desk_form": 1, "number_range": 1, "known": 1}
    assert found.scores["valid"] == pytest.approx(10 / 11)


def test_a_fault_that_was_corrected_is_none(good, hand_in, now):
    visit = hand_in(minutes=1.0, number=0)
    hand_in(minutes=1.0, number=5, visit_id=visit, correction=True,
            after=timedelta(hours=1))  # fmt: skip
    actions.append_waiting(at=now)

    assert wrong(measured(now)) == {}


def test_scores_are_kept_over_time_one_for_a_state(good, promised, hand_in, now):
    first = measured(now)
    again = actions.measure_quality(at=now, dataset=promised.name)
    hand_in(minutes=1.0, number=0)
    actions.append_waiting(at=now)
    hour = now + timedelta(hours=1)
    measured(hour)

    kept = queries.quality(dataset=promised.name, most=10)

    assert again == 0
    assert [one.measured_at for one in kept] == [hour, now]
    assert [one.rows for one in kept] == [11, 10]
    assert kept[1] == first


def test_other_promises_measure_the_same_state_anew(good, promised, now):
    measured(now)
    fewer = replace(promised, expectations=PROMISES[:1])
    actions.publish(dataset=fewer)

    assert list(measured(now).scores) == ["complete"]


def test_rows_that_never_came_in_are_told_beside_the_scores(good, hand_in, now):
    hand_in(number="seven")

    assert measured(now).set_aside == 1


def test_a_table_without_rows_has_no_score(promised, now):
    found = measured(now)

    assert set(found.scores.values()) == {None}


def test_a_promise_that_is_no_sql_is_refused_by_name(good, promised, now):
    broken = promise("broken", Dimension.CONSISTENT, holds="nothing = 1")
    actions.publish(dataset=replace(promised, expectations=(broken,)))

    with pytest.raises(QuestionUnreadable):
        actions.measure_quality(at=now)
    with pytest.raises(DatasetUnknown):
        actions.measure_quality(at=now, dataset="counters.nothing")


def test_the_command_measures_and_tells(good, promised, hand_in, now):
    hand_in(minutes=1.0, number=0)
    actions.append_waiting(at=now)

    result = CliRunner().invoke(main, ["lake", "quality", "--json"])

    [told] = json.loads(result.stdout)["tables"]
    assert (result.exit_code, told["dataset"], told["rows"]) == (0, promised.name, 11)
    assert told["scores"]["valid"] == pytest.approx(10 / 11)
    assert (
        "number_range: 1 rows" in CliRunner().invoke(main, ["lake", "quality"]).output
    )


def test_acts_on_dossiers_are_as_procedures_promise(single, delivered, ask, now):  # noqa: F811
    delivered(now)
    actions.append_waiting(at=now)

    actions.measure_quality(at=now, dataset=DOSSIER_ACTS.name)
    [found] = queries.quality(dataset=DOSSIER_ACTS.name)

    assert (found.rows, wrong(found)) == (6, {})
    assert dict(found.scores) == dict.fromkeys(map(str, Dimension), 1.0)


ACT_FAULTS = {
    "status_is_one_of_ten": {"status": 11},
    "channel_is_known": {"channel": "pigeon"},
    "agency_code_has_its_form": {"agency": "Hạ Long"},
    "late_is_after_due": {"is_late": True},
}


@pytest.mark.parametrize("name", ACT_FAULTS)
def test_an_act_that_breaks_a_promise_is_found(single, delivered, ask, now, name):  # noqa: F811
    delivered(now)
    actions.append_waiting(at=now)
    names = [column.name for column in DOSSIER_ACTS.columns]
    sql = f"SELECT {', '.join(names)} FROM procedures.dossier_acts LIMIT 1"
    values = dict(zip(names, ask(sql)[0], strict=True))
    own = {"act_id": "planted", "lake_seq": 99, "lake_at": now, "lake_corrects": False}
    broken = {**values, **own, **ACT_FAULTS[name]}
    row = {column: [value] for column, value in broken.items()}
    tables.append_rows(DOSSIER_ACTS, row, source="planted", position=1)

    actions.measure_quality(at=now, dataset=DOSSIER_ACTS.name)

    [found] = queries.quality(dataset=DOSSIER_ACTS.name)
    assert wrong(found) == {name: 1}
