"""What actions on tasks have in common: locks, sides, steps, the journal."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tinhso.documents import actions as documents
from tinhso.documents.types import WHAT_PEOPLE_SEND, File
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.errors import Invalid
from tinhso.kernel.text import clean
from tinhso.people import queries as people
from tinhso.people.types import Organization, OrganizationUnknown
from tinhso.plans.models import StepRow, TaskFileRow, TaskRow
from tinhso.plans.types import (
    AgencyDissolved,
    AgencyUnknown,
    Bureau,
    FilesWrong,
    PlanClosed,
    ReasonMissing,
    StepKind,
    TaskOfAnother,
    TaskUnknown,
)
from tinhso.security import queries as security
from tinhso.security.types import Deed

MOST_FILE_BYTES = 20 * 2**20
ENOUGH = 2000
# A name and its bytes.
Uploads = Sequence[tuple[str, bytes]]


@contextmanager
def changing(task_id: UUID, actor: Actor, deed: Deed) -> Iterator[TaskRow]:
    """Lock a task on which an actor may do a deed, in a transaction.

    :raises TaskUnknown: if there is none.
    :raises TaskOfAnother: if the actor is not of the side that may.
    :raises PlanClosed: if its plan was closed.
    """
    with transaction.atomic():
        found = TaskRow.objects.select_for_update(of=("self",))
        row = found.select_related("plan", "agency").filter(pk=task_id).first()
        if row is None:
            raise TaskUnknown
        require_side(row, actor, deed)
        if row.plan.closed_at is not None:
            raise PlanClosed
        yield row


def require_side(row: TaskRow, actor: Actor, deed: Deed) -> None:
    """Pass only the agency of a task, or its keeper.

    :raises TaskOfAnother: if the actor is not of that side.
    """
    place = row.agency_id if deed is Deed.REPORT_ON_TASK else row.keeper_id
    if not security.may(actor=actor, deed=deed, thing=Bureau(place)):
        raise TaskOfAnother


def refuse_dissolved(row: TaskRow, on: date) -> None:
    """Refuse what an agency does after its end.

    :raises AgencyDissolved: if it is no more.
    """
    if row.agency and row.agency.valid_to is not None and row.agency.valid_to <= on:
        raise AgencyDissolved


def agency_on(agency_id: UUID, on: date, field: str) -> Organization:
    """Read an agency that is there on a day.

    :raises AgencyUnknown: naming the field, if it is not.
    """
    try:
        found = people.get_organization(organization_id=agency_id)
    except OrganizationUnknown:
        raise AgencyUnknown({field: [AgencyUnknown.message]}) from None
    is_over = found.valid_to is not None and found.valid_to <= on
    if is_over or found.valid_from > on:
        raise AgencyUnknown({field: [AgencyUnknown.message]})
    return found


def reason_of(text: str) -> str:
    """Read a reason.

    :raises ReasonMissing: if there is none.
    """
    if not clean(text):
        raise ReasonMissing({"reason": [ReasonMissing.message]})
    return text.strip()[:ENOUGH]


def step(
    kind: StepKind,
    row: TaskRow,
    actor: Actor,
    at: datetime,
    note: str = "",
    before: str = "",
    after: str = "",
) -> StepRow:
    """Add a step to the history of a task, and to the journal."""
    made = StepRow.objects.create(
        task=row,
        kind=kind,
        state=row.state,
        percent=row.percent,
        note=note.strip()[:ENOUGH],
        before=before[:300],
        after=after[:300],
        by_name=actor.name[:200],
        at=at,
    )
    journal(f"{kind}_task", row, actor, at, percent=row.percent, state=str(row.state))
    return made


def journal(
    deed: str, row: TaskRow, actor: Actor, at: datetime, **details: object
) -> None:
    """Write an act on a task into the journal."""
    audit.write(
        f"plans.{deed}",
        subject="plans.Task",
        subject_id=row.pk,
        actor=actor,
        at=at,
        details={"number": row.number, **details},
    )


def keep_files(
    made: StepRow, uploads: Uploads, unit: UUID, actor: Actor, at: datetime
) -> None:
    """Store the files that come with a report.

    :raises FilesWrong: naming `files`, with what is wrong with one.
    """
    for name, content in uploads:
        file = stored(name, content, unit, actor, at)
        TaskFileRow.objects.create(step=made, file_id=file.id, name=file.name)


def stored(name: str, content: bytes, unit: UUID, actor: Actor, at: datetime) -> File:
    """Store a file for an organization.

    :raises FilesWrong: naming `files`, with what is wrong with it.
    """
    try:
        file = documents.store_file(
            content=content,
            name=name,
            owner_id=None,
            organization_id=unit,
            accepted=WHAT_PEOPLE_SEND,
            max_bytes=MOST_FILE_BYTES,
            actor=actor,
            at=at,
        )
    except Invalid as refused:
        said = next(iter(refused.fields.values()), [str(refused)])
        raise FilesWrong({"files": said[:1]}) from refused
    documents.release_files(file_ids=[file.id], actor=actor, at=at)
    return file
