"""The officer's clock: green, amber, red, in working time."""

from datetime import datetime

from tinhso.procedures.deadlines.working_time import WorkingTime
from tinhso.procedures.types.dossiers import Clock, ClockColor

# Amber from half a working day before the due date on.
AMBER_HOURS = 4.0


def read_clock(
    working_time: WorkingTime,
    *,
    due_at: datetime,
    original_due_at: datetime,
    is_stopped: bool,
    is_ended: bool,
    at: datetime,
) -> Clock:
    """Read the legal clock of a dossier at a moment; `at` is its end if it ended."""
    remaining = working_time.between(at, due_at)
    return Clock(
        due_at=due_at,
        original_due_at=original_due_at,
        is_stopped=is_stopped,
        color=_color(remaining, at > due_at, is_stopped or is_ended),
        remaining=round(remaining, 2),
    )


def _color(remaining: float, is_late: bool, is_quiet: bool) -> ClockColor:
    if is_quiet:
        return ClockColor.GREY
    if is_late:
        return ClockColor.RED
    return ClockColor.AMBER if remaining <= AMBER_HOURS else ClockColor.GREEN
