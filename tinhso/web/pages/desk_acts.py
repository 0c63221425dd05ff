"""Deciding on a dossier: the form of an action, and the apology with a new day."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from tinhso.documents import actions as documents
from tinhso.documents.types import SECRET_FIELD, Ask, Secret
from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, NotFound, Refused
from tinhso.kernel.text import clean
from tinhso.procedures import actions, queries
from tinhso.procedures.types import (
    Action,
    Dossier,
    DossierClaimedByOther,
    Field,
    FieldKind,
    Need,
    ReasonMissing,
)
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import consultations, questions, reasons, turns
from tinhso.web.ui import desk as ui
from tinhso.web.ui.phrases import (
    error_summary,
    first_messages,
    said,
    say_refusal,
)

REASON = "ly-do-"
DATE_WRONG = gettext_lazy("Ngày phải viết theo dạng ngày/tháng/năm, ví dụ 27/03/2026.")
KINDS = {
    FieldKind.LONG_TEXT: "textarea",
    FieldKind.DATE: "date",
    FieldKind.NUMBER: "number",
    FieldKind.CHOICE: "radio",
    FieldKind.YES_NO: "radio",
    FieldKind.PHONE: "tel",
    FieldKind.EMAIL: "email",
}


@guarded(Access.OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, dossier_id: UUID, action_key: str) -> HttpResponse:
    """Take an action of the workflow, or show the form of what it asks for."""
    if request.method != "POST":
        return _act_form(request, dossier_id, action_key, None)
    typed = request.POST
    if "send_code" in typed:
        return _send_code(request, dossier_id, action_key)
    try:
        taken = actions.take_action(
            dossier_id=dossier_id,
            action_key=action_key,
            revision=_whole(typed.get("revision", "")),
            note=reasons.written(typed, "note"),
            reasons=_reasons(typed),
            data={**_data(typed), **consultations.read(typed)},
            uploads=[
                (part.name or "", part.read())
                for part in request.FILES.getlist(queries.RESULT)
            ],
            secret=Secret(typed.get(SECRET_FIELD, "")),
            actor=actor_of(request),
            at=clock.now(),
        )
    except NotFound:
        raise
    except Refused as refusal:
        return _act_form(request, dossier_id, action_key, refusal)
    messages.success(request, _done(taken, action_key))
    return redirect("desk_dossier", dossier_id)


@guarded(Access.OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def extend(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Apologize and name a new day, once."""
    if request.method != "POST":
        return _extend_form(request, dossier_id, None)
    try:
        actions.extend_deadline(
            dossier_id=dossier_id,
            reason=reasons.written(request.POST, "reason"),
            new_day=_day(request.POST),
            actor=actor_of(request),
            at=clock.now(),
        )
    except NotFound:
        raise
    except Refused as refusal:
        return _extend_form(request, dossier_id, refusal)
    messages.success(request, gettext("Đã gửi lời xin lỗi và ngày hẹn mới."))
    return redirect("desk_dossier", dossier_id)


def _send_code(request: HttpRequest, dossier_id: UUID, key: str) -> HttpResponse:
    """Have a one-time code sent to whoever signs, and show the form again."""
    at, actor = clock.now(), actor_of(request)
    found = queries.get_dossier(dossier_id=dossier_id, actor=actor, at=at)
    action = found.procedure.workflow.action(key)
    if action is None or turns.why_not(action, found, actor):
        raise NotFound
    if turns.asked_when_signing(action, found, actor) is not Ask.CODE:
        raise NotFound
    try:
        whose = turns.signers_key(action, found, actor)
        documents.send_code(
            person_id=whose.get("person_id"),
            organization_id=whose.get("organization_id"),
            actor=actor,
            at=at,
        )
    except Refused as refusal:
        return _act_form(request, dossier_id, key, refusal)
    messages.success(request, gettext("Đã gửi mã dùng một lần. Mã có hạn vài phút."))
    return _act_form(request, dossier_id, key, None)


def _done(taken: Dossier, key: str) -> str:
    action = taken.procedure.workflow.action(key)
    title = said(action.title) if action else key
    return gettext("Đã xong: {title}.").format(title=title)


