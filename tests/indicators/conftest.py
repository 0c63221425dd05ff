"""Visits in a lake of their own and what counts them; units that are assessed."""

from datetime import date, timedelta

import pytest

from tests.lake.conftest import forget
from tinhso.indicators import actions
from tinhso.kernel.actor import Actor, ActorKind, Duty
from tinhso.kernel.ids import new_id
from tinhso.kernel.packs import versions
from tinhso.kernel.packs.types import Content
from tinhso.lake import actions as lake
from tinhso.lake.providers import published
from tinhso.lake.types import Column, Dataset, Kind
from tinhso.people import queries as people

DUE, EXPLAIN_BY = date(2026, 6, 30), date(2026, 7, 15)
VISITS = Dataset(
    name="counters.visits",
    vi="Lượt khách",
    en="Visits",
    columns=(
        Column("visit_id", Kind.ID, "mã", "the visit"),
        Column("desk", Kind.TEXT, "quầy", "the desk", may_be_empty=True),
        Column("served", Kind.YES_NO, "đã được phục vụ", "whether it was served"),
        Column("minutes", Kind.WHOLE, "số phút", "minutes"),
        Column("came_on", Kind.DAY, "ngày", "the day"),
        Column("came_at", Kind.MOMENT, "lúc", "the moment"),
        Column("is_synthetic", Kind.YES_NO, "dữ liệu mô phỏng", "made-up data"),
    ),
    key="visit_id",
    version="came_at",
    month="came_on",
)


def counting(key, numerator, denominator=None, **more):
    """Declare an indicator that counts visits."""
    computed = {"dataset": "counters.visits", "day": "came_on"}
    computed |= {"numerator": numerator, "by": {"agency": "desk"}}
    computed |= {"behind": ["came_at", "visit_id", "desk"]}
    if denominator:
        computed["denominator"] = denominator
    unit = "percent" if denominator else "count"
    title = {"vi": f"Chỉ tiêu {key}", "en": f"Indicator {key}"}
    told = {"key": key, "unit": unit, "title": title, "computed": computed}
    return {**told, **more}


VISITS_SEEN = counting("visits", {"where": "TRUE"})
SERVED = counting("served", {"where": "served"}, {"where": "TRUE"})
MINUTES = counting("minutes", {"where": "served", "sum": "minutes"})
MEAN = {
    "key": "mean",
    "unit": "count",
    "title": {"vi": "Trung bình", "en": "Mean"},
    "formula": {
        "of": ["minutes", "visits"],
        "rule": {"/": [{"var": "minutes"}, {"var": "visits"}]},
    },
}


@pytest.fixture
def declare(monkeypatch):
    """Declare indicators instead of those of the packs."""
    kept = versions.in_force

    def do(*told):
        body = {"key": "test", "title": {"vi": "Thử", "en": "Test"}}
        content = Content("test", "indicators", "test", body | {"indicators": told})

        def in_force(*, kind):
            return (content,) if kind == "indicators" else kept(kind=kind)

        monkeypatch.setattr(versions, "in_force", in_force)

    do(VISITS_SEEN, SERVED, MINUTES, MEAN)
    return do


@pytest.fixture
def visits(db, monkeypatch):
    """The dataset of the tests, alone in the lake."""
    monkeypatch.setattr(published, "_datasets", {})
    monkeypatch.setattr(published, "_families", [])
    monkeypatch.setattr(published, "_batches", [])
    lake.publish(dataset=VISITS)
    yield VISITS
    forget()


@pytest.fixture
def visit(visits, now):
    """Hand in a visit; answer its id."""

    def do(desk="H49.1", days=0, correction=False, **values):
        at = now + timedelta(days=days)
        row = {
            "visit_id": new_id(),
            "desk": desk,
            "served": True,
            "minutes": 10,
            "came_on": at.date(),
            "came_at": at,
            "is_synthetic": False,
            **values,
        }
        lake.hand_in(dataset=VISITS.name, values=row, at=at, is_correction=correction)
        return row["visit_id"]

    return do


@pytest.fixture
def province():
    """Somebody who serves the province."""
    return Actor(kind=ActorKind.OFFICER, duties=(Duty("leader", new_id()),))


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
