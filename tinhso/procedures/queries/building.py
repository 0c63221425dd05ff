"""What is being built in the browser: contents, faults, examples, differences."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import NotFound
from tinhso.kernel.packs import drafts, local, versions
from tinhso.kernel.packs.types import LOCAL, Content, ContentDraft, ContentFault
from tinhso.procedures.catalogue import drafting, editing, reading
from tinhso.procedures.catalogue.comparing import drafts_result
from tinhso.procedures.forms import reading as answering
from tinhso.procedures.queries.catalogue import get_national
from tinhso.procedures.queries.examples import differences, outcome, pretended_files
from tinhso.procedures.types import (
    Answers,
    Building,
    ContentLine,
    Difference,
    FieldKind,
    Form,
    FormPage,
    Label,
    Path,
    Procedure,
    Review,
    TriedExample,
    Workflow,
)
from tinhso.procedures.types.forms import EMPTY
from tinhso.security import queries as security
from tinhso.security.types import Deed

Body = Mapping[str, Any]
# What is listed and edited; examples go with their procedure.
KINDS = ("procedures", "forms")


def contents_built(*, actor: Actor) -> tuple[ContentLine, ...]:
    """List forms and procedures, published or drafted, by kind and key.

    :raises NotAllowed: if the actor may not edit content.
    """
    _require(actor)
    held = {(one.kind, one.key): one for one in versions.in_force()}
    open_ = {(one.kind, one.key): one for one in drafts.all_drafts()}
    keys = sorted(at for at in {*held, *open_} if at[0] in KINDS)
    keys.sort(key=lambda at: KINDS.index(at[0]))
    return tuple(_line(at, held.get(at), open_.get(at)) for at in keys)


def get_building(*, code: str, actor: Actor) -> Building:
    """Read a procedure with its form, as drafted or else as in force.

    :raises NotFound: if neither a draft nor a version has this code.
    :raises NotAllowed: if the actor may not edit content.
    """
    _require(actor)
    body = body_of("procedures", code)
    form = _body("forms", body.get("form", ""))
    is_new = versions.newest(kind="procedures", key=code) is None
    return Building(
        code=code,
        body=body,
        draft=drafts.find_draft(kind="procedures", key=code),
        form_draft=drafts.find_draft(kind="forms", key=body.get("form", "")),
        form=reading.read_form(form, number=0) if form else None,
        faults=local.faults([_content(one) for one in bundle("procedures", code)]),
        as_catalogued=_as_catalogued(code, body) if is_new else frozenset(),
    )


def get_content(
    *, kind: str, key: str, actor: Actor
) -> tuple[Mapping[str, Any], ContentDraft | None]:
    """Read a content as drafted or else as in force, and its draft if there is one.

    :raises NotFound: if there is none.
    :raises NotAllowed: if the actor may not edit content.
    """
    _require(actor)
    return body_of(kind, key), drafts.find_draft(kind=kind, key=key)


def get_part(*, body: Mapping[str, Any], at: Path) -> Any:
    """Find a part of a content: `("sections", "owner", "pages", "plan")`.

    :raises NotFound: if it has none there.
    """
    return editing.found(body, at)


def form_of(*, body: Mapping[str, Any]) -> Form:
    """Read a form that is being built."""
    return reading.read_form(body, number=0)


def procedures_using(*, form: str, actor: Actor) -> tuple[tuple[str, Label], ...]:
    """List code and title of the procedures that ask a form, drafted ones, too."""
    _require(actor)
    codes = {one.key for one in versions.in_force(kind="procedures")}
    codes |= {one.key for one in drafts.all_drafts() if one.kind == "procedures"}
    bodies = [(code, body_of("procedures", code)) for code in sorted(codes)]
    return tuple((c, _title(body)) for c, body in bodies if form in _forms(body))


def published_parts(*, kind: str) -> tuple[tuple[str, Mapping[str, Any]], ...]:
    """List key and body of all published workflows, templates or forms, by key."""
    return tuple((one.key, one.body) for one in versions.in_force(kind=kind))


def writes_result(*, workflow: str) -> bool:
    """Tell whether a published workflow writes the result from a template."""
    found = versions.newest(kind="workflows", key=workflow)
    return found is not None and drafts_result(found.body)


def drafted_procedure(*, code: str, actor: Actor) -> Procedure | None:
    """Read a procedure as drafted; None as long as something is missing."""
    _require(actor)
    if local.faults([_content(one) for one in bundle("procedures", code)]):
        return None
    return _procedure(body_of("procedures", code), {})


def review_draft(*, kind: str, key: str, actor: Actor) -> Review:
    """Tell what publishing would put in force, what is wrong, what examples say.

    Examples run only where nothing is wrong.

    :raises NotFound: if there is no draft.
    :raises NotAllowed: if the actor may not edit content.
    """
    _require(actor)
    together = bundle(kind, key)
    if not together:
        raise NotFound
    faults = (
        *_overtaken(together),
        *local.faults([_content(one) for one in together]),
    )
    return Review(
        drafts=together,
        faults=faults,
        examples=() if faults else tuple(_tried(together, kind, key)),
        differences=tuple(d for one in together for d in _differences(one)),
    )


def examples_of(*, code: str, actor: Actor) -> tuple[TriedExample, ...]:
    """List the examples of a procedure, run if nothing is missing.

    :raises NotAllowed: if the actor may not edit content.
    """
    procedure = drafted_procedure(code=code, actor=actor)
    return tuple(_run(code, procedure))


def preview_page(
    *, form: Form, page: FormPage, typed: Answers, answers: Answers, on: date
) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Read a page as an application would, and save nothing; files count as there."""
    files = [f.key for f in page.fields if f.kind is FieldKind.FILES]
    given = {**typed, **pretended_files(files)}
    return answering.read_page(form, page, given, answers, on)


