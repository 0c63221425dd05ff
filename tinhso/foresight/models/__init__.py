"""Tables of foresight, for this room only."""

from tinhso.foresight.models.forecasts import (
    VintageRow,
)
from tinhso.foresight.models.scenarios import (
    FrozenScenarioRow,
)

__all__ = [
    "FrozenScenarioRow",
    "VintageRow",
]
