"""Read what is reported, by whom, until when and who accepts it."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from tinhso.indicators.providers import working_days
from tinhso.indicators.queries.declared import indicators
from tinhso.indicators.rules import returns as rules
from tinhso.indicators.types import Asked, NoApprover, Period
from tinhso.kernel.packs import versions
from tinhso.people import queries as people
from tinhso.people.types import Organization, OrganizationKind

RETURNS = "returns"


def returns_asked() -> Mapping[str, Asked]:
    """List what agencies report by form, by indicator."""
    bodies = [content.body for content in versions.in_force(kind=RETURNS)]
    owners = _owners() if any(map(rules.needs_owners, bodies)) else {}
    return {
        one.indicator: one for body in bodies for one in rules.asked_of(body, owners)
    }


def _owners() -> Mapping[str, str]:
    return {key: one.owner for key, one in indicators().items()}


class Roll:
    """Who reports what on which day; each day's agencies are read once."""

    def __init__(self) -> None:
        self._there: dict[date, tuple[Organization, ...]] = {}
        self._above: dict[UUID, Organization] = {}
        self._keyed: dict[tuple[str, date], Organization | None] = {}
        self._due: dict[tuple[date, int, str], date] = {}

    def reporters(self, asked: Asked, period: Period) -> tuple[Organization, ...]:
        """List the agencies that report for a period: those there on its last day."""
        return tuple(
            one for one in self._agencies(period.last) if rules.is_asked(asked, one)
        )

    def approver(self, asked: Asked, agency: Organization, on: date) -> Organization:
        """Find who accepts what an agency reports; nobody accepts their own.

        :raises NoApprover: if there is nobody.
        """
        named = self._by_key(asked.approver, on) if asked.approver else None
        if named and named.id != agency.id:
            return named
        if agency.parent_id is None:
            raise NoApprover
        return self._parent(agency.parent_id)

    def due_on(self, asked: Asked, period: Period, approver: Organization) -> date:
        """Find the last day of a return in time, by the calendar of who accepts it."""
        return self.day(period.last, asked.due_after, approver)

    def day(self, day: date, days: int, agency: Organization) -> date:
        """Find the day so many working days after one, or before it."""
        place = (day, days, agency.code)
        if place not in self._due:
            self._due[place] = working_days.later(*place)
        return self._due[place]

    def _agencies(self, on: date) -> tuple[Organization, ...]:
        if on not in self._there:
            kinds = (OrganizationKind.AGENCY, OrganizationKind.SERVICE_CENTER)
            self._there[on] = tuple(
                one for kind in kinds for one in people.organizations(on=on, kind=kind)
            )
        return self._there[on]

    def _by_key(self, key: str, on: date) -> Organization | None:
        if (key, on) not in self._keyed:
            found = people.organizations_by_key(keys=[key], on=on)
            self._keyed[key, on] = found.get(key)
        return self._keyed[key, on]

    def _parent(self, organization_id: UUID) -> Organization:
        if organization_id not in self._above:
            self._above[organization_id] = people.get_organization(
                organization_id=organization_id
            )
        return self._above[organization_id]


def of_indicators(keys: Iterable[str]) -> Mapping[str, Asked]:
    """List which of some indicators are reported."""
    asked = returns_asked()
    return {key: asked[key] for key in keys if key in asked}
