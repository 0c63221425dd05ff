"""The shapes all tables and pages of results share."""

from dataclasses import dataclass
from typing import Generic, TypeVar
from uuid import UUID

from django.db import models

from tinhso.kernel.errors import N_, Invalid, Phrase
from tinhso.kernel.ids import new_id

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A slice of a list; `next_after` asks for the following one, None at the end."""

    items: tuple[T, ...]
    next_after: str | None = None


PLACE_UNKNOWN = N_("Không đọc được vị trí trong danh sách.")


def read_place(after: str) -> UUID:
    """Read where a slice begins, from the `next_after` of the one before it.

    :raises Invalid: if it is none.
    """
    try:
        return UUID(after)
    except ValueError:
        raise Invalid({"after": [Phrase(PLACE_UNKNOWN)]}) from None


class Record(models.Model):
    """A row with an identifier that sorts by the time it was made."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta:
        abstract = True


class Dated(models.Model):
    """A row that holds from one day until before another; open when there is none."""

    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_ends_after_it_starts",
                condition=models.Q(valid_to__isnull=True)
                | models.Q(valid_to__gt=models.F("valid_from")),
            )
        ]
