"""What an application would cost and when it would be due, and how that is counted."""

from datetime import datetime

from tinhso.people import queries as people
from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.models import DossierRow
from tinhso.procedures.queries.dossiers import limit_of
from tinhso.procedures.queries.versions import calendar_of, working_time
from tinhso.procedures.types import (
    Channel,
    Counting,
    Dossier,
    Draft,
    Expected,
    SupplementPolicy,
)


def expected(*, draft: Draft, at: datetime) -> Expected:
    """Compute fee and due date of a draft as if it were submitted at a moment.

    Without a unit chosen, by the common calendar.
    """
    unit = people.find_receiver(organization_id=draft.organization_id)
    working = working_time(calendar_of(unit.code if unit else ""), at)
    channel = Channel.COUNTER if draft.desk_id else Channel.ONLINE
    limit = (
        draft.stated.limit
        or draft.procedure.limit_on(day_of(at), case=draft.case).limit
    )
    return Expected(
        fee=draft.procedure.fee_on(day_of(at), channel=channel)
        if draft.stated.fee is None
        else draft.stated.fee,
        due_at=working.due(at, limit),
        counting=working.counting(at, limit),
    )


def counting(*, dossier: Dossier, at: datetime) -> Counting | None:
    """Tell how the due date of an open dossier is counted.

    None where it is not the plain time limit: stopped, re-dated, or gone on with
    what was left.
    """
    answered = dossier.supplement.answered_at if dossier.supplement else None
    goes_on = dossier.procedure.supplement_policy is SupplementPolicy.EXTEND
    if dossier.step.is_end or dossier.clock.is_stopped or dossier.extension:
        return None
    if answered and goes_on:
        return None
    row = DossierRow.objects.get(pk=dossier.id)
    limit = limit_of(row, dossier.procedure)
    working = working_time(row.calendar_id, at)
    return working.counting(answered or dossier.submitted_at, limit)
