"""Units: read, multiplied and compared, so that apples are not added to years.

A unit is a product of powers of words: `người/năm`, `VND million`, `kWh/(firm*year)`;
`1` has none. Equal means the same powers of the same words; nothing is converted.
"""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from tinhso.foresight.types.dynamics import Equation, Model, Parameter, Sort, Variable
from tinhso.foresight.types.expressions import (
    Binary,
    Call,
    Choice,
    Name,
    Node,
    Number,
    Origin,
    Unary,
)
from tinhso.foresight.types.refusals import UnitsDiffer, UnitUnreadable

# {word: power}, and None for what fits any unit: a zero, or what is unknown.
Unit = Mapping[str, Fraction]
NONE: Unit = {}
_PART = re.compile(
    r"\s*(?:(?P<sign>[*/·()^])|(?P<number>-?\d+)|(?P<word>[^\W\d_%][^*/·()^]*|%))"
)
MOST_WORDS = 20


def unit_of(text: str, origin: Origin) -> Unit:
    """Read a unit.

    :raises UnitUnreadable: if it is no product of words and powers.
    """
    parts = list(_parts(text, origin))
    if not parts:
        return NONE
    unit, rest = _product(parts, text, origin)
    if rest:
        raise UnitUnreadable(origin, unit=text)
    return unit


def unit_text(unit: Unit) -> str:
    """Write a unit: `người/năm`."""
    above = [_power(word, power) for word, power in sorted(unit.items()) if power > 0]
    below = [_power(word, -power) for word, power in sorted(unit.items()) if power < 0]
    text = "*".join(above) or "1"
    return text + "".join(f"/{one}" for one in below)


def _power(word: str, power: Fraction) -> str:
    return word if power == 1 else f"{word}^{power}"


def _parts(text: str, origin: Origin) -> Iterator[str]:
    place = 0
    text = text.strip()
    while place < len(text):
        found = _PART.match(text, place)
        if found is None or place > 200:
            raise UnitUnreadable(origin, unit=text[:60])
        place = found.end()
        yield (found["sign"] or found["number"] or found["word"]).strip().casefold()


def _product(parts: list[str], text: str, origin: Origin) -> tuple[Unit, list[str]]:
    unit, rest = _factor(parts, text, origin)
    while rest and rest[0] in "*/·":
        is_below = rest[0] == "/"
        factor, rest = _factor(rest[1:], text, origin)
        unit = times(unit, factor, Fraction(-1 if is_below else 1))
    return unit, rest


def _factor(parts: list[str], text: str, origin: Origin) -> tuple[Unit, list[str]]:
    if not parts or len(parts) > 2 * MOST_WORDS:
        raise UnitUnreadable(origin, unit=text)
    head, rest = parts[0], parts[1:]
    if head == "(":
        unit, rest = _product(rest, text, origin)
        if rest[:1] != [")"]:
            raise UnitUnreadable(origin, unit=text)
        rest = rest[1:]
    elif head == "1":
        unit = NONE
    elif head[0] in "*/·)^" or head.lstrip("-").isdigit():
        raise UnitUnreadable(origin, unit=text)
    else:
        unit = {head: Fraction(1)}
    if rest[:1] == ["^"] and len(rest) > 1 and rest[1].lstrip("-").isdigit():
        return raised(unit, Fraction(rest[1])), rest[2:]
    return unit, rest


def times(left: Unit, right: Unit, power: Fraction = Fraction(1)) -> Unit:
    """Multiply a unit by a power of another."""
    found = dict(left)
    for word, more in right.items():
        found[word] = found.get(word, Fraction(0)) + more * power
    return {word: total for word, total in found.items() if total}


def raised(unit: Unit, power: Fraction) -> Unit:
    """Raise a unit to a power."""
    return times(NONE, unit, power)


def things_of(model: Model) -> Iterator[Variable | Parameter]:
    """List what a model names: parameters, then variables."""
    yield from model.parameters
    yield from model.variables


def require_units(model: Model) -> None:
    """Check the units of all equations; nothing is checked of imports without units.

    :raises UnitsDiffer: with both units, and the line of the equation.
    :raises UnitUnreadable: if a unit is none.
    """
    if model.has_units:
        checking = _Checking(model)
        for one in model.variables:
            checking.check(one)


