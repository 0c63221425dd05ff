"""Compile joined cells to a program: in which order, on which rows."""

from collections.abc import Callable, Iterable, Iterator
from graphlib import CycleError, TopologicalSorter

from tinhso.foresight.rules.dynamics.joining import Joined, join
from tinhso.foresight.rules.dynamics.program import (
    FIRST_STOCK,
    RISKY,
    Cell,
    Constant,
    Deed,
    Delay,
    Do,
    Op,
    Program,
    Ref,
    Role,
    Stream,
    Tape,
    Value,
)
from tinhso.foresight.types.dynamics import Model
from tinhso.foresight.types.refusals import AlgebraCircular, TimesWrong

MOST_STEPS = 1_000_000


def compile_model(model: Model) -> Program:
    """Join a model and compile it.

    :raises ModelRefused: by name, with the line, if it cannot be run.
    """
    _require_steps(model)
    joined = join(model)
    return _Compiling(joined).program()


def _require_steps(model: Model) -> None:
    times = model.times
    span = times.stop - times.start
    is_sound = times.dt > 0 and span >= 0 and span <= times.dt * MOST_STEPS
    if not (is_sound and times.save_every >= times.dt * (1 - 1e-9)):
        raise TimesWrong(model.origin, start=times.start, stop=times.stop)


