"""From the JSON of a pack to the types of the room, and what is wrong with it."""

from collections.abc import Iterator, Mapping
from datetime import date, time
from typing import Any

from tinhso.procedures.forms.logic import OPERATIONS, operators, variables
from tinhso.procedures.types.catalogue import (
    RETURN_LIMIT,
    Band,
    Case,
    Channel,
    Fee,
    LegalBasis,
    Paper,
    Procedure,
    ResultKind,
    TimeLimit,
    UsualConsultation,
    Validity,
)
from tinhso.procedures.types.conversation import ServiceRules
from tinhso.procedures.types.deadlines import (
    DayOverride,
    Hours,
    Limit,
    LimitUnit,
    SupplementPolicy,
    WorkCalendar,
)
from tinhso.procedures.types.forms import (
    EMPTY,
    Check,
    Choice,
    Field,
    FieldKind,
    Form,
    FormPage,
    Label,
    Section,
)
from tinhso.procedures.types.workflow import (
    Action,
    Effect,
    Need,
    Status,
    Step,
    Workflow,
)

Body = Mapping[str, Any]

# Operators that JSON Logic spells inside the evaluator and not in its table.
_CONTROL = {"if", "?:", "and", "or", "filter", "map", "reduce", "all", "none", "some"}


def read_form(body: Body, *, number: int) -> Form:
    """Read a form from its content."""
    sections = tuple(
        Section(
            key=section["key"],
            title=_label(section["title"]),
            pages=tuple(_page(page) for page in section["pages"]),
        )
        for section in body["sections"]
    )
    fields = [f for section in sections for page in section.pages for f in page.fields]
    return Form(
        key=body["key"],
        number=number,
        title=_label(body["title"]),
        sections=sections,
        computed=tuple(f for f in fields if f.kind is FieldKind.COMPUTED),
    )


def read_workflow(body: Body, *, number: int) -> Workflow:
    """Read a workflow from its content."""
    return Workflow(
        key=body["key"],
        number=number,
        title=_label(body["title"]),
        start=body["start"],
        steps=tuple(_step(step) for step in body["steps"]),
        actions=tuple(_action(action) for action in body["actions"]),
        apologies=_labels(body, "apologies"),
    )


def read_calendar(body: Body, *, number: int) -> WorkCalendar:
    """Read a working calendar from its content."""
    return WorkCalendar(
        key=body["key"],
        number=number,
        week={int(day): _hours(hours) for day, hours in body["week"].items()},
        overrides=tuple(
            DayOverride(_day(row["day"]), _hours(row.get("hours", [])), row["source"])
            for row in body.get("overrides", ())
        ),
        organizations=tuple(body.get("organizations", ())),
    )


def read_procedure(
    body: Body,
    *,
    number: int,
    form: Form,
    workflow: Workflow,
    officer_form: Form | None,
    template_version: int,
    is_adopted: bool = False,
) -> Procedure:
    """Read a procedure from its content and the versions it was published with."""
    result = body["result"]
    return Procedure(
        code=body["key"],
        number=number,
        title=_label(body["title"]),
        summary=_label(body["summary"]),
        field=body["field"],
        level=body["level"],
        cases=_cases(body),
        audience=tuple(body["audience"]),
        channels=tuple(Channel(channel) for channel in body["channels"]),
        time_limits=tuple(_time_limit(row) for row in body["time_limits"]),
        fees=tuple(_fee(row) for row in body["fees"]),
        papers=tuple(_paper(row) for row in body["papers"]),
        legal_basis=tuple(_legal_basis(row) for row in body["legal_basis"]),
        form=form,
        workflow=workflow,
        result=ResultKind(
            code=result["code"],
            title=_label(result["title"]),
            template=result.get("template", ""),
            template_version=template_version,
            series=result.get("series", ""),
            data=result.get("data", {}),
            officer_form=officer_form,
            validities=tuple(map(_validity, result.get("validity", ()))),
        ),
        supplement_policy=SupplementPolicy(body.get("supplement_policy", "restart")),
        valid_from=_day(body["valid_from"]),
        valid_to=_optional_day(body.get("valid_to")),
        source=body["source"],
        notice=_label(body.get("notice")),
        supplement_within=_limit(body["supplement_within"])
        if "supplement_within" in body
        else RETURN_LIMIT,
        consultations=tuple(
            UsualConsultation(
                agency=row["agency"],
                question=_label(row["question"]),
                limit=_limit(row["limit"]),
                when=row.get("when", True),
            )
            for row in body.get("consultations", ())
        ),
        is_adopted=is_adopted,
    )


