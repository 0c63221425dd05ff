"""What an officer's desk asks for at once: its list with counts, signers, papers."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Case, Count, Q, QuerySet, Value, When, Window

from tinhso.documents import queries as documents
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import N_, Invalid, NotAllowed, NotFound, Phrase
from tinhso.kernel.records import Page
from tinhso.kernel.text import fold
from tinhso.people import queries as people
from tinhso.people.types import Post, Role
from tinhso.procedures.dossiers.clock import AMBER_HOURS
from tinhso.procedures.models import DossierRow, ProcedureVersion, TaskRow
from tinhso.procedures.queries.access import may_read, roles_on
from tinhso.procedures.queries.periods import midnight
from tinhso.procedures.queries.rows import (
    PAGE_SIZE,
    for_lines,
    guard_data,
    page_of,
    summaries,
)
from tinhso.procedures.queries.versions import (
    calendar_ids,
    procedure_version,
    working_time,
)
from tinhso.procedures.types import (
    ALL_OPEN,
    Action,
    ClockColor,
    DeskFilter,
    Dossier,
    DossierSummary,
    Effect,
    Inbox,
)
from tinhso.procedures.workflow import machine
from tinhso.security import queries as security
from tinhso.security.types import Deed

MOST_FOUND = 12
# As a role of the desk: whatever waits for the asker's own roles.
OWN = "own"
EVERY = "every"
DAY = timedelta(days=1)
SIGNATURES = {Effect.SIGN_RESULT, Effect.SEAL_RESULT}


def desk(
    *,
    actor: Actor,
    at: datetime,
    wanted: DeskFilter = ALL_OPEN,
    after: str | None = None,
) -> Page[DossierSummary]:
    """List the open dossiers of one's desks by the legal clock, the most urgent first.

    Of what waits for leaders, what oneself shall sign comes before all else.

    :raises Invalid: if `after` is no place in a list.
    """
    rows = _in_order(actor, wanted, at)
    if after:
        has_rank = wanted.role == Role.LEADER.value
        rows = rows.filter(_after(_read_cursor(after), has_rank=has_rank))
    return page_of(list(rows[: PAGE_SIZE + 1]), at, _cursor)


def _in_order(actor: Actor, wanted: DeskFilter, at: datetime) -> QuerySet[DossierRow]:
    rows = for_lines(wanted_rows(actor, wanted, at))
    if wanted.role != Role.LEADER.value:
        return rows.order_by("due_at", "id")
    ranked = rows.annotate(rank=_own_signature_first(actor))
    return ranked.order_by("rank", "due_at", "id")


def _own_signature_first(actor: Actor) -> Case:
    own = Q(result_data__signer__person_id=str(actor.person_id))
    return Case(When(own, then=Value(0)), default=Value(1))


def _cursor(row: DossierRow) -> str:
    return f"{getattr(row, 'rank', 0)}|{row.due_at.isoformat()}|{row.id}"


def _after(cursor: tuple[int, datetime, UUID], *, has_rank: bool) -> Q:
    rank, due, last = cursor
    later = Q(due_at__gt=due) | Q(due_at=due, id__gt=last)
    return Q(rank__gt=rank) | (Q(rank=rank) & later) if has_rank else later


def desk_counts(
    *, actor: Actor, at: datetime, wanted: DeskFilter = ALL_OPEN
) -> Mapping[str, int]:
    """Count what is wanted by color of the clock, in one pass, whatever color it is."""
    rows = wanted_rows(actor, replace(wanted, color=""), at)
    return _by_color(rows.aggregate(**_tallies(at)))


def _tallies(at: datetime) -> dict[str, Count]:
    colors = (ClockColor.RED, ClockColor.AMBER, ClockColor.GREY)
    counts = {one.value: Count("pk", filter=is_of_color(one, at)) for one in colors}
    return {EVERY: Count("pk"), **counts}


def _by_color(counted: Mapping[str, int]) -> Mapping[str, int]:
    """Give each color its count; what has no other color is green."""
    others = {name: n for name, n in counted.items() if name != EVERY}
    green = counted[EVERY] - sum(others.values())
    return {**others, ClockColor.GREEN.value: green}


def visible_to(actor: Actor) -> QuerySet[DossierRow]:
    """Narrow dossiers to those an officer's desks answer for; the way to every list.

    :raises NotAllowed: if the asker sits at no desk.
    """
    if not security.may(actor=actor, deed=Deed.SEE_DESK):
        raise NotAllowed
    desks = security.desks_of(actor=actor)
    return DossierRow.objects.filter(
        Q(organization_id__in=desks) | Q(receiver_id__in=desks)
    )


def with_text(rows: QuerySet[DossierRow], text: str) -> QuerySet[DossierRow]:
    """Narrow dossiers to those with all words of a text in code or applicant's name."""
    for word in fold(text).split():
        rows = rows.filter(search__contains=word)
    return rows


