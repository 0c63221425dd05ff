"""Tables of foresight, for this room only."""

from tinhso.foresight.models.accounts import (
    AccountEstimateRow,
    AccountInputRow,
)
from tinhso.foresight.models.forecasts import (
    VintageRow,
)
from tinhso.foresight.models.scenarios import (
    FrozenScenarioRow,
    PutForwardRow,
)

__all__ = [
    "AccountEstimateRow",
    "AccountInputRow",
    "FrozenScenarioRow",
    "PutForwardRow",
    "VintageRow",
]
