"""What a model is compiled to: rows of numbers, and a tape of deeds on them.

There is no code made of texts: a tape is a list of numbered deeds from a closed list,
which NumPy does row by row and numba member by member.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from tinhso.foresight.types.dynamics import Numbers, Prior, Table, Times
from tinhso.foresight.types.expressions import Origin


class Do(IntEnum):
    """What is done to rows; up to three of them, into one."""

    COPY = 0
    ADD = 1
    SUBTRACT = 2
    MULTIPLY = 3
    DIVIDE = 4
    POWER = 5
    REMAINDER = 6
    MINIMUM = 7
    MAXIMUM = 8
    LESS = 9
    LESS_EQUAL = 10
    GREATER = 11
    GREATER_EQUAL = 12
    EQUAL = 13
    NOT_EQUAL = 14
    AND = 15
    OR = 16
    NOT = 17
    NEGATE = 18
    ABSOLUTE = 19
    EXP = 20
    LN = 21
    LOG10 = 22
    SQRT = 23
    SIN = 24
    COS = 25
    TAN = 26
    ARCSIN = 27
    ARCCOS = 28
    ARCTAN = 29
    SINH = 30
    COSH = 31
    TANH = 32
    TRUNCATE = 33
    CHOOSE = 34
    LOOK_UP = 35
    CHECK = 36


# What can come to no finite number; after these it is looked.
RISKY = frozenset(
    {
        Do.DIVIDE,
        Do.POWER,
        Do.REMAINDER,
        Do.EXP,
        Do.LN,
        Do.LOG10,
        Do.SQRT,
        Do.TAN,
        Do.ARCSIN,
        Do.ARCCOS,
        Do.SINH,
        Do.COSH,
        Do.LOOK_UP,
    }
)


@dataclass(frozen=True, slots=True)
class Constant:
    """A number that is the same for all members and times."""

    value: float


@dataclass(frozen=True, slots=True)
class Ref:
    """The value of a cell."""

    cell: int


@dataclass(frozen=True, slots=True)
class Op:
    """A deed on values; table: which one is looked up in."""

    do: Do
    args: "tuple[Value, ...]"
    table: int = 0


Value = Constant | Ref | Op


class Role(IntEnum):
    """How a cell comes to its value at each step."""

    TIME = 0
    STOCK = 1
    HELD = 2
    DELAY = 3
    PARAMETER = 4
    DRAW = 5
    COMPUTED = 6


@dataclass(slots=True)
class Cell:
    """One number of the model: an element of a variable, or what a delay holds.

    first: its value at the start, of stocks and what is held. net: what flows into a
    stock. value: what a computed cell is. lag, source: cells of a delay.
    """

    label: str
    role: Role
    origin: Origin
    value: Value | None = None
    first: Value | None = None
    net: Value | None = None
    source: int = -1
    lag: int = -1
    prior: Prior | None = None
    is_normal: bool = False
    is_nonnegative: bool = False


@dataclass(frozen=True, slots=True)
class Deed:
    """A step of a tape: rows `a`, `b`, `c` into row `out`."""

    do: Do
    out: int
    a: int = 0
    b: int = 0
    c: int = 0
    table: int = 0


Tape = tuple[Deed, ...]


@dataclass(frozen=True, slots=True)
class Delay:
    """Rows of a fixed delay: what comes out, goes in, how long, and the first."""

    out: int
    source: int
    lag: int


@dataclass(frozen=True, slots=True)
class Stream:
    """A row that is drawn anew for each member: by its name, seed and member alone."""

    row: int
    name: str
    prior: Prior | None = None
    is_normal: bool = False


@dataclass(frozen=True, slots=True)
class Program:
    """A model ready to run. The first rows: time, time at the step's begin, stocks.

    n_stocks: as many rows of net flows follow. first: done at the start. shared: what
    is the same for all members, done once for all of them. main: the rest, each step.
    nonnegative: rows of stocks that stop at zero. parameters: fixed through a run;
    draws: anew each step.
    """

    times: Times
    n_rows: int
    n_stocks: int
    constants: tuple[tuple[int, float], ...]
    first: Tape
    main: Tape
    shared: Tape
    shared_rows: tuple[int, ...]
    tables: tuple[Table, ...]
    parameters: tuple[Stream, ...] = ()
    draws: tuple[Stream, ...] = ()
    delays: tuple[Delay, ...] = ()
    nonnegative: tuple[int, ...] = ()
    rows: Mapping[str, int] = field(default_factory=dict)
    cells: Mapping[int, Cell] = field(default_factory=dict)
    row_of_cell: tuple[int, ...] = ()

    @property
    def n_steps(self) -> int:
        """Count the steps from start to stop."""
        return round((self.times.stop - self.times.start) / self.times.dt)


@dataclass(frozen=True, slots=True)
class Engine:
    """What does tapes: its name, and what binds a tape to rows.

    What `prepare` answers does the tape once; it answers -1, or the first row that
    came to no finite number.
    """

    name: str
    prepare: Callable[[Program, Tape, Numbers], Callable[[], int]]


TIME_ROW, BEGUN_ROW, FIRST_STOCK = 0, 1, 2
