"""Which registers there are, as their packs declare them, and who may read them."""

from dataclasses import replace
from datetime import date
from functools import lru_cache
from uuid import UUID

from django.db.models import QuerySet

from tinhso.kernel.actor import Actor, ActorKind
from tinhso.kernel.text import fold
from tinhso.people import queries as people
from tinhso.people.types import Organization
from tinhso.registries.models import RegisterRow
from tinhso.registries.rules import schemas
from tinhso.registries.types import Openness, Register, RegisterUnknown
from tinhso.security import queries as security
from tinhso.security.types import Deed


def registers(*, on: date, actor: Actor) -> tuple[Register, ...]:
    """List the registers that somebody may read, by their titles."""
    found = _read(RegisterRow.objects.all(), on)
    may = [one for one in found if may_read(one, actor)]
    return tuple(sorted(may, key=lambda one: fold(one.vi)))


def get_register(*, key: str, on: date, actor: Actor) -> Register:
    """Read a register.

    :raises RegisterUnknown: if there is none, or the asker may not read it.
    """
    found = known_register(key=key, on=on)
    if not may_read(found, actor):
        raise RegisterUnknown(key=key)
    return found


def keeps_any(*, actor: Actor) -> bool:
    """Tell whether an officer serves an organization that answers for a register."""
    served = actor.organizations()
    return bool(served) and bool(served & _owners(_state()))


def _state() -> tuple[str, ...]:
    return tuple(RegisterRow.objects.order_by("key").values_list("digest", flat=True))


@lru_cache(maxsize=4)
def _owners(state: tuple[str, ...]) -> frozenset[UUID]:
    """Find the organizations of all periods that answer for registers."""
    return people.ids_of_keys(keys={one.owner for one in declarations()})


def get_located(*, key: str, on: date, actor: Actor) -> Register:
    """Read a register that has shapes.

    :raises RegisterUnknown: if there is none, or the asker may not read it.
    """
    found = get_register(key=key, on=on, actor=actor)
    if found.shape is None:
        raise RegisterUnknown(key=key)
    return found


def known_register(*, key: str, on: date) -> Register:
    """Read a register for who has been let in.

    :raises RegisterUnknown: if there is none.
    """
    found = _read(RegisterRow.objects.filter(key=key), on)
    if not found:
        raise RegisterUnknown(key=key)
    return found[0]


def declarations(*, key: str = "") -> tuple[Register, ...]:
    """List all registers as declared, without who is behind the owner's key today."""
    rows = RegisterRow.objects.order_by("key")
    wanted = rows.filter(key=key) if key else rows
    return tuple(
        _register(digest, version)
        for digest, version in wanted.values_list("digest", "version")
    )


def may_read(register: Register, actor: Actor) -> bool:
    """Tell whether somebody may read what is not personal."""
    if register.openness is Openness.EVERYBODY:
        return True
    if register.openness is Openness.OFFICERS and actor.kind is ActorKind.OFFICER:
        return bool(actor.duties)
    return security.may(actor=actor, deed=Deed.READ_RECORDS, thing=register)


def sees_personal(register: Register, actor: Actor) -> bool:
    """Tell whether somebody reads the personal fields, too."""
    return security.may(actor=actor, deed=Deed.READ_RECORDS, thing=register)


def _read(rows: QuerySet[RegisterRow], on: date) -> tuple[Register, ...]:
    digests = rows.values_list("digest", "version")
    found = [_register(digest, version) for digest, version in digests]
    keys = {one.owner for one in found}
    owners = people.organizations_by_key(keys=keys, on=on) if found else {}
    return tuple(_owned(one, owners.get(one.owner)) for one in found)


def _owned(register: Register, owner: Organization | None) -> Register:
    if owner is None:
        return register
    return replace(register, owner_name=owner.name, organization_id=owner.id)


# A page asks for the same register again and again; its declaration stays the same.
@lru_cache(maxsize=256)
def _register(digest: str, version: int) -> Register:
    row = RegisterRow.objects.filter(digest=digest, version=version)[0]
    return schemas.register_of(row.body, names=row.field_names, version=row.version)
