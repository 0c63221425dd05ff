"""Read officers' accounts as a personnel system keeps them."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import local
from tinhso.kernel.errors import NotAllowed
from tinhso.people import queries as people
from tinhso.security.models import Account
from tinhso.security.rules.policies import allows
from tinhso.security.types import Deed, OfficerUnknown, Posting, Provisioned


def officers_kept(*, actor: Actor, at: datetime) -> tuple[Provisioned, ...]:
    """List the accounts of officers that were not removed, by username.

    :raises NotAllowed: if the actor does not keep accounts.
    """
    _require(actor)
    return tuple(officer_of(row=row, at=at) for row in kept().order_by("username"))


def officer_kept(*, account_id: UUID, actor: Actor, at: datetime) -> Provisioned:
    """Find the account of an officer.

    :raises NotAllowed: if the actor does not keep accounts.
    :raises OfficerUnknown: if there is none, or it was removed.
    """
    _require(actor)
    row = kept().filter(pk=account_id).first()
    if row is None:
        raise OfficerUnknown
    return officer_of(row=row, at=at)


def kept() -> QuerySet[Account]:
    """Ask for the accounts of officers that were not removed."""
    rows = Account.objects.select_related("person", "provisionrow")
    return rows.filter(is_officer=True).exclude(provisionrow__removed_at__isnull=False)


def officer_of(*, row: Account, at: datetime) -> Provisioned:
    """Hand out an account; posts are those of the day."""
    known = getattr(row, "provisionrow", None)
    posts = people.posts_of(person_id=row.person_id, on=local(at).date())
    return Provisioned(
        id=row.pk,
        username=row.username,
        full_name=row.person.full_name,
        is_active=row.is_active,
        external_id=known.external_id if known else "",
        postings=tuple(
            Posting(one.organization.key, one.role.value, one.title) for one in posts
        ),
        created_at=row.created_at,
        changed_at=known.changed_at if known else row.created_at,
    )


def _require(actor: Actor) -> None:
    if not allows(actor, Deed.KEEP_ACCOUNTS, None):
        raise NotAllowed
