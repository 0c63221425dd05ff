"""Stays in the lake, and datasets of them."""

from pathlib import Path

import pytest

from tests.lake.conftest import forget
from tests.opendata.places import STAYS, body, stay
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.packs.types import Content
from tinhso.lake import actions as lake
from tinhso.lake.providers import published
from tinhso.opendata import actions


@pytest.fixture
def stays(db, content, monkeypatch, now):
    """The table of the tests in the lake; call it to put rows in."""
    monkeypatch.setattr(published, "_datasets", dict(published._datasets))
    lake.publish(dataset=STAYS)

    def put(*rows, **same):
        for row in rows or [stay(**same)]:
            fault = lake.hand_in(dataset=STAYS.name, values=row, at=now)
            assert fault == ""
        lake.append_waiting(at=now)

    yield put
    forget()


@pytest.fixture
def enter(content, now):
    """Enter a dataset into the catalogue; answer its name."""

    def do(told=None):
        told = told or body()
        actions.enter_dataset(
            Content("test", "datasets", told["key"], told, path=Path()), SYSTEM, now
        )
        return told["key"]

    return do


@pytest.fixture
def publish(now):
    """Publish a dataset as the platform does."""

    def do(slug="luu-tru", actor=SYSTEM, at=now):
        return actions.publish(slug=slug, actor=actor, at=at)

    return do


@pytest.fixture
def published_stays(stays, enter, publish):
    """Forty stays at two communes, published as rows without quasi-identifiers."""
    rows = [
        stay(commune=commune, reason=reason, nights=n % 7)
        for commune in ("06688", "06706")
        for reason in ("=1+1", "thăm thân")
        for n in range(10)
    ]
    stays(*rows)
    enter(body("commune", "reason", "nights", "lon", "lat", "came_on"))
    return publish()
