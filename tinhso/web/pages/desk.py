"""The officer's desk: the inbox by the legal clock, two queues, and the search."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import NotAllowed
from tinhso.kernel.text import clean
from tinhso.procedures import actions, queries
from tinhso.procedures.types import (
    ALL_OPEN,
    BatchOutcome,
    ClockColor,
    DeskFilter,
    DossierSummary,
    Inbox,
    SavedView,
)
from tinhso.security import queries as security
from tinhso.security.types import Access, Deed
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import desk as ui
from tinhso.web.ui import desk_filters as filters
from tinhso.web.ui.phrases import said, say_refusal


@guarded(Access.OFFICER)
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Show what waits, the most urgent first; who has no desk begins elsewhere."""
    actor = actor_of(request)
    if not security.may(actor=actor, deed=Deed.SEE_DESK):
        return redirect(_first_page(actor))
    return _show(request, "desk", filters.read(request.GET))


@guarded(Access.OFFICER)
@require_safe
def signing(request: HttpRequest) -> HttpResponse:
    """Show what waits for a leader's signature."""
    wanted = replace(filters.read(request.GET), role="leader")
    return _show(request, "desk_signing", wanted)


@guarded(Access.OFFICER)
@require_safe
def registry(request: HttpRequest) -> HttpResponse:
    """Show what waits for number and seal."""
    wanted = replace(filters.read(request.GET), role="registrar")
    return _show(request, "desk_registry", wanted)


@guarded(Access.OFFICER)
@require_POST
def claim_selected(request: HttpRequest) -> HttpResponse:
    """Claim the dossiers ticked in the list."""
    chosen = [i for i in map(filters.read_id, request.POST.getlist("selected")) if i]
    outcome = actions.claim_tasks(
        dossier_ids=chosen, actor=actor_of(request), at=clock.now()
    )
    _tell(request, outcome)
    return redirect("desk")


