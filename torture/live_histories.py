"""Live random histories of dossiers, and look for silence after each step.

`python -m torture.live_histories COUNT SECONDS` prints what it counted as JSON. Each
history is undone at its end. Hypothesis chooses, and shows the shortest history that
goes wrong.
"""

import json
import sys
import time
import traceback
from collections import Counter
from datetime import timedelta

import django

django.setup()

from django.conf import settings  # noqa: E402 - Django stands first
from django.db import transaction  # noqa: E402
from hypothesis import HealthCheck, Phase  # noqa: E402
from hypothesis import settings as how  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from hypothesis.stateful import (  # noqa: E402
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bench.prepare_submissions import fill  # noqa: E402
from torture.life import Life, Town, found_town  # noqa: E402

STEPS = 14


class Histories(RuleBasedStateMachine):
    """One dossier, or two, and everything that can happen to them."""

    town: Town
    deadline = 0.0
    lived: Counter[str] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self._undo = transaction.atomic()
        self._undo.__enter__()
        self.life = Life(self.town)
        type(self).lived["histories"] += 1

    @initialize(which=st.integers(0, 20))
    def apply(self, which: int) -> None:
        """Begin with an application."""
        self.life.apply(which)

    @rule(which=st.integers(0, 20))
    def apply_again(self, which: int) -> None:
        """Apply for something else."""
        if len(self.life.dossiers) < 2:
            self.life.apply(which)

    @rule(dossier=st.integers(0, 1), choice=st.integers(0, 30))
    def act(self, dossier: int, choice: int) -> None:
        """Let whoever must act do one of what they may."""
        self.life.act(dossier, choice)

    @rule(dossier=st.integers(0, 1), choice=st.integers(0, 10))
    def meddle(self, dossier: int, choice: int) -> None:
        """Do something beside the workflow: claim, re-date, recall, correct, write."""
        self.life.meddle(dossier, choice)

    @rule(hours=st.sampled_from((1, 9, 30, 200, 900)))
    def wait(self, hours: int) -> None:
        """Let time pass, and what happens by itself happen."""
        self.life.wait(timedelta(hours=hours))

    @precondition(lambda self: self.life.dossiers)
    @invariant()
    def nobody_is_forgotten(self) -> None:
        """Hold every dossier against the promise."""
        silent = self.life.silent()
        assert not silent, silent

    def teardown(self) -> None:
        """Undo the history, and count what it was."""
        type(self).lived.update(self.life.done)
        transaction.set_rollback(True)
        self._undo.__exit__(None, None, None)


def main(count: int, seconds: float) -> None:
    """Live them, and print what was counted."""
    fill()
    assert settings.TINHSO_DEMO is False
    Histories.town = found_town()
    silent, begun = 0, time.monotonic()
    batch = min(count, 20)
    while Histories.lived["histories"] < count and time.monotonic() - begun < seconds:
        try:
            run_state_machine_as_test(Histories, settings=_how(batch))
        except Exception:  # noqa: BLE001 - what breaks is as bad as what is silent
            silent += 1
            traceback.print_exc()
    lived = dict(sorted(Histories.lived.items()))
    print(json.dumps({"histories": lived.pop("histories"), **lived, "silent": silent}))


def _how(count: int) -> how:
    return how(
        max_examples=count,
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]))
