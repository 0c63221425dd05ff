"""How fast and how true forecasts are, on the open series of three competitions.

Speed: short annual series a second on one core, against statsforecast's Theta in the
same run. Truth: the last years of 1,344 annual series are held back; how many of them
lie in 80 % intervals, and how far forecasts miss beside saying the last value again.
Intervals rest on back-tests of the known years and on the other half of the series.
"""

import json
import subprocess
from collections.abc import Sequence
from time import process_time

import numpy as np

from bench import forecast_errors
from bench.open_series import PEERS, open_series
from bench.report import line
from tinhso.foresight.rules.forecasting.forecasts import forecast
from tinhso.foresight.rules.forecasting.methods import carried_on
from tinhso.foresight.rules.forecasting.smoothing import Array, naive
from tinhso.foresight.types import Series
from tinhso.indicators.types import PeriodKind

YEAR = PeriodKind.YEAR
HORIZON = 3  # years
LENGTHS = (5, 15)
ENDS = range(4)  # how many years before the last known one held-back years end
MANY = 20_000
ASKED = """
import json, sys, time, warnings
import numpy as np
warnings.simplefilter("ignore")
from statsforecast.models import Theta
series, horizon = json.load(sys.stdin)
series = [np.array(one) for one in series]
def run(held):
    for one in held:
        Theta(season_length=1).forecast(y=one, h=horizon)
run(series[:20])  # compiled before it is timed
began = time.process_time()
run(series)
print(len(series) / (time.process_time() - began))
"""


def main() -> None:
    """Print a line a figure."""
    for length in LENGTHS:
        _speed(length)
    for length in LENGTHS:
        _truth(length)


def windows(length: int, *, end: int = 0, half: int = -1) -> tuple[Array, Array]:
    """Cut the last years of each long enough series: those known, and those held back.

    half: 0 or 1, of every second series; else of all. What never moved in the known
    years is left out: nothing can be said of it.
    """
    stop = length + HORIZON + end
    series = open_series(YEAR) if half < 0 else open_series(YEAR)[half::2]
    held = np.array([one[-stop:] for one in series if len(one) >= stop])
    moves = np.abs(np.diff(held[:, :length])).sum(axis=1) > 0
    known, came = held[moves, :length], held[moves, length : length + HORIZON]
    return known, came


def _speed(length: int) -> None:
    known, _ = windows(length)
    many = np.tile(known, (-(-MANY // len(known)), 1))[:MANY]
    plain = _rate(lambda: carried_on(many, HORIZON, YEAR), len(many))
    asked = _asked(many)
    whole = _rate(lambda: forecast(asked, horizon=HORIZON, level=80), len(asked))
    peer = _peer(known[:400])
    unit = "series a second, one core"
    name = "statsforecast Theta, one core"
    for bench, value in (("forecast_means", plain), ("forecasts", whole)):
        line(bench, value, unit, peer=name, peer_value=peer, years=length)


def _truth(length: int) -> None:
    """Judge forecasts of each half of the series by spreads of the other half."""
    sums = np.zeros(4)
    for half in range(2):
        table = _table_without(half)
        for end in ENDS:
            known, came = windows(length, end=end, half=half)
            sums += _judged(known, came, table)
    number, within, missed, naively = sums
    more = {"years": length, "held_back": int(number)}
    coverage = 100 * within / number
    line("coverage", coverage, "%", peer="promised", peer_value=80, **more)
    told = {"peer": "naive", "peer_value": naively / number}
    line("mase", missed / number, "steps", **told, **more)


def _table_without(half: int) -> dict[int, Array]:
    others = open_series(YEAR)[1 - half :: 2]
    return forecast_errors.table_of(forecast_errors.errors_of(others, YEAR))


def _judged(known: Array, came: Array, table: dict[int, Array]) -> Array:
    """Count what was held back, what lay within, and sum up errors: (4,)."""
    told = forecast(
        _asked(known),
        horizon=HORIZON,
        level=80,
        open_series=lambda kind, band: table[band],
    )
    ahead = np.array([[(a.low, a.mean, a.high) for a in one.ahead] for one in told])
    scale = np.abs(np.diff(known)).mean(axis=1, keepdims=True)
    within = (ahead[..., 0] <= came) & (came <= ahead[..., 2])
    missed = np.abs(ahead[..., 1] - came) / scale
    naively = np.abs(naive(known, HORIZON) - came) / scale
    return np.array([came.size, within.sum(), missed.sum(), naively.sum()])


def _asked(values: Array) -> Sequence[Series]:
    return [Series(str(n), YEAR, 2000, row) for n, row in enumerate(values.tolist())]


def _rate(run: object, number: int) -> float:
    assert callable(run)
    run()
    began = process_time()
    run()
    return number / (process_time() - began)


def _peer(series: Array) -> float:
    told = subprocess.run(
        [str(PEERS), "-c", ASKED],
        input=json.dumps([series.tolist(), HORIZON]),
        capture_output=True,
        text=True,
        check=True,
        env={"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1", "PATH": ""},
    )
    return float(told.stdout)


if __name__ == "__main__":
    main()
