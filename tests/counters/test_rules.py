"""Slots, the order of calling and the estimates, for all values."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tinhso.counters import rules
from tinhso.counters.types import Closure, Window
from tinhso.kernel.clock import local

START = datetime(2026, 6, 16, 0, 0, tzinfo=UTC)
DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@st.composite
def windows(draw):
    opens = draw(st.integers(0, 20 * 60))
    closes = draw(st.integers(opens + 5, 24 * 60 - 1))
    return Window(
        None,
        draw(st.integers(1, 7)),
        time(*divmod(opens, 60)),
        time(*divmod(closes, 60)),
        draw(st.integers(5, 240)),
        draw(st.integers(1, 9)),
    )


@st.composite
def closures(draw, day):
    start = rules.moment_of(day, time()) + timedelta(
        minutes=draw(st.integers(-600, 1440))
    )
    return Closure(
        None, start, start + timedelta(minutes=draw(st.integers(1, 900))), "x"
    )


@given(st.data(), DAYS, st.lists(windows(), max_size=5))
def test_slots_lie_within_the_hours_of_the_day_and_outside_all_closures(
    data, day, pattern
):
    closed = data.draw(st.lists(closures(day), max_size=3))

    found = rules.slots_on(day, pattern, closed, frozenset())

    assert list(found) == sorted(found, key=lambda slot: slot.starts_at)
    for slot in found:
        begin, end = local(slot.starts_at), local(slot.ends_at)
        assert begin.date() == day
        assert any(
            w.weekday == day.isoweekday()
            and w.opens <= begin.time()
            and end.time() <= w.closes
            and end - begin == timedelta(minutes=w.slot_minutes)
            and w.quota == slot.quota
            for w in pattern
        )
        assert not any(
            c.starts_at < slot.ends_at and slot.starts_at < c.ends_at for c in closed
        )


@given(DAYS, windows())
def test_a_window_without_closures_is_cut_into_as_many_slots_as_fit(day, window):
    minutes = (
        window.closes.hour * 60
        + window.closes.minute
        - window.opens.hour * 60
        - window.opens.minute
    )
    expected = (
        minutes // window.slot_minutes if window.weekday == day.isoweekday() else 0
    )

    found = rules.slots_on(day, [window], [], frozenset())

    assert len(found) == expected
    assert all(a.ends_at == b.starts_at for a, b in pairwise(found))


@given(DAYS, st.lists(windows(), max_size=5))
def test_a_day_off_has_no_slots(day, pattern):
    assert rules.slots_on(day, pattern, [], frozenset({day})) == ()


def test_a_slot_of_today_that_began_is_not_booked_any_more():
    at = datetime(2026, 6, 16, 2, 0, tzinfo=UTC)
    window = Window(None, 2, time(8), time(10), 30, 1)
    slots = rules.slots_on(date(2026, 6, 16), [window], [], frozenset())

    open_ = [
        f"{local(s.starts_at):%H:%M}" for s in slots if rules.is_bookable(s, at, 14)
    ]

    assert open_ == ["09:30"]


@given(st.sets(st.integers(1, 12)), st.integers(1, 12))
def test_a_place_is_free_while_fewer_people_than_the_quota_hold_one(taken, quota):
    place = rules.free_place(taken, quota)

    assert (place is None) == (len(taken) >= quota)
    assert place is None or (place not in taken and 1 <= place <= quota)


# The order of calling


@dataclass(frozen=True)
class Number:
    place: int
    is_priority: bool
    issued_at: datetime
    appointment_at: datetime | None = None

    @property
    def number(self):
        return f"A{self.place:03d}"


@st.composite
def numbers(draw):
    kinds = draw(st.lists(st.booleans(), max_size=25))
    return [
        Number(n, is_priority, START + timedelta(minutes=n))
        for n, is_priority in enumerate(kinds)
    ]


@given(numbers(), st.integers(1, 5), st.integers(0, 5))
def test_nobody_starves_behind_any_number_of_preferred_people(waiting, most, run):
    """k others before: called by the (k + 1)(most + 1)th call, whatever comes in."""
    order = rules.in_order(waiting, run=min(run, most), most=most, at=START)

    assert sorted(order, key=lambda t: t.number) == sorted(
        waiting, key=lambda t: t.number
    )
    others = [ticket for ticket in order if not ticket.is_priority]
    for before, ticket in enumerate(others):
        assert order.index(ticket) + 1 <= (before + 1) * (most + 1)


@given(st.integers(1, 6), st.integers(0, 8))
def test_an_endless_stream_of_preferred_people_does_not_hold_anybody_up(most, before):
    others = [Number(n, False, START + timedelta(minutes=n)) for n in range(before + 1)]
    run, calls, waiting = 0, 0, list(others)
    while others[-1] in waiting:
        newcomer = Number(100 + calls, True, START + timedelta(hours=calls + 1))
        waiting.append(newcomer)
        chosen = rules.choose(waiting, run=run, most=most, at=START)
        run = rules.run_after(chosen, waiting, run=run, at=START)
        waiting.remove(chosen)
        calls += 1

    assert calls <= (before + 1) * (most + 1)


@given(numbers())
def test_preferred_people_go_first_and_each_lane_goes_by_time(waiting):
    most = len(waiting) + 1
    order = rules.in_order(waiting, run=0, most=most, at=START)

    lanes = [not ticket.is_priority for ticket in order]
    assert lanes == sorted(lanes)
    for lane in (True, False):
        issued = [t.issued_at for t in order if t.is_priority is lane]
        assert issued == sorted(issued)


def test_an_appointment_is_preferred_from_its_time_on():
    nine = START + timedelta(hours=2)
    walk_in = Number(1, False, START)
    booked = Number(2, False, START + timedelta(hours=1), appointment_at=nine)

    before = rules.choose(
        [walk_in, booked], run=0, most=2, at=nine - timedelta(minutes=1)
    )
    after = rules.choose([walk_in, booked], run=0, most=2, at=nine)

    assert (before, after) == (walk_in, booked)


# Times


def minutes(*values):
    return [timedelta(minutes=value) for value in values]


def test_nothing_is_estimated_from_too_little():
    assert rules.estimate(ahead=3, counters=1, cycles=minutes(5, 5)) is None
    assert rules.estimate(ahead=3, counters=0, cycles=minutes(5, 5, 5)) is None
    assert rules.estimate(ahead=3, counters=1, cycles=minutes(5, 5, 5)) == 15


@given(st.integers(0, 50), st.integers(1, 9), st.lists(st.integers(1, 60), min_size=3))
def test_an_estimate_grows_with_the_line_and_shrinks_with_counters(
    ahead, counters, spent
):
    def estimate(ahead, counters):
        cycles = minutes(*spent)
        return rules.estimate(ahead=ahead, counters=counters, cycles=cycles)

    here = estimate(ahead, counters)

    assert here % 5 == 0
    assert estimate(ahead + 1, counters) >= here >= estimate(ahead, counters + 1)


@given(st.lists(st.integers(0, 500), min_size=1), st.sampled_from([50, 90]))
def test_a_percentile_is_the_smallest_value_that_enough_lie_at_or_below(values, share):
    found = rules.percentile(minutes(*values), share)

    below = sum(value <= found for value in values)
    assert found in values
    assert below * 100 >= share * len(values)
    smaller = [v for v in values if v < found]
    assert len(smaller) * 100 < share * len(values)


def test_people_are_reminded_the_day_before_and_never_at_night():
    slot = datetime(2026, 6, 17, 2, 0, tzinfo=UTC)  # 09:00 in Vietnam

    def reminded(hours):
        return rules.reminds(slot, slot - timedelta(hours=hours))

    assert reminded(24)
    assert not reminded(24 + 2)  # seven in the morning
    assert not reminded(12)  # nine in the evening
    assert not reminded(1)
    assert not reminded(48)
