"""Keep applications as examples, which run before anything is published."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import N_, NotFound, Phrase
from tinhso.kernel.packs import drafts, versions
from tinhso.kernel.packs.types import ContentDraft
from tinhso.procedures.catalogue import drafting, editing
from tinhso.procedures.forms import reading as answering
from tinhso.procedures.queries.building import body_of, drafted_procedure
from tinhso.procedures.queries.examples import outcome, pretended_files
from tinhso.procedures.types import (
    AnswersInvalid,
    Edit,
    ExampleDiffers,
    FieldKind,
    LastExample,
    Procedure,
    Put,
    Remove,
)
from tinhso.security import queries as security
from tinhso.security.types import Deed

Body = Mapping[str, Any]


@transaction.atomic
def keep_example(
    *,
    code: str,
    example: Mapping[str, Any],
    fee: int | None,
    due_on: date | None,
    is_refused: bool,
    actor: Actor,
    at: datetime,
) -> ContentDraft:
    """Keep an application as an example, with what comes of it.

    example: title, submitted_at, channel, answers and files as packs write them. fee,
    due_on: what the officer expects, in VND and the day; None takes what comes.
    is_refused: it shows answers that are refused.

    :raises NotFound: if the procedure still lacks something.
    :raises AnswersInvalid: if answers are refused that should not be.
    :raises ExampleDiffers: if fee or day come out otherwise.
    :raises NotAllowed: if the actor may not edit content.
    """
    procedure = drafted_procedure(code=code, actor=actor)
    if procedure is None:
        raise NotFound
    answers = _read_answers(procedure, example, is_refused)
    written = {**example, "procedure": code, "answers": answers}
    got = _got(procedure, written)
    _refuse_differing(got, fee, due_on)
    expect = {name: got[name] for name in ("pages", "faults", "fee", "due_at")}
    written = {
        name: part for name, part in written.items() if part or name == "answers"
    }
    key = drafting.part_key(code)
    draft = _examples_draft(key, actor, at)
    return drafts.save_draft(
        kind="examples",
        key=key,
        revision=draft.revision,
        change=lambda body: {
            **body,
            "examples": [*body["examples"], {**written, "expect": expect}],
        },
        actor=actor,
        at=at,
    )


@transaction.atomic
def drop_example(*, key: str, place: int, actor: Actor, at: datetime) -> None:
    """Take an example out of its set.

    :raises LastExample: if the set is published and has no other.
    :raises NotAllowed: if the actor may not edit content.
    """
    _require(actor)
    draft = _opened(key, actor, at)
    if len(draft.body["examples"]) > 1:
        _edit_examples(draft, Remove(("examples", str(place))), actor, at)
        return
    if versions.newest(kind="examples", key=key):
        raise LastExample
    drafts.discard_draft(kind="examples", key=key, revision=draft.revision)


@transaction.atomic
def accept_example(*, key: str, place: int, actor: Actor, at: datetime) -> None:
    """Expect of an example from now on what came of it on the draft.

    :raises NotFound: if the procedure still lacks something.
    :raises NotAllowed: if the actor may not edit content.
    """
    _require(actor)
    draft = _opened(key, actor, at)
    example = editing.found(draft.body, ("examples", str(place)))
    procedure = drafted_procedure(code=example["procedure"], actor=actor)
    if procedure is None:
        raise NotFound
    got = _got(procedure, example)
    expect = {name: got[name] for name in example["expect"]}
    _edit_examples(draft, Put(("examples", str(place), "expect"), expect), actor, at)


def _require(actor: Actor) -> None:
    security.require(actor=actor, deed=Deed.EDIT_CONTENT)


def _opened(key: str, actor: Actor, at: datetime) -> ContentDraft:
    body = body_of("examples", key)
    return drafts.open_draft(kind="examples", key=key, body=body, actor=actor, at=at)


def _examples_draft(key: str, actor: Actor, at: datetime) -> ContentDraft:
    try:
        return _opened(key, actor, at)
    except NotFound:
        empty = {"key": key, "examples": []}
        return drafts.open_draft(
            kind="examples", key=key, body=empty, actor=actor, at=at
        )


def _edit_examples(draft: ContentDraft, edit: Edit, actor: Actor, at: datetime) -> None:
    drafts.save_draft(
        kind="examples",
        key=draft.key,
        revision=draft.revision,
        change=lambda body: editing.edited(body, edit),
        actor=actor,
        at=at,
    )


def _read_answers(
    procedure: Procedure, example: Body, is_refused: bool
) -> dict[str, Any]:
    """Read what was typed, without files and computed values.

    :raises AnswersInvalid: if something is refused that should not be.
    """
    day = date.fromisoformat(str(example["submitted_at"])[:10])
    files = pretended_files(example.get("files", ()))
    answers = {**example["answers"], **files}
    read, faults = answering.read_form(procedure.form, answers, day)
    if faults and not is_refused:
        raise AnswersInvalid(faults)
    left_out = {FieldKind.FILES, FieldKind.COMPUTED}
    dropped = {f.key for f in procedure.form.fields() if f.kind in left_out}
    kept = {k: v for k, v in read.items() if k not in dropped and v is not None}
    return dict(json.loads(json.dumps(kept)))


def _got(procedure: Procedure, example: Body) -> dict[str, Any]:
    try:
        return outcome(procedure, example)
    except LookupError:
        message = Phrase(
            N_("Ngày này thủ tục chưa có thời hạn. Hãy chọn ngày muộn hơn.")
        )
        raise ExampleDiffers({"submitted_at": [message]}) from None


def _refuse_differing(got: Body, fee: int | None, due_on: date | None) -> None:
    """Refuse an example that comes out otherwise than the officer expects.

    :raises ExampleDiffers: at fee or day.
    """
    wrong = {}
    if fee is not None and fee != got["fee"]:
        text = N_(
            "Hệ thống tính ra {got} đồng. Hãy xem lại phí của thủ tục hoặc số này."
        )
        wrong["fee"] = [Phrase(text, got=got["fee"])]
    if due_on is not None and due_on.isoformat() != got["due_at"][:10]:
        day = date.fromisoformat(got["due_at"][:10])
        text = N_("Hệ thống hẹn trả ngày {day}. Hãy xem lại thời hạn hoặc ngày này.")
        wrong["due_on"] = [Phrase(text, day=f"{day:%d/%m/%Y}")]
    if wrong:
        raise ExampleDiffers(wrong)
