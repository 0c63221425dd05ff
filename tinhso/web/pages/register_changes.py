"""Registers to be kept: workbooks come in, changes are checked, handed in, decided."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Invalid
from tinhso.kernel.http import content_disposition
from tinhso.registries import actions, queries
from tinhso.registries.types import (
    Change,
    ChangeState,
    Register,
    SheetUnreadable,
)
from tinhso.security import queries as security
from tinhso.security.types import Access, Deed
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import desk
from tinhso.web.ui import registers as ui
from tinhso.web.ui.phrases import error_summary, first_messages

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN = 50


@guarded(Access.OFFICER)
@require_safe
def kept(request: HttpRequest) -> HttpResponse:
    """List the registers one keeps or decides about, and what waits."""
    actor, today = actor_of(request), _today()
    mine = [
        one
        for one in queries.registers(on=today, actor=actor)
        if security.may(actor=actor, deed=Deed.READ_RECORDS, thing=one)
    ]
    context = {
        "rail": desk.rail(actor, "registers_kept"),
        "registers": [_kept(one, actor) for one in mine],
        "waiting": [_line(one) for one in queries.to_decide(on=today, actor=actor)],
    }
    return no_store(render(request, "registers/kept.html", context))


def _kept(register: Register, actor: Actor) -> dict[str, Any]:
    found = queries.changes(key=register.key, on=_today(), actor=actor, most=5)
    return {
        "title": ui.title(register),
        "href": reverse("register", args=[register.key]),
        "take_href": reverse("register_take", args=[register.key]),
        "edit_href": reverse("register_edit", args=[register.key]),
        "may_change": security.may(
            actor=actor, deed=Deed.CHANGE_RECORDS, thing=register
        ),
        "changes": [_line(one) for one in found],
    }


def _line(change: Change) -> dict[str, Any]:
    return {
        "href": reverse("register_change", args=[change.id]),
        "change": change,
        "state": ui.state(change),
    }


@guarded(Access.OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, key: str) -> HttpResponse:
    """Take a workbook in, and show what it would change."""
    actor, at = actor_of(request), clock.now()
    register = queries.get_register(key=key, on=_today(), actor=actor)
    security.require(actor=actor, deed=Deed.CHANGE_RECORDS, thing=register)
    if request.method != "POST":
        return _take_page(request, register)
    part = request.FILES.get("sheet")
    try:
        if part is None:
            raise SheetUnreadable({"sheet": [SheetUnreadable.message]})
        change = actions.take_workbook(
            key=key,
            content=part.read(),
            name=part.name or "",
            source=request.POST.get("source", ""),
            on=ui.day_asked(request.POST.get("on", ""), field="on", today=_today()),
            actor=actor,
            at=at,
        )
    except Invalid as refusal:
        return _take_page(request, register, refusal)
    return redirect("register_change", change_id=change.id)


def _take_page(
    request: HttpRequest, register: Register, refusal: Invalid | None = None
) -> HttpResponse:
    context = {
        "rail": desk.rail(actor_of(request), "registers_kept"),
        "title": ui.title(register),
        "register": register,
        "typed": request.POST or {"on": f"{_today():%d/%m/%Y}"},
        "errors": error_summary(refusal) if refusal else [],
        "error": first_messages(refusal) if refusal else {},
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "registers/take.html", context, status=status))


@guarded(Access.OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: str) -> HttpResponse:
    """Write one record by hand, a new one or the next version of one that is there."""
    actor = actor_of(request)
    register = queries.get_register(key=key, on=_today(), actor=actor)
    security.require(actor=actor, deed=Deed.CHANGE_RECORDS, thing=register)
    if request.method != "POST":
        return _edit_page(request, register, _known(request, register))
    typed = {name: str(request.POST[name]) for name in request.POST}
    try:
        change = actions.propose_record(
            key=key,
            typed=typed,
            source=typed.get("source", ""),
            on=_today(),
            actor=actor,
            at=clock.now(),
        )
    except Invalid as refusal:
        return _edit_page(request, register, typed, refusal)
    return redirect("register_change", change_id=change.id)


def _known(request: HttpRequest, register: Register) -> dict[str, str]:
    """Fill the form with what the register says today, if it is asked for a record."""
    today = f"{_today():%d/%m/%Y}"
    identifier = request.GET.get("ma", "")
    if not identifier:
        return {"valid_from": today}
    found = actions.open_record(
        key=register.key,
        identifier=identifier,
        on=_today(),
        actor=actor_of(request),
        at=clock.now(),
    )
    return {**ui.typed(register, found), "valid_from": today}


def _edit_page(
    request: HttpRequest,
    register: Register,
    typed: dict[str, str],
    refusal: Invalid | None = None,
) -> HttpResponse:
    errors = first_messages(refusal) if refusal else {}
    context = {
        "rail": desk.rail(actor_of(request), "registers_kept"),
        "title": ui.title(register),
        "register": register,
        "questions": ui.questions(register, typed, errors),
        "typed": typed,
        "error": errors,
        "errors": error_summary(refusal) if refusal else [],
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "registers/edit.html", context, status=status))


@guarded(Access.OFFICER)
@require_safe
def template(request: HttpRequest, key: str) -> HttpResponse:
    """Hand out the empty workbook of a register."""
    content = queries.template(key=key, on=_today(), actor=actor_of(request))
    return _workbook(content, f"mau-{key}.xlsx")


@guarded(Access.OFFICER)
@require_safe
def change(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """Show a change: what it does, what is wrong, what can be done with it."""
    return _change_page(request, change_id)


def _change_page(
    request: HttpRequest, change_id: UUID, refusal: Invalid | None = None
) -> HttpResponse:
    actor, today = actor_of(request), _today()
    register, found = queries.get_change(change_id=change_id, on=today, actor=actor)
    names = ui.unit_names(today)
    wrong = queries.lines(
        change_id=change_id, on=today, actor=actor, only_wrong=True, most=SHOWN
    )
    after = _number(request.GET.get("sau", ""))
    lines = queries.lines(
        change_id=change_id, on=today, actor=actor, after=after, most=SHOWN
    )
    context = {
        "rail": desk.rail(actor, "registers_kept"),
        "title": ui.title(register),
        "register": register,
        "register_href": reverse("register", args=[register.key]),
        "change": found,
        "state": ui.state(found),
        "wrong": ui.lines(register, wrong, names),
        "more_wrong": max(0, found.faults - SHOWN),
        "lines": ui.lines(register, [one for one in lines if not one.faults], names),
        "next_href": f"?sau={lines[-1].number}" if len(lines) == SHOWN else "",
        "may": _may(register, found, actor),
        "typed": request.POST,
        "errors": error_summary(refusal) if refusal else [],
        "error": first_messages(refusal) if refusal else {},
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "registers/change.html", context, status=status))


def _may(register: Register, found: Change, actor: Actor) -> dict[str, bool]:
    """Tell what the reader may do with a change now."""
    keeps = security.may(actor=actor, deed=Deed.CHANGE_RECORDS, thing=register)
    decides = security.may(actor=actor, deed=Deed.APPROVE_RECORDS, thing=register)
    is_draft = found.state is ChangeState.DRAFT
    is_proposed = found.state is ChangeState.PROPOSED
    does_something = found.count_added + found.count_changed + found.count_ended > 0
    return {
        "hand_in": keeps and is_draft and does_something,
        "withdraw": keeps and (is_draft or is_proposed),
        "decide": decides and is_proposed and found.proposer_id != actor.id,
        "waits": is_proposed and not (decides and found.proposer_id != actor.id),
    }


@guarded(Access.OFFICER)
@require_safe
def returned(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """Hand the workbook back, red where it is wrong."""
    actor, today = actor_of(request), _today()
    _, found = queries.get_change(change_id=change_id, on=today, actor=actor)
    content = queries.returned(change_id=change_id, on=today, actor=actor)
    stem = found.file_name.rpartition(".")[0] or found.register
    return _workbook(content, f"{stem}-sua.xlsx")


@guarded(Access.OFFICER)
@require_POST
def hand_in(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """Hand a change in to be decided."""

    def do() -> None:
        done = actions.hand_in_change(
            change_id=change_id,
            actor=actor_of(request),
            at=clock.now(),
            without_wrong=request.POST.get("without_wrong") == "1",
        )
        told = {
            ChangeState.APPLIED: gettext("Đã ghi vào sổ."),
            ChangeState.PROPOSED: gettext("Đã gửi. Lãnh đạo đơn vị sẽ duyệt."),
        }
        messages.success(request, told[done.state])

    return _done(request, change_id, do)


@guarded(Access.OFFICER)
@require_POST
def approve(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """Write a change into its register."""

    def do() -> None:
        actions.approve_change(
            change_id=change_id, actor=actor_of(request), at=clock.now()
        )
        messages.success(request, gettext("Đã duyệt và ghi vào sổ."))

    return _done(request, change_id, do)


@guarded(Access.OFFICER)
@require_POST
def reject(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """Send a change back with the reason."""

    def do() -> None:
        actions.reject_change(
            change_id=change_id,
            reason=request.POST.get("reason", ""),
            actor=actor_of(request),
            at=clock.now(),
        )
        messages.success(request, gettext("Đã trả lại, kèm lý do."))

    return _done(request, change_id, do)


@guarded(Access.OFFICER)
@require_POST
def withdraw(request: HttpRequest, change_id: UUID) -> HttpResponse:
    """Take a change back."""

    def do() -> None:
        actions.withdraw_change(
            change_id=change_id, actor=actor_of(request), at=clock.now()
        )
        messages.success(request, gettext("Đã rút lại. Sổ giữ nguyên."))

    return _done(request, change_id, do)


def _done(
    request: HttpRequest, change_id: UUID, do: Callable[[], None]
) -> HttpResponse:
    try:
        do()
    except Invalid as refusal:
        return _change_page(request, change_id, refusal)
    return redirect("register_change", change_id=change_id)


def _workbook(content: bytes, name: str) -> HttpResponse:
    headers = {
        "Content-Disposition": content_disposition(filename=name),
        "X-Content-Type-Options": "nosniff",
    }
    return no_store(HttpResponse(content, content_type=EXCEL, headers=headers))


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 8 else 0


def _today() -> date:
    return clock.local(clock.now()).date()
