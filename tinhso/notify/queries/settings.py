"""Read how people want to be reached, and how channels are used."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.conf import settings

from tinhso.notify.models import (
    ChannelRuleRow,
    ChannelSettingsRow,
    PushSubscriptionRow,
)
from tinhso.notify.providers import there
from tinhso.notify.types import (
    USUAL,
    Channel,
    ChannelRule,
    ChannelSettings,
    Price,
    PushSubscription,
    Quiet,
)


def channel_settings(*, person_id: UUID) -> ChannelSettings:
    """Read how a person wants to be reached; the usual where they chose nothing."""
    return settings_of(person_ids=[person_id])[person_id]


def settings_of(*, person_ids: Collection[UUID]) -> dict[UUID, ChannelSettings]:
    """Read how some people want to be reached."""
    rows = ChannelSettingsRow.objects.filter(person_id__in=person_ids)
    chosen = {row.person_id: settings_from(row) for row in rows}
    return {one: chosen.get(one) or usual(one) for one in person_ids}


def subscriptions_of(*, person_id: UUID) -> tuple[PushSubscription, ...]:
    """List the browsers that show a person's messages, the oldest first."""
    rows = PushSubscriptionRow.objects.filter(person_id=person_id).order_by("id")
    return tuple(
        PushSubscription(row.id, row.endpoint, row.p256dh, row.auth) for row in rows
    )


def channel_rules() -> dict[Channel, ChannelRule]:
    """Read how each channel is used, by its newest version."""
    rows = ChannelRuleRow.objects.order_by("channel", "number")
    newest = {row.channel: row.body for row in rows}
    return {Channel(key): rule_of(body=body) for key, body in newest.items()}


def rule_of(*, body: dict[str, object]) -> ChannelRule:
    """Read a rule as content writes it."""
    told: list[dict[str, object]] = body.get("prices") or []  # type: ignore[assignment]
    return ChannelRule(
        channel=Channel(str(body["key"])),
        patience_minutes=int(str(body["patience_minutes"])),
        prices=tuple(
            Price(
                valid_from=date.fromisoformat(str(one["from"])),
                amount=int(str(one["amount"])),
                source=str(one["source"]),
                is_uncertain=bool(one.get("uncertain")),
            )
            for one in told
        ),
    )


def channels_there() -> frozenset[Channel]:
    """List the channels that are set up on this platform."""
    return there()


def usual_quiet() -> Quiet:
    """Tell the quiet hours of who has chosen none."""
    starts, ends = settings.TINHSO_QUIET_HOURS
    return Quiet(starts, ends)


def usual(person_id: UUID) -> ChannelSettings:
    """Tell how who has chosen nothing is reached."""
    return ChannelSettings(
        person_id=person_id,
        order=USUAL,
        is_every=False,
        quiet=None,
        takes_news=False,
        off=frozenset(),
        zalo_user_id="",
        is_chosen=False,
    )


def settings_from(row: ChannelSettingsRow) -> ChannelSettings:
    """Hand out what somebody chose."""
    ends = row.quiet_to
    return ChannelSettings(
        person_id=row.person_id,
        order=tuple(Channel(one) for one in row.order),
        is_every=row.is_every,
        quiet=Quiet(row.quiet_from, ends) if row.quiet_from and ends else None,
        takes_news=row.takes_news,
        off=frozenset(row.off),
        zalo_user_id=row.zalo_user_id,
        is_chosen=True,
    )
