"""`python -m torture [--short] [GOAL …]`: measure, print a line a goal, keep them."""

import argparse
import importlib
from collections.abc import Iterator
from datetime import date

from torture.figures import Figure, keep

# Which file measures which goals, in the order of the long run.
SUBJECTS: dict[str, tuple[str, ...]] = {
    "headers": ("G21",),
    "hardening": ("G20",),
    "access": ("G11", "G12"),
    "repeats": ("G6",),
    "callbacks": ("G7",),
    "receipts": ("G24",),
    "readers": ("G19",),
    "histories": ("G23",),
    "tampering": ("G13",),
    "crash": ("G1",),
    "database": ("G4",),
    "io_faults": ("G2",),
    "uploads": ("G9",),
    "secrecy": ("G18",),
    "clock_jumps": ("G5",),
    "outside": ("G25",),
    "disk": ("G3",),
    "storm": ("G16",),
    "restore": ("G14",),
    "upgrade": ("G15",),
    "lake": ("G26",),
}


def main() -> None:
    """Run what is asked for, or everything."""
    words = argparse.ArgumentParser(prog="python -m torture")
    words.add_argument("goals", nargs="*", help="as G1; all without any")
    words.add_argument("--short", action="store_true", help="as the tests run it")
    asked = words.parse_args()
    form = "short" if asked.short else "long"
    for subject, goals in SUBJECTS.items():
        if not asked.goals or set(goals) & set(asked.goals):
            keep(_shown(subject, short=asked.short), form=form, on=date.today())  # noqa: DTZ011 - the day of the operator


def _shown(subject: str, *, short: bool) -> Iterator[Figure]:
    """Measure one subject: its `measure(short=…)` yields a figure a goal."""
    for figure in importlib.import_module(f"torture.{subject}").measure(short=short):
        print(figure.line(), flush=True)
        yield figure


if __name__ == "__main__":
    main()
