"""Subscribe to topics: one asks, somebody else at the owner of the data decides.

Nothing is told before it is approved. What happened before is told only where a moment
was asked for, and then from that moment on.
"""

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tinhso.exchange.actions.changing import (
    PURPOSE_MISSING,
    REASON_MISSING,
    SOURCE_MISSING,
    person_of,
)
from tinhso.exchange.actions.topics import (
    first_since,
    key_of,
    last_number,
    note_on,
)
from tinhso.exchange.models import SubscriptionRow, SubsystemRow
from tinhso.exchange.queries.directory import may_see, subsystem_of
from tinhso.exchange.queries.topics import (
    LIVE,
    find_topic,
    may_end,
    owner,
    subscription_of,
)
from tinhso.exchange.rules import topics as rules
from tinhso.exchange.types import (
    AgreementState,
    Subscription,
    SubscriptionDecided,
    SubscriptionNeedsSecond,
    SubscriptionTwice,
    SubscriptionUnknown,
    SubscriptionWrong,
    SubsystemName,
    SubsystemUnknown,
    TopicUnknown,
)
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import N_, NotAllowed, Phrase
from tinhso.kernel.text import clean
from tinhso.security import queries as security
from tinhso.security.types import Deed

ADDRESS_WRONG = N_("Địa chỉ nhận phải bắt đầu bằng https://.")
FIELDS_WRONG = N_("Chỉ chọn trường mà chủ đề có.")
# Plain HTTP stays on this machine.
ADDRESS = re.compile(
    r"https://[A-Za-z0-9.-]{1,253}(:\d{1,5})?(/[!-~]{0,400})?"
    r"|http://(localhost|127\.0\.0\.1)(:\d{1,5})?(/[!-~]{0,400})?"
)


def ask_subscription(
    *,
    consumer: SubsystemName,
    topic: str,
    address: str,
    fields: Sequence[str],
    purpose: str,
    source: str,
    since: datetime | None = None,
    actor: Actor,
    at: datetime,
) -> tuple[Subscription, str]:
    """Ask that a system be told of a topic; answers the secret of its messages, too.

    since: tell what happened from then on; without, from the approval on.

    :raises TopicUnknown: if nothing is told under that name.
    :raises SubsystemUnknown: if the system takes no part.
    :raises NotAllowed: if the actor does not speak for the asking agency.
    :raises SubscriptionWrong: if something cannot be; `fields` says what.
    :raises SubscriptionTwice: if it was asked for at this address, and not ended.
    """
    _refuse_wrong(topic, address, fields, clean(purpose), clean(source))
    with transaction.atomic():
        asking = _consumer(consumer)
        security.require(
            actor=actor, deed=Deed.ASK_AGREEMENT, thing=subsystem_of(asking)
        )
        _refuse_second(asking, topic, address)
        row = SubscriptionRow.objects.create(
            consumer=asking,
            topic=topic,
            address=address,
            fields=sorted(set(fields)),
            purpose=clean(purpose)[:500],
            source=clean(source)[:300],
            since=since,
            state=AgreementState.ASKED,
            asked_by=actor.person_id,
            reason="",
            position=0,
            next_at=at,
            made_at=at,
        )
        _note_asked(row, consumer, actor, at)
    return _shown(row, at), rules.secret_text(key_of(row.id))


def approve_subscription(
    *, subscription_id: UUID, actor: Actor, at: datetime
) -> Subscription:
    """Approve what was asked for; the system is told from now on.

    :raises SubscriptionUnknown: if there is none the actor may know of.
    :raises NotAllowed: if the actor does not head the agency that owns the data.
    :raises SubscriptionDecided: if it was decided on.
    :raises SubscriptionNeedsSecond: if the actor asked for it.
    """
    with transaction.atomic():
        row = _lock_to_decide(subscription_id, actor, at)
        # What an operator's command asked for, none approves.
        if row.asked_by == person_of(actor):
            raise SubscriptionNeedsSecond
        first = first_since(row, row.since) if row.since else None
        row.position = last_number(row.topic) if first is None else first - 1
        row.since, row.next_at = row.since or at, at
        return _decide(row, AgreementState.APPROVED, "", actor, at)


def refuse_subscription(
    *, subscription_id: UUID, reason: str, actor: Actor, at: datetime
) -> Subscription:
    """Turn down what was asked for.

    :raises SubscriptionUnknown: if there is none the actor may know of.
    :raises NotAllowed: if the actor does not head the agency that owns the data.
    :raises SubscriptionDecided: if it was decided on.
    :raises SubscriptionWrong: if no reason is given.
    """
    with transaction.atomic():
        row = _lock_to_decide(subscription_id, actor, at)
        return _decide(row, AgreementState.REFUSED, _reason(reason), actor, at)


