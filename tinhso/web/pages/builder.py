"""The builder's desk: what there is, what is new, what is wrong, what goes public."""

import zipfile
from collections.abc import Mapping
from datetime import date
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid, NotFound
from tinhso.kernel.http import content_disposition
from tinhso.kernel.packs.types import ContentRefused, DraftMovedOn
from tinhso.kernel.text import clean
from tinhso.procedures import actions, queries
from tinhso.procedures.types import (
    Building,
    ContentLine,
    ExamplesFail,
    ProcedureKnown,
    Review,
)
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import builder as ui
from tinhso.web.ui import builder_edit as editing
from tinhso.web.ui.builder_parts import ROWS
from tinhso.web.ui.phrases import error_summary, language, said, say_refusal

READ_WRITE = ["GET", "HEAD", "POST"]
MOST_FOUND = 15
KINDS = ("procedures", "forms")


# More than this say that nothing was translated yet.
BARE_SHOWN = 20


@guarded(Access.OFFICER)
@require_http_methods(READ_WRITE)
def contents(request: HttpRequest) -> HttpResponse:
    """List procedures and forms with their state; open one to edit."""
    actor = actor_of(request)
    if request.method == "POST":
        kind, _, key = request.POST.get("open", "").partition("/")
        actions.edit_content(kind=_kind(kind), key=key, actor=actor, at=clock.now())
        return redirect(_address(kind, key))
    lines = queries.contents_built(actor=actor)
    context = {
        **editing.frame(actor),
        "procedures": [_line(one) for one in lines if one.kind == "procedures"],
        "forms": [_line(one) for one in lines if one.kind == "forms"],
        "has_local": any(one.is_local for one in lines),
    }
    return no_store(render(request, "builder/contents.html", context))


@guarded(Access.OFFICER)
@require_http_methods(READ_WRITE)
def new(request: HttpRequest) -> HttpResponse:
    """Begin a procedure: from the national catalogue, or empty with its code."""
    actor = actor_of(request)
    refusal = None
    if request.method == "POST":
        code = clean(request.POST.get("code", ""))
        try:
            actions.begin_procedure(
                code=code,
                from_catalogue="catalogue" in request.POST,
                actor=actor,
                at=clock.now(),
            )
            return redirect("builder_procedure", code=code)
        except ProcedureKnown as known:
            messages.warning(request, say_refusal(known))
            return redirect("builder_procedure", code=code)
        except Invalid as wrong:
            refusal = wrong
    # Who may not edit content is told so here, too.
    known_codes = {one.key for one in queries.contents_built(actor=actor)}
    text = clean(request.GET.get("q", ""))[:200]
    context = {
        **editing.frame(actor),
        "q": text,
        "found": _catalogue(text, known_codes) if text else [],
        "code": request.POST.get("code", ""),
        "errors": error_summary(refusal) if refusal else [],
        "error": say_refusal(refusal) if refusal else "",
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "builder/new.html", context, status=status))


@guarded(Access.OFFICER)
@require_safe
def procedure(request: HttpRequest, code: str) -> HttpResponse:
    """Show the parts of a procedure, and what is still missing in each."""
    actor = actor_of(request)
    found = queries.get_building(code=code, actor=actor)
    context = {
        **editing.frame(actor),
        "code": code,
        "title": found.body.get("title", {}).get(language(), code),
        "draft": found.draft or found.form_draft,
        "tasks": _tasks(found),
        "faults": _faults(found, actor),
        "form_key": found.body.get("form", ""),
        "examples": len(queries.examples_of(code=code, actor=actor)),
        "is_public": _is_public(code),
    }
    return no_store(render(request, "builder/procedure.html", context))


