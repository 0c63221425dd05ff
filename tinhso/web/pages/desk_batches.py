"""One deed on the dossiers ticked in a list: shown first, then done, then undone."""

from collections import Counter
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST

from tinhso.documents import queries as documents
from tinhso.documents.types import SECRET_FIELD, Secret
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Invalid
from tinhso.procedures import actions, queries
from tinhso.procedures.types import Action, BatchOutcome, DossierSummary, Seen
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import desk as ui
from tinhso.web.ui import desk_filters as filters
from tinhso.web.ui.phrases import first_messages, said, say_refusal

SIGN, ASSIGN, ADVANCE = "sign", "assign", "advance"
UNDO_RELEASE, UNDO_RECALL = "release", "recall"
MOST = 100


@guarded(Access.OFFICER)
@require_POST
def preview(request: HttpRequest) -> HttpResponse:
    """Show what a deed would touch, before anything is done."""
    return _show(request, _deed(request))


@guarded(Access.OFFICER)
@require_POST
def do(request: HttpRequest) -> HttpResponse:
    """Do the deed on what was shown; what has changed since is left alone."""
    actor, at = actor_of(request), clock.now()
    if _deed(request) == SIGN:
        return _signed(request)
    if _deed(request) == ADVANCE:
        return _advance(request)
    colleague = filters.read_id(request.POST.get("colleague", ""))
    if colleague is None:
        return _show(request, ASSIGN, gettext("Hãy chọn người được giao."))
    outcome = actions.assign_tasks(
        dossier_ids=_chosen(request), person_id=colleague, actor=actor, at=at
    )
    return _done(
        request,
        outcome,
        gettext("Đã giao"),
        undo=_chosen(request),
        how=UNDO_RELEASE,
    )


def _signed(request: HttpRequest) -> HttpResponse:
    try:
        outcome = actions.sign_results(
            seen=_seen(request),
            secret=Secret(request.POST.get(SECRET_FIELD, "")),
            actor=actor_of(request),
            at=clock.now(),
        )
    except Invalid as refusal:
        return _show(request, SIGN, first_messages(refusal)[SECRET_FIELD])
    return _done(request, outcome, gettext("Đã ký"))


@guarded(Access.OFFICER)
@require_POST
def undo(request: HttpRequest) -> HttpResponse:
    """Give back to the desk what was assigned, or take back what was handed on."""
    take_back = (
        actions.recall_dossiers
        if request.POST.get("how") == UNDO_RECALL
        else actions.release_tasks
    )
    outcome = take_back(
        dossier_ids=_chosen(request), actor=actor_of(request), at=clock.now()
    )
    return _done(request, outcome, gettext("Đã thu lại"))


def _advance(request: HttpRequest) -> HttpResponse:
    actor, at, key = actor_of(request), clock.now(), request.POST.get("action", "")
    offered = _ways(_chosen(request), actor)
    if key not in offered:
        return _show(request, ADVANCE, gettext("Hãy chọn bước cần chuyển."))
    outcome = actions.advance_dossiers(
        seen=_seen(request), action_key=key, actor=actor, at=at
    )
    # Only what did nothing but hand on can be taken back.
    undo = [] if offered[key].effects else _chosen(request)
    return _done(request, outcome, gettext("Đã chuyển"), undo=undo, how=UNDO_RECALL)


def _ways(chosen: Sequence[UUID], actor: Actor) -> dict[str, Action]:
    found = queries.forwardable(dossier_ids=chosen, actor=actor)
    return {action.key: action for ways in found.values() for action in ways}


def _show(request: HttpRequest, deed: str, error: str = "") -> HttpResponse:
    actor, at = actor_of(request), clock.now()
    found = queries.chosen(dossier_ids=_chosen(request), actor=actor, at=at)
    mine = [one for one in found if _is_mine(one, deed, actor.person_id)]
    context: dict[str, Any] = {
        "rail": ui.rail(actor, "desk_signing" if deed == SIGN else "desk"),
        "deed": deed,
        "rows": [_row(one) for one in mine],
        "left_out": [one.code for one in found if one not in mine],
        "back": reverse("desk_signing" if deed == SIGN else "desk"),
        "error": error,
    }
    if deed == ASSIGN:
        context["colleagues"] = _colleagues(request)
    if deed == ADVANCE:
        context |= _handing_on(request, mine)
    if deed == SIGN and actor.person_id is not None:
        asked = documents.asked_when_signing(person_id=actor.person_id)
        context["secret"] = asked.value
    status = 422 if error else 200
    return no_store(render(request, "desk/batch.html", context, status=status))


def _handing_on(request: HttpRequest, mine: Sequence[DossierSummary]) -> dict[str, Any]:
    """Lay out which steps are offered, and for which of the dossiers."""
    ways = queries.forwardable(
        dossier_ids=[one.id for one in mine], actor=actor_of(request)
    )
    keys = {action.key: action for found in ways.values() for action in found}
    counts = Counter(action.key for found in ways.values() for action in found)
    return {
        "ways": [
            {
                "value": key,
                "label": said(action.title),
                "hint": ngettext(
                    "{n} trong các hồ sơ đã chọn", "{n} trong các hồ sơ đã chọn", n
                ).format(n=n),
            }
            for key, action in keys.items()
            if (n := counts[key])
        ],
        "action": request.POST.get("action", "") or (next(iter(keys), "")),
    }


def _done(
    request: HttpRequest,
    outcome: BatchOutcome,
    title: str,
    undo: Sequence[UUID] = (),
    how: str = "",
) -> HttpResponse:
    context = {
        "rail": ui.rail(actor_of(request), ""),
        "title": title,
        "done": outcome.done,
        "refused": [say_refusal(one) for one in outcome.refused],
        "undo": undo if outcome.done else (),
        "how": how,
    }
    return no_store(render(request, "desk/batch_done.html", context))


def _is_mine(one: DossierSummary, deed: str, person_id: UUID | None) -> bool:
    """Tell whether the deed fits: one signs what waits for one's own signature."""
    return deed != SIGN or (bool(one.signing) and one.signer_id == person_id)


def _row(one: DossierSummary) -> dict[str, Any]:
    return {
        "id": one.id,
        "revision": one.revision,
        "code": one.code,
        "title": said(one.title),
        "applicant": one.applicant_name,
        "href": reverse("desk_dossier", args=[one.id]),
        "pdf": reverse("desk_result", args=[one.id]) if one.signing else "",
        "color": one.clock.color.value,
        "left": ui.left(one.clock),
        "holder": ui.holder(one.assignee_name, one.role, one.signer_name),
        "is_synthetic": one.is_synthetic,
    }


def _colleagues(request: HttpRequest) -> list[dict[str, str]]:
    today = clock.local(clock.now()).date()
    posts = queries.colleagues(actor=actor_of(request), on=today)
    first = {"value": "", "label": gettext("Hãy chọn")}
    known = {
        str(post.person.id): f"{post.person.full_name} – {post.title}" for post in posts
    }
    return [first, *({"value": k, "label": label} for k, label in known.items())]


def _deed(request: HttpRequest) -> str:
    deed = request.POST.get("deed", "")
    return deed if deed in {SIGN, ADVANCE} else ASSIGN


def _chosen(request: HttpRequest) -> list[UUID]:
    found = (filters.read_id(text) for text in request.POST.getlist("selected"))
    return [one for one in found if one is not None][:MOST]


def _seen(request: HttpRequest) -> list[Seen]:
    def revision(dossier_id: UUID) -> int:
        text = request.POST.get(f"revision-{dossier_id}", "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0

    return [Seen(one, revision(one)) for one in _chosen(request)]