def try_answers(
    *, procedure: Procedure, example: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Tell what comes of answers: pages, faults, fee in VND, `due_at`.

    None if the procedure has no time limit on that day.
    """
    try:
        return outcome(procedure, example)
    except LookupError:
        return None


def texts_without_english(*, body: Mapping[str, Any]) -> tuple[str, ...]:
    """List the texts that have no English of their own."""
    return drafting.missing_english(body)


def exported_pack(*, actor: Actor) -> dict[str, str]:
    """Write what was made in the browser as the files of a pack: {name: YAML}.

    :raises NotAllowed: if the actor may not edit content.
    """
    _require(actor)
    return local.export()


# Below here for this room's own actions, too.


def body_of(kind: str, key: str) -> Body:
    """Read a content as drafted or else as in force.

    :raises NotFound: if there is none.
    """
    found = _body(kind, key)
    if found is None:
        raise NotFound
    return found


def bundle(kind: str, key: str) -> tuple[ContentDraft, ...]:
    """Gather the drafts that are published together: a procedure's with its parts."""
    wanted = {(kind, key)}
    if kind == "procedures":
        body = _body(kind, key) or {}
        wanted |= {("forms", form) for form in _forms(body)}
        wanted |= {("examples", name) for name, _, _ in _examples(key)}
    return tuple(one for one in drafts.all_drafts() if (one.kind, one.key) in wanted)


def _require(actor: Actor) -> None:
    security.require(actor=actor, deed=Deed.EDIT_CONTENT)


def _body(kind: str, key: str) -> Body | None:
    draft = drafts.find_draft(kind=kind, key=key)
    held = None if draft else versions.newest(kind=kind, key=key)
    return draft.body if draft else held.body if held else None


def _content(draft: ContentDraft) -> Content:
    return local.content_of(kind=draft.kind, key=draft.key, body=draft.body)


def _forms(body: Body) -> set[str]:
    """Name the forms of a procedure: the applicant's and the officer's."""
    named = {body.get("form"), body.get("result", {}).get("officer_form")}
    return {str(name) for name in named if name}


def _line(
    at: tuple[str, str], held: Content | None, draft: ContentDraft | None
) -> ContentLine:
    body: Body = draft.body if draft else held.body if held else {}
    return ContentLine(
        kind=at[0],
        key=at[1],
        title=_title(body),
        version=held.version if held else 0,
        is_local=held is not None and held.pack == LOCAL,
        draft=draft,
        faults=len(local.faults([_content(d) for d in bundle(*at)])) if draft else 0,
    )


def _title(body: Body) -> Label:
    title = body.get("title")
    return Label(title["vi"], title["en"]) if title else EMPTY


def _overtaken(together: Iterable[ContentDraft]) -> Iterator[ContentFault]:
    """Yield the drafts of which a newer version came out, from a pack or from here."""
    for draft in together:
        held = versions.newest(kind=draft.kind, key=draft.key)
        if held and held.version > draft.based_on:
            message = f"version {held.version} came out since the draft was begun"
            yield ContentFault(draft.kind, draft.key, "", message)


def _tried(
    together: tuple[ContentDraft, ...], kind: str, key: str
) -> Iterator[TriedExample]:
    """Run the examples of all procedures that the drafts change."""
    changed = {one.key for one in together if one.kind == "forms"}
    codes = {key} if kind == "procedures" else set()
    codes |= {
        one.key
        for one in versions.in_force(kind="procedures")
        if _forms(one.body) & changed
    }
    ours = {(one.kind, one.key): one.body for one in together}
    for code in sorted(codes):
        body = ours.get(("procedures", code)) or _in_force("procedures", code)
        yield from _run(code, _procedure(body, ours) if body else None)


def _run(code: str, procedure: Procedure | None) -> Iterator[TriedExample]:
    for key, place, example in _examples(code):
        found = differences(procedure, example) if procedure else ()
        yield TriedExample(key, place, example, found)


def _examples(code: str) -> Iterator[tuple[str, int, Body]]:
    """Walk through the examples of a procedure, drafted sets instead of published."""
    sets = {one.key: one.body for one in versions.in_force(kind="examples")}
    sets |= {one.key: one.body for one in drafts.all_drafts() if one.kind == "examples"}
    for key, body in sorted(sets.items()):
        for place, example in enumerate(body["examples"]):
            if example["procedure"] == code:
                yield key, place, example


def _in_force(kind: str, key: str) -> Body | None:
    held = versions.newest(kind=kind, key=key)
    return held.body if held else None


def _procedure(body: Body, ours: Mapping[tuple[str, str], Body]) -> Procedure:
    """Read a procedure with what is drafted with it, else drafted at all, else held."""

    def form(key: str | None) -> Form | None:
        found = ours.get(("forms", key)) or _body("forms", key) if key else None
        return reading.read_form(found, number=0) if found else None

    applicant = form(body["form"])
    assert applicant is not None  # noqa: S101 - compared before
    return reading.read_procedure(
        body,
        number=0,
        form=applicant,
        workflow=_workflow(body["workflow"]),
        officer_form=form(body["result"].get("officer_form")),
        template_version=0,
    )


def _workflow(key: str) -> Workflow:
    return reading.read_workflow(body_of("workflows", key), number=0)


def _differences(draft: ContentDraft) -> Iterator[Difference]:
    """Tell what a draft changes; what is new is told in one line."""
    held = _in_force(draft.kind, draft.key)
    if held is None and draft.kind in KINDS:
        yield Difference("added", draft.kind, _title(draft.body))
    elif held is not None and draft.kind == "forms":
        yield from editing.form_differences(held, draft.body)
    elif held is not None and draft.kind == "procedures":
        yield from editing.procedure_differences(held, draft.body)


def _as_catalogued(code: str, body: Body) -> frozenset[str]:
    """Name the parts that stand as the national catalogue has them."""
    try:
        national = get_national(code=code)
    except NotFound:
        return frozenset()
    day = body.get("valid_from", "2000-01-01")
    known = drafting.procedure_of(national, on=date.fromisoformat(day))
    return frozenset(name for name, part in known.items() if body.get(name) == part)
