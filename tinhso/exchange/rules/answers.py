"""What stands on messages between gateways, and how a refusal is written."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from urllib.parse import quote

from tinhso.exchange.rules import calls, signing
from tinhso.exchange.rules.fields import kept
from tinhso.exchange.types import (
    Answer,
    AnswerNotJson,
    Call,
    ServiceName,
    Side,
    Stopped,
    SubsystemName,
)

Parts = list[tuple[str, str]]
SIGNATURE, SIGNATURE_INPUT = "signature", "signature-input"
DIGEST = "content-digest"
# A gateway signs these of every answer, whatever else there is.
ANSWERED = (*signing.RESPONSE, calls.ID, calls.REQUEST_ID)
ASKED = (*signing.REQUEST, calls.ID, calls.REQUEST_ID)


@lru_cache(maxsize=1000)
def written(name: SubsystemName | ServiceName) -> str:
    """Write a name for an address or a header (PR-REST 4.2).

    >>> from tinhso.exchange.types import MemberName
    >>> written(SubsystemName(MemberName("VN", "GOV", "H49"), "dân cư"))
    'VN/GOV/H49/d%C3%A2n%20c%C6%B0'
    """
    return "/".join(quote(part, safe="") for part in str(name).split("/"))


def parts_of_call(call: Call) -> Parts:
    """List what is signed of a call."""
    return [
        ("@method", call.method),
        ("@request-target", call.target),
        (DIGEST, signing.content_digest(call.body)),
        (calls.CLIENT, written(call.client)),
        (calls.ID, call.id),
        *call.headers,
    ]


def parts_of_answer(answer: Answer) -> Parts:
    """List what is signed of an answer; without a body its type says nothing."""
    told = [
        (name, value)
        for name, value in answer.headers
        if answer.body or name != "content-type"
    ]
    digest = signing.content_digest(answer.body)
    return [("@status", str(answer.status)), (DIGEST, digest), *told]


def answer_of(status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    """Take an answer of a gateway apart; headers: by names in small letters."""
    names = (*calls.RETURNED, *WORN, calls.ERROR)
    told = tuple((name, headers[name]) for name in names if name in headers)
    return Answer(status, told, body)


WORN = (
    calls.CLIENT,
    calls.SERVICE,
    calls.ID,
    calls.REQUEST_ID,
    calls.REQUEST_HASH,
)


def worn(call: Call, base: str) -> Parts:
    """List the headers of X-Road an answer to a call wears."""
    return [
        (calls.CLIENT, written(call.client)),
        (calls.SERVICE, written(call.service)),
        (calls.ID, call.id),
        (calls.REQUEST_ID, call.sent.get(calls.REQUEST_ID, "")),
        (calls.REQUEST_HASH, signing.request_hash(base, call.body)),
    ]


def refusal(stopped: Stopped, *, side: Side, call: Call | None, base: str) -> Answer:
    """Write a refusal as X-Road does: `X-Road-Error`, and JSON that says the same."""
    proxy = "ClientProxy" if side is Side.CONSUMER else "ServerProxy"
    told = {
        "type": f"Server.{proxy}.{stopped.fault}",
        "message": str(stopped),
        "detail": stopped.code,
    }
    body = json.dumps(told, ensure_ascii=False).encode()
    headers = (
        ("content-type", "application/json; charset=utf-8"),
        *(worn(call, base) if call else ()),
        (calls.ERROR, told["type"]),
    )
    return Answer(stopped.status, headers, body)


def filtered(body: bytes, content_type: str, fields: Sequence[str]) -> bytes:
    """Take what was agreed out of an answer.

    :raises AnswerNotJson: if fields were agreed, and it is no JSON to take them from.
    """
    if "*" in fields or not body:
        return body
    kind = content_type.partition(";")[0].strip().lower()
    if kind != "application/json" and not kind.endswith("+json"):
        raise AnswerNotJson
    try:
        value = json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        raise AnswerNotJson from None
    if not isinstance(value, dict | list):
        raise AnswerNotJson
    told = kept(value, fields)
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
