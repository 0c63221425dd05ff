"""Who is acting, and what they may do."""

from collections.abc import Collection
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection

from tinhso.kernel.actor import ANONYMOUS, Actor, ActorKind, Duty, Thing
from tinhso.kernel.clock import local
from tinhso.kernel.errors import NotAllowed
from tinhso.people import queries as people
from tinhso.people.types import Role
from tinhso.security.models import AccessToken, Account
from tinhso.security.rules import ANSWERING, DESK, HEADS, allows
from tinhso.security.rules import admits as _admits
from tinhso.security.types import Access, AccountInfo, Deed


def may(*, actor: Actor, deed: Deed, thing: Thing | None = None) -> bool:
    """Tell whether an actor may do a deed to a thing."""
    return allows(actor, deed, thing)


def require(*, actor: Actor, deed: Deed, thing: Thing | None = None) -> None:
    """Pass only who may do a deed to a thing.

    :raises NotAllowed: if the policy says no.
    """
    if not allows(actor, deed, thing):
        raise NotAllowed


def desks_of(*, actor: Actor) -> frozenset[UUID]:
    """List the organizations whose dossiers an officer works on."""
    return actor.organizations(DESK)


def intake_desks_of(*, actor: Actor) -> frozenset[UUID]:
    """List the organizations at whose desks an officer takes dossiers in."""
    return actor.organizations([Role.CLERK])


def answering_for(*, actor: Actor) -> frozenset[UUID]:
    """List the organizations for which an officer answers other agencies."""
    return actor.organizations(ANSWERING)


def managed_by(*, actor: Actor) -> frozenset[UUID]:
    """List the organizations whose tasks an officer assigns to colleagues."""
    return actor.organizations(HEADS)


def admits(*, actor: Actor, access: Access) -> bool:
    """Tell whether an actor may come through an address with this access."""
    return _admits(actor, access)


def actor_of(*, account_id: UUID, at: datetime) -> Actor:
    """Say who acts through an account at a moment: its person and their posts.

    Answers the anonymous actor if the account is unknown or closed.
    """
    return _actor(BY_ACCOUNT, [account_id], at)


def actor_of_token(*, secret: str, at: datetime) -> Actor:
    """Say who acts through a machine's key; anonymous if it is wrong or over."""
    return _actor(BY_TOKEN, [sha256(secret.encode()).hexdigest(), at], at)


# Asked with each request, hence by hand; a closed account ends with its next one.
_PERSONS = Account._meta.get_field("person").related_model._meta.db_table
BY_ACCOUNT = f"""
SELECT a.id, a.person_id, a.is_officer, p.full_name, p.is_synthetic
FROM {Account._meta.db_table} a JOIN {_PERSONS} p ON p.id = a.person_id
WHERE a.id = %s AND a.is_active
"""  # noqa: S608 - the names are our own
BY_TOKEN = f"""
SELECT a.id, a.person_id, a.is_officer, p.full_name, p.is_synthetic
FROM {AccessToken._meta.db_table} t
JOIN {Account._meta.db_table} a ON a.id = t.account_id
JOIN {_PERSONS} p ON p.id = a.person_id
WHERE t.digest = %s AND t.revoked_at IS NULL AND t.expires_at > %s AND a.is_active
"""  # noqa: S608 - the names are our own


def _actor(query: str, values: list[UUID | str | datetime], at: datetime) -> Actor:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        found = cursor.fetchone()
    if found is None:
        return ANONYMOUS
    account_id, person_id, is_officer, name, is_synthetic = found
    on = local(at).date()
    posts = people.posts_of(person_id=person_id, on=on) if is_officer else ()
    return Actor(
        kind=ActorKind.OFFICER if posts else ActorKind.CITIZEN,
        id=account_id,
        person_id=person_id,
        name=name,
        duties=tuple(Duty(post.role, post.organization.id) for post in posts),
        is_synthetic=is_synthetic,
    )


def account_of(*, person_id: UUID) -> UUID | None:
    """Find the account through which an officer acts; None if there is none."""
    row = Account.objects.filter(person_id=person_id, is_active=True).first()
    return row.id if row else None


def names_of(*, account_ids: Collection[UUID]) -> dict[UUID, str]:
    """Name the people behind accounts."""
    rows = Account.objects.filter(pk__in=account_ids).select_related("person")
    return {row.id: row.person.full_name for row in rows}


def get_account(*, username: str) -> AccountInfo | None:
    """Find an account by its sign-in name; None if there is none."""
    row = Account.objects.filter(username=username).first()
    return _info(row) if row else None


def needs_second_factor(*, actor: Actor) -> bool:
    """Tell whether an officer must set up a one-time code or a passkey first."""
    if actor.kind is not ActorKind.OFFICER:
        return False
    if not settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR:
        return False
    return not Authenticator.objects.filter(user_id=actor.id).exists()


def _info(row: Account) -> AccountInfo:
    return AccountInfo(
        row.id, row.username, row.person_id, row.is_officer, row.is_active
    )
