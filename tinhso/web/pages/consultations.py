"""Questions of other agencies: what waits for an answer, and the answer."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid
from tinhso.kernel.http import content_disposition
from tinhso.procedures import actions, queries
from tinhso.procedures.types import Opinion
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import consultations as ui
from tinhso.web.ui import desk
from tinhso.web.ui.questions import faults_of, summary_of


@guarded(Access.OFFICER)
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """List the questions that wait for one's agencies, the most urgent first."""
    actor, at = actor_of(request), clock.now()
    found = queries.consultations_to_answer(actor=actor)
    context = {
        "rail": desk.rail(actor, "consultations"),
        "lines": [ui.line(one, at) for one in found],
    }
    return no_store(render(request, "consultations/waiting.html", context))


@guarded(Access.OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, consultation_id: UUID) -> HttpResponse:
    """Read a question beside its dossier, and answer it."""
    if request.method != "POST":
        return _show(request, consultation_id)
    chosen = request.POST.get("opinion", "")
    try:
        actions.answer_consultation(
            consultation_id=consultation_id,
            opinion=Opinion(chosen) if chosen in set(Opinion) else None,
            answer=request.POST.get("answer", ""),
            uploads=[
                (part.name or "", part.read())
                for part in request.FILES.getlist("files")
            ],
            actor=actor_of(request),
            at=clock.now(),
        )
    except Invalid as refusal:
        return _show(request, consultation_id, refusal)
    messages.success(request, gettext("Đã gửi ý kiến đến cơ quan hỏi."))
    return redirect("consultations")


@guarded(Access.OFFICER)
@require_safe
def file(request: HttpRequest, consultation_id: UUID, file_id: UUID) -> HttpResponse:
    """Send a file that came with an answer."""
    found, content = actions.open_answer_file(
        consultation_id=consultation_id,
        file_id=file_id,
        actor=actor_of(request),
        at=clock.now(),
    )
    headers = {"Content-Disposition": content_disposition(filename=found.name)}
    return no_store(
        HttpResponse(content, content_type=found.media_type, headers=headers)
    )


def _show(
    request: HttpRequest, consultation_id: UUID, refusal: Invalid | None = None
) -> HttpResponse:
    actor, at = actor_of(request), clock.now()
    found = queries.get_consultation(consultation_id=consultation_id, actor=actor)
    dossier = actions.open_dossier(dossier_id=found.dossier_id, actor=actor, at=at)
    today = clock.local(at).date()
    context = {
        **desk.dossier_context(
            dossier, actor, wanted=request.GET.get("tep", ""), on=today
        ),
        "rail": desk.rail(actor, "consultations"),
        "asked": found,
        "line": ui.line(found, at),
        "opinions": ui.opinions(),
        "typed": request.POST,
        "error": faults_of(refusal) if refusal else {},
        "errors": summary_of(refusal, labels=ui.labels()) if refusal else [],
        "here": reverse("consultation", args=[found.id]),
    }
    status = refusal.status if refusal else 200
    page = render(request, "consultations/answer.html", context, status=status)
    return no_store(page)
