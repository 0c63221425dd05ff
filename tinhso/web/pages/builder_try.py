"""Try what is being built: the citizen's pages, the whole form, examples."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid, NotAllowed, NotFound, Refused
from tinhso.kernel.text import clean
from tinhso.procedures import actions, queries
from tinhso.procedures.types import FieldKind, Form, FormPage, Procedure
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import builder as ui
from tinhso.web.ui import builder_edit as editing
from tinhso.web.ui import builder_parts as parts
from tinhso.web.ui import drafts as ui_drafts
from tinhso.web.ui import questions as asking
from tinhso.web.ui.phrases import money, said, say_refusal

READ_WRITE = ["GET", "HEAD", "POST"]
Body = Mapping[str, Any]


@guarded(Access.OFFICER)
@require_http_methods(READ_WRITE)
def preview(request: HttpRequest, key: str) -> HttpResponse:
    """Show a page as citizens will see it; answers travel along, nothing is kept."""
    form = _form(request, key)
    page = _page(form, request.POST.get("page") or request.GET.get("trang", ""))
    answers = _carried(request)
    if request.method != "POST" or page is None:
        return _show_page(request, key, form, page, answers)
    read, faults = queries.preview_page(
        form=form,
        page=page,
        typed=asking.typed_on(page, request.POST),
        answers=answers,
        on=_today(),
    )
    answers = {**answers, **read}
    if faults:
        return _show_page(request, key, form, page, answers, Invalid(faults))
    if {"add", "drop"} & set(request.POST):
        return _show_page(request, key, form, page, answers)
    following = queries.next_page(
        form=form, answers=answers, on=_today(), after=page.key
    )
    return _show_page(request, key, form, following, answers)


@guarded(Access.OFFICER)
@require_safe
def whole(request: HttpRequest, key: str) -> HttpResponse:
    """Show all questions of a form on one page."""
    actor = actor_of(request)
    body, _ = queries.get_content(kind="forms", key=key, actor=actor)
    form = queries.form_of(body=body)
    context = {
        **editing.frame(actor),
        "key": key,
        "title": said(form.title),
        "source": body.get("source", ""),
        "sections": [
            {"title": said(s.title), "pages": [_listed(page) for page in s.pages]}
            for s in form.sections
        ],
    }
    return no_store(render(request, "builder/whole.html", context))


@guarded(Access.OFFICER)
@require_http_methods(READ_WRITE)
def examples(request: HttpRequest, code: str) -> HttpResponse:
    """List the examples of a procedure with what comes of them; drop or accept one."""
    actor = actor_of(request)
    if request.method == "POST":
        try:
            _change_example(request)
        except NotAllowed:
            raise
        except Refused as refusal:
            messages.warning(request, say_refusal(refusal))
        return redirect("builder_examples", code=code)
    found = queries.get_building(code=code, actor=actor)
    context = {
        **editing.frame(actor),
        "code": code,
        "examples": [
            ui.example_line(one) for one in queries.examples_of(code=code, actor=actor)
        ],
        "can_run": queries.drafted_procedure(code=code, actor=actor) is not None,
        "has_draft": bool(found.draft),
    }
    return no_store(render(request, "builder/examples.html", context))


@guarded(Access.OFFICER)
@require_http_methods(READ_WRITE)
def example(request: HttpRequest, code: str) -> HttpResponse:
    """Fill a form in once, see what comes of it, and keep it as an example."""
    actor = actor_of(request)
    procedure = queries.drafted_procedure(code=code, actor=actor)
    if procedure is None:
        text = gettext("Thủ tục còn mục phải sửa. Hãy sửa trước rồi thêm ví dụ.")
        messages.warning(request, text)
        return redirect("builder_procedure", code=code)
    if request.method != "POST" or "keep" not in request.POST:
        return _show_example(request, procedure)
    try:
        actions.keep_example(
            code=code,
            example=_typed_example(request, procedure),
            fee=_fee(request),
            due_on=asking.read_day(request.POST.get("due_on", "")),
            is_refused="is_refused" in request.POST,
            actor=actor,
            at=clock.now(),
        )
    except Invalid as refusal:
        return _show_example(request, procedure, refusal)
    messages.success(request, gettext("Đã lưu ví dụ vào bản nháp."))
    return redirect("builder_examples", code=code)


def _today() -> date:
    return clock.local(clock.now()).date()


def _form(request: HttpRequest, key: str) -> Form:
    body, _ = queries.get_content(kind="forms", key=key, actor=actor_of(request))
    return queries.form_of(body=body)


def _page(form: Form, key: str) -> FormPage | None:
    return form.page(key) or next(form.pages(), None)


def _carried(request: HttpRequest) -> dict[str, Any]:
    try:
        found = json.loads(request.POST.get("carried", "{}"))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _show_page(
    request: HttpRequest,
    key: str,
    form: Form,
    page: FormPage | None,
    answers: Body,
    refusal: Invalid | None = None,
) -> HttpResponse:
    context: dict[str, Any] = {"key": key, "form_title": said(form.title)}
    if page is None:
        return render(request, "builder/preview_end.html", context)
    beside = asking.faults_of(refusal) if refusal else {}
    filled = asking.Filled(answers, {}, (), beside)
    shown = ui_drafts.Preview(form, answers)
    asked = (
        []
        if page.repeats
        else ui_drafts.page_questions(shown, page, filled, on=_today())
    )
    section = next(s for s in form.sections if page in s.pages)
    labels = {**asking.labels_of([page]), **ui_drafts.solo_label(page)}
    context |= {
        "page": page,
        "page_title": said(page.title),
        "section_title": said(section.title),
        "questions": asked,
        "solo": ui_drafts.solo(asked, said(page.title)),
        "rows": asking.rows(page, filled, add="add" in request.POST)
        if page.repeats
        else [],
        "errors": asking.summary_of(refusal, labels=labels) if refusal else [],
        "carried": json.dumps(answers, ensure_ascii=False),
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "builder/preview.html", context, status=status))


def _listed(page: FormPage) -> dict[str, Any]:
    return {
        "title": said(page.title),
        "is_conditional": page.when is not True,
        "repeats": page.repeats,
        "fields": [
            {
                "label": said(field.label),
                "hint": said(field.hint),
                "kind": str(parts.KINDS[field.kind.value]),
                "choices": [said(choice.label) for choice in field.choices],
                "is_optional": field.required is False,
                "is_conditional": field.when is not True,
            }
            for field in page.fields
        ],
    }


# Examples


def _change_example(request: HttpRequest) -> None:
    name, _, where = request.POST.get("deed", "").partition(":")
    key, _, place = where.rpartition("/")
    deeds = {"drop": actions.drop_example, "accept": actions.accept_example}
    if name not in deeds or not place.isdecimal():
        raise NotFound
    deeds[name](key=key, place=int(place), actor=actor_of(request), at=clock.now())


def _show_example(
    request: HttpRequest, procedure: Procedure, refusal: Invalid | None = None
) -> HttpResponse:
    typed = request.POST
    wrong = asking.faults_of(refusal) if refusal else {}
    answers = _answers(request, procedure.form)
    labels = {**asking.labels_of(procedure.form.pages()), **_labels()}
    tried = _tried(request, procedure) if request.method == "POST" else None
    context = {
        **editing.frame(actor_of(request)),
        "procedure": procedure,
        "code": procedure.code,
        "title": typed.get("title", ""),
        "submitted_at": typed.get("submitted_at")
        or f"{clock.local(clock.now()):%Y-%m-%d}T09:00",
        "channels": [
            {"value": c.value, "label": str(parts.CHANNELS[c.value])}
            for c in procedure.channels
        ],
        "channel": typed.get("channel", procedure.channels[0].value),
        "fee": typed.get("fee", ""),
        "due_on": typed.get("due_on", ""),
        "is_refused": "is_refused" in typed,
        "files": _files(request, procedure.form),
        "sections": _sections(procedure.form, answers, wrong),
        "tried": tried,
        "error": wrong,
        "errors": asking.summary_of(refusal, labels=labels) if refusal else [],
    }
    status = refusal.status if refusal else 200
    page = render(request, "builder/example.html", context, status=status)
    return no_store(page)


def _labels() -> dict[str, str]:
    return {
        "title": gettext("Ví dụ này cho thấy điều gì"),
        "submitted_at": gettext("Nộp lúc"),
        "fee": gettext("Phí phải là (đồng)"),
        "due_on": gettext("Ngày hẹn trả phải là"),
    }


def _answers(request: HttpRequest, form: Form) -> dict[str, Any]:
    answers: dict[str, Any] = {}
    for page in form.pages():
        answers |= asking.typed_on(page, request.POST)
    return answers


def _sections(form: Form, answers: Body, wrong: Mapping[str, str]) -> list[Any]:
    """Show the open pages of each section, all on one page, without the files."""
    filled = asking.Filled(answers, {}, (), wrong)
    shown = ui_drafts.Preview(form, answers)
    states = queries.form_pages(form=form, answers=answers, on=_today())
    return [
        {
            "title": said(state.section.title),
            "pages": [_sheet_page(shown, page, filled) for page in state.pages],
        }
        for state in states
    ]


def _sheet_page(
    shown: ui_drafts.Preview, page: FormPage, filled: asking.Filled
) -> dict[str, Any]:
    if page.repeats:
        return {"title": said(page.title), "rows": asking.rows(page, filled, add=True)}
    questions = ui_drafts.page_questions(shown, page, filled, on=_today())
    kept = [question for question in questions if not question["is_file"]]
    return {"title": said(page.title), "questions": kept}


def _files(request: HttpRequest, form: Form) -> list[dict[str, Any]]:
    ticked = request.POST.getlist("files")
    return [
        {
            "key": field.key,
            "label": f"{said(page.title)}: {said(field.label)}",
            "is_ticked": field.key in ticked or request.method != "POST",
        }
        for page in form.pages()
        for field in page.fields
        if field.kind is FieldKind.FILES
    ]


def _typed_example(request: HttpRequest, procedure: Procedure) -> dict[str, Any]:
    """Read what was typed of an example.

    :raises Invalid: if it has no name or no moment.
    """
    typed = request.POST
    title, moment = clean(typed.get("title", "")), typed.get("submitted_at", "")
    faults = {}
    if not title:
        faults["title"] = [gettext("Hãy đặt tên cho ví dụ.")]
    if not _is_moment(moment):
        faults["submitted_at"] = [gettext("Hãy nhập ngày và giờ nộp.")]
    if faults:
        raise Invalid(faults)
    return {**_example(request, procedure), "title": title, "submitted_at": moment}


def _example(request: HttpRequest, procedure: Procedure) -> dict[str, Any]:
    channel = request.POST.get("channel", "")
    known = [each.value for each in procedure.channels]
    asked = {f.key for f in procedure.form.fields() if f.kind is FieldKind.FILES}
    return {
        "channel": channel if channel in known else known[0],
        "answers": _answers(request, procedure.form),
        "files": [key for key in request.POST.getlist("files") if key in asked],
    }


def _tried(request: HttpRequest, procedure: Procedure) -> dict[str, Any] | None:
    """Tell what comes of what was typed so far."""
    moment = request.POST.get("submitted_at", "")
    if not _is_moment(moment):
        return None
    given = {**_example(request, procedure), "submitted_at": moment}
    got = queries.try_answers(procedure=procedure, example=given)
    if got is None:
        return None
    labels = asking.labels_of(procedure.form.pages())
    return {
        "fee": money(got["fee"]),
        "due_at": datetime.fromisoformat(got["due_at"]),
        "faults": [labels.get(name, name) for name in got["faults"]],
    }


def _is_moment(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is None and "T" in text
    except ValueError:
        return False


def _fee(request: HttpRequest) -> int | None:
    digits = clean(request.POST.get("fee", "")).replace(".", "").replace(" ", "")
    return int(digits) if digits.isdecimal() and len(digits) < 13 else None
