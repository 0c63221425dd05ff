"""What the doors may have foresight do."""

from tinhso.foresight.actions.forecasting import (
    forecast_all,
    forecast_measures,
)

__all__ = [
    "forecast_all",
    "forecast_measures",
]
