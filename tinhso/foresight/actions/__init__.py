"""What the doors may have foresight do."""

from tinhso.foresight.actions.account import (
    estimate_share,
    take_account_input,
)
from tinhso.foresight.actions.account_content import ACCOUNTS
from tinhso.foresight.actions.dynamics import MODELS
from tinhso.foresight.actions.forecasting import (
    forecast_all,
    forecast_measures,
)

__all__ = [
    "ACCOUNTS",
    "MODELS",
    "estimate_share",
    "forecast_all",
    "forecast_measures",
    "take_account_input",
]