def end_subscription(
    *, subscription_id: UUID, reason: str, actor: Actor, at: datetime
) -> Subscription:
    """Tell a system no more, or take back what was asked for; either side may.

    :raises SubscriptionUnknown: if there is none the actor may know of.
    :raises NotAllowed: if the actor may act for neither side.
    :raises SubscriptionDecided: if it neither waits nor is in force.
    :raises SubscriptionWrong: if no reason is given.
    """
    with transaction.atomic():
        row = _lock(subscription_id, actor, at)
        if not may_end(actor=actor, subscription=_shown(row, at)):
            raise NotAllowed
        if row.state not in LIVE:
            raise SubscriptionDecided
        row.ended_at = at
        return _decide(row, AgreementState.ENDED, _reason(reason), actor, at)


def _note_asked(
    row: SubscriptionRow, consumer: SubsystemName, actor: Actor, at: datetime
) -> None:
    asked: dict[str, object] = {
        "consumer": str(consumer),
        "topic": row.topic,
        "address": row.address,
        "fields": list(row.fields),
        "purpose": row.purpose,
        "source": row.source,
        "since": row.since.isoformat() if row.since else None,
    }
    note_on("ask_subscription", row, actor, at, **asked)


def _decide(
    row: SubscriptionRow, state: AgreementState, reason: str, actor: Actor, at: datetime
) -> Subscription:
    row.state, row.reason = state, reason
    row.decided_by, row.decided_at = actor.person_id, at
    row.save()
    note_on(f"subscription_{state.value}", row, actor, at, reason=reason)
    return _shown(row, at)


def _lock_to_decide(
    subscription_id: UUID, actor: Actor, at: datetime
) -> SubscriptionRow:
    row = _lock(subscription_id, actor, at)
    found = _shown(row, at)
    security.require(actor=actor, deed=Deed.DECIDE_AGREEMENT, thing=found)
    if row.state != AgreementState.ASKED:
        raise SubscriptionDecided
    return row


def _lock(subscription_id: UUID, actor: Actor, at: datetime) -> SubscriptionRow:
    rows = SubscriptionRow.objects.select_for_update(of=("self",))
    row = rows.select_related("consumer__member").filter(pk=subscription_id).first()
    if row is None or not may_see(actor, _shown(row, at)):
        raise SubscriptionUnknown
    return row


def _shown(row: SubscriptionRow, at: datetime) -> Subscription:
    return subscription_of(row, owner_of_topic=owner(on=clock.local(at).date()))


def _reason(given: str) -> str:
    reason = clean(given)[:500]
    if not reason:
        raise SubscriptionWrong({"reason": [Phrase(REASON_MISSING)]})
    return reason


def _refuse_wrong(
    topic: str, address: str, fields: Sequence[str], purpose: str, source: str
) -> None:
    known = find_topic(name=topic)
    if known is None:
        raise TopicUnknown(name=topic)
    good = {
        "address": (ADDRESS_WRONG, ADDRESS.fullmatch(address) is not None),
        "fields": (FIELDS_WRONG, bool(fields) and set(fields) <= {*known.fields, "*"}),
        "purpose": (PURPOSE_MISSING, bool(purpose)),
        "source": (SOURCE_MISSING, bool(source)),
    }
    wrong = {
        name: [Phrase(said)] for name, (said, is_good) in good.items() if not is_good
    }
    if wrong:
        raise SubscriptionWrong(wrong)


def _refuse_second(consumer: SubsystemRow, topic: str, address: str) -> None:
    asked = SubscriptionRow.objects.filter(consumer=consumer, state__in=LIVE)
    if asked.filter(topic=topic, address=address).exists():
        raise SubscriptionTwice


def _consumer(name: SubsystemName) -> SubsystemRow:
    """Lock the system, so that it does not ask for the same twice at once."""
    member = name.member
    rows = SubsystemRow.objects.select_for_update(of=("self",))
    row = (
        rows.select_related("member")
        .filter(
            member__instance=member.instance,
            member__member_class=member.member_class,
            member__code=member.code,
            member__ended_at=None,
            code=name.code,
            ended_at=None,
        )
        .first()
    )
    if row is None:
        raise SubsystemUnknown
    return row
