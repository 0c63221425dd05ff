"""Where services tell what became of messages; each signs as it is agreed with it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from ninja import Router, Status

from tinhso.api.auth import PUBLIC
from tinhso.api.limits import limited
from tinhso.kernel import clock
from tinhso.kernel.actor import ANONYMOUS
from tinhso.notify import actions, queries

router = Router(tags=["messages"])

# What each service calls its signature, and the moment it signed at.
SIGNED = {"sms": "X-Signature", "zalo": "X-ZEvent-Signature"}
MOMENT = "X-Time"


@router.post("/messages/reports/{channel}", response={204: None}, auth=PUBLIC)
def report(request: HttpRequest, channel: str) -> Status[None]:
    """Take a signed report; what nobody knows of is answered alike.

    `sms`: as docs/reference/message-gateway.md says; `zalo`: its webhook.
    """
    told = request.headers
    actions.take_report(
        channel=channel,
        raw=request.body,
        moment=told.get(MOMENT, ""),
        signed=told.get(SIGNED.get(channel, ""), ""),
        at=clock.now(),
    )
    return Status(204, None)


@router.post("/messages/unsubscribe/{token}", response={204: None}, auth=PUBLIC)
@limited(most=60, minutes=10)
def unsubscribe(request: HttpRequest, token: str) -> Status[None]:
    """End letters of a kind by the link in one, as mail programs do (RFC 8058)."""
    actions.unsubscribe(token=token, actor=ANONYMOUS, at=clock.now())
    return Status(204, None)


@router.get("/messages/unsubscribe/{token}", auth=PUBLIC)
@limited(most=60, minutes=10)
def unsubscribe_page(request: HttpRequest, token: str) -> HttpResponse:
    """Lead a person who follows that link to the page that asks them."""
    queries.template_of_link(token=token)
    return redirect("unsubscribe", token=token)
