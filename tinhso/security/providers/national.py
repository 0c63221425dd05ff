"""The national e-identity as an OpenID Connect provider; here is its relying party.

Code with PKCE, state and nonce; signature, issuer, audience and times of the ID token
are checked by joserfc, by algorithms named here and never by the token. How its claims
and levels are called is not public: the names below are the demonstration's, to be set
right when there is an agreement with the Ministry of Public Security.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from secrets import token_urlsafe
from typing import Any, TypeVar

import httpx
from django.conf import settings
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from oauthlib.oauth2 import OAuth2Error, WebApplicationClient

from tinhso.security.types import (
    Assurance,
    Begun,
    IdentityAnswerWrong,
    NationalIdentityAway,
    Vouched,
)

ALGORITHMS = ["RS256", "PS256", "ES256"]
NUMBER, NAME, BIRTH, PHONE = "personal_number", "name", "birthdate", "phone_number"
LEVELS = {"1": Assurance.LOW, "2": Assurance.SUBSTANTIAL}
SCOPE = "openid profile"
PATIENCE = 5.0  # seconds
LEEWAY = 60  # seconds two clocks may differ
OLDEST = timedelta(minutes=10)
MOST_BYTES = 2**16

T = TypeVar("T")


def is_set_up() -> bool:
    """Tell whether people can sign in by it."""
    return bool(settings.TINHSO_NATIONAL_IDENTITY_URL)


def begin(*, back: str, level: Assurance, is_fresh: bool, at: datetime) -> Begun:
    """Begin a sign-in. back: our address; is_fresh: they identify themselves anew.

    :raises NationalIdentityAway: if it does not answer.
    """
    known, client = _asking(lambda: _configuration(at)), _client()
    verifier = client.create_code_verifier(64)
    state, nonce = token_urlsafe(24), token_urlsafe(24)
    wanted = {"acr_values": str(int(level)), "nonce": nonce}
    if is_fresh:
        wanted |= {"prompt": "login", "max_age": "0"}
    url = client.prepare_request_uri(
        known["authorization_endpoint"],
        redirect_uri=back,
        scope=SCOPE,
        state=state,
        code_challenge=client.create_code_challenge(verifier, "S256"),
        code_challenge_method="S256",
        **wanted,
    )
    return Begun(url=url, state=state, nonce=nonce, verifier=verifier)


def finish(*, code: str, begun: Begun, back: str, at: datetime) -> Vouched:
    """Take the code to the provider, and read whom it vouches for.

    :raises NationalIdentityAway: if it does not answer.
    :raises IdentityAnswerWrong: if the code is none, or the token not what was asked.
    """
    known = _asking(lambda: _configuration(at))
    token = _asking(lambda: _token(code, begun, back, known["token_endpoint"]))
    claims = _claims(str(token.get("id_token", "")), known, at)
    _refuse_other(claims, begun, at)
    return _vouched(claims)


def _client() -> Any:
    return WebApplicationClient(settings.TINHSO_NATIONAL_IDENTITY_CLIENT)


def _token(code: str, begun: Begun, back: str, url: str) -> Mapping[str, Any]:
    client = _client()
    body = client.prepare_request_body(
        code=code,
        redirect_uri=back,
        code_verifier=begun.verifier,
        include_client_id=False,
    )
    answer = httpx.post(
        url,
        content=body,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        auth=(client.client_id, settings.TINHSO_NATIONAL_IDENTITY_SECRET),
        timeout=PATIENCE,
    )
    if answer.status_code >= 500 or len(answer.content) > MOST_BYTES:
        raise ValueError(answer.status_code)
    try:
        told: Mapping[str, Any] = client.parse_request_body_response(answer.text)
    except OAuth2Error as error:
        raise IdentityAnswerWrong(f"token: {error.error}") from error
    return told


def _claims(token: str, known: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    try:
        read = _decoded(token, known["jwks_uri"], at)
        _registry(known["issuer"], at).validate(read.claims)
    except (JoseError, ValueError, TypeError) as error:
        raise IdentityAnswerWrong(f"token: {type(error).__name__}") from error
    return read.claims


def _decoded(token: str, keys_at: str, at: datetime) -> jwt.Token:
    """Decode a token; its key may be newer than those we remember."""
    try:
        return jwt.decode(token, _keys(keys_at, _turn(at)), algorithms=ALGORITHMS)
    except (JoseError, ValueError):
        _keys.cache_clear()
        keys = _asking(lambda: _keys(keys_at, _turn(at)))
        return jwt.decode(token, keys, algorithms=ALGORITHMS)


def _registry(issuer: str, at: datetime) -> jwt.JWTClaimsRegistry:
    return jwt.JWTClaimsRegistry(
        now=int(at.timestamp()),
        leeway=LEEWAY,
        iss={"essential": True, "value": issuer},
        aud={"essential": True, "value": settings.TINHSO_NATIONAL_IDENTITY_CLIENT},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
        nonce={"essential": True},
    )


def _refuse_other(claims: Mapping[str, Any], begun: Begun, at: datetime) -> None:
    """Refuse a token that is right and meant for another sign-in, or too old."""
    if claims["nonce"] != begun.nonce:
        raise IdentityAnswerWrong("token: nonce")
    if claims["iat"] < (at - OLDEST).timestamp():
        raise IdentityAnswerWrong("token: old")
    several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if several and claims.get("azp") != settings.TINHSO_NATIONAL_IDENTITY_CLIENT:
        raise IdentityAnswerWrong("token: azp")


def _vouched(claims: Mapping[str, Any]) -> Vouched:
    try:
        return Vouched(
            issuer=str(claims["iss"]),
            subject=str(claims["sub"]),
            personal_number=str(claims[NUMBER]),
            full_name=str(claims[NAME]),
            birth_date=date.fromisoformat(str(claims[BIRTH])),
            phone=str(claims.get(PHONE, "")),
            assurance=LEVELS.get(str(claims.get("acr")), Assurance.LOW),
            authenticated_at=datetime.fromtimestamp(
                int(claims.get("auth_time", claims["iat"])), UTC
            ),
        )
    except (KeyError, ValueError, OverflowError) as error:
        raise IdentityAnswerWrong("token: claims") from error


def _asking(ask: Callable[[], T]) -> T:
    """Ask the provider; whatever goes wrong on the way is that it is away."""
    try:
        return ask()
    except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
        raise NationalIdentityAway from error


def _turn(at: datetime) -> int:
    """Number the ten minutes for which what the provider published is remembered."""
    return int(at.timestamp() // 600)


def _configuration(at: datetime) -> Mapping[str, Any]:
    return _published(str(settings.TINHSO_NATIONAL_IDENTITY_URL), _turn(at))


@lru_cache(maxsize=4)
def _published(issuer: str, turn: int) -> Mapping[str, Any]:
    told: Mapping[str, Any] = _read(f"{issuer}/.well-known/openid-configuration")
    if told["issuer"] != issuer:
        raise ValueError(told["issuer"])
    return told


@lru_cache(maxsize=4)
def _keys(url: str, turn: int) -> KeySet:
    return KeySet.import_key_set(_read(url))


def _read(url: str) -> Any:
    answer = httpx.get(url, timeout=PATIENCE)
    answer.raise_for_status()
    if len(answer.content) > MOST_BYTES:
        raise ValueError(url)
    return answer.json()
