"""Sessions end: after long silence, and after a working day however busy."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse

from tinhso.kernel import clock
from tinhso.security import actions as security

BEGUN, SEEN = "begun", "seen"
SHARED = "no-cache"  # the service worker, its page, the manifest
# A session is written that often at most, so that reading pages writes nothing.
WRITTEN_EVERY = timedelta(minutes=5)


def end_old_sessions(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Sign out who has been away too long, or signed in too long ago."""

    def middleware(request: HttpRequest) -> HttpResponse:
        now = clock.now()
        # Without a cookie there is none, and nobody need ask the database for it.
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES
        if has_session and _is_over(request.session, now):
            logout(request)
        response = get_response(request)
        # What the browser keeps for everybody knows nobody.
        if SHARED not in response.get("Cache-Control", "") and (
            has_session or request.session.modified
        ):
            _note(request.session, now)
        return response

    return middleware


def _is_over(session: SessionBase, now: datetime) -> bool:
    begun, seen = _moment(session, BEGUN), _moment(session, SEEN)
    if begun is None or seen is None:
        return False
    is_silent = now - seen > settings.TINHSO_SESSION_SILENCE
    return is_silent or now - begun > settings.TINHSO_SESSION_LENGTH


def _note(session: SessionBase, now: datetime) -> None:
    if SESSION_KEY not in session:
        return
    seen = _moment(session, SEEN)
    if seen is None:
        # Just signed in, by whatever means.
        security.note_sign_in(account_id=UUID(session[SESSION_KEY]), at=now)
        session[BEGUN] = now.isoformat()
    if seen is None or now - seen > WRITTEN_EVERY:
        session[SEEN] = now.isoformat()


def _moment(session: SessionBase, name: str) -> datetime | None:
    text = session.get(name)
    return datetime.fromisoformat(text) if isinstance(text, str) else None
