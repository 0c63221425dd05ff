"""The words of the studio: a scenario as it is asked for, and what it came to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tinhso.foresight.types.dynamics import InputTaken, Model
from tinhso.foresight.types.scenarios import Choice, Compared, Target, Tornado
from tinhso.kernel.errors import N_, Invalid, Unavailable

MOST_PLAYED, MOST_SEARCHED = 5_000, 1_000
SAMPLES = 256  # a power of 2; the model is run so often for each thing that is unsure


@dataclass(frozen=True, slots=True)
class Asked:
    """A scenario as somebody asks for it.

    levers: each to a level or number; those not named stand at their baseline. output:
    the model's first unless told. probability: of reaching the target, for mixes.
    """

    model: str
    levers: Mapping[str, str] = field(default_factory=dict)
    output: str = ""
    target: Target | None = None
    members: int = 1000
    seed: int = 1
    probability: float = 0.8


@dataclass(frozen=True, slots=True)
class Playable:
    """A model that can be played, in which version of its pack's content."""

    model: Model
    version: int


@dataclass(frozen=True, slots=True)
class Studio:
    """What a scenario came to. output: the one that is looked at."""

    asked: Asked
    playable: Playable
    output: str
    compared: Compared
    made_up: bool


@dataclass(frozen=True, slots=True)
class Sought:
    """The cheapest mix for what was asked. members: with how many it was sought."""

    asked: Asked
    playable: Playable
    members: int
    made_up: bool
    inputs: tuple[InputTaken, ...]
    engine: str
    choice: Choice


@dataclass(frozen=True, slots=True)
class Explained:
    """Why an output of a model varies. members: how many were run."""

    asked: Asked
    playable: Playable
    members: int
    made_up: bool
    inputs: tuple[InputTaken, ...]
    engine: str
    tornado: Tornado


class TooManyAsked(Invalid):
    """A page is asked for more members than it plays."""

    message = N_("Trên trang này chạy tối đa {most} lần; muốn nhiều hơn, dùng lệnh.")


class TargetMissing(Invalid):
    """The cheapest mix is sought for no target."""

    message = N_("Hãy ghi mục tiêu rồi mới tìm phương án rẻ nhất.")


class StudioBusy(Unavailable):
    """Somebody else has something long worked out."""

    message = N_("Máy đang tính cho người khác. Hãy thử lại sau vài giây.")
