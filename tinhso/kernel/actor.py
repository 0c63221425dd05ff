"""Who acts, and the port through which every room asks whether they may."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol
from uuid import UUID


class ActorKind(StrEnum):
    """What sort of somebody acts."""

    ANONYMOUS = "anonymous"
    CITIZEN = "citizen"
    OFFICER = "officer"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Covered:
    """The colleague whose duty somebody does while they are absent."""

    account_id: UUID | None
    person_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class Duty:
    """A role held at one organization: `Duty("case_officer", organization_id)`.

    covers: for whom, where it is not the actor's own post.
    """

    role: str
    organization_id: UUID
    covers: Covered | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts, as the doors know them at this moment.

    is_synthetic: a made-up person; what they make is flagged as such.
    """

    kind: ActorKind
    id: UUID | None = None
    person_id: UUID | None = None
    name: str = ""
    duties: tuple[Duty, ...] = ()
    is_synthetic: bool = False

    def holds(self, role: str, *, at: UUID | None = None) -> bool:
        """Tell whether the actor holds a role, anywhere or at one organization."""
        return any(
            duty.role == role and at in (None, duty.organization_id)
            for duty in self.duties
        )

    def covered(self, role: str, *, at: UUID) -> tuple[Covered, ...]:
        """List the absent colleagues whose role at an organization the actor does."""
        return tuple(
            duty.covers
            for duty in self.duties
            if duty.covers and (duty.role, duty.organization_id) == (role, at)
        )

    def organizations(self, roles: Iterable[str] = ()) -> frozenset[UUID]:
        """List the organizations the actor serves, in any of the roles named."""
        wanted = frozenset(roles)
        return frozenset(
            duty.organization_id
            for duty in self.duties
            if not wanted or duty.role in wanted
        )


ANONYMOUS = Actor(kind=ActorKind.ANONYMOUS)
SYSTEM = Actor(kind=ActorKind.SYSTEM, name="Hệ thống")


class Thing(Protocol):
    """What a policy needs to know of a thing: whose it is and who answers for it."""

    @property
    def owner_id(self) -> UUID | None:
        """Name the person the thing belongs to."""

    @property
    def organization_id(self) -> UUID | None:
        """Name the organization that answers for the thing."""
