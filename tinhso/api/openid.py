"""What systems ask that sign people in through us: OpenID Connect, by the library.

No cookie is read here: who asks shows a secret, a code or a token of its own.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.idp.oidc import views as library
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from tinhso.security import actions
from tinhso.security.types import Access

ROOT = "tai-khoan/openid"
# What is worth something once.
CODES = ("code", "refresh_token", "device_code")
View = Callable[[HttpRequest], Any]


def _answers(view: View, *, is_kept: bool = False) -> View:
    """Open a view to all systems; is_kept: it answers all of them alike."""

    @csrf_exempt
    @wraps(view)
    def inner(request: HttpRequest) -> HttpResponse:
        answer: HttpResponse = view(request)
        if not is_kept:
            answer["Cache-Control"] = "no-store"
        return answer

    inner.access = Access.PUBLIC  # type: ignore[attr-defined]
    return inner


def token(request: HttpRequest) -> HttpResponse:
    """Give a system its tokens for a code; two with the same one take turns."""
    told = (request.POST.get(name, "") for name in CODES)
    with actions.taking_turns(code=" ".join(told)):
        answer: HttpResponse = library.token(request)
    return answer


configuration = _answers(library.configuration, is_kept=True)
keys = _answers(library.jwks, is_kept=True)
urlpatterns = [
    path(f"{ROOT}/token", _answers(token), name="token"),
    path(f"{ROOT}/userinfo", _answers(library.user_info), name="userinfo"),
    path(f"{ROOT}/revoke", _answers(library.revoke), name="revoke"),
    path(f"{ROOT}/introspect", _answers(library.introspect), name="introspect"),
    path(f"{ROOT}/device", _answers(library.device_code), name="device_code"),
    path(".well-known/openid-configuration", configuration, name="configuration"),
    path(".well-known/jwks.json", keys, name="jwks"),
]
