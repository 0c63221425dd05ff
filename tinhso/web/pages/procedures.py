"""Find a procedure and read what it takes."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from tinhso.kernel import clock
from tinhso.kernel.text import clean, fold
from tinhso.procedures import queries
from tinhso.procedures.types import Channel, Fee, Procedure
from tinhso.security.types import Access
from tinhso.web.policy import guarded

LONGEST_SEARCH = 200
EXAMPLES = ("khai sinh", "kết hôn", "độc thân")


@guarded(Access.PUBLIC)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """List the procedures that fit what was typed; all for nothing."""
    text = clean(request.GET.get("q", ""))[:LONGEST_SEARCH]
    found = queries.search_procedures(text=text, on=_today())
    context = {"q": text, "found": found, "examples": EXAMPLES}
    return render(request, "procedures/search.html", context)


@guarded(Access.PUBLIC)
@require_safe
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """Show a procedure as it stands today."""
    today = _today()
    found = queries.get_procedure(code=code, on=today)
    units = queries.receiving_units(code=code, on=today)
    context = {
        "procedure": found,
        "limit": found.limit_on(today),
        "fees": [_fee(fee) for fee in found.fees_on(today, channel=Channel.ONLINE)],
        "audience": _audience(found),
        "channels": _channels(found),
        "steps": _steps(found),
        "units": sorted(units, key=lambda unit: fold(unit.name)),
    }
    return render(request, "procedures/procedure.html", context)


def _today() -> date:
    return clock.local(clock.now()).date()


def _fee(fee: Fee) -> dict[str, Any]:
    units = {"dossier": gettext("hồ sơ"), "copy": gettext("bản")}
    return {"fee": fee, "unit": units.get(fee.unit, fee.unit)}


def _audience(procedure: Procedure) -> str:
    names = {
        "citizen": gettext("Công dân"),
        "business": gettext("Doanh nghiệp"),
        "organization": gettext("Tổ chức"),
    }
    return ", ".join(names.get(name, name) for name in procedure.audience)


def _channels(procedure: Procedure) -> str:
    names = {
        Channel.ONLINE: gettext("trực tuyến tại trang này"),
        Channel.COUNTER: gettext("tại quầy một cửa"),
        Channel.POST: gettext("qua bưu chính công ích"),
    }
    return ", ".join(names[channel] for channel in procedure.channels)


def _steps(procedure: Procedure) -> list[dict[str, Any]]:
    """List what officers do, in order; ends and waiting for the applicant left out."""
    return [
        {"title": step.title, "limit": step.limit}
        for step in procedure.workflow.steps
        if not step.is_end and step.role != "citizen"
    ]
