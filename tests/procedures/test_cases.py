"""A case decides which agency answers, who takes the dossier in, and for how long."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from tests.procedures.test_deadlines import WEEK
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.clock import VIETNAM
from tinhso.kernel.packs.types import Content
from tinhso.people import queries as people
from tinhso.procedures import actions, queries
from tinhso.procedures.actions.publish import PROCEDURES
from tinhso.procedures.deadlines.working_time import WorkingTime
from tinhso.procedures.models import ProcedureVersion
from tinhso.procedures.types import (
    CaseUnknown,
    Channel,
    Limit,
    LimitUnit,
    UnitDoesNotReceive,
)

CASES = [
    {"key": "lowland", "title": {"vi": "Vùng đồng bằng", "en": "Lowland"}},
    {
        "key": "island",
        "title": {"vi": "Miền núi, hải đảo", "en": "Mountains and islands"},
        "agency": "so_tu_phap",
        "level": "province",
        "receivers": ["commune", "province"],
    },
]


@pytest.fixture
def two_cases(content, now):
    """Birth registration, with a case that the province decides in four days."""
    body = dict(ProcedureVersion.objects.filter(code="1.001193").latest("number").body)
    limit = body["time_limits"][0]
    body["cases"] = CASES
    body["time_limits"] = [
        {**limit, "cases": ["lowland"]},
        {**limit, "amount": 4, "cases": ["island"]},
    ]
    changed = Content(pack="test", kind="procedures", key="1.001193", body=body)
    PROCEDURES.apply(changed, SYSTEM, now - timedelta(days=1))


@pytest.fixture
def send(citizen, answers, now):
    def do(unit, case=""):
        return actions.submit_dossier(
            procedure_code="1.001193",
            organization_id=unit.id,
            channel=Channel.ONLINE,
            answers=answers,
            key=str(uuid4()),
            case=case,
            actor=citizen,
            at=now,
        )

    return do


@pytest.fixture
def department(content, now):
    return people.organization_by_key(key="so_tu_phap", on=now.date())


def test_of_several_cases_one_must_be_named(two_cases, send, ward):
    with pytest.raises(CaseUnknown):
        send(ward)

    with pytest.raises(CaseUnknown):
        send(ward, "moon")


def test_the_unit_chosen_decides_where_no_agency_is_fixed(two_cases, send, ward):
    dossier = send(ward, "lowland")

    assert dossier.organization_id == dossier.receiver_id == ward.id
    assert dossier.case.key == "lowland"
    assert dossier.clock.due_at.isoformat() == "2026-06-17T10:00:00+00:00"


def test_a_fixed_agency_decides_what_another_desk_takes_in(
    two_cases, send, ward, department, clerk
):
    dossier = send(ward, "island")

    assert dossier.organization_id == department.id
    assert dossier.receiver_id == ward.id
    # The code is of the unit that took it in (TT 01/2018 Đ19).
    assert dossier.code.startswith(ward.code)
    assert dossier.task.organization_id == ward.id
    assert dossier.clock.due_at.isoformat() == "2026-06-22T10:00:00+00:00"


def test_the_desk_that_took_it_in_sees_it_and_works_at_its_own_steps(
    two_cases, send, ward, department, clerk, officer, sign_in, now
):
    dossier = send(ward, "island")

    seen = queries.get_dossier(dossier_id=dossier.id, actor=clerk, at=now)
    assert "receive" in {action.key for action in seen.offered}
    received = actions.take_action(
        dossier_id=dossier.id,
        action_key="receive",
        revision=seen.revision,
        actor=clerk,
        at=now,
    )

    # Now the department assesses it: not the case officer of the ward.
    assert received.task.organization_id == department.id
    seen = queries.get_dossier(dossier_id=dossier.id, actor=officer, at=now)
    assert not seen.offered
    listed = queries.inbox(actor=clerk, at=now).items
    assert [item.code for item in listed] == [dossier.code]


def test_a_desk_of_the_wrong_level_takes_nothing_in(two_cases, send, department):
    with pytest.raises(UnitDoesNotReceive):
        send(department, "lowland")


def test_the_units_of_a_case_are_those_of_its_desks(two_cases, now):
    def levels(case):
        units = queries.receiving_units(code="1.001193", on=now.date(), case=case)
        return {unit.level.value for unit in units}

    assert levels("lowland") == {"commune"}
    assert levels("island") == {"commune", "province"}


@pytest.mark.parametrize(
    ("received", "months", "last"),
    [
        ("2026-01-30 09:00", 1, "2026-03-02 17:00"),  # no 30 February; the 28th is off
        ("2026-06-16 09:00", 3, "2026-09-16 17:00"),
        ("2027-08-31 09:00", 6, "2028-02-29 17:00"),
    ],
)
def test_a_limit_in_months_ends_on_the_same_day_of_a_later_month(
    received, months, last
):
    working = WorkingTime(WEEK, first=2025, last=2028)
    at = datetime.fromisoformat(received).replace(tzinfo=VIETNAM)

    due = working.due(at, Limit(months, LimitUnit.MONTHS))

    assert due.astimezone(VIETNAM).strftime("%Y-%m-%d %H:%M") == last
