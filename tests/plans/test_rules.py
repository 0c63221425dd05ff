"""Traffic lights, the count of a year, and what a pack may not declare."""

from dataclasses import replace
from datetime import date

import pytest

from tinhso.plans.rules import declared, years
from tinhso.plans.rules.lights import Course, light
from tinhso.plans.types import Light, TaskState

# Half of the year is over on 2 July, and half of it is done.
COURSE = Course(
    state=TaskState.DOING,
    percent=50,
    begins_on=date(2026, 1, 1),
    due_on=date(2026, 12, 31),
    reported_on=date(2026, 7, 1),
    done_on=None,
    has_agency=True,
    report_every=30,
)
MIDDLE = date(2026, 7, 2)
DUE = COURSE.due_on
DONE = {"state": TaskState.DONE, "percent": 100}


@pytest.mark.parametrize(
    ("changes", "on", "expected"),
    [
        ({}, MIDDLE, Light.ON_COURSE),
        ({"percent": 29}, MIDDLE, Light.AT_RISK),
        ({"percent": 31}, MIDDLE, Light.ON_COURSE),
        ({"reported_on": None}, MIDDLE, Light.SILENT),
        ({}, date(2026, 7, 31), Light.ON_COURSE),
        ({}, date(2026, 8, 1), Light.SILENT),
        ({"has_agency": False}, date(2026, 8, 1), Light.UNASSIGNED),
        ({"reported_on": DUE, "percent": 95}, date(2026, 12, 16), Light.ON_COURSE),
        ({"reported_on": DUE, "percent": 95}, date(2026, 12, 17), Light.AT_RISK),
        ({}, DUE, Light.SILENT),
        ({}, date(2027, 1, 1), Light.OVERDUE),
        ({"has_agency": False}, date(2027, 1, 1), Light.UNASSIGNED),
        ({**DONE, "done_on": DUE}, date(2027, 1, 9), Light.DONE),
        ({**DONE, "done_on": date(2027, 1, 1)}, date(2027, 1, 9), Light.DONE_LATE),
        ({"state": TaskState.STOPPED}, date(2027, 1, 9), Light.STOPPED),
    ],
)
def test_a_light_follows_one_stated_rule(changes, on, expected):
    assert light(replace(COURSE, **changes), on) is expected


def test_a_task_given_late_is_silent_only_after_its_agency_had_time():
    given = replace(COURSE, reported_on=None, begins_on=date(2026, 6, 20))

    assert light(given, MIDDLE) is Light.ON_COURSE


def test_a_year_counts_what_is_not_done_as_late_once_it_is_over():
    june = date(2026, 6, 30)
    tasks = [(june, june), (june, date(2026, 7, 1)), (june, None), (DUE, None)]

    assert years.counted(tasks, date(2026, 7, 2)) == {
        "tasks": 4,
        "on_time": 1,
        "late": 2,
        "open": 1,
    }


def body(**task):
    return {
        "key": "p",
        "year": 2026,
        "groups": [{"key": "g", "declared": 2, "tasks": [{"number": "1", **task}]}],
    }


@pytest.mark.parametrize(
    ("told", "field"),
    [
        (body(due="2027-01-01"), "groups.0.tasks.0.due"),
        (body(target="x"), "groups.0.tasks.0.target"),
        ({**body(), "from": "2027-01-01"}, "to"),
        (
            {**body(), "groups": [{"key": "g", "tasks": [{"number": "1"}] * 2}]},
            "groups.0.tasks.1.number",
        ),
        (
            {**body(), "groups": [{**body()["groups"][0], "declared": 0}]},
            "groups.0.declared",
        ),
    ],
)
def test_what_a_pack_may_not_declare_is_named(told, field):
    assert list(declared.faults_of_plan(told)) == [field]


def test_what_a_pack_may_declare_has_no_faults():
    assert declared.faults_of_plan(body(due="2026-12-31")) == {}
