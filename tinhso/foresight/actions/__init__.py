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
from tinhso.foresight.actions.scenarios import (
    freeze_scenario,
    put_forward_scenario,
)
from tinhso.foresight.actions.urban import URBAN

__all__ = [
    "ACCOUNTS",
    "MODELS",
    "URBAN",
    "estimate_share",
    "forecast_all",
    "forecast_measures",
    "freeze_scenario",
    "put_forward_scenario",
    "take_account_input",
]
