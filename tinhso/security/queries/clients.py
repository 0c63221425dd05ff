"""Which systems sign people in through us, and what they were told."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import queries as audit
from tinhso.people import queries as people
from tinhso.security.models import Account, ClientRow, GrantRow, SigningKeyRow
from tinhso.security.providers import clients as library
from tinhso.security.providers import secrets, subjects
from tinhso.security.rules.clients import claims_of
from tinhso.security.types import (
    Client,
    ClientUnknown,
    Grant,
    HandedOver,
    Scope,
    SigningKey,
)

HAND_OVER = "security.hand_over"
MOST_LINES = 200


def clients() -> tuple[Client, ...]:
    """List the systems that sign people in through us, by name."""
    rows = ClientRow.objects.filter(ended_at=None).select_related("organization")
    return _clients(rows.order_by("name", "id"))


def get_client(*, key: str) -> Client:
    """Find a client by what it calls itself.

    :raises ClientUnknown: if there is none, or it was ended.
    """
    rows = ClientRow.objects.filter(key=key, ended_at=None)
    found = _clients(rows.select_related("organization"))
    if not found:
        raise ClientUnknown
    return found[0]


def _clients(rows: Iterable[ClientRow]) -> tuple[Client, ...]:
    listed = list(rows)
    kept = library.of(keys=[row.key for row in listed])
    return tuple(client_of(row=row, kept=kept[row.key]) for row in listed)


def client_of(*, row: ClientRow, kept: Any) -> Client:
    """Put together what we and the library know of a client."""
    return Client(
        id=row.id,
        key=row.key,
        name=row.name,
        organization_id=row.organization_id,
        organization=row.organization.name,
        purpose=row.purpose,
        scopes=_scopes(kept.get_scopes()),
        redirects=tuple(kept.get_redirect_uris()),
        logouts=tuple(kept.get_post_logout_redirect_uris()),
        is_public=kept.type == kept.Type.PUBLIC,
        has_device=kept.GrantType.DEVICE_CODE in kept.get_grant_types(),
        registered_at=row.registered_at,
    )


def grants_of(*, actor: Actor) -> tuple[Grant, ...]:
    """List what somebody lets systems know of them, the newest first."""
    if actor.id is None:
        return ()
    rows = GrantRow.objects.filter(account_id=actor.id, ended_at=None)
    listed = list(
        rows.select_related("client__organization").order_by("-granted_at", "-id")
    )
    kept = library.of(keys=[row.client.key for row in listed])
    return tuple(
        Grant(
            id=row.id,
            client=client_of(row=row.client, kept=kept[row.client.key]),
            scopes=_scopes(row.scopes),
            granted_at=row.granted_at,
        )
        for row in listed
    )


def has_granted(*, account_id: UUID, key: str, scopes: Collection[str]) -> bool:
    """Tell whether somebody has agreed that a client knows all of this."""
    row = GrantRow.objects.filter(
        account_id=account_id, client__key=key, ended_at=None
    ).first()
    return row is not None and set(scopes) <= set(row.scopes)


def told_of(*, actor: Actor) -> tuple[HandedOver, ...]:
    """List when systems were told about oneself, the newest first."""
    if actor.person_id is None:
        return ()
    entries = audit.entries_about(
        subject_ids=[actor.person_id], deeds=[HAND_OVER], most=MOST_LINES
    )
    ids = {UUID(str(entry.details["client"])) for entry in entries}
    rows = ClientRow.objects.filter(pk__in=ids).select_related("organization")
    known = {row.id: row for row in rows}
    return tuple(
        HandedOver(
            at=entry.at,
            client=known[UUID(str(entry.details["client"]))].name,
            organization=known[UUID(str(entry.details["client"]))].organization.name,
            scopes=_scopes(str(entry.details["scopes"]).split()),
        )
        for entry in entries
    )


def would_tell(
    *, actor: Actor, scopes: Collection[str], on: date
) -> dict[Scope, Mapping[str, Any]]:
    """Show somebody what a client would be told, by what it asks for."""
    if actor.person_id is None:
        return {}
    person = people.get_person(person_id=actor.person_id)
    posts = people.posts_of(person_id=person.id, on=on) if actor.duties else ()
    return {scope: claims_of(person, posts, [scope]) for scope in _scopes(scopes)}


def subject_of(*, key: str, account_id: UUID) -> str:
    """Name an account to a client: each client knows it by another name."""
    return subjects.subject_of(client=key, account_id=account_id)


def account_by_subject(*, key: str, subject: str) -> UUID | None:
    """Find the open account a client knows by a name; None if there is none."""
    account_id = subjects.account_of(client=key, subject=subject)
    if account_id is None:
        return None
    is_open = Account.objects.filter(pk=account_id, is_active=True).exists()
    return account_id if is_open else None


def signing_keys(*, at: datetime) -> tuple[SigningKey, ...]:
    """List the keys of which something may still be trusted, the newest last."""
    rows = SigningKeyRow.objects.order_by("made_at", "id")
    return tuple(
        SigningKey(
            pem=secrets.unlock(row.pem),
            made_at=row.made_at,
            signs_from=row.signs_from,
            trusted_until=row.trusted_until,
        )
        for row in rows
        if row.trusted_until is None or row.trusted_until > at
    )


def _scopes(told: Iterable[str]) -> tuple[Scope, ...]:
    named = set(told)
    return tuple(scope for scope in Scope if scope in named)
