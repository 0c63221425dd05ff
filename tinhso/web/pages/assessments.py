"""Assessments at the desk: a unit scores itself, an appraiser differs and settles."""

from collections.abc import Callable
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

from tinhso.indicators import actions, queries
from tinhso.indicators.types import (
    LEVELS,
    Assessment,
    AssessmentState,
    Bureau,
    ScoreState,
)
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Conflict, Invalid, NotAllowed
from tinhso.people import queries as people
from tinhso.security import queries as security
from tinhso.security.types import Access, Deed
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.sending import EXCEL, sent
from tinhso.web.ui import assessing, desk
from tinhso.web.ui import indexes as ui
from tinhso.web.ui.phrases import error_summary, first_messages, say, say_refusal
from tinhso.web.ui.questions import tidy

Do = Callable[[], object]


@guarded(Access.OFFICER)
@require_safe
def assessments(request: HttpRequest) -> HttpResponse:
    """List the assessments one's organizations are part of."""
    actor = actor_of(request)
    titles = {one.key: say(one.title) for one in queries.index_sets()}
    found = queries.assessments(actor=actor)
    context = {
        "rail": desk.rail(actor, "assessments"),
        "lines": [ui.assessment_line(one, titles) for one in found],
        "may_begin": bool(_sets_to_begin(actor)),
        "leagues": [
            {"title": titles[key], "href": reverse("index_league", args=[key])}
            for key in sorted({one.set_key for one in found} & titles.keys())
        ],
    }
    return no_store(render(request, "indexes/assessments.html", context))


def _sets_to_begin(actor: Actor) -> list[dict[str, str]]:
    """List the sets by which the actor's agency appraises."""
    duties = queries.appraisers()
    known = people.organizations_by_key(keys=set(duties.values()), on=assessing.today())
    return [
        {"value": one.key, "label": say(one.title)}
        for one in queries.index_sets()
        if duties.get(one.key) in known
        and security.may(
            actor=actor,
            deed=Deed.APPRAISE_UNITS,
            thing=Bureau(known[duties[one.key]].id),
        )
    ]


@guarded(Access.OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Ask a unit to assess itself."""
    sets = _sets_to_begin(actor_of(request))
    if not sets:
        raise NotAllowed
    if request.method != "POST":
        return _begin_page(request, sets)
    try:
        found = actions.begin_assessment(
            set_key=request.POST.get("set", ""),
            unit_id=_unit(request),
            period=tidy(request.POST.get("period", "")).strip(),
            due_on=assessing.asked_day(request, "due_on"),
            explain_by=assessing.asked_day(request, "explain_by"),
            actor=actor_of(request),
            at=clock.now(),
        )
    except Invalid as refusal:
        return _begin_page(request, sets, refusal)
    except Conflict as refusal:
        messages.warning(request, say_refusal(refusal))
        return _begin_page(request, sets)
    messages.success(request, gettext("Đã mở. Đơn vị tự đánh giá đến hạn gửi."))
    return redirect("assessment", assessment_id=found.line.id)


def _unit(request: HttpRequest) -> UUID:
    try:
        return UUID(request.POST.get("unit", ""))
    except ValueError as error:
        raise Invalid({"unit": [gettext("Hãy chọn đơn vị.")]}) from error


def _begin_page(
    request: HttpRequest, sets: list[dict[str, str]], refusal: Invalid | None = None
) -> HttpResponse:
    today = assessing.today()
    chosen = request.POST.get("set") or request.GET.get("bo", "") or sets[0]["value"]
    known = {one["value"] for one in sets}
    key = chosen if chosen in known else sets[0]["value"]
    levels = LEVELS[queries.get_index_set(key=key).measures]
    units = [u for level in levels for u in people.organizations(on=today, level=level)]
    context = {
        "rail": desk.rail(actor_of(request), "assessments"),
        "sets": sets,
        "set": key,
        "units": [{"value": str(one.id), "label": one.name} for one in units],
        "typed": request.POST or {"period": str(today.year)},
        "errors": error_summary(refusal) if refusal else [],
        "error": first_messages(refusal) if refusal else {},
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "indexes/begin.html", context, status=status))


@guarded(Access.OFFICER)
@require_safe
def assessment(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Show an assessment: its criteria by group, the three scores, whose turn it is."""
    return _assessment_page(request, assessment_id)


def _assessment_page(
    request: HttpRequest, assessment_id: UUID, refusal: Invalid | None = None
) -> HttpResponse:
    actor = actor_of(request)
    found = queries.get_assessment(assessment_id=assessment_id, actor=actor)
    line = found.line
    states = [s.state for _, scores in found.groups for s in scores]
    text, tone = ui.STATES[line.state]
    context = {
        "rail": desk.rail(actor, "assessments"),
        "found": found,
        "line": line,
        "title": say(found.index_set.title),
        "caution": say(found.index_set.caution) if found.index_set.caution else "",
        "state": {"text": text, "tone": tone},
        "groups": ui.score_groups(found),
        "said": ui.total_text(line.said),
        "appraised": ui.total_text(line.appraised),
        "published": ui.number(line.published),
        "open": states.count(ScoreState.EMPTY),
        "waiting": states.count(ScoreState.SAID),
        "may": _may(found, actor),
        "league_href": f"{reverse('index_league', args=[line.set_key])}"
        f"?ky={line.period.key}",
        "typed": request.POST,
        "errors": error_summary(refusal) if refusal else [],
        "error": first_messages(refusal) if refusal else {},
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "indexes/assessment.html", context, status=status))


