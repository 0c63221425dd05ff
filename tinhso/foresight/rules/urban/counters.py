"""A one-stop counter: how long people wait, and how few desks keep the promise."""

from collections.abc import Iterator, Sequence
from itertools import product

import numpy as np

from tinhso.foresight.rules.urban.servers import NEVER, Array, called, come, served
from tinhso.foresight.types.urban import (
    Counter,
    CounterOutcome,
    Promise,
    Roster,
    Waiting,
)


def play_counter(counter: Counter, *, runs: int, seed: int) -> CounterOutcome:
    """Play many days of a counter with its roster, and find the cheapest good one.

    All rosters see the same people, so that they differ by their desks alone. runs:
    how many days.
    """
    dice = np.random.default_rng(seed)
    arrivals = come(dice, tuple(sorted(counter.arrivals.items())), runs)
    services = served(dice, counter.service, arrivals.shape)

    def roster(desks: Sequence[int]) -> Roster:
        waiting = _waiting(arrivals, services, counter, desks)
        kept = waiting.within >= counter.promise.share
        return Roster(tuple(desks), _hours(counter, desks), waiting, kept)

    today = roster([one.desks for one in counter.shifts])
    cheapest = next((r for r in map(roster, _rosters(counter)) if r.is_enough), None)
    return CounterOutcome(counter, today, cheapest, runs, seed)


def _rosters(counter: Counter) -> Iterator[Sequence[int]]:
    """Go through rosters from the fewest desk hours to the most."""
    choices = product(range(1, counter.most_desks + 1), repeat=len(counter.shifts))
    return iter(sorted(choices, key=lambda desks: (_hours(counter, desks), desks)))


def _hours(counter: Counter, desks: Sequence[int]) -> float:
    """Sum the hours that desks are staffed."""
    minutes = (
        count * (shift.closes - shift.opens)
        for shift, count in zip(counter.shifts, desks, strict=True)
    )
    return sum(minutes) / 60


def _waiting(
    arrivals: Array, services: Array, counter: Counter, desks: Sequence[int]
) -> Waiting:
    opens = np.repeat([float(one.opens) for one in counter.shifts], desks)
    closes = np.repeat([float(one.closes) for one in counter.shifts], desks)
    starts = called(arrivals, services, opens, closes)
    return _summed(arrivals, starts, counter.promise)


def _summed(arrivals: Array, starts: Array, promise: Promise) -> Waiting:
    came, was_called = arrivals < NEVER, starts < NEVER
    waits = np.where(was_called, starts - np.where(came, arrivals, 0), np.nan)
    found = waits[was_called]
    of_day = [day[~np.isnan(day)].mean() for day in waits if (~np.isnan(day)).any()]
    people = int(came.sum())
    if not len(found):
        return Waiting(people / len(arrivals), 0, 0, 0, 0, float(not people), 1.0)
    middle, late = np.quantile(found, [0.5, 0.9])
    return Waiting(
        people=people / len(arrivals),
        mean=float(found.mean()),
        error=float(np.std(of_day, ddof=1) / np.sqrt(len(of_day)))
        if len(of_day) > 1
        else 0.0,
        p50=float(middle),
        p90=float(late),
        within=float((found <= promise.minutes).sum() / people),
        unserved=float(1 - len(found) / people),
    )
