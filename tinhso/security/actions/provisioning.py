"""Keep officers' accounts from outside: open, change, lock, remove (SCIM 2.0).

What a personnel system says holds from the next request on: a post that is taken away,
an account that is locked.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import local
from tinhso.kernel.errors import NotAllowed, Phrase
from tinhso.people import actions as people_actions
from tinhso.people import queries as people
from tinhso.people.types import Post, Role
from tinhso.security.actions.accounts import open_account
from tinhso.security.actions.journal import journal
from tinhso.security.actions.sessions import end_all_of
from tinhso.security.models import Account, ProvisionRow
from tinhso.security.queries.provisioning import kept, officer_of
from tinhso.security.rules.policies import allows
from tinhso.security.types import (
    Deed,
    OfficerUnknown,
    Posting,
    PostingWrong,
    Provisioned,
    UsernameTaken,
)


def provision_officer(
    *,
    username: str,
    full_name: str,
    is_active: bool,
    external_id: str,
    postings: Sequence[Posting],
    actor: Actor,
    at: datetime,
) -> Provisioned:
    """Open an account for an officer, without a password, and appoint them.

    :raises NotAllowed: if the actor does not keep accounts.
    :raises UsernameTaken: if another account has the name.
    :raises PostingWrong: if a post cannot be; Invalid: if the name cannot.
    """
    _require(actor)
    with transaction.atomic():
        person = people_actions.register_person(
            full_name=full_name, is_synthetic=actor.is_synthetic, actor=actor, at=at
        )
        made = open_account(
            username=username,
            password=None,
            person_id=person.id,
            is_officer=True,
            actor=actor,
            at=at,
        )
        row = Account.objects.select_related("person").get(pk=made.id)
        ProvisionRow.objects.create(account=row, external_id=external_id, changed_at=at)
        _appoint(row, postings, actor, at)
        _let_in(row, is_active, actor, at)
        journal("provision", row.pk, actor, at, external_id=external_id)
    return _fresh(row, at)


def change_officer(
    *,
    account_id: UUID,
    username: str,
    full_name: str,
    is_active: bool,
    external_id: str,
    postings: Sequence[Posting],
    actor: Actor,
    at: datetime,
) -> Provisioned:
    """Bring an account to what a personnel system says of it now.

    :raises NotAllowed: if the actor does not keep accounts.
    :raises OfficerUnknown: if there is none, or it was removed.
    :raises UsernameTaken: if another account has the name.
    :raises PostingWrong: if a post cannot be; Invalid: if the name cannot.
    """
    _require(actor)
    with transaction.atomic():
        row = _lock(account_id)
        _rename(row, username)
        if full_name != row.person.full_name:
            people_actions.rename_person(
                person_id=row.person_id, full_name=full_name, actor=actor, at=at
            )
        ProvisionRow.objects.update_or_create(
            account=row, defaults={"external_id": external_id, "changed_at": at}
        )
        _appoint(row, postings, actor, at)
        _let_in(row, is_active, actor, at)
        journal("reprovision", row.pk, actor, at, external_id=external_id)
    return _fresh(row, at)


def remove_officer(*, account_id: UUID, actor: Actor, at: datetime) -> None:
    """Lock an account for good and end its posts; what it did stays in the journal.

    :raises NotAllowed: if the actor does not keep accounts.
    :raises OfficerUnknown: if there is none, or it was removed before.
    """
    _require(actor)
    with transaction.atomic():
        row = _lock(account_id)
        _appoint(row, (), actor, at)
        _let_in(row, False, actor, at)
        ProvisionRow.objects.update_or_create(
            account=row, defaults={"changed_at": at, "removed_at": at}
        )
        journal("deprovision", row.pk, actor, at)


def _require(actor: Actor) -> None:
    if not allows(actor, Deed.KEEP_ACCOUNTS, None):
        raise NotAllowed


def _lock(account_id: UUID) -> Account:
    rows = kept().select_for_update(of=("self",))
    row = rows.filter(pk=account_id).first()
    if row is None:
        raise OfficerUnknown
    return row


def _fresh(row: Account, at: datetime) -> Provisioned:
    return officer_of(row=kept().get(pk=row.pk), at=at)


def _rename(row: Account, username: str) -> None:
    others = Account.objects.exclude(pk=row.pk).filter(username=username)
    if others.exists() or not username:
        raise UsernameTaken({"username": [Phrase(UsernameTaken.message)]})
    Account.objects.filter(pk=row.pk).update(username=username)


def _let_in(row: Account, is_active: bool, actor: Actor, at: datetime) -> None:
    if row.is_active == is_active:
        return
    Account.objects.filter(pk=row.pk).update(is_active=is_active)
    ended = 0 if is_active else end_all_of(row.pk, but="", at=at)
    deed = "open_again" if is_active else "close_account"
    journal(deed, row.pk, actor, at, ended=ended)


def _appoint(
    row: Account, postings: Sequence[Posting], actor: Actor, at: datetime
) -> None:
    """End the posts that are not among those wanted, and begin those that are new."""
    on, wanted = local(at).date(), set(postings)
    for post in people.posts_of(person_id=row.person_id, on=on):
        if _posting(post) in wanted:
            wanted.discard(_posting(post))
        else:
            people_actions.end_post(post_id=post.id, on=on, actor=actor, at=at)
    for one in sorted(wanted, key=lambda one: (one.organization, one.role)):
        people_actions.appoint(
            person_id=row.person_id,
            organization_id=_organization(one, at),
            role=_role(one),
            title=one.title,
            on=on,
            actor=actor,
            at=at,
        )


def _posting(post: Post) -> Posting:
    return Posting(post.organization.key, post.role.value, post.title)


def _organization(one: Posting, at: datetime) -> UUID:
    found = people.organizations_by_key(keys=[one.organization], on=local(at).date())
    if one.organization not in found:
        raise PostingWrong({"organization": [Phrase(PostingWrong.message)]})
    return found[one.organization].id


def _role(one: Posting) -> Role:
    if one.role not in set(Role):
        raise PostingWrong({"role": [Phrase(PostingWrong.message)]})
    return Role(one.role)
