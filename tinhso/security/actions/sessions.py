"""Note where people are signed in, end it, and journal both."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from tinhso.kernel.actor import Actor
from tinhso.security.actions.journal import journal
from tinhso.security.models import AccessToken, SessionRow
from tinhso.security.providers import sessions
from tinhso.security.queries import actor_of
from tinhso.security.types import SIGN_IN_LABEL, SessionUnknown


def note_sign_in(*, account_id: UUID, by: Sequence[str], at: datetime) -> None:
    """Journal that somebody signed in; what did not succeed stands in the log.

    by: `password`, `totp`, `webauthn`, `recovery_codes`, in the order they were shown.
    """
    journal("sign_in", account_id, actor_of(account_id=account_id, at=at), at, by=[*by])


def note_sign_out(*, account_id: UUID, key: str, why: str, at: datetime) -> None:
    """Journal that a session ended; key: of the session.

    why: `asked`, `silence`, `length`, or `ended` where its account signs in no more.
    """
    with transaction.atomic():
        SessionRow.objects.filter(key=key).delete()
        actor = actor_of(account_id=account_id, at=at)
        journal("sign_out", account_id, actor, at, why=why)


def note_session(
    *,
    key: str,
    account_id: UUID,
    browser: str,
    system: str,
    begun_at: datetime,
    at: datetime,
) -> None:
    """Note where somebody is signed in, so that they can see and end it."""
    SessionRow.objects.update_or_create(
        key=key,
        defaults={
            "account_id": account_id,
            "browser": browser,
            "system": system,
            "begun_at": begun_at,
            "seen_at": at,
        },
    )


def end_session(*, session_id: UUID, actor: Actor, at: datetime) -> None:
    """End one of one's own sessions, or a key of a machine that acts for oneself.

    :raises SessionUnknown: if there is none, or it is somebody else's.
    """
    if actor.id is None:
        raise SessionUnknown
    with transaction.atomic():
        own = SessionRow.objects.filter(account_id=actor.id, pk=session_id)
        keys = AccessToken.objects.filter(
            account_id=actor.id, pk=session_id, revoked_at=None
        )
        rows = list(own.select_for_update())
        if not rows and not keys.update(revoked_at=at):
            raise SessionUnknown
        _end(rows)
        journal("end_session", actor.id, actor, at, count=1)


def end_sessions(*, account_id: UUID, but: str = "", actor: Actor, at: datetime) -> int:
    """End the sessions of an account, and its keys that were got for a password.

    but: the key of a session that goes on. Answers how many ended.
    """
    with transaction.atomic():
        count = end_all_of(account_id, but=but, at=at)
        journal("end_session", account_id, actor, at, count=count)
    return count


def end_everybodys_sessions(*, actor: Actor, at: datetime) -> int:
    """End all sessions there are; everybody signs in again. Answers how many ended."""
    with transaction.atomic():
        count = sessions.end_all()
        SessionRow.objects.all().delete()
        count += _sign_in_keys(at).update(revoked_at=at)
        journal("end_session", None, actor, at, count=count)
    return count


def note_new_proof(*, account_id: UUID, was: str, key: str, at: datetime) -> int:
    """Journal that somebody changed how they sign in; it ends their other sessions.

    was, key: of the session they did it in, before and now, since a new password brings
    a new one. Answers how many others ended.
    """
    with transaction.atomic():
        SessionRow.objects.filter(key=was).update(key=key)
        count = end_all_of(account_id, but=key, at=at)
        actor = actor_of(account_id=account_id, at=at)
        journal("change_proof", account_id, actor, at, ended=count)
    return count


def forget_sessions(*, at: datetime) -> int:
    """End the sessions that fell silent, delete what has run out; say how many."""
    silent = list(
        SessionRow.objects.filter(seen_at__lt=at - settings.TINHSO_SESSION_SILENCE)
    )
    for row in silent:
        note_sign_out(account_id=row.account_id, key=row.key, why="silence", at=at)
    sessions.end(keys=[row.key for row in silent])
    noted = frozenset(SessionRow.objects.values_list("key", flat=True))
    gone = noted - sessions.alive(keys=noted, at=at)
    SessionRow.objects.filter(key__in=gone).delete()
    return len(silent) + sessions.forget(at=at)


def end_all_of(account_id: UUID, *, but: str, at: datetime) -> int:
    """End what somebody is signed in with, within a larger act; say how many."""
    rows = SessionRow.objects.filter(account_id=account_id).exclude(key=but)
    ended = list(rows.select_for_update())
    _end(ended)
    revoked = _sign_in_keys(at).filter(account_id=account_id).update(revoked_at=at)
    return len(ended) + revoked


def _sign_in_keys(at: datetime) -> QuerySet[AccessToken]:
    valid = AccessToken.objects.filter(revoked_at=None, expires_at__gt=at)
    return valid.filter(label=SIGN_IN_LABEL)


def _end(rows: Collection[SessionRow]) -> None:
    sessions.end(keys=[row.key for row in rows])
    SessionRow.objects.filter(pk__in=[row.pk for row in rows]).delete()
