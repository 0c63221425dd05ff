"""How the work of a unit is spread over its people, and when it falls due."""

from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, QuerySet
from django.db.models.functions import TruncDate

from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import VIETNAM
from tinhso.kernel.errors import NotAllowed
from tinhso.people import queries as people
from tinhso.people.types import Post, Role
from tinhso.procedures.deadlines.working_time import WorkingTime, day_of
from tinhso.procedures.models import DossierRow, TaskRow
from tinhso.procedures.queries.desks import is_of_color, wanted_rows
from tinhso.procedures.queries.periods import midnight
from tinhso.procedures.queries.versions import calendar_of, working_time
from tinhso.procedures.types import (
    Capacity,
    ClockColor,
    DeskFilter,
    DueDay,
    Workload,
)
from tinhso.security import queries as security

DAYS_BACK = 20  # days of work, about a month
WORKERS = (
    *(Role.CLERK, Role.CASE_OFFICER, Role.HEAD_OF_OFFICE),
    *(Role.LEADER, Role.REGISTRAR),
)
WORKING_HOURS = 8.0


def due_days(
    *, actor: Actor, at: datetime, month: date, wanted: DeskFilter
) -> tuple[DueDay, ...]:
    """Count what is wanted by the day its result is due, for each day of a month.

    month: any day of it. The filter's own days do not matter.
    """
    first = month.replace(day=1)
    days = [first + timedelta(n) for n in range(monthrange(month.year, month.month)[1])]
    rows = wanted_rows(actor, wanted, at).filter(
        due_at__gte=midnight(days[0]), due_at__lt=midnight(days[-1] + timedelta(1))
    )
    counted = _by_day(rows, at)
    working = _working(actor, at)
    return tuple(
        DueDay(day, counted.get(day, {}), is_working=_is_worked(working, day))
        for day in days
    )


def _by_day(
    rows: QuerySet[DossierRow], at: datetime
) -> Mapping[date, Mapping[str, int]]:
    found: Any = (
        rows.annotate(day=TruncDate("due_at", tzinfo=VIETNAM))
        .values("day")
        .annotate(**_colors(at))
    )
    return {
        row["day"]: {color.value: row[color.value] for color in ClockColor}
        for row in found
    }


def _colors(at: datetime, prefix: str = "") -> dict[str, Count]:
    return {
        color.value: Count("pk", filter=is_of_color(color, at, prefix=prefix))
        for color in ClockColor
    }


def _working(actor: Actor, at: datetime) -> WorkingTime:
    """Lay out the working time of the first of one's desks."""
    desks = sorted(security.desks_of(actor=actor))
    if not desks:
        raise NotAllowed
    unit = people.get_organization(organization_id=desks[0])
    return working_time(calendar_of(unit.code), at)


def _is_worked(working: WorkingTime, day: date) -> bool:
    start = midnight(day)
    return working.between(start, start + timedelta(1)) > 0


def capacities(*, actor: Actor, at: datetime) -> tuple[Capacity, ...]:
    """Lay out the work of each unit an officer heads.

    :raises NotAllowed: if they head none.
    """
    places = sorted(security.managed_by(actor=actor))
    if not places:
        raise NotAllowed
    away = {
        cover.absent_id: cover.last_day
        for cover in security.covers_of(actor=actor, on=day_of(at))
        if cover.first_day <= day_of(at)
    }
    return tuple(_capacity(place, away, at) for place in places)


def _capacity(place: UUID, away: Mapping[UUID, date], at: datetime) -> Capacity:
    unit = people.get_organization(organization_id=place)
    since = _days_of_work_before(working_time(calendar_of(unit.code), at), at)
    tasks = TaskRow.objects.filter(organization_id=place)
    counted = _counted(tasks.filter(closed_at=None), at)
    closed = tasks.filter(closed_at__gte=since)
    done = _done(closed)
    officers = _officers(place, day_of(at), away, counted, done)
    known = {one.account_id for one in officers}
    # Whoever has left and still holds something is shown, too.
    gone = [
        _workload(account_id, names, (), counted, done, None)
        for account_id, names in _names(counted).items()
        if account_id is not None and account_id not in known
    ]
    arrived = DossierRow.objects.filter(organization_id=place, submitted_at__gte=since)
    return Capacity(
        organization_id=place,
        organization=unit.name,
        days_back=DAYS_BACK,
        officers=(*officers, *gone),
        unclaimed=tuple(_unclaimed(counted)),
        arrived=arrived.count(),
        finished=closed.filter(dossier__ended_at=F("closed_at")).count(),
    )


# What an account, or nobody, holds: (account, its name, role) to counts by color.
Counted = Mapping[tuple[UUID | None, str, str], Mapping[str, int]]


def _days_of_work_before(working: WorkingTime, at: datetime) -> datetime:
    return working.add(at, -DAYS_BACK * WORKING_HOURS)


def _counted(tasks: QuerySet[TaskRow], at: datetime) -> Counted:
    found: Any = (
        tasks.exclude(role="citizen")
        .values("assignee_id", "assignee_name", "role")
        .annotate(**_colors(at, prefix="dossier__"))
    )
    return {
        (row["assignee_id"], row["assignee_name"], row["role"]): {
            color.value: row[color.value] for color in ClockColor
        }
        for row in found
    }


def _done(tasks: QuerySet[TaskRow]) -> Mapping[UUID, int]:
    """Count by account who finished how many steps: whose move closed the task."""
    found = (
        tasks.filter(
            dossier__moves__at=F("closed_at"), dossier__moves__actor_id__isnull=False
        )
        .values_list("dossier__moves__actor_id")
        .annotate(n=Count("pk"))
    )
    return dict(found)


def _officers(
    place: UUID,
    on: date,
    away: Mapping[UUID, date],
    counted: Counted,
    done: Mapping[UUID, int],
) -> list[Workload]:
    posts: dict[UUID, list[Post]] = {}
    for role in WORKERS:
        for post in people.holders(organization_id=place, role=role, on=on):
            posts.setdefault(post.person.id, []).append(post)
    accounts = security.accounts_of(person_ids=list(posts))
    found = []
    for person_id, held in posts.items():
        account_id = accounts.get(person_id)
        roles = tuple(post.role.value for post in held)
        name = held[0].person.full_name
        until = away.get(person_id)
        found.append(_workload(account_id, name, roles, counted, done, until))
    return found


def _workload(
    account_id: UUID | None,
    name: str,
    roles: Sequence[str],
    counted: Counted,
    done: Mapping[UUID, int],
    absent_until: date | None,
) -> Workload:
    counts = _added(
        one for key, one in counted.items() if account_id and key[0] == account_id
    )
    finished = done.get(account_id, 0) if account_id else 0
    total = sum(counts.values())
    days = round(total * DAYS_BACK / finished, 1) if finished else None
    return Workload(
        account_id, name, tuple(roles), counts, finished, days, absent_until
    )


def _unclaimed(counted: Counted) -> Iterator[Workload]:
    for (account_id, _, role), counts in sorted(
        counted.items(), key=lambda item: item[0][2]
    ):
        if account_id is None:
            yield Workload(None, "", (role,), counts, 0, None)


def _names(counted: Counted) -> Mapping[UUID | None, str]:
    return {account_id: name for account_id, name, _ in counted}


def _added(counts: Iterable[Mapping[str, int]]) -> Mapping[str, int]:
    added = dict.fromkeys((color.value for color in ClockColor), 0)
    for one in counts:
        for color, count in one.items():
            added[color] += count
    return added
