"""Read people. Organizations and posts are read as of a day."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from tinhso.people import rules
from tinhso.people.models import OrganizationRow, PersonRow, PostRow
from tinhso.people.types import (
    CodeStatus,
    Gender,
    Organization,
    OrganizationKind,
    OrganizationLevel,
    OrganizationUnknown,
    Person,
    PersonUnknown,
    Post,
    Receiver,
    Role,
)


def get_person(*, person_id: UUID) -> Person:
    """Read a person.

    :raises PersonUnknown: if there is none.
    """
    row = PersonRow.objects.filter(pk=person_id).first()
    if row is None:
        raise PersonUnknown
    return _person(row)


def get_people(*, ids: Collection[UUID]) -> dict[UUID, Person]:
    """Read some people at once, as far as they are there."""
    return {row.id: _person(row) for row in PersonRow.objects.filter(pk__in=ids)}


def find_person(*, personal_number: str) -> Person | None:
    """Find the person with a personal number; None if nobody has it."""
    row = PersonRow.objects.filter(personal_number=personal_number).first()
    return _person(row) if row else None


def is_tax_code(*, code: str) -> bool:
    """Tell whether a tax code can be: its form, and its check digit."""
    return rules.is_tax_code(code)


def get_organization(*, organization_id: UUID) -> Organization:
    """Read an organization, valid or not: old dossiers keep the old unit.

    :raises OrganizationUnknown: if there is none.
    """
    row = _organizations().filter(pk=organization_id).first()
    if row is None:
        raise OrganizationUnknown
    return _organization(row)


def find_receiver(*, organization_id: UUID | None) -> Receiver | None:
    """Find what a sender must know of an organization; None if there is none."""
    if organization_id is None:
        return None
    with connection.cursor() as cursor:
        cursor.execute(RECEIVER, [organization_id])
        found = cursor.fetchone()
    return Receiver(*found) if found else None


# Asked for each submission, hence by hand.
RECEIVER = f"""
SELECT id, code, level, receives, valid_from, valid_to
FROM {OrganizationRow._meta.db_table} WHERE id = %s
"""  # noqa: S608 - the name is our own


def organization_by_key(*, key: str, on: date) -> Organization:
    """Read the organization that has a key on a day.

    :raises OrganizationUnknown: if none has.
    """
    row = _organizations().filter(_on(on), key=key).first()
    if row is None:
        raise OrganizationUnknown
    return _organization(row)


def organizations_by_key(*, keys: Collection[str], on: date) -> dict[str, Organization]:
    """Read the organizations that have some keys on a day, as far as they are there."""
    rows = _organizations().filter(_on(on), key__in=keys)
    return {row.key: _organization(row) for row in rows}


def ids_of_keys(*, keys: Collection[str]) -> frozenset[UUID]:
    """Find the organizations that ever had some keys."""
    rows = OrganizationRow.objects.filter(key__in=keys)
    return frozenset(rows.values_list("id", flat=True))


def short_names(*, keys: Collection[str]) -> dict[str, str]:
    """Name organizations by key, shortly; what was dissolved by its last name."""
    rows = OrganizationRow.objects.filter(key__in=keys).order_by("valid_from")
    return {row.key: row.short_name or row.name for row in rows}


def organization_by_code(*, code: str, on: date) -> Organization | None:
    """Find the organization that has an agency code on a day; None if none has."""
    row = _organizations().filter(_on(on), code=code).first()
    return _organization(row) if row else None


def organizations_by_code(
    *, codes: Collection[str], on: date
) -> dict[str, Organization]:
    """Read the organizations that have agency codes on a day, or had them last before.

    What was dissolved keeps its name, so that figures of its time can be read.
    """
    rows = _organizations().filter(code__in=codes, valid_from__lte=on)
    return {row.code: _organization(row) for row in rows.order_by("valid_from")}


def organizations(
    *,
    on: date,
    kind: OrganizationKind | None = None,
    level: str | None = None,
    unit_code: str | None = None,
) -> tuple[Organization, ...]:
    """List the organizations of a day, by code."""
    wanted = {"kind": kind, "level": level, "unit__code": unit_code}
    rows = _organizations().filter(
        _on(on), **{field: value for field, value in wanted.items() if value}
    )
    return tuple(_organization(row) for row in rows.order_by("code"))


def receiving_organizations(*, level: str, on: date) -> tuple[Organization, ...]:
    """List the organizations of a level that take dossiers on a day, by code."""
    rows = _organizations().filter(_on(on), level=level, receives=True)
    return tuple(_organization(row) for row in rows.order_by("code"))


def posts_of(*, person_id: UUID, on: date) -> tuple[Post, ...]:
    """List the posts a person holds on a day."""
    return _posts(PostRow.objects.filter(_on(on), person_id=person_id))


def duties_of(*, person_id: UUID, on: date) -> tuple[tuple[Role, UUID], ...]:
    """List which roles a person holds at which organizations on a day."""
    with connection.cursor() as cursor:
        cursor.execute(DUTIES, [person_id, on, on])
        return tuple((Role(role), place) for role, place in cursor.fetchall())


# Asked with each request of an officer, hence by hand.
DUTIES = f"""
SELECT role, organization_id FROM {PostRow._meta.db_table}
WHERE person_id = %s AND valid_from <= %s AND (valid_to IS NULL OR valid_to > %s)
ORDER BY role, organization_id
"""  # noqa: S608 - the name is our own


def holders(*, organization_id: UUID, role: str, on: date) -> tuple[Post, ...]:
    """List who holds a role at an organization on a day."""
    return _posts(
        PostRow.objects.filter(_on(on), organization_id=organization_id, role=role)
    )


def officials(*, on: date, after: UUID | None, limit: int) -> tuple[UUID, ...]:
    """List the people who hold a post on a day, by id, from after one of them on."""
    rows = PostRow.objects.filter(_on(on))
    if after is not None:
        rows = rows.filter(person_id__gt=after)
    found = rows.order_by("person_id").values_list("person_id", flat=True).distinct()
    return tuple(found[:limit])


def _on(day: date) -> Q:
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


def _organizations() -> QuerySet[OrganizationRow]:
    return OrganizationRow.objects.select_related("unit")


def _posts(rows: QuerySet[PostRow]) -> tuple[Post, ...]:
    joined = rows.select_related("person", "organization__unit")
    ordered = joined.order_by("person__sort_name", "organization__code", "role")
    return tuple(_post(row) for row in ordered)


def _person(row: PersonRow) -> Person:
    """Show a row as the person it holds."""
    return Person(
        id=row.id,
        full_name=row.full_name,
        personal_number=row.personal_number,
        birth_date=row.birth_date,
        gender=Gender(row.gender) if row.gender else None,
        ethnicity=row.ethnicity,
        nationality=row.nationality,
        phone=row.phone,
        email=row.email,
        residence=row.residence,
        is_synthetic=row.is_synthetic,
    )


def _organization(row: OrganizationRow) -> Organization:
    """Show a row as the organization it holds."""
    return Organization(
        id=row.id,
        key=row.key,
        code=row.code,
        code_status=CodeStatus(row.code_status),
        name=row.name,
        short_name=row.short_name,
        kind=OrganizationKind(row.kind),
        level=OrganizationLevel(row.level),
        receives=row.receives,
        parent_id=row.parent_id,
        unit_id=row.unit_id,
        unit_code=row.unit.code if row.unit else None,
        address=row.address,
        phone=row.phone,
        valid_from=row.valid_from,
        valid_to=row.valid_to,
        is_synthetic=row.is_synthetic,
    )


def _post(row: PostRow) -> Post:
    """Show a row as the post it holds."""
    return Post(
        id=row.id,
        person=_person(row.person),
        organization=_organization(row.organization),
        role=Role(row.role),
        title=row.title,
    )
