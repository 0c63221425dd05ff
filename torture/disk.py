"""G3: the disk fills; files are refused, then all writing, and it comes back by itself.

Files and PostgreSQL lie on a small tmpfs of the run's own, which something else fills
step by step while clients submit. Not run without the right to mount one.
"""

import json
import os
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

from torture import stored
from torture.clients import Clients, ask, new_submission, send, tried
from torture.cluster import Cluster, cluster, private_home
from torture.database import Citizen
from torture.figures import Figure
from torture.history import Try, judge
from torture.prepare import Prepared, environment_of, prepare
from torture.serving import Platform, platform

SIZE = "420m"
# PostgreSQL writes its journal in pieces of 16 MB, and must have room for the next.
SMALL = ("max_wal_size=48MB", "min_wal_size=32MB", "checkpoint_timeout=30s")
BACK_SECONDS, TOLD_SECONDS = 60, 120
HOLD_SECONDS = {True: 5, False: 60}
# Where the filling stops: below both, above one, above both.
STEPS = (87.0, 91.0, 96.0)
READ = ("/", "/thu-tuc", "/api/v1/procedures")
WITH_BANNER = "tạm thời chỉ cho xem"


def measure(*, short: bool) -> Iterator[Figure]:
    """Fill the disk and empty it again."""
    with small_disk() as disk:
        if disk is None:
            why = "only root may mount the small disk it needs"
            yield Figure("G3", {}, 0, None, "python -m torture G3", note=why)
            return
        with private_home(under=disk) as home:
            prepared = prepare(home, TINHSO_DEMO="1")
            environment = environment_of(home, DATABASE_URL=prepared.url)
            with (
                cluster(home, prepared.url, *SMALL) as database,
                platform(environment) as served,
            ):
                run = Run(prepared, database, served)
                run.fill(HOLD_SECONDS[short])
                yield run.figure()


class Run:
    """One filling, and what was met at each step of it."""

    def __init__(self, prepared: Prepared, database: Cluster, served: Platform) -> None:
        self._prepared, self._database, self._served = prepared, database, served
        self._filler = prepared.home / "filler"
        self._tries: list[Try] = []
        self._wrong: list[str] = []
        self._reasons: Counter[str] = Counter()
        self._asked = 0
        self.back = float("inf")

    def fill(self, hold: float) -> None:
        """Fill up step by step, stay full for some seconds, and empty it."""
        with Citizen(self._served.port) as citizen:
            below, files_wait, read_only = STEPS
            self._fill_to(below)
            self._expect("a submission below", self._submit(), "")
            self._fill_to(files_wait)
            self._expect("a file", self._submit(), "StorageAlmostFull")
            self._check("without files", citizen.types())
            self._fill_to(read_only)
            self._expect("a write", self._submit(), "StorageReadOnly")
            self._check("a form", not citizen.types())
            self._stay_full(hold)
            self._check("the form again", citizen.types())

    def _stay_full(self, seconds: float) -> None:
        """Read and write while it is full: reading answers, writing is refused."""
        clients = Clients(self._served.port, self._prepared.target, pause=0.1)
        with clients.submitting(4):
            deadline = time.monotonic() + seconds
            while time.monotonic() < deadline:
                for path in READ:
                    response = ask(self._served.port, "GET", path)
                    self._check(f"reading {path}", response.status == 200)
                page = ask(self._served.port, "GET", "/thu-tuc").content.decode()
                self._check("the banner", WITH_BANNER in page)
                self._check("the database", self._database.answers())
            self._check("only 503", set(clients.statuses) <= {503})
            # What waits is answered once there is space.
            self._filler.unlink()
            self._come_back()
        self._tries += clients.tries

    def _come_back(self) -> None:
        begun = time.monotonic()
        while time.monotonic() - begun < 2 * BACK_SECONDS:
            if self._submit() == "":
                break
            time.sleep(0.5)
        self.back = time.monotonic() - begun

    def _submit(self) -> str:
        """Submit once; answer "" if it was taken, or by which name it was refused."""
        one = new_submission(self._prepared.target, Random(time.time_ns()))
        response = send(self._served.port, self._prepared.target, one)
        self._tries.append(tried(one, response))
        if response.status == 201:
            return ""
        with suppress(ValueError, KeyError):
            return str(json.loads(response.content)["type"]).rpartition(":")[2]
        return f"status {response.status}"

    def _fill_to(self, percent: float) -> None:
        """Let something else take space until the disk is so full."""
        disk = os.statvfs(self._prepared.home)
        wanted = (percent / 100 - 1) * disk.f_blocks + disk.f_bavail
        have = self._filler.stat().st_size if self._filler.exists() else 0
        with self._filler.open("ab") as file:
            os.posix_fallocate(file.fileno(), 0, have + int(wanted) * disk.f_frsize)
        # The platform asks the file system again after two seconds.
        time.sleep(3)

    def _expect(self, what: str, found: str, wanted: str) -> None:
        self._reasons[found or "taken"] += 1
        self._check(f"{what}: {found}", found == wanted)

    def _check(self, what: str, holds: bool) -> None:
        self._asked += 1
        if not holds:
            self._wrong.append(what)

    def figure(self) -> Figure:
        """Sum up."""
        url, home = self._prepared.url, self._prepared.home
        stored.wait_until_told(url, most=TOLD_SECONDS)
        kept = stored.read(url=url, home=home, keys="t-%")
        faults = judge(tries=self._tries, kept=kept).counts()
        panics = self._database.log().count("PANIC")
        for wrong in self._wrong:
            print(f"  {wrong}")
        return Figure(
            "G3",
            {
                "checks": self._asked,
                "wrong": len(self._wrong),
                **self._reasons,
                "postgres_panics": panics,
                "acknowledged": len({one.key for one in self._tries if one.code}),
                **faults,
                "slowest_return_s": round(self.back, 1),
            },
            n=self._asked,
            reached=not (self._wrong or panics or any(faults.values()))
            and self.back <= BACK_SECONDS,
            command="python -m torture G3",
            note=(
                f"A tmpfs of {SIZE} with files and database, filled to"
                f" {', '.join(f'{step:.0f} %' for step in STEPS)}. A disk that"
                " something else fills to its last byte is beyond the platform:"
                " PostgreSQL then stops by itself."
            ),
        )


@contextmanager
def small_disk() -> Iterator[Path | None]:
    """Mount a small disk as long as the context lasts; None where one may not."""
    with tempfile.TemporaryDirectory(prefix="ts-disk-") as folder:
        options = ["-t", "tmpfs", "-o", f"size={SIZE},mode=755", "tmpfs", folder]
        if os.geteuid() != 0 or not _run("/bin/mount", *options):
            yield None
            return
        try:
            yield Path(folder)
        finally:
            _run("/bin/umount", folder) or _run("/bin/umount", "--lazy", folder)


def _run(*words: str) -> bool:
    return subprocess.run(words, capture_output=True, timeout=30).returncode == 0
