"""What other rooms and the doors may do with messages."""

from tinhso.notify.actions.choosing import (
    HOURS,
    add_browser,
    choose_channels,
    drop_browsers,
    receive_again,
    resubscribe,
    unsubscribe,
)
from tinhso.notify.actions.content import (
    CHANNELS,
    MESSAGES,
    check_channel_rule,
    check_message_template,
    publish_channel_rule,
    publish_message_template,
)
from tinhso.notify.actions.delivering import (
    BY_MAIL,
    TO_TELEPHONES,
    deliver_due,
    pass_on_overdue,
)
from tinhso.notify.actions.letters import post_letter, print_letters
from tinhso.notify.actions.outages import (
    announce_outage,
    count_working_days,
    earliest_start,
    end_outage,
    tell_of_outages,
    tell_outages,
)
from tinhso.notify.actions.reporting import take_report, take_told
from tinhso.notify.actions.sending import (
    erase_messages,
    read_message,
    send_message,
)

__all__ = [
    "BY_MAIL",
    "CHANNELS",
    "HOURS",
    "MESSAGES",
    "TO_TELEPHONES",
    "add_browser",
    "announce_outage",
    "check_channel_rule",
    "check_message_template",
    "choose_channels",
    "count_working_days",
    "deliver_due",
    "drop_browsers",
    "earliest_start",
    "end_outage",
    "erase_messages",
    "pass_on_overdue",
    "post_letter",
    "print_letters",
    "publish_channel_rule",
    "publish_message_template",
    "read_message",
    "receive_again",
    "resubscribe",
    "send_message",
    "take_report",
    "take_told",
    "tell_of_outages",
    "tell_outages",
    "unsubscribe",
]
