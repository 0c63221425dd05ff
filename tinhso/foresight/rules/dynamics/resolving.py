"""Resolve an equation: its names to cells, its functions to deeds."""

from collections.abc import Iterator, Mapping
from itertools import product
from math import inf, pi

from tinhso.foresight.rules.dynamics import functions
from tinhso.foresight.rules.dynamics.expressions import parts_of
from tinhso.foresight.rules.dynamics.program import (
    Cell,
    Constant,
    Do,
    Op,
    Ref,
    Role,
    Value,
)
from tinhso.foresight.types.expressions import (
    Binary,
    Call,
    Choice,
    Every,
    Name,
    Node,
    Number,
    Origin,
    Unary,
)
from tinhso.foresight.types.refusals import (
    CallWrong,
    FunctionUnknown,
    ModelTooLarge,
    NameUnknown,
    SubscriptMissing,
    SubscriptWrong,
)

SIGNS = {
    "+": Do.ADD,
    "-": Do.SUBTRACT,
    "*": Do.MULTIPLY,
    "/": Do.DIVIDE,
    "^": Do.POWER,
    "mod": Do.REMAINDER,
    "<": Do.LESS,
    "<=": Do.LESS_EQUAL,
    ">": Do.GREATER,
    ">=": Do.GREATER_EQUAL,
    "=": Do.EQUAL,
    "<>": Do.NOT_EQUAL,
    "and": Do.AND,
    "or": Do.OR,
}
MOST_ADDED = 2_000


