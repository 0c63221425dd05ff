"""Who decides a dossier, and who takes it in."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from tinhso.kernel.errors import N_, Phrase
from tinhso.people import queries as people
from tinhso.people.types import OrganizationUnknown, Receiver
from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.types import Case, CaseUnknown, Procedure, UnitDoesNotReceive


@dataclass(frozen=True, slots=True)
class Parties:
    """The agency that decides, and the unit that takes in and gives back."""

    agency: Receiver
    receiver: Receiver


def internal_parties(
    *, chosen_id: UUID | None, desk_id: UUID | None, at: datetime
) -> Parties:
    """Find both agencies of what goes between them: whoever is there may be either.

    :raises UnitDoesNotReceive: if one of them is not, or is no more.
    """
    found = [people.find_receiver(organization_id=one) for one in (chosen_id, desk_id)]
    there = [one for one in found if one and one.is_there(on=day_of(at))]
    if len(there) != len(found):
        raise _refusal()
    return Parties(*there)


def parties(
    case: Case, *, chosen_id: UUID | None, desk_id: UUID | None, at: datetime
) -> Parties:
    """Find both parties of a case; desk_id: the desk at which it is handed in.

    Since 1 July 2025 a dossier may be handed in at any desk of the province, whoever
    decides it (NĐ 118/2025/NĐ-CP).

    :raises UnitDoesNotReceive: if one of them does not take dossiers of the case.
    """
    if chosen_id is None:
        message = Phrase(N_("Hãy chọn nơi tiếp nhận hồ sơ."))
        raise UnitDoesNotReceive({"organization_id": [message]})
    on = day_of(at)
    chosen = people.find_receiver(organization_id=chosen_id)
    if case.agency:
        agency = _fixed(case, on)
        desk = people.find_receiver(organization_id=desk_id) if desk_id else chosen
        return Parties(agency, _desk(desk, case, on))
    if desk_id is None:
        unit = _receiving(chosen, case.level, on)
        return Parties(unit, unit)
    if chosen is None or chosen.level != case.level or not chosen.is_there(on=on):
        raise _refusal()
    desk = people.find_receiver(organization_id=desk_id)
    if desk is None or not desk.receives or not desk.is_there(on=on):
        raise _refusal()
    return Parties(chosen, desk)


def case_of(procedure: Procedure, key: str) -> Case:
    """Find the case an applicant chose; the only one needs no choosing.

    :raises CaseUnknown: if there are several and none is named.
    """
    if not key and len(procedure.cases) == 1:
        return procedure.cases[0]
    case = procedure.case(key)
    if case is None:
        raise CaseUnknown({"case": [Phrase(CaseUnknown.message)]})
    return case


def _fixed(case: Case, on: date) -> Receiver:
    try:
        found = people.organization_by_key(key=case.agency, on=on)
    except OrganizationUnknown:
        raise _refusal() from None
    receiver = people.find_receiver(organization_id=found.id)
    assert receiver is not None  # noqa: S101 - it was read just before
    return receiver


def _desk(desk: Receiver | None, case: Case, on: date) -> Receiver:
    if desk is None or not any(desk.takes(level=lv, on=on) for lv in case.desks):
        raise _refusal()
    return desk


def _receiving(unit: Receiver | None, level: str, on: date) -> Receiver:
    if unit is None or not unit.takes(level=level, on=on):
        raise _refusal()
    return unit


def _refusal() -> UnitDoesNotReceive:
    message = Phrase(UnitDoesNotReceive.message)
    return UnitDoesNotReceive({"organization_id": [message]})
