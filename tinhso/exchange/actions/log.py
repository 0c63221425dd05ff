"""Write the message log, many entries at once, and have it time-stamped."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from tinhso.exchange.models import LogRow, MemberRow, StampRow, VersionRow
from tinhso.exchange.providers import stamps
from tinhso.exchange.queries.directory import name_of
from tinhso.exchange.queries.log import HAND_OVER
from tinhso.exchange.rules import log
from tinhso.exchange.types import Draft, MemberName, Written
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
    ("chain", "bytea"),
)
INSERT = f"""
INSERT INTO {_LOG} (gateway_id, at, {", ".join(name for name, _ in COLUMNS)})
SELECT %s, %s, * FROM unnest({", ".join(f"%s::{kind}[]" for _, kind in COLUMNS)})
"""  # noqa: S608 - the names are our own
BEFORE = f"""
SELECT (SELECT number FROM {VersionRow._meta.db_table}), last.position, last.chain,
    ARRAY(SELECT once FROM {_LOG} WHERE gateway_id = %s AND once = ANY(%s::uuid[]))
FROM (SELECT 1) one LEFT JOIN LATERAL (
    SELECT position, chain FROM {_LOG} WHERE gateway_id = %s
    ORDER BY position DESC LIMIT 1
) last ON true
"""  # noqa: S608 - the names are our own


def log_messages(
    *, member_id: UUID, name: MemberName, drafts: Sequence[Draft], at: datetime
) -> Written:
    """Log what passes through a gateway: all of it is on the disk, or nothing.

    What was let through before under the same id is not logged as new; it is told.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_lock_of(member_id)])
        wanted = [one.once for one in drafts if one.once]
        cursor.execute(BEFORE, [member_id, wanted, member_id])
        version, last, chain, seen = cursor.fetchone()
        fresh, replayed = _parted(drafts, set(seen))
        position = 0 if last is None else last + 1
        rows = _rows(fresh, name, position, bytes(chain or log.CHAIN_START), at)
        if rows:
            columns = [list(column) for column in zip(*rows, strict=True)]
            cursor.execute(INSERT, [member_id, at, *columns])
        for one in fresh:
            if one.about and one.agreement_id:
                _tell_person(one, at)
    return Written(version or 0, replayed)


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


_Row = tuple[object, ...]


def _rows(
    drafts: Sequence[Draft], name: MemberName, position: int, chain: bytes, at: datetime
) -> list[_Row]:
    rows: list[_Row] = []
    for place, one in enumerate(drafts, start=position):
        text = log.entry_text(one, gateway=name, position=place, at=at)
        chain = log.link(chain, log.leaf_of(text))
        rows.append(
            (
                place,
                one.side.value,
                one.kind.value,
                one.message_id,
                one.agreement_id,
                one.refused,
                one.milliseconds,
                one.once,
                text,
                chain,
            )
        )
    return rows


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
