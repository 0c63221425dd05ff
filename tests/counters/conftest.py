"""A desk with one short morning, and people who come to it."""

from datetime import date, datetime, time
from types import SimpleNamespace

import pytest

from tinhso.counters import actions, queries
from tinhso.counters.types import Window
from tinhso.kernel.clock import VIETNAM

NO_DAYS_OFF = frozenset()
TOMORROW = date(2026, 6, 17)


def moment(hour, minute=0, day=TOMORROW):
    return datetime.combine(day, time(hour, minute), VIETNAM)


@pytest.fixture
def desk(ward, clerk, now):
    """Tomorrow, Wednesday, 8 to 9: two slots of half an hour, one place each."""
    opened = actions.open_desk(organization_id=ward.id, actor=clerk, at=now)
    for window in opened.windows:
        actions.remove_window(
            organization_id=ward.id, window_id=window.id, actor=clerk, at=now
        )
    return actions.add_window(
        organization_id=ward.id,
        window=Window(None, 3, time(8), time(9), 30, 1),
        actor=clerk,
        at=now,
    )


@pytest.fixture
def people(sign_in):
    return SimpleNamespace(
        hoa=sign_in("Nguyễn Thị Hoa"),
        hung=sign_in("Trần Quốc Hưng"),
        mai=sign_in("Lý Thị Mai"),
        thanh=sign_in("Đỗ Văn Thành"),
        stranger=sign_in("Triệu Thị Sen"),
    )


@pytest.fixture
def book(desk, now):
    def do(actor, starts_at=None, **more):
        return actions.book_slot(
            **{
                "organization_id": desk.organization_id,
                "starts_at": starts_at or moment(8),
                "procedure_code": "1.001193",
                "days_off": NO_DAYS_OFF,
                "actor": actor,
                "at": now,
                **more,
            }
        )

    return do


@pytest.fixture
def wait_for(desk, now):
    def do(actor, starts_at=None, day=TOMORROW):
        return actions.join_waiting_list(
            organization_id=desk.organization_id,
            day=day,
            starts_at=starts_at,
            procedure_code="",
            days_off=NO_DAYS_OFF,
            actor=actor,
            at=now,
        )

    return do


@pytest.fixture
def offered(now):
    """The place offered to somebody, None if there is none."""

    def find(actor):
        mine = queries.my_bookings(actor=actor)
        return next((b for b in mine if b.state == "offered"), None)

    return find


@pytest.fixture
def issue(desk, clerk, now):
    def do(letter="A", *, is_priority=False, at=now):
        return actions.issue_ticket(
            organization_id=desk.organization_id,
            letter=letter,
            is_priority=is_priority,
            procedure_code="",
            actor=clerk,
            at=at,
        )

    return do


@pytest.fixture
def call(desk, clerk, now):
    def do(counter=1, at=now):
        return actions.call_next(
            organization_id=desk.organization_id, counter=counter, actor=clerk, at=at
        )

    return do