def read_service_rules(body: Body) -> ServiceRules:
    """Read the rules of service from their content."""
    days = sorted(body["reminders"]["days_before"], reverse=True)
    return ServiceRules(**body["conversation"], days_before=tuple(days))


def form_faults(form: Form) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a form as (field, message): keys and rules."""
    seen: set[str] = set()
    pages: set[str] = set()
    for place, section in enumerate(form.sections):
        for index, page in enumerate(section.pages):
            at = f"sections.{place}.pages.{index}"
            if page.key in pages:
                yield at, f"page {page.key!r} stands twice"
            pages.add(page.key)
            for field in page.fields:
                if field.key in seen:
                    yield at, f"field {field.key!r} stands twice"
                seen.add(field.key)
                if field.kind is FieldKind.CHOICE and not field.choices:
                    yield at, f"field {field.key!r} has nothing to choose from"
                yield from _reuse_faults(field, at)
                if field.kind is FieldKind.FILES and not field.accepts:
                    yield at, f"field {field.key!r} accepts no type of file"
                yield from _rule_faults(form, field, at)
            yield from _unknown_names(page.when, {f.key for f in form.fields()}, at)


# What of a result may answer a field, besides `answers.…` and `officer.…`.
OF_RESULTS = {"number", "title", "issued_on", "agency"}


def _reuse_faults(field: Field, at: str) -> Iterator[tuple[str, str]]:
    takes_files = field.kind is FieldKind.FILES
    if (field.accepts_results or field.paper) and not takes_files:
        yield at, f"field {field.key!r} takes no files that a paper could answer"
    if field.from_results and takes_files:
        yield at, f"field {field.key!r} takes files, which no datum answers"
    for path in field.from_results.values():
        if path not in OF_RESULTS and not path.startswith(("answers.", "officer.")):
            yield at, f"a result has no {path!r}"


def _rule_faults(form: Form, field: Field, at: str) -> Iterator[tuple[str, str]]:
    known = {other.key for other in form.fields()} | {
        page.key for page in form.pages() if page.repeats
    }
    checks = [check.rule for check in field.checks]
    for rule in (field.when, field.required, field.computed, *checks):
        yield from _unknown_names(rule, known, at)


def _unknown_names(rule: Any, known: set[str], at: str) -> Iterator[tuple[str, str]]:
    for name in variables(rule):
        if name and name not in known | {"today"}:
            yield at, f"a rule reads {name!r}, which no field answers"
    for operator in operators(rule):
        if operator not in OPERATIONS and operator not in _CONTROL:
            yield at, f"a rule uses {operator!r}, which JSON Logic does not know"


def _label(value: Any) -> Label:
    return Label(value["vi"], value["en"]) if value else EMPTY


def _page(body: Body) -> FormPage:
    return FormPage(
        key=body["key"],
        title=_label(body["title"]),
        fields=tuple(_field(field) for field in body["fields"]),
        intro=_label(body.get("intro")),
        when=body.get("when", True),
        repeats=body.get("repeats", 0),
    )


# What a field takes from its content as it is written there.
_AS_WRITTEN = (
    "required",
    "when",
    "max_length",
    "minimum",
    "maximum",
    "prefill",
    "computed",
    "max_bytes",
    "accepts_expired",
    "paper",
    "from_results",
)


def _field(body: Body) -> Field:
    plain = {key: body[key] for key in _AS_WRITTEN if key in body}
    return Field(
        key=body["key"],
        kind=FieldKind(body["kind"]),
        label=_label(body["label"]),
        hint=_label(body.get("hint")),
        choices=tuple(
            Choice(choice["value"], _label(choice["label"]))
            for choice in body.get("choices", ())
        ),
        accepts=tuple(body.get("accepts", ())),
        accepts_results=tuple(body.get("accepts_results", ())),
        checks=tuple(
            Check(check["rule"], _label(check["message"]))
            for check in body.get("checks", ())
        ),
        **plain,
    )


def _step(body: Body) -> Step:
    return Step(
        key=body["key"],
        title=_label(body["title"]),
        role=body.get("role", ""),
        status=Status(body["status"]),
        limit=_limit(body["limit"]) if "limit" in body else None,
        clock_stops=body.get("clock_stops", False),
        at_receiver=body.get("at", "agency") == "receiver",
        on_silence=body.get("on_silence", ""),
    )


def _action(body: Body) -> Action:
    return Action(
        key=body["key"],
        title=_label(body["title"]),
        sources=tuple(body["from"]),
        to=body.get("to", ""),
        role=body["role"],
        guard=body.get("guard", True),
        needs=tuple(Need(need) for need in body.get("needs", ())),
        effects=tuple(Effect(effect) for effect in body.get("effects", ())),
        apart_from=tuple(body.get("apart_from", ())),
        reasons=_labels(body, "reasons"),
        file_reasons=_labels(body, "file_reasons"),
        unpaid=body.get("unpaid", ""),
    )


def _labels(body: Body, key: str) -> tuple[Label, ...]:
    return tuple(_label(one) for one in body.get(key, ()))


def _limit(body: Body) -> Limit:
    return Limit(body["amount"], LimitUnit(body["unit"]))


def _cases(body: Body) -> tuple[Case, ...]:
    """Read the cases; a procedure without any is itself the only one."""
    rows = body.get("cases") or [{"key": "", "title": body["title"]}]
    return tuple(
        Case(
            key=row["key"],
            title=_label(row["title"]),
            level=row.get("level", body["level"]),
            agency=row.get("agency", body.get("agency", "")),
            receivers=tuple(row.get("receivers", body.get("receivers", ()))),
        )
        for row in rows
    )


def _time_limit(body: Body) -> TimeLimit:
    return TimeLimit(
        _limit(body),
        _day(body["valid_from"]),
        _optional_day(body.get("valid_to")),
        body["source"],
        cases=tuple(body.get("cases", ())),
        is_uncertain=body.get("uncertain", False),
    )


def _validity(body: Body) -> Validity:
    return Validity(
        _limit(body),
        _day(body["valid_from"]),
        _optional_day(body.get("valid_to")),
        body["source"],
    )


def _fee(body: Body) -> Fee:
    return Fee(
        amount=body["amount"],
        unit=body["unit"],
        channels=tuple(Channel(channel) for channel in body.get("channels", ())),
        valid_from=_day(body["valid_from"]),
        valid_to=_optional_day(body.get("valid_to")),
        source=body["source"],
        is_uncertain=body.get("uncertain", False),
        title=_label(body.get("title")),
        when=body.get("when", True),
        quantity=body.get("quantity", 1),
        beyond=tuple(
            Band(row["above"], row["amount"]) for row in body.get("beyond", ())
        ),
        ceiling=body.get("ceiling"),
        times=body.get("times", 1),
    )


def _paper(body: Body) -> Paper:
    return Paper(
        key=body["key"],
        title=_label(body["title"]),
        form=body["form"],
        copies=body["copies"],
        field=body.get("field", ""),
        note=_label(body.get("note")),
        when=body.get("when", True),
    )


def _legal_basis(body: Body) -> LegalBasis:
    return LegalBasis(
        body["number"], body["title"], _optional_day(body.get("issued_on"))
    )


def _hours(rows: list[list[str]]) -> Hours:
    return tuple((time.fromisoformat(a), time.fromisoformat(b)) for a, b in rows)


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _optional_day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
