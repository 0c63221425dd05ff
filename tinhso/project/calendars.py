"""What rooms lend each other that stand side by side: working days, who waits."""

from datetime import datetime
from uuid import UUID

from tinhso.indicators import actions as indicators
from tinhso.kernel.clock import local
from tinhso.notify import actions as notify
from tinhso.people import queries as people
from tinhso.procedures import queries as procedures


def officials(*, after: UUID | None, limit: int, at: datetime) -> tuple[UUID, ...]:
    """List who works for an agency today."""
    return people.officials(on=local(at).date(), after=after, limit=limit)


indicators.count_working_days(count=procedures.working_day)
notify.count_working_days(count=procedures.working_day)
notify.tell_of_outages(audience=officials)
notify.tell_of_outages(audience=procedures.waiting_people)
