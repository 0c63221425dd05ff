"""What other rooms and the doors may ask of indicators and targets."""

from tinhso.indicators.queries.boards import (
    board,
    boards,
    breakdowns,
    measure,
    usual_period,
)
from tinhso.indicators.queries.declared import (
    get_indicator,
    indicators,
    period,
    period_before,
    period_on,
    plans,
)
from tinhso.indicators.queries.lineage import (
    get_figure,
    lineage_of,
    recount,
    rows_behind,
)
from tinhso.indicators.queries.targets import standings
from tinhso.indicators.queries.values import (
    faults,
    figures,
    freshness,
    newest,
    parts,
    runs,
    series,
)

__all__ = [
    "board",
    "boards",
    "breakdowns",
    "faults",
    "figures",
    "freshness",
    "get_figure",
    "get_indicator",
    "indicators",
    "lineage_of",
    "measure",
    "newest",
    "parts",
    "period",
    "period_before",
    "period_on",
    "plans",
    "recount",
    "rows_behind",
    "runs",
    "series",
    "standings",
    "usual_period",
]
