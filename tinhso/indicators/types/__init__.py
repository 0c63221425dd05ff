"""The public words of indicators and targets."""

from pathlib import Path

from tinhso.indicators.types.indexes import (
    FOUR_DIGITS,
    Band,
    Criterion,
    CriterionUnknown,
    Entries,
    IndexSet,
    IndexSetUnknown,
    LeagueLine,
    MainIndex,
    Measured,
    PillarSum,
    PublishedScore,
    RuleKind,
    ScoreRule,
    Step,
    Total,
    Unaccounted,
)
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
    "FOUR_DIGITS",
    "SCHEMAS",
    "Band",
    "Criterion",
    "CriterionUnknown",
    "Entries",
    "Goal",
    "IndexSet",
    "IndexSetUnknown",
    "Indicator",
    "LeagueLine",
    "MainIndex",
    "Measured",
    "Period",
    "Pillar",
    "PillarSum",
    "PlanUnknown",
    "PublishedScore",
    "RuleKind",
    "ScoreRule",
    "Standing",
    "State",
    "Status",
    "Step",
    "Target",
    "Total",
    "Unaccounted",
    "Unit",
    "Value",
]
