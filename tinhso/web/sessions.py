"""Sessions end: after long silence, after a working day, and when people end them.

Each stands in a list that its person sees; how it begins and ends is journaled.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext

from tinhso.kernel import clock
from tinhso.security import actions as security
from tinhso.security import queries
from tinhso.web.policy import ACCOUNT
from tinhso.web.ui import devices

BEGUN, SEEN = "begun", "seen"
SHARED = "no-cache"  # the service worker, its page, the manifest
# A session is written that often at most, so that reading pages writes nothing.
WRITTEN_EVERY = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _Before:
    """Who was signed in when a request came; proof: only where it may change."""

    account_id: UUID
    key: str
    path: str
    proof: str


def end_old_sessions(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Sign out who has been away too long, or signed in too long ago."""

    def middleware(request: HttpRequest) -> HttpResponse:
        now = clock.now()
        # Without a cookie there is none, and nobody need ask the database for it.
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        before = _before(request, now) if has_session else None
        response = get_response(request)
        if before is not None:
            _look_after(request, response, before, now)
        # What the browser keeps for everybody knows nobody.
        if response.get("Cache-Control") != SHARED and (
            has_session or request.session.modified
        ):
            _note(request, now)
        return response

    return middleware


def _before(request: HttpRequest, now: datetime) -> _Before | None:
    session = request.session
    if SESSION_KEY not in session:
        return None
    account_id, key = UUID(session[SESSION_KEY]), session.session_key or ""
    if why := _over(session, now):
        security.note_sign_out(account_id=account_id, key=key, why=why, at=now)
        logout(request)
        return None
    may_change = request.method == "POST" and request.path.startswith(ACCOUNT)
    proof = queries.proof_of(account_id=account_id) if may_change else ""
    return _Before(account_id, key, request.path, proof)


def _over(session: SessionBase, now: datetime) -> str:
    """Tell why a session is over; empty while it is not."""
    begun, seen = _moment(session, BEGUN), _moment(session, SEEN)
    if begun is None or seen is None:
        return ""
    if now - seen > settings.TINHSO_SESSION_SILENCE:
        return "silence"
    return "length" if now - begun > settings.TINHSO_SESSION_LENGTH else ""


def _look_after(
    request: HttpRequest, response: HttpResponse, before: _Before, now: datetime
) -> None:
    """See whether the request ended the session, or changed how people sign in."""
    if SESSION_KEY not in request.session:
        is_asked = before.path == reverse("account_logout")
        security.note_sign_out(
            account_id=before.account_id,
            key=before.key,
            why="asked" if is_asked else "ended",
            at=now,
        )
        # What the browser kept of the pages goes, too.
        response.headers.setdefault("Clear-Site-Data", '"cache"')
    elif before.proof and before.proof != queries.proof_of(
        account_id=before.account_id
    ):
        _end_others(request, before, now)


def _end_others(request: HttpRequest, before: _Before, now: datetime) -> None:
    ended = security.note_new_proof(
        account_id=before.account_id,
        was=before.key,
        key=request.session.session_key or "",
        at=now,
    )
    if ended:
        messages.info(request, gettext("Mọi nơi đăng nhập khác đã được đăng xuất."))


def _note(request: HttpRequest, now: datetime) -> None:
    session = request.session
    if SESSION_KEY not in session:
        return
    account_id, seen = UUID(session[SESSION_KEY]), _moment(session, SEEN)
    if seen is None:
        # Just signed in, by whatever means.
        security.note_sign_in(account_id=account_id, by=_shown(session), at=now)
        session[BEGUN] = now.isoformat()
    if seen is None or now - seen > WRITTEN_EVERY:
        session[SEEN] = now.isoformat()
        _note_session(request, account_id, now)


def _note_session(request: HttpRequest, account_id: UUID, now: datetime) -> None:
    session, agent = request.session, request.headers.get("User-Agent", "")
    security.note_session(
        key=session.session_key or "",
        account_id=account_id,
        browser=devices.browser_of(agent),
        system=devices.system_of(agent),
        begun_at=_moment(session, BEGUN) or now,
        at=now,
    )


def _shown(session: SessionBase) -> list[str]:
    """List what somebody signed in with: a password, a code, a passkey."""
    records = session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    return [str(one.get("type") or one["method"]) for one in records]


def _moment(session: SessionBase, name: str) -> datetime | None:
    text = session.get(name)
    return datetime.fromisoformat(text) if isinstance(text, str) else None
