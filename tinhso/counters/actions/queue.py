"""Issue numbers, check appointments in, call and serve; each act is journaled."""

import secrets
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max

from tinhso.counters.actions.locking import lock_to_work, note
from tinhso.counters.models import (
    AT_COUNTER,
    BookingRow,
    CounterRow,
    DeskRow,
    TicketRow,
)
from tinhso.counters.queries.queue import ticket_of, tickets, waiting_for
from tinhso.counters.rules import run_after, tidy_code, tidy_procedure
from tinhso.counters.types import (
    BookingState,
    CheckInNotToday,
    CodeUnknown,
    CounterBusy,
    Desk,
    NobodyWaits,
    SettingsWrong,
    Ticket,
    TicketIssued,
    TicketMoved,
    TicketMovedOn,
    TicketState,
    UnitHasNoDesk,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import local
from tinhso.kernel.errors import N_, NotFound, Phrase
from tinhso.kernel.events import actions as events

TOKEN_BYTES = 12


def issue_ticket(
    *,
    organization_id: UUID,
    letter: str,
    is_priority: bool,
    procedure_code: str,
    actor: Actor,
    at: datetime,
) -> Ticket:
    """Issue the next number of a group to somebody who walked in.

    :raises UnitHasNoDesk: if the actor does not work at a desk of the unit.
    :raises SettingsWrong: if there is no such group.
    """
    with transaction.atomic():
        row, desk = lock_to_work(organization_id, actor)
        _refuse_group(desk, letter)
        ticket = TicketRow(
            letter=letter,
            is_priority=is_priority,
            procedure_code=tidy_procedure(procedure_code),
        )
        return _issue(ticket, row, actor, at)


def check_in(*, organization_id: UUID, code: str, actor: Actor, at: datetime) -> Ticket:
    """Issue a number for an appointment of today; asked again, answer the same.

    The number is of the first group that takes dossiers, the unit's first letter.
    :raises UnitHasNoDesk: if the actor does not work at a desk of the unit.
    :raises CodeUnknown: if no booking of this unit has the code.
    :raises CheckInNotToday: if it is for another day, or no longer holds.
    """
    with transaction.atomic():
        row, desk = lock_to_work(organization_id, actor)
        booking = _booking(row, code, at)
        issued = tickets().filter(booking=booking).first()
        if issued is not None:
            return ticket_of(issued)
        booking.state = BookingState.ATTENDED
        booking.save(update_fields=["state"])
        ticket = TicketRow(
            letter=desk.groups[0].letter,
            booking=booking,
            procedure_code=booking.procedure_code,
            is_synthetic=booking.is_synthetic,
        )
        return _issue(ticket, row, actor, at)


def call_next(
    *, organization_id: UUID, counter: int, actor: Actor, at: datetime
) -> Ticket:
    """Call the next number to a counter, which is then open (order: rules.choose).

    :raises UnitHasNoDesk: if there is no such counter, or the actor works elsewhere.
    :raises CounterBusy: if the counter has a number that is not finished.
    :raises NobodyWaits: if no number waits that the counter serves.
    """
    with transaction.atomic():
        row, desk = lock_to_work(organization_id, actor)
        place = _counter(row, counter)
        _refuse_busy(place, at)
        waiting = waiting_for(place, desk.priority_run, at)
        if not waiting:
            raise NobodyWaits
        run = run_after(waiting[0], waiting, run=place.preferred_run, at=at)
        place.preferred_run, place.is_open = run, True
        place.save(update_fields=["preferred_run", "is_open"])
        ticket = tickets().get(pk=waiting[0].id)
        _call(ticket, place, at)
        return _moved(ticket, "call_next", actor, at)


def recall_ticket(
    *, ticket_id: UUID, counter: int, actor: Actor, at: datetime
) -> Ticket:
    """Call a number again: the one at the counter, or one for which nobody came.

    :raises TicketMovedOn: if it is neither, or a colleague has it.
    :raises CounterBusy: if the counter has another number.
    """

    def change(ticket: TicketRow, place: CounterRow) -> None:
        if ticket.state == TicketState.NO_SHOW:
            _refuse_busy(place, at)
        _call(ticket, place, at)

    states = {TicketState.CALLED, TicketState.NO_SHOW}
    return _change(ticket_id, counter, states, "recall_ticket", change, actor, at)


def start_service(
    *, ticket_id: UUID, counter: int, actor: Actor, at: datetime
) -> Ticket:
    """Begin to serve a number that came.

    :raises TicketMovedOn: if it is not called to this counter.
    """

    def change(ticket: TicketRow, place: CounterRow) -> None:
        ticket.state = TicketState.SERVING
        ticket.served_at = ticket.served_at or at

    states = {TicketState.CALLED}
    return _change(ticket_id, counter, states, "start_service", change, actor, at)


def mark_no_show(
    *, ticket_id: UUID, counter: int, actor: Actor, at: datetime
) -> Ticket:
    """Note that nobody came for a number; it can be called again that day.

    :raises TicketMovedOn: if it is not called to this counter.
    """

    def change(ticket: TicketRow, place: CounterRow) -> None:
        ticket.state = TicketState.NO_SHOW

    states = {TicketState.CALLED}
    return _change(ticket_id, counter, states, "mark_no_show", change, actor, at)


def transfer_ticket(
    *, ticket_id: UUID, counter: int, to_counter: int, actor: Actor, at: datetime
) -> Ticket:
    """Hand a number on to another counter, where it keeps its time of issue.

    :raises TicketMovedOn: if it is not at this counter.
    :raises UnitHasNoDesk: if there is no such other counter.
    """

    def change(ticket: TicketRow, place: CounterRow) -> None:
        if to_counter == counter:
            raise UnitHasNoDesk
        ticket.wanted = _counter(place.desk, to_counter)
        ticket.state, ticket.counter = TicketState.WAITING, None

    states = {TicketState.CALLED, TicketState.SERVING}
    return _change(ticket_id, counter, states, "transfer_ticket", change, actor, at)


def finish_ticket(
    *, ticket_id: UUID, counter: int, actor: Actor, at: datetime
) -> Ticket:
    """Finish a number.

    :raises TicketMovedOn: if it is not at this counter.
    """

    def change(ticket: TicketRow, place: CounterRow) -> None:
        ticket.state, ticket.done_at = TicketState.DONE, at
        ticket.served_at = ticket.served_at or ticket.called_at

    states = {TicketState.CALLED, TicketState.SERVING}
    return _change(ticket_id, counter, states, "finish_ticket", change, actor, at)


def close_counter(
    *, organization_id: UUID, counter: int, actor: Actor, at: datetime
) -> None:
    """Close a counter; it opens again when it next calls.

    :raises UnitHasNoDesk: if there is no such counter, or the actor works elsewhere.
    :raises CounterBusy: if the counter has a number that is not finished.
    """
    with transaction.atomic():
        row, _ = lock_to_work(organization_id, actor)
        place = _counter(row, counter)
        _refuse_busy(place, at)
        place.is_open = False
        place.save(update_fields=["is_open"])
        note(
            "close_counter", subject="Counter", subject_id=place.id, actor=actor, at=at
        )


def _refuse_group(desk: Desk, letter: str) -> None:
    if letter not in {group.letter for group in desk.groups}:
        message = Phrase(N_("Hãy chọn một nhóm việc."))
        raise SettingsWrong({"letter": [message]})


def _issue(ticket: TicketRow, row: DeskRow, actor: Actor, at: datetime) -> Ticket:
    """Give the next number of the day; the lock of the desk keeps them without gaps."""
    day = local(at).date()
    issued = TicketRow.objects.filter(desk=row, day=day, letter=ticket.letter)
    last = issued.aggregate(last=Max("place"))["last"] or 0
    ticket.desk, ticket.day, ticket.place = row, day, last + 1
    ticket.token = secrets.token_urlsafe(TOKEN_BYTES)
    ticket.issued_at = at
    ticket.is_synthetic = ticket.is_synthetic or actor.is_synthetic
    ticket.save(force_insert=True)
    made = ticket_of(ticket)
    note(
        "issue_ticket",
        subject="Ticket",
        subject_id=made.id,
        actor=actor,
        at=at,
        details={"number": made.number, "has_booking": ticket.booking_id is not None},
    )
    event = TicketIssued(
        subject_id=made.id, organization_id=row.organization_id, number=made.number
    )
    events.record(event, actor=actor, at=at)
    return made


def _booking(row: DeskRow, code: str, at: datetime) -> BookingRow:
    found = BookingRow.objects.select_for_update().filter(
        desk=row, code=tidy_code(code)
    )
    booking = found.first()
    if booking is None:
        raise CodeUnknown({"code": [Phrase(CodeUnknown.message)]})
    is_today = local(booking.starts_at).date() == local(at).date()
    if (
        booking.state not in {BookingState.BOOKED, BookingState.ATTENDED}
        or not is_today
    ):
        raise CheckInNotToday({"code": [Phrase(CheckInNotToday.message)]})
    return booking


def _counter(row: DeskRow, number: int) -> CounterRow:
    place = CounterRow.objects.select_related("desk").filter(desk=row, number=number)
    found = place.first()
    if found is None:
        raise UnitHasNoDesk
    return found


def _refuse_busy(place: CounterRow, at: datetime) -> None:
    busy = tickets().filter(counter=place, day=local(at).date(), state__in=AT_COUNTER)
    current = busy.first()
    if current is not None:
        raise CounterBusy(number=ticket_of(current).number)


def _call(ticket: TicketRow, place: CounterRow, at: datetime) -> None:
    ticket.state, ticket.counter, ticket.wanted = TicketState.CALLED, place, None
    ticket.called_at = at
    ticket.first_called_at = ticket.first_called_at or at
    ticket.calls += 1


def _change(
    ticket_id: UUID,
    counter: int,
    states: set[TicketState],
    deed: str,
    change: Callable[[TicketRow, CounterRow], None],
    actor: Actor,
    at: datetime,
) -> Ticket:
    """Change a number of today at a counter, under the lock of the desk."""
    with transaction.atomic():
        seen = tickets().filter(pk=ticket_id, day=local(at).date()).first()
        if seen is None:
            raise NotFound
        row, _ = lock_to_work(seen.desk.organization_id, actor)
        place, ticket = _counter(row, counter), tickets().get(pk=ticket_id)
        is_here = ticket.counter_id == place.id
        if ticket.state not in states or not (
            is_here or ticket.state == TicketState.NO_SHOW
        ):
            raise TicketMovedOn
        change(ticket, place)
        return _moved(ticket, deed, actor, at)


def _moved(ticket: TicketRow, deed: str, actor: Actor, at: datetime) -> Ticket:
    ticket.save()
    moved = ticket_of(ticket)
    note(
        deed,
        subject="Ticket",
        subject_id=moved.id,
        actor=actor,
        at=at,
        details={"number": moved.number, "counter": moved.counter},
    )
    event = TicketMoved(
        subject_id=moved.id,
        organization_id=moved.organization_id,
        number=moved.number,
        deed=deed,
        counter=moved.counter,
    )
    events.record(event, actor=actor, at=at)
    return moved
