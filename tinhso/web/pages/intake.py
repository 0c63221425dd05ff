"""Take a dossier in at the counter: who stands there, the sheet, receipt and slip."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid, NotAllowed, NotFound
from tinhso.kernel.http import content_disposition
from tinhso.kernel.text import clean
from tinhso.payments import queries as payments
from tinhso.procedures import actions, queries
from tinhso.procedures.actions import Applicant, Sheet
from tinhso.procedures.types import (
    Dossier,
    Draft,
    DraftAlreadySubmitted,
    Form,
    NotReceivedHere,
)
from tinhso.security import queries as security
from tinhso.security.types import Access, Deed
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.reading import uuid_of
from tinhso.web.ui import bills, qr
from tinhso.web.ui import desk as ui
from tinhso.web.ui import intake as sheets
from tinhso.web.ui import questions as asking
from tinhso.web.ui.phrases import said, say_refusal

READ_WRITE = ["GET", "HEAD", "POST"]


@guarded(Access.OFFICER)
@require_http_methods(READ_WRITE)
def start(request: HttpRequest) -> HttpResponse:
    """Find the procedure, then write down who stands at the counter."""
    _require_clerk(request)
    if request.method != "POST":
        return _show_start(request)
    try:
        draft = actions.start_intake(
            procedure_code=request.POST.get("thu-tuc", ""),
            applicant=_applicant(request.POST),
            desk_id=uuid_of(request.POST.get("desk", "")) or sheets.NOWHERE,
            actor=actor_of(request),
            at=clock.now(),
        )
    except Invalid as refusal:
        return _show_start(request, refusal)
    return redirect("intake_sheet", draft_id=draft.id)


@guarded(Access.OFFICER)
@require_http_methods(READ_WRITE)
def sheet(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Fill the sheet in on one page; then take the dossier in."""
    draft = _desk_draft(request, draft_id)
    if draft.dossier_id is not None:
        return redirect("intake_done", dossier_id=draft.dossier_id)
    if request.method != "POST":
        return _show_sheet(request, draft)
    return _take(request, draft)


