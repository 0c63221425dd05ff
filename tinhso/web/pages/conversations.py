"""The conversation on a dossier as a page of its own, for applicants and for officers.

The page of the dossier shows it, too; what is sent comes here.
"""

from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.kernel import clock
from tinhso.kernel.errors import NotFound, Refused
from tinhso.kernel.http import content_disposition
from tinhso.procedures import actions, queries
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import conversations as ui
from tinhso.web.ui import desk

READ_WRITE = ["GET", "HEAD", "POST"]
Show = Callable[..., HttpResponse]


@guarded(Access.CITIZEN)
@require_http_methods(READ_WRITE)
def own(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Read and write about one's own dossier."""
    _refuse_foreign(request, dossier_id)
    if request.method != "POST":
        return _show_own(request, dossier_id)
    return _send(request, dossier_id, _show_own, back="dossier")


@guarded(Access.CITIZEN)
@require_safe
def own_file(request: HttpRequest, dossier_id: UUID, file_id: UUID) -> HttpResponse:
    """Hand out a file of a message about one's own dossier."""
    _refuse_foreign(request, dossier_id)
    return _file(request, dossier_id, file_id)


@guarded(Access.OFFICER)
@require_http_methods(READ_WRITE)
def at_desk(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Read what the applicant wrote, and answer."""
    if request.method != "POST":
        return _show_desk(request, dossier_id)
    return _send(request, dossier_id, _show_desk, back="desk_dossier")


@guarded(Access.OFFICER)
@require_safe
def desk_file(request: HttpRequest, dossier_id: UUID, file_id: UUID) -> HttpResponse:
    """Send a file of a message, to be kept; it is no part of the dossier."""
    return _file(request, dossier_id, file_id)


def _refuse_foreign(request: HttpRequest, dossier_id: UUID) -> None:
    """Refuse a dossier of somebody else; officers see those at their desk only.

    :raises NotFound: if it is not one's own.
    """
    actor = actor_of(request)
    found = queries.conversation_of(dossier_id=dossier_id, actor=actor, at=clock.now())
    if found.party != "applicant":
        raise NotFound


def _send(
    request: HttpRequest, dossier_id: UUID, show: Show, *, back: str
) -> HttpResponse:
    try:
        ui.send(request, dossier_id=dossier_id, actor=actor_of(request), at=clock.now())
    except ui.KEPT as refusal:
        return show(request, dossier_id, refusal)
    messages.success(request, gettext("Đã gửi tin nhắn."))
    return redirect(f"{reverse(back, args=[dossier_id])}#trao-doi")


def _show_own(
    request: HttpRequest, dossier_id: UUID, refusal: Refused | None = None
) -> HttpResponse:
    context = {
        "talk": _talk(request, dossier_id, "conversation", refusal),
        "dossier": queries.get_dossier(
            dossier_id=dossier_id, actor=actor_of(request), at=clock.now()
        ),
    }
    return _page(request, "dossiers/conversation.html", context, refusal)


def _show_desk(
    request: HttpRequest, dossier_id: UUID, refusal: Refused | None = None
) -> HttpResponse:
    at, actor = clock.now(), actor_of(request)
    found = actions.open_dossier(dossier_id=dossier_id, actor=actor, at=at)
    context = {
        **desk.dossier_context(
            found,
            actor,
            wanted=request.GET.get("tep", ""),
            on=clock.local(at).date(),
        ),
        "talk": _talk(request, dossier_id, "desk_conversation", refusal),
    }
    return _page(request, "desk/conversation.html", context, refusal)


def _talk(
    request: HttpRequest, dossier_id: UUID, address: str, refusal: Refused | None
) -> dict[str, object]:
    found = actions.read_conversation(
        dossier_id=dossier_id, actor=actor_of(request), at=clock.now()
    )
    return ui.shown(
        found,
        address=address,
        text=request.POST.get("text", ""),
        key=request.POST.get("key", ""),
        refusal=refusal,
    )


def _page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, object],
    refusal: Refused | None,
) -> HttpResponse:
    status = refusal.status if refusal else 200
    return no_store(render(request, template, dict(context), status=status))


def _file(request: HttpRequest, dossier_id: UUID, file_id: UUID) -> HttpResponse:
    file, content = actions.open_message_file(
        dossier_id=dossier_id, file_id=file_id, actor=actor_of(request), at=clock.now()
    )
    headers = {
        "Content-Disposition": content_disposition(filename=file.name),
        "X-Content-Type-Options": "nosniff",
    }
    return no_store(
        HttpResponse(content, content_type=file.media_type, headers=headers)
    )
