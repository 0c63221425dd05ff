"""The list as a workbook: handed out as filtered, taken back, shown, applied."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid
from tinhso.kernel.http import content_disposition
from tinhso.procedures import actions, queries
from tinhso.procedures.types import (
    ReturnedSheet,
    SheetFault,
    SheetUnreadable,
    SheetWrong,
)
from tinhso.security import queries as security
from tinhso.security.types import Access, Deed
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import desk as ui
from tinhso.web.ui import desk_filters as filters
from tinhso.web.ui.phrases import error_summary, first_messages, say_refusal

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 50
WRONG = {
    SheetWrong.UNKNOWN: gettext_lazy("Không có hồ sơ đang mở nào mang mã này."),
    SheetWrong.TWICE: gettext_lazy("Mã hồ sơ đã có ở một dòng trên."),
    SheetWrong.MOVED_ON: gettext_lazy("Hồ sơ đã thay đổi sau khi tải tệp."),
    SheetWrong.NOBODY: gettext_lazy(
        "Không có ai tên như vậy. Hãy chọn trong danh sách."
    ),
    SheetWrong.CANNOT: gettext_lazy("Người này không giữ vai trò xử lý bước này."),
}


@guarded(Access.OFFICER)
@require_safe
def excel(request: HttpRequest) -> HttpResponse:
    """Hand out exactly what is filtered as a workbook."""
    at = clock.now()
    content = actions.export_desk(
        wanted=filters.read(request.GET), actor=actor_of(request), at=at
    )
    name = f"ho-so-{clock.local(at):%Y%m%d-%H%M}.xlsx"
    headers = {
        "Content-Disposition": content_disposition(filename=name),
        "X-Content-Type-Options": "nosniff",
    }
    return no_store(HttpResponse(content, content_type=EXCEL, headers=headers))


@guarded(Access.OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def sheet(request: HttpRequest) -> HttpResponse:
    """Take a workbook back, and show what it would change."""
    security.require(actor=actor_of(request), deed=Deed.ASSIGN)
    if request.method != "POST":
        return _show(request, None)
    part = request.FILES.get("sheet")
    try:
        if part is None:
            raise SheetUnreadable({"sheet": [SheetUnreadable.message]})
        actions.take_sheet_back(
            content=part.read(),
            name=part.name or "",
            actor=actor_of(request),
            at=clock.now(),
        )
    except Invalid as refusal:
        return _show(request, refusal)
    return redirect("desk_sheet")


@guarded(Access.OFFICER)
@require_POST
def apply(request: HttpRequest, sheet_id: UUID) -> HttpResponse:
    """Do what the workbook says."""
    outcome = actions.apply_sheet(
        sheet_id=sheet_id, actor=actor_of(request), at=clock.now()
    )
    if not outcome.done and not outcome.refused:
        messages.warning(request, gettext("Tệp không giao lại hồ sơ nào."))
        return redirect("desk_sheet")
    context = {
        "rail": ui.rail(actor_of(request), ""),
        "title": gettext("Đã giao theo tệp Excel"),
        "done": outcome.done,
        "refused": [say_refusal(one) for one in outcome.refused],
    }
    return no_store(render(request, "desk/batch_done.html", context))


def _show(request: HttpRequest, refusal: Invalid | None) -> HttpResponse:
    actor = actor_of(request)
    found = queries.returned_sheet(actor=actor)
    context: dict[str, Any] = {
        "rail": ui.rail(actor, "desk"),
        "errors": error_summary(refusal) if refusal else [],
        "error": first_messages(refusal) if refusal else {},
        "sheet": _sheet(found) if found else None,
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "desk/sheet.html", context, status=status))


def _sheet(found: ReturnedSheet) -> dict[str, Any]:
    return {
        "id": found.id,
        "file_name": found.file_name,
        "rows": found.rows,
        "changes": found.changes[:SHOWN],
        "more_changes": max(0, len(found.changes) - SHOWN),
        "count": len(found.changes),
        "faults": [_fault(one) for one in found.faults[:SHOWN]],
        "more_faults": max(0, len(found.faults) - SHOWN),
    }


def _fault(one: SheetFault) -> dict[str, str]:
    return {"cell": one.cell, "why": str(WRONG[one.wrong]), "value": one.value}
