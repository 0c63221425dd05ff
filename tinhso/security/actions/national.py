"""Let the account of whoever the national identity vouches for be signed in with."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tinhso.kernel.actor import SYSTEM, Actor
from tinhso.kernel.errors import Invalid
from tinhso.kernel.text import fold
from tinhso.people import actions as people_actions
from tinhso.people import queries as people
from tinhso.people.types import Person
from tinhso.security.actions.accounts import open_account
from tinhso.security.actions.journal import journal
from tinhso.security.models import Account, NationalLinkRow
from tinhso.security.providers import national
from tinhso.security.types import (
    Assurance,
    Begun,
    IdentityAnswerWrong,
    IdentityContradicts,
    NationalIdentityOff,
    SignInFailed,
    Vouched,
)


def begin_national(
    *, back: str, level: Assurance, is_fresh: bool, at: datetime
) -> Begun:
    """Begin a sign-in by the national identity. back: the address to return to.

    :raises NationalIdentityOff: if it is not set up.
    :raises NationalIdentityAway: if it does not answer.
    """
    if not national.is_set_up():
        raise NationalIdentityOff
    return national.begin(back=back, level=level, is_fresh=is_fresh, at=at)


def finish_national(*, code: str, begun: Begun, back: str, at: datetime) -> Vouched:
    """Learn whom the national identity vouches for; the code holds once.

    :raises NationalIdentityOff: if it is not set up.
    :raises NationalIdentityAway: if it does not answer.
    :raises IdentityAnswerWrong: if what came back is not an answer to what was asked.
    """
    if not national.is_set_up():
        raise NationalIdentityOff
    return national.finish(code=code, begun=begun, back=back, at=at)


def note_national_failure(*, why: str, actor: Actor, at: datetime) -> None:
    """Journal that somebody came back and was not admitted, and why."""
    with transaction.atomic():
        journal("vouch_refused", actor.id, actor, at, why=why)


def admit_national(*, vouched: Vouched, is_synthetic: bool, at: datetime) -> UUID:
    """Find, or open, the account of somebody vouched for; answer its id.

    Somebody is the person with the number whose name and birth date are the same. The
    source and day of what was vouched are kept.

    :raises IdentityContradicts: if name or birth date are another's, or the provider
        knew this person by another name, or that name as another person.
    :raises SignInFailed: if the account is closed.
    """
    with transaction.atomic():
        person = _person(vouched, is_synthetic, at)
        account = _account(person, at)
        if not account.is_active:
            raise SignInFailed
        _link(account, vouched, at)
        journal(
            "vouch",
            account.pk,
            SYSTEM,
            at,
            issuer=vouched.issuer,
            assurance=int(vouched.assurance),
        )
    return UUID(str(account.pk))


def _person(vouched: Vouched, is_synthetic: bool, at: datetime) -> Person:
    found = people.find_person(personal_number=vouched.personal_number)
    if found is None:
        return _registered(vouched, is_synthetic, at)
    is_same = fold(found.full_name) == fold(vouched.full_name)
    if not is_same or found.birth_date not in (None, vouched.birth_date):
        raise IdentityContradicts
    return found


def _registered(vouched: Vouched, is_synthetic: bool, at: datetime) -> Person:
    try:
        return people_actions.register_person(
            full_name=vouched.full_name,
            personal_number=vouched.personal_number,
            birth_date=vouched.birth_date,
            phone=vouched.phone,
            is_synthetic=is_synthetic,
            actor=SYSTEM,
            at=at,
        )
    except Invalid as refusal:
        raise IdentityAnswerWrong(f"person: {refusal.code}") from refusal


def _account(person: Person, at: datetime) -> Account:
    known = Account.objects.select_for_update().filter(person_id=person.id).first()
    if known is not None:
        return known
    made = open_account(
        username=f"dinh-danh-{person.id}",
        password=None,
        person_id=person.id,
        is_officer=False,
        actor=SYSTEM,
        at=at,
    )
    return Account.objects.select_for_update().get(pk=made.id)


def _link(account: Account, vouched: Vouched, at: datetime) -> None:
    told = {"issuer": vouched.issuer, "subject": vouched.subject}
    link = (
        NationalLinkRow.objects.select_for_update()
        .filter(account=account, issuer=vouched.issuer)
        .first()
    ) or NationalLinkRow.objects.filter(**told).first()
    if link is None:
        link = NationalLinkRow(account=account, **told, first_seen_at=at)
    if (link.account_id, link.subject) != (account.pk, vouched.subject):
        raise IdentityContradicts
    link.assurance, link.last_seen_at = int(vouched.assurance), at
    link.save()
