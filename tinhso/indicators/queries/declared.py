"""Read what packs declare of indicators and targets."""

from collections.abc import Mapping

from tinhso.indicators.rules import declared
from tinhso.indicators.types import Indicator, Target
from tinhso.kernel.packs import versions

INDICATORS, TARGETS = "indicators", "targets"


def indicators() -> Mapping[str, Indicator]:
    """List the indicators in force by key."""
    return {
        one.key: one
        for content in versions.in_force(kind=INDICATORS)
        for one in declared.indicators_of(content.body)
    }


def plans() -> Mapping[str, tuple[Target, ...]]:
    """List the targets in force by the plan that sets them."""
    return {
        content.key: tuple(declared.targets_of(content.body))
        for content in versions.in_force(kind=TARGETS)
    }
