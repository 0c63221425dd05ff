"""G19: every read of personal data is a line its person sees within five seconds.

A citizen hands dossiers in to a running platform. Officers of every role then open them
by every door there is: pages, files, papers, forms, lists that leave as workbooks. Each
read must be one line on the citizen's page "who has seen my data", with its purpose; a
read that was refused must be none. And who only looks on must not see the numbers.
"""

import json
import re
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import psycopg

from torture.browser import Browser, Loopback
from torture.clients import new_submission, send
from torture.cluster import cluster, private_home
from torture.figures import Figure
from torture.prepare import environment_of, prepare
from torture.serving import Platform, platform

COMMAND = "python -m torture G19"
LONG, SHORT = 40, 2  # dossiers
SHOWN_SECONDS = 5.0
# With these nothing of a dossier comes; a page that says 409 shows it all the same.
NOT_SHOWN = (302, 403, 404, 405)
READERS = "/ai-da-xem"
OWNER = "nguyenthihoa"
OFFICERS = (
    *("canbo.motcua", "canbo.hotich", "lanhdao.phuong", "vanthu.phuong"),
    *("canbo.bache", "kiemsoat.trungtam"),
)
DESK = "/lam-viec/ho-so/{dossier}"
DOORS = (
    ("GET", DESK, None),
    ("GET", f"{DESK}?tep={{file}}", None),
    ("GET", f"{DESK}/tep/{{file}}", None),
    ("GET", f"{DESK}/trao-doi", None),
    ("GET", f"{DESK}/so-sanh", None),
    ("GET", f"{DESK}/hen-lai", None),
    ("GET", f"{DESK}/thao-tac/ask_supplement", None),
    ("GET", f"{DESK}/giay-tiep-nhan.pdf", None),
    ("GET", f"{DESK}/phieu", None),
    ("GET", f"{DESK}/phieu-kiem-soat.pdf", None),
    ("POST", f"{DESK}/mo-du-lieu", {"purpose": "verification"}),
    ("POST", f"{DESK}/mo-du-lieu", {"purpose": "curiosity"}),
)
EXPORT = "/lam-viec/ho-so.xlsx?vai=all"
# What of the citizen is hidden from who only looks on.
NUMBER = "022195999001"
LINES = """
SELECT (SELECT count(*) FROM audit_journalentry
        WHERE subject_id = %(dossier)s AND deed LIKE 'procedures.read%%')
     + (SELECT count(*) FROM procedures_listedrow WHERE dossier_id = %(dossier)s)
"""
FILE = "SELECT file_id FROM procedures_dossierfilerow WHERE dossier_id = %(dossier)s"
RECEIPTS = "SELECT count(*) FROM procedures_receiptrow WHERE dossier_id = %(dossier)s"

Database = psycopg.Connection[tuple[Any, ...]]


class Visitor:
    """Somebody signed in, with a session of their own."""

    def __init__(self, served: Platform, who: str) -> None:
        self.who, self._browser = who, Browser(Loopback(served.port))
        self._browser.sign_in(who)

    def ask(
        self, method: str, path: str, form: Mapping[str, str] | None = None
    ) -> tuple[int, bytes]:
        """Ask for a path; answer status and content."""
        reply = self._browser.ask(method, path, form)
        return reply.status, reply.content


@dataclass(frozen=True, slots=True)
class Read:
    """One thing an officer asks for."""

    officer: Visitor
    method: str
    path: str
    form: Mapping[str, str] | None


def measure(*, short: bool) -> Iterator[Figure]:
    """Hand in, read, and look whether it is told."""
    with private_home() as home:
        prepared = prepare(home)
        environment = environment_of(
            home, DATABASE_URL=prepared.url, TINHSO_OFFICERS_NEED_SECOND_FACTOR="no"
        )
        with (
            cluster(home, prepared.url),
            platform(environment) as served,
            psycopg.connect(prepared.url, autocommit=True) as database,
        ):
            target = replace(prepared.target, units=(_ward(database),))
            random = Random(19)
            dossiers = [
                json.loads(
                    send(served.port, target, new_submission(target, random)).content
                )
                for _ in range(SHORT if short else LONG)
            ]
            found = _read_all(served, database, [one["id"] for one in dossiers])
    bad = ("not_shown", "not_one_line", "refused_but_told", "numbers_shown")
    yield Figure(
        "G19",
        {name: found[name] for name in ("reads", "refused", *bad)}
        | {"slowest_ms": found["slowest_ms"]},
        n=found["reads"],
        reached=not any(found[name] for name in bad) and found["slowest_ms"] <= 5000,
        command=COMMAND,
        note="Lists and searches on the screen show names and are no lines; what is"
        " downloaded or printed of them is.",
    )


def _ward(database: Database) -> str:
    """Name the unit whose officers sign in."""
    row = database.execute(
        "SELECT id FROM people_organizationrow WHERE key = 'xa_06688'"
    ).fetchone()
    assert row is not None
    return str(row[0])


def _read_all(
    served: Platform, database: Database, dossiers: list[str]
) -> Counter[str]:
    owner = Visitor(served, OWNER)
    officers = [Visitor(served, who) for who in OFFICERS]
    found = Counter[str]()
    for dossier in dossiers:
        _wait_for_receipt(database, dossier)
        file = _one(database, FILE, dossier)
        for officer in officers:
            for method, path, form in DOORS:
                asked = path.format(dossier=dossier, file=file)
                read = Read(officer, method, asked, form)
                _read(read, owner, database, dossier, found)
        _read(Read(officers[0], "GET", EXPORT, None), owner, database, dossier, found)
    return found


def _read(
    read: Read,
    owner: Visitor,
    database: Database,
    dossier: str,
    found: Counter[str],
) -> None:
    """Read once; note whether it is told, once, in time, and with nothing to hide."""
    before = int(_one(database, LINES, dossier))
    shown = _lines(owner)
    status, content = read.officer.ask(read.method, read.path, read.form)
    told = int(_one(database, LINES, dossier)) - before
    if status in NOT_SHOWN:
        found["refused"] += 1
        found["refused_but_told"] += told
        return
    found["reads"] += 1
    found["not_one_line"] += told != 1
    begun = time.monotonic()
    while _lines(owner) == shown:
        if time.monotonic() - begun > SHOWN_SECONDS:
            found["not_shown"] += 1
            return
    took = round(1000 * (time.monotonic() - begun))
    found["slowest_ms"] = max(found["slowest_ms"], took)
    looks_on = read.officer.who != OFFICERS[0] and not read.form
    found["numbers_shown"] += looks_on and NUMBER.encode() in content


def _lines(owner: Visitor) -> list[str]:
    """List what the page says of each read, the newest first."""
    status, content = owner.ask("GET", READERS)
    if status != 200:
        raise RuntimeError(f"{READERS}: {status}")
    return re.findall(r"<tr><td>.*?</tr>", content.decode(), re.DOTALL)


def _wait_for_receipt(database: Database, dossier: str) -> None:
    deadline = time.monotonic() + 60
    while not int(_one(database, RECEIPTS, dossier)):
        if time.monotonic() > deadline:
            raise RuntimeError("no receipt in a minute")
        time.sleep(0.1)


def _one(database: Database, statement: str, dossier: str) -> str:
    row = database.execute(statement, {"dossier": dossier}).fetchone()
    assert row is not None
    return str(row[0])
