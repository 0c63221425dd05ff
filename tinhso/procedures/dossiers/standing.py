"""Where a dossier stands, and where a move takes it: one rule for all who move one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tinhso.procedures.deadlines.working_time import WorkingTime
from tinhso.procedures.types.deadlines import Limit, LimitUnit, SupplementPolicy
from tinhso.procedures.types.workflow import Status, Step

# What a step without a limit of its own may take; shown, never a legal deadline.
DEFAULT_STEP_LIMIT = Limit(1, LimitUnit.WORKING_DAYS)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a dossier stands, and how its legal clock does."""

    step: str
    came_from: str
    status: int
    due_at: datetime
    stopped_at: datetime | None = None
    ended_at: datetime | None = None
    resolved_at: datetime | None = None


# Answers the due date of a clock that starts again, from when it was stopped.
Resume = Callable[[datetime], datetime]


def standing_after(
    stood: Standing, *, step: Step, at: datetime, resume: Resume
) -> Standing:
    """Tell where a dossier stands after it came to a step."""
    is_resolved = step.is_end or step.status is Status.DONE
    due_at, stopped_at = _clock(stood, step, at, resume)
    return Standing(
        step=step.key,
        # A step that leads back must know where to; staying in place changes nothing.
        came_from=stood.step if step.key != stood.step else stood.came_from,
        status=step.status,
        due_at=due_at,
        stopped_at=stopped_at,
        ended_at=at if step.is_end else None,
        resolved_at=(stood.resolved_at or at) if is_resolved else None,
    )


def _clock(
    stood: Standing, step: Step, at: datetime, resume: Resume
) -> tuple[datetime, datetime | None]:
    """Stop the legal clock where the citizen must act, and start it again after."""
    if step.clock_stops:
        if stood.stopped_at is None or step.key == stood.step:
            return stood.due_at, stood.stopped_at or at
        # A wait that follows another: the first is settled by its own rule, so that
        # a completion which begins the time anew does so though a fee is still owed.
        return resume(stood.stopped_at), at
    if stood.stopped_at is None or step.is_end:
        return stood.due_at, stood.stopped_at
    return resume(stood.stopped_at), None


def clock_policy(status: Status, policy: SupplementPolicy) -> SupplementPolicy:
    """Tell how time goes on after a stop: a payment only ever halts the clock.

    A completion follows the rule of the procedure, and may begin its time anew.
    """
    is_paying = status is Status.PAYMENT_ASKED
    return SupplementPolicy.EXTEND if is_paying else policy


def resumed_due(
    working: WorkingTime,
    policy: SupplementPolicy,
    *,
    limit: Limit,
    due_at: datetime,
    stopped_at: datetime,
    at: datetime,
) -> datetime:
    """Compute until when a dossier is due whose clock starts again."""
    if policy is SupplementPolicy.EXTEND:
        return working.add(at, working.between(stopped_at, due_at))
    return working.due(at, limit)


def task_due(working: WorkingTime, step: Step, at: datetime) -> datetime:
    """Compute until when a step is to be done that begins now."""
    return working.due(at, step.limit or DEFAULT_STEP_LIMIT)