def _may(found: Assessment, actor: Actor) -> dict[str, bool]:
    """Tell what the reader may do now with an assessment as a whole."""
    assesses, appraises = assessing.sides(found, actor)
    state = found.line.state
    return {
        "hand_in": assesses and state is AssessmentState.OPEN,
        "appraise": appraises and state is AssessmentState.HANDED_IN,
        "publish": appraises and state is AssessmentState.APPRAISED,
        "move": appraises
        and state in (AssessmentState.OPEN, AssessmentState.HANDED_IN),
    }


@guarded(Access.OFFICER)
@require_POST
def hand_in(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Hand one's unit's assessment in."""
    return _whole(
        request,
        assessment_id,
        lambda: actions.hand_in_assessment(
            assessment_id=assessment_id,
            actor=actor_of(request),
            at=clock.now(),
            without_open=request.POST.get("without_open") == "1",
        ),
        gettext("Đã gửi. Cơ quan thẩm định sẽ xem từng tiêu chí."),
    )


@guarded(Access.OFFICER)
@require_safe
def sheet(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Hand an assessment out as a workbook that can come back."""
    content = queries.self_sheet(assessment_id=assessment_id, actor=actor_of(request))
    return sent(content, kind=EXCEL, name="tu-danh-gia.xlsx")


@guarded(Access.OFFICER)
@require_POST
def take(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Take the workbook back, all of it or nothing."""
    part = request.FILES.get("sheet")
    return _whole(
        request,
        assessment_id,
        lambda: actions.take_self_assessment(
            assessment_id=assessment_id,
            content=part.read() if part else b"",
            name=(part.name if part else "") or "",
            actor=actor_of(request),
            at=clock.now(),
        ),
        gettext("Đã nạp số liệu từ tệp Excel."),
    )


@guarded(Access.OFFICER)
@require_POST
def agree(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Agree with whatever the unit said and nobody appraised yet."""
    return _whole(
        request,
        assessment_id,
        lambda: actions.appraise_rest(
            assessment_id=assessment_id, actor=actor_of(request), at=clock.now()
        ),
        gettext("Đã thống nhất các tiêu chí còn lại."),
    )


@guarded(Access.OFFICER)
@require_POST
def conclude(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Close an appraisal."""
    return _whole(
        request,
        assessment_id,
        lambda: actions.conclude_appraisal(
            assessment_id=assessment_id, actor=actor_of(request), at=clock.now()
        ),
        gettext("Đã kết thúc thẩm định."),
    )


@guarded(Access.OFFICER)
@require_POST
def publish(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Enter the score that was published."""
    return _whole(
        request,
        assessment_id,
        lambda: actions.publish_score(
            assessment_id=assessment_id,
            points=assessing.asked_points(request),
            source=tidy(request.POST.get("source", "")),
            on=assessing.asked_day(request, "on"),
            actor=actor_of(request),
            at=clock.now(),
        ),
        gettext("Đã ghi điểm công bố."),
    )


@guarded(Access.OFFICER)
@require_POST
def move(request: HttpRequest, assessment_id: UUID) -> HttpResponse:
    """Give a unit more time."""
    return _whole(
        request,
        assessment_id,
        lambda: actions.move_deadlines(
            assessment_id=assessment_id,
            due_on=assessing.asked_day(request, "due_on"),
            explain_by=assessing.asked_day(request, "explain_by"),
            reason=tidy(request.POST.get("reason", "")),
            actor=actor_of(request),
            at=clock.now(),
        ),
        gettext("Đã gia hạn."),
    )


def _whole(
    request: HttpRequest, assessment_id: UUID, do: Do, done: str
) -> HttpResponse:
    try:
        do()
    except Invalid as refusal:
        return _assessment_page(request, assessment_id, refusal)
    except Conflict as refusal:
        messages.warning(request, say_refusal(refusal))
        return redirect("assessment", assessment_id=assessment_id)
    messages.success(request, done)
    return redirect("assessment", assessment_id=assessment_id)
