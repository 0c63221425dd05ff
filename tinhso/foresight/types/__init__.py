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
from tinhso.foresight.types.vintages import (
    Chance,
    Outlook,
    PartsDoNotAddUp,
    PartsForecast,
    Realised,
    Surprise,
    TooFewValues,
    Vintage,
    Why,
)

__all__ = [
    "Ahead",
    "Backtest",
    "Chance",
    "FileForecast",
    "Forecast",
    "Outlook",
    "PartsDoNotAddUp",
    "PartsForecast",
    "Realised",
    "Series",
    "SeriesFileWrong",
    "SeriesTooShort",
    "Surprise",
    "TooFewValues",
    "Vintage",
    "Why",
]
