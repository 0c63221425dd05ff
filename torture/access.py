"""G11, G12: everybody at every address by every method, and nobody else's data there.

The table of who gets through is `access.yaml`. A real server is asked over loopback,
each request taken back, so that all meet the same data. Then each refusal is removed
in turn, and the walk must notice; then what ends must end with the next request.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from torture.access_prepare import PORTAL, World, prepare
from torture.access_twice import unexplained
from torture.access_walk import Cell, OverLoopback, Seen, Walk, worst
from torture.canaries import Canaries
from torture.cluster import cluster, private_home
from torture.figures import Figure
from torture.prepare import ROOT, environment_of
from torture.revocation import Probe, probes
from torture.undone import serving

COMMAND = "python -m torture {goal}"
# Whom the short form lets look, and who then also tries methods that are not offered.
FEW = (
    *("nobody", "owner", "stranger", "clerk", "clerk_elsewhere", "admin"),
    *("cover_over", "no_factor", "closed", "key_revoked", "post_over"),
)
ODD = ("nobody", "clerk")
FAULTS = ("through", "errors", "refused", "otherwise")
# What holds the data itself, and is read by nobody but the platform.
KEPT = {"files", "postgres", "static", "vendor", "fonts"}
UNSEEN = (
    "held twice: another refusal stands before or behind it, or it is none of access;"
    " each with its reason in torture/access_twice.yaml. Citizens delegate to nobody"
    " here, so that no visitor is a delegate."
)
UNREAD = (
    "Pictures are not read for canaries; how long an answer takes is not looked at."
)


@dataclass(frozen=True)
class Run:
    """What one run found."""

    seen: Seen
    logs: int
    logged: Sequence[str]
    ended: Sequence[Probe]
    mutants: Mapping[str, Any]


def measure(*, short: bool) -> Iterator[Figure]:
    """Walk, remove, end; answer both figures."""
    with private_home() as home:
        run = _run(home, short=short)
    yield _access(run)
    yield _leaks(run)


def _run(home: Path, *, short: bool) -> Run:
    world = prepare(home)
    temporary = home / "tmp"
    temporary.mkdir()
    environment = environment_of(
        home,
        DATABASE_URL=world.url,
        TINHSO_PORTAL_KEY=PORTAL,
        TINHSO_PAYMENT_GATEWAY_SECRET=PORTAL,
        TINHSO_BANK_NOTICE_KEY=PORTAL,
        TMPDIR=str(temporary),
    )
    walk = Walk(asdict(world), world.addresses)
    with cluster(home, world.url):
        with serving(environment, log=home / "walk.log") as port:
            cells = few(walk) if short else many(walk)
            seen = walk.run(cells, OverLoopback(port))
        removed = {} if short else _removed(world, environment)
        with serving(environment, log=home / "end.log", is_undone=False) as port:
            ended = probes(OverLoopback(port), world.comes, environment)
    logs = list(written(home))
    return Run(seen, len(logs), in_files(logs, walk.canaries), ended, removed)


def few(walk: Walk) -> Iterator[Cell]:
    """List the cells of the short form."""
    for cell in walk.cells(visitors=FEW, sets=("A",)):
        is_odd = cell.visitor.name in ODD and cell.method == "PUT"
        if cell.method in cell.row.circles or is_odd:
            yield cell


def many(walk: Walk) -> Iterator[Cell]:
    """List all cells; methods that are not offered, for one victim's things only."""
    for cell in walk.cells():
        if cell.of == "A" or cell.method in cell.row.circles:
            yield cell


def _removed(world: World, environment: Mapping[str, str]) -> dict[str, Any]:
    """Remove each refusal in turn, in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "torture.access_mutants"],
        env={**environment, "TINHSO_ORIGIN": "http://localhost"},
        cwd=ROOT,
        input=json.dumps(asdict(world)),
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def written(home: Path) -> Iterator[Path]:
    """List what the platform wrote beside the data: logs, caches, temporary files."""
    for path in sorted(home.rglob("*")):
        top = path.relative_to(home).parts[0]
        is_log = path == home / "postgres" / "log"
        if path.is_file() and (top not in KEPT or is_log):
            yield path


def in_files(paths: Sequence[Path], canaries: Canaries) -> list[str]:
    """Tell which files hold a canary."""
    found = ((path, canaries.among(path.read_bytes())) for path in paths)
    return [
        f"{path.name}: {name} of {of}"
        for path, met in found
        for of, name in sorted(met)
        # The database names the rows of an error by their ids; the data it does not.
        if not name.endswith("_id")
    ]


def _access(run: Run) -> Figure:
    seen, removed = run.seen, run.mutants
    lost = [*removed.get("survived", ()), *removed.get("unreached", ())]
    survived = unexplained(lost)
    late = [one.what for one in run.ended if not one.holds]
    counts: dict[str, int | float | str] = {
        "cells": seen.cells,
        "let through": seen.through,
        "unexpected through": seen.count("through"),
        "unexpected refused": seen.count("refused"),
        "turned away otherwise": seen.count("otherwise"),
        "server errors": seen.count("errors"),
        "ended": len(run.ended),
        "not at once": len(late),
    }
    if removed:
        counts |= {
            "mutants": removed["mutants"],
            "noticed": removed["noticed"],
            "held twice": removed["mutants"] - removed["noticed"] - len(survived),
            "survived": len(survived),
        }
    told = [worst(seen, FAULTS), ", ".join(late), ", ".join(survived)]
    return Figure(
        "G11",
        counts,
        n=seen.cells,
        reached=not (any(map(seen.count, FAULTS)) or late or survived),
        command=COMMAND.format(goal="G11"),
        note="; ".join(filter(None, told)) or UNSEEN,
    )


def _leaks(run: Run) -> Figure:
    seen = run.seen
    found = seen.count("canaries") + len(run.logged)
    told = [worst(seen, ("canaries", "cacheable")), ", ".join(run.logged)]
    return Figure(
        "G12",
        {
            "bytes": seen.bytes,
            "bodies": seen.cells,
            "logs and temporary files": run.logs,
            "canaries found": found,
            "cacheable": seen.count("cacheable"),
        },
        n=seen.cells,
        reached=not (found or seen.count("cacheable")),
        command=COMMAND.format(goal="G12"),
        note="; ".join(filter(None, told)) or UNREAD,
    )
