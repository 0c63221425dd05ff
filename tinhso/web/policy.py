"""The policy of every address: who comes through, declared beside the view."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy

from tinhso.kernel import clock
from tinhso.kernel.actor import ANONYMOUS, Actor, ActorKind
from tinhso.kernel.errors import NotAllowed, Refused
from tinhso.kernel.http import SAFE, asked_from, limits, thing_of
from tinhso.procedures import queries as procedures
from tinhso.security import actions as security_actions
from tinhso.security import queries as security
from tinhso.security.types import Access

View = Callable[..., HttpResponseBase]
Answer = TypeVar("Answer", bound=HttpResponseBase)

# Below it are the pages of the account, most of them the sign-in library's.
ACCOUNT = "/tai-khoan/"
SECOND_FACTOR_FIRST = gettext_lazy(
    "Muốn mở bàn làm việc, cán bộ cần thêm khóa truy cập hoặc bật ứng dụng tạo mã."
)


def guarded(access: Access) -> Callable[[View], View]:
    """Let only those through whom `access` admits; strangers sign in first.

    Every view of the web wears this decorator; a test walks all addresses and fails
    for one without it.
    """

    def declare(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
            actor = actor_of(request)
            if access is Access.OFFICER and security.needs_second_factor(actor=actor):
                messages.warning(request, SECOND_FACTOR_FIRST)
                return redirect("mfa_index")
            if security.admits(actor=actor, access=access):
                _count_write(request, actor)
                return view(request, **kwargs)
            if actor.kind is ActorKind.ANONYMOUS:
                return redirect_to_login(request.get_full_path())
            raise NotAllowed

        inner.access = access  # type: ignore[attr-defined]
        return inner

    return declare


def _count_write(request: HttpRequest, actor: Actor) -> None:
    # Whoever fears for their account can still end its sessions.
    is_free = request.method in SAFE or request.path.startswith(ACCOUNT)
    if actor.id is not None and not is_free:
        security_actions.count_write(account_id=actor.id, at=clock.now())


def address_of(request: HttpRequest) -> str:
    """Tell from where somebody asks."""
    return asked_from(request.META, proxies=settings.ALLAUTH_TRUSTED_PROXY_COUNT)


def note_refusal(request: HttpRequest, refusal: Refused) -> None:
    """Write down who was refused what here."""
    found = request.resolver_match
    if found is not None:
        security_actions.note_refusal(
            refusal=refusal,
            place=found.view_name,
            thing_id=thing_of(found.kwargs),
            address=address_of(request),
            actor=actor_of(request),
            at=clock.now(),
        )


def _count_stranger(what: str, request: HttpRequest, most: int, minutes: int) -> None:
    if actor_of(request).kind is ActorKind.ANONYMOUS:
        security_actions.count_call(
            what=what,
            who=address_of(request),
            most=most,
            window=timedelta(minutes=minutes),
            at=clock.now(),
        )


# Lets one address do something so often in some minutes; for what is costly, or could
# be guessed by trying. Who signed in is known, and is counted where they write.
limited = limits(_count_stranger)


def open_draft(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Give a view one's own draft; one that became a dossier leads there."""

    @wraps(view)
    def inner(request: HttpRequest, draft_id: UUID, **more: Any) -> HttpResponse:
        draft = procedures.get_draft(draft_id=draft_id, actor=actor_of(request))
        if draft.dossier_id is not None:
            return redirect("dossier", dossier_id=draft.dossier_id)
        return view(request, draft=draft, **more)

    return inner


def actor_of(request: HttpRequest) -> Actor:
    """Tell who acts through a request; asked once, then kept on it."""
    known = getattr(request, "actor", None)
    if isinstance(known, Actor):
        return known
    actor = ANONYMOUS
    if request.user.is_authenticated:
        actor = security.actor_of(account_id=request.user.pk, at=clock.now())
    request.actor = actor  # type: ignore[attr-defined]
    return actor


def no_store(response: Answer) -> Answer:
    """Keep a page with personal data out of every cache."""
    response["Cache-Control"] = "no-store"
    return response
