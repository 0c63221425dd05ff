"""How one is reached: channels, their order, quiet hours, and what one does without."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid, NotFound
from tinhso.notify import actions, queries
from tinhso.notify.types import (
    Channel,
    ChannelSettings,
    ChannelsWrong,
    MessageTemplateNotFound,
)
from tinhso.people import queries as people
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, guarded, limited, no_store
from tinhso.web.ui import channels as ui
from tinhso.web.ui.phrases import error_summary, first_messages

READ_WRITE = ["GET", "HEAD", "POST"]
ON = "on"


@guarded(Access.SIGNED_IN)
@require_http_methods(READ_WRITE)
def channels(request: HttpRequest) -> HttpResponse:
    """Show how one is reached, and change it."""
    if request.method != "POST":
        return _show(request, None)
    try:
        _choose(request)
    except Invalid as refusal:
        return _show(request, refusal)
    messages.success(request, gettext("Đã lưu. Tin mới sẽ theo lựa chọn này."))
    return redirect("account_channels")


@guarded(Access.SIGNED_IN)
@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Receive a kind of message again."""
    actions.receive_again(
        key=request.POST.get("key", ""), actor=actor_of(request), at=clock.now()
    )
    messages.success(request, gettext("Bạn sẽ nhận lại loại tin này."))
    return redirect("account_channels")


@guarded(Access.SIGNED_IN)
@require_POST
def browser(request: HttpRequest) -> HttpResponse:
    """Let this browser show one's messages, or none any more."""
    actor, at, told = actor_of(request), clock.now(), request.POST
    if told.get("endpoint"):
        actions.add_browser(
            endpoint=told["endpoint"],
            p256dh=told.get("p256dh", ""),
            auth=told.get("auth", ""),
            actor=actor,
            at=at,
        )
        messages.success(request, gettext("Trình duyệt này sẽ hiện tin của bạn."))
    else:
        actions.drop_browsers(actor=actor, at=at)
        messages.success(request, gettext("Không trình duyệt nào hiện tin nữa."))
    return redirect("account_channels")


@guarded(Access.PUBLIC)
@require_http_methods(READ_WRITE)
@limited(most=60, minutes=10)
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Do without letters of a kind by the link in one; say so, and how to undo it.

    A look at the page changes nothing: programs look at links in letters, too. What a
    mail program sends by itself comes through the door for machines.
    """
    actor, at = actor_of(request), clock.now()
    context: dict[str, Any] = {"token": token, "is_done": request.method == "POST"}
    if request.method != "POST":
        template = queries.template_of_link(token=token)
    elif request.POST.get("deed") == ON:
        context["is_on"] = True
        template = actions.resubscribe(token=token, actor=actor, at=at)
    else:
        template = actions.unsubscribe(token=token, actor=actor, at=at)
    context["title"] = ui.title(template)
    return no_store(render(request, "account/unsubscribe.html", context))


def _choose(request: HttpRequest) -> ChannelSettings:
    typed = request.POST
    try:
        quiet = ui.read_quiet(typed.get("quiet_from", ""), typed.get("quiet_to", ""))
    except ValueError:
        raise ChannelsWrong({"quiet": [actions.HOURS]}) from None
    return actions.choose_channels(
        order=_order(request),
        is_every=typed.get("how") == ui.EVERY,
        quiet=None if quiet == queries.usual_quiet() else quiet,
        takes_news=bool(typed.get("news")),
        zalo_user_id=typed.get("zalo_user_id", "").strip(),
        actor=actor_of(request),
        at=clock.now(),
    )


def _order(request: HttpRequest) -> list[str]:
    typed = [request.POST.get(f"order-{n}", "") for n in range(len(ui.PLACES))]
    return [one for one in typed if one]


def _show(request: HttpRequest, refusal: Invalid | None) -> HttpResponse:
    person_id = actor_of(request).person_id
    if person_id is None:
        raise NotFound
    there = queries.channels_there()
    chosen = queries.channel_settings(person_id=person_id)
    order = (
        _order(request) if refusal else [one for one in chosen.order if one in there]
    )
    browsers = queries.subscriptions_of(person_id=person_id)
    person = people.get_person(person_id=person_id)
    labels = {
        "order": gettext("Thứ tự kênh"),
        "quiet": gettext("Giờ yên lặng"),
        "zalo_user_id": gettext("Mã người dùng Zalo"),
    }
    wrong = dict(first_messages(refusal)) if refusal else {}
    context = {
        "places": ui.places(order, there),
        "addresses": ui.addresses(person, len(browsers), there),
        "chosen": chosen,
        "how": ui.EVERY if chosen.is_every else ui.FIRST,
        "hours": request.POST if refusal else ui.hours(chosen, queries.usual_quiet()),
        "has_zalo": Channel.ZALO in there,
        "has_push": Channel.PUSH in there,
        "push_key": queries.public_key() if Channel.PUSH in there else "",
        "browsers": len(browsers),
        "off": _off(chosen),
        "error": wrong,
        "errors": error_summary(refusal, labels) if refusal else (),
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "account/channels.html", context, status=status))


def _off(chosen: ChannelSettings) -> list[dict[str, str]]:
    found = []
    for key in sorted(chosen.off):
        try:
            template = queries.get_message_template(key=key)
        except MessageTemplateNotFound:
            continue
        found.append({"key": key, "title": ui.title(template)})
    return found
