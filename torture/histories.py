"""G23: no dossier is silent, whatever happens to it.

Thousands of random histories: applications of several procedures, each then acted upon
by whoever may, or sat out, asked about, re-dated, claimed, recalled, corrected. After
each step every open dossier must have somebody who must act and an action for them, a
due time and a notice to its applicant; what was returned or refused must say why.
"""

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from torture.cluster import private_home
from torture.figures import Figure
from torture.prepare import ROOT, environment_of

COMMAND = "python -m torture G23"
LONG, SHORT = 10_000, 20
SECONDS_LONG, SECONDS_SHORT = 40 * 60, 60


def measure(*, short: bool) -> Iterator[Figure]:
    """Live the histories in processes of their own, and count what went silent."""
    count, seconds = (SHORT, SECONDS_SHORT) if short else (LONG, SECONDS_LONG)
    at_once = 1 if short else os.cpu_count() or 1
    with ThreadPoolExecutor(at_once) as pool:
        shares = [-(-count // at_once)] * at_once
        lived = sum((pool.map(_lived, shares, [seconds] * at_once)), Counter[str]())
    yield Figure(
        "G23",
        {name: lived[name] for name in (*sorted(lived.keys() - {"silent"}), "silent")},
        n=lived["histories"],
        reached=not lived["silent"] and lived["histories"] >= count,
        command=COMMAND,
        note=f"{count} are aimed at, {seconds / 60:.0f} minutes are given.",
    )


def _lived(count: int, seconds: float) -> Counter[str]:
    """Live so many in so much time at most; answer what was counted."""
    with private_home() as home:
        words = ("-m", "torture.live_histories", str(count), str(seconds))
        result = subprocess.run(
            [sys.executable, *words],
            env=environment_of(home),
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
    return Counter(json.loads(result.stdout.splitlines()[-1]))
