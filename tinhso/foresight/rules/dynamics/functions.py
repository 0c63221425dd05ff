"""The functions of equations: XMILE's, as deeds on values and cells that hold."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol

from tinhso.foresight.rules.dynamics.program import (
    Cell,
    Constant,
    Do,
    Op,
    Ref,
    Role,
    Value,
)
from tinhso.foresight.types.dynamics import Model
from tinhso.foresight.types.expressions import Call, Node, Number, Origin
from tinhso.foresight.types.refusals import CallWrong


class Cells(Protocol):
    """What an equation can be resolved to."""

    model: Model
    cells: list[Cell]
    table_of: dict[str, int]
    index: dict[tuple[str, tuple[str, ...]], int]
    dimensions_of: dict[str, tuple[str, ...]]

    def add(self, cell: Cell) -> int:
        """Take a cell in; answer its number."""

    def count(self, origin: Origin) -> None:
        """Count a resolved node, and refuse more of them than any model needs."""


class Resolver(Protocol):
    """An equation in which a function is called."""

    joined: Cells

    def value(self, node: Node) -> Value:
        """Resolve a tree."""

    def hidden(self, role: Role, **given: object) -> int:
        """Add a cell that no author named; answer its number."""

    def refuse_call(self, node: Call, takes: str) -> CallWrong:
        """Say what a function takes."""


Build = Callable[[Resolver, Call], Value]
TIME, BEGUN = Ref(0), Ref(1)
ZERO, ONE = Constant(0.0), Constant(1.0)
HIGHEST_ORDER = 50

ONE_BY_ONE: Mapping[str, Do] = {
    "abs": Do.ABSOLUTE,
    "arccos": Do.ARCCOS,
    "arcsin": Do.ARCSIN,
    "arctan": Do.ARCTAN,
    "cos": Do.COS,
    "cosh": Do.COSH,
    "exp": Do.EXP,
    "int": Do.TRUNCATE,
    "ln": Do.LN,
    "log10": Do.LOG10,
    "sin": Do.SIN,
    "sinh": Do.SINH,
    "sqrt": Do.SQRT,
    "tan": Do.TAN,
    "tanh": Do.TANH,
}


def _op(do: Do, *args: Value) -> Op:
    return Op(do, args)


def _simple(do: Do, at: Resolver, node: Call) -> Value:
    return Op(do, tuple(at.value(arg) for arg in node.args))


def _shared(at: Resolver, value: Value) -> Value:
    """Work out a value once, however often it is used."""
    if isinstance(value, Op):
        return Ref(at.hidden(Role.COMPUTED, value=value))
    return value


def _args(at: Resolver, node: Call, *rest: Value) -> list[Value]:
    """Resolve the arguments; those left out are what `rest` says."""
    given = [at.value(arg) for arg in node.args]
    return given + list(rest[len(given) :])


def _chain(at: Resolver, node: Call, order: int, *, is_delay: bool) -> Value:
    """Add a chain of stocks between an input and what comes out of its last.

    A delay holds what flows (level / time comes out), a smooth holds the level.
    """
    entering, whole = (_shared(at, at.value(node.args[place])) for place in (0, 1))
    initial_place = 3 if node.name.endswith("n") else 2
    has_initial = len(node.args) > initial_place
    initial = at.value(node.args[initial_place]) if has_initial else entering
    if isinstance(initial, Op):
        initial = Ref(at.hidden(Role.HELD, first=initial))
    time = _shared(at, _op(Do.DIVIDE, whole, Constant(float(order))))
    for _ in range(order):
        first = _op(Do.MULTIPLY, initial, time) if is_delay else initial
        stock = at.hidden(Role.STOCK, first=first)
        held: Value = Ref(stock)
        leaving = _shared(at, _op(Do.DIVIDE, held, time)) if is_delay else held
        gap = _op(Do.DIVIDE, _op(Do.SUBTRACT, entering, held), time)
        net = _op(Do.SUBTRACT, entering, leaving) if is_delay else gap
        at.joined.cells[stock].net = net
        entering = leaving
    return entering


def _order(at: Resolver, node: Call) -> int:
    order = node.args[2]
    count = order.value if isinstance(order, Number) else 0.0
    if not (count.is_integer() and 1 <= count <= HIGHEST_ORDER):
        raise at.refuse_call(node, f"1–{HIGHEST_ORDER}")
    return int(count)


def _delay(at: Resolver, node: Call) -> Value:
    """Answer what an input was some time ago; that time is what it is at the start."""
    source = at.hidden(Role.COMPUTED, value=at.value(node.args[0]))
    lag = at.hidden(Role.HELD, first=at.value(node.args[1]))
    return _held_back(at, node, source, lag, place=2)


def _previous(at: Resolver, node: Call) -> Value:
    source = at.hidden(Role.COMPUTED, value=at.value(node.args[0]))
    dt = Constant(at.joined.model.times.dt)
    lag = at.hidden(Role.HELD, first=dt)
    return _held_back(at, node, source, lag, place=1)


def _held_back(at: Resolver, node: Call, source: int, lag: int, place: int) -> Value:
    has_initial = len(node.args) > place
    first = at.value(node.args[place]) if has_initial else Ref(source)
    return Ref(at.hidden(Role.DELAY, first=first, source=source, lag=lag))


def _init(at: Resolver, node: Call) -> Value:
    return Ref(at.hidden(Role.HELD, first=at.value(node.args[0])))


def _trend(at: Resolver, node: Call) -> Value:
    entering, time, initial = _args(at, node, ZERO, ZERO, ZERO)[:3]
    return _growth(at, entering, time, initial)


def _growth(at: Resolver, entering: Value, time: Value, initial: Value) -> Value:
    """Answer the fractional growth of an input against its average over a time."""
    entering, time = _shared(at, entering), _shared(at, time)
    below = _op(Do.ADD, ONE, _op(Do.MULTIPLY, initial, time))
    average = at.hidden(Role.STOCK, first=_op(Do.DIVIDE, entering, below))
    gap = _op(Do.SUBTRACT, entering, Ref(average))
    at.joined.cells[average].net = _op(Do.DIVIDE, gap, time)
    return _op(Do.DIVIDE, gap, _op(Do.MULTIPLY, time, Ref(average)))


def _forecast(at: Resolver, node: Call) -> Value:
    args = _args(at, node, ZERO, ZERO, ZERO, ZERO)
    entering, time, horizon, initial = args[:4]
    growth = _growth(at, entering, time, initial)
    ahead = _op(Do.ADD, ONE, _op(Do.MULTIPLY, growth, horizon))
    return _op(Do.MULTIPLY, entering, ahead)


def _since(at: Resolver, begin: Value, now: Value = TIME) -> Value:
    """Tell whether a time has come; steps that add up to it inexactly count."""
    nearly = Constant(at.joined.model.times.dt * 1e-6)
    return _op(Do.GREATER_EQUAL, _op(Do.ADD, now, nearly), begin)


def _step(at: Resolver, node: Call) -> Value:
    height, begin = _args(at, node)
    return _op(Do.CHOOSE, _since(at, begin), height, ZERO)


def _ramp(at: Resolver, node: Call) -> Value:
    times = at.joined.model.times
    slope, begin, end = _args(
        at, node, ZERO, Constant(times.start), Constant(float("inf"))
    )
    until = _op(Do.MINIMUM, TIME, end)
    passed = _op(Do.MAXIMUM, _op(Do.SUBTRACT, until, begin), ZERO)
    return _op(Do.MULTIPLY, slope, passed)


def _pulse(at: Resolver, node: Call) -> Value:
    """Put an amount in at a time, all in one step, and again at each interval."""
    times = at.joined.model.times
    amount, first, interval = _args(at, node, ZERO, Constant(times.start), ZERO)
    half, interval = Constant(times.dt / 2), _shared(at, interval)
    passed = _shared(at, _op(Do.ADD, _op(Do.SUBTRACT, BEGUN, first), half))
    again = _op(Do.REMAINDER, passed, _op(Do.MAXIMUM, interval, Constant(times.dt)))
    repeats = _op(Do.GREATER, interval, ZERO)
    phase = _op(Do.CHOOSE, repeats, again, passed)
    is_due = _op(
        Do.AND,
        _op(Do.GREATER_EQUAL, passed, ZERO),
        _op(Do.LESS, phase, Constant(times.dt)),
    )
    height = _op(Do.DIVIDE, amount, Constant(times.dt))
    return _op(Do.CHOOSE, is_due, height, ZERO)


def _safe_division(at: Resolver, node: Call) -> Value:
    above, below, instead = _args(at, node, ZERO, ZERO, ZERO)
    below = _shared(at, below)
    is_zero = _op(Do.EQUAL, below, ZERO)
    never_zero = _op(Do.CHOOSE, is_zero, ONE, below)
    return _op(Do.CHOOSE, is_zero, instead, _op(Do.DIVIDE, above, never_zero))


def _uniform(at: Resolver, node: Call) -> Value:
    low, high = _args(at, node)[:2]
    draw = Ref(at.hidden(Role.DRAW))
    width = _op(Do.MULTIPLY, _op(Do.SUBTRACT, high, low), draw)
    return _op(Do.ADD, low, width)


def _normal(at: Resolver, node: Call) -> Value:
    mean, spread = _args(at, node)[:2]
    draw = Ref(at.hidden(Role.DRAW, is_normal=True))
    return _op(Do.ADD, mean, _op(Do.MULTIPLY, spread, draw))


def _more(do: Do, at: Resolver, node: Call) -> Value:
    return _reduced(do, [at.value(arg) for arg in node.args])


def _ordered(is_delay: bool, order: int) -> Build:
    def build(at: Resolver, node: Call) -> Value:
        count = order or _order(at, node)
        return _chain(at, node, count, is_delay=is_delay)

    return build


BUILD: Mapping[str, Build] = {
    **{name: partial(_simple, do) for name, do in ONE_BY_ONE.items()},
    "min": partial(_more, Do.MINIMUM),
    "max": partial(_more, Do.MAXIMUM),
    "delay1": _ordered(True, 1),
    "delay3": _ordered(True, 3),
    "delayn": _ordered(True, 0),
    "smth1": _ordered(False, 1),
    "smth3": _ordered(False, 3),
    "smthn": _ordered(False, 0),
    "delay": _delay,
    "previous": _previous,
    "init": _init,
    "trend": _trend,
    "forcst": _forecast,
    "step": _step,
    "ramp": _ramp,
    "pulse": _pulse,
    "safediv": _safe_division,
    "random": _uniform,
    "uniform": _uniform,
    "normal": _normal,
}

# How many arguments each takes, from and to.
TAKES: Mapping[str, tuple[int, int]] = {
    **dict.fromkeys(ONE_BY_ONE, (1, 1)),
    "min": (2, 20),
    "max": (2, 20),
    "delay1": (2, 3),
    "delay3": (2, 3),
    "delayn": (3, 4),
    "smth1": (2, 3),
    "smth3": (2, 3),
    "smthn": (3, 4),
    "delay": (2, 3),
    "previous": (1, 2),
    "init": (1, 1),
    "trend": (2, 3),
    "forcst": (3, 4),
    "step": (2, 2),
    "ramp": (1, 3),
    "pulse": (1, 3),
    "safediv": (2, 3),
    "random": (2, 3),
    "uniform": (2, 3),
    "normal": (2, 3),
}


def _reduced(do: Do, values: Sequence[Value]) -> Value:
    """Bring values together two by two, so that a thousand make no tall tree."""
    level = list(values)
    while len(level) > 1:
        pairs = [_op(do, *level[n : n + 2]) for n in range(0, len(level) - 1, 2)]
        level = pairs + level[2 * len(pairs) :]
    return level[0]


def total(values: Sequence[Value]) -> Value:
    """Add values up."""
    return _reduced(Do.ADD, values)


def _mean(values: Sequence[Value]) -> Value:
    return _op(Do.DIVIDE, total(values), Constant(float(len(values))))


def _spread(at: Resolver, values: Sequence[Value]) -> Value:
    """Answer the standard deviation of a whole population."""
    known = [_shared(at, one) for one in values]
    mean = _shared(at, _mean(known))
    gaps = [_shared(at, _op(Do.SUBTRACT, one, mean)) for one in known]
    return _op(Do.SQRT, _mean([_op(Do.MULTIPLY, gap, gap) for gap in gaps]))


Aggregate = Callable[[Resolver, Sequence[Value]], Value]
AGGREGATES: Mapping[str, Aggregate] = {
    "sum": lambda at, values: total(values),
    "mean": lambda at, values: _mean(values),
    "prod": lambda at, values: _reduced(Do.MULTIPLY, values),
    "min": lambda at, values: _reduced(Do.MINIMUM, values),
    "max": lambda at, values: _reduced(Do.MAXIMUM, values),
    "size": lambda at, values: Constant(float(len(values))),
    "stddev": _spread,
}
