"""Try the examples of packs: this application, so many pages, that fee and deadline."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from tinhso.kernel.clock import VIETNAM, local
from tinhso.procedures.catalogue import fees
from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.forms import reading
from tinhso.procedures.models import CalendarVersion
from tinhso.procedures.queries.versions import (
    current_version_id,
    procedure_version,
    working_time,
)
from tinhso.procedures.types import Channel, Procedure, ProcedureNotInForce
from tinhso.procedures.workflow import machine


def try_example(*, example: Mapping[str, Any]) -> tuple[str, ...]:
    """Try one example against the published content; answer what came differently.

    example: `procedure`, `submitted_at`, `case`, `channel`, `answers`, `path` of
    actions and what to `expect`: `pages`, `faults`, `papers`, `fee`, `due_at`, `end`.
    """
    at = datetime.fromisoformat(example["submitted_at"]).replace(tzinfo=VIETNAM)
    code = example["procedure"]
    try:
        version = current_version_id(code=code, on=day_of(at))
    except ProcedureNotInForce:
        return (f"procedure: {code!r} is not in force on that day; is it applied?",)
    return differences(procedure_version(version), example)


def differences(procedure: Procedure, example: Mapping[str, Any]) -> tuple[str, ...]:
    """Try an example against any version of a procedure, a drafted one, too."""
    channel = example.get("channel", "online")
    if channel not in procedure.channels:
        return (f"channel: {procedure.code!r} is not handed in by {channel!r}",)
    try:
        got = outcome(procedure, example)
    except LookupError as nothing:
        return (f"due_at: {nothing.args[0]}",)
    return tuple(_differences(example["expect"], got))


def outcome(procedure: Procedure, example: Mapping[str, Any]) -> dict[str, Any]:
    """Tell all that comes of an example.

    :raises LookupError: if the procedure has no time limit on that day.
    """
    at = datetime.fromisoformat(example["submitted_at"]).replace(tzinfo=VIETNAM)
    channel = Channel(example.get("channel", "online"))
    answers = {**example["answers"], **pretended_files(example.get("files", ()))}
    read, faults = reading.read_form(procedure.form, answers, day_of(at))
    return {
        "pages": [
            p.key for p in reading.open_pages(procedure.form, answers, day_of(at))
        ],
        "faults": sorted(faults),
        "papers": [
            paper.key
            for paper in fees.needed_papers(procedure, answers=read, on=day_of(at))
        ],
        "fee": fees.total(procedure, answers=read, on=day_of(at), channel=channel),
        "due_at": _due(procedure, at, example.get("case", "")),
        "end": _end(procedure, answers, example.get("path", ())),
    }


def _differences(expected: Mapping[str, Any], got: Mapping[str, Any]) -> Iterator[str]:
    for name, value in expected.items():
        if got[name] != value:
            yield f"{name}: expected {value!r}, got {got[name]!r}"


def pretended_files(fields: Iterable[str]) -> dict[str, list[str]]:
    """Answer some fields with a file that nobody has."""
    one = "00000000-0000-7000-8000-000000000001"
    return {field: [one] for field in fields}


def _due(procedure: Procedure, at: datetime, case: str) -> str:
    calendar = CalendarVersion.objects.filter(key="default").latest("number")
    limit = procedure.limit_on(day_of(at), case=case).limit
    due = working_time(calendar.pk, at).due(at, limit)
    return f"{local(due):%Y-%m-%dT%H:%M}"


def _end(procedure: Procedure, answers: Mapping[str, Any], path: Any) -> str:
    """Walk a path of actions through the workflow, whoever may take them."""
    step = came_from = procedure.workflow.start
    facts: dict[str, Any] = {"is_supplemented": False, "has_result": False}
    for key in path:
        data = {"answers": answers, "dossier": facts}
        role = procedure.workflow.step(step).role
        roles = {role, "citizen"}
        options = machine.offered(procedure.workflow, step, data, roles)
        action = next((option for option in options if option.key == key), None)
        if action is None:
            return f"{key} is not offered at {step}"
        effects = {effect.value for effect in action.effects}
        facts["is_supplemented"] |= "ask_supplement" in effects
        facts["has_result"] |= "draft_result" in effects
        goal = machine.target(procedure.workflow, action, came_from).key
        step, came_from = goal, (step if goal != step else came_from)
    return step
