"""Clients that submit with a key and try again until they are answered."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.client import HTTPConnection, HTTPException
from random import Random
from threading import Event, Lock, Thread
from uuid import uuid4

from bench.submissions import BOUNDARY, Target, body, pdf
from torture.history import Answer, Try

FILE_BYTES = 8_000
PATIENCE_SECONDS = 30  # for one answer
AGAIN_SECONDS = 0.2
REPEATED = 0.05  # share of acknowledged submissions that are sent once more


@dataclass(frozen=True, slots=True)
class Submission:
    """One thing to send, under one key, as often as it takes."""

    key: str
    sha256: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Response:
    """What came back; status 0 where nothing did."""

    status: int
    content: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0

    def code(self) -> str:
        """Read the dossier's code of an acknowledgement."""
        return str(json.loads(self.content)["code"])


def new_submission(
    target: Target, random: Random, *, prefix: str = "t", size: int = FILE_BYTES
) -> Submission:
    """Make a submission with a file that nobody sent before; size: in bytes."""
    file = pdf(random, size=size)
    content = body(target, file=file, random=random)
    return Submission(f"{prefix}-{uuid4().hex}", sha256(file).hexdigest(), content)


def send(
    port: int, target: Target, one: Submission, *, timeout: float = PATIENCE_SECONDS
) -> Response:
    """Send it once, over a connection of its own; timeout: in seconds."""
    headers = {
        "Authorization": f"Bearer {target.token}",
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Idempotency-Key": one.key,
    }
    return ask(
        port, "POST", "/api/v1/submissions", one.content, headers, timeout=timeout
    )


def ask(
    port: int,
    method: str,
    path: str,
    content: bytes = b"",
    headers: dict[str, str] | None = None,
    *,
    timeout: float = PATIENCE_SECONDS,
) -> Response:
    """Ask the server on loopback; what goes wrong on the line is status 0."""
    begun = time.monotonic()
    connection = HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request(method, path, content, headers or {})
        answer = connection.getresponse()
        told, read = dict(answer.getheaders()), answer.read()
        return Response(answer.status, read, told, time.monotonic() - begun)
    except (OSError, HTTPException):
        return Response(0, seconds=time.monotonic() - begun)
    finally:
        connection.close()


def tried(one: Submission, response: Response) -> Try:
    """Write a try into the history."""
    if response.status == 201:
        code, told_at = response.code(), time.time()
        return Try(one.key, one.sha256, Answer.ACKNOWLEDGED, code, told_at)
    refused = 400 <= response.status < 500
    return Try(one.key, one.sha256, Answer.REFUSED if refused else Answer.UNKNOWN)


class Clients:
    """Some threads that submit; `tries` is their history, `bare` their bare 500s."""

    def __init__(self, port: int, target: Target, *, pause: float) -> None:
        self.tries: list[Try] = []
        self.statuses: dict[int, int] = {}
        self._port, self._target, self._pause = port, target, pause
        self._lock, self._ends, self._abandoned = Lock(), Event(), Event()

    def acknowledged(self) -> int:
        """Count the keys that were acknowledged."""
        with self._lock:
            return len({t.key for t in self.tries if t.answer is Answer.ACKNOWLEDGED})

    def turn_to(self, port: int) -> None:
        """Send to another server from the next try on."""
        self._port = port

    def give_up(self) -> None:
        """Stop at once: there is nobody left who could answer."""
        self._ends.set()
        self._abandoned.set()

    @contextmanager
    def submitting(self, count: int) -> Iterator["Clients"]:
        """Submit as long as the context lasts, then until all that began is answered.

        count: of threads. What is not answered half a minute later stays unknown.
        """
        threads = [
            Thread(target=self._work, args=(n,), daemon=True) for n in range(count)
        ]
        for thread in threads:
            thread.start()
        try:
            yield self
        finally:
            self._ends.set()
            deadline = time.monotonic() + PATIENCE_SECONDS
            for thread in threads:
                thread.join(max(0.0, deadline - time.monotonic()))
            self._abandoned.set()
            for thread in threads:
                thread.join(2 * PATIENCE_SECONDS)

    def _work(self, number: int) -> None:
        random = Random(time.time_ns() + number)
        while not self._ends.is_set():
            one = new_submission(self._target, random)
            self._until_answered(one)
            if random.random() < REPEATED:
                self._until_answered(one)
            self._ends.wait(random.uniform(0, 2 * self._pause))

    def _until_answered(self, one: Submission) -> None:
        while not self._abandoned.is_set():
            response = send(self._port, self._target, one)
            with self._lock:
                self.tries.append(tried(one, response))
                self.statuses[response.status] = (
                    self.statuses.get(response.status, 0) + 1
                )
            if 200 <= response.status < 500 and response.status:
                return
            time.sleep(AGAIN_SECONDS)
