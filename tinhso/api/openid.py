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
View = Callable[[HttpRequest], HttpResponse]


def for_systems(*, is_kept: bool) -> Callable[[View], View]:
    """Declare what systems may ask; is_kept: the answer is the same for all."""

    def declare(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def inner(request: HttpRequest) -> HttpResponse:
            answer = view(request)
            if not is_kept:
                answer["Cache-Control"] = "no-store"
            return answer

        inner.access = Access.PUBLIC  # type: ignore[attr-defined]
        return inner

    return declare


def _of_library(view: Callable[[HttpRequest], Any], *, is_kept: bool = False) -> View:
    def ask(request: HttpRequest) -> HttpResponse:
        answer: HttpResponse = view(request)
        return answer

    return for_systems(is_kept=is_kept)(ask)


@for_systems(is_kept=False)
def token(request: HttpRequest) -> HttpResponse:
    """Give a system its tokens for a code; two with the same one take turns."""
    code = request.POST.get("code") or request.POST.get("refresh_token") or ""
    with actions.taking_turns(code=code):
        answer: HttpResponse = library.token(request)
    return answer


configuration = _of_library(library.configuration, is_kept=True)
keys = _of_library(library.jwks, is_kept=True)
urlpatterns = [
    path(f"{ROOT}/token", token, name="token"),
    path(f"{ROOT}/userinfo", _of_library(library.user_info), name="userinfo"),
    path(f"{ROOT}/revoke", _of_library(library.revoke), name="revoke"),
    path(f"{ROOT}/introspect", _of_library(library.introspect), name="introspect"),
    path(f"{ROOT}/device", _of_library(library.device_code), name="device_code"),
    path(".well-known/openid-configuration", configuration, name="configuration"),
    path(".well-known/jwks.json", keys, name="jwks"),
]
