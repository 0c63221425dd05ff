"""How the library of OpenID Connect asks us: for keys, names, what a client is told.

Three things it leaves open are closed here: a client without PKCE (RFC 9700, 2.1.1), an
address that only resembles a registered one (2.1), and a client that asks silently for
what nobody has agreed to.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from allauth.core.internal import jwkkit
from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from allauth.idp.oidc.internal.oauthlib.server import get_server
from allauth.idp.oidc.internal.oauthlib.utils import extract_params
from allauth.idp.oidc.models import PrivateKey
from django.conf import settings
from django.contrib.auth import get_user_model
from django.http import HttpRequest
from oauthlib.oauth2.rfc6749.errors import (
    MismatchingRedirectURIError,
    MissingCodeChallengeError,
    OAuth2Error,
    UnsupportedCodeChallengeMethodError,
)
from oauthlib.openid.connect.core.exceptions import ConsentRequired

from tinhso.kernel import clock
from tinhso.security import actions
from tinhso.security import queries as security
from tinhso.security.types import Scope
from tinhso.web.policy import actor_of

# The library reads the key anew for each signature; checking its numbers takes 36 ms,
# signing 1.4 ms. There are two or three keys, and a text is always the same key.
jwkkit.load_jwk_from_pem = lru_cache(maxsize=8)(jwkkit.load_jwk_from_pem)


class Adapter(DefaultOIDCAdapter):  # type: ignore[misc]
    """Our keys, our names for people, and nothing in a token but such a name."""

    def get_issuer(self) -> str:
        """Name us by the address people know, whatever a proxy calls us."""
        return settings.TINHSO_ORIGIN

    def list_private_keys(
        self, *, did_activate: bool | None = None, is_active: bool | None = None
    ) -> list[PrivateKey]:
        """List the keys; the first one is made when it is first asked for."""
        at = clock.now()
        keys = security.signing_keys(at=at)
        if not keys:
            actions.keep_signing_keys(at=at)
            keys = security.signing_keys(at=at)
        return [
            PrivateKey(
                pem=one.pem,
                issued_at=one.made_at,
                not_before=one.signs_from,
                expires_at=one.trusted_until,
            )
            for one in keys
            if not did_activate or one.signs_from <= at
        ]

    def get_user_sub(self, client: Any, user: Any) -> str:
        """Name somebody to a client; each client knows them by another name."""
        return security.subject_of(key=client.pk, account_id=user.pk)

    def get_user_by_sub(self, client: Any, sub: str) -> Any:
        """Find the open account that a client knows by a name."""
        found = security.account_by_subject(key=client.pk, subject=sub)
        return get_user_model().objects.get(pk=found) if found else None

    def get_claims(
        self,
        purpose: str,
        user: Any,
        client: Any,
        scopes: Iterable[str],
        email: str | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        """Tell a client what it may know; each time is journaled for who it is about.

        The token of a sign-in passes through browsers, so it holds the name alone.
        """
        claims = {"sub": self.get_user_sub(client, user)}
        if purpose != "userinfo":
            return claims
        told = actions.hand_over(
            key=client.pk, account_id=user.pk, scopes=[*scopes], at=clock.now()
        )
        return {**claims, **told}

    def populate_server_metadata(self, data: dict[str, Any]) -> None:
        """Say what there is, and nothing more."""
        data |= {
            "response_types_supported": ["code"],
            "grant_types_supported": [
                "authorization_code",
                "refresh_token",
                "urn:ietf:params:oauth:grant-type:device_code",
            ],
            "scopes_supported": [*Scope],
            "subject_types_supported": ["pairwise"],
            "claims_supported": [
                *("sub", "name", "birthdate", "gender", "personal_number"),
                *("phone_number", "email", "posts", "is_synthetic"),
            ],
        }


def weakness(request: HttpRequest) -> str | None:
    """Find why a client that the library would answer is sent back all the same.

    Answers the address to send people to; None where the library goes on. Consent
    that was given before is noted on the client of this request, for the library.

    :raises MismatchingRedirectURIError: if people are to be sent elsewhere than was
        registered, letter by letter.
    """
    try:
        scopes, found = get_server().validate_authorization_request(
            *extract_params(request)
        )
    except OAuth2Error:
        return None  # the library says it, and sends nobody to a stranger
    if found["redirect_uri"] not in found["request"].client.get_redirect_uris():
        raise MismatchingRedirectURIError(request=found["request"])
    error = _error(request, found["request"], scopes)
    return str(error.in_uri(error.redirect_uri)) if error else None


def _error(request: HttpRequest, asked: Any, scopes: list[str]) -> OAuth2Error | None:
    # A code is worth nothing to who intercepts it.
    if not asked.code_challenge:
        return MissingCodeChallengeError(request=asked)
    if asked.code_challenge_method != "S256":
        return UnsupportedCodeChallengeMethodError(request=asked)
    if _is_agreed(request, asked.client, scopes):
        asked.client.skip_consent = True
    elif "none" in request.GET.get("prompt", ""):
        return ConsentRequired(request=asked)
    return None


def _is_agreed(request: HttpRequest, client: Any, scopes: list[str]) -> bool:
    # Any program can call itself by the name of one without a secret: ask each time.
    account_id = actor_of(request).id
    if client.type == client.Type.PUBLIC or account_id is None:
        return False
    return security.has_granted(account_id=account_id, key=client.pk, scopes=scopes)
