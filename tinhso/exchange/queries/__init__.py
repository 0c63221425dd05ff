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
from tinhso.exchange.queries.documents import (
    both_orders,
    documents,
    envelope_of,
    get_document,
    look_into,
    open_document,
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

__all__ = [
    "agreements_for",
    "both_orders",
    "calls_today",
    "certificates",
    "directory",
    "documents",
    "entries",
    "envelope_of",
    "find_member",
    "get_agreement",
    "get_document",
    "get_service",
    "log_state",
    "logged_positions",
    "look_into",
    "open_document",
    "proof_of",
    "read_proof",
    "reads_of",
    "services",
    "stamps",
    "subsystems_of",
    "usage",
    "version",
]
