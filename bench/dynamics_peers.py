"""The peers of `bench.dynamics`, in their own environment: pysimlin and PySD.

Given is a folder with a model, the rates of each member and what is asked; answered is
one JSON line: members a second of each, and how many were measured.
"""

import json
import sys
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
import pysd
import simlin

PYSD_MEMBERS, PYSD_SECONDS = 20, 60


def main(folder: Path) -> None:
    """Measure both."""
    asked = json.loads((folder / "asked.json").read_text("utf-8"))
    rates = np.load(folder / "rates.npy")
    best = min(_simlin(folder, asked, rates) for _ in range(asked["times"]))
    speed, members = _pysd(folder, asked, rates)
    told = {
        "pysimlin": rates.shape[1] / best,
        "pysimlin_members": rates.shape[1],
        "pysimlin_version": version("pysimlin"),
        "pysd": speed,
        "pysd_members": members,
        "pysd_version": version("pysd"),
    }
    print(json.dumps(told))


def _simlin(folder: Path, asked: dict[str, Any], rates: Any) -> float:
    model = simlin.load(folder / "model.xmile")
    kept = []
    begun = perf_counter()
    with model.simulate() as sim:
        for member in rates.T:
            sim.reset()
            for name, value in zip(asked["rates"], member, strict=True):
                sim.set_value(name, float(value))
            sim.run_to_end()
            kept.append([sim.get_series(name) for name in asked["outputs"]])
    seconds = perf_counter() - begun
    np.save(folder / "kept.npy", np.asarray(kept).transpose(1, 2, 0))
    return seconds


def _pysd(folder: Path, asked: dict[str, Any], rates: Any) -> tuple[float, int]:
    model = pysd.read_xmile(str(folder / "model.xmile"))
    begun, members = perf_counter(), 0
    for member in rates.T[:PYSD_MEMBERS]:
        given = dict(zip(asked["rates"], map(float, member), strict=True))
        model.run(params=given, return_columns=list(asked["outputs"]))
        members += 1
        if perf_counter() - begun > PYSD_SECONDS:
            break
    return members / (perf_counter() - begun), members


if __name__ == "__main__":
    main(Path(sys.argv[1]))
