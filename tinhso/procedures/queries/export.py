"""Hand out the catalogue in the words of CPSV-AP."""

from collections.abc import Iterator
from datetime import date
from functools import cache

from django.conf import settings

from tinhso.people import queries as people
from tinhso.people.types import Organization
from tinhso.procedures.catalogue.cpsv import as_cpsv
from tinhso.procedures.catalogue.turtle import as_turtle
from tinhso.procedures.models import NationalVersion
from tinhso.procedures.queries.catalogue import NATIONAL
from tinhso.procedures.queries.search import listed
from tinhso.procedures.queries.versions import procedure_version
from tinhso.procedures.types import ServiceCatalogue


def catalogue_as_cpsv(
    *, on: date, after: str = "", most: int | None = None
) -> ServiceCatalogue:
    """Write the procedures of a day as CPSV-AP in JSON-LD, by code.

    Own procedures in force and those of the national catalogue; an own one goes before
    the imported one of the same code. after, most: a page of them; all unless told.
    """
    own = dict(listed(on).values_list("code", "pk"))
    newest = NationalVersion.objects.filter(is_newest=True)
    # Sorted here: the database may order dots and letters in its own way.
    codes = sorted({*own, *newest.values_list("code", flat=True)})
    codes = [code for code in codes if code > after]
    page = codes[:most]
    ours = [procedure_version(own[code]) for code in page if code in own]
    bodies = newest.filter(code__in=[code for code in page if code not in own])
    imported = [
        NATIONAL.validate_python(body)
        for body in bodies.order_by("code").values_list("body", flat=True)
    ]

    @cache
    def receivers(level: str) -> tuple[Organization, ...]:
        return people.receiving_organizations(level=level, on=on)

    document = as_cpsv(
        own=[(procedure, receivers(procedure.level)) for procedure in ours],
        imported=imported,
        on=on,
        origin=settings.TINHSO_ORIGIN,
    )
    return ServiceCatalogue(
        document=document,
        own=len(ours),
        imported=len(imported),
        next_after=page[-1] if len(page) < len(codes) else None,
    )


def catalogue_as_turtle(*, catalogue: ServiceCatalogue) -> Iterator[str]:
    """Write a catalogue as Turtle, part by part."""
    return as_turtle(catalogue.document)
