"""Build forms and procedures in the browser: begin, edit, publish."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import reduce
from typing import Any

from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.errors import N_, NotFound, Phrase
from tinhso.kernel.packs import drafts, local, versions
from tinhso.kernel.packs.types import Content, ContentDraft, ContentRefused
from tinhso.procedures.catalogue import drafting, editing, reading
from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.forms.logic import paths, variables
from tinhso.procedures.queries.building import body_of, bundle
from tinhso.procedures.queries.building import review_draft as review
from tinhso.procedures.queries.catalogue import get_national
from tinhso.procedures.types import (
    ChoicesMissing,
    CodeWrong,
    Edit,
    ExamplesFail,
    FieldKind,
    KeyTaken,
    ProcedureKnown,
    Put,
    RuleDangles,
    WorkflowUnusable,
)
from tinhso.procedures.workflow import machine
from tinhso.security import queries as security
from tinhso.security.types import Deed

CODE = re.compile(r"[1-9]\.\d{6}")
# The rules of fields and pages, and of papers and fees, by the names of their parts.
RULES = ("when", "required", "computed", "quantity", "times")
Body = Mapping[str, Any]


@transaction.atomic
def edit_content(*, kind: str, key: str, actor: Actor, at: datetime) -> ContentDraft:
    """Open a draft of what is in force, or go on with the one that is there.

    :raises NotFound: if there is no such content.
    :raises NotAllowed: if the actor may not edit content.
    """
    _require(actor)
    return _opened(kind, key, actor, at)


@transaction.atomic
def begin_procedure(
    *, code: str, from_catalogue: bool, actor: Actor, at: datetime
) -> ContentDraft:
    """Begin a new procedure and its form, from the national catalogue or empty.

    :raises CodeWrong: if the code has not the form of the catalogue's.
    :raises ProcedureKnown: if the procedure is here already.
    :raises NotFound: if the catalogue was not imported with it.
    :raises NotAllowed: if the actor may not edit content.
    """
    _require(actor)
    if not CODE.fullmatch(code):
        raise CodeWrong({"code": [CodeWrong.message]})
    if versions.newest(kind="procedures", key=code):
        raise ProcedureKnown
    body, form = drafting.empty_procedure(code), drafting.empty_form(code)
    if from_catalogue:
        national = get_national(code=code)
        body = drafting.procedure_of(national, on=day_of(at))
        form = drafting.form_of(national)
    key = drafting.part_key(code)
    drafts.open_draft(kind="forms", key=key, body=form, actor=actor, at=at)
    return drafts.open_draft(kind="procedures", key=code, body=body, actor=actor, at=at)


@transaction.atomic
def change_content(
    *,
    kind: str,
    key: str,
    revision: int,
    edits: Sequence[Edit],
    actor: Actor,
    at: datetime,
) -> ContentDraft:
    """Make edits to a draft as it stood when it was read; all of them or none.

    revision: 0 opens the draft of what is in force first.

    :raises DraftMovedOn: if somebody else has saved it since.
    :raises KeyTaken: if a part is added under a name that another has.
    :raises ChoicesMissing: if a choice is left without two answers.
    :raises RuleDangles: if a rule is put in that reads what nothing answers.
    :raises WorkflowUnusable: if the workflow is not published or leads nowhere.
    :raises NotAllowed: if the actor may not edit content.
    """
    _require(actor)
    if revision == 0 and drafts.find_draft(kind=kind, key=key) is None:
        revision = _opened(kind, key, actor, at).revision

    def change(body: Body) -> Body:
        changed = reduce(editing.edited, edits, dict(body))
        for edit in edits:
            _refuse_wrong(kind, body, changed, edit)
        return changed

    return drafts.save_draft(
        kind=kind, key=key, revision=revision, change=change, actor=actor, at=at
    )


@transaction.atomic
def discard_content(
    *, kind: str, key: str, seen: Mapping[str, int], actor: Actor, at: datetime
) -> None:
    """Throw the drafts away that go with a content; what is in force stays.

    seen: the revision of each, by `kind/key`.

    :raises DraftMovedOn: if somebody else has saved one since.
    :raises NotAllowed: if the actor may not edit content.
    """
    _require(actor)
    _close(bundle(kind, key), seen)
    _journal("discard_draft", [f"{kind}/{key}"], actor, at)


@transaction.atomic
def keep_mine(*, kind: str, key: str, actor: Actor) -> None:
    """Base the drafts that go with a content on what came out since they were begun.

    :raises NotAllowed: if the actor may not edit content.
    """
    _require(actor)
    for draft in bundle(kind, key):
        drafts.rebase_draft(kind=draft.kind, key=draft.key)


@transaction.atomic
def publish_content(
    *, kind: str, key: str, seen: Mapping[str, int], actor: Actor, at: datetime
) -> list[Content]:
    """Publish a draft and those that go with it; running dossiers keep their version.

    seen: the revision of each that was looked at, by `kind/key`.

    :raises DraftMovedOn: if somebody else has saved one since.
    :raises ContentRefused: if anything is wrong with them.
    :raises ExamplesFail: if an example comes out otherwise than it says.
    :raises NotAllowed: if the actor may not edit content.
    """
    found = review(kind=kind, key=key, actor=actor)
    if found.faults:
        raise ContentRefused(found.faults)
    if found.failing:
        raise ExamplesFail
    _close(found.drafts, seen)
    contents = [
        local.content_of(kind=one.kind, key=one.key, body=one.body)
        for one in found.drafts
    ]
    kept = local.apply(contents, actor=actor, at=at)
    _journal(
        "publish_content", [f"{c.kind}/{c.key}/{c.version}" for c in kept], actor, at
    )
    return kept


def _require(actor: Actor) -> None:
    security.require(actor=actor, deed=Deed.EDIT_CONTENT)


def _opened(kind: str, key: str, actor: Actor, at: datetime) -> ContentDraft:
    body = body_of(kind, key)
    return drafts.open_draft(kind=kind, key=key, body=body, actor=actor, at=at)


def _close(together: Sequence[ContentDraft], seen: Mapping[str, int]) -> None:
    for one in together:
        revision = seen.get(f"{one.kind}/{one.key}", 0)
        drafts.discard_draft(kind=one.kind, key=one.key, revision=revision)


def _journal(deed: str, contents: list[str], actor: Actor, at: datetime) -> None:
    audit.write(
        f"procedures.{deed}",
        subject="packs.Content",
        subject_id=None,
        actor=actor,
        at=at,
        details={"contents": contents},
    )


# What an edit may not leave behind


def _refuse_wrong(kind: str, before: Body, after: Body, edit: Edit) -> None:
    if not isinstance(edit, Put):
        return
    if kind == "forms":
        _refuse_taken_key(after, edit)
        _refuse_no_choices(edit)
    if kind == "procedures" and edit.at == ("workflow",):
        _refuse_workflow(edit.value)
    _refuse_dangling(kind, after, edit)


def _refuse_taken_key(after: Body, edit: Put) -> None:
    """Refuse a part whose name another of its sort has.

    :raises KeyTaken: if so.
    """
    form = reading.read_form(after, number=0)
    sorts = {
        "sections": [section.key for section in form.sections],
        "pages": [page.key for page in form.pages()],
        "fields": [field.key for field in form.fields()],
    }
    names = sorts.get(edit.at[-2], []) if len(edit.at) > 1 else []
    key = edit.value.get("key") if isinstance(edit.value, Mapping) else None
    if names.count(str(key)) > 1:
        raise KeyTaken({"key": [KeyTaken.message]})


def _refuse_no_choices(edit: Put) -> None:
    field = edit.value
    is_field = len(edit.at) > 1 and edit.at[-2] == "fields"
    is_choice = is_field and field["kind"] == FieldKind.CHOICE
    if is_choice and len(field.get("choices", ())) < 2:
        raise ChoicesMissing({"choices": [ChoicesMissing.message]})


def _refuse_workflow(key: object) -> None:
    held = versions.newest(kind="workflows", key=str(key))
    if held is None or any(machine.faults(reading.read_workflow(held.body, number=0))):
        raise WorkflowUnusable({"workflow": [WorkflowUnusable.message]})


def _refuse_dangling(kind: str, after: Body, edit: Put) -> None:
    """Refuse a part whose rule reads what no field of the form answers.

    :raises RuleDangles: at the rule's own name.
    """
    part = edit.value if isinstance(edit.value, Mapping) else {}
    known = _answered(kind, after)
    for name in RULES:
        rule = part.get(name)
        read = variables(rule) if kind == "forms" else paths(rule)
        lost = [path for path in read if path and path not in known]
        if known and lost:
            message = Phrase(
                N_("Quy tắc đọc “{path}”, nhưng mẫu không có câu hỏi nào tên như vậy."),
                path=lost[0],
            )
            raise RuleDangles({name: [message]})


def _answered(kind: str, after: Body) -> set[str]:
    """List what rules of a content may read; nothing where that is not known."""
    try:
        body = after if kind == "forms" else body_of("forms", str(after.get("form")))
    except NotFound:
        return set()
    if kind not in {"forms", "procedures"}:
        return set()
    form = reading.read_form(body, number=0)
    names = {f.key for f in form.fields()} | {p.key for p in form.pages() if p.repeats}
    if kind == "forms":
        return names | {"today"}
    return {f"answers.{name}" for name in names} | {"today"}
