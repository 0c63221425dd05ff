"""The ways in which somebody ceases to be who they were. Needs Django set up."""

from collections.abc import Callable, Mapping
from hashlib import sha256

from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session

from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.people.models import PostRow
from tinhso.security import actions
from tinhso.security import queries as security
from tinhso.security.models import AccessToken, CoverRow
from tinhso.security.types import AccountInfo
from torture.access_policy import VISITORS

Comes = Mapping[str, str]


def end(kind: str, who: str, comes: Comes) -> None:
    """End something of a visitor; comes: their cookie and key."""
    username = next(one.account for one in VISITORS if one.name == who)
    account = security.get_account(username=username)
    assert account is not None, who
    KINDS[kind](account, comes)


def _close_account(account: AccountInfo, comes: Comes) -> None:
    actions.close_account(account_id=account.id, actor=SYSTEM, at=clock.now())


def _revoke_key(account: AccountInfo, comes: Comes) -> None:
    digest = sha256(comes["key"].encode()).hexdigest()
    row = AccessToken.objects.get(digest=digest)
    actions.revoke_token(token_id=row.id, actor=SYSTEM, at=clock.now())


def _sign_out(account: AccountInfo, comes: Comes) -> None:
    Session.objects.filter(pk=comes["cookie"]).delete()


def _end_sessions(account: AccountInfo, comes: Comes) -> None:
    actions.end_sessions(account_id=account.id, actor=SYSTEM, at=clock.now())


def _end_post(account: AccountInfo, comes: Comes) -> None:
    today = clock.local(clock.now()).date()
    PostRow.objects.filter(person_id=account.person_id).update(valid_to=today)


def _end_cover(account: AccountInfo, comes: Comes) -> None:
    row = CoverRow.objects.get(substitute_id=account.person_id, ended_at=None)
    actions.end_cover(
        absent_id=row.absent_id,
        substitute_id=account.person_id,
        organization_id=row.organization_id,
        first_day=row.first_day,
        actor=SYSTEM,
        at=clock.now(),
    )


def _lose_factor(account: AccountInfo, comes: Comes) -> None:
    Authenticator.objects.filter(user_id=account.id).delete()


KINDS: Mapping[str, Callable[[AccountInfo, Comes], None]] = {
    "close_account": _close_account,
    "revoke_key": _revoke_key,
    "sign_out": _sign_out,
    "end_sessions": _end_sessions,
    "end_post": _end_post,
    "end_cover": _end_cover,
    "lose_factor": _lose_factor,
}
