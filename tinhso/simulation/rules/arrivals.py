"""Which records come new to a register on a day, and how it goes on with each.

All of it hangs on the seed and the day, as for dossiers.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

from tinhso.kernel.clock import VIETNAM
from tinhso.simulation.rules.plans import Chances, busy
from tinhso.simulation.types import Activity, Added, Answered

MADE_UP = "{words} (mô phỏng)"
YEAR = 365
KM_OF_DEGREE = 111.3
# So far from the center of a commune of that area, as a share of the radius of a disc
# as large: few communes are round.
NEAR = 0.6
DAY = timedelta(1)


@dataclass(frozen=True, slots=True)
class Spot:
    """A commune, its center in degrees, how far around it things lie, and how busy.

    reach: kilometers.
    """

    code: str
    longitude: float
    latitude: float
    reach: float
    weight: float


@dataclass(frozen=True, slots=True)
class Stand:
    """What is said of a record from a day until before another, None if it stays."""

    first: date
    until: date | None
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A record that comes new, in a point: longitude, latitude.

    stands: what is said of it, one after another.
    """

    code: str
    spot: Spot
    point: tuple[float, float]
    stands: tuple[Stand, ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """What a day's records are made of. until: nothing is later."""

    activity: Activity
    added: Added
    spots: Chances[Spot]
    seed: int
    share: float
    until: datetime


def reach_of(area_km2: float | None) -> float:
    """Tell how far from its center things of a commune lie at most, in kilometers.

    >>> round(reach_of(100), 2)
    3.39
    """
    return NEAR * math.sqrt((area_km2 or 1.0) / math.pi)


def arrivals_of(flow: Flow, day: date) -> list[Arrival]:
    """Make the records that come on a day."""
    if not _has_begun(day, flow.until):
        return []
    key = f"{flow.seed}/{flow.added.register}/{day.isoformat()}"
    dice = Random(key)  # noqa: S311 - it is a play
    wanted = flow.added.a_year / YEAR * busy(flow.activity, day) * flow.share
    count = int(wanted) + (dice.random() < wanted % 1)
    return [_arrival(flow, day, number, dice) for number in range(1, count + 1)]


def _arrival(flow: Flow, day: date, number: int, dice: Random) -> Arrival:
    told = flow.added
    spot = flow.spots.draw(dice)
    chosen = {n: Chances.of(some).draw(dice).name for n, some in told.choices.items()}
    words = MADE_UP.format(words=dice.choice(told.words.texts[chosen[told.words.by]]))
    values = {
        **chosen,
        told.words.field: words,
        told.day: day.isoformat(),
        told.answer.due: (day + timedelta(told.answer.days)).isoformat(),
    }
    point = _point(spot, dice)
    stands = tuple(_stands(told.answer, day, values, dice))
    return Arrival(
        code=f"{told.prefix}{flow.seed}-{day:%y%m%d}-{number:04}",
        spot=spot,
        point=point,
        stands=tuple(one for one in stands if _has_begun(one.first, flow.until)),
    )


def _point(spot: Spot, dice: Random) -> tuple[float, float]:
    """Draw a point of a disc around the center, each part of it as often."""
    way, turn = spot.reach * math.sqrt(dice.random()), dice.uniform(0, math.tau)
    north = way * math.sin(turn) / KM_OF_DEGREE
    at_latitude = KM_OF_DEGREE * math.cos(math.radians(spot.latitude))
    east = way * math.cos(turn) / at_latitude
    return round(spot.longitude + east, 5), round(spot.latitude + north, 5)


def _stands(
    told: Answered, day: date, values: Mapping[str, Any], dice: Random
) -> Iterator[Stand]:
    end = day + timedelta(_days(told, dice))
    begun = min(day + DAY, end)
    yield Stand(day, begun, {**values, told.field: told.first})
    if begun < end:
        yield Stand(begun, end, {**values, told.field: told.working})
    ended = Chances.of(told.ended).draw(dice).name
    answer = {told.field: ended, told.ended_on: end.isoformat()}
    yield Stand(end, None, {**values, **answer, **_rating(told, dice)})


def _days(told: Answered, dice: Random) -> int:
    """Draw how many days an answer takes, one at least."""
    is_late = dice.random() < told.late
    least, most = (1, told.over) if is_late else (told.least, told.most)
    days = dice.uniform(least, most) * told.days
    return math.floor(days) + 1 if is_late else max(1, math.floor(days))


def _rating(told: Answered, dice: Random) -> dict[str, bool]:
    says, is_good = dice.random() < told.share, dice.random() < told.good
    return {told.rated: is_good} if says else {}


def _has_begun(day: date, until: datetime) -> bool:
    return datetime.combine(day, time(), VIETNAM) < until


def months_of(first: date, last: date) -> Sequence[tuple[date, date]]:
    """Part a time by months: the first and the last day of each part.

    >>> months_of(date(2026, 1, 30), date(2026, 2, 2))
    [(datetime.date(2026, 1, 30), datetime.date(2026, 1, 31)), \
(datetime.date(2026, 2, 1), datetime.date(2026, 2, 2))]
    """
    parts = []
    while first <= last:
        next_month = (first.replace(day=1) + timedelta(32)).replace(day=1)
        parts.append((first, min(last, next_month - DAY)))
        first = next_month
    return parts
