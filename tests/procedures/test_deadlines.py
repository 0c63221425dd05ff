"""Due dates agree with a slow and obvious reference, and with the law's examples."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.kernel.clock import VIETNAM
from tinhso.procedures.deadlines.calendar import hours_on
from tinhso.procedures.deadlines.working_time import WorkingTime, apology_latest
from tinhso.procedures.types import DayOverride, Limit, LimitUnit, WorkCalendar

FULL = ((time(7), time(11, 30)), (time(13, 30), time(17)))
MORNING = ((time(7), time(11)),)
WEEK = WorkCalendar("week", 1, dict.fromkeys(range(1, 6), FULL))
SATURDAYS = WorkCalendar(
    "saturdays",
    1,
    {**dict.fromkeys(range(1, 6), FULL), 6: MORNING},
    (
        DayOverride(date(2026, 1, 2), (), "VB 12729/VPCP-KGVX"),
        DayOverride(date(2026, 1, 10), FULL, "VB 12729/VPCP-KGVX"),
    ),
)


@cache
def working_time(key):
    calendar = {"week": WEEK, "saturdays": SATURDAYS}[key]
    return WorkingTime(calendar, first=2025, last=2028)


def local(text):
    return datetime.fromisoformat(text).replace(tzinfo=VIETNAM)


def due(received, amount, unit=LimitUnit.WORKING_DAYS, key="week"):
    moment = working_time(key).due(local(received), Limit(amount, unit))
    return f"{moment.astimezone(VIETNAM):%Y-%m-%d %H:%M}"


@pytest.mark.parametrize(
    ("received", "amount", "expected"),
    [
        ("2026-06-16 09:00", 1, "2026-06-17 17:00"),
        ("2026-06-16 16:59", 1, "2026-06-17 17:00"),
        ("2026-06-16 17:01", 1, "2026-06-18 17:00"),
        ("2026-06-19 09:00", 1, "2026-06-22 17:00"),
        ("2026-06-20 09:00", 1, "2026-06-23 17:00"),
        ("2026-06-16 05:00", 3, "2026-06-19 17:00"),
    ],
)
def test_working_days_count_from_the_day_after_receipt(received, amount, expected):
    assert due(received, amount) == expected


def test_tet_and_the_hung_kings_day_are_not_counted():
    assert due("2026-02-13 09:00", 1) == "2026-02-23 17:00"
    assert due("2026-04-24 09:00", 1) == "2026-04-28 17:00"


def test_a_swapped_saturday_is_worked_and_its_day_is_off():
    # 31/08/2026 is off in exchange for Saturday 22/08/2026.
    assert hours_on(WEEK, date(2026, 8, 22)) == FULL
    assert hours_on(WEEK, date(2026, 8, 31)) == ()


def test_an_override_stands_above_week_and_holidays():
    assert hours_on(SATURDAYS, date(2026, 1, 2)) == ()
    assert hours_on(SATURDAYS, date(2026, 1, 10)) == FULL


def test_half_days_count_by_their_hours():
    # One day is eight hours: four on Saturday morning, four more on Monday.
    assert due("2026-06-19 09:00", 1, key="saturdays") == "2026-06-22 11:00"


def test_calendar_days_end_on_a_working_day():
    assert due("2026-06-16 09:00", 4, LimitUnit.DAYS) == "2026-06-22 17:00"
    assert due("2026-06-16 09:00", 2, LimitUnit.DAYS) == "2026-06-18 17:00"


def test_working_hours_run_on_over_lunch_and_night():
    assert due("2026-06-16 11:00", 2, LimitUnit.WORKING_HOURS) == "2026-06-16 15:00"
    assert due("2026-06-16 16:00", 4, LimitUnit.WORKING_HOURS) == "2026-06-17 10:00"


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2026-06-16 06:00", "2026-06-16 17:00"),
        ("2026-06-16 15:00", "2026-06-16 17:00"),
        ("2026-06-16 15:01", "2026-06-17 17:00"),
        ("2026-06-19 15:01", "2026-06-22 17:00"),
        ("2026-06-20 10:00", "2026-06-22 17:00"),
    ],
)
def test_what_is_due_the_same_day_is_due_the_next_after_its_hour(received, expected):
    # NĐ 23/2015 Đ7: "trong ngày ... hoặc trong ngày làm việc tiếp theo, nếu tiếp nhận
    # yêu cầu sau 15 giờ".
    assert due(received, 15, LimitUnit.SAME_DAY) == expected


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2026-06-16 14:59", "2026-06-16 17:00"),
        ("2026-06-16 15:00", "2026-06-17 07:00"),
        ("2026-06-19 16:00", "2026-06-22 07:00"),
        ("2026-06-20 10:00", "2026-06-22 17:00"),
    ],
)
def test_the_desk_hands_over_the_same_day_or_first_thing_after_15_00(
    received, expected
):
    moment = working_time("week").hand_over_due(local(received))

    assert f"{moment.astimezone(VIETNAM):%Y-%m-%d %H:%M}" == expected


def test_an_apology_goes_out_one_working_day_before():
    latest = apology_latest(working_time("week"), local("2026-06-22 17:00"))

    assert f"{latest.astimezone(VIETNAM):%Y-%m-%d %H:%M}" == "2026-06-19 17:00"


def reference_due(calendar, received, limit):
    """Walk minute by minute, as a patient clerk would."""

    def works(moment):
        hours = hours_on(calendar, moment.date())
        return any(begin <= moment.time() < end for begin, end in hours)

    moment = received.astimezone(VIETNAM).replace(tzinfo=None, second=0, microsecond=0)
    while not works(moment):
        moment += timedelta(minutes=1)
    if limit.unit is LimitUnit.WORKING_DAYS:
        moment = datetime.combine(moment.date() + timedelta(1), time())
    minutes = limit.amount * (8 if limit.unit is LimitUnit.WORKING_DAYS else 1) * 60
    while minutes:
        minutes -= works(moment)
        moment += timedelta(minutes=1)
    return moment


@settings(max_examples=150, deadline=None)
@given(
    minute=st.integers(0, 2 * 365 * 24 * 60),
    amount=st.integers(1, 6),
    unit=st.sampled_from([LimitUnit.WORKING_DAYS, LimitUnit.WORKING_HOURS]),
    key=st.sampled_from(["week", "saturdays"]),
)
def test_due_dates_agree_with_the_patient_clerk(minute, amount, unit, key):
    received = datetime(2025, 12, 1, tzinfo=UTC) + timedelta(minutes=minute)
    limit = Limit(amount, unit)

    fast = working_time(key).due(received, limit)

    calendar = {"week": WEEK, "saturdays": SATURDAYS}[key]
    slow = reference_due(calendar, received, limit)
    assert fast.astimezone(VIETNAM).replace(tzinfo=None) == slow


@settings(max_examples=200, deadline=None)
@given(
    first=st.integers(0, 10**6),
    second=st.integers(0, 10**6),
    key=st.sampled_from(["week", "saturdays"]),
)
def test_working_time_between_two_moments_can_be_added_again(first, second, key):
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=first)
    end = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=second)
    working = working_time(key)

    again = working.add(start, working.between(start, end))

    assert working.between(again, end) == 0
