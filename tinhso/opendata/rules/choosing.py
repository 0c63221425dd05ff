"""The question to the lake, in SQL; every name and value is of a declaration."""

from tinhso.opendata.rules.declaring import SYNTHETIC
from tinhso.opendata.types import Condition, Entry, Field, Measure, Part

NULLS = {"present": "IS NOT NULL", "absent": "IS NULL"}
TESTS = {"is": "IN", "is_not": "NOT IN", "from": ">=", "before": "<"}


def question(entry: Entry) -> str:
    """Write the question whose answer is the dataset before the gate."""
    columns = ", ".join(f'{_expression(one)} AS "{one.name}"' for one in entry.fields)
    room, _, table = entry.source.partition(".")
    cells = " GROUP BY ALL" if entry.is_figures else ""
    # In the order of its values, for another order would tell what came in last.
    return (
        f'SELECT {columns} FROM "{room}"."{table}"'  # noqa: S608 - of a declaration
        f" WHERE {meant(entry)}{cells} ORDER BY ALL"
    )


def meant(entry: Entry) -> str:
    """Write which rows are meant; synthetic ones and real ones never meet."""
    real = f'"{SYNTHETIC}"' if entry.is_synthetic else f'NOT "{SYNTHETIC}"'
    return " AND ".join([real, *map(_condition, entry.conditions)])


def _expression(field: Field) -> str:
    column = f'"{field.source}"'
    if field.measure is Measure.COUNT:
        return "count(*)"
    if field.measure is Measure.SUM:
        return f"sum({column})"
    if field.part is not Part.WHOLE:
        return f"date_trunc('{field.part.value}', {column})::DATE"
    return column


def _condition(one: Condition) -> str:
    column = f'"{one.column}"'
    if one.test in NULLS:
        return f"{column} {NULLS[one.test]}"
    values = one.value if isinstance(one.value, list) else [one.value]
    said = ", ".join(_literal(value) for value in values)
    return f"{column} {TESTS[one.test]} ({said})"


def _literal(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    return "'" + str(value).replace("'", "''") + "'"
