"""What other rooms and the doors may ask of indicators and targets."""

from tinhso.indicators.queries.asked import (
    returns_asked,
)
from tinhso.indicators.queries.assessments import (
    assessments,
    evidence_file,
    get_assessment,
    league_of,
    periods_of,
    self_sheet,
)
from tinhso.indicators.queries.boards import (
    board,
    boards,
    breakdowns,
    measure,
    state,
    usual_period,
)
from tinhso.indicators.queries.counting import (
    count,
)
from tinhso.indicators.queries.declared import (
    get_indicator,
    indicators,
    period,
    period_before,
    period_on,
    period_said,
    plans,
)
from tinhso.indicators.queries.index_sets import (
    appraisers,
    get_index_set,
    index_sets,
    published_scores,
)
from tinhso.indicators.queries.lineage import (
    get_figure,
    lineage_of,
    recount,
    rows_behind,
)
from tinhso.indicators.queries.returns import (
    get_return,
    owed_returns,
    own_returns,
    return_file,
    return_sheet,
    returns_behind,
    returns_to_approve,
)
from tinhso.indicators.queries.targets import (
    standings,
)
from tinhso.indicators.queries.values import (
    faults,
    figures,
    freshness,
    newest,
    parts,
    restated_on,
    runs,
    series,
    split_places,
)

__all__ = [
    "appraisers",
    "assessments",
    "board",
    "boards",
    "breakdowns",
    "count",
    "evidence_file",
    "faults",
    "figures",
    "freshness",
    "get_assessment",
    "get_figure",
    "get_index_set",
    "get_indicator",
    "get_return",
    "index_sets",
    "indicators",
    "league_of",
    "lineage_of",
    "measure",
    "newest",
    "owed_returns",
    "own_returns",
    "parts",
    "period",
    "period_before",
    "period_on",
    "period_said",
    "periods_of",
    "plans",
    "published_scores",
    "recount",
    "restated_on",
    "return_file",
    "return_sheet",
    "returns_asked",
    "returns_behind",
    "returns_to_approve",
    "rows_behind",
    "runs",
    "self_sheet",
    "series",
    "split_places",
    "standings",
    "state",
    "usual_period",
]
