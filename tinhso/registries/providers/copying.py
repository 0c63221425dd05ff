"""Send rows into tables while the program goes on with its own work.

PostgreSQL takes rows in by a process of its own, and waiting for it holds nobody up.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from django.db import connection
from psycopg import Connection, Copy
from psycopg.copy import FileWriter

# Held to at once, beside our own work, and not all of them in the end.
NOW, IN_THE_END = "SET CONSTRAINTS ALL IMMEDIATE", "SET CONSTRAINTS ALL DEFERRED"
# Seconds after which who computes lets who sends have a turn: it needs but a moment
# for each piece, and the database would wait with it.
TURN = 0.0005
Rows = tuple[str, bytes]


class Aside:
    """Copies rows beside the program, in its transaction, in the order they came."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._put: list[Rows] = []
        self._going: Future[None] | None = None

    def put(self, statement: str, rows: Iterable[Sequence[object]]) -> None:
        """Get rows ready for a COPY; they stay here until `go` or `settle`."""
        written = _written(rows)
        if written:
            self._put.append((statement, written))

    def go(self) -> None:
        """Send what is ready, and do not wait for it."""
        self.wait()
        ready, self._put = self._put, []
        if ready:
            connection.ensure_connection()
            self._going = self._pool.submit(_copy, connection.connection, ready)

    def wait(self) -> None:
        """Wait for what was sent.

        :raises IntegrityError: and what else the database says of it.
        """
        going, self._going = self._going, None
        if going is not None:
            with connection.wrap_database_errors:
                going.result()

    def settle(self) -> None:
        """Send what is ready, and wait until it is in."""
        self.go()
        self.wait()

    def first(self, execute: Callable[..., Any], *words: Any, **more: Any) -> Any:
        """Let a question wait for what was sent before it."""
        self.wait()
        return execute(*words, **more)


@contextmanager
def aside() -> Iterator[Aside]:
    """Copy rows beside the program; in the end all of them are in.

    Questions to the database wait for what was sent, not for what is only ready.
    """
    # Whatever happens, nobody is left talking to the database for us.
    with ThreadPoolExecutor(1, "copying") as pool, _short_turns():
        one = Aside(pool)
        with connection.execute_wrapper(one.first):
            yield one
            one.settle()


@contextmanager
def _short_turns() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def _written(rows: Iterable[Sequence[object]]) -> bytes:
    """Write rows in the form of COPY."""
    written = BytesIO()
    cursor = connection.connection.cursor()
    with Copy(cursor, binary=False, writer=FileWriter(written)) as copy:
        for row in rows:
            copy.write_row(row)
    return written.getvalue()


def _copy(session: "Connection[Any]", ready: Sequence[Rows]) -> None:
    with session.cursor() as cursor:
        for statement, written in ready:
            with cursor.copy(statement) as copy:
                copy.write(written)
        cursor.execute(NOW)
        cursor.execute(IN_THE_END)
