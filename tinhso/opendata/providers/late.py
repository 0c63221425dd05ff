"""Loads the engines when the first version is frozen, read or asked.

They take half a second and 100 MB, which a server that nobody asks does not spend.
"""

from importlib import import_module
from types import ModuleType


def freezing() -> ModuleType:
    """Load what writes versions: `providers/freezing.py`."""
    return import_module("tinhso.opendata.providers.freezing")


def reading() -> ModuleType:
    """Load what reads and asks them: `providers/reading.py`."""
    return import_module("tinhso.opendata.providers.reading")


def handing_out() -> ModuleType:
    """Load what writes other forms of them: `providers/handing_out.py`."""
    return import_module("tinhso.opendata.providers.handing_out")
