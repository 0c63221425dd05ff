"""Read desks, slots, bookings, the queue and its figures."""

from tinhso.counters.queries.bookings import (
    bookings_on,
    days,
    get_booking,
    my_bookings,
    my_waiting,
    slots,
)
from tinhso.counters.queries.desks import (
    desks_of,
    desks_open,
    find_desk,
    get_desk,
    get_own_desk,
)
from tinhso.counters.queries.queue import (
    at_counter,
    figures,
    screen,
    ticket_status,
)

__all__ = [
    "at_counter",
    "bookings_on",
    "days",
    "desks_of",
    "desks_open",
    "figures",
    "find_desk",
    "get_booking",
    "get_desk",
    "get_own_desk",
    "my_bookings",
    "my_waiting",
    "screen",
    "slots",
    "ticket_status",
]
