"""What the doors may have foresight do."""

from tinhso.foresight.actions.dynamics import MODELS
from tinhso.foresight.actions.forecasting import (
    forecast_all,
    forecast_measures,
)
from tinhso.foresight.actions.scenarios import (
    freeze_scenario,
)
from tinhso.foresight.actions.urban import URBAN

__all__ = [
    "MODELS",
    "URBAN",
    "forecast_all",
    "forecast_measures",
    "freeze_scenario",
]
