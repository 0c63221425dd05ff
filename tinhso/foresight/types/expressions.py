"""The words of equations: what an expression is made of, and where it goes wrong."""

from dataclasses import dataclass, field

from tinhso.kernel.errors import N_, Invalid


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a text stands: the file, the line of its first character, what it is.

    what: as a reader looks for it, `stocks.0.initial` or `<eqn> Stock A`.
    """

    file: str = ""
    line: int = 1
    what: str = ""

    def __str__(self) -> str:
        """Read as compilers write: file:line: what."""
        place = f"{self.file}:{self.line}" if self.file else f"{self.line}"
        return f"{place}: {self.what}" if self.what else place


@dataclass(frozen=True, slots=True)
class Spot:
    """A line and column of an expression, both from 1."""

    line: int = 1
    column: int = 1


NOWHERE = Spot()


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written."""

    value: float
    spot: Spot = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Every:
    """`*` in a subscript: all elements of that dimension."""

    spot: Spot = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Name:
    """A variable, perhaps subscripted: names are canonical, `stock_a`."""

    name: str
    subscripts: "tuple[Name | Number | Every, ...]" = ()
    spot: Spot = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Unary:
    """`-x`, `+x` or `NOT x`."""

    sign: str
    of: "Node"
    spot: Spot = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Binary:
    """Two operands and what stands between them: `+ - * / ^ MOD < <= = AND …`."""

    sign: str
    left: "Node"
    right: "Node"
    spot: Spot = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Choice:
    """`IF condition THEN one ELSE other`."""

    condition: "Node"
    then: "Node"
    otherwise: "Node"
    spot: Spot = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments; the name is canonical."""

    name: str
    args: "tuple[Node, ...]"
    spot: Spot = field(default=NOWHERE, compare=False)


Node = Number | Name | Unary | Binary | Choice | Call


class ModelRefused(Invalid):
    """A model cannot be taken as it is; origin says where the fault stands."""

    message = N_("{place}: mô hình có lỗi.")

    def __init__(self, origin: Origin, **params: object) -> None:
        super().__init__(None, place=str(origin), **params)
        self.origin = origin


class ExpressionWrong(ModelRefused):
    """An expression cannot be read: something stands where nothing like it may."""

    message = N_("{place}: không đọc được biểu thức tại cột {column}: “{found}”.")


class ExpressionUnfinished(ExpressionWrong):
    """An expression ends where more of it is wanted."""

    message = N_(
        "{place}: biểu thức dừng giữa chừng tại cột {column}; thiếu dấu ngoặc đóng hoặc"
        " vế sau."
    )


class ExpressionTooLarge(ModelRefused):
    """An expression is longer or nested more deeply than any model needs."""

    message = N_("{place}: biểu thức quá dài hoặc lồng nhau quá sâu.")
