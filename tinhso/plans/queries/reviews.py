"""Read how an agency's year went, and what both sides said of it."""

from datetime import date
from uuid import UUID

from tinhso.indicators import queries as indicators
from tinhso.indicators.types import Dimension, IndicatorUnknown, State
from tinhso.kernel.actor import SYSTEM, Actor
from tinhso.kernel.clock import local
from tinhso.kernel.errors import NotAllowed
from tinhso.kernel.packs import versions
from tinhso.operations import queries as operations
from tinhso.people import queries as people
from tinhso.people.types import Organization, OrganizationKind
from tinhso.plans.models import ReviewEntryRow, TaskRow
from tinhso.plans.queries.plans import PLANS, ids_of_agency
from tinhso.plans.rules import declared, years
from tinhso.plans.types import (
    Bureau,
    Entry,
    RatingScale,
    Review,
    Side,
    TaskState,
    YearFigures,
    YearWrong,
)
from tinhso.security import queries as security
from tinhso.security.types import Deed

RATINGS = "ratings"
ON_TIME = "dossiers_on_time"
KINDS = (OrganizationKind.AGENCY, OrganizationKind.SERVICE_CENTER)


def scale_on(*, on: date) -> RatingScale | None:
    """Find the levels by which heads are rated on a day; None if no pack has any."""
    scales = (declared.scale_of(one.body) for one in versions.in_force(kind=RATINGS))
    begun = [one for one in scales if one.valid_from <= on]
    return max(begun, key=lambda one: one.valid_from, default=None)


def reviewed_agencies(*, actor: Actor, on: date) -> tuple[Organization, ...]:
    """List the agencies whose year somebody may see: led by them, or by those below."""
    leading = security.directing_for(actor=actor)
    return tuple(
        one
        for one in people.organizations(on=on)
        if one.kind in KINDS and (one.id in leading or one.parent_id in leading)
    )


def get_review(
    *, agency_id: UUID, year: int, on: date, made_up: bool, actor: Actor
) -> Review:
    """Read an agency's year: numbers as known on a day, and what both sides said.

    made_up: plans and figures of the demonstration count, too.

    :raises OrganizationUnknown: if there is no such agency.
    :raises NotAllowed: if the asker leads neither it nor the one above.
    :raises YearWrong: if the year has not begun.
    """
    agency = people.get_organization(organization_id=agency_id)
    if not (speaks_for(agency, actor) or rates(agency, actor)):
        raise NotAllowed
    if date(year, 1, 1) > on:
        raise YearWrong
    superior = agency.parent_id
    above = people.get_organization(organization_id=superior) if superior else None
    rows = ReviewEntryRow.objects.filter(agency=agency_id, year=year).order_by("-id")
    return Review(
        agency_id=agency_id,
        agency_name=agency.name,
        superior_id=superior,
        superior_name=above.name if above else "",
        year=year,
        figures=figures_of(agency, year, on, made_up),
        entries=tuple(_entry(row) for row in rows),
    )


def speaks_for(agency: Organization, actor: Actor) -> bool:
    """Tell whether somebody leads an agency."""
    return security.may(actor=actor, deed=Deed.REVIEW_OWN_YEAR, thing=Bureau(agency.id))


def rates(agency: Organization, actor: Actor) -> bool:
    """Tell whether somebody leads the organization above an agency."""
    above = Bureau(agency.parent_id)
    return agency.parent_id is not None and security.may(
        actor=actor, deed=Deed.RATE_HEADS, thing=above
    )


def figures_of(agency: Organization, year: int, on: date, made_up: bool) -> YearFigures:
    """Count an agency's year, as known on a day."""
    last = min(on, date(year, 12, 31))
    rows = TaskRow.objects.select_related("plan").filter(
        agency__in=ids_of_agency(agency_id=agency.id), due_on__year=year, is_own=False
    )
    if not made_up:
        rows = rows.filter(plan__is_synthetic=False)
    listed = [one for one in rows if one.state != TaskState.STOPPED]
    met, targets = _targets(agency, year, last, made_up)
    late = operations.overdue(on=last, actor=SYSTEM)
    return YearFigures(
        **years.counted([(one.due_on, one.done_on) for one in listed], on),
        targets=targets,
        targets_met=met,
        dossiers_on_time=_dossiers(agency, year, last, made_up),
        directives_overdue=sum(one.agency_id == agency.id for one in late),
    )


def _targets(
    agency: Organization, year: int, on: date, made_up: bool
) -> tuple[int, int]:
    """Count the targets that an agency's tasks of a year serve: met, and all."""
    rows = TaskRow.objects.filter(
        agency__in=ids_of_agency(agency_id=agency.id),
        plan__first_day__year__lte=year,
        plan__last_day__year__gte=year,
    ).exclude(target="")
    if not made_up:
        rows = rows.filter(plan__is_synthetic=False)
    sets = {
        one.key: declared.plan_of(one.body).targets
        for one in versions.in_force(kind=PLANS)
    }
    served = {
        (sets.get(plan, ""), key)
        for plan, key in rows.values_list("plan__key", "target")
    }
    if not served:
        return 0, 0
    standings = indicators.standings(on=on, made_up=made_up)
    found = {(one.target.plan, one.target.key): one.state for one in standings}
    known = [found[one] for one in served if one in found]
    return sum(one is State.MET for one in known), len(known)


def _dossiers(agency: Organization, year: int, on: date, made_up: bool) -> float | None:
    """Read the share of dossiers resolved in time; None if nobody counted any."""
    try:
        parts = indicators.parts(
            key=ON_TIME,
            period=indicators.period(key=str(year)),
            dimension=Dimension.AGENCY,
            on=on,
            made_up=made_up,
        )
    except IndicatorUnknown:
        return None
    found = parts.get(agency.code)
    return found.value if found else None


def _entry(row: ReviewEntryRow) -> Entry:
    return Entry(
        side=Side(row.side),
        number=row.number,
        level=row.level,
        text=row.text,
        figures=row.figures,
        by=row.by_name,
        at=local(row.at),
    )
