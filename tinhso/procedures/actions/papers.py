"""Note how long issued papers hold, and remind their holders before they expire."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tinhso.documents import queries as documents
from tinhso.documents.types import DocumentState
from tinhso.kernel.actor import SYSTEM, Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.errors import NotFound
from tinhso.kernel.events import actions as events
from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.dossiers.validity import last_day, next_reminder
from tinhso.procedures.models import DossierRow, PaperRow
from tinhso.procedures.queries.service import service_rules
from tinhso.procedures.types import PaperExpires, Procedure


def note_validity(row: DossierRow, procedure: Procedure, at: datetime) -> None:
    """Note how long the result holds that a dossier has just issued."""
    issued_on = day_of(at)
    validity = procedure.result.validity_on(issued_on)
    if validity is None or row.result_document_id is None:
        return
    until = last_day(issued_on, validity.limit)
    PaperRow.objects.create(
        document_id=row.result_document_id,
        dossier=row,
        owner_id=row.owner_id,
        valid_until=until,
        next_reminder_on=_next(until, after=issued_on),
    )


def remind_of_expiry(*, at: datetime) -> int:
    """Remind the holders of papers that soon expire; answer how many were reminded.

    Each paper once for each lead time, however often and by however many workers this
    is called: the row is locked while its reminder is noted, and moves on with it.
    """
    done = 0
    while (reminded := _remind_next(at)) is not None:
        done += reminded
    return done


def want_reminders(
    *, document_id: UUID, wanted: bool, actor: Actor, at: datetime
) -> None:
    """Switch the reminders of a paper of one's own on or off.

    :raises NotFound: if one holds no such paper, or it never expires.
    """
    with transaction.atomic():
        row = (
            PaperRow.objects.select_for_update()
            .filter(document_id=document_id, owner_id=actor.person_id)
            .first()
        )
        if row is None or actor.person_id is None:
            raise NotFound
        row.wants_reminders = wanted
        today = day_of(at)
        row.next_reminder_on = _next(row.valid_until, after=today) if wanted else None
        row.save(update_fields=["wants_reminders", "next_reminder_on"])
        audit.write(
            "procedures.want_reminders",
            subject="documents.Document",
            subject_id=document_id,
            actor=actor,
            at=at,
            details={"wanted": wanted},
        )


def _remind_next(at: datetime) -> bool | None:
    """Take one paper whose reminder is due; None when there is none."""
    today = day_of(at)
    with transaction.atomic():
        row = (
            PaperRow.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related("dossier")
            .filter(next_reminder_on__lte=today)
            .order_by("next_reminder_on", "id")
            .first()
        )
        if row is None or row.next_reminder_on is None:
            return None
        due_on = row.next_reminder_on
        row.next_reminder_on = _next(row.valid_until, after=today)
        row.save(update_fields=["next_reminder_on"])
        return _tell(row, due_on, at)


def _tell(row: PaperRow, due_on: date, at: datetime) -> bool:
    """Tell of one paper, unless it has been revoked or its last day has passed."""
    document = documents.get_document(document_id=row.document_id)
    if document.state is not DocumentState.ISSUED or row.valid_until < day_of(at):
        return False
    event = PaperExpires(
        subject_id=row.dossier_id,
        code=row.dossier.code,
        owner_id=row.owner_id,
        document_id=row.document_id,
        title=document.title,
        number=document.number,
        valid_until=row.valid_until,
        days_before=(row.valid_until - due_on).days,
    )
    events.record(event, actor=SYSTEM, at=at)
    return True


def _next(valid_until: date, *, after: date) -> date | None:
    days_before = service_rules().days_before
    return next_reminder(valid_until, days_before, after=after)
