"""The public words of indicators and targets."""

from pathlib import Path

from tinhso.indicators.types.measures import (
    Indicator,
    Period,
    Status,
    Unit,
    Value,
)
from tinhso.indicators.types.targets import (
    Goal,
    Pillar,
    PlanUnknown,
    Standing,
    State,
    Target,
)

SCHEMAS = Path(__file__).parents[1] / "schema"

__all__ = [
    "SCHEMAS",
    "Goal",
    "Indicator",
    "Period",
    "Pillar",
    "PlanUnknown",
    "Standing",
    "State",
    "Status",
    "Target",
    "Unit",
    "Value",
]
