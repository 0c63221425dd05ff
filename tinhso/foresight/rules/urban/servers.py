"""One line before several servers, many days beside each other.

Who comes first is called first. Each step takes one person of every day at once: all
arrays are (days, people), so that Python walks along people and never along days.
"""

import numpy as np
from numpy.typing import NDArray

from tinhso.foresight.types.urban import Service

Array = NDArray[np.float64]
NEVER = np.inf


def called(arrivals: Array, services: Array, opens: Array, closes: Array) -> Array:
    """Tell when each is called; NEVER where all have closed before.

    arrivals, services: (days, people), minutes, arrivals growing along a day and NEVER
    where nobody comes. opens, closes: (servers,); one who was called is served out.
    """
    days, people = arrivals.shape
    free = np.broadcast_to(opens, (days, len(opens))).copy()
    last = np.broadcast_to(closes, free.shape)
    starts = np.full_like(arrivals, NEVER)
    row = np.arange(days)
    for number in range(people):
        at = np.maximum(free, arrivals[:, number, None])
        at[at >= last] = NEVER
        chosen = at.argmin(axis=1)
        start = at[row, chosen]
        starts[:, number] = start
        is_served = start < NEVER
        free[row[is_served], chosen[is_served]] = (start + services[:, number])[
            is_served
        ]
    return starts


def called_always(arrivals: Array, services: Array, servers: int) -> Array:
    """Tell when each is called where servers are always open: less work than `called`.

    arrivals, services: (days, people), minutes, arrivals growing along a day.
    """
    days = len(arrivals)
    came, takes = np.ascontiguousarray(arrivals.T), np.ascontiguousarray(services.T)
    starts = np.empty_like(came)
    free = np.zeros(days * servers)
    first = np.arange(days) * servers
    for number, at in enumerate(came):
        place = first + free.reshape(days, servers).argmin(axis=1)
        start = np.maximum(free[place], at, out=starts[number])
        free[place] = start + takes[number]
    return np.ascontiguousarray(starts.T)


def served(
    dice: np.random.Generator, service: Service, shape: tuple[int, int]
) -> Array:
    """Draw how long people are served: gamma of that mean and spread, minutes."""
    if service.spread == 0:
        return np.full(shape, service.mean)
    times = 1 / service.spread**2
    return dice.gamma(times, service.mean / times, shape)


def come(
    dice: np.random.Generator, hours: tuple[tuple[int, float], ...], days: int
) -> Array:
    """Draw when people come: Poisson in each hour. hours: (hour of the day, people).

    Answers (days, people), minutes after midnight; NEVER fills up shorter days.
    """
    drawn = [
        np.where(
            np.arange(most) < counts[:, None],
            60 * hour + dice.uniform(0, 60, (days, most)),
            NEVER,
        )
        for hour, rate in hours
        for counts in [dice.poisson(rate, days)]
        for most in [int(counts.max(initial=0))]
    ]
    together = np.sort(np.concatenate(drawn, axis=1), axis=1)
    most = int((together < NEVER).sum(axis=1).max(initial=0))
    return together[:, :most]
