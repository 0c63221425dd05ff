"""Sign people in to systems of others: ask them, remember it, let them take it back.

The protocol is the library's (OpenID Connect). Here stand the pages people see, and
what is asked before the library is; what systems themselves ask is in `api/openid.py`.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from allauth.idp.oidc import views as library
from allauth.idp.oidc.internal.oauthlib import device_codes
from allauth.idp.oidc.internal.oauthlib.utils import respond_html_error
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.response import TemplateResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)
from oauthlib.oauth2 import OAuth2Error

from tinhso.kernel import clock
from tinhso.security import actions
from tinhso.security import queries as security
from tinhso.security.types import Access, ClientUnknown
from tinhso.web import identity
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import consents as ui

READ_WRITE = ["GET", "HEAD", "POST"]


class Authorization(library.AuthorizationView):  # type: ignore[misc]
    """Ask somebody whether a client may know of them; once, then it is remembered."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show what would be told, or send people on who have agreed to it before."""
        if request.user.is_authenticated:
            try:
                address = identity.weakness(request)
            except OAuth2Error as error:
                return _wrongly_asked(respond_html_error(request, error=error))
            if address is not None:
                return _sent_to(request, address)
        answer = super().get(request, *args, **kwargs)
        if "Location" in answer or isinstance(answer, TemplateResponse):
            return _leave(request, answer)
        return _wrongly_asked(answer)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take the answer, and send people back with it."""
        return _leave(request, super().post(request, *args, **kwargs))

    def form_valid(self, form: Any) -> HttpResponse:
        """Remember what was agreed to, before the library makes the code."""
        if "request" in self.request.POST:
            actions.grant(
                key=self._request_info["client_id"],
                scopes=form.cleaned_data["scopes"],
                actor=actor_of(self.request),
                at=clock.now(),
            )
        answer: HttpResponse = super().form_valid(form)
        return answer

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Put the very values on the page, so that people see what they hand over."""
        actor = actor_of(self.request)
        about = security.would_tell(
            actor=actor, scopes=self._scopes, on=clock.local(clock.now()).date()
        )
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "client": security.get_client(key=self._request_info["client_id"]),
            "asked": ui.asked(about),
            "signed": context["form"]["request"].value(),
            "who": actor.name,
            "leads_to": ui.host(self._request_info["redirect_uri"]),
        }


_authorization = Authorization.as_view()


@guarded(Access.PUBLIC)
@require_http_methods(READ_WRITE)
def authorize(request: HttpRequest) -> HttpResponseBase:
    """Ask somebody whether a client may know of them."""
    return _without_factor(request) or _asked(_authorization, request)


@guarded(Access.SIGNED_IN)
@require_http_methods(READ_WRITE)
def device(request: HttpRequest) -> HttpResponseBase:
    """Let somebody sign in to what has no keyboard, by a code it shows."""
    if refused := _without_factor(request):
        return refused
    client = None
    if request.POST.get("action") == "confirm":
        client = _client_of(request.GET.get("code", ""))
    answer = _asked(library.device_authorization, request)
    if client is not None:
        actor = actor_of(request)
        actions.grant(key=client.key, scopes=client.scopes, actor=actor, at=clock.now())
    return answer


def _without_factor(request: HttpRequest) -> HttpResponse | None:
    """Send officers first to where they add what a password alone does not prove."""
    if not security.needs_second_factor(actor=actor_of(request)):
        return None
    messages.warning(
        request,
        gettext(
            "Cán bộ cần khóa truy cập hoặc mã một lần trước khi vào hệ thống khác."
        ),
    )
    return redirect("mfa_index")


def _client_of(code: str) -> Any:
    try:
        _, kept = device_codes.validate_user_code(code)
        return security.get_client(key=kept.pk)
    except (ValidationError, ClientUnknown):
        return None


@guarded(Access.PUBLIC)
@require_http_methods(READ_WRITE)
def leave(request: HttpRequest) -> HttpResponseBase:
    """Sign somebody out whom a client sends, here too if they want."""
    return no_store(_leave(request, library.logout(request)))


@guarded(Access.SIGNED_IN)
@require_safe
def grants(request: HttpRequest) -> HttpResponseBase:
    """Show which systems know something of oneself, and when they were told."""
    actor = actor_of(request)
    context = {
        "grants": [ui.grant(one) for one in security.grants_of(actor=actor)],
        "told": [ui.told(one) for one in security.told_of(actor=actor)],
    }
    return no_store(render(request, "account/grants.html", context))


@guarded(Access.SIGNED_IN)
@require_POST
def take_back(request: HttpRequest, grant_id: UUID) -> HttpResponseBase:
    """Let a system know nothing more of oneself."""
    actions.take_grant_back(grant_id=grant_id, actor=actor_of(request), at=clock.now())
    messages.success(
        request, gettext("Hệ thống đó không còn đọc được dữ liệu của bạn.")
    )
    return redirect("account_grants")


def _asked(view: Callable[[HttpRequest], Any], request: HttpRequest) -> HttpResponse:
    """Let the library answer, and nobody keep it on the way."""
    answer: HttpResponse = view(request)
    return no_store(answer)


def _wrongly_asked(page: HttpResponse) -> HttpResponse:
    page.status_code = 400
    return page


def _leave(request: HttpRequest, answer: HttpResponse) -> HttpResponse:
    """Send people to a client from a page of ours where the library redirects them.

    After a form was sent, browsers follow no redirect to another host (`form-action`).
    """
    answer = answer.render() if hasattr(answer, "render") else answer
    address = answer.get("Location", "")
    is_ours = url_has_allowed_host_and_scheme(address, {request.get_host()})
    return answer if not address or is_ours else _sent_to(request, address)


def _sent_to(request: HttpRequest, address: str) -> HttpResponse:
    if "none" in request.GET.get("prompt", ""):
        # Nobody looks at this one: a client asks silently, and without a form.
        silent = HttpResponse(status=302)
        silent["Location"] = address
        return silent
    context = {"address": address, "host": ui.host(address)}
    return render(request, "idp/oidc/leaving.html", context)
