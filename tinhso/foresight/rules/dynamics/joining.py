"""Join a model's variables into cells: each array element, delay and draw one."""

from collections.abc import Mapping

from tinhso.foresight.rules.dynamics.arrays import MOST_CELLS, places_of
from tinhso.foresight.rules.dynamics.functions import total
from tinhso.foresight.rules.dynamics.program import (
    Cell,
    Constant,
    Do,
    Op,
    Ref,
    Role,
    Value,
)
from tinhso.foresight.rules.dynamics.resolving import Resolving
from tinhso.foresight.rules.dynamics.units import things_of
from tinhso.foresight.types.dynamics import (
    Equation,
    Model,
    Parameter,
    Sort,
    Table,
    Variable,
)
from tinhso.foresight.types.expressions import Origin
from tinhso.foresight.types.refusals import (
    ModelTooLarge,
    NameTwice,
    NameUnknown,
    SubscriptWrong,
)

MOST_NODES = 500_000


def label_of(name: str, elements: tuple[str, ...]) -> str:
    """Name an element of a variable: `firms[trade]`."""
    return f"{name}[{','.join(elements)}]" if elements else name


def join(model: Model) -> "Joined":
    """Join a model's variables, and resolve their equations to one another.

    :raises ModelRefused: by name, with the line of the equation that cannot be joined.
    """
    joined = Joined(model)
    joined.declare()
    joined.resolve()
    return joined


class Joined:
    """The cells of a model, and where each variable's are."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.cells: list[Cell] = [
            Cell("time", Role.TIME, Origin()),
            Cell("time", Role.TIME, Origin()),
        ]
        self._nodes = 0
        self.tables: list[Table] = []
        self.table_of: dict[str, int] = {}
        self.index: dict[tuple[str, tuple[str, ...]], int] = {}
        self.dimensions_of: dict[str, tuple[str, ...]] = {}

    def add(self, cell: Cell) -> int:
        """Take a cell in; answer its number."""
        if len(self.cells) >= MOST_CELLS:
            raise ModelTooLarge(cell.origin, most=MOST_CELLS)
        self.cells.append(cell)
        return len(self.cells) - 1

    def count(self, origin: Origin) -> None:
        """Count a resolved node, and refuse more of them than any model needs."""
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise ModelTooLarge(origin, most=MOST_NODES)

    def declare(self) -> None:
        """Give each element of each variable and parameter a cell."""
        for one in things_of(self.model):
            if one.name in self.dimensions_of:
                raise NameTwice(one.origin, name=one.title)
            self.dimensions_of[one.name] = one.dimensions
            if isinstance(one, Parameter):
                self._declare_parameter(one)
            else:
                self._declare_variable(one)

    def _declare_parameter(self, one: Parameter) -> None:
        places = self._elements(one.dimensions, one.origin)
        priors = one.priors * len(places) if len(one.priors) == 1 else one.priors
        for elements, prior in zip(places, priors, strict=True):
            cell = Cell(
                label_of(one.name, elements), Role.PARAMETER, one.origin, prior=prior
            )
            self.index[one.name, elements] = self.add(cell)

    def _declare_variable(self, one: Variable) -> None:
        if one.table is not None:
            self.table_of[one.name] = len(self.tables)
            self.tables.append(one.table)
        if one.sort is Sort.TABLE:
            return
        role = Role.STOCK if one.sort is Sort.STOCK else Role.COMPUTED
        is_nonnegative = one.is_nonnegative and role is Role.STOCK
        for elements in self._elements(one.dimensions, one.origin):
            label = label_of(one.name, elements)
            cell = Cell(label, role, one.origin, is_nonnegative=is_nonnegative)
            self.index[one.name, elements] = self.add(cell)

    def _elements(
        self, dimensions: tuple[str, ...], origin: Origin
    ) -> list[tuple[str, ...]]:
        return places_of(dimensions, self.model.dimensions, origin)

    def resolve(self) -> None:
        """Resolve the equations of all variables."""
        for one in self.model.variables:
            if one.sort is Sort.TABLE:
                continue
            for elements in self._elements(one.dimensions, one.origin):
                self._resolve(one, elements)

    def _resolve(self, one: Variable, elements: tuple[str, ...]) -> None:
        equation = self._equation(one, elements)
        context = dict(zip(one.dimensions, elements, strict=True))
        cell = self.cells[self.index[one.name, elements]]
        cell.origin = equation.origin
        value = Resolving(self, cell.label, context, equation.origin).value(
            equation.tree
        )
        if one.sort is Sort.STOCK:
            cell.first = value
            cell.net = self._net(one, elements, context)
            return
        if one.table is not None:
            value = Op(Do.LOOK_UP, (value,), self.table_of[one.name])
        if one.is_nonnegative:
            value = Op(Do.MAXIMUM, (value, Constant(0.0)))
        cell.value = value

    @staticmethod
    def _equation(one: Variable, elements: tuple[str, ...]) -> Equation:
        for equation in one.equations:
            if equation.elements in ((), elements):
                return equation
        raise SubscriptWrong(one.origin, name=one.title, found=",".join(elements))

    def _net(
        self, one: Variable, elements: tuple[str, ...], context: Mapping[str, str]
    ) -> Value:
        into = [self._flow(one, name, context) for name in one.inflows]
        out = [self._flow(one, name, context) for name in one.outflows]
        if not out:
            return total(into) if into else Constant(0.0)
        if not into:
            return Op(Do.NEGATE, (total(out),))
        return Op(Do.SUBTRACT, (total(into), total(out)))

    def _flow(self, one: Variable, name: str, context: Mapping[str, str]) -> Value:
        if name not in self.dimensions_of:
            raise NameUnknown(one.origin, name=name)
        dimensions = self.dimensions_of[name]
        if not set(dimensions) <= set(context):
            raise SubscriptWrong(one.origin, name=name, found=", ".join(dimensions))
        return Ref(self.index[name, tuple(context[dim] for dim in dimensions)])
