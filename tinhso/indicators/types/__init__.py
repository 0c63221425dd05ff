"""The public words of indicators and targets."""

from pathlib import Path

from tinhso.indicators.types.measures import (
    Behind,
    Cell,
    Computed,
    Dimension,
    Direction,
    Fault,
    Figure,
    FigureUnknown,
    Formula,
    Indicator,
    IndicatorUnknown,
    NotComputed,
    Period,
    PeriodKind,
    PeriodWrong,
    Recount,
    Run,
    Status,
    Term,
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
    "Behind",
    "Cell",
    "Computed",
    "Dimension",
    "Direction",
    "Fault",
    "Figure",
    "FigureUnknown",
    "Formula",
    "Goal",
    "Indicator",
    "IndicatorUnknown",
    "NotComputed",
    "Period",
    "PeriodKind",
    "PeriodWrong",
    "Pillar",
    "PlanUnknown",
    "Recount",
    "Run",
    "Standing",
    "State",
    "Status",
    "Target",
    "Term",
    "Unit",
    "Value",
]
