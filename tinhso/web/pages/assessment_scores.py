"""One criterion of an assessment: what is said, shown, disputed and settled."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from tinhso.indicators import actions, queries
from tinhso.indicators.types import (
    Assessment,
    AssessmentState,
    CriterionUnknown,
    Score,
    ScoreState,
)
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Conflict, Invalid
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.sending import sent
from tinhso.web.ui import assessing, desk
from tinhso.web.ui import indexes as ui
from tinhso.web.ui.phrases import error_summary, first_messages, say, say_refusal
from tinhso.web.ui.questions import tidy

Do = Callable[[], object]


@guarded(Access.OFFICER)
@require_safe
def score(request: HttpRequest, assessment_id: UUID, item: str) -> HttpResponse:
    """Show a criterion: three scores, evidence, what was said, what can be done."""
    return _score_page(request, assessment_id, item)


def _score_page(
    request: HttpRequest,
    assessment_id: UUID,
    item: str,
    refusal: Invalid | None = None,
) -> HttpResponse:
    actor = actor_of(request)
    found = queries.get_assessment(assessment_id=assessment_id, actor=actor)
    try:
        one = found.score(item)
    except KeyError as error:
        raise CriterionUnknown from error
    errors = first_messages(refusal) if refusal else {}
    typed = request.POST or ui.typed_before(one)
    context = {
        "rail": desk.rail(actor, "assessments"),
        "line": found.line,
        "item": item,
        "score": ui.score_line(one, assessment_id),
        "rule": ui.rule_text(one.criterion),
        "note": say(one.criterion.note) if one.criterion.note else "",
        "remark": one.note,
        "figures": ui.figures(one),
        "files": ui.files(one, assessment_id),
        "needs_evidence": one.criterion.needs_evidence,
        "timeline": ui.timeline(one.remarks),
        "may": _may_score(found, one, actor),
        "asks": ui.figure_asks(one.criterion, typed, errors),
        "typed": typed,
        "next_href": ui.next_href(found, item),
        "errors": error_summary(refusal) if refusal else [],
        "error": errors,
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "indexes/score.html", context, status=status))


def _may_score(found: Assessment, one: Score, actor: Actor) -> dict[str, bool]:
    """Tell what the reader may do now with a criterion."""
    assesses, appraises = assessing.sides(found, actor)
    is_open = found.line.state is AssessmentState.OPEN
    is_in = found.line.state is AssessmentState.HANDED_IN
    is_late = (
        one.state is ScoreState.DISPUTED and assessing.today() > found.line.explain_by
    )
    may_settle = one.state is ScoreState.EXPLAINED or is_late
    is_fresh = one.state not in (ScoreState.EXPLAINED, ScoreState.SETTLED)
    return {
        "say": assesses and is_open,
        "appraise": appraises and is_in and is_fresh and not is_late,
        "explain": assesses and is_in and one.state is ScoreState.DISPUTED,
        "settle": appraises and is_in and may_settle,
    }


@guarded(Access.OFFICER)
@require_POST
def say_score(request: HttpRequest, assessment_id: UUID, item: str) -> HttpResponse:
    """Say what one's unit has by a criterion."""
    return _one(
        request,
        assessment_id,
        item,
        lambda: actions.self_assess(
            assessment_id=assessment_id,
            item=item,
            a=ui.typed_number(request.POST.get("a", ""), field="a"),
            b=ui.typed_number(request.POST.get("b", ""), field="b"),
            remark=tidy(request.POST.get("remark", "")),
            uploads=assessing.uploads(request),
            actor=actor_of(request),
            at=clock.now(),
        ),
        gettext("Đã lưu."),
    )


@guarded(Access.OFFICER)
@require_POST
def appraise(request: HttpRequest, assessment_id: UUID, item: str) -> HttpResponse:
    """Give the points one finds right."""
    return _one(
        request,
        assessment_id,
        item,
        lambda: actions.appraise(
            assessment_id=assessment_id,
            item=item,
            points=assessing.asked_points(request),
            reason=tidy(request.POST.get("reason", "")),
            actor=actor_of(request),
            at=clock.now(),
        ),
        gettext("Đã ghi điểm thẩm định."),
    )


@guarded(Access.OFFICER)
@require_POST
def explain(request: HttpRequest, assessment_id: UUID, item: str) -> HttpResponse:
    """Answer the appraiser."""
    return _one(
        request,
        assessment_id,
        item,
        lambda: actions.explain(
            assessment_id=assessment_id,
            item=item,
            text=tidy(request.POST.get("text", "")),
            uploads=assessing.uploads(request),
            actor=actor_of(request),
            at=clock.now(),
        ),
        gettext("Đã gửi giải trình."),
    )


@guarded(Access.OFFICER)
@require_POST
def settle(request: HttpRequest, assessment_id: UUID, item: str) -> HttpResponse:
    """End a dispute with the points that hold."""
    return _one(
        request,
        assessment_id,
        item,
        lambda: actions.settle(
            assessment_id=assessment_id,
            item=item,
            points=assessing.asked_points(request),
            reason=tidy(request.POST.get("reason", "")),
            actor=actor_of(request),
            at=clock.now(),
        ),
        gettext("Đã chốt điểm."),
    )


@guarded(Access.OFFICER)
@require_POST
def drop(request: HttpRequest, assessment_id: UUID, item: str) -> HttpResponse:
    """Let a file count no more."""
    try:
        evidence_id = UUID(request.POST.get("remove", ""))
    except ValueError:
        return redirect("assessment_score", assessment_id=assessment_id, item=item)
    return _one(
        request,
        assessment_id,
        item,
        lambda: actions.drop_evidence(
            assessment_id=assessment_id,
            evidence_id=evidence_id,
            actor=actor_of(request),
            at=clock.now(),
        ),
        gettext("Đã bỏ tệp."),
    )


def _one(
    request: HttpRequest, assessment_id: UUID, item: str, do: Do, done: str
) -> HttpResponse:
    try:
        do()
    except Invalid as refusal:
        return _score_page(request, assessment_id, item, refusal)
    except Conflict as refusal:
        messages.warning(request, say_refusal(refusal))
        return redirect("assessment_score", assessment_id=assessment_id, item=item)
    messages.success(request, done)
    return redirect("assessment_score", assessment_id=assessment_id, item=item)


@guarded(Access.OFFICER)
@require_safe
def evidence(
    request: HttpRequest, assessment_id: UUID, evidence_id: UUID
) -> HttpResponse:
    """Hand out a file of evidence, to be kept."""
    file, content = queries.evidence_file(
        assessment_id=assessment_id, evidence_id=evidence_id, actor=actor_of(request)
    )
    return sent(content, kind=file.media_type, name=file.name)
