"""Read a call of X-Road's REST message protocol, and find the operation it means."""

import re
from collections.abc import Iterable, Sequence
from urllib.parse import unquote_to_bytes

from tinhso.exchange.types import (
    Call,
    HeaderWrong,
    NameWrong,
    Operation,
    PathWrong,
    read_service,
    read_subsystem,
)
from tinhso.kernel.ids import new_id

VERSION = "r1"
# PR-REST 4.2 lets a server take 2000 characters of an address.
MOST_OF_TARGET, MOST_OF_HEADER = 2000, 1000
CLIENT, SERVICE, ID = "x-road-client", "x-road-service", "x-road-id"
REQUEST_ID, REQUEST_HASH = "x-road-request-id", "x-road-request-hash"
ERROR = "x-road-error"
# Told with a call, and signed: who asks in person, for whom, in which matter.
TOLD = ("x-road-userid", "x-road-issue", "x-road-represented-party")
# What else goes on to the service; everything else ends at the gateway.
CARRIED = ("accept", "accept-language", "content-type", "if-match", "if-none-match")
# What of an answer goes back.
RETURNED = ("content-type", "etag", "last-modified", "retry-after")
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"})
_ID = re.compile(r"[\x21-\x7e]{1,255}")
_PATH = re.compile(r"(/[A-Za-z0-9\-._~!$&'()*+,=:@%]*)*")
_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\U0010ffff]*")


def read_call(
    *,
    method: str,
    target: str,
    headers: Iterable[tuple[str, str]],
    body: bytes,
) -> Call:
    """Read a call; target: path and query as they stood on the line.

    :raises PathWrong: if the path is none of the protocol, or leaves the service.
    :raises NameWrong: if client or service cannot be.
    :raises HeaderWrong: if a header the protocol knows is missing, double or foul.
    """
    known = _known(headers)
    if method not in METHODS or len(target) > MOST_OF_TARGET:
        raise PathWrong
    path, _, query = target.partition("?")
    parts = path.split("/", 7)
    if len(parts) < 7 or parts[:2] != ["", VERSION]:
        raise PathWrong
    names = [_decoded(part) for part in parts[2:7]]
    rest = f"/{parts[7]}" if len(parts) == 8 else ""
    _refuse_leaving(rest, query)
    if CLIENT not in known:
        raise HeaderWrong(header=CLIENT)
    client = "/".join(map(_decoded, known[CLIENT].split("/")))
    known[ID] = _id_of(known.get(ID))
    known.pop(CLIENT)
    return Call(
        method=method,
        target=target,
        client=read_subsystem(text=client),
        service=read_service(text="/".join(names)),
        rest=rest,
        query=query,
        id=known.pop(ID),
        headers=tuple(sorted(known.items())),
        body=body,
    )


def _known(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in headers:
        small = name.lower()
        if small not in {CLIENT, ID, REQUEST_ID, *TOLD, *CARRIED}:
            continue
        # Two of one would let each side believe another one.
        if small in found or not _VALUE.fullmatch(value) or len(value) > MOST_OF_HEADER:
            raise HeaderWrong(header=small)
        found[small] = value
    return found


def _id_of(given: str | None) -> str:
    if given is None:
        return str(new_id())
    if not _ID.fullmatch(given):
        raise HeaderWrong(header=ID)
    return given


def _decoded(part: str) -> str:
    try:
        text = unquote_to_bytes(part).decode()
    except UnicodeDecodeError:
        raise NameWrong(name=part[:200]) from None
    if "/" in text:
        raise NameWrong(name=part[:200])
    return text


def _refuse_leaving(rest: str, query: str) -> None:
    """Refuse what a server behind might read as another path than we do."""
    if not _PATH.fullmatch(rest) or _PERCENT.search(rest + query):
        raise PathWrong
    if any(c <= " " or c in '#"<>\\^`{|}' or ord(c) > 126 for c in query):
        raise PathWrong
    for segment in rest.split("/")[1:]:
        plain = unquote_to_bytes(segment)
        foul = b"/" in plain or b"\\" in plain or b"%" in plain or b"\0" in plain
        if foul or plain.strip(b" ") in {b".", b".."} or b";" in plain:
            raise PathWrong
    if "//" in rest:
        raise PathWrong


def operation_of(
    operations: Sequence[Operation], method: str, rest: str
) -> tuple[Operation, dict[str, str]] | None:
    """Find the operation of a call and what its path says; None if there is none.

    A path without parameters goes before one with them (OpenAPI 3.1, paths).
    """
    wanted = rest.split("/") if rest not in {"", "/"} else ["", ""]
    found = [
        (one, said)
        for one in operations
        if one.method == method and (said := _match(one.path, wanted)) is not None
    ]
    return min(found, key=lambda pair: len(pair[1]), default=None)


def _match(template: str, wanted: Sequence[str]) -> dict[str, str] | None:
    parts = template.split("/")
    if len(parts) != len(wanted):
        return None
    said: dict[str, str] = {}
    for part, given in zip(parts, wanted, strict=True):
        if part.startswith("{") and part.endswith("}"):
            if not given:
                return None
            said[part[1:-1]] = unquote_to_bytes(given).decode("utf-8", "replace")
        elif part != given:
            return None
    return said
