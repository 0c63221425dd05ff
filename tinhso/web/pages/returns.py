"""Returns at the desk: what one's agency reports, what waits for it, who is late."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from tinhso.indicators import actions, queries
from tinhso.indicators.types import Bureau, Return, ReturnState
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Conflict, Invalid
from tinhso.security import queries as security
from tinhso.security.types import Access, Deed
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.sending import EXCEL, sent
from tinhso.web.ui import assessing, desk, measures
from tinhso.web.ui import returns as ui
from tinhso.web.ui.phrases import error_summary, first_messages, say_refusal
from tinhso.web.ui.questions import tidy

Do = Callable[[], object]
FIGURES = ("numerator", "denominator")


@guarded(Access.OFFICER)
@require_safe
def returns(request: HttpRequest) -> HttpResponse:
    """List what one's agencies report, what waits for them, and the workbooks."""
    return _list_page(request)


def _list_page(
    request: HttpRequest, refusal: Invalid | None = None, taken: str = ""
) -> HttpResponse:
    """Show the list; taken: the field of a workbook that was refused."""
    actor, today = actor_of(request), assessing.today()
    own = queries.own_returns(actor=actor, on=today)
    waiting = queries.returns_to_approve(actor=actor, on=today)
    context = {
        "rail": desk.rail(actor, "returns"),
        "owed": [ui.row(one) for one in own if one.is_owed],
        "sent": [ui.row(one) for one in own if not one.is_owed],
        "waiting": [ui.row(one) for one in waiting],
        "sheets": ui.sheets(own),
        "faults": ui.faults(refusal),
        "taken": taken,
        "errors": [{**line, "field": taken} for line in error_summary(refusal)]
        if refusal
        else [],
        "error": first_messages(refusal).get("sheet", "") if refusal else "",
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "returns/returns.html", context, status=status))


@guarded(Access.OFFICER)
@require_safe
def owed(request: HttpRequest) -> HttpResponse:
    """List by agency who still owes what, of one period or of all."""
    actor, today = actor_of(request), assessing.today()
    period = request.GET.get("ky", "")
    lines = queries.owed_returns(actor=actor, on=today, period=period)
    context = {
        "rail": desk.rail(actor, "returns"),
        "period": measures.period_name(queries.period(key=period)) if period else "",
        "agencies": ui.by_agency(lines),
        "lines": [ui.row(one) for one in lines],
        "periods": _periods(),
    }
    return no_store(render(request, "returns/owed.html", context))


def _periods() -> list[dict[str, str]]:
    """List the periods to choose from: of each length the last that are over."""
    today, found = assessing.today(), {}
    for asked in queries.returns_asked().values():
        now = queries.period_on(day=today, kind=asked.every)
        for back in (1, 2):
            one = queries.period_before(period=now, back=back)
            if one >= asked.since:
                found[one.key] = measures.period_name(one)
    return [{"key": key, "name": name} for key, name in sorted(found.items())]


@guarded(Access.OFFICER)
@require_safe
def one(
    request: HttpRequest, key: str, period: str, organization_id: UUID
) -> HttpResponse:
    """Show a return: its figures and files, and what the reader can do with it."""
    return _page(request, key, period, organization_id)


def _page(
    request: HttpRequest,
    key: str,
    period: str,
    organization_id: UUID,
    refusal: Invalid | None = None,
) -> HttpResponse:
    actor = actor_of(request)
    found = queries.get_return(
        key=key,
        period=period,
        agency_id=organization_id,
        actor=actor,
        on=assessing.today(),
    )
    line = found.line
    context = {
        "rail": desk.rail(actor, "returns"),
        "line": line,
        "row": ui.row(line),
        "numerator": ui.asked(line.asked.numerator),
        "denominator": ui.asked(line.asked.denominator),
        "found": found,
        "files": ui.files(found),
        "versions": ui.versions(found),
        "timeline": ui.timeline(found.remarks),
        "may": _may(found, actor),
        "measure_href": measures.measure_href(key, line.period),
        "typed": request.POST or ui.typed_before(found),
        "errors": error_summary(refusal) if refusal else [],
        "error": first_messages(refusal) if refusal else {},
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "returns/return.html", context, status=status))


def _may(found: Return, actor: Actor) -> dict[str, bool]:
    """Tell what the reader may do now."""
    line = found.line
    fills, approves = (
        security.may(actor=actor, deed=deed, thing=Bureau(place))
        for deed, place in (
            (Deed.FILL_RETURN, line.agency_id),
            (Deed.APPROVE_RETURN, line.approver_id),
        )
    )
    return {
        "fill": fills and line.state.is_open,
        "correct": fills and line.state is ReturnState.ACCEPTED,
        "decide": approves and line.state is ReturnState.SENT,
    }


@guarded(Access.OFFICER)
@require_POST
def fill(
    request: HttpRequest, key: str, period: str, organization_id: UUID
) -> HttpResponse:
    """Write figures and files down; send them where that was asked for."""
    about = _about(request, key, period, organization_id)
    sends = request.POST.get("do") == "send"

    def do() -> None:
        figures = (request.POST.get(name, "") for name in FIGURES)
        above, below = map(ui.typed_count, figures, FIGURES)
        actions.fill_return(
            numerator=above,
            denominator=below,
            remark=tidy(request.POST.get("remark", "")),
            uploads=assessing.uploads(request),
            sends=sends,
            **about,
        )

    done = gettext("Đã gửi. Cơ quan duyệt sẽ xem.") if sends else gettext("Đã lưu.")
    return _done(request, key, period, organization_id, do, done)


