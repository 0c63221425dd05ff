"""The list each officer begins the day with: the open dossiers of their desks.

One statement counts them by color of the clock and finds a slice of them. It reads
nothing but indexes, each place alone, and only the slice is fetched; see decision 0046.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Case, Q, QuerySet, Value, When

from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Invalid, Phrase
from tinhso.kernel.records import PLACE_UNKNOWN
from tinhso.people.types import Role
from tinhso.procedures.dossiers.clock import AMBER_HOURS
from tinhso.procedures.models import DossierRow
from tinhso.procedures.queries.desks import desks_of, narrowed
from tinhso.procedures.queries.rows import PAGE_SIZE, summaries
from tinhso.procedures.queries.versions import calendar_ids, working_time
from tinhso.procedures.types import ALL_OPEN, ClockColor, DeskFilter, Inbox

# What the indexes of the open dossiers hold beside the place.
INDEXED = ("id", "due_at", "stopped_at", "resolved_at", "calendar_id")
COLORS = tuple(color.value for color in ClockColor)


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the list, which begins anew after it.

    rank: 0 for what oneself shall sign, of what waits for leaders; else 1.
    """

    rank: int
    due_at: datetime
    id: UUID

    def cursor(self) -> str:
        """Write it as one word, for addresses."""
        return f"{self.rank}|{self.due_at.isoformat()}|{self.id}"


BEGINNING = Place(-1, datetime.min.replace(tzinfo=UTC), UUID(int=0))


def inbox(
    *,
    actor: Actor,
    at: datetime,
    wanted: DeskFilter = ALL_OPEN,
    after: str | None = None,
) -> Inbox:
    """Lay out a desk: a slice of its open dossiers, and how many of each color.

    They come by the legal clock, the most urgent first; of what waits for leaders,
    what oneself shall sign comes before all else. The counts are of all that is
    wanted, whatever color it has.

    :raises Invalid: if `after` is no place in a list.
    :raises NotAllowed: if the asker sits at no desk.
    """
    place = _read_place(after) if after else BEGINNING
    counts, found = _look(actor, at, wanted, place)
    ids = [one.id for one in found[:PAGE_SIZE]]
    lines = summaries(DossierRow.objects.filter(pk__in=ids), at)
    by_id = {line.id: line for line in lines}
    more = found[PAGE_SIZE - 1].cursor() if len(found) > PAGE_SIZE else None
    return Inbox(tuple(by_id[one] for one in ids), more, counts)


def _read_place(after: str) -> Place:
    try:
        rank, due, last = after.split("|")
        return Place(int(rank), datetime.fromisoformat(due), UUID(last))
    except ValueError:
        raise Invalid({"after": [Phrase(PLACE_UNKNOWN)]}) from None


LOOK = f"""
WITH given AS (
    SELECT %s::timestamptz AS at, %s::text AS color, %s::int AS rank,
        %s::timestamptz AS due_at, %s::uuid AS id, %s::int AS most
), amber AS (
    SELECT * FROM unnest(%s::uuid[], %s::timestamptz[]) AS one (calendar_id, until)
), line AS (
    SELECT one.rank, one.due_at, one.id, CASE
        WHEN stopped_at IS NOT NULL OR resolved_at IS NOT NULL THEN 'grey'
        WHEN one.due_at < given.at THEN 'red'
        WHEN one.due_at <= amber.until THEN 'amber'
        ELSE 'green' END AS color
    FROM given CROSS JOIN (AT_DESKS) AS one LEFT JOIN amber USING (calendar_id)
), counts AS (
    SELECT {", ".join(f"count(*) FILTER (WHERE color = '{c}')" for c in COLORS)}
    FROM line
), page AS (
    SELECT line.rank, line.due_at, line.id FROM line, given
    WHERE given.color IN ('', line.color) AND (line.rank, line.due_at, line.id)
        > (given.rank, given.due_at, given.id)
    ORDER BY line.rank, line.due_at, line.id LIMIT (SELECT most FROM given)
)
SELECT * FROM counts LEFT JOIN page ON true ORDER BY rank, due_at, id
"""  # noqa: S608 - the colors are our own


def _look(
    actor: Actor, at: datetime, wanted: DeskFilter, after: Place
) -> tuple[Mapping[str, int], list[Place]]:
    """Count what is wanted, and find what comes after a place in the list."""
    try:
        at_desks, values = _at_desks(actor, at, wanted).query.sql_with_params()
    except EmptyResultSet:
        return dict.fromkeys(COLORS, 0), []
    given: list[Any] = [at, wanted.color, after.rank, after.due_at, after.id]
    given += [PAGE_SIZE + 1, *_amber(at), *values]
    with connection.cursor() as cursor:
        cursor.execute(LOOK.replace("AT_DESKS", at_desks), given)
        rows: Sequence[Sequence[Any]] = cursor.fetchall()
    counted, places = rows[0][: len(COLORS)], [row[len(COLORS) :] for row in rows]
    found = [Place(*place) for place in places if place[-1] is not None]
    return dict(zip(COLORS, counted, strict=True)), found


def _at_desks(actor: Actor, at: datetime, wanted: DeskFilter) -> QuerySet[DossierRow]:
    """Lay out what is wanted, of any color: first who decides, then who took it in."""
    desks, every = desks_of(actor), replace(wanted, color="")
    rank = _own_signature_first(actor) if wanted.role == Role.LEADER else Value(1)
    deciding, receiving = (
        narrowed(rows.annotate(rank=rank), actor, every, at).values_list(
            *INDEXED, "rank"
        )
        for rows in (
            DossierRow.objects.filter(organization_id__in=desks),
            DossierRow.objects.filter(receiver_id__in=desks).exclude(
                organization_id__in=desks
            ),
        )
    )
    return deciding.union(receiving, all=True)


def _own_signature_first(actor: Actor) -> Case:
    own = Q(result_data__signer__person_id=str(actor.person_id))
    return Case(When(own, then=Value(0)), default=Value(1))


def _amber(at: datetime) -> tuple[list[UUID], list[datetime]]:
    """List by calendar until when what is due counts as almost due."""
    known = calendar_ids()
    return list(known), [working_time(one, at).add(at, AMBER_HOURS) for one in known]
