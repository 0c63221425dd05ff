"""Build a form in the browser: its sections, pages and questions."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from tinhso.kernel.packs.types import DraftMovedOn
from tinhso.procedures import queries
from tinhso.procedures.types import Edit, Path, Put
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import builder as ui
from tinhso.web.ui import builder_edit as editing
from tinhso.web.ui import builder_parts as parts
from tinhso.web.ui.builder_asks import About, Value
from tinhso.web.ui.phrases import language, say_refusal

READ_WRITE = ["GET", "HEAD", "POST"]
Body = Mapping[str, Any]


@guarded(Access.OFFICER)
@require_http_methods(READ_WRITE)
def form(request: HttpRequest, key: str) -> HttpResponse:
    """Show the sections, pages and questions of a form; move and remove them."""
    actor = actor_of(request)
    body, draft = queries.get_content(kind="forms", key=key, actor=actor)
    if request.method == "POST":
        try:
            editing.save(request, actor, "forms", key, editing.deed(request, ()))
        except DraftMovedOn as refusal:
            messages.warning(request, say_refusal(refusal))
        return redirect("builder_form", key=key)
    used = queries.procedures_using(form=key, actor=actor)
    context = {
        **editing.frame(actor),
        "key": key,
        "title": _said(body["title"]),
        "draft": draft,
        "revision": draft.revision if draft else 0,
        "sections": [_section(key, body, section) for section in body["sections"]],
        "procedures": [{"code": code, "title": title} for code, title in used],
        "new": ui.NEW,
    }
    return no_store(render(request, "builder/form.html", context))


@guarded(Access.OFFICER)
@require_http_methods(READ_WRITE)
def title(request: HttpRequest, key: str) -> HttpResponse:
    """Edit the title and source of a form."""
    actor = actor_of(request)
    body, _ = queries.get_content(kind="forms", key=key, actor=actor)
    target = editing.Target(
        kind="forms",
        key=key,
        title=gettext("Tên và nguồn của mẫu"),
        caption=_said(body["title"]),
        back=reverse("builder_form", args=[key]),
        asks=parts.FORM,
        value={"title": body["title"], "source": body.get("source", "")},
        about=About(),
        edits=lambda value: [
            Put(("title",), value["title"]),
            Put(("source",), value["source"]),
        ],
        after=lambda value: reverse("builder_form", args=[key]),
    )
    return no_store(editing.edit_page(request, actor, target))


@guarded(Access.OFFICER)
@require_http_methods(READ_WRITE)
def section(request: HttpRequest, key: str, section: str) -> HttpResponse:
    """Edit a section, or add one."""
    body = _body(request, key)
    asks = (*parts.SECTION, *_naming(section))
    empty: Value = {"pages": []}
    at = ("sections", section)
    titles = (gettext("Thêm một phần"), gettext("Phần của mẫu"))
    after = _after_form(key)
    return _edit(request, key, body, at, asks, empty, titles, after)


@guarded(Access.OFFICER)
@require_http_methods(READ_WRITE)
def page(request: HttpRequest, key: str, section: str, page: str) -> HttpResponse:
    """Edit a page, or add one; a new page goes on to its first question."""
    body = _body(request, key)
    asks = (*parts.PAGE, *_naming(page))
    at = ("sections", section, "pages", page)
    titles = (gettext("Thêm một trang"), gettext("Trang của mẫu"))

    def after(value: Value) -> str:
        if page != ui.NEW:
            return reverse("builder_form", args=[key])
        names = [key, section, value["key"], ui.NEW]
        return reverse("builder_field", args=names)

    return _edit(request, key, body, at, asks, {"fields": []}, titles, after)


@guarded(Access.OFFICER)
@require_http_methods(READ_WRITE)
def field(
    request: HttpRequest, key: str, section: str, page: str, field: str
) -> HttpResponse:
    """Edit a question, or add one."""
    body = _body(request, key)
    asks = (*parts.FIELD, *_naming(field), parts.DAY_BOUND)
    at = ("sections", section, "pages", page, "fields", field)
    titles = (gettext("Thêm một câu hỏi"), gettext("Câu hỏi"))
    after = _after_form(key)
    return _edit(request, key, body, at, asks, {}, titles, after)


def _body(request: HttpRequest, key: str) -> Body:
    return queries.get_content(kind="forms", key=key, actor=actor_of(request))[0]


def _naming(last: str) -> tuple[Any, ...]:
    """Ask for a technical name of what is new; later it stays, since rules read it."""
    return (parts.new_key(),) if last == ui.NEW else ()


def _after_form(key: str) -> Any:
    return lambda value: f"{reverse('builder_form', args=[key])}#{value['key']}"


def _edit(
    request: HttpRequest,
    key: str,
    body: Body,
    at: Path,
    asks: Any,
    empty: Value,
    titles: tuple[str, str],
    after: Any,
) -> HttpResponse:
    is_new = at[-1] == ui.NEW
    value = empty if is_new else dict(queries.get_part(body=body, at=at))
    queries.get_part(body=body, at=at[:-1])
    form_ = queries.form_of(body=body)
    taken = {
        "sections": [s.key for s in form_.sections],
        "pages": [p.key for p in form_.pages()],
        "fields": [f.key for f in form_.fields()],
    }[at[-2]]
    keys = parts.options_of([(name, name) for name in taken])

    def edits(read: Value) -> list[Edit]:
        return [Put((*at[:-1], "" if is_new else at[-1]), read)]

    target = editing.Target(
        kind="forms",
        key=key,
        title=titles[0] if is_new else titles[1],
        caption=_caption(body, at),
        back=reverse("builder_form", args=[key]),
        asks=asks,
        value=value,
        about=About(form=form_, lists={"keys": keys}),
        edits=edits,
        after=after,
    )
    return no_store(editing.edit_page(request, actor_of(request), target))


def _caption(body: Body, at: Path) -> str:
    """Say where a part stands: form, section, page."""
    words = [_said(body["title"])]
    for end in range(2, len(at) - 1, 2):
        words.append(_said(queries.get_part(body=body, at=at[:end])["title"]))
    return " › ".join(words)


def _section(key: str, body: Body, section: Body) -> dict[str, Any]:
    at = f"sections/{section['key']}"
    return {
        "key": section["key"],
        "at": at,
        "title": _said(section["title"]),
        "href": reverse("builder_section", args=[key, section["key"]]),
        "add_href": reverse("builder_page", args=[key, section["key"], ui.NEW]),
        "pages": [
            _page(key, section["key"], f"{at}/pages/{page['key']}", page)
            for page in section["pages"]
        ],
    }


def _page(key: str, section: str, at: str, page: Body) -> dict[str, Any]:
    names = [key, section, page["key"]]
    return {
        "key": page["key"],
        "at": at,
        "title": _said(page["title"]),
        "href": reverse("builder_page", args=names),
        "add_href": reverse("builder_field", args=[*names, ui.NEW]),
        "see_href": f"{reverse('builder_preview', args=[key])}?trang={page['key']}",
        "is_conditional": page.get("when", True) is not True,
        "fields": [
            {
                "key": one["key"],
                "at": f"{at}/fields/{one['key']}",
                "label": _said(one["label"]),
                "kind": str(parts.KINDS[one["kind"]]),
                "is_optional": one.get("required", True) is False,
                "is_conditional": one.get("when", True) is not True,
                "href": reverse("builder_field", args=[*names, one["key"]]),
            }
            for one in page["fields"]
        ],
    }


def _said(label: Mapping[str, str]) -> str:
    return label[language()]
