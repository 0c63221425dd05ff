"""How a task stands, by one stated rule; the first line that fits counts.

- The agency stopped it: stopped.
- It was reported done: on time if that was on its day or before, late if after. What
  was sent back is not done.
- No agency has it: unassigned, before and after its day, for nobody could report.
- Its day is over: overdue.
- Nobody reported for as many days as the plan allows: silent. Before the first report
  the days count from the first day of the plan, or from when the agency got the task.
- Two weeks or less are left, or it lies more than 20 points behind the straight line
  from its first to its due day: at risk.
- Else: on course.
"""

from dataclasses import dataclass
from datetime import date

from tinhso.plans.types import Light, TaskState

SOON = 14  # days
BEHIND = 20  # points in a hundred


@dataclass(frozen=True, slots=True)
class Course:
    """What the rule must know of a task; begins_on: from when its agency has it."""

    state: TaskState
    percent: int
    begins_on: date
    due_on: date
    reported_on: date | None
    done_on: date | None
    has_agency: bool
    report_every: int


def light(course: Course, on: date) -> Light:
    """Tell how a task stands on a day.

    >>> task = Course(
    ...     TaskState.DOING, 50, date(2026, 1, 1), date(2026, 12, 31),
    ...     date(2026, 6, 1), None, True, 30,
    ... )
    >>> light(task, date(2026, 6, 16)).value, light(task, date(2026, 7, 2)).value
    ('on_course', 'silent')
    """
    if course.state is TaskState.STOPPED:
        return Light.STOPPED
    if course.done_on is not None:
        return Light.DONE if course.done_on <= course.due_on else Light.DONE_LATE
    if not course.has_agency:
        return Light.UNASSIGNED
    return _running(course, on)


def _running(course: Course, on: date) -> Light:
    if course.due_on < on:
        return Light.OVERDUE
    last = max(course.reported_on or course.begins_on, course.begins_on)
    if (on - last).days > course.report_every:
        return Light.SILENT
    is_soon = (course.due_on - on).days <= SOON
    return Light.AT_RISK if is_soon or _is_behind(course, on) else Light.ON_COURSE


def _is_behind(course: Course, on: date) -> bool:
    span = (course.due_on - course.begins_on).days
    gone = (on - course.begins_on).days
    expected = 100 * min(1.0, max(0, gone) / span) if span > 0 else 100
    return course.percent < expected - BEHIND
