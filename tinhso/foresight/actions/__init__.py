"""What the doors may have foresight do."""

from tinhso.foresight.actions.dynamics import MODELS
from tinhso.foresight.actions.forecasting import (
    forecast_all,
    forecast_measures,
)
from tinhso.foresight.actions.scenarios import (
    freeze_scenario,
)

__all__ = [
    "MODELS",
    "forecast_all",
    "forecast_measures",
    "freeze_scenario",
]
