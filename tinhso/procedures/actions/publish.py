"""Publish content of packs; nothing published before is changed."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db.models import Max

from tinhso.documents import queries as documents
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.clock import local
from tinhso.kernel.packs.types import Content, Find, Kind
from tinhso.kernel.text import fold
from tinhso.procedures.catalogue import reading
from tinhso.procedures.catalogue.comparing import procedure_faults
from tinhso.procedures.models import (
    CalendarVersion,
    FormVersion,
    LifeEventsVersion,
    ProcedureVersion,
    Published,
    ServiceRulesVersion,
    WorkflowVersion,
)
from tinhso.procedures.workflow import machine


def publish_form(content: Content, actor: Actor, at: datetime) -> None:
    """Publish a form as a new version; procedures take it up when published next."""
    _keep(FormVersion, content, "publish_form", actor, at)
    _republish(at, actor, form__key=content.key)
    _republish(at, actor, officer_form__key=content.key)


def publish_workflow(content: Content, actor: Actor, at: datetime) -> None:
    """Publish a workflow as a new version."""
    _keep(WorkflowVersion, content, "publish_workflow", actor, at)
    _republish(at, actor, workflow__key=content.key)


def publish_calendar(content: Content, actor: Actor, at: datetime) -> None:
    """Publish a working calendar; due dates already given stay."""
    _keep(CalendarVersion, content, "publish_calendar", actor, at)


def publish_procedure(content: Content, actor: Actor, at: datetime) -> None:
    """Publish a procedure with the newest versions of all it uses."""
    _publish(content.body, actor, at)


def publish_life_events(content: Content, actor: Actor, at: datetime) -> None:
    """Publish a set of life events, by which people search."""
    _keep(LifeEventsVersion, content, "publish_life_events", actor, at)


def publish_service_rules(content: Content, actor: Actor, at: datetime) -> None:
    """Publish the rules of service; they hold from now on, for every dossier."""
    _keep(ServiceRulesVersion, content, "publish_service_rules", actor, at)


def check_form(content: Content) -> Mapping[str, str]:
    """Tell what a form's schema cannot: keys that stand twice, rules that dangle."""
    return _together(reading.form_faults(reading.read_form(content.body, number=0)))


def check_workflow(content: Content) -> Mapping[str, str]:
    """Tell what a workflow's schema cannot: steps out of reach, no way to an end."""
    return _together(machine.faults(reading.read_workflow(content.body, number=0)))


def compare_procedure(content: Content, find: Find) -> Mapping[str, str]:
    """Tell what only shows beside the form, workflow and template it names."""

    def body(kind: str, key: str | None) -> Mapping[str, Any] | None:
        found = find(kind, key) if key else None
        return found.body if found else None

    result = content.body["result"]
    return _together(
        procedure_faults(
            content.body,
            form=body("forms", content.body["form"]),
            officer_form=body("forms", result.get("officer_form")),
            workflow=body("workflows", content.body["workflow"]),
            template=body("templates", result.get("template")),
        )
    )


def _together(faults: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Join the messages of one field, so that none is lost."""
    joined: dict[str, list[str]] = {}
    for field, message in faults:
        joined.setdefault(field, []).append(message)
    return {field: "; ".join(messages) for field, messages in joined.items()}


SCHEMAS = Path(__file__).parents[1] / "schema"
CALENDARS = Kind(
    name="calendars",
    pattern="calendars/*.yaml",
    schema=SCHEMAS / "calendar.json",
    apply=publish_calendar,
)
FORMS = Kind(
    name="forms",
    pattern="forms/*.yaml",
    schema=SCHEMAS / "form.json",
    apply=publish_form,
    check=check_form,
)
WORKFLOWS = Kind(
    name="workflows",
    pattern="workflows/*.yaml",
    schema=SCHEMAS / "workflow.json",
    apply=publish_workflow,
    check=check_workflow,
)
EXAMPLES = Kind(
    name="examples",
    pattern="examples/*.yaml",
    schema=SCHEMAS / "example.json",
    # Examples change nothing; `tinhso packs try` runs them.
    apply=lambda content, actor, at: None,
)
LIFE_EVENTS = Kind(
    name="life_events",
    pattern="life_events/*.yaml",
    schema=SCHEMAS / "life_events.json",
    apply=publish_life_events,
)
SERVICE_RULES = Kind(
    name="service_rules",
    pattern="service_rules/*.yaml",
    schema=SCHEMAS / "service_rules.json",
    apply=publish_service_rules,
)
PROCEDURES = Kind(
    name="procedures",
    pattern="procedures/*.yaml",
    schema=SCHEMAS / "procedure.json",
    apply=publish_procedure,
    compare=compare_procedure,
)


def _keep(
    model: type[Published], content: Content, deed: str, actor: Actor, at: datetime
) -> None:
    row = model._default_manager.create(
        key=content.key, number=content.version, body=content.body, published_at=at
    )
    _audit(deed, row, actor, at)


def _republish(at: datetime, actor: Actor, **uses: str) -> None:
    """Publish the procedures in force that use a part which has a newer version."""
    own = ProcedureVersion.objects.filter(is_adopted=False)
    newest = own.order_by("code", "-number").distinct("code")
    for row in ProcedureVersion.objects.filter(pk__in=newest.values("pk"), **uses):
        _publish(row.body, actor, at)


def _publish(body: Mapping[str, object], actor: Actor, at: datetime) -> None:
    result = body["result"]
    assert isinstance(result, Mapping)  # noqa: S101 - the schema has said so
    code, first = str(body["key"]), date.fromisoformat(str(body["valid_from"]))
    day = max(first, local(at).date())
    row = ProcedureVersion.objects.create(
        code=code,
        number=_next_number(code),
        body=body,
        folded=_search_text(body),
        form=_newest_form(str(body["form"])),
        officer_form=_newest_form(str(result["officer_form"]))
        if result.get("officer_form")
        else None,
        workflow=WorkflowVersion.objects.filter(key=body["workflow"]).latest("number"),
        template_version=_template_version(result.get("template"), day),
        valid_from=first,
        valid_to=date.fromisoformat(str(body["valid_to"]))
        if body.get("valid_to")
        else None,
        published_at=at,
    )
    _audit("publish_procedure", row, actor, at)


def _template_version(key: str | None, on: date) -> int:
    """Find the version of a template; 0 where the result is not written here."""
    return documents.get_template(key=key, on=on).version if key else 0


def _next_number(code: str) -> int:
    rows = ProcedureVersion.objects.filter(code=code)
    return (rows.aggregate(last=Max("number"))["last"] or 0) + 1


def _newest_form(key: str) -> FormVersion:
    return FormVersion.objects.filter(key=key).latest("number")


def _search_text(body: Mapping[str, object]) -> str:
    """Fold all that people may search a procedure by into one line."""
    words = [body["key"], body["field"], *_texts(body["title"])]
    words += _texts(body["summary"]) + list(body.get("search_words", ()))  # type: ignore[call-overload]
    return " | ".join(fold(str(word)) for word in words)


def _texts(label: object) -> list[str]:
    return [str(text) for text in label.values()] if isinstance(label, Mapping) else []


def _audit(
    deed: str,
    row: Published | ProcedureVersion,
    actor: Actor,
    at: datetime,
) -> None:
    name = row.code if isinstance(row, ProcedureVersion) else row.key
    audit.write(
        f"procedures.{deed}",
        subject=f"procedures.{type(row).__name__}",
        subject_id=row.pk,
        actor=actor,
        at=at,
        details={"key": name, "number": row.number},
    )
