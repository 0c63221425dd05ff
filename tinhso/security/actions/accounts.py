"""Open and close accounts, issue and revoke machines' keys."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Phrase
from tinhso.security.actions.journal import journal
from tinhso.security.actions.sessions import end_all_of
from tinhso.security.models import (
    AccessToken,
    Account,
)
from tinhso.security.providers import factors
from tinhso.security.types import (
    AccountInfo,
    IssuedToken,
    SecondFactorNeeded,
    SignInFailed,
    UsernameTaken,
)

TOKEN_BYTES = 32


def open_account(
    *,
    username: str,
    password: str | None,
    person_id: UUID,
    is_officer: bool,
    actor: Actor,
    at: datetime,
) -> AccountInfo:
    """Open an account for a person; without a password only a passkey signs in.

    :raises UsernameTaken: if another account has the name.
    """
    account = Account(
        username=username, person_id=person_id, is_officer=is_officer, created_at=at
    )
    account.set_password(password)
    try:
        with transaction.atomic():
            account.save()
            journal("open_account", account.id, actor, at)
    except IntegrityError:
        message = Phrase(UsernameTaken.message)
        raise UsernameTaken({"username": [message]}) from None
    return AccountInfo(account.id, username, person_id, is_officer, is_active=True)


def set_password(
    *, account_id: UUID, password: str, actor: Actor, at: datetime
) -> None:
    """Set the password of an account; whoever is signed in with it signs in again."""
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=account_id)
        account.set_password(password)
        account.save(update_fields=["password"])
        ended = end_all_of(account_id, but="", at=at)
        journal("set_password", account_id, actor, at, ended=ended)


def forget_factors(*, account_id: UUID, actor: Actor, at: datetime) -> int:
    """Forget the second factors and passkeys of who lost theirs; say how many.

    Their person has shown who they are; the next sign-in sets up a new one.
    """
    with transaction.atomic():
        count = factors.forget(account_id=account_id)
        ended = end_all_of(account_id, but="", at=at)
        journal("forget_factors", account_id, actor, at, ended=ended)
    return count


def close_account(*, account_id: UUID, actor: Actor, at: datetime) -> None:
    """Close an account; it holds from its next request on."""
    with transaction.atomic():
        Account.objects.filter(pk=account_id).update(is_active=False)
        ended = end_all_of(account_id, but="", at=at)
        journal("close_account", account_id, actor, at, ended=ended)


def issue_token(
    *, account_id: UUID, label: str, valid_for: timedelta, actor: Actor, at: datetime
) -> IssuedToken:
    """Issue a key that lets a machine act through an account; only its hash is kept."""
    secret = secrets.token_urlsafe(TOKEN_BYTES)
    with transaction.atomic():
        token = AccessToken.objects.create(
            account_id=account_id,
            digest=sha256(secret.encode()).hexdigest(),
            label=label,
            created_at=at,
            expires_at=at + valid_for,
        )
        journal("issue_token", account_id, actor, at)
    return IssuedToken(token.id, secret, token.expires_at)


def sign_in_with_password(*, username: str, password: str) -> UUID:
    """Check a name and a password; answer the account.

    :raises SignInFailed: if either is wrong. Both cases take the same time.
    :raises SecondFactorNeeded: for officers, whom a password alone does not let in.
    """
    account = Account.objects.filter(username=username, is_active=True).first()
    if account is None:
        Account().set_password(password)
        raise SignInFailed
    if not account.check_password(password):
        raise SignInFailed
    if account.is_officer and settings.TINHSO_OFFICERS_NEED_SECOND_FACTOR:
        raise SecondFactorNeeded
    return account.id


def revoke_token(*, token_id: UUID, actor: Actor, at: datetime) -> None:
    """End a key; it fails from its next use on."""
    with transaction.atomic():
        AccessToken.objects.filter(pk=token_id, revoked_at=None).update(revoked_at=at)
        journal("revoke_token", token_id, actor, at)
