"""Oversight by the People's Council: targets, plans, questions and answers."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from tinhso.foresight import queries as foresight
from tinhso.indicators import queries as indicators
from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid
from tinhso.plans import actions, queries
from tinhso.plans.types import AgencyUnknown, AnswerDayPassed, NotOfCouncil
from tinhso.security import queries as security
from tinhso.security.types import Access, Deed
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.sending import sent
from tinhso.web.ui import desk, proposals, targets
from tinhso.web.ui import oversight as ui
from tinhso.web.ui import plans as plans_ui
from tinhso.web.ui.desk_filters import read_day, read_id
from tinhso.web.ui.phrases import error_summary, first_messages


@guarded(Access.OFFICER)
@require_safe
def oversight(request: HttpRequest) -> HttpResponse:
    """Show what the Council oversees: targets, plans, and what was asked."""
    actor, today = actor_of(request), clock.local(clock.now()).date()
    asked = queries.questions(on=today, actor=actor)
    lines = [ui.question_line(one, today) for one in asked]
    tasks = queries.tasks(on=today, actor=actor)
    made_up = settings.TINHSO_DEMO
    context = {
        "rail": desk.rail(actor, "oversight"),
        "may_ask": security.may(actor=actor, deed=Deed.ASK_AGENCIES),
        "lines": lines,
        "proposals": [
            proposals.line(one)
            for one in foresight.proposals(actor=actor)
            if one.put_at
        ],
        "sets": [
            {
                "key": key,
                "due": max(one.due for one in listed).key,
                "states": targets.summary(
                    indicators.standings(on=today, plan=key, made_up=made_up)
                ),
            }
            for key, listed in sorted(indicators.plans().items())
        ],
        "plans": [
            plans_ui.plan_line(one, [t for t in tasks if t.plan == one.key])
            for one in queries.plans(actor=actor)
        ],
    }
    return no_store(render(request, "plans/oversight.html", context))


@guarded(Access.OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """Ask an agency, as a member of the Council."""
    if not security.may(actor=actor_of(request), deed=Deed.ASK_AGENCIES):
        raise NotOfCouncil
    if request.method != "POST":
        return _form(request)
    try:
        made = actions.ask_question(**_asked(request))
    except Invalid as refusal:
        return _form(request, refusal)
    messages.success(
        request, gettext("Đã gửi câu hỏi cho {agency}.").format(agency=made.agency_name)
    )
    return redirect("question", made.id)


def _asked(request: HttpRequest) -> dict[str, Any]:
    about = ui.read_subject(request.POST.get("subject", ""))
    agency_id = read_id(request.POST.get("agency", ""))
    if agency_id is None:
        raise AgencyUnknown({"agency": [AgencyUnknown.message]})
    answer_by = read_day(request.POST.get("answer_by", ""))
    if answer_by is None:
        wrong = gettext("Hãy nhập ngày, ví dụ 27/03/2026.")
        raise AnswerDayPassed({"answer_by": [wrong]})
    return {
        "kind": about.kind,
        "subject": about.key,
        "agency_id": agency_id,
        "text": request.POST.get("text", ""),
        "answer_by": answer_by,
        "actor": actor_of(request),
        "at": clock.now(),
    }


def _form(request: HttpRequest, refusal: Invalid | None = None) -> HttpResponse:
    actor, today = actor_of(request), clock.local(clock.now()).date()
    first = {
        "subject": request.GET.get("ve", ""),
        "agency": request.GET.get("co-quan", ""),
    }
    context = {
        "rail": desk.rail(actor, "oversight"),
        "subjects": ui.subject_choices(queries.subjects(actor=actor)),
        "agencies": ui.agency_choices(queries.asked_agencies(on=today)),
        "typed": request.POST or first,
        "errors": error_summary(refusal, ui.labels()) if refusal else [],
        "error": first_messages(refusal) if refusal else {},
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "plans/ask.html", context, status=status))


@guarded(Access.OFFICER)
@require_safe
def question(request: HttpRequest, question_id: UUID) -> HttpResponse:
    """Show a question and what was answered."""
    return _show(request, question_id)


def _show(
    request: HttpRequest, question_id: UUID, refusal: Invalid | None = None
) -> HttpResponse:
    actor, today = actor_of(request), clock.local(clock.now()).date()
    found = queries.get_question(question_id=question_id, actor=actor)
    context = {
        "rail": desk.rail(actor, "oversight"),
        "one": found,
        "line": ui.question_line(found, today),
        "may_answer": queries.answers_for(actor=actor, agency_id=found.agency_id),
        "typed": request.POST,
        "errors": error_summary(refusal, ui.labels()) if refusal else [],
        "error": first_messages(refusal) if refusal else {},
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "plans/question.html", context, status=status))


@guarded(Access.OFFICER)
@require_POST
def answer(request: HttpRequest, question_id: UUID) -> HttpResponse:
    """Answer the Council for one's agency."""
    try:
        actions.answer_question(
            question_id=question_id,
            text=request.POST.get("text", ""),
            uploads=plans_ui.uploads(request),
            actor=actor_of(request),
            at=clock.now(),
        )
    except Invalid as refusal:
        return _show(request, question_id, refusal)
    messages.success(request, gettext("Đã trả lời; câu trả lời được lưu vĩnh viễn."))
    return redirect("question", question_id)


@guarded(Access.OFFICER)
@require_safe
def answer_file(
    request: HttpRequest, question_id: UUID, answer_id: UUID
) -> HttpResponse:
    """Hand out the file that came with an answer."""
    file, content = queries.answer_file(
        question_id=question_id, answer_id=answer_id, actor=actor_of(request)
    )
    return sent(content, kind=file.media_type, name=file.name)
