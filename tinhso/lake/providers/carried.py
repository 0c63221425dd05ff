"""One text for both engines: DuckDB's SQL, carried over to Spark's by sqlglot.

A word of SQL is carried only if both engines were seen to answer alike: the equality
suite (`tests/lake/equality.py`) asks with each word on this page. All others are
refused, for another number is worse than none.
"""

from collections.abc import Iterator

from sqlglot import exp, parse_one
from sqlglot.errors import ErrorLevel, SqlglotError

from tinhso.lake.types import QuestionNotCarried, QuestionUnreadable

ENGINE = "spark"
_FRAME = (
    exp.Select, exp.Subquery, exp.CTE, exp.With, exp.Table, exp.TableAlias,
    exp.Identifier, exp.Column, exp.Star, exp.Alias, exp.From, exp.Join, exp.Where,
    exp.Group, exp.Having, exp.Qualify, exp.Order, exp.Ordered, exp.Limit, exp.Offset,
    exp.Distinct, exp.Union, exp.Intersect, exp.Except, exp.Var,
)  # fmt: skip
_OPERATORS = (
    exp.Literal, exp.Boolean, exp.Null, exp.And, exp.Or, exp.Not, exp.Paren, exp.EQ,
    exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.Exists, exp.Is,
    exp.NullSafeEQ, exp.NullSafeNEQ, exp.Like, exp.Add, exp.Sub, exp.Mul, exp.Div,
    exp.IntDiv, exp.Mod, exp.Neg, exp.DPipe, exp.Case, exp.If,
)  # fmt: skip
_FUNCTIONS = (
    exp.Count, exp.Sum, exp.Avg, exp.Min, exp.Max, exp.Median, exp.Filter, exp.Coalesce,
    exp.Nullif, exp.Abs, exp.Lower, exp.Upper, exp.Length, exp.Substring, exp.Year,
    exp.Month, exp.Day, exp.Extract, exp.DateFromParts, exp.DateDiff, exp.Window,
    exp.RowNumber, exp.Rank, exp.Lag, exp.Cast, exp.DataType,
)  # fmt: skip
CARRIED: tuple[type[exp.Expr], ...] = (*_FRAME, *_OPERATORS, *_FUNCTIONS)
# As text, whole number or decimal the engines write the same real differently.
CASTS = (
    exp.DataType.Type.DATE,
    exp.DataType.Type.DOUBLE,
    exp.DataType.Type.TIMESTAMPTZ,
)


def to_spark(sql: str) -> str:
    """Write a question of DuckDB's as one of Spark's over views named `room.name`.

    :raises QuestionUnreadable: if it is no SQL.
    :raises QuestionNotCarried: if the engines may answer it differently.
    """
    try:
        tree = parse_one(sql, dialect="duckdb")
        _refuse_others(tree)
        for change in (_name_views, _divide_reals, _average_reals, _count_days):
            change(tree)
        return tree.sql(dialect=ENGINE, unsupported_level=ErrorLevel.RAISE)
    except SqlglotError as error:
        reason = str(error).splitlines()[0][:300]
        raise QuestionUnreadable({"": [reason]}, reason=reason) from None


def _refuse_others(tree: exp.Expr) -> None:
    for node in tree.walk():
        if type(node) not in CARRIED or not _is_alike(node):
            what = node.sql(dialect="duckdb")[:100]
            raise QuestionNotCarried(engine=ENGINE, what=what)


def _is_alike(node: exp.Expr) -> bool:
    """Tell whether a word that is carried is so in this use of it."""
    match node:
        case exp.Cast():
            return node.to.this in CASTS
        case exp.Like():
            # What hides a sign from LIKE is another sign to each engine.
            return "\\" not in node.sql()
        case exp.DateDiff():
            return node.text("unit").upper() == "DAY"
        case exp.Table():
            return isinstance(node.this, exp.Identifier) and not node.args.get("sample")
        case exp.Join():
            return node.method == "" and node.kind != "ASOF"
        case _:
            return True


def _name_views(tree: exp.Expr) -> None:
    """Name the views as Spark has them: `room.name` is one word there."""
    for table in list(tree.find_all(exp.Table)):
        if table.db:
            name, alias = table.name, table.alias or table.name
            new = exp.to_identifier(f"{table.db}.{name}", quoted=True)
            table.set("this", new)
            table.set("db", None)
            table.set("alias", exp.TableAlias(this=exp.to_identifier(alias)))
    for column in tree.find_all(exp.Column):
        column.set("db", None)


def _divide_reals(tree: exp.Expr) -> None:
    """Divide as reals, as DuckDB does; Spark would divide decimals as decimals."""
    for division in tree.find_all(exp.Div):
        division.set("this", _real(division.this))
        division.set("expression", _real(division.expression))


def _average_reals(tree: exp.Expr) -> None:
    for average in tree.find_all(exp.Avg):
        average.set("this", _real(average.this))


def _count_days(tree: exp.Expr) -> None:
    """Count midnights between two moments, as DuckDB does, and not whole days."""
    for difference in tree.find_all(exp.DateDiff):
        for side in ("this", "expression"):
            difference.set(side, exp.cast(difference.args[side], "date"))


def _real(value: exp.Expr) -> exp.Expr:
    """Make a real of a value; what is counted once may stand before it."""
    if isinstance(value, exp.Distinct):
        inner: Iterator[exp.Expr] = map(_real, value.expressions)
        return exp.Distinct(expressions=list(inner))
    return exp.cast(value.copy(), "double")
