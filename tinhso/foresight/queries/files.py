"""Forecast series that stand in a file."""

from tinhso.foresight.rules.forecasting.forecasts import forecast
from tinhso.foresight.rules.forecasting.tables import read_series
from tinhso.foresight.types import FileForecast


def forecast_file(
    *, content: bytes, horizon: int, level: int, skips_short: bool = False
) -> FileForecast:
    """Forecast each series of a file, in the order in which they first stand there.

    content: CSV, TSV or semicolons in UTF-8, columns `series`, `period`, `value`, read
    whole before anything is forecast; level: of the intervals, in percent, 50 to 99;
    skips_short: leave series out that are too short, and name them.

    :raises SeriesFileWrong: naming each cell that cannot be read.
    :raises SeriesTooShort: naming each series with too few values.
    """
    series, left_out = read_series(content, skips_short=skips_short)
    return FileForecast(forecast(series, horizon=horizon, level=level), left_out)
