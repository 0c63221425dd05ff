"""G1: killed at any moment, nothing that was acknowledged is lost, doubled, unwritten.

Eight clients submit with keys and try again, while single server workers, the whole
tree of processes, or PostgreSQL are killed with SIGKILL at random moments. Then all
that clients were told is held against what database and file store hold.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from random import Random
from typing import NamedTuple

from torture import stored
from torture.clients import Clients
from torture.cluster import Cluster, cluster, private_home
from torture.figures import Figure
from torture.history import Findings, Journal, judge
from torture.prepare import Prepared, environment_of, prepare
from torture.serving import Platform, kill, platform

CLIENTS, SERVER_WORKERS = 8, 8
BACK_SECONDS = 10  # the goal: serving again
GIVE_UP_SECONDS = 60
TOLD_SECONDS = 180  # until every receipt is written, afterwards
# The server takes a worker that dies twice in this time for hopeless, and ends.
HOPELESS_SECONDS = 6.0
# Workers so much younger than the server are its first ones.
LOADING_SECONDS = 4.0
# One of so many kills of the tree takes the supervisor, too.
WITH_SUPERVISOR = 4
# Workers die while others serve, so more of them fit into the time.
OFTEN = {"workers": 4, "trees": 1, "postgres": 1}
TICKS = 100  # a second, in /proc/*/stat
FAULTS = (*(kind.name for kind in fields(Findings)), "bare_500")


class Plan(NamedTuple):
    """How often to kill what, in how many seconds at most; pause: of a client."""

    seconds: float
    workers: int
    trees: int
    postgres: int
    pause: float


SHORT = Plan(110, 200, 20, 3, 0.3)
LONG = Plan(10 * 60, 1000, 1000, 100, 0.4)


@dataclass
class Killed:
    """What was killed how often, and how long it took to be served again."""

    counts: Counter[str] = field(default_factory=Counter)
    slowest: dict[str, float] = field(default_factory=dict)
    looks: list[Journal] = field(default_factory=list)


def measure(*, short: bool) -> Iterator[Figure]:
    """Kill, and count what was lost."""
    plan = SHORT if short else LONG
    with private_home() as home:
        prepared = prepare(home)
        with cluster(home, prepared.url) as database:
            yield _figure(plan, *run(plan, prepared, database))


def run(
    plan: Plan, prepared: Prepared, database: Cluster
) -> tuple[Killed, Clients, Findings]:
    """Let clients submit while things are killed; answer what was found."""
    environment = environment_of(prepared.home, DATABASE_URL=prepared.url)
    with platform(environment, workers=SERVER_WORKERS) as served:
        clients = Clients(served.port, prepared.target, pause=plan.pause)
        with clients.submitting(CLIENTS):
            killed = _kill_at_random(plan, served, database)
        stored.wait_until_told(prepared.url, most=TOLD_SECONDS)
        killed.looks.append(stored.journal(prepared.url))
        kept = stored.read(url=prepared.url, home=prepared.home, keys="t-%")
    return killed, clients, judge(tries=clients.tries, kept=kept, looks=killed.looks)


def _kill_at_random(plan: Plan, served: Platform, database: Cluster) -> Killed:
    random, killed = Random(time.time_ns()), Killed()
    rest = Counter(workers=plan.workers, trees=plan.trees, postgres=plan.postgres)
    deadline = time.monotonic() + plan.seconds
    while rest.total() and time.monotonic() < deadline:
        time.sleep(random.uniform(0, 0.3))
        # By the root, so that the rare kind is not the last one to come.
        weights = [left**0.5 * OFTEN[kind] for kind, left in rest.items()]
        (kind,) = random.choices([*rest], weights)
        if kind == "workers" and not _kill_worker(served, random):
            continue
        if kind == "trees":
            _kill_tree(served, takes_all=random.randrange(WITH_SUPERVISOR) == 0)
        if kind == "postgres":
            database.kill()
        seconds = _back(served, database)
        killed.slowest[kind] = max(killed.slowest.get(kind, 0.0), seconds)
        killed.counts[kind] += 1
        rest[kind] -= 1
        if kind == "postgres":
            killed.looks.append(stored.journal(database.url))
    return killed


def _kill_worker(served: Platform, random: Random) -> bool:
    """Kill a server worker that may die; tell whether there was one."""
    server = served.server()
    workers = [pid for pid in served.server_workers() if _may_die(pid, server)]
    if workers:
        kill([random.choice(workers)])
    return bool(workers)


def _may_die(pid: int, server: int | None) -> bool:
    """Tell whether one is as old as the server, or lives long enough."""
    age, eldest = _age(pid), _age(server) if server else 0.0
    return age > HOPELESS_SECONDS or eldest - age < LOADING_SECONDS


def _age(pid: int) -> float:
    try:
        stat = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        up = float(Path("/proc/uptime").read_text().split()[0])
    except OSError:
        return 0.0
    return up - int(stat[19]) / TICKS


def _kill_tree(served: Platform, *, takes_all: bool) -> None:
    if takes_all:
        served.kill_all()
    else:
        served.kill_below()


def _back(served: Platform, database: Cluster) -> float:
    """Start what nobody else would start; answer the seconds until it served again."""
    begun = time.monotonic()
    if not database.is_running():
        database.start()
    while not served.serves():
        if not served.is_running():
            served.spawn()
        if time.monotonic() - begun > GIVE_UP_SECONDS:
            raise RuntimeError(served.log()[-4000:])
        time.sleep(0.05)
    return time.monotonic() - begun


def _said(slowest: Mapping[str, float]) -> str:
    return ", ".join(f"{kind} {seconds:.1f}" for kind, seconds in slowest.items())


def _figure(plan: Plan, killed: Killed, clients: Clients, found: Findings) -> Figure:
    slowest = max(killed.slowest.values(), default=0.0)
    faults = {**found.counts(), "bare_500": clients.statuses.get(500, 0)}
    counts = {
        "worker_kills": killed.counts["workers"],
        "tree_kills": killed.counts["trees"],
        "postgres_kills": killed.counts["postgres"],
        "acknowledged": clients.acknowledged(),
        **faults,
        "slowest_return_s": round(slowest, 1),
    }
    for fault in found.faults():
        print(f"  {fault}")
    return Figure(
        goal="G1",
        counts=counts,
        n=killed.counts.total(),
        reached=not any(faults.values()) and slowest <= BACK_SECONDS,
        command="python -m torture G1",
        note=(
            f"{plan.workers} worker, {plan.trees} tree and {plan.postgres} PostgreSQL"
            f" kills are aimed at, {plan.seconds / 60:.0f} minutes are given. One tree"
            f" kill in {WITH_SUPERVISOR} takes `tinhso run` itself, which the run then"
            " starts as a service manager would. Slowest return by kind, in seconds:"
            f" {_said(killed.slowest)}. untold: no receipt or message after"
            f" {TOLD_SECONDS} s."
        ),
    )