@guarded(Access.OFFICER)
@require_http_methods(READ_WRITE)
def publish(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Show faults, examples and differences; publish once it is confirmed."""
    actor = actor_of(request)
    common: dict[str, Any] = {"kind": _kind(kind), "key": key, "actor": actor}
    if request.method == "POST":
        try:
            return _publish(request, common)
        except (DraftMovedOn, ExamplesFail, ContentRefused) as refusal:
            messages.warning(request, say_refusal(refusal))
            return redirect("builder_publish", kind=kind, key=key)
    try:
        review = queries.review_draft(**common)
    except NotFound:
        return redirect(_address(kind, key))
    context = {**editing.frame(actor), **_review(review, kind, key, actor)}
    return no_store(render(request, "builder/publish.html", context))


@guarded(Access.OFFICER)
@require_http_methods(READ_WRITE)
def discard(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Throw drafts away, after asking once."""
    actor = actor_of(request)
    if request.method == "POST":
        try:
            actions.discard_content(
                kind=_kind(kind),
                key=key,
                seen=ui.read_seen(request.POST.getlist("seen")),
                actor=actor,
                at=clock.now(),
            )
        except DraftMovedOn as refusal:
            messages.warning(request, say_refusal(refusal))
            return redirect("builder_discard", kind=kind, key=key)
        messages.success(
            request, gettext("Đã bỏ bản nháp. Bản đang áp dụng giữ nguyên.")
        )
        return redirect("builder")
    review = queries.review_draft(kind=_kind(kind), key=key, actor=actor)
    context = {
        **editing.frame(actor),
        "seen": ui.seen(review),
        "names": [_draft_name(one.kind, one.body, one.key) for one in review.drafts],
        "back": _address(kind, key),
    }
    return no_store(render(request, "builder/discard.html", context))


@guarded(Access.OFFICER)
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Send what was made here as a pack, for engineers."""
    files = queries.exported_pack(actor=actor_of(request))
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    name = content_disposition(filename="noi-dung-soan-tai-cho.zip")
    headers = {"Content-Disposition": name}
    sent = HttpResponse(
        packed.getvalue(), content_type="application/zip", headers=headers
    )
    return no_store(sent)


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise NotFound
    return kind


def _address(kind: str, key: str) -> str:
    name = "builder_procedure" if kind == "procedures" else "builder_form"
    return reverse(name, args=[key])


def _today() -> date:
    return clock.local(clock.now()).date()


def _line(one: ContentLine) -> dict[str, Any]:
    return {
        "id": f"{one.kind}/{one.key}",
        "key": one.key,
        "title": said(one.title) or one.key,
        "href": _address(one.kind, one.key),
        "version": one.version,
        "is_local": one.is_local,
        "draft": one.draft,
        "faults": one.faults,
    }


def _catalogue(text: str, known: set[str]) -> list[dict[str, Any]]:
    """Find procedures of the national catalogue by code or words."""
    found = queries.search_procedures(text=text, on=_today())
    return [
        {
            "code": one.code,
            "title": said(one.title),
            "field": one.field,
            "is_known": one.is_ours or one.code in known,
        }
        for one in found[:MOST_FOUND]
    ]


def _is_public(code: str) -> bool:
    try:
        queries.get_procedure(code=code, on=_today())
    except NotFound:
        return False
    return True


def _tasks(found: Building) -> list[dict[str, Any]]:
    """List the parts of a procedure in the order in which one fills them in."""
    code, body = found.code, found.body
    wrong = {
        _part_of(fault.field, fault.message)
        for fault in found.faults
        if fault.kind == "procedures"
    }
    parts = [
        (
            gettext("Thông tin chung"),
            "builder_facts",
            [code],
            _facts(wrong),
            [],
        ),
        *(
            (
                str(rows.title),
                "builder_rows",
                [code, address],
                rows.name in wrong,
                [rows.name],
            )
            for address, rows in ROWS.items()
        ),
        (
            gettext("Quy trình và kết quả"),
            "builder_result",
            [code],
            bool(wrong & {"workflow", "result", "supplement_policy"}),
            ["result"],
        ),
        (
            gettext("Mẫu: các câu hỏi"),
            "builder_form",
            [body.get("form", "")],
            any(fault.kind == "forms" for fault in found.faults),
            [],
        ),
    ]
    return [
        {
            "title": title,
            "href": reverse(name, args=args),
            "state": _state(found, names, is_wrong),
        }
        for title, name, args, is_wrong, names in parts
        if all(args)
    ]


def _state(found: Building, names: list[str], is_wrong: bool) -> str:
    if is_wrong:
        return "wrong"
    # What was taken from the catalogue, somebody should have looked at.
    is_given = any(name in found.as_catalogued for name in names)
    return "prefilled" if is_given else "done"


def _facts(wrong: set[str]) -> bool:
    others = {rows.name for rows in ROWS.values()}
    return bool(wrong - others - {"workflow", "result", "supplement_policy", "form"})


def _part_of(field: str, message: str) -> str:
    if field:
        return field.partition(".")[0]
    return message.partition("'")[2].partition("'")[0]


def _faults(found: Building, actor: Any) -> list[dict[str, str]]:
    return [
        ui.fault_line(fault, _body(fault.kind, fault.key, actor))
        for fault in found.faults
    ]


def _body(kind: str, key: str, actor: Any) -> Mapping[str, Any]:
    return queries.get_content(kind=kind, key=key, actor=actor)[0]


def _review(review: Review, kind: str, key: str, actor: Any) -> dict[str, Any]:
    bare = [
        text
        for one in review.drafts
        for text in queries.texts_without_english(body=one.body)
    ]
    return {
        "kind": kind,
        "key": key,
        "back": _address(kind, key),
        "names": [_draft_name(one.kind, one.body, one.key) for one in review.drafts],
        "seen": ui.seen(review),
        "faults": [
            ui.fault_line(fault, _body(fault.kind, fault.key, actor))
            for fault in review.faults
        ],
        "is_overtaken": any("came out since" in f.message for f in review.faults),
        "examples": [ui.example_line(one) for one in review.examples],
        "failing": len(review.failing),
        "differences": [ui.difference_line(one) for one in review.differences],
        "is_ready": not review.faults and not review.failing,
        "bare": ngettext(
            "{n} chỗ chưa có tiếng Anh; trang tiếng Anh hiện tiếng Việt ở đó.",
            "{n} chỗ chưa có tiếng Anh; trang tiếng Anh hiện tiếng Việt ở đó.",
            len(bare),
        ).format(n=len(bare))
        if bare
        else "",
        "bare_texts": list(dict.fromkeys(bare))[:BARE_SHOWN],
        "examples_href": reverse("builder_examples", args=[key])
        if kind == "procedures"
        else "",
    }


def _draft_name(kind: str, body: Mapping[str, Any], key: str) -> str:
    if kind == "examples":
        n = len(body["examples"])
        return ngettext("{n} ví dụ", "{n} ví dụ", n).format(n=n)
    title = body.get("title", {}).get(language(), key)
    return f"{ui.KIND_NAMES[kind]}: {title}"


def _publish(request: HttpRequest, common: dict[str, Any]) -> HttpResponse:
    if "keep" in request.POST:
        actions.keep_mine(**common)
        return redirect("builder_publish", kind=common["kind"], key=common["key"])
    actions.publish_content(
        **common, seen=ui.read_seen(request.POST.getlist("seen")), at=clock.now()
    )
    text = gettext("Đã công bố. Hồ sơ đang giải quyết giữ bản cũ.")
    messages.success(request, text)
    return redirect(_address(common["kind"], common["key"]))
