"""A small wish for made-up activity, on a platform that is a demonstration."""

from dataclasses import replace
from datetime import date

import pytest

from tests.lake.conftest import forget
from tinhso.kernel.actor import SYSTEM
from tinhso.simulation import actions
from tinhso.simulation.types import Wish


@pytest.fixture(autouse=True)
def _demonstration(settings, db):
    settings.TINHSO_DEMO = True
    yield
    forget()


@pytest.fixture
def wish(content, now):
    """About sixty dossiers of two weeks."""
    return Wish(
        key="quang_ninh",
        first=date(2026, 5, 4),
        last=date(2026, 5, 17),
        seed=7,
        share=0.0015,
        until=now,
    )


@pytest.fixture
def simulate(wish, now):
    def do(**changes):
        return actions.simulate(
            wish=replace(wish, **changes), workers=1, actor=SYSTEM, at=now
        )

    return do
