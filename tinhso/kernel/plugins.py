"""Providers by name: the built-in ones and those of installed packages."""

from collections.abc import Iterable
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any


class UnknownProviderError(LookupError):
    """No installed package offers a provider of that name."""


def load(*, group: str, name: str) -> Any:
    """Load the provider `name` of a group such as `tinhso.signing`.

    :raises UnknownProviderError: if none is installed; it names those that are.
    """
    offered = {point.name: point for point in entry_points(group=group)}
    if name not in offered:
        raise UnknownProviderError(f"{group}: {name!r} not in {sorted(offered)}")
    return offered[name].load()


def wire(modules: Iterable[str]) -> None:
    """Import the pages on which the project joins its rooms together."""
    for module in modules:
        import_module(module)