def _act_form(
    request: HttpRequest, dossier_id: UUID, key: str, refusal: Refused | None
) -> HttpResponse:
    at, actor = clock.now(), actor_of(request)
    found = actions.open_dossier(dossier_id=dossier_id, actor=actor, at=at)
    action = found.procedure.workflow.action(key)
    if action is None or action.role == ui.CITIZEN:
        raise NotFound
    barrier = turns.why_not(action, found, actor)
    refusal = refusal or barrier
    today = clock.local(at).date()
    context = {
        **_common(request, found, refusal, today),
        "action": action,
        "title": said(action.title),
        "asks": action.needs,
        "is_offered": barrier is None,
        "signature": turns.signature(action, found),
        "secret": turns.asked_when_signing(action, found, actor).value
        if not barrier
        else "",
        **_asked(action, found, request.POST, refusal, today),
    }
    return _answer(request, "desk/act.html", context, refusal)


def _extend_form(
    request: HttpRequest, dossier_id: UUID, refusal: Refused | None
) -> HttpResponse:
    at = clock.now()
    found = actions.open_dossier(dossier_id=dossier_id, actor=actor_of(request), at=at)
    context = {
        **_common(request, found, refusal, clock.local(at).date()),
        "reason": request.POST.get("reason", ""),
        "reason_chosen": request.POST.get("reason_chosen", ""),
        "apologies": reasons.offered(found.procedure.workflow.apologies),
        "new_day": request.POST.get("new_day", ""),
    }
    return _answer(request, "desk/extend.html", context, refusal)


def _answer(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    refusal: Refused | None,
) -> HttpResponse:
    status = refusal.status if refusal else 200
    return no_store(render(request, template, dict(context), status=status))


def _common(
    request: HttpRequest, found: Dossier, refusal: Refused | None, today: date
) -> dict[str, Any]:
    invalid = refusal if isinstance(refusal, Invalid) else None
    has_moved = isinstance(refusal, Conflict)
    return {
        **ui.dossier_context(
            found, actor_of(request), wanted=request.GET.get("tep", ""), on=today
        ),
        "is_form": True,
        "errors": error_summary(invalid, _labels(found)) if invalid else [],
        "error": first_messages(invalid) if invalid else {},
        "refused": say_refusal(refusal) if refusal and not invalid else "",
        "has_moved": has_moved and not isinstance(refusal, DossierClaimedByOther),
        "latest": ui.timeline(found)[:1] if has_moved else [],
    }


def _labels(found: Dossier) -> dict[str, str]:
    """Name the inputs of this desk's forms as they are labeled."""
    form = found.procedure.result.officer_form
    return {
        **(questions.labels_of(form.pages()) if form else {}),
        "signer": gettext("Người ký"),
        "note": gettext("Lý do"),
        "reasons": gettext("Lý do cho từng mục"),
        "reason": gettext("Lý do chậm"),
        "new_day": gettext("Ngày hẹn mới"),
        queries.RESULT: gettext("Kết quả đã ký"),
        **consultations.question_labels(),
    }


def _asked(
    action: Action,
    found: Dossier,
    typed: QueryDict,
    refusal: Refused | None,
    today: date,
) -> dict[str, Any]:
    asked: dict[str, Any] = {
        "note": typed.get("note", ""),
        "note_chosen": typed.get("note_chosen", ""),
        "notes": reasons.offered(action.reasons),
        "hint": _who_reads(action, found),
    }
    if Need.FIELD_REASONS in action.needs:
        asked["ask_sections"] = _reason_fields(found, typed, today)
        asked["whole"] = typed.get(REASON, "")
        asked["typical"] = reasons.beside_fields(action)
    if Need.RESULT_DATA in action.needs:
        asked["questions"] = _questions(found, typed, refusal, today)
        asked["signers"] = _signers(found, today)
        asked["signer"] = typed.get("signer") or _drafted_signer(found)
    if Need.CONSULTATIONS in action.needs:
        asked |= _asked_agencies(found, typed, refusal, today)
    return asked


def _asked_agencies(
    found: Dossier, typed: QueryDict, refusal: Refused | None, today: date
) -> dict[str, Any]:
    form = consultations.asked(found, typed, on=today)
    wrong = first_messages(refusal) if isinstance(refusal, Invalid) else {}
    for place, row in form["question_rows"]:
        start = f"questions.{place}."
        row["errors"] = {
            name.removeprefix(start): why
            for name, why in wrong.items()
            if name.startswith(start)
        }
    return form


