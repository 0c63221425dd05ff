"""The inspectors of this process: as many as cores, kept, replaced, and waited for."""

import json
import logging
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from threading import BoundedSemaphore, Lock
from time import monotonic
from typing import Any

from tinhso.documents.providers import inspector, validation
from tinhso.documents.providers.base import Signer
from tinhso.documents.providers.inspector import Answer
from tinhso.documents.types import (
    FileActive,
    FileEmpty,
    FileEncrypted,
    FileNameMisleads,
    FileSecret,
    FileTooDemanding,
    FileTooLarge,
    FileTooManyPixels,
    FileTruncated,
    FileTwoInOne,
    FileTypeNotAccepted,
    Inspected,
    InspectionUnavailable,
    Sheet,
    SignatureReport,
    Verdict,
    WorkbookTooLarge,
)
from tinhso.kernel.errors import Invalid

LOG = logging.getLogger("tinhso.documents")
WAIT_SECONDS = 30.0  # for a free inspector
_PATIENCE = inspector.ALARM_SECONDS + 5.0  # for an answer
_QUICK = 1.0  # seconds; one that ends sooner is tried once more with a fresh inspector
_BUFFER = 2**20
MOST = max(2, os.cpu_count() or 1) + 1
# Nothing else of this process's environment reaches the parsers: it holds secrets.
_PASSED_ON = ("PATH", "PYTHONPATH", "TESSDATA_PREFIX", "LANG", "LD_LIBRARY_PATH")


# An inspector may have been taken over; it can name these refusals and no others.
_REFUSALS: Mapping[str, type[Invalid]] = {
    one.__name__: one
    for one in (
        FileActive,
        FileEmpty,
        FileEncrypted,
        FileNameMisleads,
        FileSecret,
        FileTooLarge,
        FileTooManyPixels,
        FileTruncated,
        FileTwoInOne,
        FileTypeNotAccepted,
        WorkbookTooLarge,
    )
}


class ExhaustedError(RuntimeError):
    """The file was too much for an inspector."""


class Pool:
    """The nursery and its inspectors. For any number of threads of one process."""

    def __init__(self, *, most: int = MOST) -> None:
        self._free = BoundedSemaphore(most)
        self._lock = Lock()
        self._idle: list[socket.socket] = []
        self._nursery: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self.about: Mapping[str, Any] = {}

    def start(self) -> None:
        """Start the nursery, so that the first file need not wait for it."""
        with self._lock:
            self._nursery_control()

    def ask(self, words: Mapping[str, Any], content: bytes) -> Answer:
        """Have one file looked at.

        :raises InspectionUnavailable: if no inspector is free in time or can be made.
        :raises ExhaustedError: if the file exceeds the limits, or breaks a parser.
        """
        return self.begin(words, content).answer()

    def begin(
        self, words: Mapping[str, Any], content: bytes, *, wait: float = WAIT_SECONDS
    ) -> "Look":
        """Hand one file over, and come back for the answer; it must be asked for.

        :raises InspectionUnavailable: as `ask` does.
        """
        if not self._free.acquire(timeout=wait):
            raise InspectionUnavailable()
        try:
            return Look(self, words, content)
        except BaseException:
            self._free.release()
            raise

    def state(self) -> Mapping[str, bool]:
        """Tell what inspectors can do here: `network`, `ocr`.

        :raises InspectionUnavailable: if none can be made.
        """
        self.fresh().close()
        return {name: bool(self.about[name]) for name in ("network", "ocr")}

    def take(self) -> socket.socket:
        """Take an idle inspector, or a fresh one."""
        with self._lock:
            return self._idle.pop() if self._idle else self._born()

    def fresh(self) -> socket.socket:
        """Take one that no file has been shown to."""
        with self._lock:
            return self._born()

    def done(self, wire: socket.socket | None) -> None:
        """Take an inspector back that may be asked again; None if it is no more."""
        if wire is not None:
            with self._lock:
                self._idle.append(wire)
        self._free.release()

    def close(self) -> None:
        """End all of them; they end by themselves when this process does."""
        with self._lock:
            for wire in [*self._idle, *filter(None, [self._control])]:
                wire.close()
            self._idle.clear()
            if self._nursery is not None:
                self._nursery.wait(10)
            self._nursery = self._control = None

    def _born(self) -> socket.socket:
        """Have an inspector forked, by a fresh nursery if the old one has died."""
        for _ in range(2):
            ours, theirs = socket.socketpair()
            ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
            ours.settimeout(_PATIENCE)
            try:
                with theirs:
                    socket.send_fds(self._nursery_control(), [b"+"], [theirs.fileno()])
                ready = inspector.receive(ours)
            except OSError:
                ready = None
            if ready is not None:
                self.about = ready.words
                return ours
            ours.close()
            self._end_nursery()
        raise InspectionUnavailable()

    def _nursery_control(self) -> socket.socket:
        if self._control is None:
            self._control, theirs = socket.socketpair()
            with theirs:
                self._nursery = _started(theirs.fileno())
        return self._control

    def _end_nursery(self) -> None:
        if self._control is not None:
            self._control.close()
        if self._nursery is not None:
            self._nursery.kill()
            self._nursery.wait()
        self._nursery = self._control = None


def _started(descriptor: int) -> subprocess.Popen[bytes]:
    module = inspector.__name__
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-m", module, str(descriptor)],
        pass_fds=[descriptor],
        env={n: os.environ[n] for n in _PASSED_ON if n in os.environ},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


