"""Where one is signed in, and ending it elsewhere."""

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from tinhso.kernel import clock
from tinhso.security import actions
from tinhso.security import queries as security
from tinhso.security.types import Access, SessionUnknown
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import desk_filters as filters
from tinhso.web.ui import devices as ui

OTHERS = "others"


@guarded(Access.SIGNED_IN)
@require_safe
def sessions(request: HttpRequest) -> HttpResponse:
    """Show where one is signed in: browsers, and machines that act for oneself."""
    actor, at = actor_of(request), clock.now()
    here = request.session.session_key or ""
    open_sessions = security.sessions_of(actor=actor, key=here, at=at)
    lines = [
        *(ui.session(one, at=at) for one in open_sessions),
        *(ui.key(one) for one in security.keys_of(actor=actor, at=at)),
    ]
    has_others = any(not line["is_here"] for line in lines)
    context = {"lines": lines, "has_others": has_others, "others": OTHERS}
    return no_store(render(request, "account/sessions.html", context))


@guarded(Access.SIGNED_IN)
@require_POST
def end(request: HttpRequest) -> HttpResponseBase:
    """End one, or all others, once people have shown again who they are."""
    answer: HttpResponseBase = reauthentication_required(_end)(request)
    return answer


def _end(request: HttpRequest) -> HttpResponse:
    which = request.POST.get("which", "")
    if which == OTHERS:
        messages.success(request, _others_ended(request))
        return redirect("account_sessions")
    session_id = filters.read_id(which)
    if session_id is None:
        raise SessionUnknown
    actions.end_session(session_id=session_id, actor=actor_of(request), at=clock.now())
    messages.success(request, gettext("Đã đăng xuất nơi đó."))
    return redirect("account_sessions")


def _others_ended(request: HttpRequest) -> str:
    actor = actor_of(request)
    if actor.id is None:
        raise SessionUnknown
    count = actions.end_sessions(
        account_id=actor.id,
        but=request.session.session_key or "",
        actor=actor,
        at=clock.now(),
    )
    return ngettext(
        "Đã đăng xuất {n} nơi khác.", "Đã đăng xuất {n} nơi khác.", count
    ).format(n=count)
