"""Somebody who appraises, a department and a commune that assess themselves."""

from datetime import date

import pytest

from tinhso.indicators import actions
from tinhso.people import queries as people

DUE, EXPLAIN_BY = date(2026, 6, 30), date(2026, 7, 15)


@pytest.fixture
def reviewer(sign_in):
    return sign_in("Vi Thị Thanh Tâm")


@pytest.fixture
def keeper(sign_in):
    return sign_in("Cao Thị Hằng")


@pytest.fixture
def department(content, now):
    return people.organization_by_key(key="so_gddt", on=now.date())


@pytest.fixture
def begin(reviewer, now):
    """Ask a unit to assess itself; answers the id of the assessment."""

    def do(unit, set_key="dti_commune_2026", period="2026", **more):
        told = {"due_on": DUE, "explain_by": EXPLAIN_BY, "actor": reviewer, "at": now}
        found = actions.begin_assessment(
            set_key=set_key, unit_id=unit.id, period=period, **(told | more)
        )
        return found.line.id

    return do
