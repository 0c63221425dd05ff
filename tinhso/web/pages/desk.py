"""The officer's desk: the inbox by the legal clock, two queues, and the search."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_POST, require_safe

from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.text import clean
from tinhso.procedures import actions, queries
from tinhso.procedures.types import BatchOutcome, ClockColor, DossierSummary, Inbox
from tinhso.security import queries as security
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import desk as ui
from tinhso.web.ui.phrases import said, say_refusal

OWN, ALL = "own", "all"
QUEUES = {"leader": "desk_signing", "registrar": "desk_registry"}


@guarded(Access.OFFICER)
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """Show what waits, the most urgent first."""
    return _show(request, "desk", _filters(request))


@guarded(Access.OFFICER)
@require_safe
def signing(request: HttpRequest) -> HttpResponse:
    """Show what waits for a leader's signature."""
    return _show(request, "desk_signing", {**_filters(request), "role": "leader"})


@guarded(Access.OFFICER)
@require_safe
def registry(request: HttpRequest) -> HttpResponse:
    """Show what waits for number and seal."""
    return _show(request, "desk_registry", {**_filters(request), "role": "registrar"})


@guarded(Access.OFFICER)
@require_POST
def claim_selected(request: HttpRequest) -> HttpResponse:
    """Claim the dossiers ticked in the list."""
    chosen = [i for i in map(_uuid, request.POST.getlist("selected")) if i]
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


def _show(request: HttpRequest, name: str, given: Mapping[str, Any]) -> HttpResponse:
    actor = actor_of(request)
    found = queries.inbox(actor=actor, at=clock.now(), **_asked(given))
    context = {**_page(request, name, given), **_list(found, given, actor, name)}
    part = "desk/_list.html" if _is_fragment(request) else "desk/inbox.html"
    return no_store(render(request, part, context))


def _filters(request: HttpRequest) -> dict[str, Any]:
    role, color = request.GET.get("vai", OWN), request.GET.get("mau", "")
    known = {OWN, ALL, *ui.ROLES}
    return {
        "role": role if role in known else OWN,
        "color": color if color in set(ClockColor) else "",
        "text": _text(request),
        "mine": request.GET.get("cua-toi") == "1",
        "after": request.GET.get("sau") or None,
    }


def _asked(given: Mapping[str, Any]) -> dict[str, Any]:
    return {**given, "role": "" if given["role"] == ALL else given["role"]}


def _page(request: HttpRequest, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    titles = {
        "desk": gettext("Hồ sơ chờ xử lý"),
        "desk_signing": gettext("Hồ sơ chờ ký số"),
        "desk_registry": gettext("Hồ sơ chờ vào sổ và đóng dấu"),
    }
    return {
        "rail": ui.rail(actor_of(request), name),
        "title": titles[name],
        "here": reverse(name),
        "is_queue": name != "desk",
        "given": given,
        "roles": _role_options(),
    }


def _role_options() -> list[dict[str, str]]:
    first = [
        {"value": OWN, "label": gettext("Chờ vai trò của tôi")},
        {"value": ALL, "label": gettext("Mọi hồ sơ của đơn vị")},
    ]
    return first + [{"value": k, "label": str(v)} for k, v in ui.ROLES.items()]


def _list(
    found: Inbox, given: Mapping[str, Any], actor: Actor, name: str
) -> dict[str, Any]:
    here, rows = reverse(name), [_row(item, actor) for item in found.items]
    more = _query(given, sau=found.next_after)
    return {
        "rows": rows,
        "may_claim": any(row["may_claim"] for row in rows),
        "may_sign": any(row["sign_href"] for row in rows),
        "may_assign": any(row["may_assign"] for row in rows),
        "colors": [_color(c, found.counts, given, here) for c in ui.COLORS],
        "all_href": f"{here}{_query(given, mau='')}",
        "total": sum(found.counts.values()),
        "more_href": f"{here}{more}" if found.next_after else "",
    }


def _color(
    color: ClockColor, counts: Mapping[str, int], given: Mapping[str, Any], here: str
) -> dict[str, Any]:
    return {
        "key": color.value,
        "name": ui.COLORS[color],
        "count": counts[color.value],
        "href": f"{here}{_query(given, mau=color.value)}",
        "is_current": given["color"] == color.value,
    }


def _query(given: Mapping[str, Any], **changes: str | None) -> str:
    values = {
        "vai": given["role"] if given["role"] != OWN else "",
        "mau": given["color"],
        "q": given["text"],
        "cua-toi": "1" if given["mine"] else "",
        **changes,
    }
    return "?" + urlencode({key: value for key, value in values.items() if value})


def _row(item: DossierSummary, actor: Actor) -> dict[str, Any]:
    may_claim, sign_href = _may_claim(item, actor), _sign_href(item, actor)
    # Who signs stands in the draft; all else a head may give to a colleague.
    is_managed = item.organization_id in security.managed_by(actor=actor)
    may_assign = is_managed and item.role not in {"", "leader", ui.CITIZEN}
    return {
        "id": item.id,
        "code": item.code,
        "href": reverse("desk_dossier", args=[item.id]),
        "title": said(item.title),
        "applicant": item.applicant_name,
        "step": said(item.step),
        "color": item.clock.color.value,
        "left": ui.left(item.clock),
        "due_at": item.clock.due_at,
        "is_stopped": item.clock.is_stopped,
        "holder": ui.holder(item.assignee_name, item.role, item.signer_name),
        "is_mine": item.assignee_id == actor.id and actor.id is not None,
        "may_claim": may_claim,
        "may_assign": may_assign,
        "may_select": may_claim or may_assign or bool(sign_href),
        "sign_href": sign_href,
        "is_synthetic": item.is_synthetic,
        "unread": item.unread_at_desk,
    }


def _may_claim(item: DossierSummary, actor: Actor) -> bool:
    is_theirs = item.signer_id not in (None, actor.person_id)
    waits = ui.waits_for(actor, item.role, item.organization_id)
    return item.assignee_id is None and waits and not is_theirs


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


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


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
