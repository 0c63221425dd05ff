"""What a table is worth: how many rows do not meet what its room promises of them.

One question counts, another names some of the wrong rows of the same state.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tinhso.lake import rules
from tinhso.lake.providers import asking, published
from tinhso.lake.providers.plans import Plan, plan
from tinhso.lake.types import Dataset, Dimension, Expectation, Limits, Met, Source

EXAMPLES = 20
# It is the platform that asks, once an hour, and of the whole table.
LIMITS = Limits(rows=10_000, seconds=600, memory=2**30, reads=2**40)


@dataclass(frozen=True, slots=True)
class Measured:
    """A table's worth in a state; wrong: rows with any fault, by dimension."""

    source: Source
    rows: int
    wrong: dict[Dimension, int]
    met: tuple[Met, ...]


def measure(dataset: Dataset, state: Plan) -> Measured:
    """Hold a state of a table against what its room promises."""
    plans = [state, *_others(dataset)]
    found = asking.ask(rules.counting(dataset), plans, LIMITS)
    [counts] = found.rows
    told = dict(zip(found.columns, counts, strict=True))
    met = tuple(
        _met(dataset, one, told[f"e{place}"], plans)
        for place, one in enumerate(dataset.expectations)
    )
    wrong = {d: told[d.value] for d in Dimension if d.value in told}
    return Measured(state.source, told["n"], wrong, met)


def _met(dataset: Dataset, one: Expectation, wrong: int, plans: Sequence[Plan]) -> Met:
    examples: tuple[str, ...] = ()
    if wrong:
        sql = rules.naming(dataset, one, most=EXAMPLES)
        found = asking.ask(sql, plans, LIMITS)
        examples = tuple(str(row[0]) for row in found.rows)
    return Met(one.name, one.dimension, one.vi, one.en, wrong, examples)


def _others(dataset: Dataset) -> list[Plan]:
    """Find the states of the datasets that this one refers to."""
    names = {
        one.refers_to.rpartition(".")[0]
        for one in dataset.expectations
        if one.refers_to
    }
    return [plan(published.dataset_of(name)) for name in names - {dataset.name}]
