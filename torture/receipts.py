"""G24: a receipt proves itself to a program that shares nothing with the platform.

Dossiers are submitted over HTTP to a running platform; each receipt, once written, is
fetched and verified by `tinhso-verify` with the keys the platform hands out. It must
list the file that was sent, unit and legal due date. Then bytes of it are spoilt. Empty
applications must leave no dossier behind.
"""

import json
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

import psycopg
from cryptography import x509

from bench.submissions import BOUNDARY, Target
from torture.clients import Submission, ask, new_submission, send
from torture.cluster import cluster, private_home
from torture.figures import Figure
from torture.prepare import ROOT, environment_of, prepare
from torture.serving import Platform, platform

sys.path.insert(0, str(ROOT / "verify"))
from tinhso_verify import receipt as verifier
from tinhso_verify.faults import UNREADABLE, BrokenError
from tinhso_verify.heads import read_key

COMMAND = "python -m torture G24"
WAIT_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Size:
    """How many receipts, and how many bytes of each are spoilt, one at a time."""

    receipts: int
    spoilt: int


LONG, SHORT = Size(100, 100), Size(6, 20)


def measure(*, short: bool) -> Iterator[Figure]:
    """Fetch, verify, spoil."""
    size = SHORT if short else LONG
    with private_home() as home:
        prepared = prepare(home)
        environment = environment_of(home, DATABASE_URL=prepared.url)
        with cluster(home, prepared.url), platform(environment) as served:
            found = _run(served, prepared.target, size)
            found["dossiers_of_nothing"] = _empty(served, prepared.target)
            found["dossiers_without_file"] = _without_file(prepared.url)
    bad = (
        *("unverified", "other_than_sent", "spoilt_and_believed"),
        *("dossiers_of_nothing", "dossiers_without_file"),
    )
    yield Figure(
        "G24",
        {name: found[name] for name in ("receipts", *bad, "slowest_s")},
        n=found["receipts"],
        reached=found["receipts"] == size.receipts and not any(found[n] for n in bad),
        command=COMMAND,
        note=f"Of each receipt {size.spoilt} bytes were spoilt, one at a time.",
    )


def _run(served: Platform, target: Target, size: Size) -> Counter[str]:
    random, found = Random(24), Counter[str]()
    with tempfile.TemporaryDirectory() as folder:
        key_file = Path(folder) / "journal.pem"
        key_file.write_bytes(_get(served, "/api/v1/journal/key"))
        key = read_key(key_file)
    anchors = x509.load_pem_x509_certificates(_get(served, "/api/v1/journal/anchors"))
    sent = [_submitted(served, target, random) for _ in range(size.receipts)]
    for one, dossier in sent:
        pdf, seconds = _receipt(served, target, str(dossier["id"]))
        found["slowest_s"] = max(found["slowest_s"], round(seconds))
        found["receipts"] += 1
        try:
            said = verifier.verify(pdf, key, anchors)
        except BrokenError:
            found["unverified"] += 1
            continue
        found["other_than_sent"] += not _is_what_was_sent(said, one, dossier)
        for _ in range(size.spoilt):
            found["spoilt_and_believed"] += _believed(
                _spoilt(pdf, random), key, anchors
            )
    return found


def _submitted(
    served: Platform, target: Target, random: Random
) -> tuple[Submission, dict[str, object]]:
    one = new_submission(target, random)
    response = send(served.port, target, one)
    if response.status != 201:
        raise RuntimeError(f"{response.status} {response.content!r}")
    return one, json.loads(response.content)


def _receipt(served: Platform, target: Target, dossier_id: str) -> tuple[bytes, float]:
    """Fetch a receipt as soon as it is sealed; answer it and how long that took."""
    begun = time.monotonic()
    headers = {"Authorization": f"Bearer {target.token}"}
    path = f"/api/v1/dossiers/{dossier_id}/receipt.pdf"
    while time.monotonic() - begun < WAIT_SECONDS:
        response = ask(served.port, "GET", path, headers=headers)
        if response.status == 200 and b"/ByteRange" in response.content:
            return response.content, time.monotonic() - begun
        time.sleep(0.2)
    return b"", WAIT_SECONDS


def _is_what_was_sent(
    said: dict[str, object], one: Submission, dossier: dict[str, object]
) -> bool:
    files = said["files"]
    assert isinstance(files, list)
    prints = [file["sha256"] for file in files]
    return said["code"] == dossier["code"] and prints == [one.sha256]


def _spoilt(pdf: bytes, random: Random) -> bytes:
    spoilt = bytearray(pdf)
    spoilt[random.randrange(len(pdf))] ^= 1 << random.randrange(8)
    return bytes(spoilt)


def _believed(pdf: bytes, key: object, anchors: list[x509.Certificate]) -> bool:
    try:
        verifier.verify(pdf, key, anchors)  # type: ignore[arg-type]
    except (BrokenError, *UNREADABLE):
        return False
    return True


def _empty(served: Platform, target: Target) -> int:
    """Send applications without answers or file; count those that got a code."""
    application = {"procedure": "1.001193", "unit_id": target.units[0], "answers": {}}
    content = (
        f"--{BOUNDARY}\r\nContent-Disposition: form-data; name=application\r\n\r\n"
        f"{json.dumps(application)}\r\n--{BOUNDARY}--\r\n"
    ).encode()
    answers = {**application, "answers": target.answers}
    without = content.replace(
        json.dumps(application).encode(), json.dumps(answers).encode()
    )
    coded = 0
    for number, sent in enumerate((content, without)):
        one = Submission(f"empty-{number}", "", sent)
        coded += send(served.port, target, one).status < 400
    return coded


def _without_file(url: str) -> int:
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT count(*) FROM procedures_dossierrow d WHERE d.idempotency_key LIKE"
            " 't-%%' AND NOT EXISTS (SELECT FROM procedures_dossierfilerow f"
            " WHERE f.dossier_id = d.id)"
        ).fetchone()
    assert row is not None
    return int(row[0])


def _get(served: Platform, path: str) -> bytes:
    response = ask(served.port, "GET", path)
    if response.status != 200:
        raise RuntimeError(f"{path}: {response.status}")
    return response.content
