"""Report 06a/VPCP: counted on the one table of dossiers.

Received is what was handed in, resolved what has its result, was returned or withdrawn.
Due dates and stopped clocks are those known now: a report of a past period is true for
the day on which it is made.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q
from django.db.models.functions import TruncDay

from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import VIETNAM
from tinhso.kernel.text import fold
from tinhso.people import queries as people
from tinhso.procedures.dossiers.punctuality import RETURNED_OR_WITHDRAWN
from tinhso.procedures.models import DossierRow
from tinhso.procedures.queries.access import Side
from tinhso.procedures.queries.periods import bounds
from tinhso.procedures.queries.versions import procedure_version
from tinhso.procedures.types import Channel, Figures, Report06a
from tinhso.security import queries as security
from tinhso.security.types import Deed

PROVINCE = "Toàn tỉnh"
COUNTS = tuple(one.name for one in fields(Figures) if one.name != "field")


def report_06a(
    *,
    organization_id: UUID | None,
    first: date,
    last: date,
    actor: Actor,
    at: datetime,
) -> Report06a:
    """Count report 06a of a deciding unit, or of the province if none is named.

    first, last: days of the period, both included. Made-up dossiers are counted apart,
    those of procedures of our own not at all.

    :raises NotAllowed: if the actor may not see the figures of that unit.
    :raises PeriodWrong: if the period ends before it begins.
    """
    unit = Side(None, organization_id) if organization_id else None
    security.require(actor=actor, deed=Deed.SEE_FIGURES, thing=unit)
    start, end = bounds(first, last)
    counted = [
        one
        for one in _counted(organization_id, start, end, at)
        if not procedure_version(one["procedure_id"]).is_our_own
    ]
    real = [one for one in counted if not one["is_synthetic"]]
    made_up = [one for one in counted if one["is_synthetic"]]
    name = (
        people.get_organization(organization_id=organization_id).name
        if organization_id
        else PROVINCE
    )
    return Report06a(
        unit=name,
        first=first,
        last=last,
        made_at=at,
        lines=_by_field(real),
        total=_added("Tổng số", real),
        synthetic=_added("Dữ liệu mô phỏng", made_up),
    )


def _counted(
    organization_id: UUID | None, start: datetime, end: datetime, at: datetime
) -> Iterable[dict[str, Any]]:
    """Count by version of a procedure; which field it belongs to, the version says."""
    rows = DossierRow.objects.filter(
        Q(resolved_at=None) | Q(resolved_at__gte=start), submitted_at__lt=end
    )
    if organization_id is not None:
        rows = rows.filter(organization_id=organization_id)
    counts = {
        name: Count("id", filter=condition)
        for name, condition in _conditions(start, end, at).items()
    }
    days = {
        "done_day": TruncDay("resolved_at", tzinfo=VIETNAM),
        "due_day": TruncDay("due_at", tzinfo=VIETNAM),
    }
    grouped: Any = rows.alias(**days).values("procedure_id", "is_synthetic")
    counted: Iterable[dict[str, Any]] = grouped.annotate(**counts)
    return counted


def _conditions(start: datetime, end: datetime, at: datetime) -> Mapping[str, Q]:
    arrived = Q(submitted_at__gte=start)
    online = Q(channel=Channel.ONLINE)
    done = Q(resolved_at__gte=start, resolved_at__lt=end)
    # Time that the applicant let pass while the clock stood still is not the agency's.
    late = Q(resolved_at__gt=F("due_at")) & (
        Q(stopped_at=None) | Q(stopped_at__gt=F("due_at"))
    )
    early = Q(done_day__lt=F("due_day")) & ~Q(status__in=RETURNED_OR_WITHDRAWN)
    is_open = Q(resolved_at=None) | Q(resolved_at__gte=end)
    # What is over at the end of the period, or now if it has not ended.
    overdue = Q(due_at__lt=min(end, at), stopped_at=None)
    return {
        "online": arrived & online,
        "direct": arrived & ~online,
        "carried_over": Q(submitted_at__lt=start),
        "early": done & ~late & early,
        "on_time": done & ~late & ~early,
        "late": done & late,
        "open_within": is_open & ~overdue,
        "open_late": is_open & overdue,
    }


def _by_field(counted: Iterable[dict[str, Any]]) -> tuple[Figures, ...]:
    parts: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in counted:
        parts[procedure_version(one["procedure_id"]).field].append(one)
    lines = (_added(field, found) for field, found in parts.items())
    return tuple(sorted(lines, key=lambda line: fold(line.field)))


def _added(field: str, counted: Iterable[dict[str, Any]]) -> Figures:
    listed = list(counted)
    return Figures(field, **{n: sum(one[n] for one in listed) for n in COUNTS})
