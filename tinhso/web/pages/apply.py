"""Write an application and submit it: one thing a page, saved at every answer."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST
from django.views.decorators.http import require_safe as only_read

from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid, NotFound
from tinhso.procedures import actions, queries
from tinhso.procedures.types import (
    AnswersInvalid,
    Draft,
    Field,
    FieldKind,
    FormPage,
)
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, guarded, no_store, open_draft
from tinhso.web.reading import uuid_of
from tinhso.web.ui import drafts as ui_drafts
from tinhso.web.ui import held as ui_held
from tinhso.web.ui import questions as ui
from tinhso.web.ui.phrases import ErrorLine, said

READ_WRITE = ["GET", "HEAD", "POST"]


class Faults(NamedTuple):
    """What is wrong: beside each field, and as lines at the top of the page."""

    beside: Mapping[str, str]
    lines: Sequence[ErrorLine]


NO_FAULTS = Faults({}, ())


@guarded(Access.CITIZEN)
@require_http_methods(READ_WRITE)
def start(request: HttpRequest, code: str) -> HttpResponse:
    """Start an application, or go on with one."""
    if request.method == "POST":
        draft = actions.start_draft(
            procedure_code=code, actor=actor_of(request), at=clock.now()
        )
        return redirect("apply", draft_id=draft.id)
    procedure = queries.get_procedure(code=code, on=_today())
    if not procedure.is_online:
        return redirect("procedure", code=code)
    drafts = queries.drafts_of(actor=actor_of(request))
    known = [draft for draft in drafts if draft.procedure.code == code]
    context = {"procedure": procedure, "drafts": known}
    return no_store(render(request, "apply/start.html", context))


@guarded(Access.CITIZEN)
@only_read
def drafts(request: HttpRequest) -> HttpResponse:
    """List what one has begun and not submitted."""
    found = queries.drafts_of(actor=actor_of(request))
    return no_store(render(request, "apply/drafts.html", {"drafts": found}))


@guarded(Access.CITIZEN)
@only_read
@open_draft
def hub(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Show the sections of an application and how far each is."""
    tasks = ui_drafts.tasks(draft, on=_today())
    todo = next((task for task in tasks if task["state"] != "done"), None)
    is_ready = all(task["state"] in ui_drafts.COMPLETE for task in tasks)
    context = {
        "draft": draft,
        "tasks": [*tasks, ui_drafts.last_task(draft, is_ready=is_ready)],
        "go_on": todo["href"] if todo else reverse("apply_check", args=[draft.id]),
        "standing": ui_drafts.standing(draft, on=_today()),
    }
    return no_store(render(request, "apply/hub.html", context))


