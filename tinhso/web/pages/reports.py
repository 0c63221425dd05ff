"""The register of dossiers (form 06) and report 06a, of a unit and a period."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid, NotAllowed
from tinhso.kernel.http import content_disposition
from tinhso.procedures import actions, queries
from tinhso.procedures.types import Report06a
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import desk
from tinhso.web.ui import reports as ui
from tinhso.web.ui.phrases import error_summary, first_messages
from tinhso.web.ui.writing import moment

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@guarded(Access.OFFICER)
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """Show the register of a unit and a period, with the way to its print."""
    return _page(request, "desk_register", "reports/register.html", _register)


@guarded(Access.OFFICER)
@require_safe
def register_pdf(request: HttpRequest) -> HttpResponse:
    """Print form 06."""
    chosen = _chosen(request, own=True)
    if chosen.organization_id is None:
        raise NotAllowed
    first, last = chosen.period
    content = actions.print_register(
        organization_id=chosen.organization_id,
        first=first,
        last=last,
        actor=actor_of(request),
        at=clock.now(),
    )
    return _file(content, "application/pdf", "so-theo-doi.pdf", inline=True)


@guarded(Access.OFFICER)
@require_safe
def report(request: HttpRequest) -> HttpResponse:
    """Show report 06a of a unit, or of the province, and a period."""
    return _page(request, "report_06a", "reports/report_06a.html", _report)


@guarded(Access.OFFICER)
@require_safe
def report_pdf(request: HttpRequest) -> HttpResponse:
    """Print report 06a."""
    chosen = _chosen(request)
    first, last = chosen.period
    content = actions.print_report_06a(
        organization_id=chosen.organization_id,
        first=first,
        last=last,
        actor=actor_of(request),
        at=clock.now(),
    )
    return _file(content, "application/pdf", "06a-vpcp.pdf", inline=True)


@guarded(Access.OFFICER)
@require_safe
def report_excel(request: HttpRequest) -> HttpResponse:
    """Hand report 06a out as a workbook."""
    found = _counted(request, _chosen(request))
    content = queries.report_06a_as_xlsx(report=found)
    return _file(content, EXCEL, "06a-vpcp.xlsx", inline=False)


Shown = Callable[[HttpRequest, ui.Chosen], dict[str, Any]]


def _page(request: HttpRequest, name: str, template: str, show: Shown) -> HttpResponse:
    """Show what was chosen; a wrong period is told above the form."""
    chosen = _chosen(request, own=name == "desk_register")
    context: dict[str, Any] = {
        "rail": desk.rail(actor_of(request), name),
        "chosen": chosen,
        "here": reverse(name),
    }
    try:
        context |= show(request, chosen)
    except Invalid as refusal:
        shown_as = {"first": "tu", "last": "den"}
        fields = {shown_as.get(k, k): v for k, v in refusal.fields.items()}
        told = Invalid(fields)
        context |= {"errors": error_summary(told), "error": first_messages(told)}
        return no_store(render(request, template, context, status=refusal.status))
    return no_store(render(request, template, context))


def _chosen(request: HttpRequest, *, own: bool = False) -> ui.Chosen:
    actor, today = actor_of(request), clock.local(clock.now()).date()
    offered = ui.own_units(actor) if own else ui.units(actor, today)
    if not offered:
        raise NotAllowed
    return ui.Chosen(request.GET, offered, today)


def _register(request: HttpRequest, chosen: ui.Chosen) -> dict[str, Any]:
    first, last = chosen.period
    if chosen.organization_id is None:
        raise NotAllowed
    lines = queries.register(
        organization_id=chosen.organization_id,
        first=first,
        last=last,
        actor=actor_of(request),
    )
    query = chosen.query()
    return {
        "lines": [
            {"one": line, "result": ui.punctuality(line.punctuality)} for line in lines
        ],
        "synthetic": sum(line.is_synthetic for line in lines),
        "pdf_href": reverse("desk_register_pdf") + query,
    }


def _report(request: HttpRequest, chosen: ui.Chosen) -> dict[str, Any]:
    found, query = _counted(request, chosen), chosen.query()
    lines = [ui.row(line, str(n)) for n, line in enumerate(found.lines, start=1)]
    return {
        "report": found,
        "lines": [*lines, {**ui.row(found.total, ""), "field": gettext("Tổng số")}],
        "synthetic": [ui.row(found.synthetic, "")] if found.synthetic.received else [],
        "made_at": moment(found.made_at),
        "pdf_href": reverse("report_06a_pdf") + query,
        "excel_href": reverse("report_06a_excel") + query,
    }


def _counted(request: HttpRequest, chosen: ui.Chosen) -> Report06a:
    first, last = chosen.period
    return queries.report_06a(
        organization_id=chosen.organization_id,
        first=first,
        last=last,
        actor=actor_of(request),
        at=clock.now(),
    )


def _file(content: bytes, media_type: str, name: str, *, inline: bool) -> HttpResponse:
    headers = {
        "Content-Disposition": content_disposition(filename=name, inline=inline),
        "X-Content-Type-Options": "nosniff",
    }
    return no_store(HttpResponse(content, content_type=media_type, headers=headers))
