"""Slots, the order of calling, estimates and figures: values in, values out."""

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from math import ceil
from statistics import median
from typing import Protocol, TypeVar

from tinhso.counters.types import Closure, Group, Opening, Window
from tinhso.kernel.clock import VIETNAM, local
from tinhso.kernel.text import clean

MAX_TEXT = 200
# No 0 O 1 I: people read a code from paper and type it at a machine.
CODE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 8
FEWEST_SAMPLES = 3
STEP_MINUTES = 5

# What a unit starts with until its officers change it; no law sets these numbers.
DEFAULT_WINDOWS = tuple(
    Window(None, weekday, opens, closes, slot_minutes=30, quota=2)
    for weekday in range(1, 6)
    for opens, closes in ((time(7, 30), time(11)), (time(13, 30), time(16, 30)))
)
DEFAULT_GROUPS = (Group("A", "Nộp hồ sơ"), Group("B", "Nhận kết quả"))
DEFAULT_PRIORITY = "Người cao tuổi\nNgười khuyết tật\nPhụ nữ mang thai"


def slots_on(
    day: date,
    windows: Iterable[Window],
    closures: Iterable[Closure],
    days_off: frozenset[date],
) -> tuple[Opening, ...]:
    """Cut the hours of a day into slots; a slot that meets a closure falls out.

    days_off: days on which nobody works, whatever the pattern says.
    """
    if day in days_off:
        return ()
    closed = tuple(closures)
    slots = (slot for window in windows for slot in _cut(day, window))
    open_ = (slot for slot in slots if not any(_meets(slot, one) for one in closed))
    return tuple(sorted(open_, key=lambda slot: slot.starts_at))


def _cut(day: date, window: Window) -> Iterable[Opening]:
    if day.isoweekday() != window.weekday:
        return
    length = timedelta(minutes=window.slot_minutes)
    start = moment_of(day, window.opens)
    while start + length <= moment_of(day, window.closes):
        yield Opening(start, start + length, window.quota)
        start += length


def _meets(slot: Opening, closure: Closure) -> bool:
    return slot.starts_at < closure.ends_at and closure.starts_at < slot.ends_at


def moment_of(day: date, at: time) -> datetime:
    """Join a day and a time of the wall clock of Vietnam."""
    return datetime.combine(day, at, VIETNAM)


def bookable_days(at: datetime, days_ahead: int) -> tuple[date, ...]:
    """List the days one may book: today and so many days on."""
    today = local(at).date()
    return tuple(today + timedelta(n) for n in range(days_ahead + 1))


def is_near(moment: datetime, at: datetime, days_ahead: int) -> bool:
    """Tell whether a moment can be a slot at all; asked of whatever people send."""
    return at < moment <= at + timedelta(days_ahead + 1)


def is_bookable(slot: Opening, at: datetime, days_ahead: int) -> bool:
    """Tell whether a slot is still to come and near enough."""
    last = local(at).date() + timedelta(days_ahead)
    return at < slot.starts_at and local(slot.starts_at).date() <= last


def free_place(taken: Iterable[int], quota: int) -> int | None:
    """Find the lowest place of a slot that nobody has; None if it is full.

    >>> free_place([1, 3], 3)
    2
    """
    held = set(taken)
    # The quota counts people: one lowered below them frees no place of a low number.
    if len(held) >= quota:
        return None
    return next(place for place in range(1, quota + 1) if place not in held)


def tidy_code(text: str) -> str:
    """Read a booking code as people type it.

    >>> tidy_code(" k7mp 2qxd")
    'K7MP-2QXD'
    """
    letters = "".join(c for c in clean(text).upper() if c.isalnum())[:CODE_LENGTH]
    return f"{letters[:4]}-{letters[4:]}"


def tidy_procedure(text: str) -> str:
    """Read a code of the catalogue; anything else is another matter.

    >>> tidy_procedure(" 1.001193 "), tidy_procedure("khác")
    ('1.001193', '')
    """
    code = clean(text)
    return code if re.fullmatch(r"[0-9A-Za-z.\-]{1,30}", code) else ""


def reminds(starts_at: datetime, at: datetime) -> bool:
    """Tell whether to remind: it is for tomorrow, and nobody is asleep (8 to 20)."""
    now = local(at)
    tomorrow = local(starts_at).date() == now.date() + timedelta(1)
    return tomorrow and 8 <= now.hour < 20


# The order of calling


class Waiter(Protocol):
    """What the order of calling looks at."""

    @property
    def is_priority(self) -> bool:
        """Tell whether the number is marked as priority."""

    @property
    def appointment_at(self) -> datetime | None:
        """Tell when the holder was asked to come; None for a walk-in."""

    @property
    def issued_at(self) -> datetime:
        """Tell when the number was issued."""

    @property
    def number(self) -> str:
        """Write the number, which settles ties."""


W = TypeVar("W", bound=Waiter)


def goes_first(ticket: Waiter, at: datetime) -> bool:
    """Tell whether a number is preferred: priority, or an appointment whose time is."""
    due = ticket.appointment_at is not None and ticket.appointment_at <= at
    return ticket.is_priority or due


def choose(waiting: Sequence[W], *, run: int, most: int, at: datetime) -> W | None:
    """Choose whom a counter calls next; None if nobody waits.

    Preferred numbers go first. After `most` of them in a row (`run`) while others
    waited, the counter calls the earliest of the others. So somebody with k others
    before them is called by the (k + 1)(most + 1)th call of the counter at the latest.
    """
    preferred = [ticket for ticket in waiting if goes_first(ticket, at)]
    others = [ticket for ticket in waiting if not goes_first(ticket, at)]
    pool = others if others and (not preferred or run >= most) else preferred
    return min(pool, key=lambda t: (t.issued_at, t.number), default=None)


def run_after(chosen: W, waiting: Sequence[W], *, run: int, at: datetime) -> int:
    """Count on the preferred calls in a row for which others were passed over."""
    passed = any(not goes_first(ticket, at) for ticket in waiting)
    return run + 1 if goes_first(chosen, at) and passed else 0


def in_order(
    waiting: Sequence[W], *, run: int, most: int, at: datetime
) -> tuple[W, ...]:
    """List the numbers in the order in which one counter would call them."""
    left, order = list(waiting), []
    while (chosen := choose(left, run=run, most=most, at=at)) is not None:
        run = run_after(chosen, left, run=run, at=at)
        order.append(chosen)
        left.remove(chosen)
    return tuple(order)


# Times


def estimate(*, ahead: int, counters: int, cycles: Sequence[timedelta]) -> int | None:
    """Estimate the minutes until a number is called, in steps of five.

    cycles: from call to end, of today; None when fewer than three are known or no
    counter works.
    """
    if counters < 1 or len(cycles) < FEWEST_SAMPLES:
        return None
    minutes = median(cycle.total_seconds() for cycle in cycles) / 60
    return ceil(minutes * ahead / counters / STEP_MINUTES) * STEP_MINUTES


def percentile(values: Sequence[timedelta], share: int) -> int | None:
    """Take the value below which `share` percent lie (nearest rank), in minutes.

    >>> percentile([timedelta(minutes=n) for n in (9, 1, 5)], 50)
    5
    """
    if not values:
        return None
    rank = ceil(len(values) * share / 100)
    return round(sorted(values)[rank - 1].total_seconds() / 60)
