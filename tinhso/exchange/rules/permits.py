"""Decide whether a call may go, by the directory and the day; denied by default."""

from collections.abc import Sequence
from datetime import date
from urllib.parse import parse_qs

from tinhso.exchange.rules.calls import operation_of
from tinhso.exchange.types import (
    Agreement,
    AgreementExpired,
    AgreementNotYet,
    AgreementState,
    Call,
    ClientUnknown,
    Directory,
    NoAgreement,
    OperationNotAgreed,
    OperationUnknown,
    PathWrong,
    Permit,
    Service,
    ServiceUnknown,
)


def permit(directory: Directory, call: Call, *, on: date) -> Permit:
    """Find the agreement by which a call may go on a day.

    :raises ClientUnknown: if the client takes no part.
    :raises ServiceUnknown: if there is no such service.
    :raises OperationUnknown: if its document knows no such operation.
    :raises NoAgreement: if none was approved; AgreementNotYet, AgreementExpired,
        OperationNotAgreed: if one was, and does not hold here.
    """
    if call.client not in directory.subsystems:
        raise ClientUnknown
    service = directory.services.get(call.service)
    if service is None:
        raise ServiceUnknown
    known = directory.agreements.get((call.client, call.service), ())
    holding = _holding(known, on)
    found = operation_of(service.operations, call.method, call.rest)
    if found is None:
        raise OperationUnknown
    operation, said = found
    for agreement in holding:
        if operation.id in agreement.operations:
            about = _about(service, said, call.query)
            return Permit(agreement, service, operation, about)
    raise OperationNotAgreed


def _holding(known: Sequence[Agreement], on: date) -> list[Agreement]:
    approved = [one for one in known if one.state is AgreementState.APPROVED]
    holding = [one for one in approved if one.valid_from <= on < one.valid_to]
    if holding:
        return holding
    if any(on < one.valid_from for one in approved):
        raise AgreementNotYet
    if approved or any(one.state is AgreementState.ENDED for one in known):
        raise AgreementExpired
    raise NoAgreement


def _about(service: Service, said: dict[str, str], query: str) -> str:
    """Read the number of the person a call asks about."""
    if not service.about:
        return ""
    where, _, name = service.about.partition(":")
    if where == "path":
        return said.get(name, "")
    given = parse_qs(query, keep_blank_values=True).get(name, [])
    if len(given) > 1:
        raise PathWrong  # of two numbers, the service might take another than we do
    return given[0] if given else ""
