"""What a criterion computes is counted from real acts in the lake, no other."""

from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from tests.lake.conftest import forget
from tinhso.indicators import actions, queries
from tinhso.indicators.rules.periods import period_of
from tinhso.lake import actions as lake

SET = "service_quality_766"
AGENCY = "H49.90005"


@pytest.fixture
def act(content, now):
    """Hand an act on a dossier to the lake, as procedures do."""

    def do(dossier=None, *, resolved=None, due=10, channel="online", **more):
        due_at = now + timedelta(days=due)
        values = {
            "act_id": uuid4(),
            "dossier_id": dossier or uuid4(),
            "procedure": "1.000001",
            "agency": AGENCY,
            "receiver": AGENCY,
            "channel": channel,
            "action": "submit",
            "step": "receive",
            "status": 1,
            "acted_at": now,
            "acted_on": now.date(),
            "submitted_on": now.date(),
            "due_at": due_at,
            "is_late": now > due_at,
            "resolved": resolved,
            "is_synthetic": False,
        }
        lake.hand_in(dataset="procedures.dossier_acts", values=values | more, at=now)
        return values["dossier_id"]

    yield do
    forget()


@pytest.fixture
def dossiers(act, now):
    """Four real dossiers: on time, late, within time, overdue; and others beside."""
    act(act(), resolved="on_time", action="seal", status=9)
    act(act(due=-2), resolved="late", action="seal", status=9, due=-2)
    act(channel="counter")
    act(channel="counter", due=-1)
    act(is_synthetic=True)
    act(agency="H49.90006")
    before = now - timedelta(days=400)
    act(acted_at=before, acted_on=before.date(), submitted_on=before.date())
    lake.append_waiting(at=now)


def count(name, now, period="2026", agency=AGENCY):
    return queries.count(
        name=name, agency=agency, period=period_of(period), on=now.date()
    )


def test_real_dossiers_of_the_agency_and_period_are_counted(dossiers, now):
    assert count("dossiers.on_time", now) == (Decimal(2), Decimal(4))
    assert count("dossiers.filed_online", now) == (Decimal(2), Decimal(4))
    assert count("dossiers.on_time", now, period="2025Q2") == (Decimal(1), Decimal(1))


def test_where_nothing_real_is_there_is_no_count(dossiers, now):
    assert count("dossiers.on_time", now, period="2024") is None
    assert count("dossiers.on_time", now, agency="H49' OR 1=1 --") is None
    assert count("happiness", now) is None


def test_a_department_takes_the_count_and_not_its_own_figure(
    dossiers, begin, department, keeper, now
):
    key = begin(department, SET)

    found = actions.self_assess(
        assessment_id=key,
        item="filed_online",
        a=Decimal(999),
        b=Decimal(999),
        remark="",
        actor=keeper,
        at=now,
    ).score("filed_online")

    assert (found.a, found.b) == (2, 4)
    assert found.said == 6
