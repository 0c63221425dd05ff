"""What an officer's desk asks for: what may be seen there, found, chosen, handed on."""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from tinhso.documents import queries as documents
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import NotAllowed, NotFound
from tinhso.kernel.text import fold
from tinhso.people import queries as people
from tinhso.people.types import Post, Role
from tinhso.procedures.dossiers.clock import AMBER_HOURS
from tinhso.procedures.models import DossierRow, ProcedureVersion, TaskRow
from tinhso.procedures.queries.access import may_read, roles_on
from tinhso.procedures.queries.periods import midnight
from tinhso.procedures.queries.rows import (
    guard_data,
    summaries,
)
from tinhso.procedures.queries.versions import (
    calendar_ids,
    procedure_version,
    working_time,
)
from tinhso.procedures.types import (
    Action,
    ClockColor,
    DeskFilter,
    Dossier,
    DossierSummary,
    Effect,
)
from tinhso.procedures.workflow import machine
from tinhso.security import queries as security
from tinhso.security.types import Deed

MOST_FOUND = 12
# As a role of the desk: whatever waits for the asker's own roles.
OWN = "own"
DAY = timedelta(days=1)
SIGNATURES = {Effect.SIGN_RESULT, Effect.SEAL_RESULT}


def visible_to(actor: Actor) -> QuerySet[DossierRow]:
    """Narrow dossiers to those an officer's desks answer for; the way to every list.

    :raises NotAllowed: if the asker sits at no desk.
    """
    desks = desks_of(actor)
    return DossierRow.objects.filter(
        Q(organization_id__in=desks) | Q(receiver_id__in=desks)
    )


def desks_of(actor: Actor) -> Collection[UUID]:
    """List the places at whose desks somebody sits.

    :raises NotAllowed: if there is none.
    """
    if not security.may(actor=actor, deed=Deed.SEE_DESK):
        raise NotAllowed
    return security.desks_of(actor=actor)


def with_text(rows: QuerySet[DossierRow], text: str) -> QuerySet[DossierRow]:
    """Narrow dossiers to those with all words of a text in code or applicant's name."""
    for word in fold(text).split():
        rows = rows.filter(search__contains=word)
    return rows


def wanted_rows(actor: Actor, wanted: DeskFilter, at: datetime) -> QuerySet[DossierRow]:
    """Narrow the open dossiers of one's desks to those wanted."""
    return narrowed(visible_to(actor), actor, wanted, at)


def narrowed(
    rows: QuerySet[DossierRow], actor: Actor, wanted: DeskFilter, at: datetime
) -> QuerySet[DossierRow]:
    """Narrow dossiers to the open ones that are wanted."""
    rows = rows.filter(ended_at=None)
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


def search_desk(*, actor: Actor, at: datetime, text: str) -> tuple[DossierSummary, ...]:
    """Find dossiers of one's desks by code or applicant, ended ones too, newest first.

    Diacritics do not matter; no text finds nothing.
    """
    words = [f"%{_literal(word)}%" for word in fold(text).split()]
    if not words:
        return ()
    desks = list(desks_of(actor))
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
