"""Clients and their tokens, as the library of OpenID Connect keeps them."""

import secrets
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from allauth.idp.oidc.models import Client as Kept
from allauth.idp.oidc.models import Token
from django.contrib.auth.hashers import make_password

SECRET_BYTES = 32


def keep(
    *,
    key: str,
    name: str,
    scopes: Sequence[str],
    redirects: Sequence[str],
    logouts: Sequence[str],
    is_public: bool,
    has_device: bool,
) -> str:
    """Keep a new client; answer its secret, empty for one that cannot keep any."""
    secret = "" if is_public else secrets.token_urlsafe(SECRET_BYTES)
    kinds = Kept.GrantType
    ways = [kinds.AUTHORIZATION_CODE] if redirects else []
    ways += [kinds.DEVICE_CODE] if has_device else []
    kept = Kept(
        id=key,
        name=name,
        type=Kept.Type.PUBLIC if is_public else Kept.Type.CONFIDENTIAL,
        secret=_hashed(secret),
        response_types="code",
    )
    kept.set_grant_types([*ways, kinds.REFRESH_TOKEN])
    kept.set_scopes([*scopes])
    kept.set_default_scopes(["openid"])
    kept.set_redirect_uris([*redirects])
    kept.set_post_logout_redirect_uris([*logouts])
    kept.save(force_insert=True)
    return secret


def renew_secret(*, key: str) -> str:
    """Give a client another secret; the one before opens nothing from now on."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    Kept.objects.filter(pk=key).update(secret=_hashed(secret))
    return secret


def forget(*, key: str) -> None:
    """Delete a client, and with it all tokens it holds."""
    Kept.objects.filter(pk=key).delete()


def forget_tokens(*, key: str, account_id: UUID) -> int:
    """Delete the tokens a client holds for an account; say how many."""
    deleted, _ = Token.objects.filter(client_id=key, user_id=account_id).delete()
    return int(deleted)


def forget_expired() -> int:
    """Delete the tokens that have run out; say how many."""
    return int(Token.objects.expired().delete()[0])


def of(*, keys: Sequence[str]) -> Mapping[str, Any]:
    """Find clients, by what they call themselves."""
    return {one.pk: one for one in Kept.objects.filter(pk__in=keys)}


def _hashed(secret: str) -> str:
    # Nobody guesses 256 random bits, so nothing is won by hashing them slowly.
    return make_password(secret or None, hasher="random_sha256")
