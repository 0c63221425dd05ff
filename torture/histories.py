"""G23: no dossier is silent, whatever happens to it.

Thousands of random histories: applications of several procedures, each then acted upon
by whoever may, or sat out, asked about, re-dated, claimed, recalled, corrected. After
each step every open dossier must have somebody who must act and an action for them, a
due time and a notice to its applicant; what was returned or refused must say why.
"""

import json
import subprocess
import sys
from collections.abc import Iterator

from torture.cluster import private_home
from torture.figures import Figure
from torture.prepare import ROOT, environment_of

COMMAND = "python -m torture G23"
LONG, SHORT = 10_000, 20
SECONDS_LONG, SECONDS_SHORT = 40 * 60, 60


def measure(*, short: bool) -> Iterator[Figure]:
    """Live the histories in a process of their own, and count what went silent."""
    with private_home() as home:
        count, seconds = (SHORT, SECONDS_SHORT) if short else (LONG, SECONDS_LONG)
        words = ("-m", "torture.live_histories", str(count), str(seconds))
        result = subprocess.run(
            [sys.executable, *words],
            env=environment_of(home),
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    lived = json.loads(result.stdout.splitlines()[-1])
    silent = lived.pop("silent")
    yield Figure(
        "G23",
        {**lived, "silent": silent},
        n=lived["histories"],
        reached=not silent and lived["histories"] >= count,
        command=COMMAND,
    )
