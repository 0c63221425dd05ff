"""Systems of others that people sign in to through us, and what they are told."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from tinhso.kernel.errors import N_, Invalid, NotFound


class Scope(StrEnum):
    """What a client may ask of a person; `openid` is only that they are the same."""

    OPENID = "openid"
    PROFILE = "profile"
    PERSONAL_NUMBER = "personal_number"
    PHONE = "phone"
    EMAIL = "email"
    POSTS = "posts"


@dataclass(frozen=True, slots=True)
class Client:
    """A system that signs people in through us.

    key: what it calls itself by, its `client_id`. purpose: why it asks, in words for
    the people it asks about. is_public: it keeps no secret, as on a phone. has_device:
    it may sign people in where nobody can type.
    """

    id: UUID
    key: str
    name: str
    organization_id: UUID
    organization: str
    purpose: str
    scopes: tuple[Scope, ...]
    redirects: tuple[str, ...]
    logouts: tuple[str, ...]
    is_public: bool
    has_device: bool
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class RegisteredClient:
    """A client that was just registered; `secret` is shown this once, or empty."""

    client: Client
    secret: str


@dataclass(frozen=True, slots=True)
class Grant:
    """What somebody has agreed to hand over to a client."""

    id: UUID
    client: Client
    scopes: tuple[Scope, ...]
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class HandedOver:
    """One time a client was told about somebody."""

    at: datetime
    client: str
    organization: str
    scopes: tuple[Scope, ...]


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A key that signs what clients are told; pem: PKCS#8, without a password."""

    pem: str
    made_at: datetime
    signs_from: datetime
    trusted_until: datetime | None


class ClientUnknown(NotFound):
    """There is no such client, or it was ended."""

    message = N_("Không có hệ thống này, hoặc hệ thống đã ngừng kết nối.")


class ClientWrong(Invalid):
    """A client cannot be as it was told."""

    message = N_("Thông tin hệ thống kết nối chưa đúng.")


class GrantUnknown(NotFound):
    """The asker has not agreed to this, or has taken it back."""

    message = N_("Bạn không còn cho phép hệ thống này.")
