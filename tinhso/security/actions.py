"""Open and close accounts, issue and revoke machines' keys, arrange covers."""

import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from hashlib import sha256
from math import ceil
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.clock import local
from tinhso.kernel.errors import NotAllowed, Phrase, TooManyCalls
from tinhso.kernel.text import clean
from tinhso.security.models import (
    AccessToken,
    Account,
    AnsweredCall,
    CallCount,
    CoverRow,
)
from tinhso.security.providers import factors
from tinhso.security.queries import actor_of, cover_of, coverable_posts, require
from tinhso.security.types import (
    Absence,
    AccountInfo,
    AlreadyCovered,
    CallAnswer,
    Cover,
    CoverDaysWrong,
    CoverReasonMissing,
    CoverUnknown,
    Deed,
    IssuedToken,
    KeyUsedForOther,
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
            _audit("open_account", account.id, actor, at)
    except IntegrityError:
        message = Phrase(UsernameTaken.message)
        raise UsernameTaken({"username": [message]}) from None
    return AccountInfo(account.id, username, person_id, is_officer, is_active=True)


def set_password(
    *, account_id: UUID, password: str, actor: Actor, at: datetime
) -> None:
    """Set the password of an account."""
    with transaction.atomic():
        account = Account.objects.select_for_update().get(pk=account_id)
        account.set_password(password)
        account.save(update_fields=["password"])
        _audit("set_password", account_id, actor, at)


def forget_factors(*, account_id: UUID, actor: Actor, at: datetime) -> int:
    """Forget the second factors and passkeys of who lost theirs; say how many.

    Their person has shown who they are; the next sign-in sets up a new one.
    """
    with transaction.atomic():
        count = factors.forget(account_id=account_id)
        _audit("forget_factors", account_id, actor, at)
    return count


def close_account(*, account_id: UUID, actor: Actor, at: datetime) -> None:
    """Close an account; it holds from its next request on."""
    with transaction.atomic():
        Account.objects.filter(pk=account_id).update(is_active=False)
        _audit("close_account", account_id, actor, at)


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
        _audit("issue_token", account_id, actor, at)
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


def note_sign_in(*, account_id: UUID, at: datetime) -> None:
    """Journal that somebody signed in; what did not succeed stands in the log."""
    _audit("sign_in", account_id, actor_of(account_id=account_id, at=at), at)


def revoke_token(*, token_id: UUID, actor: Actor, at: datetime) -> None:
    """End a key; it fails from its next use on."""
    with transaction.atomic():
        AccessToken.objects.filter(pk=token_id, revoked_at=None).update(revoked_at=at)
        _audit("revoke_token", token_id, actor, at)


LONGEST_COVER = timedelta(days=366)


def arrange_cover(
    *,
    absent_id: UUID,
    substitute_id: UUID,
    organization_id: UUID,
    first_day: date,
    last_day: date,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Cover:
    """Let a colleague do all duties of an absent officer at an organization.

    Both days are included. The substitute acts under their own name; the timeline of a
    dossier says for whom. Who stands in for a leader signs as themselves (NĐ 30/2020
    Đ13), hence must be a leader, too.

    :raises NotAllowed: if the actor is neither the absent officer nor their head.
    :raises CoverDaysWrong, CoverReasonMissing: what is wrong with what was said.
    :raises CoverImpossible: if the substitute may not do it.
    :raises AlreadyCovered: if somebody else does, on one of these days.
    """
    require(
        actor=actor,
        deed=Deed.ARRANGE_COVER,
        thing=Absence(absent_id, organization_id),
    )
    _refuse_days(first_day, last_day, local(at).date())
    if not reason.strip():
        raise CoverReasonMissing({"reason": [CoverReasonMissing.message]})
    posts = coverable_posts(
        absent_id=absent_id,
        substitute_id=substitute_id,
        organization_id=organization_id,
        on=first_day,
    )
    rows = [
        CoverRow(
            absent_id=absent_id,
            substitute_id=substitute_id,
            organization_id=organization_id,
            role=post.role.value,
            first_day=first_day,
            last_day=last_day,
            reason=clean(reason)[:200],
            arranged_by=actor.name,
            arranged_at=at,
        )
        for post in posts
    ]
    try:
        with transaction.atomic():
            CoverRow.objects.bulk_create(rows)
            _audit_cover("arrange_cover", rows, actor, at)
    except IntegrityError:
        raise AlreadyCovered({"first_day": [AlreadyCovered.message]}) from None
    return cover_of(rows=rows)


def end_cover(
    *,
    absent_id: UUID,
    substitute_id: UUID,
    organization_id: UUID,
    first_day: date,
    actor: Actor,
    at: datetime,
) -> None:
    """End a cover before its last day; it ends with the substitute's next request.

    :raises NotAllowed: if the actor is neither the absent officer nor their head.
    :raises CoverUnknown: if there is none.
    """
    require(
        actor=actor,
        deed=Deed.ARRANGE_COVER,
        thing=Absence(absent_id, organization_id),
    )
    with transaction.atomic():
        rows = list(
            CoverRow.objects.select_for_update().filter(
                absent_id=absent_id,
                substitute_id=substitute_id,
                organization_id=organization_id,
                first_day=first_day,
                ended_at=None,
            )
        )
        if not rows:
            raise CoverUnknown
        CoverRow.objects.filter(pk__in=[row.id for row in rows]).update(ended_at=at)
        _audit_cover("end_cover", rows, actor, at)


def _refuse_days(first_day: date, last_day: date, today: date) -> None:
    if not today <= first_day <= last_day <= first_day + LONGEST_COVER:
        raise CoverDaysWrong({"first_day": [CoverDaysWrong.message]})


def _audit_cover(
    deed: str, rows: Sequence[CoverRow], actor: Actor, at: datetime
) -> None:
    first = rows[0]
    audit.write(
        f"security.{deed}",
        subject="security.Cover",
        subject_id=first.id,
        actor=actor,
        at=at,
        details={
            "absent": str(first.absent_id),
            "substitute": str(first.substitute_id),
            "organization": str(first.organization_id),
            "roles": [row.role for row in rows],
            "first_day": first.first_day.isoformat(),
            "last_day": first.last_day.isoformat(),
        },
    )


def _audit(deed: str, subject_id: UUID, actor: Actor, at: datetime) -> None:
    audit.write(
        f"security.{deed}",
        subject="security.Account",
        subject_id=subject_id,
        actor=actor,
        at=at,
    )


# How long a repeated call gets the first one's answer.
ANSWERS_KEPT = timedelta(days=3)


def answer_once(
    *,
    key: str,
    digest: str,
    perform: Callable[[], CallAnswer],
    actor: Actor,
    at: datetime,
) -> CallAnswer:
    """Perform a call that bears a key; answer its repetitions as the first time.

    A call that comes while the first is under way waits for it. What is refused has no
    effect and is not kept: the same key may try again.

    :raises KeyUsedForOther: if the key came with another call.
    :raises NotAllowed: if nobody is known to call.
    """
    if actor.id is None:
        raise NotAllowed
    with transaction.atomic():
        row, is_first = AnsweredCall.objects.get_or_create(
            account_id=actor.id,
            key=key,
            defaults={"digest": digest, "at": at},
        )
        if is_first:
            answer = perform()
            row.status, row.body = answer.status, answer.body
            row.save(update_fields=["status", "body"])
    if row.digest != digest:
        message = Phrase(KeyUsedForOther.message)
        raise KeyUsedForOther({"idempotency_key": [message]})
    assert row.status is not None  # noqa: S101 - both were committed together
    return CallAnswer(row.status, row.body)


# One statement, so that nobody slips through between asking and counting.
COUNT = f"""
INSERT INTO {CallCount._meta.db_table} AS known (key, count, ends_at)
VALUES (%(key)s, 1, %(ends_at)s)
ON CONFLICT (key) DO UPDATE SET
    count = CASE WHEN known.ends_at <= %(at)s THEN 1 ELSE known.count + 1 END,
    ends_at = CASE WHEN known.ends_at <= %(at)s
        THEN excluded.ends_at ELSE known.ends_at END
RETURNING count, ends_at
"""  # noqa: S608 - the name is our own


def count_call(
    *, what: str, who: str, most: int, window: timedelta, at: datetime
) -> None:
    """Count that somebody does something, however many servers there are.

    who: an address or an id; only a digest of it is kept.

    :raises TooManyCalls: beyond `most` within a window that begins with the first.
    """
    key = sha256(f"{what}:{who}:{settings.SECRET_KEY}".encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {"key": key, "at": at, "ends_at": at + window})
        count, ends_at = cursor.fetchone()
    if count > most:
        raise TooManyCalls(seconds=max(1, ceil((ends_at - at).total_seconds())))


def forget_counts(*, at: datetime) -> int:
    """Delete the counts whose window is over; say how many."""
    deleted, _ = CallCount.objects.filter(ends_at__lt=at).delete()
    return deleted


def forget_answers(*, at: datetime) -> int:
    """Delete the answers kept for repetitions that are old; say how many."""
    deleted, _ = AnsweredCall.objects.filter(at__lt=at - ANSWERS_KEPT).delete()
    return deleted
