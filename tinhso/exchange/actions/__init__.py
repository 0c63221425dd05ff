"""Do things in the exchange."""

from tinhso.exchange.actions.agreements import (
    approve_agreement,
    ask_agreement,
    end_agreement,
    refuse_agreement,
)
from tinhso.exchange.actions.document_keys import (
    make_document_key,
    register_document_certificate,
    revoke_document_certificate,
)
from tinhso.exchange.actions.document_statuses import send_status, take_status
from tinhso.exchange.actions.documents import (
    recall_document,
    replace_document,
    send_document,
    take_document,
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
from tinhso.exchange.actions.subscribing import (
    approve_subscription,
    ask_subscription,
    end_subscription,
    refuse_subscription,
)
from tinhso.exchange.actions.topics import (
    publish,
    replay,
    retry_dead,
    tell_subscribers,
)

__all__ = [
    "approve_agreement",
    "approve_subscription",
    "ask_agreement",
    "ask_subscription",
    "end_agreement",
    "end_member",
    "end_service",
    "end_subscription",
    "ensure_keys",
    "log_messages",
    "make_document_key",
    "make_keys",
    "publish",
    "recall_document",
    "refuse_agreement",
    "refuse_subscription",
    "register_certificate",
    "register_document_certificate",
    "register_member",
    "register_service",
    "register_subsystem",
    "replace_document",
    "replay",
    "retry_dead",
    "revoke_certificate",
    "revoke_document_certificate",
    "send_document",
    "send_status",
    "serve",
    "stamp_anchor",
    "stamp_log",
    "take_document",
    "take_status",
    "tell_subscribers",
]