@guarded(Access.OFFICER)
@require_safe
def done(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Show code and due date of what was taken in, and what to print."""
    at = clock.now()
    actor = actor_of(request)
    found = actions.open_dossier(dossier_id=dossier_id, actor=actor, at=at)
    owed = payments.bills_for(subject_id=found.id, actor=actor)
    context = {
        "rail": ui.rail(actor, "intake"),
        "dossier": found,
        "bills": bills.on_dossier(owed, address="desk_bill"),
        "counting": queries.counting(dossier=found, at=at),
    }
    return no_store(render(request, "intake/done.html", context))


@guarded(Access.OFFICER)
@require_safe
def slip(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Show the slip for the printer of 80 mm paper."""
    found = actions.open_dossier(
        dossier_id=dossier_id, actor=actor_of(request), at=clock.now()
    )
    address = settings.TINHSO_ORIGIN + reverse("progress")
    context = {"dossier": found, "qr": qr.image(f"{address}?ma={found.code}")}
    return no_store(render(request, "intake/slip.html", context))


@guarded(Access.OFFICER)
@require_safe
def receipt(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Send form 01, to be printed on A5."""
    content = actions.open_receipt(
        dossier_id=dossier_id, actor=actor_of(request), at=clock.now()
    )
    name = content_disposition(filename="giay-tiep-nhan.pdf", inline=True)
    headers = {"Content-Disposition": name, "X-Content-Type-Options": "nosniff"}
    pdf = HttpResponse(content, content_type="application/pdf", headers=headers)
    return no_store(pdf)


@guarded(Access.OFFICER)
@require_http_methods(READ_WRITE)
def supply(request: HttpRequest, dossier_id: UUID, action_key: str) -> HttpResponse:
    """Take at the counter what the applicant was asked to complete."""
    actor, at = actor_of(request), clock.now()
    found = actions.open_dossier(dossier_id=dossier_id, actor=actor, at=at)
    if action_key not in {action.key for action in found.offered}:
        return redirect("desk_dossier", dossier_id)
    if request.method != "POST":
        return _show_supply(request, found, action_key)
    answers, uploads = _typed(request, found.procedure.form)
    try:
        actions.supply_at_counter(
            dossier_id=dossier_id,
            action_key=action_key,
            revision=found.revision,
            answers=answers,
            uploads=uploads,
            actor=actor,
            at=at,
        )
    except Invalid as refusal:
        return _show_supply(request, found, action_key, answers, refusal)
    messages.success(request, gettext("Đã nhận phần bổ sung. Thời hạn chạy lại."))
    return redirect("desk_dossier", dossier_id)


def _show_supply(
    request: HttpRequest,
    found: Dossier,
    action_key: str,
    typed: Mapping[str, Any] | None = None,
    refusal: Invalid | None = None,
) -> HttpResponse:
    wrong = asking.faults_of(refusal) if refusal else {}
    answers = {**found.answers, **(typed or {})}
    filled = asking.Filled(answers, {}, found.files, wrong)
    labels = asking.labels_of(found.procedure.form.pages())
    context = {
        "rail": ui.rail(actor_of(request), "intake"),
        "dossier": found,
        "here": request.path,
        "reasons": ui.reasons(found),
        "sections": sheets.form_sections(
            found.procedure.form, answers, filled, on=_today()
        ),
        "errors": asking.summary_of(refusal, labels=labels) if refusal else [],
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "intake/supply.html", context, status=status))


def _take(request: HttpRequest, draft: Draft) -> HttpResponse:
    actor, filled = actor_of(request), _filled(request, draft)
    deed = actions.take_in if "take_in" in request.POST else actions.save_intake
    try:
        deed(draft_id=draft.id, sheet=filled, actor=actor, at=clock.now())
    except DraftAlreadySubmitted:
        pass  # Pressed twice: the first time counts.
    except Invalid as refusal:
        return _show_sheet(request, _desk_draft(request, draft.id), refusal)
    taken = _desk_draft(request, draft.id)
    if taken.dossier_id is not None:
        return redirect("intake_done", dossier_id=taken.dossier_id)
    messages.success(request, gettext("Đã lưu phiếu. Chưa có mã hồ sơ."))
    return redirect("intake_sheet", draft_id=draft.id)


def _require_clerk(request: HttpRequest) -> None:
    if not security.may(actor=actor_of(request), deed=Deed.TAKE_IN):
        raise NotAllowed


def _desk_draft(request: HttpRequest, draft_id: UUID) -> Draft:
    draft = queries.get_draft(draft_id=draft_id, actor=actor_of(request))
    if draft.desk_id is None:
        raise NotFound
    return draft


def _applicant(typed: Mapping[str, str]) -> Applicant:
    """Read what was typed, or what a reader read off the identity card."""
    card = sheets.read_card(typed.get("card", ""))
    born = asking.read_day(typed.get("birth_date", "")) or card.birth_date
    return Applicant(
        personal_number=clean(typed.get("personal_number", "")) or card.personal_number,
        full_name=clean(typed.get("full_name", "")) or card.full_name,
        birth_date=born,
        phone=clean(typed.get("phone", "")),
        residence=clean(typed.get("residence", "")) or card.residence,
    )


def _filled(request: HttpRequest, draft: Draft) -> Sheet:
    answers, uploads = _typed(request, draft.procedure.form)
    removed = uuid_of(request.POST.get("remove", "").partition(":")[2])
    return Sheet(
        answers=answers,
        organization_id=uuid_of(request.POST.get("organization_id", "")),
        case=request.POST.get("case", draft.case),
        stated=sheets.stated(request.POST),
        uploads=uploads,
        removed=frozenset([removed] if removed else []),
    )


def _typed(
    request: HttpRequest, form: Form
) -> tuple[dict[str, Any], dict[str, list[tuple[str, bytes]]]]:
    """Read all answers and scans of a form that stands on one page."""
    answers: dict[str, Any] = {}
    for page in form.pages():
        answers |= asking.typed_on(page, request.POST)
    uploads = {
        key: [(part.name or "", part.read()) for part in request.FILES.getlist(key)]
        for key in sheets.file_fields(form)
        if request.FILES.getlist(key)
    }
    return answers, uploads


def _show_start(request: HttpRequest, refusal: Invalid | None = None) -> HttpResponse:
    text = clean(request.GET.get("q", ""))[:100]
    code = request.POST.get("thu-tuc") or request.GET.get("thu-tuc", "")
    context = {
        "rail": ui.rail(actor_of(request), "intake"),
        "q": text,
        "found": queries.search_procedures(text=text, on=_today()) if text else (),
        "code": code,
        "title": _title(code),
        "desks": sheets.desks(actor_of(request)),
        "typed": request.POST,
        "error": asking.faults_of(refusal, field="procedure") if refusal else {},
        "errors": asking.summary_of(refusal, labels=sheets.labels(), field="procedure")
        if refusal
        else [],
        "open_sheets": queries.drafts_at_desk(actor=actor_of(request)),
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "intake/start.html", context, status=status))


def _show_sheet(
    request: HttpRequest, draft: Draft, refusal: Invalid | None = None
) -> HttpResponse:
    wrong = asking.faults_of(refusal) if refusal else {}
    filled = asking.Filled(draft.answers, {}, draft.files, wrong)
    pages = list(draft.procedure.form.pages())
    labels = {**asking.labels_of(pages), **sheets.labels()}
    context = {
        "rail": ui.rail(actor_of(request), "intake"),
        "draft": draft,
        "sections": sheets.form_sections(
            draft.procedure.form, draft.answers, filled, on=_today()
        ),
        "cases": sheets.case_options(draft),
        "agencies": sheets.agency_options(draft, on=_today()),
        "agency": str(draft.organization_id or ""),
        "limit": sheets.limit_question(draft, on=_today()),
        "asks_fee": draft.procedure.is_adopted,
        "expected": sheets.expected(draft, at=clock.now()),
        "error": wrong,
        "errors": asking.summary_of(refusal, labels=labels) if refusal else [],
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "intake/sheet.html", context, status=status))


def _title(code: str) -> str:
    if not code:
        return ""
    try:
        return said(queries.get_procedure(code=code, on=_today()).title)
    except NotFound:
        pass
    try:
        return queries.get_national(code=code).title
    except NotFound:
        return say_refusal(NotReceivedHere())


def _today() -> date:
    return clock.local(clock.now()).date()
