"""Ask a provider of remote signing: CSC API v2 (Cloud Signature Consortium, 2.0.0.2).

Each question has a bound in time and size; no answer is trusted to be what it should.
"""

import asyncio
import json
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from tinhso.documents.providers import certificates
from tinhso.documents.types import (
    SECRET_FIELD,
    CodeWrong,
    RemoteAnswerWrong,
    RemoteDown,
    RemoteRefused,
    RemoteSlow,
    Secret,
)

SECONDS = 10.0  # for a whole answer, from connecting to its last byte
MOST_BYTES = 2**18
SHA256 = "2.16.840.1.101.3.4.2.1"
CODE = "OTP"  # how the API names the object of a one-time code
# By which the API says that what authorizes is wrong.
_WRONG_CODE = {"invalid_authentication_data", "invalid_otp"}


@dataclass(frozen=True, slots=True)
class Service:
    """Where the provider is, and the key by which it knows the platform."""

    url: str
    key: str


@dataclass(frozen=True, slots=True)
class Credential:
    """A key at the provider; certificates: the signer's first, then those above it."""

    id: str
    certificates: tuple[Any, ...]
    algorithms: frozenset[str]


def credentials_of(*, service: Service, user: str) -> tuple[str, ...]:
    """List the usable credentials of somebody.

    :raises RemoteDown, RemoteSlow, RemoteAnswerWrong, RemoteRefused: as named.
    """
    body = {"userID": user, "onlyValid": True}
    answer = asyncio.run(_ask(service, "credentials/list", body))
    return tuple(_texts(answer, "credentialIDs"))


def credential(*, service: Service, credential_id: str) -> Credential:
    """Read the certificates of a credential and how its key signs.

    :raises RemoteDown, RemoteSlow, RemoteAnswerWrong, RemoteRefused: as named.
    """
    body = {"credentialID": credential_id, "certificates": "chain"}
    answer = asyncio.run(_ask(service, "credentials/info", body))
    written = _texts(_object(answer, "cert"), "certificates")
    try:
        chain = tuple(certificates.loaded(_decoded(one)) for one in written)
    except ValueError as error:
        raise RemoteAnswerWrong() from error
    if not chain:
        raise RemoteAnswerWrong()
    key = _object(answer, "key")
    return Credential(credential_id, chain, frozenset(_texts(key, "algo")))


def send_code(*, service: Service, credential_id: str) -> None:
    """Have the provider send a one-time code to the holder of a credential.

    :raises RemoteDown, RemoteSlow, RemoteRefused: as named.
    """
    body = {"credentialID": credential_id, "authObjectID": CODE}
    asyncio.run(_ask(service, "credentials/getChallenge", body))


async def signature(
    *,
    service: Service,
    credential_id: str,
    algorithm: str,
    digest: bytes,
    code: Secret,
) -> bytes:
    """Authorize one signature of this very digest, and have it made.

    algorithm: dotted; digest: SHA-256.
    :raises CodeWrong: if the provider refuses the code.
    :raises RemoteDown, RemoteSlow, RemoteAnswerWrong, RemoteRefused: as named.
    """
    about = {
        "credentialID": credential_id,
        "hashes": [b64encode(digest).decode("ascii")],
        "hashAlgorithmOID": SHA256,
    }
    authorized = await _ask(
        service,
        "credentials/authorize",
        {
            **about,
            "numSignatures": 1,
            "authData": [{"id": CODE, "value": code.value}],
        },
    )
    activation = authorized.get("SAD")
    if not isinstance(activation, str) or not activation:
        raise RemoteAnswerWrong()
    signed = await _ask(
        service,
        "signatures/signHash",
        {**about, "SAD": activation, "signAlgo": algorithm},
    )
    made = _texts(signed, "signatures")
    if len(made) != 1:
        raise RemoteAnswerWrong()
    return _decoded(made[0])


async def _ask(
    service: Service, method: str, body: Mapping[str, Any]
) -> dict[str, Any]:
    try:
        async with asyncio.timeout(SECONDS):
            status, content = await _sent(service, method, body)
    except (TimeoutError, httpx.TimeoutException) as error:
        raise RemoteSlow() from error
    except httpx.HTTPError as error:
        raise RemoteDown() from error
    if status == 204:
        return {}
    return _read(status, content)


async def _sent(
    service: Service, method: str, body: Mapping[str, Any]
) -> tuple[int, bytes]:
    headers = {"Authorization": f"Bearer {service.key}"} if service.key else {}
    url = f"{service.url}/csc/v2/{method}"
    # Not by the proxy of the environment: the provider is named by the operator.
    async with (
        httpx.AsyncClient(timeout=SECONDS, trust_env=False) as client,
        client.stream("POST", url, json=dict(body), headers=headers) as response,
    ):
        content = b""
        async for part in response.aiter_bytes():
            content += part
            if len(content) > MOST_BYTES:
                raise RemoteAnswerWrong()
        return response.status_code, content


def _read(status: int, content: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(content)
    except ValueError as error:
        raise (RemoteDown() if status >= 500 else RemoteAnswerWrong()) from error
    if not isinstance(answer, dict):
        raise RemoteAnswerWrong()
    if status == 200:
        return answer
    if answer.get("error") in _WRONG_CODE:
        raise CodeWrong({SECRET_FIELD: [CodeWrong.message]})
    raise RemoteDown() if status >= 500 else RemoteRefused()


def _object(answer: Mapping[str, Any], name: str) -> dict[str, Any]:
    value = answer.get(name)
    if not isinstance(value, dict):
        raise RemoteAnswerWrong()
    return value


def _texts(answer: Mapping[str, Any], name: str) -> Sequence[str]:
    value = answer.get(name)
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise RemoteAnswerWrong()
    return value


def _decoded(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except ValueError as error:
        raise RemoteAnswerWrong() from error
