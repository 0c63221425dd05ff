"""Providers by name: the built-in ones and those of installed packages."""

from collections.abc import Iterable, Mapping
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any


class UnknownProviderError(LookupError):
    """No installed package offers a provider of that name."""


def load(*, group: str, name: str, built_in: Mapping[str, Any] | None = None) -> Any:
    """Load the provider `name` of a group such as `tinhso.signing`.

    built_in: those the room brings itself; installed packages add to them.
    :raises UnknownProviderError: if none is installed; it names those that are.
    """
    known = dict(built_in or {})
    if name in known:
        return known[name]
    offered = {point.name: point for point in entry_points(group=group)}
    if name not in offered:
        names = sorted([*known, *offered])
        raise UnknownProviderError(f"{group}: {name!r} not in {names}")
    return offered[name].load()


def wire(modules: Iterable[str]) -> None:
    """Import the pages on which the project joins its rooms together."""
    for module in modules:
        import_module(module)
