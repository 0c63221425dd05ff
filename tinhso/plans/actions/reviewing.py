"""Say how one's year went, and rate the heads of the agencies below."""

from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.clock import local
from tinhso.kernel.text import clean
from tinhso.people import queries as people
from tinhso.people.types import Organization
from tinhso.plans.models import ReviewEntryRow
from tinhso.plans.queries.reviews import (
    figures_of,
    get_review,
    rates,
    scale_on,
    speaks_for,
)
from tinhso.plans.types import (
    LevelUnknown,
    NotTheirYear,
    Review,
    ReviewTextMissing,
    SelfReviewMissing,
    Side,
    YearWrong,
)


def review_self(
    *,
    agency_id: UUID,
    year: int,
    level: str,
    text: str,
    made_up: bool,
    actor: Actor,
    at: datetime,
) -> Review:
    """Say, as the head of an agency, how its year went; said again, a new version.

    made_up: the numbers of the demonstration count, too.

    :raises OrganizationUnknown: if there is no such agency.
    :raises NotTheirYear: if the actor does not lead it.
    :raises YearWrong: if the year has not begun, or it was not there then.
    :raises LevelUnknown, ReviewTextMissing: if level or words are missing.
    """
    agency = people.get_organization(organization_id=agency_id)
    if not speaks_for(agency, actor):
        raise NotTheirYear
    return _enter(Side.SELF, agency, year, level, text, made_up, actor, at)


def rate_head(
    *,
    agency_id: UUID,
    year: int,
    level: str,
    text: str,
    made_up: bool,
    actor: Actor,
    at: datetime,
) -> Review:
    """Rate, as who leads the organization above, the head of an agency.

    text: the reason; it is there even where both agree.

    :raises OrganizationUnknown: if there is no such agency.
    :raises NotTheirYear: if the actor does not lead the organization above.
    :raises SelfReviewMissing: if the head has said nothing.
    :raises YearWrong, LevelUnknown, ReviewTextMissing: as for `review_self`.
    """
    agency = people.get_organization(organization_id=agency_id)
    if not rates(agency, actor):
        raise NotTheirYear
    said = ReviewEntryRow.objects.filter(
        agency=agency_id, year=year, side=Side.SELF
    ).exists()
    if not said:
        raise SelfReviewMissing({"level": [SelfReviewMissing.message]})
    return _enter(Side.SUPERIOR, agency, year, level, text, made_up, actor, at)


def _enter(
    side: Side,
    agency: Organization,
    year: int,
    level: str,
    text: str,
    made_up: bool,
    actor: Actor,
    at: datetime,
) -> Review:
    today = local(at).date()
    _refuse_year(agency, year, today)
    scale = scale_on(on=min(today, date(year, 12, 31)))
    if scale is None or level not in scale.levels:
        raise LevelUnknown({"level": [LevelUnknown.message]})
    if not clean(text):
        raise ReviewTextMissing({"text": [ReviewTextMissing.message]})
    with transaction.atomic():
        earlier = ReviewEntryRow.objects.select_for_update().filter(
            agency=agency.id, year=year, side=side
        )
        number = len(earlier) + 1
        figures = figures_of(agency, year, today, made_up)
        row = ReviewEntryRow.objects.create(
            agency_id=agency.id,
            year=year,
            side=side,
            number=number,
            scale=scale.key,
            level=level,
            text=text.strip()[:4000],
            figures={**asdict(figures), "share": figures.share},
            by_name=actor.name[:200],
            at=at,
            is_synthetic=actor.is_synthetic or made_up,
        )
        deed = "review_self" if side is Side.SELF else "rate_head"
        audit.write(
            f"plans.{deed}",
            subject="plans.Review",
            subject_id=row.id,
            actor=actor,
            at=at,
            details={"year": year, "version": number, "level": level},
        )
    return get_review(
        agency_id=agency.id, year=year, on=today, made_up=made_up, actor=actor
    )


def _refuse_year(agency: Organization, year: int, on: date) -> None:
    first, last = date(year, 1, 1), date(year, 12, 31)
    is_over = agency.valid_to is not None and agency.valid_to <= first
    if first > on or agency.valid_from > last or is_over:
        raise YearWrong({"year": [YearWrong.message]})
