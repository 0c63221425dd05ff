"""Visits in a lake of their own, months of them, and what is promised of them."""

from datetime import date

import pytest

from tests.indicators.conftest import (  # noqa: F401 - fixtures
    SERVED,
    VISITS_SEEN,
    declare,
    province,
    visit,
    visits,
)
from tinhso.foresight import actions, queries
from tinhso.indicators import actions as indicators
from tinhso.kernel.packs import versions
from tinhso.kernel.packs.types import Content
from tinhso.lake import actions as lake


@pytest.fixture
def promised(declare, monkeypatch):  # noqa: F811 - the fixture
    """Promise a share of visits that are served."""
    declare(VISITS_SEEN, SERVED)
    kept = versions.in_force

    def do(due="2026", **goal):
        line = {"key": "served", "indicator": "served", "due": due, **goal}
        clause = {"vi": "Tám phần mười được phục vụ", "en": "Four in five are served"}
        told = {"number": 1, "pillar": "government", "clause": clause}
        body = {"key": "plan", "source": "Kế hoạch thử", "due": due}
        body |= {"clauses": [{**told, "targets": [line]}]}
        content = Content("test", "targets", "plan", body)

        def in_force(*, kind):
            return (content,) if kind == "targets" else kept(kind=kind)

        monkeypatch.setattr(versions, "in_force", in_force)

    return do


@pytest.fixture
def months(visit, now):  # noqa: F811 - the fixture
    """Hand in visits of the months before June 2026, of ten each so many served."""

    def do(*served, until=5, **told):
        for back, yes in enumerate(reversed(served)):
            year, month = divmod(2026 * 12 + until - 1 - back, 12)
            for n in range(10):
                day = date(year, month + 1, 5)
                visit(served=n < yes, came_on=day, **told)
        lake.append_waiting(at=now)
        indicators.refresh(at=now)

    return do


@pytest.fixture
def foretell(now):
    """Forecast what changed."""

    def do(made_up=False):
        return actions.forecast_measures(at=now, made_up=made_up)

    return do


@pytest.fixture
def outlook(now, province):  # noqa: F811 - the fixture
    """Read what is forecast of the visits that are served."""

    def do(indicator="served", made_up=False):
        return queries.forecast_of(
            indicator=indicator, on=now.date(), made_up=made_up, actor=province
        )

    return do
