"""Ask the exchange: who takes part, what was agreed, what went between them."""

from tinhso.exchange.queries.directory import (
    agreements_for,
    directory,
    find_member,
    get_agreement,
    get_service,
    services,
    subsystems_of,
    version,
)
from tinhso.exchange.queries.log import (
    calls_today,
    certificates,
    entries,
    log_state,
    logged_positions,
    proof_of,
    read_proof,
    reads_of,
    stamps,
    usage,
)
from tinhso.exchange.queries.topics import (
    dead_letters,
    find_topic,
    offer,
    subscriptions,
    topics,
)

__all__ = [
    "agreements_for",
    "calls_today",
    "certificates",
    "dead_letters",
    "directory",
    "entries",
    "find_member",
    "find_topic",
    "get_agreement",
    "get_service",
    "log_state",
    "logged_positions",
    "offer",
    "proof_of",
    "read_proof",
    "reads_of",
    "services",
    "stamps",
    "subscriptions",
    "subsystems_of",
    "topics",
    "usage",
    "version",
]
