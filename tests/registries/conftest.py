"""A register of schools, and those who keep it."""

from datetime import date

import pytest

from tinhso.kernel.actor import SYSTEM
from tinhso.registries import actions, queries
from tinhso.registries.types import Line

TODAY = date(2026, 6, 16)
SCHOOL = {
    "code": "T001",
    "name": "Trường Tiểu học Hạ Long",
    "stage": "primary",
    "ownership": "public",
    "commune": "06688",
}


def school(number=1, code="T001", shape=None, first=None, until=None, ends=False, **v):
    """A line that says of a school what is usual, and what else is told."""
    values = {**SCHOOL, "code": code, **v}
    return Line(number, values, shape, first, until, ends)


@pytest.fixture
def keeper(sign_in):
    """Who keeps the register of schools."""
    return sign_in("Cao Thị Hằng")


@pytest.fixture
def approver(sign_in):
    """Who approves what the keeper hands in."""
    return sign_in("Hà Minh Đức")


@pytest.fixture
def load(content, now):
    """Write lines into a register as the operator."""

    def do(*lines, key="schools", on=date(2025, 7, 1), at=now, **more):
        return actions.load_records(
            key=key,
            lines=lines,
            source="Thử nghiệm",
            on=on,
            actor=SYSTEM,
            at=at,
            **more,
        )

    return do


@pytest.fixture
def propose(keeper, now):
    """Draft a change as the keeper and hand it in."""

    def do(*lines, on=TODAY, at=now, **more):
        drafted = actions.draft_change(
            key="schools",
            lines=lines,
            source="Báo cáo của trường",
            on=on,
            actor=keeper,
            at=at,
        )
        return actions.hand_in_change(change_id=drafted.id, actor=keeper, at=at, **more)

    return do


@pytest.fixture
def read(content, keeper):
    """Read what the register of schools says of one on a day."""

    def do(identifier="T001", on=TODAY, **more):
        return queries.get_record(
            key="schools", identifier=identifier, on=on, actor=keeper, **more
        )

    return do
