"""Agree on who may use which service: one asks, somebody else at the owner decides."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tinhso.exchange.actions.changing import (
    PURPOSE_MISSING,
    REASON_MISSING,
    SOURCE_MISSING,
    changed,
    note,
    person_of,
)
from tinhso.exchange.models import AgreementRow, ServiceRow, SubsystemRow
from tinhso.exchange.queries.directory import (
    agreement_of,
    service_of,
    subsystem_of,
)
from tinhso.exchange.rules import fields as agreed
from tinhso.exchange.types import (
    Agreement,
    AgreementDecided,
    AgreementNeedsSecond,
    AgreementState,
    AgreementUnknown,
    AgreementWrong,
    Service,
    ServiceUnknown,
    SubsystemUnknown,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import N_, Phrase
from tinhso.kernel.text import clean
from tinhso.security import queries as security
from tinhso.security.types import Deed

OPERATIONS_WRONG = N_("Chọn ít nhất một thao tác mà dịch vụ có.")
FIELDS_WRONG = N_(
    "Ghi các trường được nhận, mỗi trường một dòng, hoặc dấu * cho tất cả."
)
DAYS_WRONG = N_("Ngày kết thúc phải sau ngày bắt đầu, trong vòng năm năm.")
QUOTA_WRONG = N_("Số lượt gọi phải từ 1 đến 10.000.000.")
MOST_FIELDS, MOST_DAYS, MOST_CALLS = 200, 5 * 366, 10_000_000


def ask_agreement(
    *,
    consumer_id: UUID,
    service_id: UUID,
    operations: Sequence[str],
    fields: Sequence[str],
    purpose: str,
    source: str,
    valid_from: date,
    valid_to: date,
    per_minute: int,
    per_day: int,
    actor: Actor,
    at: datetime,
) -> Agreement:
    """Ask the owner of a service that a subsystem may use it.

    :raises SubsystemUnknown: if there is none; ServiceUnknown likewise.
    :raises NotAllowed: if the actor does not speak for the asking agency.
    :raises AgreementWrong: if something cannot be; `fields` says what.
    """
    asked: dict[str, Any] = {
        "operations": sorted(set(operations)),
        "fields": [one for one in dict.fromkeys(map(str.strip, fields)) if one],
        "purpose": clean(purpose)[:500],
        "source": clean(source)[:300],
        "valid_from": valid_from,
        "valid_to": valid_to,
        "per_minute": per_minute,
        "per_day": per_day,
    }
    with transaction.atomic():
        consumer, service = _consumer(consumer_id), _service(service_id)
        asking = subsystem_of(consumer)
        security.require(actor=actor, deed=Deed.ASK_AGREEMENT, thing=asking)
        wrong = _faults(asked, service_of(service))
        if wrong:
            raise AgreementWrong(wrong)
        row = AgreementRow.objects.create(
            **asked,
            consumer=consumer,
            service=service,
            state=AgreementState.ASKED,
            asked_by=actor.person_id,
            asked_at=at,
        )
        _note("ask_agreement", row, actor, at)
    return agreement_of(row)


def approve_agreement(*, agreement_id: UUID, actor: Actor, at: datetime) -> Agreement:
    """Approve what was asked for; calls go from the next message on.

    :raises AgreementUnknown: if there is none the actor may know of.
    :raises NotAllowed: if the actor does not head the owning agency.
    :raises AgreementDecided: if it was decided on.
    :raises AgreementNeedsSecond: if the actor asked for it.
    """
    with transaction.atomic():
        row = _lock(agreement_id, actor)
        _refuse_unless(row, AgreementState.ASKED)
        if row.asked_by is not None and row.asked_by == person_of(actor):
            raise AgreementNeedsSecond
        return _decide(row, AgreementState.APPROVED, "", actor, at)


def refuse_agreement(
    *, agreement_id: UUID, reason: str, actor: Actor, at: datetime
) -> Agreement:
    """Turn down what was asked for.

    :raises AgreementUnknown: if there is none the actor may know of.
    :raises NotAllowed: if the actor does not head the owning agency.
    :raises AgreementDecided: if it was decided on.
    :raises AgreementWrong: if no reason is given.
    """
    with transaction.atomic():
        row = _lock(agreement_id, actor)
        _refuse_unless(row, AgreementState.ASKED)
        return _decide(row, AgreementState.REFUSED, _reason(reason), actor, at)


def end_agreement(
    *, agreement_id: UUID, reason: str, actor: Actor, at: datetime
) -> Agreement:
    """End an agreement early; what is on its way is stopped, too.

    :raises AgreementUnknown: if there is none the actor may know of.
    :raises NotAllowed: if the actor does not head the owning agency.
    :raises AgreementDecided: if it does not hold.
    :raises AgreementWrong: if no reason is given.
    """
    with transaction.atomic():
        row = _lock(agreement_id, actor)
        _refuse_unless(row, AgreementState.APPROVED)
        row.ended_at = at
        return _decide(row, AgreementState.ENDED, _reason(reason), actor, at)


def _decide(
    row: AgreementRow, state: AgreementState, reason: str, actor: Actor, at: datetime
) -> Agreement:
    row.state, row.reason = state, reason
    row.decided_by, row.decided_at = actor.person_id, at
    row.save()
    changed()
    _note(f"agreement_{state.value}", row, actor, at, reason=reason)
    return agreement_of(row)


def _lock(agreement_id: UUID, actor: Actor) -> AgreementRow:
    rows = AgreementRow.objects.select_for_update(of=("self",)).select_related(
        "consumer__member", "service__subsystem__member"
    )
    row = rows.filter(pk=agreement_id).first()
    if row is None:
        raise AgreementUnknown
    found = agreement_of(row)
    if not security.may(actor=actor, deed=Deed.SEE_EXCHANGE, thing=found):
        asking = subsystem_of(row.consumer)
        if not security.may(actor=actor, deed=Deed.SEE_EXCHANGE, thing=asking):
            raise AgreementUnknown
    security.require(actor=actor, deed=Deed.DECIDE_AGREEMENT, thing=found)
    return row


def _refuse_unless(row: AgreementRow, state: AgreementState) -> None:
    if row.state != state:
        raise AgreementDecided


def _reason(given: str) -> str:
    reason = clean(given)[:500]
    if not reason:
        raise AgreementWrong({"reason": [Phrase(REASON_MISSING)]})
    return reason


def _consumer(consumer_id: UUID) -> SubsystemRow:
    rows = SubsystemRow.objects.select_related("member").filter(ended_at=None)
    row = rows.filter(pk=consumer_id, member__ended_at=None).first()
    if row is None:
        raise SubsystemUnknown
    return row


def _service(service_id: UUID) -> ServiceRow:
    rows = ServiceRow.objects.select_related("subsystem__member")
    row = rows.filter(pk=service_id, ended_at=None).first()
    if row is None:
        raise ServiceUnknown
    return row


def _faults(asked: Mapping[str, Any], service: Service) -> dict[str, list[str]]:
    offered = {one.id for one in service.operations}
    days = (asked["valid_to"] - asked["valid_from"]).days
    named, calls = asked["fields"], (asked["per_minute"], asked["per_day"])
    checks = {
        "operations": (
            OPERATIONS_WRONG,
            asked["operations"] and set(asked["operations"]) <= offered,
        ),
        "fields": (
            FIELDS_WRONG,
            0 < len(named) <= MOST_FIELDS
            and all(len(one) <= 300 and agreed.is_field(one) for one in named),
        ),
        "purpose": (PURPOSE_MISSING, asked["purpose"]),
        "source": (SOURCE_MISSING, asked["source"]),
        "valid_to": (DAYS_WRONG, 0 < days <= MOST_DAYS),
        "per_minute": (QUOTA_WRONG, all(0 < one <= MOST_CALLS for one in calls)),
    }
    return {name: [Phrase(text)] for name, (text, fine) in checks.items() if not fine}


def _note(
    deed: str, row: AgreementRow, actor: Actor, at: datetime, **details: object
) -> None:
    told = {
        "consumer": str(row.consumer_id),
        "service": str(row.service_id),
        "operations": list(row.operations),
        "fields": list(row.fields),
        "purpose": row.purpose,
        **details,
    }
    note(deed, subject="Agreement", subject_id=row.id, actor=actor, at=at, details=told)
