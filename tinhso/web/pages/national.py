"""Sign in by the national e-identity, and prove oneself once more for some deeds."""

from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from tinhso.kernel import clock
from tinhso.kernel.errors import NotFound, Refused
from tinhso.security import actions
from tinhso.security import queries as security
from tinhso.security.types import Access, Assurance, Begun, IdentityAnswerWrong
from tinhso.web.assurance import NATIONAL
from tinhso.web.policy import actor_of, guarded, limited, no_store
from tinhso.web.ui.phrases import say_refusal

UNDER_WAY = "national_identity"


@guarded(Access.PUBLIC)
@require_safe
@limited(most=30, minutes=10)
def begin(request: HttpRequest) -> HttpResponse:
    """Send somebody to the national identity; their session knows what must come back.

    Who is signed in already proves themselves anew, and comes back as the same.
    """
    is_fresh = request.user.is_authenticated
    try:
        begun = actions.begin_national(
            back=_back(),
            level=Assurance.SUBSTANTIAL,
            is_fresh=is_fresh,
            at=clock.now(),
        )
    except NotFound:
        raise
    except Refused as refusal:
        return _failed(request, refusal)
    request.session[UNDER_WAY] = {
        "state": begun.state,
        "nonce": begun.nonce,
        "verifier": begun.verifier,
        "next": _own(request, request.GET.get("next", "")),
    }
    return no_store(redirect(begun.url))


@guarded(Access.PUBLIC)
@require_safe
@limited(most=30, minutes=10)
def back(request: HttpRequest) -> HttpResponse:
    """Take whoever comes back, once, and only in the browser that went."""
    known: dict[str, str] = request.session.pop(UNDER_WAY, {})
    try:
        account_id = _admitted(request, known)
    except Refused as refusal:
        return _failed(request, refusal)
    account: Any = get_user_model().objects.get(pk=account_id)
    return _signed_in(request, account, known["next"])


def _admitted(request: HttpRequest, known: dict[str, str]) -> Any:
    if not known or request.GET.get("state") != known["state"]:
        raise IdentityAnswerWrong("state")
    if "error" in request.GET or not request.GET.get("code"):
        raise IdentityAnswerWrong("refused")
    begun = Begun("", known["state"], known["nonce"], known["verifier"])
    vouched = actions.finish_national(
        code=request.GET["code"], begun=begun, back=_back(), at=clock.now()
    )
    account_id = actions.admit_national(
        vouched=vouched, is_synthetic=settings.TINHSO_DEMO, at=clock.now()
    )
    if request.user.is_authenticated and request.user.pk != account_id:
        raise IdentityAnswerWrong("another")
    request.session[f"{UNDER_WAY}_level"] = int(vouched.assurance)
    return account_id


def _signed_in(request: HttpRequest, account: Any, where: str) -> HttpResponse:
    level = request.session.pop(f"{UNDER_WAY}_level")
    record_authentication(request, account, method=NATIONAL, assurance=level)
    if request.user.is_authenticated:
        return redirect(where or get_adapter().get_login_redirect_url(request))
    login = Login(user=account, redirect_url=where or None)
    answer: HttpResponse = perform_login(request, login)
    return answer


@guarded(Access.SIGNED_IN)
@require_safe
def step_up(request: HttpRequest) -> HttpResponse:
    """Say why more is asked for, and offer the ways to prove oneself."""
    context = {
        "next": _own(request, request.GET.get("next", "")),
        "has_factor": security.has_second_factor(actor=actor_of(request)),
    }
    return no_store(render(request, "account/step_up.html", context))


def _failed(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Say what went wrong; every other way to sign in stays open."""
    actions.note_national_failure(
        why=getattr(refusal, "why", refusal.code),
        actor=actor_of(request),
        at=clock.now(),
    )
    context = {"said": say_refusal(refusal)}
    page = render(request, "account/national.html", context, status=refusal.status)
    return no_store(page)


def _back() -> str:
    return f"{settings.TINHSO_ORIGIN}{reverse('national_back')}"


def _own(request: HttpRequest, address: str) -> str:
    """Keep an address of ours to return to; to strangers nobody is sent."""
    if not get_adapter().is_safe_url(address):
        return ""
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
