"""Write the message log, many entries at once, and have it time-stamped."""

import json
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.utils import IntegrityError

from tinhso.exchange.models import LogRow, MemberRow, StampRow, VersionRow
from tinhso.exchange.providers import stamps
from tinhso.exchange.queries.directory import name_of
from tinhso.exchange.queries.log import HAND_OVER
from tinhso.exchange.rules import log
from tinhso.exchange.types import Draft, LogEnd, MemberName, Written
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.audit import merkle
from tinhso.people import queries as people

# So many entries a time-stamp covers at most; a proof reads them all.
MOST_OF_STAMP = 10_000
_LOG = LogRow._meta.db_table
COLUMNS = (
    ("position", "bigint"),
    ("side", "text"),
    ("kind", "text"),
    ("message_id", "text"),
    ("agreement_id", "uuid"),
    ("refused", "text"),
    ("milliseconds", "integer"),
    ("once", "uuid"),
    ("text", "text"),
)
_NAMES = ", ".join(name for name, _ in COLUMNS)
# One parameter of JSON: to write a list for each column took the driver a sixth of all
# the time a gateway has.
INSERT = f"""
WITH written AS (
    INSERT INTO {_LOG} (gateway_id, at, {_NAMES}, chain)
    SELECT %s, %s, {_NAMES}, decode(chain, 'hex') FROM json_to_recordset(%s)
        AS one({", ".join(map(" ".join, COLUMNS))}, chain text)
) SELECT max(number) FROM {VersionRow._meta.db_table}
"""  # noqa: S608 - the names are our own
BEFORE = f"""
SELECT (SELECT max(number) FROM {VersionRow._meta.db_table}), last.position, last.chain,
    ARRAY(SELECT once FROM {_LOG} WHERE gateway_id = %s AND once = ANY(%s::uuid[]))
FROM (SELECT 1) one LEFT JOIN LATERAL (
    SELECT position, chain FROM {_LOG} WHERE gateway_id = %s
    ORDER BY position DESC LIMIT 1
) last ON true
"""  # noqa: S608 - the names are our own


def log_messages(
    *,
    member_id: UUID,
    name: MemberName,
    drafts: Sequence[Draft],
    at: datetime,
    end: LogEnd | None = None,
) -> Written:
    """Log what passes through a gateway: all of it is on the disk, or nothing.

    What was let through before under the same id is not logged as new; it is told.
    end: where the log ended last; if it still does, one statement is enough.
    """
    if end is not None and not _repeats(drafts):
        try:
            return _append(member_id, name, drafts, at, end)
        except IntegrityError:
            pass  # something came before, or another gateway writes here, too
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_lock_of(member_id)])
        wanted = [one.once for one in drafts if one.once]
        cursor.execute(BEFORE, [member_id, wanted, member_id])
        version, last, chain, seen = cursor.fetchone()
        fresh, replayed = _parted(drafts, set(seen))
        end = LogEnd(0, log.CHAIN_START) if last is None else LogEnd(last + 1, chain)
        if not fresh:
            return Written(version or 0, replayed, end)
        written = _append(member_id, name, fresh, at, end)
    return replace(written, replayed=replayed)


def _repeats(drafts: Sequence[Draft]) -> bool:
    named = [one.once for one in drafts if one.once]
    return len(set(named)) < len(named)


def _append(
    member_id: UUID,
    name: MemberName,
    drafts: Sequence[Draft],
    at: datetime,
    end: LogEnd,
) -> Written:
    """Put entries after the end; the database refuses them if it is another one."""
    rows, after = _rows(drafts, name, end, at)
    told = [one for one in drafts if one.about and one.agreement_id]
    # One statement is a transaction by itself, and spares two ways to the database.
    with transaction.atomic() if told else nullcontext():
        with connection.cursor() as cursor:
            cursor.execute(INSERT, [member_id, at, json.dumps(rows)])
            (version,) = cursor.fetchone()
        for one in told:
            _tell_person(one, at)
    return Written(version or 0, frozenset(), after)


def _lock_of(member_id: UUID) -> int:
    return int.from_bytes(member_id.bytes[-8:], signed=True)


def _parted(
    drafts: Sequence[Draft], seen: set[UUID]
) -> tuple[list[Draft], frozenset[int]]:
    """Part what is new from what was let through before, or earlier in the batch."""
    fresh, replayed = list[Draft](), set[int]()
    for place, one in enumerate(drafts):
        if one.once is not None and one.once in seen:
            replayed.add(place)
            continue
        fresh.append(one)
        if one.once is not None:
            seen.add(one.once)
    return fresh, frozenset(replayed)


def _rows(
    drafts: Sequence[Draft], name: MemberName, end: LogEnd, at: datetime
) -> tuple[list[dict[str, object]], LogEnd]:
    rows = list[dict[str, object]]()
    chain = bytes(end.chain)
    for place, one in enumerate(drafts, start=end.position):
        text = log.entry_text(one, gateway=name, position=place, at=at)
        chain = log.link(chain, log.leaf_of(text))
        rows.append(
            {
                "position": place,
                "side": one.side.value,
                "kind": one.kind.value,
                "message_id": one.message_id,
                "agreement_id": _id(one.agreement_id),
                "refused": one.refused,
                "milliseconds": one.milliseconds,
                "once": _id(one.once),
                "text": text,
                "chain": chain.hex(),
            }
        )
    return rows, LogEnd(end.position + len(rows), chain)


def _id(of: UUID | None) -> str | None:
    return None if of is None else str(of)


def _tell_person(draft: Draft, at: datetime) -> None:
    """Journal for somebody that a system read about them; strangers have no page."""
    person = people.find_person(personal_number=draft.about)
    if person is None:
        return
    audit.write(
        HAND_OVER,
        subject="people.Person",
        subject_id=person.id,
        actor=SYSTEM,
        at=at,
        details={"agreement": str(draft.agreement_id), "message": draft.message_id},
    )


def stamp_log(*, member_id: UUID, at: datetime) -> int:
    """Have the entries of a log time-stamped that are not yet; say how many.

    :raises StampsMissing: if the authority gives no time-stamp.
    """
    member = MemberRow.objects.get(pk=member_id)
    last = StampRow.objects.filter(gateway=member).order_by("-first").first()
    first, before = (last.last + 1, bytes(last.chain)) if last else (0, log.CHAIN_START)
    rows = LogRow.objects.filter(gateway=member, position__gte=first)
    found = list(rows.order_by("position").values_list("text", "chain")[:MOST_OF_STAMP])
    if not found:
        return 0
    leaves = [log.leaf_of(text) for text, _ in found]
    end, chain = first + len(found) - 1, bytes(found[-1][1])
    root = merkle.root(size=len(leaves), nodes=log.nodes_of(leaves))
    text = log.stamp_text(
        gateway=str(name_of(member)),
        first=first,
        last=end,
        root=root,
        before=before,
        chain=chain,
    )
    made = StampRow(
        gateway=member,
        first=first,
        last=end,
        root=root,
        before=before,
        chain=chain,
        token=_stamper().stamp(text, at=at),
        stamped_at=at,
    )
    # Of two that stamp at once, the database lets the first one in.
    StampRow.objects.bulk_create([made], ignore_conflicts=True)
    return len(found)


def stamp_anchor() -> str:
    """Give the certificate of the demo's time-stamps, PEM; empty with another one."""
    made = _stamper()
    return made.anchor if isinstance(made, stamps.DemoAuthority) else ""


def _stamper() -> stamps.Stamper:
    return stamps.stamper(url=settings.TINHSO_TIMESTAMP_URL, home=settings.TINHSO_HOME)
