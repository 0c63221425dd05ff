"""Urban activities: which packs tell, and what a play of one comes to."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from tinhso.foresight.providers.arrivals import arrivals_of
from tinhso.foresight.providers.model_files import read_plain
from tinhso.foresight.rules.urban.counters import play_counter
from tinhso.foresight.rules.urban.declared import activity_of
from tinhso.foresight.rules.urban.evacuation import play_evacuation
from tinhso.foresight.rules.urban.lines import play_line
from tinhso.foresight.types.urban import (
    Activity,
    ActivityTooLarge,
    ActivityUnknown,
    Counter,
    Line,
    Outcome,
)
from tinhso.kernel.packs import versions

URBAN = "urban"
SCHEMA = Path(__file__).parents[1] / "schema" / "urban.json"
MOST_BYTES = 2_000_000
MOST_PEOPLE = 50_000_000  # in all runs together


def activities() -> Mapping[str, Activity]:
    """List the activities that packs tell, by key."""
    return {one.key: activity_of(one.body) for one in versions.in_force(kind=URBAN)}


def get_activity(*, key: str) -> Activity:
    """Read an activity of a pack.

    :raises ActivityUnknown: if no pack tells it.
    """
    found = versions.newest(kind=URBAN, key=key)
    if found is None:
        raise ActivityUnknown(key=key[:100])
    return activity_of(found.body, file=f"{found.pack}/{key}")


def read_activity(*, path: Path) -> Activity:
    """Read an activity from a YAML file.

    :raises ModelRefused: naming file, line and field of what is wrong.
    """
    if path.stat().st_size > MOST_BYTES:
        raise ActivityTooLarge(found=path.stat().st_size, most=MOST_BYTES)
    body, lines = read_plain(path.read_bytes(), path.name, SCHEMA)
    return activity_of(body, file=path.name, lines=lines)


def play(*, activity: Activity, runs: int, seed: int, made_up: bool = False) -> Outcome:
    """Play an activity: the same by the same seed, to the last digit.

    runs: how many days, or times; a way out is played once, for nothing in it is
    unsure. made_up: arrivals that are recorded, of made-up data.

    :raises NobodyComes, ShelterMissing, CutOff, NoWayOut: as named.
    :raises ActivityTooLarge: if it would take more than a question may.
    """
    if isinstance(activity, Counter):
        return play_counter(
            _with_arrivals(activity, runs, made_up), runs=runs, seed=seed
        )
    if isinstance(activity, Line):
        _require_small(activity.rate * activity.hours * runs)
        return play_line(activity, runs=runs, seed=seed)
    return play_evacuation(activity)


def _with_arrivals(counter: Counter, runs: int, made_up: bool) -> Counter:
    if counter.recorded is not None:
        found = arrivals_of(counter.recorded, made_up=made_up)
        counter = replace(counter, arrivals=found)
    _require_small(sum(counter.arrivals.values()) * runs)
    return counter


def _require_small(people: float) -> None:
    if people > MOST_PEOPLE:
        raise ActivityTooLarge(found=round(people), most=MOST_PEOPLE)