class _Checking:
    """A model whose units are being compared."""

    def __init__(self, model: Model) -> None:
        self._time = unit_of(model.times.unit, model.origin)
        self._units = {
            one.name: unit_of(one.unit, one.origin) for one in things_of(model)
        }
        self._inputs = {
            one.name: unit_of(one.unit_of_input, one.origin)
            for one in model.variables
            if one.table is not None
        }
        self._origin = model.origin

    def check(self, one: Variable) -> None:
        """Compare a variable's unit with those of its equations and flows."""
        own = self._units[one.name]
        wanted = self._inputs[one.name] if one.table is not None else own
        for equation in one.equations:
            self._check_equation(equation, wanted)
        if one.sort is Sort.STOCK:
            self._origin = one.origin
            for flow in (*one.inflows, *one.outflows):
                through = times(self._units.get(flow, NONE), self._time)
                self._same(own, through)

    def _check_equation(self, equation: Equation, wanted: Unit) -> None:
        self._origin = equation.origin
        found = self.of(equation.tree)
        if found is not None:
            self._same(wanted, found)

    def _same(self, left: Unit, right: Unit) -> Unit:
        if left != right:
            texts = (unit_text(left), unit_text(right))
            raise UnitsDiffer(self._origin, left=texts[0], right=texts[1])
        return left

    def _agree(self, *nodes: Node) -> Unit | None:
        """Answer the one unit of some trees; a zero fits any."""
        known = [unit for unit in map(self.of, nodes) if unit is not None]
        for one in known[1:]:
            self._same(known[0], one)
        return known[0] if known else None

    def of(self, node: Node) -> Unit | None:
        """Answer the unit of a tree; None if it fits any."""
        match node:
            case Number():
                return None if node.value == 0 else NONE
            case Name():
                return self._named(node.name)
            case Unary():
                return self._plain(node.of) if node.sign == "not" else self.of(node.of)
            case Choice():
                self.of(node.condition)
                return self._agree(node.then, node.otherwise)
            case Binary():
                return self._of_binary(node)
            case Call():
                return self._of_call(node)

    def _named(self, name: str) -> Unit | None:
        if name in self._units:
            return self._units[name]
        if name in ("time", "dt", "starttime", "stoptime"):
            return self._time
        return None if name == "inf" else NONE

    def _plain(self, node: Node) -> Unit:
        """Answer no unit, once a tree has none."""
        found = self.of(node)
        return NONE if found is None else self._same(NONE, found)

    def _of_binary(self, node: Binary) -> Unit | None:
        if node.sign in ("*", "/"):
            return self._of_product(node)
        if node.sign == "^":
            return self._of_power(node)
        if node.sign in ("and", "or"):
            self._plain(node.left)
            return self._plain(node.right)
        left, right = node.left, node.right
        if self._is_moment(left, right) or self._is_moment(right, left):
            return self._time if node.sign in ("+", "-", "mod") else NONE
        agreed = self._agree(left, right)
        return agreed if node.sign in ("+", "-", "mod") else NONE

    def _of_product(self, node: Binary) -> Unit | None:
        left, right = self.of(node.left), self.of(node.right)
        if left is None or right is None:
            return None
        return times(left, right, Fraction(1 if node.sign == "*" else -1))

    def _of_power(self, node: Binary) -> Unit | None:
        base = self.of(node.left)
        if isinstance(node.right, Number) and base is not None:
            return raised(base, Fraction(node.right.value).limit_denominator(100))
        self._plain(node.right)
        return self._plain(node.left)

    def _of_call(self, node: Call) -> Unit | None:
        name, args = node.name, node.args
        if name == "lookup" and len(args) == 2 and isinstance(args[0], Name):
            return self._of_call(Call(args[0].name, args[1:], node.spot))
        if name in self._inputs:
            self._looked_up(node)
            return self._units[name]
        if not args:
            return self._named(name)
        if name in _SAME_AS_ALL:
            return self._agree(*args)
        if name in _SAME_AS_FIRST:
            return self._of_timed(node)
        return self._of_other(node)

    def _looked_up(self, node: Call) -> None:
        found = self.of(node.args[0])
        if found is not None:
            self._same(self._inputs[node.name], found)

    def _of_timed(self, node: Call) -> Unit | None:
        """Answer the unit of what is delayed or stepped; the rest is times or alike."""
        for arg in (
            node.args[place] for place in _TIMES[node.name] if place < len(node.args)
        ):
            self._require_time(arg)
        initial = _INITIAL.get(node.name)
        if initial is not None and initial < len(node.args):
            return self._agree(node.args[0], node.args[initial])
        return self.of(node.args[0])

    def _require_time(self, node: Node) -> None:
        """Refuse what is no time; a plain number is one, in the model's unit."""
        found = self.of(node)
        if found is not None and not isinstance(node, Number):
            self._same(self._time, found)

    def _is_moment(self, node: Node, other: Node) -> bool:
        """Tell whether a plain number stands beside a time: `TIME > 2027`."""
        return isinstance(node, Number) and self.of(other) == self._time

    def _of_other(self, node: Call) -> Unit | None:
        name, args = node.name, node.args
        if name == "sqrt":
            unit = self.of(args[0])
            return None if unit is None else raised(unit, Fraction(1, 2))
        if name in ("safediv", "ramp", "pulse", "trend"):
            return self._of_rate(node)
        if name in ("size", "prod"):
            return NONE if name == "size" else None
        return self._plain(args[0])

    def _of_rate(self, node: Call) -> Unit | None:
        name, args = node.name, node.args
        if name == "safediv":
            return self._of_product(Binary("/", args[0], args[1]))
        for arg in args[1:2] if name == "trend" else args[1:]:
            self._require_time(arg)
        first = self.of(args[0])
        if name == "trend":
            return raised(self._time, Fraction(-1))
        power = Fraction(1 if name == "ramp" else -1)
        return None if first is None else times(first, self._time, power)


_SAME_AS_ALL = frozenset(
    [
        "min",
        "max",
        "mean",
        "sum",
        "stddev",
        "abs",
        "int",
        "uniform",
        "random",
        "normal",
        "previous",
    ]
)
_TIMES: Mapping[str, tuple[int, ...]] = {
    "delay": (1,),
    "delay1": (1,),
    "delay3": (1,),
    "delayn": (1,),
    "smth1": (1,),
    "smth3": (1,),
    "smthn": (1,),
    "step": (1,),
    "forcst": (1, 2),
    "init": (),
}
_INITIAL = {"delay": 2, "delay1": 2, "delay3": 2, "smth1": 2, "smth3": 2}
_INITIAL |= {"delayn": 3, "smthn": 3}
_SAME_AS_FIRST = frozenset(_TIMES)
