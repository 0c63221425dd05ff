"""Where services tell what became of messages; each signs as it is agreed with it."""

from django.http import HttpRequest
from ninja import Router, Status

from tinhso.api.auth import PUBLIC
from tinhso.kernel import clock
from tinhso.notify import actions

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
