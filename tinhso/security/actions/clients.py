"""Register systems that sign people in through us, and tell them what was agreed to."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)
from django.db import connection, transaction

from tinhso.kernel.actor import SYSTEM, Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.clock import local
from tinhso.kernel.text import clean
from tinhso.people import queries as people
from tinhso.security.actions.journal import journal
from tinhso.security.models import Account, ClientRow, GrantRow, SigningKeyRow
from tinhso.security.providers import clients as library
from tinhso.security.providers import secrets
from tinhso.security.queries.clients import HAND_OVER, get_client
from tinhso.security.rules import clients as rules
from tinhso.security.types import (
    ClientUnknown,
    ClientWrong,
    GrantUnknown,
    RegisteredClient,
    Scope,
)

# NIST SP 800-57 part 1: until 2030. OpenID Connect asks every client to know RS256.
KEY_BITS = 2048
KEY_AGE = timedelta(days=30)
# So long clients may keep the list of keys; a new one is on it before it signs.
ANNOUNCED = timedelta(days=1)
# Nothing that was signed is trusted for longer.
LONGEST_TRUST = timedelta(hours=1)


def register_client(
    *,
    name: str,
    organization_id: UUID,
    purpose: str,
    scopes: Sequence[str],
    redirects: Sequence[str],
    logouts: Sequence[str] = (),
    is_public: bool = False,
    has_device: bool = False,
    actor: Actor,
    at: datetime,
) -> RegisteredClient:
    """Let a system sign people in through us; its secret is shown this once.

    scopes: what it may ask for, `openid` among them. redirects, logouts: where people
    may be sent back to. is_public: it keeps no secret, as on a phone.

    :raises ClientWrong: if something cannot be; `fields` says what.
    """
    name, purpose = clean(name), clean(purpose)
    wrong = rules.faults(
        name=name,
        purpose=purpose,
        scopes=scopes,
        redirects=redirects,
        logouts=logouts,
        has_device=has_device,
    )
    if wrong:
        raise ClientWrong(wrong)
    people.get_organization(organization_id=organization_id)
    key = uuid4().hex
    with transaction.atomic():
        secret = library.keep(
            key=key,
            name=name,
            scopes=scopes,
            redirects=redirects,
            logouts=logouts,
            is_public=is_public,
            has_device=has_device,
        )
        row = ClientRow.objects.create(
            key=key,
            name=name,
            organization_id=organization_id,
            purpose=purpose,
            registered_at=at,
        )
        _note("register_client", row, actor, at, scopes=[*scopes])
    return RegisteredClient(get_client(key=key), secret)


def renew_client_secret(*, key: str, actor: Actor, at: datetime) -> str:
    """Give a client another secret; the one before opens nothing from now on.

    :raises ClientUnknown: if there is none, or it was ended.
    """
    with transaction.atomic():
        row = _lock(key)
        secret = library.renew_secret(key=key)
        _note("renew_client_secret", row, actor, at)
    return secret


def end_client(*, key: str, actor: Actor, at: datetime) -> None:
    """End a client: nobody signs in to it, and no token it holds opens anything.

    :raises ClientUnknown: if there is none, or it was ended.
    """
    with transaction.atomic():
        row = _lock(key)
        ClientRow.objects.filter(pk=row.pk).update(ended_at=at)
        GrantRow.objects.filter(client=row, ended_at=None).update(ended_at=at)
        library.forget(key=key)
        _note("end_client", row, actor, at)


def grant(*, key: str, scopes: Collection[str], actor: Actor, at: datetime) -> None:
    """Agree that a client knows something of oneself, until one takes it back.

    What was agreed to before holds no more.

    :raises ClientUnknown: if there is none, or it was ended.
    :raises GrantUnknown: if nobody is signed in.
    """
    if actor.id is None:
        raise GrantUnknown
    told = sorted(set(scopes) & set(Scope))
    with transaction.atomic():
        row = _lock(key)
        before = GrantRow.objects.filter(client=row, account_id=actor.id, ended_at=None)
        before.update(ended_at=at)
        GrantRow.objects.create(
            client=row, account_id=actor.id, scopes=told, granted_at=at
        )
        journal("grant", actor.id, actor, at, client=str(row.id), scopes=told)


def take_grant_back(*, grant_id: UUID, actor: Actor, at: datetime) -> None:
    """Take back what one has agreed to; the client's tokens end.

    :raises GrantUnknown: if there is nothing, or it is somebody else's.
    """
    if actor.id is None:
        raise GrantUnknown
    with transaction.atomic():
        rows = GrantRow.objects.filter(account_id=actor.id, ended_at=None)
        row = rows.select_for_update().filter(pk=grant_id).first()
        if row is None:
            raise GrantUnknown
        rows.filter(pk=row.pk).update(ended_at=at)
        key = ClientRow.objects.values_list("key", flat=True).get(pk=row.client_id)
        library.forget_tokens(key=key, account_id=actor.id)
        journal("take_grant_back", actor.id, actor, at, client=str(row.client_id))


def hand_over(
    *, key: str, account_id: UUID, scopes: Collection[str], at: datetime
) -> Mapping[str, Any]:
    """Tell a client what it may know of somebody, and journal it for them.

    :raises ClientUnknown: if there is none, or it was ended.
    """
    client = get_client(key=key)
    account = Account.objects.get(pk=account_id)
    person = people.get_person(person_id=account.person_id)
    held = people.posts_of(person_id=person.id, on=local(at).date())
    posts = held if account.is_officer else ()
    told = set(scopes) & set(client.scopes)
    claims = rules.claims_of(person, posts, told)
    if person.is_synthetic:
        claims["is_synthetic"] = True
    if told - {Scope.OPENID}:
        audit.write(
            HAND_OVER,
            subject="people.Person",
            subject_id=person.id,
            actor=SYSTEM,
            at=at,
            details={
                "client": str(client.id),
                "scopes": " ".join(sorted(told - {Scope.OPENID})),
            },
        )
    return claims


@contextmanager
def taking_turns(*, code: str) -> Iterator[None]:
    """Let who comes with the same code wait until the one before is answered."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))",
            [f"security.code:{code}"],
        )
        yield


