"""The one evaluator of conditions and computed values (jsonlogic.com)."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from json_logic import jsonLogic
from json_logic.builtins import BUILTINS

from tinhso.procedures.types.forms import Logic


def _age(born: object, on: object) -> int | None:
    """Count the full years from one ISO day to another; None if either is no day."""
    try:
        first, last = date.fromisoformat(str(born)), date.fromisoformat(str(on))
    except ValueError:
        return None
    return last.year - first.year - ((last.month, last.day) < (first.month, first.day))


def _days(first: object, last: object) -> int | None:
    """Count the days from one ISO day to another; None if either is no day."""
    try:
        return (date.fromisoformat(str(last)) - date.fromisoformat(str(first))).days
    except ValueError:
        return None


OPERATIONS: dict[str, Any] = {
    **BUILTINS,
    "age": lambda _data, born, on: _age(born, on),
    "days": lambda _data, first, last: _days(first, last),
}


def evaluate(rule: Logic, data: Mapping[str, Any]) -> Any:
    """Evaluate a rule over data; a plain value is itself."""
    if not is_rule(rule):
        return rule
    return jsonLogic(rule, dict(data), OPERATIONS)


def is_rule(rule: Logic) -> bool:
    """Tell a rule from a plain value."""
    return isinstance(rule, dict | list)


def holds(rule: Logic, data: Mapping[str, Any]) -> bool:
    """Tell whether a rule holds, by JSON Logic's idea of truth."""
    return bool(evaluate(rule, data))


def variables(rule: Logic) -> Iterator[str]:
    """List the variables a rule reads, by their first name."""
    return (path.split(".")[0] for path in paths(rule))


def paths(rule: Logic) -> Iterator[str]:
    """List the variables a rule reads, in full: `answers.child_name`."""
    if isinstance(rule, list):
        for part in rule:
            yield from paths(part)
    if isinstance(rule, Mapping):
        for operator, operands in rule.items():
            if operator == "var":
                yield str(operands[0] if isinstance(operands, list) else operands)
            yield from paths(operands)


def operators(rule: Logic) -> Iterator[str]:
    """List the operators a rule uses."""
    if isinstance(rule, list):
        for part in rule:
            yield from operators(part)
    if isinstance(rule, Mapping):
        for operator, operands in rule.items():
            yield operator
            yield from operators(operands)