def wanted_rows(actor: Actor, wanted: DeskFilter, at: datetime) -> QuerySet[DossierRow]:
    """Narrow the open dossiers of one's desks to those wanted."""
    rows = visible_to(actor).filter(ended_at=None)
    if tasks := _wanted_tasks(actor, wanted):
        waiting = TaskRow.objects.filter(*tasks, closed_at=None)
        rows = rows.filter(pk__in=waiting.values("dossier"))
    if wanted.procedure:
        versions = ProcedureVersion.objects.filter(code=wanted.procedure)
        rows = rows.filter(procedure__in=list(versions.values_list("pk", flat=True)))
    if wanted.due_from:
        rows = rows.filter(due_at__gte=midnight(wanted.due_from))
    if wanted.due_to:
        rows = rows.filter(due_at__lt=midnight(wanted.due_to + DAY))
    if wanted.color:
        rows = rows.filter(is_of_color(ClockColor(wanted.color), at))
    return with_text(rows, wanted.text) if wanted.text else rows


def _wanted_tasks(actor: Actor, wanted: DeskFilter) -> list[Q]:
    found = [_waits_for(actor, wanted.role)] if wanted.role else []
    if wanted.mine:
        found.append(Q(assignee_id=actor.id))
    if wanted.assignee_id:
        found.append(Q(assignee_id=wanted.assignee_id))
    return found


def _waits_for(actor: Actor, role: str) -> Q:
    if role != OWN:
        return Q(role=role)
    own = Q(pk__in=())
    for duty in actor.duties:
        own |= Q(role=duty.role, organization_id=duty.organization_id)
    return own


def _read_cursor(after: str) -> tuple[int, datetime, UUID]:
    try:
        rank, due, last = after.split("|")
        return int(rank), datetime.fromisoformat(due), UUID(last)
    except ValueError:
        gone = Phrase(N_("Không đọc được vị trí trong danh sách."))
        raise Invalid({"after": [gone]}) from None


def _is_almost_due(at: datetime, prefix: str) -> Q:
    """Tell by calendar until when a dossier counts as almost due."""
    amber = Q(pk__in=())
    for calendar_id in calendar_ids():
        limit = working_time(calendar_id, at).add(at, AMBER_HOURS)
        amber |= Q((f"{prefix}calendar_id", calendar_id)) & Q(
            (f"{prefix}due_at__lte", limit)
        )
    return amber


def is_of_color(color: ClockColor, at: datetime, *, prefix: str = "") -> Q:
    """Tell by the columns of a dossier of which color its clock is.

    prefix: how the dossier is reached, as `dossier__`.
    """

    def its(lookup: str, value: object) -> Q:
        return Q((f"{prefix}{lookup}", value))

    if color is ClockColor.GREY:
        return its("stopped_at__isnull", False) | its("resolved_at__isnull", False)
    running = its("stopped_at", None) & its("resolved_at", None)
    if color is ClockColor.RED:
        return running & its("due_at__lt", at)
    amber = _is_almost_due(at, prefix)
    in_time = running & its("due_at__gte", at)
    return in_time & amber if color is ClockColor.AMBER else in_time & ~amber


def inbox(
    *,
    actor: Actor,
    at: datetime,
    wanted: DeskFilter = ALL_OPEN,
    after: str | None = None,
) -> Inbox:
    """Lay out a desk: a slice of its dossiers, and how many there are of each color."""
    if not wanted.color and not after:
        return _whole_inbox(actor, at, wanted)
    page = desk(actor=actor, at=at, wanted=wanted, after=after)
    counts = desk_counts(actor=actor, at=at, wanted=wanted)
    return Inbox(page.items, page.next_after, counts)


