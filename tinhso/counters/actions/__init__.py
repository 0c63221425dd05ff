"""Set up desks, book slots, issue and call numbers."""

from tinhso.counters.actions.bookings import (
    accept_offer,
    book_slot,
    cancel_booking,
    join_waiting_list,
    leave_waiting_list,
    move_booking,
)
from tinhso.counters.actions.clock import lapse_offers, remind_and_close
from tinhso.counters.actions.queue import (
    call_next,
    check_in,
    close_counter,
    finish_ticket,
    issue_ticket,
    mark_no_show,
    recall_ticket,
    start_service,
    transfer_ticket,
)
from tinhso.counters.actions.settings import (
    add_window,
    change_desk,
    close_between,
    open_desk,
    remove_counter,
    remove_group,
    remove_window,
    reopen,
    set_counter,
    set_group,
)

__all__ = [
    "accept_offer",
    "add_window",
    "book_slot",
    "call_next",
    "cancel_booking",
    "change_desk",
    "check_in",
    "close_between",
    "close_counter",
    "finish_ticket",
    "issue_ticket",
    "join_waiting_list",
    "lapse_offers",
    "leave_waiting_list",
    "mark_no_show",
    "move_booking",
    "open_desk",
    "recall_ticket",
    "remind_and_close",
    "remove_counter",
    "remove_group",
    "remove_window",
    "reopen",
    "set_counter",
    "set_group",
    "start_service",
    "transfer_ticket",
]