@guarded(Access.OFFICER)
@require_POST
def drop(
    request: HttpRequest, key: str, period: str, organization_id: UUID
) -> HttpResponse:
    """Let a file count no more."""
    about = _about(request, key, period, organization_id)
    try:
        evidence_id = UUID(request.POST.get("remove", ""))
    except ValueError:
        return _back(key, period, organization_id)
    return _done(
        request,
        key,
        period,
        organization_id,
        lambda: actions.drop_return_file(evidence_id=evidence_id, **about),
        gettext("Đã bỏ tệp."),
    )


@guarded(Access.OFFICER)
@require_POST
def accept(
    request: HttpRequest, key: str, period: str, organization_id: UUID
) -> HttpResponse:
    """Accept a return."""
    about = _about(request, key, period, organization_id)
    return _done(
        request,
        key,
        period,
        organization_id,
        lambda: actions.accept_return(**about),
        gettext("Đã duyệt. Số liệu đã được tính."),
    )


@guarded(Access.OFFICER)
@require_POST
def send_back(
    request: HttpRequest, key: str, period: str, organization_id: UUID
) -> HttpResponse:
    """Send a return back with a reason."""
    about = _about(request, key, period, organization_id)
    reason = tidy(request.POST.get("reason", ""))
    return _done(
        request,
        key,
        period,
        organization_id,
        lambda: actions.send_return_back(reason=reason, **about),
        gettext("Đã trả lại. Cơ quan báo cáo sẽ được thông báo."),
    )


@guarded(Access.OFFICER)
@require_POST
def correct(
    request: HttpRequest, key: str, period: str, organization_id: UUID
) -> HttpResponse:
    """Begin a version that shall replace the accepted one."""
    about = _about(request, key, period, organization_id)
    reason = tidy(request.POST.get("reason", ""))
    return _done(
        request,
        key,
        period,
        organization_id,
        lambda: actions.correct_return(reason=reason, **about),
        gettext("Đã lập bản thay. Bản cũ vẫn được tính đến khi bản mới được duyệt."),
    )


def _about(
    request: HttpRequest, key: str, period: str, organization_id: UUID
) -> dict[str, Any]:
    return {
        "key": key,
        "period": period,
        "agency_id": organization_id,
        "actor": actor_of(request),
        "at": clock.now(),
    }


def _done(
    request: HttpRequest,
    key: str,
    period: str,
    organization_id: UUID,
    do: Do,
    done: str,
) -> HttpResponse:
    try:
        do()
    except Invalid as refusal:
        return _page(request, key, period, organization_id, refusal)
    except Conflict as refusal:
        messages.warning(request, say_refusal(refusal))
        return redirect("returns")
    messages.success(request, done)
    return _back(key, period, organization_id)


def _back(key: str, period: str, organization_id: UUID) -> HttpResponse:
    return redirect("return", key=key, period=period, organization_id=organization_id)


@guarded(Access.OFFICER)
@require_safe
def file(
    request: HttpRequest,
    key: str,
    period: str,
    organization_id: UUID,
    evidence_id: UUID,
) -> HttpResponse:
    """Hand out a file of evidence, to be kept."""
    found, content = queries.return_file(
        key=key,
        period=period,
        agency_id=organization_id,
        evidence_id=evidence_id,
        actor=actor_of(request),
        on=assessing.today(),
    )
    return sent(content, kind=found.media_type, name=found.name)


@guarded(Access.OFFICER)
@require_safe
def sheet(request: HttpRequest, period: str, organization_id: UUID) -> HttpResponse:
    """Hand out what an agency reports for a period, as a workbook."""
    content = queries.return_sheet(
        period=period,
        agency_id=organization_id,
        actor=actor_of(request),
        on=assessing.today(),
    )
    return sent(content, kind=EXCEL, name=f"bao-cao-{period}.xlsx")


@guarded(Access.OFFICER)
@require_POST
def take(request: HttpRequest, period: str, organization_id: UUID) -> HttpResponse:
    """Take the workbook back: all of it as drafts, or nothing and each wrong cell."""
    name = ui.sheet_name(period, organization_id)
    part = request.FILES.get(name)
    try:
        count = actions.take_returns(
            period=period,
            agency_id=organization_id,
            content=part.read() if part else b"",
            name=(part.name if part else "") or "",
            actor=actor_of(request),
            at=clock.now(),
        )
    except Invalid as refusal:
        return _list_page(request, refusal, name)
    except Conflict as refusal:
        messages.warning(request, say_refusal(refusal))
        return redirect("returns")
    told = ngettext(
        "Đã nhập {n} báo cáo từ tệp. Hãy xem lại rồi gửi từng báo cáo.",
        "Đã nhập {n} báo cáo từ tệp. Hãy xem lại rồi gửi từng báo cáo.",
        count,
    )
    messages.success(request, told.format(n=count))
    return redirect("returns")
