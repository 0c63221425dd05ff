"""Ask which topics there are, who subscribed, and what was put aside."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from tinhso.exchange.models import (
    DeadLetterRow,
    SubscriptionRow,
    TopicMessageRow,
)
from tinhso.exchange.queries.directory import subsystem_of
from tinhso.exchange.types import Published, Subscription, Topic

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


def subscriptions() -> tuple[Subscription, ...]:
    """List the subscriptions that were not ended, the oldest first."""
    rows = counted(SubscriptionRow.objects.filter(ended_at=None))
    return tuple(subscription_of(row) for row in rows.order_by("id"))


def dead_letters() -> Iterable[Published]:
    """List the messages that were put aside and not tried again, the oldest first."""
    dead = DeadLetterRow.objects.filter(message=OuterRef("pk"), again_at=None)
    rows = TopicMessageRow.objects.filter(Exists(dead)).order_by("number")
    return tuple(published_of(row) for row in rows)


def counted(rows: QuerySet[SubscriptionRow]) -> QuerySet[SubscriptionRow]:
    """Count what a subscription has not taken, and what was put aside for it."""
    behind = TopicMessageRow.objects.filter(
        topic=OuterRef("topic"), number__gt=OuterRef("position")
    )
    dead = DeadLetterRow.objects.filter(subscription=OuterRef("pk"), again_at=None)

    return rows.select_related("consumer__member").annotate(
        waiting=_count(behind, "topic"), dead=_count(dead, "subscription")
    )


def _count(of: QuerySet[Any], by: str) -> Coalesce:
    grouped = of.order_by().values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(grouped), 0)


def subscription_of(row: SubscriptionRow) -> Subscription:
    """Hand out a subscription."""
    return Subscription(
        id=row.id,
        consumer=subsystem_of(row.consumer).name,
        topic=row.topic,
        address=row.address,
        fields=tuple(row.fields),
        purpose=row.purpose,
        source=row.source,
        position=row.position,
        attempts=row.attempts,
        last_error=row.last_error,
        waiting=getattr(row, "waiting", 0),
        dead=getattr(row, "dead", 0),
        ended_at=row.ended_at,
    )


def published_of(row: TopicMessageRow) -> Published:
    """Hand out a message."""
    return Published(row.number, row.topic, row.key, row.body, row.at)