@guarded(Access.CITIZEN)
@require_http_methods(READ_WRITE)
@open_draft
def unit(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Choose the unit that receives the dossier."""
    if request.method != "POST":
        return _show_unit(request, draft)
    try:
        draft = actions.choose_unit(
            draft_id=draft.id,
            organization_id=uuid_of(request.POST.get("organization_id", "")),
            case=request.POST.get("case", ""),
            actor=actor_of(request),
            at=clock.now(),
        )
    except Invalid as refusal:
        return _show_unit(request, draft, refusal)
    return redirect(_after_unit(request, draft))


@guarded(Access.CITIZEN)
@require_http_methods(READ_WRITE)
@open_draft
def page(request: HttpRequest, draft: Draft, key: str) -> HttpResponse:
    """Ask one thing, and keep what was answered."""
    form_page = draft.procedure.form.page(key)
    if form_page is None:
        raise NotFound
    if request.method != "POST":
        return _show_page(request, draft, form_page)
    draft, faults = _save(request, draft, form_page)
    if _is_about_files(request, form_page):
        return _take_file(request, draft, form_page)
    if "reuse" in request.POST or "fill" in request.POST:
        return _use_held(request, draft, form_page)
    if "add" in request.POST or "drop" in request.POST:
        more = "?them=1" if "add" in request.POST else ""
        return redirect(ui_drafts.page_address(draft, form_page) + more)
    return _go_on(request, form_page, draft, faults)


@guarded(Access.CITIZEN)
@require_http_methods(READ_WRITE)
@open_draft
def discard(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Throw a draft away, after asking once."""
    if request.method != "POST":
        return no_store(render(request, "apply/discard.html", {"draft": draft}))
    actions.discard_draft(draft_id=draft.id, actor=actor_of(request), at=clock.now())
    return redirect("drafts")


@guarded(Access.CITIZEN)
@require_POST
@open_draft
def renew(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Move a draft to the form in force today."""
    actions.renew_draft(draft_id=draft.id, actor=actor_of(request), at=clock.now())
    return redirect("apply", draft_id=draft.id)


def _today() -> date:
    return clock.local(clock.now()).date()


# Where the dossier goes


def _show_unit(
    request: HttpRequest, draft: Draft, refusal: Invalid | None = None
) -> HttpResponse:
    units = ui_drafts.receiving_units(draft, on=_today())
    suggested = None if draft.organization_id else ui_drafts.near_home(draft, units)
    context = {
        "draft": draft,
        "options": [
            {"value": "", "label": gettext("Hãy chọn")},
            *({"value": str(unit.id), "label": unit.name} for unit in units),
        ],
        "value": request.POST.get("organization_id")
        or str(draft.organization_id or (suggested.id if suggested else "")),
        "cases": ui_drafts.case_options(draft),
        "case": request.POST.get("case", draft.case),
        "suggested": suggested,
        "error": ui.faults_of(refusal, field="organization_id") if refusal else {},
        "errors": ui.summary_of(refusal, labels=_unit_labels()) if refusal else [],
        "back": request.GET.get("ve", ""),
    }
    status = 422 if refusal else 200
    return no_store(render(request, "apply/unit.html", context, status=status))


def _unit_labels() -> dict[str, str]:
    return {
        "organization_id": gettext("Đơn vị tiếp nhận"),
        "case": gettext("Trường hợp"),
    }


def _after_unit(request: HttpRequest, draft: Draft) -> str:
    if request.GET.get("ve") == ui_drafts.BACK_TO_CHECK:
        return reverse("apply_check", args=[draft.id])
    return ui_drafts.page_address(draft, next(draft.procedure.form.pages()))


# One page of the form


def _save(
    request: HttpRequest, draft: Draft, page: FormPage
) -> tuple[Draft, Invalid | None]:
    """Keep what was typed; wrong answers are kept, too, with what is wrong."""
    actor = actor_of(request)
    try:
        saved = actions.save_page(
            draft_id=draft.id,
            page_key=page.key,
            typed=ui.typed_on(page, request.POST),
            actor=actor,
            at=clock.now(),
        )
    except AnswersInvalid as refusal:
        return queries.get_draft(draft_id=draft.id, actor=actor), refusal
    return saved, None


def _use_held(request: HttpRequest, draft: Draft, page: FormPage) -> HttpResponse:
    """Answer with a paper the applicant holds already, and stay on the page."""
    key, _, file_id = request.POST.get("reuse", "").partition(":")
    common: dict[str, Any] = {
        "draft_id": draft.id,
        "actor": actor_of(request),
        "at": clock.now(),
    }
    nothing = UUID(int=0)
    try:
        if key:
            paper = uuid_of(file_id) or nothing
            actions.use_held_paper(field_key=key, file_id=paper, **common)
        else:
            result = uuid_of(request.POST.get("fill", "")) or nothing
            actions.fill_from_result(page_key=page.key, document_id=result, **common)
    except Invalid as refusal:
        return _show_page(request, draft, page, _faults(refusal, page, key))
    return redirect(_here(request, draft, page))


def _is_about_files(request: HttpRequest, page: FormPage) -> bool:
    sent = bool(request.FILES) or "remove" in request.POST or ui.is_unread(request)
    return sent and any(_file_fields(page))


def _file_fields(page: FormPage) -> Iterator[Field]:
    return (field for field in page.fields if field.kind is FieldKind.FILES)


def _take_file(request: HttpRequest, draft: Draft, page: FormPage) -> HttpResponse:
    """Keep or remove one file; who asked for just that stays on the page."""
    fields = list(_file_fields(page))
    found = ui.sent_file(fields, request.FILES)
    field = found[0] if found else fields[0]
    try:
        ui.refuse_unread_file(request, field)
        _change_files(request, draft, found)
    except Invalid as refusal:
        return _show_page(request, draft, page, _faults(refusal, page, field.key))
    if {"upload", "remove"} & set(request.POST):
        return redirect(_here(request, draft, page))
    return _go_on(request, page, *_save(request, draft, page))


def _change_files(request: HttpRequest, draft: Draft, found: Any) -> None:
    key, _, file_id = request.POST.get("remove", "").partition(":")
    known = uuid_of(file_id)
    common: dict[str, Any] = {
        "draft_id": draft.id,
        "actor": actor_of(request),
        "at": clock.now(),
    }
    if known is not None:
        actions.remove_file(field_key=key, file_id=known, **common)
    elif found is not None:
        field, upload = found
        actions.attach_file(
            field_key=field.key,
            name=upload.name or "",
            content=upload.read(),
            **common,
        )


def _go_on(
    request: HttpRequest, page: FormPage, draft: Draft, refusal: Invalid | None
) -> HttpResponse:
    """Lead on; back to the page where an answer opened further questions."""
    asked = set(request.POST.getlist("asked"))
    if refusal and (page.repeats or asked & set(refusal.fields)):
        return _show_page(request, draft, page, _faults(refusal, page))
    opened = ui_drafts.open_fields(draft, page, on=_today())
    if not page.repeats and {field.key for field in opened} - asked:
        joint = "&" if _query(request) else "?"
        return redirect(f"{_here(request, draft, page)}{joint}them=1")
    return redirect(_after_page(request, draft, page))


def _open_keys(draft: Draft, page: FormPage) -> set[str]:
    fields = ui_drafts.open_fields(draft, page, on=_today())
    return {field.key for field in fields}


def _here(request: HttpRequest, draft: Draft, page: FormPage) -> str:
    return f"{ui_drafts.page_address(draft, page)}{_query(request)}"


def _faults(refusal: Invalid, page: FormPage, field: str = "") -> Faults:
    labels = {**ui.labels_of([page]), **ui_drafts.solo_label(page)}
    lines = ui.summary_of(refusal, labels=labels, field=field)
    return Faults(ui.faults_of(refusal, field=field), lines)


def _query(request: HttpRequest) -> str:
    is_back = request.GET.get("ve") == ui_drafts.BACK_TO_CHECK
    return f"?ve={ui_drafts.BACK_TO_CHECK}" if is_back else ""


def _after_page(request: HttpRequest, draft: Draft, page: FormPage) -> str:
    following = queries.next_page(
        form=draft.procedure.form, answers=draft.answers, on=_today(), after=page.key
    )
    if following is None or _query(request):
        return reverse("apply_check", args=[draft.id])
    return ui_drafts.page_address(draft, following)


def _show_page(
    request: HttpRequest, draft: Draft, page: FormPage, faults: Faults = NO_FAULTS
) -> HttpResponse:
    filled = ui.Filled(draft.answers, draft.sources, draft.files, faults.beside)
    adds = "them" in request.GET
    asked = (
        ()
        if page.repeats
        else ui_drafts.page_questions(draft, page, filled, on=_today())
    )
    section = next(s for s in draft.procedure.form.sections if page in s.pages)
    by_field, fills = ui_held.offers(
        draft, page, actor=actor_of(request), at=clock.now()
    )
    for question in asked:
        question["held"] = by_field.get(question["key"], ())
    context = {
        "draft": draft,
        "page": page,
        "page_title": said(page.title),
        "section_title": said(section.title),
        "questions": asked,
        "solo": ui_drafts.solo(asked, said(page.title)),
        "rows": ui.rows(page, filled, add=adds) if page.repeats else [],
        "errors": faults.lines,
        "opened": adds and not page.repeats and not faults.lines,
        "has_files": any(_file_fields(page)),
        "fills": fills,
        "keeps": True,
    }
    status = 422 if faults.lines else 200
    return no_store(render(request, "apply/page.html", context, status=status))
