"""Read messages, how people want to be reached, and what it costs."""

from tinhso.notify.providers.push import public_key
from tinhso.notify.queries.costs import costs, letter_of, letters_to_post
from tinhso.notify.queries.messages import (
    get_message,
    get_message_template,
    inbox,
    message_by_key,
    message_of,
    message_templates,
    messages_about,
    preview,
    template_of,
    template_of_link,
    unread,
)
from tinhso.notify.queries.outages import (
    next_outage,
    outage_of,
    outages,
    past_outages,
)
from tinhso.notify.queries.settings import (
    channel_rules,
    channel_settings,
    channels_there,
    rule_of,
    settings_of,
    subscriptions_of,
    usual_quiet,
)
from tinhso.notify.queries.writing import to_write

__all__ = [
    "channel_rules",
    "channel_settings",
    "channels_there",
    "costs",
    "get_message",
    "get_message_template",
    "inbox",
    "letter_of",
    "letters_to_post",
    "message_by_key",
    "message_of",
    "message_templates",
    "messages_about",
    "next_outage",
    "outage_of",
    "outages",
    "past_outages",
    "preview",
    "public_key",
    "rule_of",
    "settings_of",
    "subscriptions_of",
    "template_of",
    "template_of_link",
    "to_write",
    "unread",
    "usual_quiet",
]