class Resolving:
    """One equation being resolved, for one element.

    context: which element stands for which dimension.
    """

    def __init__(
        self,
        joined: functions.Cells,
        label: str,
        context: Mapping[str, str],
        origin: Origin,
    ) -> None:
        self.joined, self.label, self.origin = joined, label, origin
        self._context = dict(context)

    def value(self, node: Node) -> Value:
        """Resolve a tree."""
        self.joined.count(self.origin)
        match node:
            case Number():
                return Constant(node.value)
            case Name():
                return self._named(node)
            case Unary():
                return self._unary(node)
            case Binary():
                pair = (self.value(node.left), self.value(node.right))
                return Op(SIGNS[node.sign], pair)
            case Choice():
                parts = (node.condition, node.then, node.otherwise)
                return Op(Do.CHOOSE, tuple(self.value(one) for one in parts))
            case Call():
                return self._called(node)

    def _unary(self, node: Unary) -> Value:
        inner = self.value(node.of)
        if node.sign == "+":
            return inner
        return Op(Do.NOT if node.sign == "not" else Do.NEGATE, (inner,))

    def hidden(self, role: Role, **given: object) -> int:
        """Add a cell that no author named; answer its number."""
        cell = Cell(self.label, role, self.origin)
        for name, value in given.items():
            setattr(cell, name, value)
        return self.joined.add(cell)

    def here(self, node: Node) -> Origin:
        """Tell where a node stands."""
        line = self.origin.line + node.spot.line - 1
        return Origin(self.origin.file, line, self.origin.what)

    def refuse_call(self, node: Call, takes: str) -> CallWrong:
        """Say what a function takes."""
        return CallWrong(self.here(node), name=node.name.upper(), takes=takes)

    def _named(self, node: Name) -> Value:
        dimensions = self.joined.dimensions_of.get(node.name)
        if dimensions is None or (node.name, ()) in self._tables():
            return self._builtin(node)
        elements = tuple(
            self._element(node, place, dimension)
            for place, dimension in enumerate(dimensions)
        )
        if node.subscripts and len(node.subscripts) != len(dimensions):
            raise self._misfit(node)
        return Ref(self.joined.index[node.name, elements])

    def _tables(self) -> set[tuple[str, tuple[str, ...]]]:
        """List the tables that are no variables themselves."""
        known = self.joined
        return {(one, ()) for one in known.table_of if (one, ()) not in known.index}

    def _builtin(self, node: Name) -> Value:
        times = self.joined.model.times
        known: dict[str, Value] = {
            "time": Ref(0),
            "dt": Constant(times.dt),
            "starttime": Constant(times.start),
            "stoptime": Constant(times.stop),
            "pi": Constant(pi),
            "inf": Constant(inf),
        }
        if node.subscripts or node.name not in known:
            raise NameUnknown(self.here(node), name=node.name)
        return known[node.name]

    def _element(self, node: Name, place: int, dimension: str) -> str:
        elements = self.joined.model.dimensions[dimension]
        if not node.subscripts:
            found = self._context.get(dimension, "")
        elif place < len(node.subscripts):
            found = self._subscript(node, place, dimension, elements)
        else:
            found = ""
        if found not in elements:
            raise self._misfit(node)
        return found

    def _subscript(
        self, node: Name, place: int, dimension: str, elements: tuple[str, ...]
    ) -> str:
        match node.subscripts[place]:
            case Number(value=value):
                is_place = value.is_integer() and 1 <= value <= len(elements)
                return elements[int(value) - 1] if is_place else ""
            case Every():
                return self._context.get(_every(node, place, dimension), "")
            case Name(name=name):
                return self._context.get(name, name)

    def _misfit(self, node: Name) -> SubscriptWrong:
        if not node.subscripts:
            by = ", ".join(self.joined.dimensions_of[node.name])
            return SubscriptMissing(self.here(node), name=node.name, found=by)
        found = ", ".join(
            one.name if isinstance(one, Name) else "*" for one in node.subscripts
        )
        return SubscriptWrong(self.here(node), name=node.name, found=found)

    def _called(self, node: Call) -> Value:
        if node.name in self.joined.table_of:
            return self._looked_up(node)
        if node.name == "lookup" and len(node.args) == 2:
            return self._looked_up(_direct(node))
        if _is_aggregate(node):
            return self._aggregate(node)
        if not node.args and node.name not in functions.TAKES:
            return self._builtin(Name(node.name, (), node.spot))
        takes = functions.TAKES.get(node.name)
        if takes is None:
            raise FunctionUnknown(self.here(node), name=node.name)
        if not takes[0] <= len(node.args) <= takes[1]:
            raise self.refuse_call(node, "–".join(str(one) for one in takes))
        return functions.BUILD[node.name](self, node)

    def _looked_up(self, node: Call) -> Value:
        if len(node.args) != 1:
            raise self.refuse_call(node, "1")
        if node.name not in self.joined.table_of:
            raise NameUnknown(self.here(node), name=node.name)
        table = self.joined.table_of[node.name]
        return Op(Do.LOOK_UP, (self.value(node.args[0]),), table)

    def _aggregate(self, node: Call) -> Value:
        values = list(self._each(node.args[0]))
        return functions.AGGREGATES[node.name](self, values)

    def _each(self, node: Node) -> Iterator[Value]:
        """Resolve a tree for each element of the dimensions that nothing binds yet."""
        keys = dict(self._unbound(node))
        count = 1
        for elements in keys.values():
            count *= len(elements)
        if count > MOST_ADDED:
            raise ModelTooLarge(self.here(node), most=MOST_ADDED)
        before = self._context
        for chosen in product(*keys.values()):
            self._context = {**before, **dict(zip(keys, chosen, strict=True))}
            yield self.value(node)
        self._context = before

    def _unbound(self, node: Node) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Find the dimensions a tree leaves open, and their elements."""
        if isinstance(node, Name):
            yield from self._unbound_of(node)
        for part in _parts(node):
            yield from self._unbound(part)

    def _unbound_of(self, node: Name) -> Iterator[tuple[str, tuple[str, ...]]]:
        dimensions = self.joined.model.dimensions
        own = self.joined.dimensions_of.get(node.name, ())
        if not node.subscripts:
            yield from ((one, dimensions[one]) for one in own if self._is_open(one))
            return
        for place, (sub, dimension) in enumerate(
            zip(node.subscripts, own, strict=False)
        ):
            if isinstance(sub, Every):
                yield _every(node, place, dimension), dimensions[dimension]
            elif isinstance(sub, Name) and self._is_open(sub.name):
                is_dimension = sub.name not in dimensions[dimension]
                if is_dimension and sub.name in dimensions:
                    yield sub.name, dimensions[sub.name]

    def _is_open(self, dimension: str) -> bool:
        return dimension not in self._context


def _direct(node: Call) -> Call:
    """Write `LOOKUP(table, x)` as `table(x)`."""
    table = node.args[0]
    name = table.name if isinstance(table, Name) else ""
    return Call(name, node.args[1:], node.spot)


def _is_aggregate(node: Call) -> bool:
    return node.name in functions.AGGREGATES and len(node.args) == 1


def _parts(node: Node) -> tuple[Node, ...]:
    """List what a tree is made of; what is added up inside is closed in itself."""
    is_closed = isinstance(node, Call) and _is_aggregate(node)
    return () if is_closed else parts_of(node)


def _every(node: Name, place: int, dimension: str) -> str:
    """Name what a `*` runs over; the second of one dimension runs by itself."""
    before = sum(isinstance(one, Every) for one in node.subscripts[:place])
    return f"*{dimension}*{before}"
