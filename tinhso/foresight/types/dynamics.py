"""The words of models: stocks, flows, what is unsure about them, what can be done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from tinhso.foresight.types.expressions import Node, Origin

Numbers = NDArray[np.float64]


class Sort(StrEnum):
    """What a variable is; a table is only looked up in."""

    STOCK = "stock"
    FLOW = "flow"
    AUXILIARY = "aux"
    TABLE = "gf"


class Ends(StrEnum):
    """What a table says outside its points, and between them."""

    HOLD = "hold"
    EXTEND = "extend"
    STEP = "step"
    REFUSE = "refuse"


class Method(StrEnum):
    """How a model is integrated."""

    EULER = "euler"
    RK4 = "rk4"


@dataclass(frozen=True, slots=True)
class Table:
    """A graphical function: points with growing x, straight lines between them.

    `Ends.STEP`: each y holds until the next x.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    ends: Ends


@dataclass(frozen=True, slots=True)
class Equation:
    """What a variable is, of one element or, without elements, of all of them."""

    tree: Node
    elements: tuple[str, ...] = ()
    origin: Origin = field(default=Origin(), compare=False)


@dataclass(frozen=True, slots=True)
class Variable:
    """A stock, flow, auxiliary or table.

    name: canonical; title: as its author wrote it. equations: of a stock those of its
    first value. dimensions: by which it is an array. unit_of_input: of a table's x.
    """

    name: str
    title: str
    sort: Sort
    equations: tuple[Equation, ...] = ()
    dimensions: tuple[str, ...] = ()
    inflows: tuple[str, ...] = ()
    outflows: tuple[str, ...] = ()
    is_nonnegative: bool = False
    table: Table | None = None
    unit: str = ""
    unit_of_input: str = ""
    note: str = ""
    title_en: str = field(default="", compare=False)
    origin: Origin = field(default=Origin(), compare=False)


@dataclass(frozen=True, slots=True)
class Prior:
    """How a number is spread: a fixed one, or a distribution with its terms.

    terms: fixed (value), normal (mean, sd), lognormal (median, sd of the logarithm),
    uniform (low, high), triangular (low, mode, high), beta (alpha, beta, low, high).
    """

    distribution: str
    terms: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Measured:
    """Which value of which measure an input takes.

    fallback: taken, and said so, where the measure has no value; None: refused then.
    """

    measure: str
    period: str
    fallback: float | None = None
    fallback_source: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """A named position of a lever."""

    key: str
    vi: str
    en: str
    value: float


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows that a lever works: a source, and what it found."""

    source: str
    finding_vi: str = ""
    finding_en: str = ""


@dataclass(frozen=True, slots=True)
class Lever:
    """What can be set: within bounds, at a cost per unit and year.

    cost: VND million per unit of the lever and year.
    """

    low: float
    high: float
    baseline: float
    levels: tuple[Level, ...] = ()
    cost: float | None = None
    cost_source: str = ""
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number from outside the equations: a constant, a measure or a lever.

    priors: one for each element, or one. is_assumed: nobody measured it.
    """

    name: str
    title: str
    priors: tuple[Prior, ...]
    dimensions: tuple[str, ...] = ()
    unit: str = ""
    source: str = ""
    is_assumed: bool = False
    measured: Measured | None = None
    lever: Lever | None = None
    title_en: str = ""
    origin: Origin = field(default=Origin(), compare=False)


@dataclass(frozen=True, slots=True)
class Times:
    """When a model begins and ends, and how it steps; all in the model's time unit."""

    start: float
    stop: float
    dt: float
    save_every: float
    method: Method = Method.EULER
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Model:
    """A model as it was declared, whatever it was written in.

    dimensions: {name: elements}, both canonical. has_units: whether they are checked.
    levers_from: when levers begin to act and cost; None: at the start. digest: of all
    that decides its numbers.
    """

    key: str
    title: str
    times: Times
    variables: tuple[Variable, ...]
    parameters: tuple[Parameter, ...] = ()
    dimensions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    has_units: bool = True
    levers_from: float | None = None
    title_en: str = ""
    description: str = ""
    description_en: str = ""
    element_titles: Mapping[str, str] = field(default_factory=dict, compare=False)
    digest: str = field(default="", compare=False)
    origin: Origin = field(default=Origin(), compare=False)


@dataclass(frozen=True, slots=True)
class InputTaken:
    """What an input was in a run, and from where.

    lineage: names the figure's state, or the source of a stated or fallback value.
    """

    name: str
    value: float
    measure: str
    period: str
    lineage: str
    is_fallback: bool


@dataclass(frozen=True, slots=True)
class Quantiles:
    """An output at a time: its mean, and quantiles at the levels of `LEVELS`."""

    output: str
    time: float
    mean: float
    quantiles: tuple[float, ...]


LEVELS = (5, 10, 25, 50, 75, 90, 95)  # percent


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a run was made of; the same words make the same numbers."""

    model: str
    digest: str
    levers: Mapping[str, float]
    members: int
    seed: int
    method: str
    dt: float
    engine: str
    inputs: tuple[InputTaken, ...]
    assumed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run came to."""

    provenance: Provenance
    rows: tuple[Quantiles, ...]


@dataclass(frozen=True, slots=True)
class Spread:
    """What a run split into shards came to.

    rows: to a thousandth of what they are, which is how wide a bin is. digest: SHA-256
    of the merged histogram; the same however split.
    """

    provenance: Provenance
    rows: tuple[Quantiles, ...]
    shards: int
    digest: str


@dataclass(frozen=True, slots=True)
class Conformed:
    """How a case of the test suite went: passed, failed, or outside the subset."""

    case: str
    state: str
    reason: str = ""
