"""What gateways and banks tell of payments; each call is signed and may come again."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Header, Router, Schema

from tinhso.api.auth import PUBLIC
from tinhso.api.limits import limited
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor, ActorKind
from tinhso.payments import actions
from tinhso.payments.types import (
    CallbackContradicts,
    CallbackUnreadable,
    SignatureWrong,
    Taken,
    Verdict,
)

router = Router(tags=["payments"])
GATEWAY = Actor(kind=ActorKind.SYSTEM, name="Cổng thanh toán")
BANK = Actor(kind=ActorKind.SYSTEM, name="Ngân hàng")
# Ten a second: what is forged is kept, too, so strangers must not fill the journal.
CALLS, MINUTES = 600, 1
REFUSED = {
    SignatureWrong: ("97", "Invalid signature"),
    CallbackUnreadable: ("99", "Unreadable"),
    CallbackContradicts: ("04", "Other amount or order"),
}


class GatewayAnswer(Schema):
    """What the gateway is told, in its own words and codes (VNPAY 2.1.0)."""

    RspCode: str
    Message: str


class NoticeAnswer(Schema):
    """What became of a notice: `paid`, `queued` for a person, or `repeated`."""

    verdict: str


@router.get("/payments/gateway", response=GatewayAnswer, auth=PUBLIC)
@limited(most=CALLS, minutes=MINUTES)
def gateway(request: HttpRequest) -> GatewayAnswer:
    """Take a callback of the gateway; it comes as GET and is answered in codes.

    00: taken, 02: known before, 97, 99, 04: refused; anything but these comes again.
    """
    try:
        taken = actions.take_callback(
            raw=request.META.get("QUERY_STRING", ""), actor=GATEWAY, at=clock.now()
        )
    except (SignatureWrong, CallbackUnreadable, CallbackContradicts) as refusal:
        code, message = REFUSED[type(refusal)]
        return GatewayAnswer(RspCode=code, Message=message)
    return _answer(taken)


def _answer(taken: Taken) -> GatewayAnswer:
    if taken.verdict is Verdict.REPEATED:
        return GatewayAnswer(RspCode="02", Message="Order already confirmed")
    return GatewayAnswer(RspCode="00", Message="Confirm Success")


@router.post("/payments/notices", response=NoticeAnswer, auth=PUBLIC)
@limited(most=CALLS, minutes=MINUTES)
def notice(
    request: HttpRequest, x_signature: Annotated[str, Header()] = ""
) -> NoticeAnswer:
    """Take a bank's notice that money came to an agency's account.

    The body is JSON: `bank`, `account`, `transaction`, `amount` in VND, `words`.
    `X-Signature` is its HMAC-SHA256 in hexadecimal digits.
    """
    taken = actions.take_notice(
        body=request.body, signature=x_signature, actor=BANK, at=clock.now()
    )
    return NoticeAnswer(verdict=taken.verdict)