class Look:
    """A file in the hands of an inspector, until its answer is asked for."""

    def __init__(self, pool: Pool, words: Mapping[str, Any], content: bytes) -> None:
        self._pool, self._words, self._content = pool, words, content
        self._began = monotonic()
        self._wire: socket.socket | None = pool.take()
        self._send()

    def answer(self) -> Answer:
        """Wait for what is found of the file.

        :raises ExhaustedError: if it exceeds the limits, or breaks a parser.
        :raises InspectionUnavailable: if no inspector can be made.
        """
        try:
            found = self._received()
            if found is None and monotonic() - self._began < _QUICK:
                # Somebody may have ended the inspector, and not the file.
                self._wire = self._pool.fresh()
                self._send()
                found = self._received()
        finally:
            wire, self._wire = self._wire, None
            self._pool.done(wire)
        if found is None:
            raise ExhaustedError
        return found

    def drop(self) -> None:
        """Give up the answer; the inspector ends with it. Does nothing after it."""
        if self._wire is not None:
            self._wire.close()
            self._wire = None
            self._pool.done(None)

    def _send(self) -> None:
        # One that is gone shows when the answer is asked for.
        with suppress(OSError):
            if self._wire is not None:
                inspector.send(self._wire, self._words, self._content)

    def _received(self) -> Answer | None:
        """Read the answer; the inspector is let go unless it may be asked again."""
        found = None
        with suppress(OSError, ValueError):
            found = inspector.receive(self._wire) if self._wire else None
        exhausted = found is not None and "exhausted" in found.words
        if self._wire is not None and (found is None or found.words.get("last")):
            self._wire.close()
            self._wire = None
        return None if exhausted else found


@dataclass(frozen=True, slots=True)
class UnderInspection:
    """A file being inspected; `outcome` tells what was found."""

    look: Look
    name: str
    content: bytes

    def outcome(self) -> Inspected:
        """Wait for what is found.

        :raises Invalid: by the names of `inspection.inspect`, or FileTooDemanding.
        :raises InspectionUnavailable: if no inspector can be made.
        """
        found = _not_refused(self.look, self.name)
        content = self.content if found.words["same"] else found.content
        return Inspected(str(found.words["media_type"]), content)

    def drop(self) -> None:
        """Give up the outcome."""
        self.look.drop()


def _not_refused(look: Look, name: str) -> Answer:
    try:
        found = look.answer()
    except ExhaustedError as error:
        LOG.warning("file refused: FileTooDemanding")
        raise FileTooDemanding(name=name) from error
    refused = found.words.get("refused")
    if refused is not None:
        refusal = _REFUSALS[refused]
        # Neither its name nor a word of it: it may be secret.
        LOG.warning("file refused: %s", refusal.__name__)
        raise refusal(**found.words["words"])
    return found


def begin(
    *,
    content: bytes,
    name: str,
    accepted: Sequence[str],
    max_bytes: int,
    wait: float = WAIT_SECONDS,
) -> UnderInspection:
    """Have a file inspected; wait: seconds for a free inspector.

    :raises FileEmpty, FileTooLarge: before anybody looks at it.
    :raises InspectionUnavailable: if no inspector is free in time.
    """
    if not content:
        raise FileEmpty(name=name)
    if len(content) > max_bytes:
        raise FileTooLarge(name=name, limit_mb=f"{max_bytes / 2**20:g}")
    words = {
        "job": "inspect",
        "name": name,
        "accepted": list(accepted),
        "max_bytes": max_bytes,
    }
    return UnderInspection(pool().begin(words, content, wait=wait), name, content)


def rows(*, content: bytes, about: Mapping[str, Any]) -> list[list[Any]]:
    """Have the rows of a workbook read; about: what `workbooks.rows_of` is asked.

    :raises FileTooDemanding: if it exceeds the limits, or breaks the reader.
    :raises InspectionUnavailable: if no inspector is free in time.
    """
    look = pool().begin({"job": "rows", "about": about}, content)
    found: list[list[Any]] = json.loads(_not_refused(look, about["name"]).content)
    return found


def first_sheet(*, content: bytes, about: Mapping[str, Any]) -> Sheet:
    """Have the first sheet read; about: what `workbooks.first_sheet` is asked.

    :raises FileTooDemanding: if it exceeds the limits, or breaks the reader.
    :raises InspectionUnavailable: if no inspector is free in time.
    """
    look = pool().begin({"job": "first_sheet", "about": about}, content)
    found = _not_refused(look, about["name"])
    return Sheet(
        rows=json.loads(found.content),
        first=tuple(found.words["first"]),
        merged=tuple(tuple(one) for one in found.words["merged"]),
        reaching=frozenset(found.words["reaching"]),
    )


def verified(
    *, content: bytes, signer: Signer, at: datetime
) -> tuple[Verdict, tuple[SignatureReport, ...]]:
    """Have the signatures of a PDF verified; what is too much for it is `unreadable`.

    :raises InspectionUnavailable: if no inspector is free in time.
    """
    trust = validation.Trust.of(signer, at)
    words = {"job": "verify", "trust": trust.words(), "at": at.isoformat()}
    try:
        found = pool().ask(words, content).words
    except ExhaustedError:
        return validation.unreadable(content), ()
    return Verdict(found["verdict"]), tuple(map(_report, found["signatures"]))


def _report(told: Mapping[str, Any]) -> SignatureReport:
    signed_at = told["signed_at"]
    moment = datetime.fromisoformat(signed_at) if signed_at else None
    return SignatureReport(**{**told, "signed_at": moment})


def pool() -> Pool:
    """Give the inspectors of this process; a forked one gets its own."""
    return _made_in(os.getpid())


@cache
def _made_in(process: int) -> Pool:
    return Pool()
