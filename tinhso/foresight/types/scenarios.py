"""The words of scenarios: targets, what levers cost and bring, mixes, signposts."""

from collections.abc import Mapping
from dataclasses import dataclass

from tinhso.foresight.types.dynamics import Evidence, Outcome
from tinhso.kernel.errors import N_, Invalid

NEAR = 0.05  # of the least cost: what counts as nearly as cheap


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be reached: an output, at least so much, at a time of the model."""

    output: str
    at_least: float
    time: float


@dataclass(frozen=True, slots=True)
class Chance:
    """How many members of a run reach a target."""

    reached: int
    members: int

    @property
    def share(self) -> float:
        """Answer the share of members that reach it."""
        return self.reached / self.members


@dataclass(frozen=True, slots=True)
class Cost:
    """What is spent from a time on, for a year. amount: VND million."""

    time: float
    amount: float


@dataclass(frozen=True, slots=True)
class Intervention:
    """A lever that is set: what it costs, what it brings, what shows that it works.

    level: key of the level it stands on, if it is one. costs: None where nobody told
    them. alone: how much it changes the mean of the output without the other levers;
    within: how much would be lost without it, the others staying. The chances likewise.
    None where it was not asked.
    """

    lever: str
    title: str
    title_en: str
    unit: str
    baseline: float
    value: float
    level: str
    costs: tuple[Cost, ...] | None
    alone: float | None
    within: float | None
    chance_alone: float | None
    chance_within: float | None
    evidence: tuple[Evidence, ...]

    @property
    def total(self) -> float | None:
        """Answer the cost of all years, VND million."""
        return None if self.costs is None else sum(one.amount for one in self.costs)


@dataclass(frozen=True, slots=True)
class Ledger:
    """What levers bring to an output at a time, each and together.

    together: by how much the mean of the output changes. cost: VND million of those
    whose cost is known.
    """

    output: str
    time: float
    interventions: tuple[Intervention, ...]
    together: float
    cost: float


@dataclass(frozen=True, slots=True)
class Compared:
    """A scenario beside the baseline, where no lever is moved."""

    current: Outcome
    baseline: Outcome
    ledger: Ledger
    target: Target | None = None
    chance: Chance | None = None
    chance_at_baseline: Chance | None = None


@dataclass(frozen=True, slots=True)
class Mix:
    """Levels of levers, {lever: level}; a lever at its baseline is not named.

    cost: VND million until the target. settings: what the levers then are.
    """

    levels: Mapping[str, str]
    settings: Mapping[str, float]
    cost: float
    chance: Chance


@dataclass(frozen=True, slots=True)
class RoadYear:
    """A time on the road: what is spent, and what the output then is.

    quantiles: at 10, 50 and 90 percent.
    """

    time: float
    cost: float
    quantiles: tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Milestone:
    """A value of the output on the way, below which a mix is to be chosen anew.

    chance_below, chance_above: of the members below and above it.
    """

    time: float
    value: float
    chance_below: float
    chance_above: float


@dataclass(frozen=True, slots=True)
class Signpost:
    """A measured input at which another mix is the cheapest.

    mix: that one; None if none of those looked at reaches the target there.
    """

    name: str
    title: str
    title_en: str
    unit: str
    measured: float
    switches_at: float
    mix: Mix | None


@dataclass(frozen=True, slots=True)
class Choice:
    """The cheapest mix that reaches a target likely enough, and what stands beside it.

    cheapest: None if none of those tried does. best: the likeliest of those tried.
    near: within a twentieth of the least cost. is_exact: whether no other mix can be
    cheaper; bound: VND million, no mix below it reaches the target. left_out: levers
    without evidence or cost. tried, of: how many mixes were run, of how many.
    """

    target: Target
    probability: float
    cheapest: Mix | None
    best: Mix
    near: tuple[Mix, ...]
    is_exact: bool
    bound: float
    tried: int
    of: int
    left_out: tuple[str, ...]
    road: tuple[RoadYear, ...] = ()
    milestones: tuple[Milestone, ...] = ()
    signposts: tuple[Signpost, ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """How much of an output's spread comes from one thing that is unsure.

    first: of its own; total: with all it does together with others; each with its
    standard error. low, high: the mean of the output where the thing is in its lowest
    and highest tenth.
    """

    name: str
    title: str
    title_en: str
    is_lever: bool
    first: float
    first_error: float
    total: float
    total_error: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Tornado:
    """Bars by their total index, widest first; mean and sd are the output's."""

    output: str
    time: float
    samples: int
    runs: int
    mean: float
    sd: float
    bars: tuple[Bar, ...]


class TargetUnreadable(Invalid):
    """A target is not written as OUTPUT>=VALUE@TIME."""

    message = N_(
        "Không đọc được mục tiêu “{told}”; viết như digital_economy_share>=20@2030."
    )


class OutputUnknown(Invalid):
    """A target is about what the model does not put out."""

    message = N_("Mô hình không cho ra “{output}”; có: {known}.")


class TargetTimeWrong(Invalid):
    """A target is at a time that the model does not keep."""

    message = N_("Mô hình không cho ra giá trị của {time}; có từ {start} đến {stop}.")


class TargetPassed(Invalid):
    """A target is due before anything that is decided now can act."""

    message = N_(
        "Mục tiêu {time} đã qua: việc quyết định bây giờ có tác dụng từ {since}."
    )


class ProbabilityWrong(Invalid):
    """A probability is not between 0 and 1."""

    message = N_("Xác suất phải lớn hơn 0 và không quá 1.")


class NoLeverProven(Invalid):
    """No lever of a model has evidence, cost and levels; none may be chosen."""

    message = N_("Không đòn bẩy nào đủ bằng chứng, chi phí và mức để lựa chọn.")


class SamplesWrong(Invalid):
    """Indices are asked from too few or too many samples."""

    message = N_("Số mẫu phải là lũy thừa của 2, từ {least} đến {most}.")


class NothingVaries(Invalid):
    """An output is the same whatever is unsure; nothing tells why it varies."""

    message = N_("“{output}” không đổi dù các yếu tố chưa chắc thay đổi.")