@guarded(Access.OFFICER)
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Find dossiers by code or applicant, as a page or for the palette."""
    actor, text = actor_of(request), _text(request)
    found = queries.search_desk(actor=actor, at=clock.now(), text=text)
    context = {
        "rail": ui.rail(actor, "desk_search"),
        "q": text,
        "rows": [_row(item, actor) for item in found],
    }
    part = "desk/_found.html" if _is_fragment(request) else "desk/search.html"
    return no_store(render(request, part, context))


def _first_page(actor: Actor) -> str:
    """Find where somebody without dossiers begins, such as the builder.

    :raises NotAllowed: if nothing of the desk is theirs.
    """
    entries = ui.rail(actor, "")
    if not entries:
        raise NotAllowed
    return str(entries[0]["href"])


def _show(request: HttpRequest, name: str, wanted: DeskFilter) -> HttpResponse:
    actor, at = actor_of(request), clock.now()
    after = request.GET.get("sau") or None
    found = queries.inbox(actor=actor, at=at, wanted=wanted, after=after)
    context = _list(found, wanted, actor, name)
    if _is_fragment(request):
        return no_store(render(request, "desk/_list.html", context))
    context |= _page(request, name, wanted)
    return no_store(render(request, "desk/inbox.html", context))


def _page(request: HttpRequest, name: str, wanted: DeskFilter) -> dict[str, Any]:
    titles = {
        "desk": gettext("Hồ sơ chờ xử lý"),
        "desk_signing": gettext("Hồ sơ chờ ký số"),
        "desk_registry": gettext("Hồ sơ chờ vào sổ và đóng dấu"),
    }
    actor, at = actor_of(request), clock.now()
    is_queue = name != "desk"
    return {
        "rail": ui.rail(actor, name),
        "title": titles[name],
        "is_queue": is_queue,
        "filter": filters.fields(request.GET, wanted, actor=actor, at=at),
        "views": [] if is_queue else [_view(one, wanted) for one in _views(actor)],
        "covered": sorted({duty.covers.name for duty in actor.duties if duty.covers}),
    }


def _views(actor: Actor) -> Sequence[SavedView]:
    return queries.views_of(actor=actor)


def _view(view: SavedView, wanted: DeskFilter) -> dict[str, Any]:
    return {
        "name": view.name,
        "href": reverse("desk") + filters.query(view.wanted),
        "is_current": view.wanted == wanted,
        "is_shared": not view.is_own,
    }


def _list(found: Inbox, wanted: DeskFilter, actor: Actor, name: str) -> dict[str, Any]:
    here, rows = reverse(name), [_row(item, actor) for item in found.items]
    more = filters.query(wanted, sau=found.next_after)
    every = replace(wanted, color="")
    return {
        "here": here,
        "wanted": wanted,
        "is_filtered": replace(wanted, role="") != ALL_OPEN,
        "rows": rows,
        "may_claim": any(row["may_claim"] for row in rows),
        "may_sign": any(row["sign_href"] for row in rows),
        "may_assign": any(row["may_assign"] for row in rows),
        "may_advance": any(row["may_advance"] for row in rows),
        "colors": [_color(c, found.counts, wanted, here) for c in ui.COLORS],
        "all_href": here + filters.query(every),
        "total": sum(found.counts.values()),
        "more_href": here + more if found.next_after else "",
        "excel_href": reverse("desk_excel") + filters.query(wanted),
        "keep_href": reverse("desk_views") + filters.query(wanted),
        "month_href": reverse("desk_month") + filters.query(wanted),
        "is_queue": name != "desk",
        "may_manage": bool(security.managed_by(actor=actor)),
    }


def _color(
    color: ClockColor, counts: Mapping[str, int], wanted: DeskFilter, here: str
) -> dict[str, Any]:
    narrowed = replace(wanted, color=color.value)
    return {
        "key": color.value,
        "name": ui.COLORS[color],
        "count": counts[color.value],
        "href": here + filters.query(narrowed),
        "is_current": wanted.color == color.value,
    }


def _row(item: DossierSummary, actor: Actor) -> dict[str, Any]:
    may_claim, sign_href = _may_claim(item, actor), _sign_href(item, actor)
    # Who signs stands in the draft; all else a head may give to a colleague.
    is_managed = item.organization_id in security.managed_by(actor=actor)
    is_mine = item.assignee_id == actor.id and actor.id is not None
    may_give = item.role not in {"", "leader", ui.CITIZEN}
    may_assign = may_give and (is_managed or is_mine)
    may_advance = may_give and (may_claim or is_mine)
    return {
        "id": item.id,
        "code": item.code,
        "href": ui.dossier_href(item.id),
        "title": said(item.title),
        "applicant": item.applicant_name,
        "step": said(item.step),
        "color": item.clock.color.value,
        "left": ui.left(item.clock),
        "due_at": item.clock.due_at,
        "is_stopped": item.clock.is_stopped,
        "holder": ui.holder(item.assignee_name, item.role, item.signer_name),
        "is_mine": is_mine,
        "may_claim": may_claim,
        "may_assign": may_assign,
        "may_advance": may_advance,
        "may_select": may_claim or may_assign or bool(sign_href),
        "sign_href": sign_href,
        "is_synthetic": item.is_synthetic,
        "unread": item.unread_at_desk,
    }


def _may_claim(item: DossierSummary, actor: Actor) -> bool:
    is_theirs = item.signer_id not in (None, actor.person_id)
    waits = ui.waits_for(actor, item.role, item.organization_id)
    return (
        waits
        and not is_theirs
        and ui.is_free(actor, item.role, item.organization_id, item.assignee_id)
    )


def _sign_href(item: DossierSummary, actor: Actor) -> str:
    """Lead to the page that asks once more, where one's own signature is wanted."""
    if not item.signing or item.signer_id != actor.person_id:
        return ""
    return reverse("desk_act", args=[item.id, item.signing])


def _text(request: HttpRequest) -> str:
    return clean(request.GET.get("q", ""))[:100]


def _is_fragment(request: HttpRequest) -> bool:
    # Going back in history asks for the whole page again.
    headers = request.headers
    return "HX-Request" in headers and "HX-History-Restore-Request" not in headers


def _tell(request: HttpRequest, outcome: BatchOutcome) -> None:
    if not outcome.done and not outcome.refused:
        messages.warning(request, gettext("Hãy chọn ít nhất một hồ sơ."))
    if outcome.done:
        count = len(outcome.done)
        text = ngettext(
            "Bạn đang làm {n} hồ sơ: {codes}.",
            "Bạn đang làm {n} hồ sơ: {codes}.",
            count,
        )
        codes = ", ".join(outcome.done)
        messages.success(request, text.format(n=count, codes=codes))
    for refusal in outcome.refused:
        messages.error(request, say_refusal(refusal))
