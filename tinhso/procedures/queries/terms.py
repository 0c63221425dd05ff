"""What an application would cost and when it would be due, and how that is counted."""

from datetime import date, datetime, time, timedelta
from uuid import UUID

from tinhso.kernel.clock import VIETNAM
from tinhso.people import queries as people
from tinhso.procedures.catalogue import fees
from tinhso.procedures.deadlines.working_time import (
    HOUR,
    WORKING_DAY,
    WorkingTime,
    day_of,
)
from tinhso.procedures.queries.versions import calendar_of, working_time
from tinhso.procedures.types import (
    Channel,
    Charge,
    Counting,
    Dossier,
    Draft,
    Expected,
    Paper,
    SupplementPolicy,
)


def expected(*, draft: Draft, at: datetime) -> Expected:
    """Compute fee and due date of a draft as if it were submitted at a moment.

    Without a unit chosen, by the common calendar.
    """
    unit = people.find_receiver(organization_id=draft.organization_id)
    working = working_time(calendar_of(unit.code if unit else ""), at)
    limit = (
        draft.stated.limit
        or draft.procedure.limit_on(day_of(at), case=draft.case).limit
    )
    charges = fees.charges(
        draft.procedure,
        answers=draft.answers,
        on=day_of(at),
        channel=Channel.COUNTER if draft.desk_id else Channel.ONLINE,
    )
    total = sum(charge.amount for charge in charges)
    return Expected(
        fee=total if draft.stated.fee is None else draft.stated.fee,
        charges=charges if draft.stated.fee is None else (),
        due_at=working.due(at, limit),
        counting=working.counting(at, limit),
    )


def charges_of(*, dossier: Dossier) -> tuple[Charge, ...]:
    """Tell how the fee of a dossier comes about, by its day of submission."""
    return fees.charges(
        dossier.procedure,
        answers=dossier.answers,
        on=day_of(dossier.submitted_at),
        channel=dossier.channel,
    )


def papers_of(*, dossier: Dossier) -> tuple[Paper, ...]:
    """List the papers that the answers of a dossier ask for."""
    on = day_of(dossier.submitted_at)
    found = fees.needed_papers(dossier.procedure, answers=dossier.answers, on=on)
    return tuple(found)


def days_off(*, organization_id: UUID, at: datetime) -> frozenset[date]:
    """List the days of this year and the next on which a unit rests, by its calendar.

    Holidays, days in lieu and the unit's own days off from Monday to Friday; days that
    are worked instead of others are none of them.
    """
    unit = people.get_organization(organization_id=organization_id)
    year = day_of(at).year
    working = working_time(calendar_of(unit.code), at)
    return frozenset(working.days_off(date(year, 1, 1), date(year + 1, 12, 31)))


def working_day(*, day: date, days: int, agency_code: str) -> date:
    """Find the working day so many after a day, by the calendar of an agency.

    Less than nothing: so many before the one on which the agency last works by then.
    """
    end = datetime.combine(day + timedelta(days=1), time(), VIETNAM)
    working = working_time(calendar_of(agency_code), end)
    return day_of(working.add(end, days * WORKING_DAY / HOUR))


def service_hours(*, organization_id: UUID, at: datetime) -> WorkingTime:
    """Lay out the working time of a unit around a moment, by its newest calendar."""
    unit = people.get_organization(organization_id=organization_id)
    return working_time(calendar_of(unit.code), at)


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
    if dossier.calendar_id is None:
        return None
    case, on = dossier.case.key if dossier.case else "", day_of(dossier.submitted_at)
    limit = dossier.stated_limit or dossier.procedure.limit_on(on, case=case).limit
    working = working_time(dossier.calendar_id, at)
    return working.counting(answered or dossier.submitted_at, limit)
