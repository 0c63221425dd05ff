"""The filters officers keep, and the procedures they may choose among."""

from datetime import date, datetime
from functools import lru_cache

from django.db.models import Q
from pydantic import TypeAdapter

from tinhso.kernel.actor import Actor
from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.models import SavedViewRow
from tinhso.procedures.queries.search import in_force
from tinhso.procedures.queries.versions import procedure_version
from tinhso.procedures.types import DeskFilter, Label, SavedView
from tinhso.security import queries as security

FILTER = TypeAdapter(DeskFilter)


def views_of(*, actor: Actor) -> tuple[SavedView, ...]:
    """List the filters an officer has kept, then those shared with their desks."""
    own = Q(account_id=actor.id)
    shared = Q(shared_with__in=security.desks_of(actor=actor))
    rows = SavedViewRow.objects.filter(own | shared).order_by("name", "id")
    views = [read_view(row, actor) for row in rows]
    return tuple(sorted(views, key=lambda view: not view.is_own))


def read_view(row: SavedViewRow, actor: Actor) -> SavedView:
    """Show a row as the filter it keeps."""
    return SavedView(
        id=row.id,
        name=row.name,
        wanted=FILTER.validate_python(row.wanted),
        is_own=row.account_id == actor.id,
        shared_with=row.shared_with_id,
    )


def desk_procedures(*, at: datetime) -> tuple[tuple[str, Label], ...]:
    """List code and title of the procedures the packs declare for a day, by code.

    What was published within the last minute may not be listed yet: it only narrows
    lists, and every page of the desk asks for it.
    """
    return _procedures(day_of(at), at.replace(second=0, microsecond=0))


@lru_cache(maxsize=2)
def _procedures(on: date, minute: datetime) -> tuple[tuple[str, Label], ...]:
    versions = in_force(on).order_by("code").values_list("pk", flat=True)
    found = map(procedure_version, versions)
    return tuple((one.code, one.title) for one in found)
