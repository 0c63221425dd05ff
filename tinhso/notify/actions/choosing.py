"""Let people choose how they are reached, and what they do without."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.errors import N_, NotFound
from tinhso.notify import providers, queries
from tinhso.notify.models import ChannelSettingsRow, PushSubscriptionRow
from tinhso.notify.providers.links import read_token
from tinhso.notify.providers.push import keys_of, refuse_strange
from tinhso.notify.types import (
    USUAL,
    CannotUnsubscribe,
    Channel,
    ChannelSettings,
    ChannelsWrong,
    MessageTemplate,
    Obligation,
    PushSubscription,
    PushWrong,
    Quiet,
)

MOST_BROWSERS = 10
TWICE = N_("Một kênh chỉ được chọn một lần.")
UNKNOWN = N_("Không có kênh này.")
HOURS = N_("Hãy nhập cả giờ bắt đầu và giờ kết thúc, hai giờ khác nhau.")
ZALO = N_("Mã người dùng Zalo chỉ gồm chữ số.")


def choose_channels(
    *,
    order: Sequence[str],
    is_every: bool,
    quiet: Quiet | None,
    takes_news: bool,
    zalo_user_id: str,
    actor: Actor,
    at: datetime,
) -> ChannelSettings:
    """Keep how somebody wants to be reached from now on.

    order: the first channel first; those left out are not used, but for what the law
    asks for.

    :raises ChannelsWrong: if a channel stands twice, or hours or numbers are none.
    """
    person_id = _person(actor)
    _refuse_wrong(order, quiet, zalo_user_id)
    with transaction.atomic():
        row = _locked(person_id, at)
        row.order, row.is_every, row.takes_news = list(order), is_every, takes_news
        row.quiet_from = quiet.starts if quiet else None
        row.quiet_to = quiet.ends if quiet else None
        row.zalo_user_id, row.changed_at = zalo_user_id, at
        row.save()
        _note("choose_channels", person_id, {"order": list(order)}, actor, at)
    return queries.channel_settings(person_id=person_id)


def unsubscribe(*, token: str, actor: Actor, at: datetime) -> MessageTemplate:
    """Do without further letters of a kind, by the link in one; the inbox has them.

    Who holds the letter needs no sign-in (RFC 8058). Doing it twice changes nothing.

    :raises LinkWrong: if the link is not ours.
    :raises MessageTemplateNotFound: if there is no such wording any more.
    :raises CannotUnsubscribe: if the law asks for these letters.
    """
    person_id, key = read_token(token)
    return _switch(person_id, key, actor, at, is_off=True)


def resubscribe(*, token: str, actor: Actor, at: datetime) -> MessageTemplate:
    """Take `unsubscribe` back, by the same link.

    :raises LinkWrong: if the link is not ours.
    """
    person_id, key = read_token(token)
    return _switch(person_id, key, actor, at, is_off=False)


def receive_again(*, key: str, actor: Actor, at: datetime) -> MessageTemplate:
    """Take back that one does without a kind of message."""
    return _switch(_person(actor), key, actor, at, is_off=False)


def add_browser(
    *, endpoint: str, p256dh: str, auth: str, actor: Actor, at: datetime
) -> PushSubscription:
    """Let a browser show one's messages; whoever sits at it last gets them there.

    :raises PushWrong: if it is at no service that is known, or its keys are none.
    """
    person_id = _person(actor)
    refuse_strange(endpoint)
    browser = PushSubscription(person_id, endpoint, p256dh, auth)
    keys_of(browser)
    with transaction.atomic():
        others = PushSubscriptionRow.objects.select_for_update().filter(
            person_id=person_id
        )
        if others.exclude(endpoint=endpoint).count() >= MOST_BROWSERS:
            raise PushWrong({"": [PushWrong.message]})
        row, _ = PushSubscriptionRow.objects.update_or_create(
            endpoint=endpoint,
            defaults={
                "person_id": person_id,
                "p256dh": p256dh,
                "auth": auth,
                "made_at": at,
            },
        )
        _note("add_browser", person_id, {}, actor, at)
    return PushSubscription(row.id, row.endpoint, row.p256dh, row.auth)


def drop_browsers(*, actor: Actor, at: datetime) -> int:
    """Let no browser show one's messages any more; say how many there were."""
    person_id = _person(actor)
    with transaction.atomic():
        gone, _ = PushSubscriptionRow.objects.filter(person_id=person_id).delete()
        _note("drop_browsers", person_id, {"browsers": gone}, actor, at)
    return gone


def _switch(
    person_id: UUID, key: str, actor: Actor, at: datetime, *, is_off: bool
) -> MessageTemplate:
    template = queries.get_message_template(key=key)
    if is_off and template.obligation is Obligation.LAW:
        raise CannotUnsubscribe
    with transaction.atomic():
        row = _locked(person_id, at)
        row.off = sorted({*row.off, key} if is_off else {*row.off} - {key})
        row.changed_at = at
        row.save()
        deed = "unsubscribe" if is_off else "receive_again"
        _note(deed, person_id, {"template": key}, actor, at)
    return template


def _refuse_wrong(order: Sequence[str], quiet: Quiet | None, zalo: str) -> None:
    fields: dict[str, list[str]] = {}
    if len(set(order)) < len(order):
        fields["order"] = [TWICE]
    elif not set(order) <= {one for one in USUAL if one in providers.there()}:
        fields["order"] = [UNKNOWN]
    if quiet and quiet.starts == quiet.ends:
        fields["quiet"] = [HOURS]
    if zalo and not (zalo.isascii() and zalo.isdigit() and len(zalo) <= 30):
        fields["zalo_user_id"] = [ZALO]
    if fields:
        raise ChannelsWrong(fields)


def _locked(person_id: UUID, at: datetime) -> ChannelSettingsRow:
    """Give a person's row to be changed; the usual choices where there is none."""
    ChannelSettingsRow.objects.bulk_create(
        [
            ChannelSettingsRow(
                person_id=person_id,
                order=[one for one in USUAL if one in Channel],
                is_every=False,
                takes_news=False,
                off=[],
                changed_at=at,
            )
        ],
        ignore_conflicts=True,
    )
    return ChannelSettingsRow.objects.select_for_update().get(person_id=person_id)


def _person(actor: Actor) -> UUID:
    if actor.person_id is None:
        raise NotFound
    return actor.person_id


def _note(
    deed: str, person_id: UUID, details: dict[str, object], actor: Actor, at: datetime
) -> None:
    audit.write(
        f"notify.{deed}",
        subject="people.Person",
        subject_id=person_id,
        actor=actor,
        at=at,
        details=details,
    )
