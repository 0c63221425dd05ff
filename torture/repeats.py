"""G6: one key, fifty times at once, has one effect and one answer.

Against a running platform with several workers: a submission with its file, a stored
file, a message. Then the same key with another content, which must be refused with 422.
"""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from random import Random
from uuid import uuid4

import psycopg

from bench.submissions import BOUNDARY, Target, pdf
from torture.clients import Response, Submission, ask, new_submission, send
from torture.cluster import cluster, private_home
from torture.figures import Figure
from torture.prepare import environment_of, prepare
from torture.serving import Platform, platform

COMMAND = "python -m torture G6"
AT_ONCE = 50
LONG, SHORT = 40, 1
NAME = "repeated.pdf"
# Meanwhile the platform writes files of its own: receipts, and their seals.
FILES_SENT = f"documents_filerow WHERE name = '{NAME}'"


@dataclass(frozen=True, slots=True)
class Write:
    """A write that bears a key; ask: sends it, effects: counts what it did so far."""

    name: str
    ask: Callable[[str, bytes], Response]
    contents: Callable[[], tuple[bytes, bytes]]
    effects: str


def measure(*, short: bool) -> Iterator[Figure]:
    """Repeat each write, and count effects and answers that are not one."""
    rounds = SHORT if short else LONG
    with private_home() as home:
        prepared = prepare(home)
        environment = environment_of(home, DATABASE_URL=prepared.url)
        with (
            cluster(home, prepared.url),
            platform(environment, workers=3) as served,
            psycopg.connect(prepared.url, autocommit=True) as database,
        ):
            writes = _writes(served, prepared.target)
            judged = [_repeat(write, database) for write in writes * rounds]
    found = {
        "keys": len(judged),
        "at_once": AT_ONCE,
        "more_or_less_than_one_effect": sum(effects != 1 for effects, _, _ in judged),
        "different_answers": sum(answers != 1 for _, answers, _ in judged),
        "other_content_not_refused": sum(status != 422 for _, _, status in judged),
    }
    yield Figure(
        "G6",
        found,
        n=len(judged) * AT_ONCE,
        reached=not any(list(found.values())[2:]),
        command=COMMAND,
        note="Pages for people have no keys but the one of a submission: a repeated"
        " press is stopped by the revision of what it acts upon.",
    )


def _repeat(
    write: Write, database: "psycopg.Connection[tuple[int]]"
) -> tuple[int, int, int]:
    """Send one write many times at once; answer effects, answers, status of another."""
    key = f"r-{uuid4().hex}"
    content, other = write.contents()
    before = _count(database, write.effects)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        responses = list(pool.map(lambda _: write.ask(key, content), range(AT_ONCE)))
    effects = _count(database, write.effects) - before
    answers = {(response.status, response.content) for response in responses}
    return effects, len(answers), write.ask(key, other).status


def _count(database: "psycopg.Connection[tuple[int]]", rows: str) -> int:
    row = database.execute(f"SELECT count(*) FROM {rows}").fetchone()
    assert row is not None
    return row[0]


def _writes(served: Platform, target: Target) -> list[Write]:
    random = Random(6)
    # All to one unit: the same key to another unit would be another content.
    target = replace(target, units=target.units[:1])
    asked_about: list[str] = []
    bearer = {"Authorization": f"Bearer {target.token}"}

    def submit(key: str, content: bytes) -> Response:
        return send(served.port, target, Submission(key, "", content))

    def post(path: str, kind: str) -> Callable[[str, bytes], Response]:
        def do(key: str, content: bytes) -> Response:
            headers = {**bearer, "Content-Type": kind, "Idempotency-Key": key}
            return ask(served.port, "POST", path, content, headers)

        return do

    def applications() -> tuple[bytes, bytes]:
        return _fresh(target, random).content, _fresh(target, random).content

    def files() -> tuple[bytes, bytes]:
        return _file(pdf(random, size=4_000)), _file(pdf(random, size=4_000))

    def messages() -> tuple[bytes, bytes]:
        # Another dossier each time: about one of them only so much may be asked.
        submitted = send(served.port, target, _fresh(target, random))
        asked_about.append(json.loads(submitted.content)["id"])
        return _message("Hồ sơ đến đâu rồi?"), _message("Tôi muốn hỏi.")

    def send_message(key: str, content: bytes) -> Response:
        path = f"/api/v1/dossiers/{asked_about[-1]}/messages"
        return post(path, "application/json")(key, content)

    form = f"multipart/form-data; boundary={BOUNDARY}"
    return [
        Write("submission", submit, applications, "procedures_dossierrow"),
        Write("file", post("/api/v1/files", form), files, FILES_SENT),
        Write("message", send_message, messages, "procedures_dossiermessagerow"),
    ]


def _fresh(target: Target, random: Random) -> Submission:
    return new_submission(target, random, size=4_000)


def _file(content: bytes) -> bytes:
    return (
        f"--{BOUNDARY}\r\n"
        f"Content-Disposition: form-data; name=file; filename={NAME}\r\n"
        "Content-Type: application/pdf\r\n\r\n".encode()
        + content
        + f"\r\n--{BOUNDARY}--\r\n".encode()
    )


def _message(text: str) -> bytes:
    return json.dumps({"text": text, "files": []}).encode()
