"""Tables of foresight, for this room only."""

from tinhso.foresight.models.accounts import (
    AccountEstimateRow,
    AccountInputRow,
)
from tinhso.foresight.models.forecasts import (
    VintageRow,
)

__all__ = [
    "AccountEstimateRow",
    "AccountInputRow",
    "VintageRow",
]
