"""One page of the builder that edits a part: shown, read, saved, refused in place."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Invalid, NotFound, Refused
from tinhso.kernel.packs.types import ContentDraft, DraftMovedOn
from tinhso.procedures import actions, queries
from tinhso.procedures.types import Edit, Path, Put, Remove, Shift
from tinhso.web.ui import builder as ui
from tinhso.web.ui import desk
from tinhso.web.ui.builder_asks import About, Ask, Value, read

RAIL = "builder"


@dataclass(frozen=True, slots=True)
class Target:
    """What a page edits: a content, the part of it, its inputs, where one goes after.

    edits: from the value that was read to what is done to the content.
    """

    kind: str
    key: str
    title: str
    caption: str
    back: str
    asks: Sequence[Ask]
    value: Value
    about: About
    edits: Callable[[Value], list[Edit]]
    after: Callable[[Value], str]
    template: str = "builder/edit.html"
    note: str = ""


def edit_page(request: HttpRequest, actor: Actor, target: Target) -> HttpResponse:
    """Show the inputs of a part; save what was typed, or say what is wrong with it."""
    if request.method != "POST":
        return _show(request, actor, target)
    try:
        value = read(target.asks, target.value, request.POST, target.about)
        save(request, actor, target.kind, target.key, target.edits(value))
    except (Invalid, DraftMovedOn) as refusal:
        return _show(request, actor, target, refusal)
    messages.success(request, gettext("Đã lưu bản nháp."))
    return redirect(target.after(value))


def save(
    request: HttpRequest, actor: Actor, kind: str, key: str, edits: Sequence[Edit]
) -> ContentDraft:
    """Save edits against the revision that the page was shown with.

    :raises DraftMovedOn: if somebody else has saved since.
    """
    return actions.change_content(
        kind=kind,
        key=key,
        revision=_revision(request),
        edits=edits,
        actor=actor,
        at=clock.now(),
    )


def deed(request: HttpRequest, at: Path) -> list[Edit]:
    """Read which button of a list was pressed: up, down or remove, and for what.

    :raises NotFound: if none was.
    """
    name, _, key = request.POST.get("deed", "").partition(":")
    place = (*at, *filter(None, key.split("/")))
    if name == "remove":
        return [Remove(place)]
    if name in {"up", "down"}:
        return [Shift(place, -1 if name == "up" else 1)]
    raise NotFound


def frame(actor: Actor) -> dict[str, object]:
    """Lay out what every page of the builder has."""
    return {"rail": desk.rail(actor, RAIL)}


def _revision(request: HttpRequest) -> int:
    given = request.POST.get("revision", "")
    return int(given) if given.isdecimal() and len(given) < 9 else 0


def put_part(at: Path) -> Callable[[Value], list[Edit]]:
    """Set a part of a content to what was read."""
    return lambda value: [Put(at, value)]


def _show(
    request: HttpRequest,
    actor: Actor,
    target: Target,
    refusal: Refused | None = None,
) -> HttpResponse:
    _, draft = queries.get_content(kind=target.kind, key=target.key, actor=actor)
    context = {
        **frame(actor),
        **ui.editing(
            target.asks,
            target.value,
            target.about,
            draft=draft,
            typed=request.POST if refusal else None,
            refusal=refusal,
        ),
        "title": target.title,
        "caption": target.caption,
        "back": target.back,
        "note": target.note,
    }
    status = refusal.status if refusal else 200
    return render(request, target.template, context, status=status)
