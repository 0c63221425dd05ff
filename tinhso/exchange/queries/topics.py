"""Ask which topics there are, who subscribed, and what was put aside."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tinhso.exchange.models import (
    DeadLetterRow,
    SubscriptionRow,
    TopicMessageRow,
)
from tinhso.exchange.queries.directory import Asking, may_see, subsystem_of
from tinhso.exchange.rules import agency_codes
from tinhso.exchange.types import (
    AgreementState,
    Published,
    Subscription,
    SubscriptionUnknown,
    Topic,
)
from tinhso.kernel.actor import Actor
from tinhso.people import queries as people
from tinhso.people.types import OrganizationLevel
from tinhso.security import queries as security
from tinhso.security.types import Deed

LIVE = (AgreementState.ASKED, AgreementState.APPROVED)
_topics: dict[str, Topic] = {}


def offer(*, topic: Topic) -> None:
    """Let a topic be subscribed to. Called on `project/topics.py` only."""
    _topics[topic.name] = topic


def topics() -> tuple[Topic, ...]:
    """List the topics, by name."""
    return tuple(_topics[name] for name in sorted(_topics))


def find_topic(*, name: str) -> Topic | None:
    """Find a topic; None if there is none of that name."""
    return _topics.get(name)


def owner(*, on: date) -> UUID | None:
    """Name who answers for what topics tell; None where no packs are applied yet.

    Topics are about the whole province: it is the People's Committee, whose code is of
    level 1 (QĐ 20/2020/QĐ-TTg).
    """
    of_province = people.organizations(on=on, level=OrganizationLevel.PROVINCE)
    return next((one.id for one in of_province if agency_codes.is_top(one.code)), None)


def subscriptions(*, on: date) -> tuple[Subscription, ...]:
    """List the subscriptions that wait or are in force, the oldest first."""
    rows = counted(SubscriptionRow.objects.filter(state__in=LIVE)).order_by("id")
    return _shown(rows, on)


def subscriptions_for(*, actor: Actor, on: date) -> tuple[Subscription, ...]:
    """List the subscriptions of the agencies an actor serves, the newest first."""
    rows = counted(SubscriptionRow.objects.all()).order_by("-made_at", "-id")
    own = actor.organizations()
    if owner(on=on) not in own:
        rows = rows.filter(consumer__member__organization_id__in=own)
    return tuple(one for one in _shown(rows, on) if may_see(actor, one))


def get_subscription(*, subscription_id: UUID, actor: Actor, on: date) -> Subscription:
    """Get a subscription of an agency the actor serves.

    :raises SubscriptionUnknown: if there is none the actor may know of.
    """
    rows = counted(SubscriptionRow.objects.filter(pk=subscription_id))
    found = next(iter(_shown(rows, on)), None)
    if found is None or not may_see(actor, found):
        raise SubscriptionUnknown
    return found


def may_end(*, actor: Actor, subscription: Subscription) -> bool:
    """Tell whether an actor may end it: who decides on it, or speaks for who asked."""
    asking = Asking(organization_id=subscription.consumer_organization_id)
    return security.may(
        actor=actor, deed=Deed.DECIDE_AGREEMENT, thing=subscription
    ) or security.may(actor=actor, deed=Deed.ASK_AGREEMENT, thing=asking)


def _shown(rows: QuerySet[SubscriptionRow], on: date) -> tuple[Subscription, ...]:
    of = owner(on=on)
    return tuple(subscription_of(row, owner_of_topic=of) for row in rows)


def dead_letters() -> Iterable[Published]:
    """List the messages that were put aside and not tried again, the oldest first."""
    dead = DeadLetterRow.objects.filter(message=OuterRef("pk"), again_at=None)
    rows = TopicMessageRow.objects.filter(Exists(dead)).order_by("number")
    return tuple(published_of(row) for row in rows)


def counted(rows: QuerySet[SubscriptionRow]) -> QuerySet[SubscriptionRow]:
    """Count what a subscription has not taken, and what was put aside for it."""
    behind = TopicMessageRow.objects.filter(
        topic=OuterRef("topic"),
        number__gt=OuterRef("position"),
        at__gte=OuterRef("since"),
    )
    dead = DeadLetterRow.objects.filter(subscription=OuterRef("pk"), again_at=None)

    return rows.select_related("consumer__member").annotate(
        waiting=_count(behind, "topic"), dead=_count(dead, "subscription")
    )


def _count(of: QuerySet[Any], by: str) -> Coalesce:
    grouped = of.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(grouped), 0)


def subscription_of(
    row: SubscriptionRow, *, owner_of_topic: UUID | None
) -> Subscription:
    """Hand out a subscription."""
    consumer, topic = subsystem_of(row.consumer), _topics.get(row.topic)
    state = AgreementState(row.state)
    is_told = state is AgreementState.APPROVED
    return Subscription(
        id=row.id,
        consumer=consumer.name,
        consumer_title=consumer.title,
        consumer_organization_id=consumer.organization_id,
        topic=row.topic,
        topic_title=topic.title if topic else row.topic,
        organization_id=owner_of_topic,
        address=row.address,
        fields=tuple(row.fields),
        purpose=row.purpose,
        source=row.source,
        since=row.since,
        state=state,
        asked_by=row.asked_by,
        asked_at=row.made_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        reason=row.reason,
        position=row.position,
        attempts=row.attempts,
        last_error=row.last_error,
        waiting=getattr(row, "waiting", 0) if is_told else 0,
        dead=getattr(row, "dead", 0),
        ended_at=row.ended_at,
    )


def published_of(row: TopicMessageRow) -> Published:
    """Hand out a message."""
    return Published(row.number, row.topic, row.key, row.body, row.at)
