"""The platform with every request undone: each meets the same data, whoever was before.

A whole table of requests can so be tried by everybody in any order, deeds included.
Nothing else differs: the same application, the same server, rolled back at the end.
"""

import os
import signal
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connections, transaction

from torture.clients import ask
from torture.prepare import ROOT
from torture.serving import BIN, free_port

Start = Callable[..., Any]
Application = Callable[[dict[str, Any], Start], Iterable[Any]]
START_SECONDS, WORKERS = 60, 3


class _Undone(Exception):  # noqa: N818 - it is no error
    """Ends the transaction of a request."""


def undone(served: Application) -> Application:
    """Let an application serve each request in a transaction that never ends well."""

    def application(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        body: list[bytes] = []
        with _kept_open():
            try:
                with transaction.atomic():
                    body = _whole(served(environ, start))
                    raise _Undone
            except _Undone:
                pass
        return body

    return application


def _whole(answer: Iterable[bytes]) -> list[bytes]:
    try:
        return list(answer)
    finally:
        getattr(answer, "close", lambda: None)()


@contextmanager
def _kept_open() -> Iterator[None]:
    """Let a request begin and end without giving its connection back."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    try:
        yield
    finally:
        request_started.connect(close_old_connections)
        request_finished.connect(close_old_connections)
    for connection in connections.all(initialized_only=True):
        # Within a test's own transaction it is the test's.
        if not connection.in_atomic_block:
            connection.close()


@contextmanager
def serving(
    environment: Mapping[str, str], *, log: Path, is_undone: bool = True
) -> Iterator[int]:
    """Serve a prepared database on loopback; answer the port.

    log: where the server writes. is_undone: whether each request is taken back.
    """
    port = free_port()
    name = "torture.undone_server" if is_undone else "tinhso.project.wsgi"
    words = [
        *(str(BIN / "granian"), "--interface", "wsgi", "--host", "127.0.0.1"),
        *("--port", str(port), "--workers", str(WORKERS), "--blocking-threads", "1"),
        *("--log-level", "warning", f"{name}:application"),
    ]
    told = {**environment, "TINHSO_ORIGIN": f"http://localhost:{port}"}
    with log.open("ab") as written:
        process = subprocess.Popen(
            words,
            cwd=ROOT,
            env=told,
            stdout=written,
            stderr=written,
            start_new_session=True,
        )
    try:
        _wait(port, process)
        yield port
    finally:
        _end(process)


def _wait(port: int, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(START_SECONDS * 2):
        if ask(port, "GET", "/suc-khoe", timeout=2).status == 200:
            return
        try:
            process.wait(0.5)
        except subprocess.TimeoutExpired:
            continue
        break
    raise RuntimeError("the server does not answer")


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