def _who_reads(action: Action, found: Dossier) -> str:
    """Say for whom a reason is written: the applicant, or the colleague before."""
    goal = found.procedure.workflow.step(action.to or found.step.key)
    if goal.is_end:
        return gettext("Người dân đọc lý do này. Hãy nêu căn cứ và việc cần làm tiếp.")
    reader = ui.role_name(goal.role)
    if found.procedure.is_internal and Need.RESULT_FILE in action.needs:
        return gettext("Ghi rõ đã làm gì, kết quả ra sao, còn gì chưa xong.")
    return gettext("{reader} đọc lý do này để làm tiếp.").format(reader=reader)


def _reason_fields(
    found: Dossier, typed: QueryDict, today: date
) -> list[dict[str, Any]]:
    sections = ui.read_by_section(found, today)
    for section in sections:
        section["lines"] = [
            line for line in section["lines"] if not line["is_computed"]
        ]
        for line in section["lines"]:
            line["name"] = f"{REASON}{line['key']}"
            line["typed"] = typed.get(line["name"], "")
    return sections


def _questions(
    found: Dossier, typed: QueryDict, refusal: Refused | None, today: date
) -> list[dict[str, Any]]:
    form = found.procedure.result.officer_form
    if form is None:
        return []
    answers = {**found.result_data, **_data(typed)}
    error = first_messages(refusal) if isinstance(refusal, Invalid) else {}
    return [
        _question(field, answers.get(field.key), error.get(field.key, ""))
        for state in queries.form_pages(form=form, answers=answers, on=today)
        for page in state.pages
        for field in queries.open_fields(
            form=form, page=page, answers=answers, on=today
        )
        if field.kind is not FieldKind.COMPUTED
    ]


def _question(field: Field, value: Any, error: str) -> dict[str, Any]:
    return {
        "name": field.key,
        "label": said(field.label),
        "hint": questions.how_to(field),
        "kind": KINDS.get(field.kind, "text"),
        "options": _options(field),
        "value": _typed_back(field, value),
        "error": error,
        "optional": field.required is False,
    }


def _options(field: Field) -> list[dict[str, str]]:
    if field.kind is FieldKind.YES_NO:
        return [
            {"value": "yes", "label": gettext("Có")},
            {"value": "no", "label": gettext("Không")},
        ]
    return [{"value": c.value, "label": said(c.label)} for c in field.choices]


def _typed_back(field: Field, value: Any) -> str:
    """Write a stored value as it is typed."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if field.kind is FieldKind.DATE and value:
        try:
            return f"{date.fromisoformat(str(value)):%d/%m/%Y}"
        except ValueError:
            return str(value)
    return "" if value is None else str(value)


def _signers(found: Dossier, today: date) -> list[dict[str, str]]:
    return [
        {
            "value": str(post.person.id),
            "label": post.person.full_name,
            "hint": post.title,
        }
        for post in queries.possible_signers(dossier=found, on=today)
    ]


def _drafted_signer(found: Dossier) -> str:
    signer = found.result_data.get("signer") or {}
    return str(signer.get("person_id", ""))


def _reasons(typed: QueryDict) -> dict[str, str]:
    return {
        name.removeprefix(REASON): clean(str(value))
        for name, value in typed.items()
        if name.startswith(REASON)
    }


def _data(typed: QueryDict) -> dict[str, str]:
    ours = {"csrfmiddlewaretoken", "revision", "note", "note_chosen"}
    return {
        name: str(value)
        for name, value in typed.items()
        if name not in ours and not name.startswith(REASON)
    }


def _whole(text: str) -> int:
    # No revision is ever 0, so what cannot be read counts as outdated.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _day(typed: QueryDict) -> date:
    """Read the new day; a wrong one is told together with a missing reason."""
    day = questions.read_day(typed.get("new_day", ""))
    if day is not None:
        return day
    wrong = {"reason": [ReasonMissing.message], "new_day": [str(DATE_WRONG)]}
    if reasons.written(typed, "reason"):
        del wrong["reason"]
    raise Invalid(wrong)
