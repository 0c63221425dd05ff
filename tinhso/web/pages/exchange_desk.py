"""Agreements on sharing data, and subscriptions: ask, approve, refuse, end."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from tinhso.exchange import actions, queries
from tinhso.exchange.types import (
    Agreement,
    AgreementState,
    AgreementWrong,
    Service,
    Subscription,
)
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Invalid, NotAllowed, NotFound, Refused
from tinhso.security import queries as security
from tinhso.security.types import Access, Deed
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import desk
from tinhso.web.ui import desk_filters as filters
from tinhso.web.ui import exchange as ui
from tinhso.web.ui.phrases import error_summary, first_messages, say_refusal

COUNTED = timedelta(days=1)
YEAR = timedelta(days=365)


@guarded(Access.OFFICER)
@require_safe
def agreements(request: HttpRequest) -> HttpResponse:
    """List agreements of the agencies one serves, their use of a day, subscriptions."""
    actor, today = actor_of(request), clock.local(clock.now()).date()
    found = queries.agreements_for(actor=actor)
    subscribed = queries.subscriptions_for(actor=actor, on=today)
    context = {
        "rail": desk.rail(actor, "sharing"),
        "lines": _lines(found),
        "subscriptions": [ui.subscription(one) for one in subscribed],
        "services": queries.services(),
    }
    return no_store(render(request, "exchange/agreements.html", context))


@guarded(Access.OFFICER)
@require_safe
def agreement(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """Show an agreement with what may be decided on it."""
    actor = actor_of(request)
    found = queries.get_agreement(agreement_id=agreement_id, actor=actor)
    (line,) = _lines([found])
    may = security.may(actor=actor, deed=Deed.DECIDE_AGREEMENT, thing=found)
    context = {
        "rail": desk.rail(actor, "sharing"),
        "line": line,
        "may_decide": may and found.state is AgreementState.ASKED,
        "may_end": may and found.state is AgreementState.APPROVED,
        "is_own": _is_own(found, actor),
        "decide_url": reverse("sharing_decide", args=[found.id]),
    }
    return no_store(render(request, "exchange/agreement.html", context))


@guarded(Access.OFFICER)
@require_safe
def subscription(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """Show a subscription with what may be decided on it."""
    actor, today = actor_of(request), clock.local(clock.now()).date()
    found = queries.get_subscription(
        subscription_id=subscription_id, actor=actor, on=today
    )
    may = security.may(actor=actor, deed=Deed.DECIDE_AGREEMENT, thing=found)
    may_decide = may and found.state is AgreementState.ASKED
    may_end = queries.may_end(actor=actor, subscription=found)
    is_live = found.state in {AgreementState.ASKED, AgreementState.APPROVED}
    context = {
        "rail": desk.rail(actor, "sharing"),
        "line": ui.subscription(found),
        "may_decide": may_decide,
        # Whoever decides refuses it; who asked takes it back.
        "may_end": may_end and is_live and (not may_decide or _is_own(found, actor)),
        "is_own": _is_own(found, actor),
        "decide_url": reverse("sharing_subscription_decide", args=[found.id]),
    }
    return no_store(render(request, "exchange/subscription.html", context))


def _is_own(found: Agreement | Subscription, actor: Actor) -> bool:
    return found.asked_by is not None and found.asked_by == actor.person_id


@guarded(Access.OFFICER)
@require_POST
def decide(request: HttpRequest, agreement_id: UUID) -> HttpResponse:
    """Approve, refuse or end it."""
    by: dict[str, Any] = {
        "agreement_id": agreement_id,
        "actor": actor_of(request),
        "at": clock.now(),
    }
    reason = request.POST.get("reason", "")
    deeds: Mapping[str, Callable[[], object]] = {
        "approve": lambda: actions.approve_agreement(**by),
        "refuse": lambda: actions.refuse_agreement(reason=reason, **by),
        "end": lambda: actions.end_agreement(reason=reason, **by),
    }
    _decided(request, deeds)
    return redirect("sharing_agreement", agreement_id=agreement_id)


@guarded(Access.OFFICER)
@require_POST
def decide_subscription(request: HttpRequest, subscription_id: UUID) -> HttpResponse:
    """Approve, refuse or end it."""
    by: dict[str, Any] = {
        "subscription_id": subscription_id,
        "actor": actor_of(request),
        "at": clock.now(),
    }
    reason = request.POST.get("reason", "")
    deeds: Mapping[str, Callable[[], object]] = {
        "approve": lambda: actions.approve_subscription(**by),
        "refuse": lambda: actions.refuse_subscription(reason=reason, **by),
        "end": lambda: actions.end_subscription(reason=reason, **by),
    }
    _decided(request, deeds)
    return redirect("sharing_subscription", subscription_id=subscription_id)


def _decided(request: HttpRequest, deeds: Mapping[str, Callable[[], object]]) -> None:
    do = deeds.get(request.POST.get("decision", ""))
    if do is None:
        raise Http404
    try:
        do()
    except (NotAllowed, NotFound):
        raise
    except Refused as refusal:
        said = refusal.fields.get("reason") if isinstance(refusal, Invalid) else None
        messages.warning(request, said[0] if said else say_refusal(refusal))
    else:
        messages.success(request, gettext("Đã ghi quyết định."))


@guarded(Access.OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """Ask for an agreement on a service."""
    service = queries.get_service(service_id=service_id)
    if request.method != "POST":
        return _form(request, service, None)
    try:
        made = _asked(request, service)
    except Invalid as refusal:
        return _form(request, service, refusal)
    messages.success(request, gettext("Đã gửi đề nghị đến cơ quan giữ dữ liệu."))
    return redirect("sharing_agreement", agreement_id=made.id)


def _asked(request: HttpRequest, service: Service) -> Agreement:
    typed = request.POST
    first = filters.read_day(typed.get("valid_from", ""))
    last = filters.read_day(typed.get("valid_to", ""))
    consumer = filters.read_id(typed.get("consumer", ""))
    lacking = {
        name: [gettext("Hãy trả lời câu hỏi này.")]
        for name, value in (
            ("valid_from", first),
            ("valid_to", last),
            ("consumer", consumer),
        )
        if value is None
    }
    if first is None or last is None or consumer is None:
        raise AgreementWrong(lacking)
    return actions.ask_agreement(
        consumer_id=consumer,
        service_id=service.id,
        operations=typed.getlist("operations"),
        fields=typed.get("fields", "").splitlines(),
        purpose=typed.get("purpose", ""),
        source=typed.get("source", ""),
        valid_from=first,
        valid_to=last,
        per_minute=_number(typed.get("per_minute", "")),
        per_day=_number(typed.get("per_day", "")),
        actor=actor_of(request),
        at=clock.now(),
    )


def _number(text: str) -> int:
    plain = text.replace(".", "").strip()
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) < 9 else 0


def _form(
    request: HttpRequest, service: Service, refusal: Invalid | None
) -> HttpResponse:
    actor, today = actor_of(request), clock.local(clock.now()).date()
    own = queries.subsystems_of(organization_ids=actor.organizations())
    typed = request.POST
    usual = {
        "fields": "",
        "purpose": "",
        "source": "",
        "valid_from": filters.write_day(today),
        "valid_to": filters.write_day(today + YEAR),
        "per_minute": "60",
        "per_day": "5000",
        "consumer": str(own[0].id) if own else "",
    }
    context = {
        "rail": desk.rail(actor, "sharing"),
        "service": service,
        "systems": [{"value": str(one.id), "label": one.title} for one in own],
        "offered": [
            {"value": one.id, "label": one.summary or one.id}
            for one in service.operations
        ],
        "chosen": typed.getlist("operations"),
        "typed": {name: typed.get(name, value) for name, value in usual.items()},
        "errors": error_summary(refusal, _labels()) if refusal else [],
        "error": first_messages(refusal) if refusal else {},
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "exchange/ask.html", context, status=status))


def _labels() -> dict[str, str]:
    return {name: str(label) for name, label in ui.LABELS.items()}


def _lines(found: Any) -> list[dict[str, Any]]:
    ids = [one.id for one in found]
    used = queries.usage(agreement_ids=ids, since=clock.now() - COUNTED)
    known = {one.agreement_id: one for one in used}
    return [ui.agreement(one, known.get(one.id)) for one in found]
