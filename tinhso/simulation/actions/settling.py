"""Put the people and officers into the province, before anybody files anything."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings

from tinhso.kernel.actor import Actor
from tinhso.people import actions as people
from tinhso.people import queries
from tinhso.people.types import MadeUpPerson, MadeUpPost, Role
from tinhso.simulation.queries import Province
from tinhso.simulation.rules.people import somebody
from tinhso.simulation.rules.plans import Unit
from tinhso.simulation.types import NotADemonstration, PeriodWrong, Somebody, Wish

LONGEST = 5 * 366  # days


def refuse_wrong(wish: Wish) -> None:
    """Refuse what must not be made up here.

    :raises NotADemonstration: if the platform is a real one.
    :raises PeriodWrong: if the period ends before it begins, or is too long.
    """
    if not settings.TINHSO_DEMO:
        raise NotADemonstration
    if not 0 <= (wish.last - wish.first).days <= LONGEST:
        raise PeriodWrong


def settle(province: Province, actor: Actor, at: datetime) -> int:
    """Register everybody, officers with their posts; say how many came new."""
    units = [unit for unit in province.units if not _is_settled(unit)]
    if not units:
        return 0
    return people.register_made_up(people=_everybody(units), actor=actor, at=at)


def _is_settled(unit: Unit) -> bool:
    """Tell whether the last of a unit's people is there, with whom all others came."""
    last = somebody(unit.last, unit.home).personal_number
    return queries.find_person(personal_number=last) is not None


def _everybody(units: Iterable[Unit]) -> Iterator[MadeUpPerson]:
    for unit in units:
        for number in range(unit.first, unit.last + 1):
            yield _registered(somebody(number, unit.home), None)
        for officer in unit.officers:
            post = MadeUpPost(
                officer.organization_id, Role(officer.role), officer.title, unit.since
            )
            yield _registered(officer.person, post)


def _registered(one: Somebody, post: MadeUpPost | None) -> MadeUpPerson:
    return MadeUpPerson(
        id=one.id,
        full_name=one.full_name,
        personal_number=one.personal_number,
        birth_date=one.birth_date,
        gender=one.gender,
        residence=one.residence,
        phone=one.phone,
        post=post,
    )
