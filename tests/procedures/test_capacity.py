"""How heads see the work of their people, and when it falls due."""

from datetime import date, timedelta

import pytest

from tinhso.kernel.errors import NotAllowed
from tinhso.procedures import actions, queries
from tinhso.procedures.types import DeskFilter


@pytest.fixture
def head(sign_in):
    return sign_in("Đặng Thị Hạnh")


def test_a_month_counts_what_is_due_on_each_day(submit, clerk, now):
    for _ in range(2):
        submit()
    late = submit(at=now - timedelta(days=5))

    days = queries.due_days(actor=clerk, at=now, month=now.date(), wanted=DeskFilter())
    due = {day.day: day.counts for day in days if day.total}

    assert len(days) == 30
    assert due[date(2026, 6, 17)]["green"] == 2
    assert due[late.clock.due_at.date()]["red"] == 1
    assert sum(day.total for day in days) == 3
    off = {day.day.weekday() for day in days if not day.is_working}
    assert off == {5, 6}


def test_a_month_follows_the_filter(submit, clerk, now):
    dossier, _ = submit(), submit()
    wanted = DeskFilter(text=dossier.code[-4:])

    days = queries.due_days(actor=clerk, at=now, month=now.date(), wanted=wanted)

    assert sum(day.total for day in days) == 1


def test_a_head_sees_who_holds_what_and_how_long_it_would_take(
    submit, clerk, officer, head, act, now
):
    for _ in range(2):
        act(submit(), "receive", clerk)
    held = submit()
    actions.claim_task(dossier_id=held.id, actor=clerk, at=now)
    submit()
    later = now + timedelta(minutes=20)

    (unit,) = queries.capacities(actor=head, at=later)

    by_name = {one.name: one for one in unit.officers}
    assert (by_name["Vũ Thị Lan"].total, by_name["Vũ Thị Lan"].done) == (1, 2)
    assert by_name["Vũ Thị Lan"].days == 10.0
    assert by_name["Hoàng Văn Nam"].days is None
    waiting = {one.roles[0]: one.total for one in unit.unclaimed}
    assert waiting == {"clerk": 1, "case_officer": 2}
    assert (unit.arrived, unit.finished) == (4, 0)


def test_only_heads_see_the_work_of_others(clerk, now):
    with pytest.raises(NotAllowed):
        queries.capacities(actor=clerk, at=now)
