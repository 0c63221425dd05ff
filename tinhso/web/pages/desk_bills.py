"""Collect fees at the desk: bills of an agency, cash, exemptions, money given back."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from tinhso.kernel import clock
from tinhso.kernel.errors import NotAllowed, NotFound, Refused
from tinhso.payments import actions, queries
from tinhso.payments.types import Bill, BillState, Collector, Method
from tinhso.security import queries as security
from tinhso.security.types import Access, Deed
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import bills as ui
from tinhso.web.ui import desk
from tinhso.web.ui.phrases import say_refusal

SHOWN = {
    "cho-nop": BillState.OPEN,
    "da-nop": BillState.PAID,
    "duoc-mien": BillState.WAIVED,
    "da-rut": BillState.WITHDRAWN,
}


@guarded(Access.OFFICER)
@require_safe
def bills(request: HttpRequest) -> HttpResponse:
    """List the bills of the agency one collects for, and what came in today."""
    actor = actor_of(request)
    collectors = queries.collectors_of(actor=actor)
    if not collectors:
        raise NotAllowed
    chosen = _chosen(request, collectors)
    key = request.GET.get("xem", "")
    key = key if key in SHOWN else "cho-nop"
    page = queries.bills_at(
        organization_id=_organization(chosen),
        state=SHOWN[key],
        actor=actor,
        after=request.GET.get("sau") or None,
    )
    context = {
        "rail": desk.rail(actor, "desk_bills"),
        "chosen": chosen,
        "collectors": collectors,
        "views": _views(key, chosen),
        "lines": [ui.line(one) for one in page.items],
        "next_href": _next(page.next_after, key, chosen),
        "taken": ui.taken(_today(request, chosen)),
        "sorts": security.may(actor=actor, deed=Deed.SORT_MONEY),
    }
    return no_store(render(request, "bills/desk_list.html", context))


def _chosen(request: HttpRequest, collectors: tuple[Collector, ...]) -> Collector:
    asked = request.GET.get("don-vi", "")
    by_id = {str(one.organization_id): one for one in collectors}
    return by_id.get(asked, collectors[0])


def _organization(collector: Collector) -> UUID:
    if collector.organization_id is None:
        raise NotFound
    return collector.organization_id


def _views(key: str, chosen: Collector) -> list[dict[str, Any]]:
    return [
        {
            "title": ui.STATES[state][0],
            "href": f"?xem={name}&don-vi={chosen.organization_id}",
            "current": name == key,
        }
        for name, state in SHOWN.items()
    ]


def _next(after: str | None, key: str, chosen: Collector) -> str:
    return f"?xem={key}&don-vi={chosen.organization_id}&sau={after}" if after else ""


def _today(request: HttpRequest, chosen: Collector) -> Any:
    now = clock.local(clock.now())
    since = datetime.combine(now.date(), time.min, now.tzinfo)
    return queries.taken_in(
        organization_id=_organization(chosen),
        since=since,
        until=since + timedelta(days=1),
        actor=actor_of(request),
    )


@guarded(Access.OFFICER)
@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Open the bill whose code a payer reads out."""
    told = "".join(request.GET.get("ma", "").split()).upper()
    try:
        found = queries.get_bill(reference=told, actor=actor_of(request))
    except Refused as refusal:
        messages.warning(request, say_refusal(refusal))
        return redirect("desk_bills")
    return redirect("desk_bill", reference=found.reference)


@guarded(Access.OFFICER)
@require_safe
def bill(request: HttpRequest, reference: str) -> HttpResponse:
    """Show a bill to who collects it: cash, exemption, withdrawal, money given back."""
    actor = actor_of(request)
    found = queries.get_bill(reference=reference, actor=actor)
    today = clock.local(clock.now()).date()
    may = {
        "collect": security.may(actor=actor, deed=Deed.COLLECT_FEES, thing=found),
        "give_back": security.may(actor=actor, deed=Deed.GIVE_FEES_BACK, thing=found),
    }
    refunds = queries.refunds_for(reference=reference, actor=actor)
    context = {
        "rail": desk.rail(actor, "desk_bills"),
        **ui.line(found),
        "bill": found,
        "may": may,
        "is_expired": found.is_expired(at=clock.now()),
        "is_open": found.state is BillState.OPEN,
        "grounds": ui.grounds(found, queries.reductions(on=today)),
        "refunds": [ui.refund(one) for one in refunds],
        "methods": [{"value": m.value, "label": ui.METHODS[m]} for m in Method],
        # Sent once with the form, so that a button pressed twice takes money once.
        "key": f"quay-{uuid4().hex}",
    }
    return no_store(render(request, "bills/desk_bill.html", context))


