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
    "check_channel_rule",
    "check_message_template",
    "choose_channels",
    "deliver_due",
    "drop_browsers",
    "erase_messages",
    "pass_on_overdue",
    "publish_channel_rule",
    "publish_message_template",
    "read_message",
    "receive_again",
    "resubscribe",
    "send_message",
    "take_report",
    "take_told",
    "unsubscribe",
]
