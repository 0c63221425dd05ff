"""Read people."""

from uuid import UUID

from tinhso.kernel.errors import NotFound
from tinhso.people.models import PersonRow
from tinhso.people.types import Gender, Person


def get_person(*, person_id: UUID) -> Person:
    """Find a person.

    :raises NotFound: if there is none.
    """
    row = PersonRow.objects.filter(pk=person_id).first()
    if row is None:
        raise NotFound()
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
