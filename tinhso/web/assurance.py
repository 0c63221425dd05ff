"""How sure a session is of somebody, and how it becomes surer.

The sign-in library keeps which proofs were shown in a session, and when; what the
national identity vouched for is kept beside them.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import urlencode

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from tinhso.kernel import clock
from tinhso.kernel.http import SAFE
from tinhso.security import queries as security
from tinhso.security.types import Assurance

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
NATIONAL = "national"
# What is shown with something one has, or is; a password is only known.
STRONG = frozenset({"totp", "webauthn", "recovery_codes"})


def assurance_of(request: HttpRequest, *, since: datetime | None = None) -> Assurance:
    """Tell how sure the session is, by what was shown since a moment, or ever."""
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    shown = [one for one in records if since is None or _at(one) >= since]
    return max(map(_assurance, shown), default=Assurance.NONE)


def _assurance(record: dict[str, Any]) -> Assurance:
    if record["method"] == NATIONAL:
        return Assurance(record["assurance"])
    is_strong = record.get("type") in STRONG
    return Assurance.SUBSTANTIAL if is_strong else Assurance.LOW


def _at(record: dict[str, Any]) -> datetime:
    return datetime.fromtimestamp(record["at"], UTC)


def assured(*, within: timedelta | None = None) -> Callable[[View], View]:
    """Ask whoever is less sure than a second factor to prove themselves before a deed.

    within: how long ago at most. Reading the page of the deed asks for nothing. Only
    where the national identity is set up: elsewhere many could not, and what they may
    do is kept by other means.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, **given: Any) -> HttpResponseBase:
            since = clock.now() - within if within else None
            is_sure = assurance_of(request, since=since) >= Assurance.SUBSTANTIAL
            is_read = request.method in SAFE
            if is_read or is_sure or not security.has_national_identity():
                return view(request, **given)
            # What was sent is not kept: it is sent again, knowing who sends it.
            return redirect(step_up_address(request))

        return inner  # type: ignore[return-value]

    return declare


def step_up_address(request: HttpRequest) -> str:
    """Name the page on which somebody proves themselves, and comes back from."""
    back = request.headers.get("Referer", "")
    return f"{reverse('step_up')}?{urlencode({'next': back})}"
