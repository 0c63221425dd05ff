"""Read the queue: at a counter, on the screen, by a number; and its figures."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.db.models import Q, QuerySet

from tinhso.counters.models import AT_COUNTER, CounterRow, TicketRow
from tinhso.counters.queries.bookings import booking_of
from tinhso.counters.queries.desks import counter_of, get_desk, get_own_desk
from tinhso.counters.rules import estimate, in_order, percentile
from tinhso.counters.types import (
    Called,
    Counter,
    CounterView,
    DayFigures,
    Desk,
    Line,
    Screen,
    Ticket,
    TicketState,
    TicketStatus,
    UnitHasNoDesk,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import local
from tinhso.kernel.errors import NotFound

SHOWN = 8
DAYS = 14


def at_counter(
    *, organization_id: UUID, number: int, actor: Actor, at: datetime
) -> CounterView:
    """Show a counter to its officer: whom it serves, and who waits, in order.

    :raises UnitHasNoDesk: if there is no such counter, or the actor works elsewhere.
    """
    desk = get_own_desk(organization_id=organization_id, actor=actor)
    row = CounterRow.objects.filter(
        desk__organization_id=organization_id, number=number
    ).first()
    if row is None:
        raise UnitHasNoDesk
    today = _today(organization_id, at)
    current = today.filter(counter=row, state__in=AT_COUNTER).first()
    missed = today.filter(state=TicketState.NO_SHOW).order_by("-called_at")
    booking = current.booking if current else None
    return CounterView(
        desk=desk,
        counter=counter_of(row),
        current=ticket_of(current) if current else None,
        booking=booking_of(booking) if booking else None,
        waiting=waiting_for(row, desk.priority_run, at),
        missed=tuple(map(ticket_of, missed[:SHOWN])),
    )


def waiting_for(row: CounterRow, most: int, at: datetime) -> tuple[Ticket, ...]:
    """List the numbers that a counter may call, in the order in which it would."""
    counter = counter_of(row)
    waiting = tickets().filter(
        Q(wanted=None) | Q(wanted=row),
        desk_id=row.desk_id,
        day=local(at).date(),
        state=TicketState.WAITING,
    )
    # A number handed to a counter is served there, whatever its group.
    mine = [t for t in map(ticket_of, waiting) if t.wanted or counter.serves(t.letter)]
    return in_order(mine, run=row.preferred_run, most=most, at=at)


def screen(*, organization_id: UUID, at: datetime) -> Screen:
    """Show the public screen of a unit: numbers, counters and groups.

    :raises UnitHasNoDesk: if the unit has none.
    """
    desk = get_desk(organization_id=organization_id)
    called = _today(organization_id, at).filter(state__in=AT_COUNTER)
    shown = map(ticket_of, called.order_by("-called_at")[:SHOWN])
    return Screen(
        organization_key=desk.key,
        organization_name=desk.name,
        called=tuple(
            Called(t.number, t.counter or 0, t.state is TicketState.SERVING)
            for t in shown
        ),
        lines=_lines(desk, at),
    )


def ticket_status(*, token: str, at: datetime) -> TicketStatus:
    """Tell who holds a number how it stands.

    :raises NotFound: if no number has the token.
    """
    row = tickets().filter(token=token).select_related("desk__organization").first()
    if row is None:
        raise NotFound
    ticket, desk = ticket_of(row), get_desk(organization_id=row.desk.organization_id)
    is_waiting = ticket.state is TicketState.WAITING and ticket.day == local(at).date()
    ahead = _ahead(desk, ticket, at) if is_waiting else 0
    return TicketStatus(
        ticket=ticket,
        organization_key=desk.key,
        organization_name=desk.name,
        ahead=ahead,
        minutes=_minutes(desk, ticket.letter, ahead, at) if is_waiting else None,
    )


def figures(
    *, organization_id: UUID, last: date, actor: Actor, days: int = DAYS
) -> tuple[DayFigures, ...]:
    """Compute waiting and service times of each day with numbers, the newest first.

    Waiting is from issue to the first call; service from its start to its end.
    :raises UnitHasNoDesk: if the actor does not work there.
    """
    get_own_desk(organization_id=organization_id, actor=actor)
    found = TicketRow.objects.filter(
        desk__organization_id=organization_id,
        day__gt=last - timedelta(days),
        day__lte=last,
    ).order_by("-day")
    by_day = groupby(found, key=lambda row: row.day)
    return tuple(_figures(day, list(group)) for day, group in by_day)


def ticket_of(row: TicketRow) -> Ticket:
    """Hand out a number."""
    return Ticket(
        id=row.id,
        organization_id=row.desk.organization_id,
        day=row.day,
        letter=row.letter,
        place=row.place,
        token=row.token,
        is_priority=row.is_priority,
        appointment_at=row.booking.starts_at if row.booking else None,
        issued_at=row.issued_at,
        called_at=row.called_at,
        state=TicketState(row.state),
        counter=row.counter.number if row.counter else None,
        wanted=row.wanted.number if row.wanted else None,
        calls=row.calls,
        procedure_code=row.procedure_code,
        is_synthetic=row.is_synthetic,
    )


def tickets() -> QuerySet[TicketRow]:
    """Ask for numbers with all that is shown of them."""
    return TicketRow.objects.select_related(
        "desk__organization", "counter", "wanted", "booking__person"
    )


def _today(organization_id: UUID, at: datetime) -> QuerySet[TicketRow]:
    return tickets().filter(desk__organization_id=organization_id, day=local(at).date())


def _waiting(desk: Desk, at: datetime) -> tuple[Ticket, ...]:
    waiting = _today(desk.organization_id, at).filter(state=TicketState.WAITING)
    found = [ticket_of(row) for row in waiting]
    return in_order(found, run=0, most=desk.priority_run, at=at)


def _ahead(desk: Desk, ticket: Ticket, at: datetime) -> int:
    same = [t.id for t in _waiting(desk, at) if t.letter == ticket.letter]
    return same.index(ticket.id) if ticket.id in same else 0


def _lines(desk: Desk, at: datetime) -> tuple[Line, ...]:
    waiting = [ticket.letter for ticket in _waiting(desk, at)]
    return tuple(
        Line(g.letter, g.title, n, _minutes(desk, g.letter, n, at))
        for g in desk.groups
        for n in [waiting.count(g.letter)]
    )


def _minutes(desk: Desk, letter: str, ahead: int, at: datetime) -> int | None:
    """Estimate by today's times and by the counters that called somebody today."""
    today = TicketRow.objects.filter(
        desk__organization_id=desk.organization_id, day=local(at).date()
    )
    done = today.filter(letter=letter, state=TicketState.DONE, called_at__isnull=False)
    cycles = [
        ended - called
        for called, ended in done.values_list("called_at", "done_at")
        if ended is not None and called is not None
    ]
    at_work = set(today.values_list("counter_id", flat=True))
    counters = [c for c in desk.counters if _works(c, letter) and c.id in at_work]
    return estimate(ahead=ahead, counters=len(counters), cycles=cycles)


def _works(counter: Counter, letter: str) -> bool:
    return counter.is_open and counter.serves(letter)


def _figures(day: date, rows: Sequence[TicketRow]) -> DayFigures:
    waits = [r.first_called_at - r.issued_at for r in rows if r.first_called_at]
    services = [
        r.done_at - r.served_at for r in rows if r.done_at and r.served_at is not None
    ]
    return DayFigures(
        day=day,
        issued=len(rows),
        served=sum(row.state == TicketState.DONE for row in rows),
        missed=sum(row.state == TicketState.NO_SHOW for row in rows),
        wait_median=percentile(waits, 50),
        wait_p90=percentile(waits, 90),
        service_median=percentile(services, 50),
        service_p90=percentile(services, 90),
    )
