"""The pages of the desk with a million dossiers, beside those with a thousand.

Pages are asked for over loopback from a real server, as a clerk of one commune: the
inbox, a search, a dossier. Goals: a median of 40 ms with one user, of 120 ms with
sixteen. Then the CPU of the server per submission, which must not grow by a fifth.

`TINHSO_BENCH_DOSSIERS` sets how many, 1,000,000 unless told.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

from bench import submissions
from bench.report import line

FEW, MANY = 1_000, int(os.environ.get("TINHSO_BENCH_DOSSIERS", 1_000_000))
USERS = (1, 16)
REQUESTS = 200
GOAL_MS = {1: 40.0, 16: 120.0}
SUBMISSIONS_SECONDS = 6.0
VAR = Path(__file__).resolve().parents[1] / "var"
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Seen:
    """The median of each page in milliseconds, by page and users; CPU in ms."""

    pages: dict[tuple[str, int], float]
    cpu_ms: float
    report_ms: float


def main() -> None:
    """Print a JSON line for each page and number of users, and for the CPU."""
    few, many = _with(FEW), _with(MANY)
    for (page, users), value in many.pages.items():
        line(
            f"desk_{page}_{users}_users_{MANY}_dossiers",
            value,
            "ms",
            peer=f"the same page with {FEW} dossiers",
            peer_value=few.pages[page, users],
            goal_ms=GOAL_MS[users],
        )
    line(
        f"report_06a_province_year_{MANY}_dossiers",
        many.report_ms,
        "ms",
        peer=f"the same with {FEW} dossiers",
        peer_value=few.report_ms,
        goal_ms=2000.0,
    )
    line(
        f"submission_cpu_{MANY}_dossiers",
        many.cpu_ms,
        "ms",
        peer=f"the same with {FEW} dossiers",
        peer_value=few.cpu_ms,
        goal_ratio=1.2,
    )


def _with(dossiers: int) -> Seen:
    with tempfile.TemporaryDirectory(prefix="tinhso-bench-") as home:
        environment = {
            **os.environ,
            "TINHSO_BENCH_HOME": home,
            "DJANGO_SETTINGS_MODULE": "tinhso.project.settings",
            "TINHSO_OFFICERS_NEED_SECOND_FACTOR": "no",
        }
        for name in ("vendor", "static", "fonts"):  # what set-up made
            if (VAR / name).is_dir():
                (Path(home) / name).symlink_to(VAR / name)
        words = ("--fill", str(dossiers))
        prepared = json.loads(
            submissions.python(environment, "-m", "bench.prepare_submissions", *words)
        )
        try:
            with submissions.server(environment) as process:
                pages = _pages(prepared)
                seen = {
                    (name, users): _median_ms(path, prepared["cookie"], users)
                    for users in USERS
                    for name, path in pages.items()
                }
                report = f"/lam-viec/bao-cao-06a?{prepared['year']}"
                taken = _ask(report, prepared["controller"], 5)
                cpu = _cpu_of_a_submission(prepared, process)
                return Seen(seen, cpu, median(taken) * 1000)
        finally:
            submissions.python(environment, "-m", "bench.prepare_submissions", "--drop")


def _pages(prepared: dict[str, str]) -> dict[str, str]:
    return {
        "inbox": "/lam-viec?vai=all",
        "search": "/lam-viec/tim?q=nguyen+van+an",
        "search_code": f"/lam-viec/tim?q={prepared['code']}",
        "dossier": f"/lam-viec/ho-so/{prepared['dossier']}",
    }


def _median_ms(path: str, cookie: str, users: int) -> float:
    each = max(10, REQUESTS // users)
    _ask(path, cookie, 5)  # connections, caches, templates
    with ThreadPoolExecutor(users) as pool:
        runs = [pool.submit(_ask, path, cookie, each) for _ in range(users)]
        return median(took for run in runs for took in run.result()) * 1000


def _ask(path: str, cookie: str, times: int) -> list[float]:
    connection = HTTPConnection("127.0.0.1", submissions.PORT, timeout=60)
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        connection.request("GET", path, headers={"Cookie": cookie})
        response = connection.getresponse()
        response.read()
        taken.append(time.perf_counter() - start)
        if response.status != 200:
            raise SystemExit(f"{path}: {response.status}")
    return taken


def _cpu_of_a_submission(
    prepared: dict[str, object], process: "subprocess.Popen[bytes]"
) -> float:
    """Measure the CPU of server and database for one submission, in milliseconds."""
    target = submissions.Target(
        str(prepared["token"]),
        tuple(prepared["units"]),  # type: ignore[arg-type]
        prepared["answers"],  # type: ignore[arg-type]
    )
    submissions.run(target, clients=8, seconds=3.0)
    before = _cpu_seconds(process.pid)
    taken = submissions.run(target, clients=8, seconds=SUBMISSIONS_SECONDS)
    return (_cpu_seconds(process.pid) - before) / len(taken) * 1000


def _cpu_seconds(pid: int) -> float:
    """Add up the CPU of a process and all below it; the database is not among them."""
    total = 0.0
    for child in [pid, *_children(pid)]:
        try:
            fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += (int(fields[11]) + int(fields[12])) / TICKS
    return total


def _children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, task.read_text().split()):
            found += [child, *_children(child)]
    return found


if __name__ == "__main__":
    sys.exit(main())
