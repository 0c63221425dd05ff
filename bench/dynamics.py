"""An ensemble of 1,000 members on a model of 256 equations, made by program.

Goals: at least 5 times as fast as pysimlin, 300 times as PySD, in one run, one process
each; equal to pysimlin to 1e-10, NumPy to numba to 1e-12. The peers run in an
environment of their own (.venv-dynamics) and are given the same model as XMILE and the
same numbers for each member. PySD takes minutes: few of its members are measured.

`TINHSO_BENCH_MEMBERS` sets how many members, 1,000 unless told.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import numpy as np

from bench.report import line
from tinhso.foresight.providers.compiled import COMPILED
from tinhso.foresight.rules.dynamics.compiling import compile_model
from tinhso.foresight.rules.dynamics.ensembles import run_kept
from tinhso.foresight.rules.dynamics.expressions import parse
from tinhso.foresight.rules.dynamics.numpy_engine import NUMPY
from tinhso.foresight.rules.dynamics.program import Engine, Program
from tinhso.foresight.rules.dynamics.running import Run
from tinhso.foresight.rules.dynamics.xmile_export import write_xmile
from tinhso.foresight.types.dynamics import (
    Equation,
    Method,
    Model,
    Numbers,
    Parameter,
    Prior,
    Sort,
    Times,
    Variable,
)
from tinhso.foresight.types.expressions import Origin

MEMBERS = int(os.environ.get("TINHSO_BENCH_MEMBERS", "1000"))
PLACES, TIMES = 32, 3
PEERS = Path(".venv-dynamics/bin/python")
OUTPUTS = ("people_0", "people_17", "pressure_31")
RATES = tuple(f"rate_{place}" for place in range(PLACES))
GOAL_SIMLIN, GOAL_PYSD, NEAR_SIMLIN, NEAR_NUMBA = 5, 300, 1e-10, 1e-12
EQUATIONS = {
    "births": (Sort.FLOW, "people_{n} * rate_{n} * effect_{n}"),
    "deaths": (Sort.FLOW, "people_{n} / life_{n}"),
    "moving": (Sort.FLOW, "(people_{next} - people_{n}) * 0.01"),
    "effect": (Sort.AUXILIARY, "1 / (1 + EXP((pressure_{n} - 1) * 2))"),
    "pressure": (Sort.AUXILIARY, "people_{n} / room_{n}"),
    "life": (Sort.AUXILIARY, "MAX(10, 50 - 10 * pressure_{n})"),
    "room": (Sort.AUXILIARY, "200 + 20 * SIN(TIME / 5 + {n})"),
}


def main() -> None:
    """Print one JSON line a figure; end with 1 if a goal is missed."""
    program = compile_model(_model())
    ours = {
        engine.name: _measured(program, engine, OUTPUTS) for engine in (NUMPY, COMPILED)
    }
    rates = np.asarray(_run(program, NUMPY, RATES))[:, 0]
    theirs = _peers(rates)
    fine = [*_compared(ours), *_against(ours, theirs)]
    sys.exit(0 if all(fine) else 1)


def _model() -> Model:
    variables = [one for place in range(PLACES) for one in _place(place)]
    parameters = (
        Parameter(name, name, (Prior("normal", (0.05, 0.01)),)) for name in RATES
    )
    times = Times(0, 20, 0.125, 0.125, Method.EULER)
    return Model("bench", "bench", times, tuple(variables), tuple(parameters))


def _place(place: int) -> Iterator[Variable]:
    def equation(text: str) -> tuple[Equation, ...]:
        told = text.format(n=place, next=(place + 1) % PLACES)
        return (Equation(parse(told, Origin())),)

    name = f"people_{place}"
    flows = ((f"births_{place}", f"moving_{place}"), (f"deaths_{place}",))
    first = equation(str(100 + place))
    yield Variable(name, name, Sort.STOCK, first, (), *flows)
    for kind, (sort, text) in EQUATIONS.items():
        name = f"{kind}_{place}"
        yield Variable(name, name, sort, equation(text))


def _run(program: Program, engine: Engine, outputs: tuple[str, ...]) -> Numbers:
    return np.asarray(run_kept(Run(program, outputs, 1, {}), engine, range(MEMBERS)))


def _measured(
    program: Program, engine: Engine, outputs: tuple[str, ...]
) -> tuple[float, Numbers]:
    """Run an ensemble some times, once before to warm up; answer the shortest time."""
    kept, seconds = _run(program, engine, outputs), []
    for _ in range(TIMES):
        begun = perf_counter()
        kept = _run(program, engine, outputs)
        seconds.append(perf_counter() - begun)
    return min(seconds), kept


def _peers(rates: Numbers) -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="tinhso-bench-") as folder:
        place = Path(folder)
        (place / "model.xmile").write_text(write_xmile(_model()), "utf-8")
        np.save(place / "rates.npy", rates)
        told = {"outputs": OUTPUTS, "rates": RATES, "times": TIMES}
        (place / "asked.json").write_text(json.dumps(told), "utf-8")
        words = [str(PEERS), "-m", "bench.dynamics_peers", folder]
        done = subprocess.run(words, check=True, capture_output=True, timeout=900)
        found = json.loads(done.stdout.splitlines()[-1])
        found["kept"] = np.load(place / "kept.npy")
        return dict(found)


def _compared(ours: dict[str, tuple[float, Numbers]]) -> Iterator[bool]:
    (slow, plain), (fast, compiled) = ours["numpy"], ours["numba"]
    apart = _apart(plain, compiled)
    line(
        "dynamics: 1,000 members of 256 equations, numba",
        MEMBERS / fast,
        "members/s",
        peer="the same with NumPy",
        peer_value=MEMBERS / slow,
        members=MEMBERS,
        apart=apart,
        near=NEAR_NUMBA,
    )
    yield apart <= NEAR_NUMBA


def _against(
    ours: dict[str, tuple[float, Numbers]], theirs: dict[str, object]
) -> Iterator[bool]:
    apart = _apart(ours["numpy"][1], np.asarray(theirs["kept"]))
    peers = (("pysimlin", GOAL_SIMLIN), ("pysd", GOAL_PYSD))
    for engine, (seconds, _) in ours.items():
        for peer, goal in peers:
            speed = float(str(theirs[peer]))
            line(
                f"dynamics: {MEMBERS} members of 256 equations, {engine}",
                MEMBERS / seconds,
                "members/s",
                peer=f"{peer} {theirs[f'{peer}_version']}",
                peer_value=speed,
                peer_members=theirs[f"{peer}_members"],
                goal=goal,
                apart_from_pysimlin=apart,
                near=NEAR_SIMLIN,
            )
            # The goal is that of the engine that is used where it is installed.
            yield engine != COMPILED.name or MEMBERS / seconds >= goal * speed
    yield apart <= NEAR_SIMLIN


def _apart(one: Numbers, other: Numbers) -> float:
    return float(np.max(np.abs(one / other - 1)))


if __name__ == "__main__":
    main()
