"""Build a procedure in the browser: its facts, dated rows, workflow and result."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods

from tinhso.kernel.errors import NotFound
from tinhso.kernel.packs.types import DraftMovedOn
from tinhso.procedures import queries
from tinhso.procedures.types import Building, Edit, Put
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import builder as ui
from tinhso.web.ui import builder_asks as asks
from tinhso.web.ui import builder_edit as editing
from tinhso.web.ui import builder_parts as parts
from tinhso.web.ui.builder_asks import About, Ask, Option, Value
from tinhso.web.ui.phrases import language, money, said, say_refusal
from tinhso.web.ui.questions import read_day

_ = gettext_lazy
READ_WRITE = ["GET", "HEAD", "POST"]
Body = Mapping[str, Any]
# What a result may tell besides answers; each reads as a rule of JSON Logic.
TOLD = {
    "dossier.code": _("Mã hồ sơ"),
    "organization.name": _("Tên cơ quan giải quyết"),
    "organization.address": _("Địa chỉ cơ quan giải quyết"),
    "signer.name": _("Tên người ký"),
    "signer.title": _("Chức vụ người ký"),
    "today": _("Ngày soạn kết quả"),
}
OWN_RULE = "="
SUMMARIES = {
    "amount": lambda row: money(row["amount"]),
}


@guarded(Access.OFFICER)
@require_http_methods(READ_WRITE)
def facts(request: HttpRequest, code: str) -> HttpResponse:
    """Edit what a procedure is, for whom, where and from when."""
    found = _found(request, code)
    names = {ask.name.removesuffix("_vi").removesuffix("_en") for ask in parts.FACTS}
    target = editing.Target(
        kind="procedures",
        key=code,
        title=gettext("Thông tin chung"),
        caption=_caption(found),
        back=reverse("builder_procedure", args=[code]),
        asks=parts.FACTS,
        value=dict(found.body),
        about=_about(found),
        edits=lambda value: [Put((name,), value.get(name)) for name in sorted(names)],
        after=lambda value: reverse("builder_procedure", args=[code]),
    )
    return no_store(editing.edit_page(request, actor_of(request), target))


@guarded(Access.OFFICER)
@require_http_methods(READ_WRITE)
def rows(request: HttpRequest, code: str, part: str) -> HttpResponse:
    """List the rows of a part; move and remove them, or say that there are none."""
    found, rows_ = _found(request, code), _rows(part)
    actor = actor_of(request)
    if request.method == "POST":
        try:
            edits = _row_edits(request, found, rows_)
            editing.save(request, actor, "procedures", code, edits)
        except DraftMovedOn as refusal:
            messages.warning(request, say_refusal(refusal))
        return redirect("builder_rows", code=code, part=part)
    listed = found.body.get(rows_.name)
    context = {
        **editing.frame(actor),
        "code": code,
        "caption": _caption(found),
        "part": part,
        "about": rows_,
        "is_said": listed is not None,
        "rows": [_row(code, part, n, row) for n, row in enumerate(listed or ())],
        "revision": found.draft.revision if found.draft else 0,
        "new": ui.NEW,
    }
    return no_store(render(request, "builder/rows.html", context))


@guarded(Access.OFFICER)
@require_http_methods(READ_WRITE)
def row(request: HttpRequest, code: str, part: str, item: str) -> HttpResponse:
    """Edit one row of a part, or add one."""
    found, rows_ = _found(request, code), _rows(part)
    is_new = item == ui.NEW
    at = (rows_.name, item)
    value = dict(
        rows_.begins_with if is_new else queries.get_part(body=found.body, at=at)
    )
    naming = (parts.new_key(),) if rows_.named and is_new else ()
    taken = [r["key"] for r in found.body.get(rows_.name, ())] if rows_.named else []
    about = _about(found, keys=parts.options_of([(key, key) for key in taken]))

    def edits(read: Value) -> list[Edit]:
        fresh = [Put((rows_.name,), [])] if rows_.name not in found.body else []
        return [*fresh, Put((rows_.name, "" if is_new else item), read)]

    back = reverse("builder_rows", args=[code, part])
    target = editing.Target(
        kind="procedures",
        key=code,
        title=str(rows_.one if is_new else rows_.title),
        caption=_caption(found),
        back=back,
        asks=[*_fitting(rows_.asks, about), *naming],
        value=value,
        about=about,
        edits=edits,
        after=lambda value: back,
    )
    return no_store(editing.edit_page(request, actor_of(request), target))


@guarded(Access.OFFICER)
@require_http_methods(READ_WRITE)
def result(request: HttpRequest, code: str) -> HttpResponse:
    """Choose the workflow, and say what the procedure ends in and how it is written."""
    found = _found(request, code)
    held = dict(found.body.get("result", {}))
    value = {**held, **_of(found.body, "workflow", "supplement_policy")}
    value |= {f"data.{k}": _chosen(rule) for k, rule in held.get("data", {}).items()}
    written = queries.writes_result(workflow=str(found.body.get("workflow", "")))
    sources = _sources(found)

    def after(read: Value) -> str:
        is_more = read.get("template") != held.get("template")
        name = "builder_result" if is_more else "builder_procedure"
        return reverse(name, args=[code])

    target = editing.Target(
        kind="procedures",
        key=code,
        title=gettext("Quy trình và kết quả"),
        caption=_caption(found),
        back=reverse("builder_procedure", args=[code]),
        asks=[*_result_asks(), *_data_asks(held.get("template"), sources)],
        value=value,
        about=_about(found),
        edits=lambda read: _result_edits(read, held),
        after=after,
        note=""
        if written
        else gettext(
            "Quy trình đang chọn không soạn kết quả trên hệ thống, nên không cần mẫu"
            " kết quả: cán bộ đính kèm kết quả đã ký."
        ),
    )
    return no_store(editing.edit_page(request, actor_of(request), target))


def _found(request: HttpRequest, code: str) -> Building:
    return queries.get_building(code=code, actor=actor_of(request))


def _rows(part: str) -> parts.Rows:
    if part not in parts.ROWS:
        raise NotFound
    return parts.ROWS[part]


def _caption(found: Building) -> str:
    title = found.body.get("title", {}).get(language(), "")
    return f"{found.code} · {title}" if title else found.code


def _about(found: Building, **lists: list[Option]) -> About:
    cases = found.body.get("cases", ())
    fields = list(found.form.fields()) if found.form else []
    files = [(f.key, said(f.label)) for f in fields if f.kind.value == "files"]
    pages = list(found.form.pages()) if found.form else []
    titles = {f.key: said(page.title) for page in pages for f in page.fields}
    named = [(k, f"{titles[k]} – {label} ({k})") for k, label in files]
    return About(
        form=found.form,
        prefix="answers.",
        lists={
            "cases": parts.options_of([(c["key"], c["title"]["vi"]) for c in cases]),
            "files": parts.options_of(named),
            **lists,
        },
    )


def _fitting(listed: Any, about: About) -> list[Ask]:
    """Leave out what has nothing to choose from, as cases where there are none."""
    return [ask for ask in listed if ask.name != "cases" or about.lists["cases"]]


def _row_edits(request: HttpRequest, found: Building, rows_: parts.Rows) -> list[Edit]:
    """Read what was pressed; `none` says that there are no rows, such as no fee."""
    if request.POST.get("deed") == "none" and rows_.may_be_empty:
        return [Put((rows_.name,), [])]
    return editing.deed(request, (rows_.name,))


def _row(code: str, part: str, place: int, row: Body) -> dict[str, Any]:
    return {
        "place": place,
        "text": _summary(part, row),
        "source": row.get("source", ""),
        "days": _days(row),
        "uncertain": row.get("uncertain", False),
        "missing": [
            ui.part_name(name)
            for name in ("form", "copies")
            if part == "giay-to" and name not in row
        ],
        "href": reverse("builder_row", args=[code, part, str(place)]),
    }


def _summary(part: str, row: Body) -> str:
    """Write a row in a line, as lists show it."""
    if part == "thoi-han":
        return f"{row['amount']} {parts.UNITS[row['unit']]}"
    if part == "phi":
        title = row.get("title", {}).get(language(), "")
        price = f"{money(row['amount'])} / {parts.FEE_UNITS[row['unit']]}"
        return f"{price} – {title}" if title else price
    if part == "giay-to":
        form = str(parts.PAPERS.get(row.get("form", ""), ""))
        counted = f" ({form}: {row['copies']})" if form and "copies" in row else ""
        return f"{row['title'][language()]}{counted}"
    return f"{row['number']} {row['title']}"


def _days(row: Body) -> str:
    days = [read_day(str(row.get(name, ""))) for name in ("valid_from", "valid_to")]
    first, last = (f"{day:%d/%m/%Y}" if day else "" for day in days)
    if not first:
        return ""
    if not last:
        return gettext("Áp dụng từ {first}.").format(first=first)
    text = gettext("Áp dụng từ {first}, hết áp dụng từ {last}.")
    return text.format(first=first, last=last)


def _of(body: Body, *names: str) -> Value:
    return {name: body[name] for name in names if name in body}


# Workflow and result


def _result_asks() -> tuple[Ask, ...]:
    """Ask for workflow and result; templates and forms are those published."""

    def published(kind: str) -> Any:
        return lambda about: parts.options_of(
            [
                (key, f"{body['title'][language()]} ({key})")
                for key, body in queries.published_parts(kind=kind)
            ]
        )

    return (
        asks.one_of("workflow", _("Quy trình"), published("workflows")),
        asks.one_of(
            "supplement_policy",
            _("Thời hạn khi bổ sung"),
            parts.listed(parts.POLICIES),
            optional=True,
        ),
        asks.text("code", _("Mã kết quả"), hint=_("Ví dụ: KQ.G15.000031")),
        *asks.both("title", _("Tên kết quả")),
        asks.one_of(
            "template", _("Mẫu kết quả"), published("templates"), optional=True
        ),
        asks.text(
            "series",
            _("Ký hiệu sổ"),
            optional=True,
            hint=_("Phần chữ trong số văn bản, ví dụ XNTS."),
        ),
        asks.one_of(
            "officer_form", _("Mẫu cán bộ điền"), published("forms"), optional=True
        ),
        asks.as_json("validity", _("Thời hạn hiệu lực (JSON)"), list, group=parts.RARE),
    )


def _data_asks(template: str | None, sources: list[Option]) -> list[Ask]:
    """Ask where each datum of the template comes from."""
    found = dict(queries.published_parts(kind="templates")).get(template or "")
    names = found["data_schema"].get("properties", {}) if found else {}
    needed = found["data_schema"].get("required", ()) if found else ()
    return [
        asks.one_of(
            f"data.{name}",
            name,
            lambda about: sources,
            optional=name not in needed,
            group=gettext_lazy("Dữ liệu ghi vào kết quả"),
        )
        for name in names
    ]


def _sources(found: Building) -> list[Option]:
    """List what a result can tell: answers, the officer's answers, the rest."""
    named = [(path, str(label)) for path, label in TOLD.items()]
    if found.form:
        named += [(f"answers.{f.key}", said(f.label)) for f in found.form.fields()]
    officer = found.body.get("result", {}).get("officer_form")
    bodies = dict(queries.published_parts(kind="forms"))
    if officer in bodies:
        fields = queries.form_of(body=bodies[officer]).fields()
        named += [(f"officer.{f.key}", said(f.label)) for f in fields]
    own = (OWN_RULE, gettext("Theo quy tắc riêng (giữ nguyên)"))
    return parts.options_of([*((p, f"{t} ({p})") for p, t in named), own])


def _chosen(rule: Any) -> str:
    match rule:
        case {"var": str(path)}:
            return path
    return OWN_RULE


def _result_edits(read: Value, held: Value) -> list[Edit]:
    data = dict(held.get("data", {}))
    for name in [name for name in read if name.startswith("data.")]:
        path = read.pop(name)
        if path != OWN_RULE:
            data[name.removeprefix("data.")] = {"var": path}
    parts_ = {name: read.pop(name, None) for name in ("workflow", "supplement_policy")}
    if not read.get("template"):
        read.pop("data", None)
    else:
        read["data"] = data if read["template"] == held.get("template") else {}
    return [
        *(Put((name,), value) for name, value in parts_.items()),
        Put(("result",), read),
    ]
