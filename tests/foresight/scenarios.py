"""The model of Quảng Ninh as the pack declares it, its inputs at their fallbacks."""

from dataclasses import replace
from functools import cache
from pathlib import Path

from tinhso.foresight.providers.model_files import read_model
from tinhso.foresight.rules.dynamics.numpy_engine import NUMPY
from tinhso.foresight.rules.scenarios.playing import Playing
from tinhso.foresight.types.dynamics import Evidence, Level, Lever, Parameter, Prior

PATH = Path("packs/provinces/quang_ninh/models/quang_ninh.yaml")


@cache
def quang_ninh():
    return read_model(PATH)


def playing(model=None, *, members=200, seed=1, engine=NUMPY):
    return Playing(model or quang_ninh(), engine, members, seed)


def lever(name, *levels, cost=1.0, evidence=True, high=10):
    """Declare a lever from 0 up; levels are values, named after them."""
    told = tuple(Level(f"l{value}", f"{value}", f"{value}", value) for value in levels)
    shown = (Evidence("nguồn"),) if evidence else ()
    found = Lever(0, high, 0, told, cost, "nguồn", shown)
    return Parameter(name, name, (Prior("fixed", (0.0,)),), lever=found)


def unsure(name, low, high):
    return Parameter(name, name, (Prior("uniform", (low, high)),))


def with_parameters(model, *parameters, **changed):
    return replace(model, parameters=parameters, **changed)
