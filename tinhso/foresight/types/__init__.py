"""The public words of forecasts, models and scenarios."""

from tinhso.foresight.types.forecasts import (
    Ahead,
    Backtest,
    FileForecast,
    Forecast,
    Series,
    SeriesFileWrong,
    SeriesTooShort,
)

__all__ = [
    "Ahead",
    "Backtest",
    "FileForecast",
    "Forecast",
    "Series",
    "SeriesFileWrong",
    "SeriesTooShort",
]
