"""Read an application back, submit it, and be told its code and due date."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST
from django.views.decorators.http import require_safe as only_read

from tinhso.documents import queries as documents
from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid
from tinhso.procedures import actions, queries
from tinhso.procedures.types import Draft, DraftAlreadySubmitted
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, guarded, no_store, open_draft
from tinhso.web.ui import drafts as ui_drafts
from tinhso.web.ui import fees as ui_fees
from tinhso.web.ui import questions as ui
from tinhso.web.ui.phrases import ErrorLine


@guarded(Access.CITIZEN)
@only_read
@open_draft
def check(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Read all answers back before submitting."""
    return _show_check(request, draft)


@guarded(Access.CITIZEN)
@require_POST
@open_draft
def submit(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Submit the application; the draft's own id keeps it from counting twice."""
    try:
        actions.submit_draft(
            draft_id=draft.id,
            key=str(draft.id),
            actor=actor_of(request),
            at=clock.now(),
        )
    except DraftAlreadySubmitted:
        pass  # Sent twice at the same moment: the first one counts.
    except Invalid as refusal:
        return _show_check(request, draft, refusal)
    return redirect("applied", draft_id=draft.id)


@guarded(Access.CITIZEN)
@only_read
def applied(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Confirm the submission: code, unit, due date, files, what happens next."""
    actor = actor_of(request)
    draft = queries.get_draft(draft_id=draft_id, actor=actor)
    if draft.dossier_id is None:
        return redirect("apply", draft_id=draft_id)
    at = clock.now()
    dossier = queries.get_dossier(dossier_id=draft.dossier_id, actor=actor, at=at)
    counting = queries.counting(dossier=dossier, at=at)
    context = {"dossier": dossier, "counting": counting, "draft_id": draft_id}
    return no_store(render(request, "apply/applied.html", context))


def _today() -> date:
    return clock.local(clock.now()).date()


def _show_check(
    request: HttpRequest, draft: Draft, refusal: Invalid | None = None
) -> HttpResponse:
    wrong = ui.faults_of(refusal, field="organization_id") if refusal else {}
    tasks = ui_drafts.tasks(draft, on=_today())
    sections = ui_drafts.answers(draft, wrong, on=_today())
    expected = queries.expected(draft=draft, at=clock.now())
    context = {
        "draft": draft,
        "unit": tasks[0],
        "unit_error": wrong.get("organization_id", ""),
        "sections": sections,
        "errors": _errors(draft, sections, refusal) if refusal else (),
        "undone": [task for task in tasks if task["state"] not in ui_drafts.COMPLETE],
        "standing": ui_drafts.standing(draft, on=_today()),
        "expected": expected,
        "sums": ui_fees.sums(expected.charges),
        "may_sign": documents.has_remote_signing(),
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "apply/check.html", context, status=status))


def _errors(
    draft: Draft, sections: list[dict[str, Any]], refusal: Invalid
) -> list[ErrorLine]:
    """List what is wrong, each line leading to the answer read back."""
    unit = {"organization_id": gettext("Đơn vị tiếp nhận")}
    labels = {**ui.labels_of(draft.procedure.form.pages()), **unit}
    anchors = {"organization_id": "dong-organization_id"}
    for row in (row for section in sections for row in section["rows"]):
        anchors[row["input"]] = row["anchor"]
        anchors.setdefault(row["input"].partition(".")[0], row["anchor"])
    lines = ui.summary_of(refusal, labels=labels)
    return [{**line, "field": anchors.get(line["field"], "")} for line in lines]
