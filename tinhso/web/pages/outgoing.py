"""What leaves the house: letters to be posted, what messages cost, how they look."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from tinhso.kernel import clock
from tinhso.notify import actions, queries
from tinhso.notify.types import MessageTemplate, PostNumberWrong
from tinhso.security import queries as security
from tinhso.security.types import Access, Deed
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import channels as ui
from tinhso.web.ui import desk
from tinhso.web.ui.phrases import say

YEAR = timedelta(days=365)


@guarded(Access.OFFICER)
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """Show the letters that wait for the post, a page each when printed."""
    actor = actor_of(request)
    context = {
        "rail": desk.rail(actor, "letters"),
        "letters": actions.print_letters(actor=actor, at=clock.now()),
    }
    return no_store(render(request, "desk/letters.html", context))


@guarded(Access.OFFICER)
@require_POST
def post(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Note the number the post gave a letter."""
    try:
        letter = actions.post_letter(
            delivery_id=delivery_id,
            number=request.POST.get("number", ""),
            actor=actor_of(request),
            at=clock.now(),
        )
    except PostNumberWrong as refusal:
        messages.error(request, say(refusal.message))
    else:
        text = gettext("Đã ghi thư gửi {name}.").format(name=letter.to_name)
        messages.success(request, text)
    return redirect("letters")


@guarded(Access.OFFICER)
@require_safe
def outgoing(request: HttpRequest) -> HttpResponse:
    """Show what messages cost, month by month, and how each wording looks."""
    actor, at = actor_of(request), clock.now()
    security.require(actor=actor, deed=Deed.RUN_MESSAGES)
    templates = queries.message_templates()
    wanted = request.GET.get("mau", "")
    shown = next((one for one in templates if one.key == wanted), None)
    context: dict[str, Any] = {
        "rail": desk.rail(actor, "outgoing"),
        "costs": list(_costs(at)),
        "prices": list(_prices()),
        "templates": [{"key": one.key, "title": ui.title(one)} for one in templates],
        "wanted": wanted,
        "shown": shown,
        "previews": _previews(shown),
    }
    return no_store(render(request, "desk/outgoing.html", context))


def _costs(at: datetime) -> Iterator[dict[str, Any]]:
    for one in queries.costs(since=at - YEAR):
        yield {"one": one, "channel": ui.NAMES[one.channel]}


def _prices() -> Iterator[dict[str, Any]]:
    for rule in queries.channel_rules().values():
        for price in rule.prices:
            yield {"channel": ui.NAMES[rule.channel], "price": price}


def _previews(template: MessageTemplate | None) -> list[Any]:
    if template is None:
        return []
    return [
        queries.preview(template=template, values=values)
        for values in template.examples
    ]
