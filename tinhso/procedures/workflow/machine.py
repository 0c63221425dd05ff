"""The state machine: what may be done where, and what is wrong with a workflow."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tinhso.procedures.forms.logic import holds
from tinhso.procedures.types.workflow import Action, Step, Workflow


def offered(
    workflow: Workflow, step: str, data: Mapping[str, Any], roles: Iterable[str]
) -> tuple[Action, ...]:
    """List the actions that these roles can take at a step."""
    held = frozenset(roles)
    return tuple(
        action
        for action in workflow.actions
        if step in action.sources and action.role in held and holds(action.guard, data)
    )


def target(
    workflow: Workflow, action: Action, came_from: str, *, is_owing: bool = False
) -> Step:
    """Find the step an action leads to; an empty `to` leads back.

    is_owing: a fee is due, which some actions lead to another step for.
    """
    if is_owing and action.unpaid:
        return workflow.step(action.unpaid)
    return workflow.step(action.to or came_from or workflow.start)


def faults(workflow: Workflow) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a workflow as (field, message)."""
    known = {step.key for step in workflow.steps}
    if workflow.start not in known:
        yield "start", f"no step {workflow.start!r}"
    yield from _dangling(workflow, known)
    for place, step in enumerate(workflow.steps):
        yield from _silence_faults(workflow, step, f"steps.{place}")
    reached = _reached(workflow)
    for place, step in enumerate(workflow.steps):
        if step.key not in reached:
            yield f"steps.{place}", "no action leads here"
        if not step.is_end and not _leads_to_an_end(workflow, step.key):
            yield f"steps.{place}", "no way from here to an end"


def _dangling(workflow: Workflow, known: set[str]) -> Iterator[tuple[str, str]]:
    for place, action in enumerate(workflow.actions):
        for name in (*action.sources, *action.goals):
            if name not in known:
                yield f"actions.{place}", f"no step {name!r}"


def _silence_faults(
    workflow: Workflow, step: Step, at: str
) -> Iterator[tuple[str, str]]:
    if not step.on_silence:
        return
    action = workflow.action(step.on_silence)
    if action is None or action.role != "system" or step.key not in action.sources:
        yield at, f"{step.on_silence!r} is no action of the system at this step"
    if step.limit is None:
        yield at, "silence needs a limit"


def _reached(workflow: Workflow) -> set[str]:
    return _closure(workflow, {workflow.start})


def _leads_to_an_end(workflow: Workflow, start: str) -> bool:
    ends = {step.key for step in workflow.steps if step.is_end}
    return bool(_closure(workflow, {start}) & ends)


def _closure(workflow: Workflow, steps: set[str]) -> set[str]:
    found, fresh = set(steps), set(steps)
    while fresh:
        fresh = {
            goal
            for action in workflow.actions
            if fresh & set(action.sources)
            for goal in _leads_to(workflow, action)
        } - found
        found |= fresh
    return found


def _leads_to(workflow: Workflow, action: Action) -> tuple[str, ...]:
    back = () if action.to else tuple(_sources_into(workflow, action))
    return (*action.goals, *back)


def _sources_into(workflow: Workflow, back: Action) -> set[str]:
    """List where an action with an empty `to` can lead back to."""
    return {
        source
        for action in workflow.actions
        if set(action.goals) & set(back.sources)
        for source in action.sources
    }
