"""By which channels a message goes, and when telephones may ring."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from tinhso.notify.types import (
    USUAL,
    Channel,
    ChannelRule,
    ChannelSettings,
    Obligation,
    Quiet,
)

# What rings in somebody's pocket.
RINGING = frozenset({Channel.SMS, Channel.ZALO, Channel.PUSH})
# How long without a sign of arrival, in minutes, where no content says otherwise.
PATIENCE = {
    Channel.EMAIL: 60,
    Channel.SMS: 15,
    Channel.ZALO: 15,
    Channel.PUSH: 15,
    Channel.LETTER: 14 * 24 * 60,
}


def ways(
    allowed: Sequence[Channel],
    chosen: ChannelSettings,
    *,
    key: str,
    obligation: Obligation,
    there: Collection[Channel],
) -> tuple[Channel, ...]:
    """Name the channels a message may go by, in the order of trying.

    allowed: by its wording; there: set up on this platform. What the law asks for
    goes by the usual channels where somebody chose none of those allowed.
    """
    open_to = [one for one in allowed if one in there and one in USUAL]
    wanted = tuple(one for one in chosen.order if one in open_to)
    if obligation is Obligation.LAW:
        return wanted or tuple(one for one in USUAL if one in open_to)
    is_refused = key in chosen.off or (
        obligation is Obligation.NEWS and not chosen.takes_news
    )
    return () if is_refused else wanted


def wakes_at(moment: datetime, quiet: Quiet) -> datetime | None:
    """Tell when the quiet hours end that hold at a moment; None if none do.

    moment: on the wall clock of the person.

    >>> from datetime import time
    >>> night = Quiet(time(21), time(7))
    >>> wakes_at(datetime(2026, 6, 16, 22, 30), night)
    datetime.datetime(2026, 6, 17, 7, 0)
    >>> wakes_at(datetime(2026, 6, 16, 6, 59), night)
    datetime.datetime(2026, 6, 16, 7, 0)
    >>> wakes_at(datetime(2026, 6, 16, 7, 0), night) is None
    True
    """
    now, starts, ends = moment.time(), quiet.starts, quiet.ends
    if starts == ends:
        return None
    passes_midnight = starts > ends
    holds = now >= starts or now < ends if passes_midnight else starts <= now < ends
    if not holds:
        return None
    day = timedelta(days=1 if passes_midnight and now >= starts else 0)
    return datetime.combine(moment.date() + day, ends, moment.tzinfo)


def price_on(rule: ChannelRule | None, moment: datetime) -> int:
    """Tell what a segment or message costs on a day, VND; 0 where nobody says."""
    prices = rule.prices if rule else ()
    held = [one for one in prices if one.valid_from <= moment.date()]
    return max(held, key=lambda one: one.valid_from).amount if held else 0


def patience(rule: ChannelRule | None, channel: Channel) -> timedelta:
    """Tell how long a channel is waited for before the next is taken."""
    minutes = rule.patience_minutes if rule else PATIENCE.get(channel, 60)
    return timedelta(minutes=minutes)
