"""Import the national catalogue of procedures, line by line."""

import gzip
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from pydantic import TypeAdapter

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.ids import new_id
from tinhso.kernel.text import fold
from tinhso.procedures.catalogue.national import UnusableError, read_record
from tinhso.procedures.catalogue.ways import WayRead
from tinhso.procedures.models import NationalVersion
from tinhso.procedures.types import (
    ImportReport,
    NationalProcedure,
    NotUnderstood,
    NotUnderstoodReason,
)

BATCH = 500
WRITER = TypeAdapter(NationalProcedure)
# Long texts by the thousand: bulk_create takes ten times as long.
COPY = f"""
COPY {NationalVersion._meta.db_table}
    (id, code, number, digest, body, folded, imported_at, is_newest) FROM STDIN
"""


def import_catalogue(
    *,
    file: Path,
    actor: Actor,
    at: datetime,
    progress: Callable[[int], None] = lambda read: None,
) -> ImportReport:
    """Import a file of the national catalogue, JSON lines, gzipped or not.

    What changed since the last import becomes a new version; what did not stays, so
    importing twice changes nothing. What is missing from the file stays, too: a file
    may hold a part of the catalogue. progress: is told the lines read so far.
    """
    with transaction.atomic():
        import_ = _Import(at)
        for line, raw in enumerate(_lines(file), start=1):
            import_.take(line, raw)
            if line % BATCH == 0:
                import_.store()
                progress(line)
        import_.store()
        report = import_.report()
        audit.write(
            "procedures.import_catalogue",
            subject="procedures.NationalVersion",
            subject_id=None,
            actor=actor,
            at=at,
            details={
                "sha256": sha256(file.read_bytes()).hexdigest(),
                "read": report.read,
                "imported": report.imported,
                "not_understood": len(report.not_understood),
            },
        )
    return report


def _lines(file: Path) -> Iterator[bytes]:
    """Read line by line; what is cut off in the middle ends the file."""
    with file.open("rb") as start:
        is_packed = start.read(2) == b"\x1f\x8b"
    with gzip.open(file) if is_packed else file.open("rb") as lines:
        try:
            yield from (line for line in lines if line.strip())
        except (EOFError, OSError, zlib.error):
            yield b'{"the rest of the file is cut off or broken'


@dataclass
class _Import:
    """What was read so far, and what is still to be stored."""

    at: datetime
    known: dict[str, tuple[int, str]] = field(init=False)
    seen: set[str] = field(default_factory=set)
    waiting: list[tuple[Any, ...]] = field(default_factory=list)
    faults: list[NotUnderstood] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        newest = NationalVersion.objects.filter(is_newest=True)
        self.known = {
            code: (number, digest)
            for code, number, digest in newest.values_list("code", "number", "digest")
        }

    def take(self, line: int, raw: bytes) -> None:
        """Read a line; what it says is stored later, with others."""
        self.counts["read"] += 1
        try:
            record = json.loads(raw)
            procedure, ways, faults = read_record(record)
        except (ValueError, AttributeError) as error:
            self._refuse(line, error, raw)
            return
        if procedure.code in self.seen:
            reason = NotUnderstoodReason.CODE_TWICE
            title = procedure.title[:200]
            self.faults.append(NotUnderstood(line, procedure.code, "", reason, title))
            return
        self.seen.add(procedure.code)
        for name, reason, text in faults:
            self.faults.append(NotUnderstood(line, procedure.code, name, reason, text))
        self._count(ways)
        self._keep(procedure)

    def store(self) -> None:
        """Write the versions that wait, each as the newest of its code."""
        codes = [row[1] for row in self.waiting]
        NationalVersion.objects.filter(code__in=codes).update(is_newest=False)
        with connection.cursor() as cursor, cursor.copy(COPY) as copy:
            for row in self.waiting:
                copy.write_row(row)
        self.waiting = []

    def report(self) -> ImportReport:
        return ImportReport(
            read=self.counts["read"],
            imported=self.counts["imported"],
            unchanged=self.counts["unchanged"],
            time_limits_stated=self.counts["limits_stated"],
            time_limits_parsed=self.counts["limits_parsed"],
            fees_stated=self.counts["fees_stated"],
            fees_parsed=self.counts["fees_parsed"],
            numbers_without_unit=sum(
                fault.reason is NotUnderstoodReason.NUMBER_WITHOUT_UNIT
                for fault in self.faults
            ),
            not_understood=tuple(self.faults),
        )

    def _refuse(self, line: int, error: Exception, raw: bytes) -> None:
        reason = (
            NotUnderstoodReason(error.args[0])
            if isinstance(error, UnusableError)
            else NotUnderstoodReason.NOT_JSON
        )
        text = raw[:200].decode("utf-8", "replace").strip()
        self.faults.append(NotUnderstood(line, "", "", reason, text))

    def _count(self, ways: list[WayRead]) -> None:
        for way in ways:
            self.counts["limits_stated"] += way.states_limit
            self.counts["limits_parsed"] += way.way.limit is not None
            self.counts["fees_stated"] += way.states_fee
            self.counts["fees_parsed"] += way.way.fee is not None

    def _keep(self, procedure: NationalProcedure) -> None:
        body = WRITER.dump_json(procedure)
        digest = sha256(body).hexdigest()
        number, before = self.known.get(procedure.code, (0, ""))
        if digest == before:
            self.counts["unchanged"] += 1
            return
        self.counts["imported"] += 1
        folded = _search_text(procedure)
        row = (new_id(), procedure.code, number + 1, digest, body.decode(), folded)
        self.waiting.append((*row, self.at, True))


def _search_text(procedure: NationalProcedure) -> str:
    """Fold what people may search it by: code, title, field, results."""
    results = (result.title for result in procedure.results)
    words = (procedure.code, procedure.title, procedure.field, *results)
    return " | ".join(fold(word) for word in words)
