"""Inputs of the digital-economy account: templates out, workbooks in, then shares."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from tinhso.foresight import actions, queries
from tinhso.foresight.types.account import (
    InputKind,
    Quotient,
    Settings,
    Through,
)
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, Refused
from tinhso.security import queries as security
from tinhso.security.types import Access, Deed
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.sending import EXCEL, sent
from tinhso.web.ui import desk
from tinhso.web.ui import economy_inputs as ui


@guarded(Access.OFFICER)
@require_safe
def inputs(request: HttpRequest) -> HttpResponse:
    """List what was taken in and, for who keeps the account, the forms."""
    return _page(request)


def _page(
    request: HttpRequest, refusal: Refused | None = None, field: str = ""
) -> HttpResponse:
    """Show the page; field: of the form that was refused, for what names none."""
    actor = actor_of(request)
    errors = ui.errors(refusal, field)
    found = queries.get_account(made_up=settings.TINHSO_DEMO, actor=actor)
    context = {
        "rail": desk.rail(actor, "economy"),
        "may_keep": security.may(actor=actor, deed=Deed.KEEP_ACCOUNT),
        **ui.shown(found, clock.local(clock.now()).year),
        "typed": request.POST,
        "faults": ui.faults(refusal),
        "errors": errors,
        "error": {one["field"]: one["message"] for one in errors},
    }
    status = refusal.status if refusal else 200
    page = "measures/economy_inputs.html"
    return no_store(render(request, page, context, status=status))


@guarded(Access.OFFICER)
@require_safe
def template(request: HttpRequest, kind: str) -> HttpResponse:
    """Hand out an empty workbook of a kind; `nam`: the last year of quarters."""
    if kind not in set(InputKind):
        raise Http404
    year = ui.year_typed(request.GET.get("nam", ""))
    content = queries.account_template(
        kind=InputKind(kind),
        year=year or clock.local(clock.now()).year,
        actor=actor_of(request),
    )
    return sent(content, kind=EXCEL, name=f"{kind}.xlsx")


@guarded(Access.OFFICER)
@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Take a workbook in: all of it as a version, or nothing and each wrong cell."""
    part = request.FILES.get("sheet")

    def do() -> str:
        kind = ui.kind_typed(request.POST.get("kind", ""))
        found = actions.take_account_input(
            kind=kind,
            place=request.POST.get("place", ""),
            period=str(ui.required_year(request.POST.get("year", ""), "year")),
            content=part.read() if part else b"",
            name=(part.name if part else "") or "",
            source=request.POST.get("source", ""),
            actor=actor_of(request),
            at=clock.now(),
            made_up=settings.TINHSO_DEMO,
        )
        words = gettext("Đã nhập {kind}, năm {year}, bản {n}.")
        return words.format(kind=ui.KINDS[kind], year=found.period, n=found.version)

    return _done(request, do, field="sheet", then="economy_inputs")


@guarded(Access.OFFICER)
@require_POST
def estimate(request: HttpRequest) -> HttpResponse:
    """Work the share of a year out of what was taken in, and show it."""

    def do() -> str:
        found = actions.estimate_share(
            method=ui.method_typed(request.POST.get("method", "")),
            period=str(ui.required_year(request.POST.get("of_year", ""), "of_year")),
            settings=_settings(request.POST),
            actor=actor_of(request),
            at=clock.now(),
            made_up=settings.TINHSO_DEMO,
        )
        words = gettext("Đã ước tính năm {year}: {share}.")
        return words.format(year=found.period, share=ui.percent(found.share))

    return _done(request, do, field="of_year", then="economy")


def _settings(typed: QueryDict) -> Settings:
    through, quotient = typed.get("through", ""), typed.get("quotient", "")
    told: dict[str, Any] = {}
    if through in set(Through):
        told["through"] = Through(through)
    if quotient in set(Quotient):
        told["quotient"] = Quotient(quotient)
    return Settings(**told)


def _done(
    request: HttpRequest, do: Callable[[], str], *, field: str, then: str
) -> HttpResponse:
    """Do it and go on, or show what is wrong with what was typed."""
    security.require(actor=actor_of(request), deed=Deed.KEEP_ACCOUNT)
    try:
        said = do()
    except (Invalid, Conflict) as refusal:
        return _page(request, refusal, field)
    messages.success(request, said)
    return redirect(then)
