"""The words of accounts that a personnel system keeps from outside (SCIM 2.0)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tinhso.kernel.errors import N_, Invalid, NotFound


@dataclass(frozen=True, slots=True)
class Posting:
    """A post that an account gives: organization by its key, role, title."""

    organization: str
    role: str
    title: str


@dataclass(frozen=True, slots=True)
class Provisioned:
    """An officer's account as a personnel system sees it.

    external_id: by which that system knows it. changed_at: last from outside.
    """

    id: UUID
    username: str
    full_name: str
    is_active: bool
    external_id: str
    postings: tuple[Posting, ...]
    created_at: datetime
    changed_at: datetime


class OfficerUnknown(NotFound):
    """No officer's account has the identifier, or it was removed."""


class PostingWrong(Invalid):
    """A post at no organization, or of no role; `fields` says which."""

    message = N_("Vị trí công tác không đúng: hãy xem cơ quan và vai trò.")
