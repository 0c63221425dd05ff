"""Do things in the exchange."""

from tinhso.exchange.actions.agreements import (
    approve_agreement,
    ask_agreement,
    end_agreement,
    refuse_agreement,
)
from tinhso.exchange.actions.gateway import serve
from tinhso.exchange.actions.log import log_messages, stamp_anchor, stamp_log
from tinhso.exchange.actions.registering import (
    end_member,
    end_service,
    ensure_keys,
    make_keys,
    register_certificate,
    register_member,
    register_service,
    register_subsystem,
    revoke_certificate,
)
from tinhso.exchange.actions.topics import (
    end_subscription,
    publish,
    replay,
    retry_dead,
    subscribe,
    tell_subscribers,
)

__all__ = [
    "approve_agreement",
    "ask_agreement",
    "end_agreement",
    "end_member",
    "end_service",
    "end_subscription",
    "ensure_keys",
    "log_messages",
    "make_keys",
    "publish",
    "refuse_agreement",
    "register_certificate",
    "register_member",
    "register_service",
    "register_subsystem",
    "replay",
    "retry_dead",
    "revoke_certificate",
    "serve",
    "stamp_anchor",
    "stamp_log",
    "subscribe",
    "tell_subscribers",
]
