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

__all__ = [
    "approve_agreement",
    "ask_agreement",
    "end_agreement",
    "end_member",
    "end_service",
    "ensure_keys",
    "log_messages",
    "make_keys",
    "refuse_agreement",
    "register_certificate",
    "register_member",
    "register_service",
    "register_subsystem",
    "revoke_certificate",
    "serve",
    "stamp_anchor",
    "stamp_log",
]