def _whole_inbox(actor: Actor, at: datetime, wanted: DeskFilter) -> Inbox:
    """List and count in one pass over what is open, as each desk begins with."""
    tallies = _tallies(at)
    windows = {f"n_{name}": Window(count) for name, count in tallies.items()}
    rows = _in_order(actor, wanted, at).annotate(**windows)
    found = list(rows[: PAGE_SIZE + 1])
    counted = {name: getattr(found[0], f"n_{name}") if found else 0 for name in tallies}
    page = page_of(found, at, _cursor)
    return Inbox(page.items, page.next_after, _by_color(counted))


def search_desk(*, actor: Actor, at: datetime, text: str) -> tuple[DossierSummary, ...]:
    """Find dossiers of one's desks by code or applicant, ended ones too, newest first.

    Diacritics do not matter; no text finds nothing.
    """
    words = [f"%{_literal(word)}%" for word in fold(text).split()]
    if not words:
        return ()
    if not security.may(actor=actor, deed=Deed.SEE_DESK):
        raise NotAllowed
    desks = list(security.desks_of(actor=actor))
    with connection.cursor() as cursor:
        # Each desk's index is read alone, from the newest on; see decision 0037.
        cursor.execute(FOUND, {"desks": desks, "words": words, "most": MOST_FOUND})
        found = [row[0] for row in cursor.fetchall()]
    return summaries(DossierRow.objects.filter(pk__in=found).order_by("-id"), at)


def _literal(word: str) -> str:
    """Write a word so that LIKE takes each of its letters as it is."""
    return re.sub(r"([\\%_])", r"\\\1", word)


NEWEST = f"""
SELECT found.id FROM unnest(%(desks)s::uuid[]) AS desk CROSS JOIN LATERAL (
    SELECT id FROM {DossierRow._meta.db_table}
    WHERE PLACE = desk AND search LIKE ALL(%(words)s::text[])
    ORDER BY id DESC LIMIT %(most)s
) AS found
"""  # noqa: S608 - the names are our own
FOUND = f"""
{NEWEST.replace("PLACE", "organization_id")} UNION
{NEWEST.replace("PLACE", "receiver_id")} ORDER BY id DESC LIMIT %(most)s
"""


def chosen(
    *, dossier_ids: Sequence[UUID], actor: Actor, at: datetime
) -> tuple[DossierSummary, ...]:
    """List dossiers of one's desks by their ids, the most urgent first."""
    rows = visible_to(actor).filter(pk__in=dossier_ids)
    return summaries(rows.order_by("due_at", "id"), at)


def forwardable(
    *, dossier_ids: Sequence[UUID], actor: Actor
) -> Mapping[UUID, tuple[Action, ...]]:
    """List by dossier which actions hand it on and ask for nothing.

    Left out are signatures, which have a queue of their own.
    """
    rows = visible_to(actor).filter(pk__in=dossier_ids, ended_at=None)
    return {row.pk: tuple(_handing_on(row, actor)) for row in rows}


def _handing_on(row: DossierRow, actor: Actor) -> Iterator[Action]:
    workflow = procedure_version(row.procedure_id).workflow
    options = machine.offered(workflow, row.step, guard_data(row), roles_on(actor, row))
    for action in options:
        if not action.needs and not SIGNATURES & set(action.effects):
            yield action


def possible_signers(*, dossier: Dossier, on: date) -> tuple[Post, ...]:
    """List who may sign the result of a dossier on a day: the leaders of its unit."""
    return people.holders(
        organization_id=dossier.organization_id, role=Role.LEADER, on=on
    )


def colleagues(*, actor: Actor, on: date) -> tuple[Post, ...]:
    """List to whom tasks can be given on a day: who works at one's own desks."""
    found = [
        post
        for place in sorted(security.desks_of(actor=actor))
        for role in (Role.CLERK, Role.CASE_OFFICER, Role.REGISTRAR)
        for post in people.holders(organization_id=place, role=role, on=on)
    ]
    return tuple(found)


def read_result(*, dossier_id: UUID, actor: Actor) -> tuple[str, bytes]:
    """Read the title and the newest PDF of a dossier's result, draft or issued.

    :raises NotFound: if there is none yet, or the asker may not see it.
    """
    row = DossierRow.objects.filter(pk=dossier_id).first()
    if row is None or not may_read(actor, row) or row.result_document_id is None:
        raise NotFound
    document = documents.get_document(document_id=row.result_document_id)
    return document.title, documents.document_pdf(document_id=document.id)
