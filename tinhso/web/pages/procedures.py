"""Find a procedure and read what it takes."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from tinhso.kernel import clock
from tinhso.kernel.errors import NotFound
from tinhso.kernel.text import clean, fold
from tinhso.procedures import queries
from tinhso.procedures.types import Channel, NationalPaper, Need, Procedure
from tinhso.security.types import Access
from tinhso.web.policy import guarded
from tinhso.web.ui import fees as ui_fees
from tinhso.web.ui.fees import channel_name

LONGEST_SEARCH = 200
EXAMPLES = ("sinh con", "mở quán ăn", "mất giấy tờ", "độc thân")


@guarded(Access.PUBLIC)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """List the procedures that fit what was typed; all for nothing."""
    text = clean(request.GET.get("q", ""))[:LONGEST_SEARCH]
    events = queries.find_life_events(text=text, on=_today())
    # Beside what has happened to somebody, similar words only distract.
    found = queries.search_procedures(text=text, on=_today(), also_similar=not events)
    context = {
        "q": text,
        "events": events,
        "found": found,
        "examples": EXAMPLES,
        "most": queries.MOST_FOUND,
    }
    return render(request, "procedures/search.html", context)


@guarded(Access.PUBLIC)
@require_safe
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """Show a procedure as it stands today, ours or of the national catalogue."""
    today = _today()
    try:
        found = queries.get_procedure(code=code, on=today)
    except NotFound:
        return _national(request, code)
    if found.is_internal:
        raise NotFound
    units = queries.receiving_units(code=code, on=today)
    context = {
        "procedure": found,
        "limit": found.limit_on(today),
        "cases": _cases(found, today),
        "fees": ui_fees.lines(found.fees_on(today)),
        "audience": _audience(found),
        "channels": _channels(found),
        "steps": _steps(found),
        "units": sorted(units, key=lambda unit: fold(unit.name)),
    }
    return render(request, "procedures/procedure.html", context)


def _national(request: HttpRequest, code: str) -> HttpResponse:
    found = queries.get_national(code=code)
    cases: dict[str, list[NationalPaper]] = {}
    for paper in found.papers:
        cases.setdefault(paper.case, []).append(paper)
    levels = {
        "ministry": gettext("Bộ, ngành trung ương"),
        "province": gettext("Cấp tỉnh"),
        "commune": gettext("Cấp xã"),
        "other": gettext("Cơ quan khác"),
    }
    context = {
        "procedure": found,
        "levels": [levels[level] for level in found.levels],
        "ways": [
            {"way": way, "channel": channel_name(way.channel)} for way in found.ways
        ],
        "cases": cases.items(),
    }
    return render(request, "procedures/national.html", context)


def _cases(found: Procedure, today: date) -> list[dict[str, Any]]:
    """List the cases of a procedure that has several, each with its time limit."""
    if len(found.cases) < 2:
        return []
    return [
        {"title": case.title, "limit": found.limit_on(today, case=case.key).limit}
        for case in found.cases
    ]


def _today() -> date:
    return clock.local(clock.now()).date()


def _audience(procedure: Procedure) -> str:
    names = {
        "citizen": gettext("Công dân"),
        "business": gettext("Doanh nghiệp"),
        "organization": gettext("Tổ chức"),
    }
    return ", ".join(names.get(name, name) for name in procedure.audience)


def _channels(procedure: Procedure) -> str:
    names = {Channel.ONLINE: gettext("trực tuyến tại trang này")}
    return ", ".join(
        names.get(each) or channel_name(each) for each in procedure.channels
    )


def _steps(procedure: Procedure) -> list[dict[str, Any]]:
    """List what officers do, in order; ends and waiting for the applicant left out.

    So is waiting for other agencies where the procedure asks none as a rule.
    """
    workflow = procedure.workflow
    asking = {
        action.to
        for action in workflow.actions
        if Need.CONSULTATIONS in action.needs and not procedure.consultations
    }
    return [
        {"title": step.title, "limit": step.limit}
        for step in workflow.steps
        if not step.is_end and step.role != "citizen" and step.key not in asking
    ]
