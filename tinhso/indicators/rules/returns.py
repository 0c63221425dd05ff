"""What is reported: reading the declaration, who is asked, and what figures can be."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from tinhso.indicators.rules.periods import (
    MONTHS,
    before,
    kind_of,
    period_of,
    period_on,
)
from tinhso.indicators.types import (
    Asked,
    FigureAsked,
    FigureNegative,
    FigureNotAsked,
    FigureTooLarge,
    NumeratorAboveDenominator,
    OverTime,
    Period,
    PeriodKind,
    PeriodNotAsked,
    PeriodOpen,
    Reporters,
    Unit,
)
from tinhso.people.types import Organization, OrganizationKind, OrganizationLevel

ABOVE = "above"
MOST = 10**15
# How many periods back a return that nobody sent is still listed.
LOOKED_BACK = 24
LEVELS = {
    Reporters.COMMUNES: OrganizationLevel.COMMUNE,
    Reporters.DEPARTMENTS: OrganizationLevel.PROVINCE,
}


def asked_of(body: Mapping[str, Any], owners: Mapping[str, str]) -> Iterator[Asked]:
    """Read what is reported; owners: agency by indicator, for where none is named."""
    for told in body["returns"]:
        below, reporters = told.get("denominator"), told["reporters"]
        approver = told.get("approver", owners.get(told["indicator"], ""))
        yield Asked(
            indicator=told["indicator"],
            every=PeriodKind(told["every"]),
            since=period_of(str(told["since"])),
            due_after=told["due_after"],
            remind_before=tuple(sorted(told.get("remind_before", ()))),
            groups=tuple(map(Reporters, reporters.get("groups", ()))),
            agencies=tuple(reporters.get("agencies", ())),
            approver="" if approver == ABOVE else approver,
            evidence=told.get("evidence", False),
            numerator=FigureAsked(**told["numerator"]),
            denominator=FigureAsked(**below) if below else None,
            source=body["source"],
            over_time=OverTime(told["over_time"]) if "over_time" in told else None,
        )


def needs_owners(body: Mapping[str, Any]) -> bool:
    """Tell whether the owner of an indicator accepts what is reported of it."""
    return any("approver" not in told for told in body["returns"])


def faults_of(body: Mapping[str, Any]) -> dict[str, str]:
    """Answer {field: what is wrong}: one indicator twice, periods that do not fit."""
    faults: dict[str, str] = {}
    seen: set[str] = set()
    for place, told in enumerate(body["returns"]):
        field = f"returns.{place}"
        if told["indicator"] in seen:
            faults[f"{field}.indicator"] = "another return has this indicator"
        seen.add(told["indicator"])
        try:
            fits = kind_of(period_of(str(told["since"]))) == told["every"]
        except ValueError:
            fits = False
        if not fits:
            faults[f"{field}.since"] = f"is no {told['every']}"
        if told["every"] == PeriodKind.YEAR and "over_time" in told:
            faults[f"{field}.over_time"] = "nothing is longer than a year"
    return faults


def fault_beside(told: Mapping[str, Any], indicator: Mapping[str, Any]) -> str:
    """Say why an indicator cannot be reported, "" if it can.

    A reported series never mixes with what documents state or the lake counts.
    """
    for way in ("computed", "formula", "values"):
        if way in indicator:
            return f"has {way}, and one method is one indicator"
    if indicator["unit"] == Unit.YES_NO:
        return "is yes or no, which nobody adds up"
    if ("denominator" in told) != (indicator["unit"] == Unit.PERCENT):
        return "a share has a denominator, and only a share"
    return ""


def is_asked(asked: Asked, agency: Organization) -> bool:
    """Tell whether an agency reports, if it is there."""
    if agency.key in asked.agencies:
        return True
    is_agency = agency.kind is OrganizationKind.AGENCY and agency.parent_id is not None
    return is_agency and agency.level in {LEVELS[group] for group in asked.groups}


def is_period(asked: Asked, period: Period) -> bool:
    """Tell whether an indicator is reported for a period."""
    return kind_of(period) is asked.every and period >= asked.since


def made_of(asked: Asked, period: Period) -> tuple[Period, ...]:
    """List the reported periods of which a period is made; none where it cannot be.

    A longer one that began before anything was reported would lack a part.
    """
    if is_period(asked, period):
        return (period,)
    if asked.over_time is None or MONTHS[kind_of(period)] <= MONTHS[asked.every]:
        return ()
    within = _within(asked, period)
    if within[0] < asked.since:
        return ()
    return within if asked.over_time is OverTime.SUM else within[-1:]


def _within(asked: Asked, period: Period) -> tuple[Period, ...]:
    last = period_on(period.last, asked.every)
    number = MONTHS[kind_of(period)] // MONTHS[asked.every]
    return tuple(before(last, back) for back in reversed(range(number)))


def made_for(asked: Asked, period: Period) -> tuple[Period, ...]:
    """List the periods that are made of a reported one, itself the first."""
    longer = (period_on(period.last, kind) for kind in PeriodKind)
    return (period, *(one for one in longer if one != period and made_of(asked, one)))


def period_asked(asked: Asked, key: str, on: date) -> Period:
    """Read a period that is reported and over on a day.

    :raises PeriodNotAsked: if it is none.
    :raises PeriodOpen: if it is not over.
    """
    try:
        found = period_of(key)
    except ValueError:
        raise PeriodNotAsked(period=key[:20]) from None
    if not is_period(asked, found):
        raise PeriodNotAsked(period=key[:20])
    if found.last >= on:
        raise PeriodOpen(day=f"{before(found, -1).first:%d/%m/%Y}")
    return found


def periods_over(asked: Asked, on: date) -> Iterator[Period]:
    """List the periods that are reported and over on a day, the newest first."""
    now = period_on(on, asked.every)
    for back in range(1, LOOKED_BACK + 1):
        one = before(now, back)
        if one < asked.since:
            return
        yield one


def refuse_figures(asked: Asked, above: int | None, below: int | None) -> None:
    """Refuse figures that cannot be.

    :raises FigureNegative, FigureTooLarge, FigureNotAsked, NumeratorAboveDenominator:
        naming the field.
    """
    for field, value in (("numerator", above), ("denominator", below)):
        if value is not None and value < 0:
            raise FigureNegative({field: [FigureNegative.message]})
        if value is not None and value > MOST:
            raise FigureTooLarge({field: [FigureTooLarge.message]})
    if asked.denominator is None and below is not None:
        raise FigureNotAsked({"denominator": [FigureNotAsked.message]})
    if above is not None and below is not None and above > below:
        message = NumeratorAboveDenominator.message
        raise NumeratorAboveDenominator({"numerator": [message]})