@guarded(Access.OFFICER)
@require_POST
def cash(request: HttpRequest, reference: str) -> HttpResponse:
    """Take the money of a bill over the counter; its receipt is shown."""

    def do() -> object:
        found = queries.get_bill(reference=reference, actor=actor_of(request))
        return actions.record_payment(
            reference=reference,
            amount=found.amount,
            transaction_key=request.POST.get("key", ""),
            actor=actor_of(request),
            at=clock.now(),
        )

    return _done(request, reference, do, gettext("Đã thu tiền và lập biên lai."))


@guarded(Access.OFFICER)
@require_POST
def exempt(request: HttpRequest, reference: str) -> HttpResponse:
    """Put a bill with an exemption in the place of this one."""

    def do() -> Bill:
        return actions.exempt_bill(
            reference=reference,
            grounds=request.POST.getlist("grounds"),
            reason=request.POST.get("reason", ""),
            actor=actor_of(request),
            at=clock.now(),
        )

    return _done(request, reference, do, gettext("Đã lập khoản thu mới có miễn, giảm."))


@guarded(Access.OFFICER)
@require_POST
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Take a bill back that nobody has paid."""

    def do() -> object:
        return actions.withdraw_bill(
            reference=reference,
            reason=request.POST.get("reason", ""),
            actor=actor_of(request),
            at=clock.now(),
        )

    return _done(request, reference, do, gettext("Đã rút khoản thu."))


@guarded(Access.OFFICER)
@require_POST
def propose(request: HttpRequest, reference: str) -> HttpResponse:
    """Propose to give money back; another one decides."""

    def do() -> object:
        told = "".join(request.POST.get("amount", "").replace(".", "").split())
        return actions.propose_refund(
            reference=reference,
            amount=int(told) if told.isdecimal() else 0,
            reason=request.POST.get("reason", ""),
            actor=actor_of(request),
            at=clock.now(),
        )

    return _done(request, reference, do, gettext("Đã đề nghị hoàn. Chờ người duyệt."))


@guarded(Access.OFFICER)
@require_POST
def decide(request: HttpRequest, reference: str, refund_id: UUID) -> HttpResponse:
    """Make a refund that somebody else proposed, or turn it down."""

    def do() -> object:
        asked: dict[str, Any] = {
            "refund_id": refund_id,
            "actor": actor_of(request),
            "at": clock.now(),
        }
        if request.POST.get("deed") == "drop":
            reason = request.POST.get("reason", "")
            return actions.drop_refund(reason=reason, **asked)
        return actions.make_refund(method=_method(request), **asked)

    return _done(request, reference, do, gettext("Đã quyết định về khoản hoàn."))


def _method(request: HttpRequest) -> Method:
    told = request.POST.get("method", "")
    return Method(told) if told in set(Method) else Method.TRANSFER


@guarded(Access.OFFICER)
@require_safe
def receipt(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the receipt of a bill, to print for the payer."""
    found = queries.receipt_for(reference=reference, actor=actor_of(request))
    if found is None:
        raise NotFound
    context = {
        "receipt": found,
        "method": ui.METHODS[found.method],
        "back": reverse("desk_bill", args=[reference]),
    }
    return no_store(render(request, "bills/receipt.html", context))


def _done(
    request: HttpRequest, reference: str, do: Callable[[], object], told: str
) -> HttpResponse:
    """Do it, and say on the bill what became of it."""
    try:
        made = do()
    except (NotAllowed, NotFound):
        raise
    except Refused as refusal:
        messages.warning(request, say_refusal(refusal))
        return redirect("desk_bill", reference=reference)
    messages.success(request, told)
    shown = made.reference if isinstance(made, Bill) else reference
    return redirect("desk_bill", reference=shown)
