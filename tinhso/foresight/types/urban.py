"""The words of urban activities: counters, lines of stages, ways out of a ward.

Times are minutes; those of a day are minutes after midnight.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tinhso.foresight.types.expressions import ModelRefused
from tinhso.kernel.errors import N_, Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Service:
    """How long one is served: mean in minutes, spread as share of it.

    spread: standard deviation beside the mean; 0 always the same, 1 as if any moment
    could be the last. source: who measured it; assumed: nobody did.
    """

    mean: float
    spread: float
    source: str
    assumed: bool


@dataclass(frozen=True, slots=True)
class Shift:
    """So many desks, open from a minute of the day until nobody new is called."""

    opens: int
    closes: int
    desks: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """Arrivals as the platform recorded them: at whose counter, from when to when."""

    agency: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class Promise:
    """What is promised: that a share of people wait so many minutes at most."""

    minutes: float
    share: float


@dataclass(frozen=True, slots=True)
class Counter:
    """A one-stop counter on a day. arrivals: people an hour, by hour of the day."""

    title: str
    arrivals: Mapping[int, float]
    service: Service
    shifts: Sequence[Shift]
    promise: Promise
    most_desks: int
    recorded: Recorded | None = None
    made_up: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage all pass, so many at once. room: for those who wait, if known."""

    key: str
    title: str
    workers: int
    service: Service
    room: int | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """Stages one after another, as dossiers or trucks pass them.

    rate: arrivals an hour. hours: how long one looks at it; limit: minutes until
    which one should be through, None where nobody promises any.
    """

    title: str
    rate: float
    hours: float
    stages: Sequence[Stage]
    limit: float | None = None
    made_up: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on the map. people: who has to leave; shelter: how many it takes in."""

    key: str
    title: str
    people: int = 0
    shelter: int = 0


@dataclass(frozen=True, slots=True)
class Road:
    """A way from one place to another; capacity: people that enter it a minute."""

    start: str
    end: str
    minutes: int
    capacity: int


@dataclass(frozen=True, slots=True)
class Evacuation:
    """Who has to leave a ward, by which roads, to which shelters."""

    title: str
    spots: Sequence[Spot]
    roads: Sequence[Road]
    most_minutes: int
    made_up: bool = False


Activity = Counter | Line | Evacuation


@dataclass(frozen=True, slots=True)
class Waiting:
    """How long people waited, in minutes, over many days that could be.

    error: standard error of the mean. within: share that waited as promised.
    unserved: share that was not called before closing.
    """

    people: float
    mean: float
    error: float
    p50: float
    p90: float
    within: float
    unserved: float


@dataclass(frozen=True, slots=True)
class Roster:
    """How many desks each shift has, what it comes to, and whether it is enough."""

    desks: tuple[int, ...]
    hours: float
    waiting: Waiting
    is_enough: bool


@dataclass(frozen=True, slots=True)
class CounterOutcome:
    """The roster there is; the cheapest that keeps the promise, None if none does."""

    counter: Counter
    today: Roster
    cheapest: Roster | None
    runs: int
    seed: int


@dataclass(frozen=True, slots=True)
class StageOutcome:
    """A stage: how long one waits at it, how busy it is, how many wait at most.

    theory: mean wait of M/M/c (Erlang C) with the same load, None where it never
    settles. longest: the longest line, the mean of the runs; overfull: share of runs in
    which more waited than there is room for.
    """

    key: str
    wait: float
    error: float
    busy: float
    longest: float
    overfull: float
    theory: float | None


@dataclass(frozen=True, slots=True)
class LineOutcome:
    """How a line comes out. through: minutes from coming to leaving, the mean.

    in_time: share that was through within the limit; what_if: the same with one more
    at each stage, by its key.
    """

    line: Line
    through: float
    error: float
    p90: float
    in_time: float | None
    stages: Sequence[StageOutcome]
    what_if: Mapping[str, float]
    runs: int
    seed: int


@dataclass(frozen=True, slots=True)
class RoadUse:
    """How full a road was, as share of all that could have entered it."""

    start: str
    end: str
    people: int
    full: float


@dataclass(frozen=True, slots=True)
class EvacuationOutcome:
    """When the last is in a shelter at the soonest. arrived: people by minute.

    narrow: the roads that are fullest, where one more lane helps first.
    """

    evacuation: Evacuation
    people: int
    minutes: int
    arrived: Sequence[int]
    sheltered: Mapping[str, int]
    narrow: Sequence[RoadUse]


Outcome = CounterOutcome | LineOutcome | EvacuationOutcome


class ActivityRefused(ModelRefused):
    """An activity cannot be played as it is told."""

    message = N_("{place}: hoạt động không đúng dạng: {found}.")


class ShiftWrong(ActivityRefused):
    """A shift closes before it opens."""

    message = N_("{place}: ca {found} đóng trước khi mở.")


class RoadEndUnknown(ActivityRefused):
    """A road leads from or to a place that there is not."""

    message = N_("{place}: không có địa điểm “{found}”.")


class PlaceTwice(ActivityRefused):
    """Two places or stages have one name."""

    message = N_("{place}: tên “{found}” đã dùng cho mục khác.")


class RoadTwice(ActivityRefused):
    """Two roads lead from one place to another; add up their room instead."""

    message = N_("{place}: đã có đường {found}; hãy cộng sức chứa vào một đường.")


class NobodyComes(Invalid):
    """Nobody came to the counter in that time, as far as the platform knows."""

    message = N_("Không có lượt nộp trực tiếp nào tại {agency} từ {first} đến {last}.")


class ShelterMissing(Invalid):
    """The shelters take in fewer than have to leave."""

    message = N_("Nơi trú chứa {shelter} người, cần cho {people} người.")


class NoWayOut(Invalid):
    """In the time one looks at, not all can be in shelters."""

    message = N_("Trong {minutes} phút vẫn còn {left} người chưa tới nơi trú.")


class CutOff(Invalid):
    """From a place no road leads to a shelter."""

    message = N_("Không có đường tới nơi trú từ: {places}.")


class ActivityUnknown(NotFound):
    """No pack tells such an activity."""

    message = N_("Không có gói nội dung nào khai báo hoạt động “{key}”.")


class ActivityTooLarge(Invalid):
    """It would take more time and memory than a question may."""

    message = N_("Hoạt động quá lớn để mô phỏng: {found}; tối đa {most}.")
