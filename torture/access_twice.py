"""Which refusals may be removed unnoticed, and why: `access_twice.yaml`."""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from ruamel.yaml import YAML

KEPT = Path(__file__).with_name("access_twice.yaml")


@cache
def reasons() -> Mapping[str, str]:
    """Read why, by a prefix of the name."""
    found: Mapping[str, str] = YAML(typ="safe").load(KEPT.read_text("utf-8"))
    return found


def unexplained(names: Sequence[str]) -> Sequence[str]:
    """List the mutants that nobody noticed, without those that are explained."""
    return [name for name in names if not name.startswith(tuple(reasons()))]
