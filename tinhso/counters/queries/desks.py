"""Read how units take bookings and call numbers."""

from datetime import date, datetime, time
from uuid import UUID

from django.db.models import Q, QuerySet

from tinhso.counters.models import ClosureRow, CounterRow, DeskRow, WindowRow
from tinhso.counters.types import Closure, Counter, Desk, Group, UnitHasNoDesk, Window
from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import local
from tinhso.security import queries as security
from tinhso.security.types import Deed


def desks_open(*, at: datetime) -> tuple[Desk, ...]:
    """List the desks that take bookings today, by name of the unit."""
    rows = _rows().filter(_on(local(at).date()), takes_bookings=True)
    return tuple(map(desk_of, rows.order_by("organization__name")))


def desks_of(*, actor: Actor) -> tuple[Desk, ...]:
    """List the desks at which an officer works."""
    rows = _rows().filter(organization_id__in=actor.organizations())
    found = map(desk_of, rows.order_by("organization__name"))
    return tuple(desk for desk in found if works_at(actor, desk))


def find_desk(*, key: str, at: datetime) -> Desk:
    """Find the desk of the unit that has a key today.

    :raises UnitHasNoDesk: if there is none.
    """
    row = _rows().filter(_on(local(at).date()), organization__key=key).first()
    if row is None:
        raise UnitHasNoDesk
    return desk_of(row)


def get_desk(*, organization_id: UUID) -> Desk:
    """Read the desk of a unit.

    :raises UnitHasNoDesk: if it has none.
    """
    row = _rows().filter(organization_id=organization_id).first()
    if row is None:
        raise UnitHasNoDesk
    return desk_of(row)


def get_own_desk(*, organization_id: UUID, actor: Actor) -> Desk:
    """Read the desk of a unit as its officers do.

    :raises UnitHasNoDesk: if it has none, or the actor does not work there.
    """
    desk = get_desk(organization_id=organization_id)
    if not works_at(actor, desk):
        raise UnitHasNoDesk
    return desk


def works_at(actor: Actor, desk: Desk) -> bool:
    """Tell whether an actor works at a desk."""
    return security.may(actor=actor, deed=Deed.WORK_AT_COUNTER, thing=desk)


def desk_of(row: DeskRow) -> Desk:
    """Hand out a desk."""
    windows = sorted(row.windowrow_set.all(), key=lambda w: (w.weekday, w.opens))
    closures = sorted(row.closurerow_set.all(), key=lambda c: c.starts_at)
    groups = sorted(row.grouprow_set.all(), key=lambda g: g.letter)
    counters = sorted(row.counterrow_set.all(), key=lambda c: c.number)
    return Desk(
        organization_id=row.organization_id,
        key=row.organization.key,
        name=row.organization.name,
        address=row.organization.address,
        takes_bookings=row.takes_bookings,
        days_ahead=row.days_ahead,
        offer_minutes=row.offer_minutes,
        most_bookings=row.most_bookings,
        priority_run=row.priority_run,
        priority_groups=tuple(filter(None, row.priority_groups.splitlines())),
        windows=tuple(map(_window, windows)),
        closures=tuple(map(_closure, closures)),
        groups=tuple(Group(g.letter, g.title) for g in groups),
        counters=tuple(map(counter_of, counters)),
    )


def counter_of(row: CounterRow) -> Counter:
    """Hand out a counter."""
    return Counter(row.id, row.number, row.title, tuple(row.letters), row.is_open)


def _rows() -> QuerySet[DeskRow]:
    return DeskRow.objects.select_related("organization").prefetch_related(
        "windowrow_set", "closurerow_set", "grouprow_set", "counterrow_set"
    )


def _on(day: date) -> Q:
    ends = Q(organization__valid_to=None) | Q(organization__valid_to__gt=day)
    return Q(organization__valid_from__lte=day) & ends


def _window(row: WindowRow) -> Window:
    opens, closes = time(*divmod(row.opens, 60)), time(*divmod(row.closes, 60))
    return Window(row.id, row.weekday, opens, closes, row.slot_minutes, row.quota)


def _closure(row: ClosureRow) -> Closure:
    return Closure(row.id, row.starts_at, row.ends_at, row.reason)