class _Compiling:
    """Cells being given rows, and deeds for them."""

    def __init__(self, joined: Joined) -> None:
        self._joined, self._cells = joined, joined.cells
        self._stocks = [n for n, one in self._each() if one.role is Role.STOCK]
        self._rows = self._placed()
        self._n_rows = len(self._cells) + len(self._stocks)
        self._constants: dict[float, int] = {}
        self._free: list[int] = []

    def _each(self) -> Iterator[tuple[int, Cell]]:
        return ((n, one) for n, one in enumerate(self._cells))

    def _placed(self) -> list[int]:
        """Give each cell a row: time twice, stocks, room for their nets, the rest."""
        rows = [0, 1] + [0] * (len(self._cells) - 2)
        for place, number in enumerate(self._stocks):
            rows[number] = FIRST_STOCK + place
        row = FIRST_STOCK + 2 * len(self._stocks)
        for number, cell in self._each():
            if number > 1 and cell.role is not Role.STOCK:
                rows[number], row = row, row + 1
        return rows

    def program(self) -> Program:
        """Order all cells, and write both tapes."""
        order = self._ordered(_needed_at_first)
        still = self._still(order)
        first = self._tape(order, _at_first)
        order = [one for one in self._ordered(_needed) if self._is_computed(one)]
        alike = self._alike(order)
        moving = [one for one in order if one not in still and one not in alike]
        shared = [one for one in order if one in alike]
        main = (*self._tape(moving, lambda cell: cell.value), *self._nets())
        joined = self._joined
        return Program(
            times=joined.model.times,
            n_rows=self._n_rows,
            n_stocks=len(self._stocks),
            constants=tuple((row, value) for value, row in self._constants.items()),
            first=first,
            main=main,
            shared=self._tape(shared, lambda cell: cell.value),
            shared_rows=tuple(self._rows[one] for one in shared if one not in still),
            tables=tuple(joined.tables),
            parameters=tuple(self._streams(Role.PARAMETER)),
            draws=tuple(self._streams(Role.DRAW)),
            delays=tuple(self._delays()),
            nonnegative=self._nonnegative(),
            rows=self._named(),
            cells={self._rows[number]: cell for number, cell in self._each()},
            row_of_cell=tuple(self._rows),
        )

    def _named(self) -> dict[str, int]:
        index = self._joined.index.values()
        return {self._cells[number].label: self._rows[number] for number in index}

    def _nonnegative(self) -> tuple[int, ...]:
        return tuple(
            self._rows[number]
            for number in self._stocks
            if self._cells[number].is_nonnegative
        )

    def _streams(self, role: Role) -> Iterator[Stream]:
        seen: dict[str, int] = {}
        for number, cell in self._each():
            if cell.role is role:
                count = seen[cell.label] = seen.get(cell.label, 0) + 1
                # By its name, so that another constant changes no draw of this one.
                name = f"{role.name}:{cell.label}:{count}"
                yield Stream(self._rows[number], name, cell.prior, cell.is_normal)

    def _delays(self) -> Iterator[Delay]:
        for number, cell in self._each():
            if cell.role is Role.DELAY:
                rows = (number, cell.source, cell.lag)
                yield Delay(*(self._rows[one] for one in rows))

    def _ordered(self, needed: Callable[[Cell], Iterable[int]]) -> list[int]:
        graph = {number: set(needed(cell)) for number, cell in self._each()}
        try:
            return list(TopologicalSorter(graph).static_order())
        except CycleError as error:
            raise self._circle(error.args[1]) from None

    def _circle(self, cycle: list[int]) -> AlgebraCircular:
        labels = [self._cells[number].label for number in reversed(cycle)]
        named = [one for n, one in enumerate(labels) if n == 0 or one != labels[n - 1]]
        return AlgebraCircular(self._cells[cycle[0]].origin, cycle=" → ".join(named))

    def _still(self, order: list[int]) -> set[int]:
        """Find the computed cells that never change, worked out once at the start."""
        still: set[int] = set()
        for number in order:
            cell = self._cells[number]
            is_fixed = cell.role in (Role.PARAMETER, Role.HELD)
            if is_fixed or (cell.role is Role.COMPUTED and set(_needed(cell)) <= still):
                still.add(number)
        return still

    def _is_computed(self, number: int) -> bool:
        return self._cells[number].role is Role.COMPUTED

    def _alike(self, order: list[int]) -> set[int]:
        """Find the computed cells that are the same for all members."""
        alike = {n for n, cell in self._each() if _is_alike(cell)}
        for number in order:
            if set(_needed(self._cells[number])) <= alike:
                alike.add(number)
        return alike

    def _tape(self, order: Iterable[int], told: Callable[[Cell], Value | None]) -> Tape:
        deeds: list[Deed] = []
        checks: list[Deed] = []
        for number in order:
            value = told(self._cells[number])
            if value is not None:
                self._emit(value, deeds, self._rows[number])
                if is_risky(value):
                    checks.append(Deed(Do.CHECK, self._rows[number]))
        # Looked at in the end, all at once: what is no number stays none.
        return (*deeds, *checks)

    def _nets(self) -> Tape:
        deeds: list[Deed] = []
        for number in self._stocks:
            net = self._cells[number].net or Constant(0.0)
            row = self._rows[number] + len(self._stocks)
            self._emit(net, deeds, row)
        return tuple(deeds)

    def _emit(self, value: Value, deeds: list[Deed], out: int = -1) -> int:
        """Write the deeds of a value; answer the row where it then is."""
        if isinstance(value, Op):
            return self._emit_op(value, deeds, out)
        row = (
            self._rows[value.cell]
            if isinstance(value, Ref)
            else self._constant(value.value)
        )
        if out < 0:
            return row
        deeds.append(Deed(Do.COPY, out, row))
        return out

    def _emit_op(self, op: Op, deeds: list[Deed], out: int) -> int:
        rows = [self._emit(arg, deeds) for arg in op.args]
        if out < 0:
            out = self._free.pop() if self._free else self._new_row()
        for arg, row in zip(op.args, rows, strict=True):
            if isinstance(arg, Op):
                self._free.append(row)
        a, b, c = [*rows, rows[0], rows[0]][:3]
        deeds.append(Deed(op.do, out, a, b, c, op.table))
        return out

    def _constant(self, value: float) -> int:
        if value not in self._constants:
            self._constants[value] = self._new_row()
        return self._constants[value]

    def _new_row(self) -> int:
        self._n_rows += 1
        return self._n_rows - 1


def _is_alike(cell: Cell) -> bool:
    is_fixed = cell.prior is not None and cell.prior.distribution == "fixed"
    return cell.role is Role.TIME or (cell.role is Role.PARAMETER and is_fixed)


def _at_first(cell: Cell) -> Value | None:
    return cell.value if cell.role is Role.COMPUTED else cell.first


def _needed_at_first(cell: Cell) -> Iterator[int]:
    value = _at_first(cell)
    return iter(()) if value is None else refs_of(value)


def _needed(cell: Cell) -> Iterator[int]:
    return iter(()) if cell.value is None else refs_of(cell.value)


def refs_of(value: Value) -> Iterator[int]:
    """List the cells a value is made of."""
    if isinstance(value, Ref):
        yield value.cell
    elif isinstance(value, Op):
        for arg in value.args:
            yield from refs_of(arg)


def is_risky(value: Value) -> bool:
    """Tell whether a value may come to no finite number."""
    if not isinstance(value, Op):
        return False
    return value.do in RISKY or any(is_risky(arg) for arg in value.args)