def keep_signing_keys(*, at: datetime, force: bool = False) -> bool:
    """Make the first key, or the next one when the newest is old; tell whether.

    A key is on the list a day before it signs, and stays on it until what it signed
    has run out. force: now, whatever its age.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('security.signing_keys'))"
        )
        newest = SigningKeyRow.objects.filter(trusted_until=None).first()
        if newest is not None and not force and at < newest.made_at + KEY_AGE:
            return False
        signs_from = at if newest is None else at + ANNOUNCED
        if newest is not None:
            newest.trusted_until = signs_from + LONGEST_TRUST
            newest.save()
        SigningKeyRow.objects.filter(trusted_until__lte=at).delete()
        made = SigningKeyRow.objects.create(
            pem=secrets.lock(_pem()), made_at=at, signs_from=signs_from
        )
        audit.write(
            "security.make_signing_key",
            subject="security.SigningKey",
            subject_id=made.id,
            actor=SYSTEM,
            at=at,
        )
    return True


def drop_signing_keys(*, actor: Actor, at: datetime) -> None:
    """Trust no key any more, as after one was lost, and make another one.

    What clients were told before this moment convinces nobody.
    """
    with transaction.atomic():
        SigningKeyRow.objects.all().delete()
        journal("drop_signing_keys", None, actor, at)
        keep_signing_keys(at=at)


def forget_tokens() -> int:
    """Delete the tokens of clients that have run out; say how many."""
    return library.forget_expired()


def _pem() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=KEY_BITS)
    form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return key.private_bytes(*form).decode()


def _lock(key: str) -> ClientRow:
    rows = ClientRow.objects.select_for_update().filter(key=key, ended_at=None)
    row = rows.first()
    if row is None:
        raise ClientUnknown
    return row


def _note(
    deed: str, row: ClientRow, actor: Actor, at: datetime, **details: object
) -> None:
    audit.write(
        f"security.{deed}",
        subject="security.Client",
        subject_id=row.id,
        actor=actor,
        at=at,
        details={"name": row.name, "organization": str(row.organization_id), **details},
    )
