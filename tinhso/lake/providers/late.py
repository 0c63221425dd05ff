"""Loads the engines when the first row or question comes.

They take half a second and 100 MB, which no server and no other command spends.
"""

from importlib import import_module
from types import ModuleType


def tables() -> ModuleType:
    """Load what writes tables: `providers/tables.py`."""
    return import_module("tinhso.lake.providers.tables")


def plans() -> ModuleType:
    """Load what finds the files of a question: `providers/plans.py`."""
    return import_module("tinhso.lake.providers.plans")


def pulling() -> ModuleType:
    """Load what fetches rows from elsewhere: `providers/pulling.py`."""
    return import_module("tinhso.lake.providers.pulling")


def asking() -> ModuleType:
    """Load what asks them: `providers/asking.py`."""
    return import_module("tinhso.lake.providers.asking")


def closed() -> ModuleType:
    """Load the engine of all who ask: `providers/closed.py`."""
    return import_module("tinhso.lake.providers.closed")


def spark() -> ModuleType:
    """Load what hands questions to Spark: `providers/spark.py`."""
    return import_module("tinhso.lake.providers.spark")


def loading() -> ModuleType:
    """Load what reads files of rows: `providers/loading.py`."""
    return import_module("tinhso.lake.providers.loading")


def texts() -> ModuleType:
    """Load what reads rows that rooms tell as text: `providers/texts.py`."""
    return import_module("tinhso.lake.providers.texts")


def quality() -> ModuleType:
    """Load what holds tables against what is promised: `providers/quality.py`."""
    return import_module("tinhso.lake.providers.quality")
