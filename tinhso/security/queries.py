"""Who is acting, and what they may do."""

from datetime import datetime
from hashlib import sha256
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.conf import settings

from tinhso.kernel.actor import ANONYMOUS, Actor, ActorKind, Duty, Thing
from tinhso.kernel.clock import local
from tinhso.kernel.errors import NotAllowed
from tinhso.people import queries as people
from tinhso.security.models import AccessToken, Account
from tinhso.security.rules import DESK, allows
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


def admits(*, actor: Actor, access: Access) -> bool:
    """Tell whether an actor may come through an address with this access."""
    return _admits(actor, access)


def actor_of(*, account_id: UUID, at: datetime) -> Actor:
    """Say who acts through an account at a moment: its person and their posts.

    Answers the anonymous actor if the account is unknown or closed.
    """
    account = Account.objects.select_related("person").filter(pk=account_id).first()
    return _actor(account, at) if account else ANONYMOUS


def _actor(account: Account, at: datetime) -> Actor:
    if not account.is_active:
        return ANONYMOUS
    posts = (
        people.posts_of(person_id=account.person_id, on=local(at).date())
        if account.is_officer
        else ()
    )
    return Actor(
        kind=ActorKind.OFFICER if posts else ActorKind.CITIZEN,
        id=account.id,
        person_id=account.person_id,
        name=account.person.full_name,
        duties=tuple(Duty(post.role, post.organization.id) for post in posts),
        is_synthetic=account.person.is_synthetic,
    )


def actor_of_token(*, secret: str, at: datetime) -> Actor:
    """Say who acts through a machine's key; anonymous if it is wrong or over."""
    digest = sha256(secret.encode()).hexdigest()
    token = (
        AccessToken.objects.select_related("account__person")
        .filter(digest=digest, revoked_at=None, expires_at__gt=at)
        .first()
    )
    return _actor(token.account, at) if token else ANONYMOUS


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
