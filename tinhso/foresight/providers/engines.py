"""Which engines there are: NumPy always, numba where the extra `fast` is installed."""

from importlib import import_module
from importlib.util import find_spec

from tinhso.foresight.rules.dynamics.numpy_engine import NUMPY
from tinhso.foresight.rules.dynamics.program import Engine
from tinhso.foresight.types.refusals import EngineMissing

COMPILED = "numba"


def engine_named(name: str = "") -> Engine:
    """Find what runs models: numba where it is installed, unless told otherwise.

    :raises EngineMissing: if it is not there.
    """
    wanted = name or (COMPILED if find_spec(COMPILED) else NUMPY.name)
    if wanted == NUMPY.name:
        return NUMPY
    if wanted != COMPILED or find_spec(COMPILED) is None:
        raise EngineMissing(engine=name[:20])
    # Not imported before: numba takes a second, and most processes run no model.
    engine: Engine = import_module("tinhso.foresight.providers.compiled").COMPILED
    return engine
