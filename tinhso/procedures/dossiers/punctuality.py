"""Before, on or after the time limit: how report 06a and form 05 class what is done."""

from datetime import datetime

from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.types.printed import Punctuality
from tinhso.procedures.types.workflow import Status

# What is returned or withdrawn is on time, never early, unless it was late already
# (report 06a/VPCP; second-hand, the annex was not seen).
RETURNED_OR_WITHDRAWN = (Status.NOT_RECEIVED, Status.WITHDRAWN, Status.STOPPED)

# Where nothing is left to be decided; what is done may still wait to be fetched.
RESOLVED = (Status.DONE, Status.RETURNED, *RETURNED_OR_WITHDRAWN)


def punctuality(done_at: datetime, due_at: datetime) -> Punctuality:
    """Class what was done at a moment; early is before the day on which it was due.

    That the day decides between early and on time is this house's reading: the form
    does not say how much earlier is early.
    """
    if done_at > due_at:
        return Punctuality.LATE
    is_early = day_of(done_at) < day_of(due_at)
    return Punctuality.EARLY if is_early else Punctuality.ON_TIME


def resolution(
    done_at: datetime,
    due_at: datetime,
    status: Status,
    *,
    stopped_at: datetime | None,
) -> Punctuality:
    """Class a dossier that is resolved, the returned and withdrawn ones included.

    stopped_at: since when its legal clock stood still at the end; time that the
    applicant let pass is not the agency's.
    """
    found = punctuality(min(done_at, stopped_at or done_at), due_at)
    if found is Punctuality.EARLY and status in RETURNED_OR_WITHDRAWN:
        return Punctuality.ON_TIME
    return found
