"""G14: everything is killed and deleted, and what was acknowledged comes back.

Clients submit while a base is made and while the log is kept. Then every process is
killed, database, files and keys are deleted, and one command restores them. What
clients were told is held against what came back; the heads that anybody could read
against its journal. Then the backup itself is spoilt in every way, and must be refused
by name.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Any

import psycopg

from torture import spoilt_backups, stored
from torture.clients import Clients, ask, new_submission, send
from torture.cluster import Cluster, cluster, private_home
from torture.figures import Figure
from torture.history import Answer, Findings, Try, judge
from torture.prepare import Prepared, environment_of, prepare
from torture.serving import BIN, platform

COMMAND = "python -m torture G14"
CLIENTS = 4
EVERY_SECONDS = 5.0  # as `tinhso run` keeps the log
# What was told so much before a record was read is in it: the stream is behind by less.
STREAM_SECONDS, LATENCY_SECONDS = 1.0, 5.0
HEAD = "SELECT encode(root, 'hex') FROM audit_signedtreehead WHERE size = %s"


@dataclass(frozen=True, slots=True)
class Size:
    """How much is tried; entries: of the journal, before anybody submits.

    seconds: of submitting before and after the base.
    """

    entries: int
    seconds: float


LONG, SHORT = Size(1_000_000, 30.0), Size(0, 2.0)


@dataclass(frozen=True, slots=True)
class Backup:
    """Where a backup of the run lies, and the key file that opens it."""

    folder: Path
    key: Path


class Witness:
    """Reads the newest published head again and again, as anybody can.

    seen: each with when it was read, in seconds since 1970.
    """

    def __init__(self, port: int) -> None:
        self.seen: list[tuple[float, str]] = []
        self._port, self._ends = port, Event()
        self._thread = Thread(target=self._read, daemon=True)

    @contextmanager
    def reading(self) -> Iterator["Witness"]:
        """Read as long as the context lasts."""
        self._thread.start()
        try:
            yield self
        finally:
            self._ends.set()
            self._thread.join(30)

    def until(self, moment: float) -> list[str]:
        """List the heads that were read before a moment; in seconds since 1970."""
        return [line for at, line in self.seen if at <= moment]

    def _read(self) -> None:
        while not self._ends.wait(0.5):
            answer = ask(self._port, "GET", "/api/v1/journal/heads")
            lines = answer.content.decode().splitlines() or [""]
            known = self.seen[-1][1] if self.seen else ""
            if answer.status == 200 and lines[-1] != known:
                self.seen.append((time.time(), lines[-1]))


def measure(*, short: bool) -> Iterator[Figure]:
    """Lose everything, and have it back."""
    size = SHORT if short else LONG
    with private_home() as home, private_home() as apart:
        prepared = prepare(home)
        backup = Backup(apart / "backups", apart / "key")
        environment = environment_of(home, TINHSO_BACKUP_FOLDER=str(backup.folder))
        with cluster(home, prepared.url) as database:
            environment["DATABASE_URL"] = prepared.url
            _fill_journal(environment, size.entries)
            made = tinhso(environment, "backup", "key", str(backup.key))
            environment["TINHSO_BACKUP_RECIPIENTS"] = str(made["recipient"])
            live = _live(prepared, environment, size, database)
        _delete_everything(home)
        yield _measured(size, prepared, backup, *live, apart)


def _live(
    prepared: Prepared, environment: dict[str, str], size: Size, database: Cluster
) -> tuple[Clients, Witness]:
    """Submit, back up meanwhile, go on, and kill everything."""
    with platform(environment) as served:
        clients = Clients(served.port, prepared.target, pause=0.2)
        witness = Witness(served.port)
        with witness.reading(), clients.submitting(CLIENTS):
            time.sleep(size.seconds)
            tinhso(environment, "backup")
            time.sleep(size.seconds)
            tinhso(environment, "backup", "create")
            time.sleep(size.seconds + EVERY_SECONDS)
            served.kill_all()
            database.kill()
            clients.give_up()
    return clients, witness


def _delete_everything(home: Path) -> None:
    for thing in home.iterdir():
        if thing.is_dir() and not thing.is_symlink():
            shutil.rmtree(thing)
        else:
            thing.unlink()


def _measured(
    size: Size,
    prepared: Prepared,
    backup: Backup,
    clients: Clients,
    witness: Witness,
    apart: Path,
) -> Figure:
    """Restore, compare, spoil, and sum up."""
    home, kept = apart / "restored", apart / "heads"
    words = [str(backup.folder), "--into", str(home), "--key", str(backup.key)]
    archived = _archived_until(backup)
    heads = witness.until(archived - STREAM_SECONDS)
    kept.write_text("".join(f"{line}\n" for line in heads), "utf-8")
    found = restore(*words, "--witness", str(kept))
    tries, window = known_tries(clients.tries, archived - STREAM_SECONDS)
    came_back = replace(prepared, home=home, url=_url_of(prepared, home))
    with cluster(home, came_back.url) as database:
        faults = _judge(came_back, tries)
        root_is_published = _has_head(came_back.url, heads[-1:])
        works = _works(came_back, database)
    planted = spoilt_backups.tried(backup.folder, backup.key, home, apart)
    shutil.rmtree(home)
    earlier = _earlier(prepared, backup, tries, apart)
    return _figure(
        size,
        found,
        faults,
        clients,
        window,
        {
            "head_witnessed": _size_of(heads[-1]) if heads else 0,
            "root_as_published": int(root_is_published),
            "serves_again": int(works),
            "until_a_moment_wrong": earlier,
            "planted_faults": len(planted),
            "planted_not_refused_by_name": sum(not one.is_refused for one in planted),
        },
    )


def _figure(
    size: Size,
    found: dict[str, Any],
    faults: Findings,
    clients: Clients,
    window: tuple[int, float],
    more: dict[str, int],
) -> Figure:
    for fault in faults.faults():
        print(f"  {fault}")
    counted = faults.counts()
    # Who was told between the record and the kill has not been told of yet.
    untold = counted.pop("untold")
    wrong = {**counted, "bare_500": clients.statuses.get(500, 0)}
    is_well = more["root_as_published"] and more["serves_again"]
    missed = more["planted_not_refused_by_name"] + more["until_a_moment_wrong"]
    return Figure(
        "G14",
        {
            "acknowledged": clients.acknowledged(),
            **wrong,
            "in_the_window": window[0],
            "window_s": round(window[1], 1),
            "rows_compared": found["rows"],
            "tables": found["tables"],
            "files": found["files"],
            "journal": found["journal"],
            "log_records": found["records"],
            "minutes": found["minutes"],
            **more,
            "not_yet_told": untold,
        },
        n=clients.acknowledged() + more["planted_faults"],
        reached=bool(is_well) and not missed and not any(wrong.values()),
        command=COMMAND,
        note=(
            f"The log is shipped every {EVERY_SECONDS:.0f} s: what was acknowledged"
            f" since the last record, and {STREAM_SECONDS:.0f} s before, can be lost;"
            " in_the_window counts how much was acknowledged then, window_s is how long"
            f" it was. {size.entries} entries of the journal are made before."
            " minutes: of the restore alone, on the machine of the run. not_yet_told:"
            " their event is there, and is delivered once the platform runs again."
        ),
    )


def tinhso(environment: dict[str, str], *words: str) -> dict[str, Any]:
    """Run a command of the platform; answer what it says.

    :raises RuntimeError: with what it said, if it fails.
    """
    result = subprocess.run(
        [str(BIN / "tinhso"), *words, *([] if words == ("backup",) else ["--json"])],
        env=environment,
        capture_output=True,
        text=True,
    )
    if result.returncode:
        raise RuntimeError(f"{words}: {result.stdout}{result.stderr}")
    return dict(json.loads(result.stdout)) if result.stdout.startswith("{") else {}


def restore(*words: str) -> dict[str, Any]:
    """Restore as on a machine that has nothing: no database, no secret, no settings."""
    bare = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return tinhso(bare, "restore", *words)


def known_tries(
    tries: Sequence[Try], until: float
) -> tuple[list[Try], tuple[int, float]]:
    """Take those told later for unknown; answer them, how many, and over how long."""
    late = [one for one in tries if one.told_at > until]
    known = [
        replace(one, answer=Answer.UNKNOWN, code="") if one.told_at > until else one
        for one in tries
    ]
    keys = {one.key for one in late} - {one.key for one in known if one.code}
    longest = max((one.told_at - until for one in late), default=0.0)
    return known, (len(keys), longest)


def _archived_until(backup: Backup) -> float:
    """Read when the newest record was; in seconds since 1970."""
    newest = max((backup.folder / "log").glob("*/*"), key=lambda one: one.parts[-2:])
    header = newest.read_bytes().split(b"\n", 2)[1]
    return datetime.fromisoformat(json.loads(header)["at"]).timestamp()


def _judge(came_back: Prepared, tries: Sequence[Try]) -> Findings:
    kept = stored.read(url=came_back.url, home=came_back.home, keys="t-%")
    return judge(tries=tries, kept=kept)


def _url_of(prepared: Prepared, home: Path) -> str:
    return prepared.url.replace(str(prepared.home), str(home))


def _has_head(url: str, lines: Sequence[str]) -> bool:
    """Tell whether the last published head stands there with the same root."""
    if not lines:
        return False
    said = json.loads(lines[0])
    with psycopg.connect(url) as connection:
        row = connection.execute(HEAD, (said["size"],)).fetchone()
    return row == (said["root"],)


def _works(came_back: Prepared, database: Cluster) -> bool:
    """Start the platform on what came back, and submit."""
    environment = environment_of(came_back.home, DATABASE_URL=came_back.url)
    with platform(environment) as served:
        one = new_submission(came_back.target, Random(1), prefix="after")
        return send(served.port, came_back.target, one).status == 201


def _earlier(
    prepared: Prepared, backup: Backup, tries: Sequence[Try], apart: Path
) -> int:
    """Restore a moment in the middle; count what is missing, or there too early."""
    told = sorted(one.told_at for one in tries if one.code)
    until = told[len(told) * 3 // 4]
    home, moment = apart / "earlier", datetime.fromtimestamp(until, UTC)
    restore(
        *(str(backup.folder), "--into", str(home), "--key", str(backup.key)),
        *("--until", moment.isoformat()),
    )
    url = _url_of(prepared, home)
    with cluster(home, url):
        there = {one.key for one in stored.read(url=url, home=home, keys="t-%")}
    shutil.rmtree(home)
    first: dict[str, float] = {}
    for one in tries:
        if one.code:
            first.setdefault(one.key, one.told_at)
    before = {key for key, at in first.items() if at <= until}
    # What was told a little later can have been written before.
    after = {key for key, at in first.items() if at > until + LATENCY_SECONDS}
    return len(before - there) + len(after & there)


def _fill_journal(environment: dict[str, str], entries: int) -> None:
    """Seal so many entries beforehand, as years of acts would leave them."""
    if entries:
        program = (
            "import django; django.setup();"
            f"from torture.seal_journal import add; add(0, {entries}, 1000)"
        )
        subprocess.run([sys.executable, "-c", program], env=environment, check=True)


def _size_of(line: str) -> int:
    return int(json.loads(line)["size"])
