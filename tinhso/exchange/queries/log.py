"""What went between members: entries of the logs, their proofs, how much was used."""

import json
from base64 import b64encode
from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max

from tinhso.exchange.models import AgreementRow, CertificateRow, LogRow, StampRow
from tinhso.exchange.providers import stamps as stamping
from tinhso.exchange.queries.directory import name_of
from tinhso.exchange.rules import log, proofs
from tinhso.exchange.types import (
    Kind,
    Logged,
    LogState,
    NotLogged,
    NotStampedYet,
    Read,
    Side,
    Usage,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import merkle
from tinhso.kernel.audit import queries as audit

CHUNK = 2_000
MOST_LINES = 200
HAND_OVER = "exchange.hand_over"
# Both sides log a call, so usage counts the provider's entries alone.
USED = f"""
SELECT agreement_id,
    count(*) FILTER (WHERE kind = '{Kind.RESPONSE}'),
    count(*) FILTER (WHERE kind = '{Kind.REFUSAL}'),
    percentile_disc(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY milliseconds)
        FILTER (WHERE kind = '{Kind.RESPONSE}'),
    max(at)
FROM {LogRow._meta.db_table}
WHERE agreement_id = ANY(%s) AND side = '{Side.PROVIDER}' AND at >= %s
GROUP BY agreement_id
"""  # noqa: S608 - the names are our own


def log_state(*, member_id: UUID) -> LogState:
    """Tell where a gateway's log stands, and how much of it is time-stamped."""
    rows = LogRow.objects.filter(gateway_id=member_id)
    last = rows.aggregate(last=Max("position"))["last"]
    stamps = StampRow.objects.filter(gateway_id=member_id)
    stamped = stamps.aggregate(last=Max("last"))["last"]
    begin = -1 if stamped is None else stamped
    waiting = rows.filter(position=begin + 1).values_list("at", flat=True).first()
    return LogState(0 if last is None else last + 1, begin + 1, waiting)


def calls_today(*, agreement_id: UUID, since: datetime) -> int:
    """Count the calls a provider let through by an agreement since a moment."""
    return LogRow.objects.filter(
        agreement_id=agreement_id,
        side=Side.PROVIDER,
        kind=Kind.REQUEST,
        at__gte=since,
    ).count()


def usage(*, agreement_ids: Collection[UUID], since: datetime) -> tuple[Usage, ...]:
    """Tell how agreements were used since a moment; none of those never used."""
    with connection.cursor() as cursor:
        cursor.execute(USED, [list(agreement_ids), since])
        rows = cursor.fetchall()
    return tuple(
        Usage(id_, calls, refused, p50, p95, p99, last_at)
        for id_, calls, refused, spread, last_at in rows
        for p50, p95, p99 in [spread or (None, None, None)]
    )


def logged_positions(*, member_id: UUID, message_id: str) -> tuple[int, ...]:
    """List where a gateway's log speaks of a message, in its order."""
    rows = LogRow.objects.filter(gateway_id=member_id, message_id=message_id)
    return tuple(rows.order_by("position").values_list("position", flat=True))


def entries(*, member_id: UUID, after: int = -1) -> Iterator[Logged]:
    """List the entries of a gateway's log, in its order."""
    rows = LogRow.objects.filter(gateway_id=member_id, position__gt=after)
    ordered = rows.select_related("gateway").order_by("position")
    for row in ordered.iterator(chunk_size=CHUNK):
        yield Logged(
            name_of(row.gateway), row.position, row.at, row.text, bytes(row.chain)
        )


def proof_of(*, member_id: UUID, position: int) -> bytes:
    """Write an entry with all that proves it: certificate, path, time-stamp.

    :raises NotLogged: if there is no such entry.
    :raises NotStampedYet: if its time-stamp is still to come.
    """
    row = LogRow.objects.filter(gateway_id=member_id, position=position).first()
    if row is None:
        raise NotLogged
    stamps = StampRow.objects.filter(gateway_id=member_id)
    stamp = stamps.filter(first__lte=position, last__gte=position).first()
    if stamp is None:
        raise NotStampedYet
    covered = LogRow.objects.filter(
        gateway_id=member_id, position__gte=stamp.first, position__lte=stamp.last
    )
    texts = covered.order_by("position").values_list("text", flat=True)
    leaves = [log.leaf_of(text) for text in texts]
    path = merkle.inclusion_proof(
        index=position - stamp.first, size=len(leaves), nodes=log.nodes_of(leaves)
    )
    proof = {
        "form": proofs.FORM,
        "entry": row.text,
        "certificate": _certificate(row.text),
        "path": [one.hex() for one in path],
        "stamp": stamp_told(stamp),
    }
    return proofs.written(proof)


def stamp_told(stamp: StampRow) -> dict[str, Any]:
    """Lay out a time-stamp and what it is over."""
    return {
        "gateway": str(name_of(stamp.gateway)),
        "first": stamp.first,
        "last": stamp.last,
        "root": bytes(stamp.root).hex(),
        "before": bytes(stamp.before).hex(),
        "chain": bytes(stamp.chain).hex(),
        "token": b64encode(bytes(stamp.token)).decode(),
    }


def stamps(*, member_id: UUID) -> Iterator[dict[str, Any]]:
    """List the time-stamps of a gateway's log, in its order."""
    rows = StampRow.objects.filter(gateway_id=member_id).select_related("gateway")
    return map(stamp_told, rows.order_by("first").iterator(chunk_size=CHUNK))


def certificates() -> tuple[str, ...]:
    """List the certificates messages were ever signed with, as PEM."""
    rows = CertificateRow.objects.order_by("id")
    return tuple(rows.values_list("pem", flat=True))


def _certificate(text: str) -> str:
    """Find the certificate of the key that signed; empty for a refusal."""
    key = json.loads(text)["key"]
    found = CertificateRow.objects.filter(fingerprint=key).first() if key else None
    return found.pem if found else ""


def read_proof(*, content: bytes, anchors: str) -> dict[str, Any]:
    """Check an exported entry, and tell what it says; anchors: of time-stamps, PEM.

    :raises ProofBroken: if anything of it does not hold.
    """
    told, stamp = proofs.check(content)
    stamped_at = stamping.moment_of(*stamp, anchors=anchors)
    return {**told, "stamped_at": stamped_at.isoformat()}


def reads_of(*, actor: Actor) -> tuple[Read, ...]:
    """List when systems of others read about oneself, the newest first."""
    if actor.person_id is None:
        return ()
    found = audit.entries_about(
        subject_ids=[actor.person_id], deeds=[HAND_OVER], most=MOST_LINES
    )
    ids = {UUID(str(one.details["agreement"])) for one in found}
    rows = AgreementRow.objects.filter(pk__in=ids)
    known = {row.id: row for row in rows.select_related("consumer__member", "service")}
    return tuple(
        _read(one.at, known[UUID(str(one.details["agreement"]))]) for one in found
    )


def _read(at: datetime, agreement: AgreementRow) -> Read:
    return Read(
        at=at,
        system=agreement.consumer.title,
        organization=agreement.consumer.member.title,
        service=agreement.service.title,
        purpose=agreement.purpose,
    )
