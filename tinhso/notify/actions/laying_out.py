"""Lay a delivery out as the letter that its channel carries."""

from dataclasses import dataclass

from django.conf import settings

from tinhso.notify import queries
from tinhso.notify.models import DeliveryRow, MessageRow
from tinhso.notify.providers.base import Letter
from tinhso.notify.providers.links import unsubscribe_token
from tinhso.notify.rules import sms
from tinhso.notify.types import Channel, ChannelSettings, Obligation
from tinhso.people.types import Person

# Where the doors have them; tests hold the two together.
READ, UNSUBSCRIBE = "/tin-nhan/{}", "/thoi-nhan/{}"
ONE_CLICK = "/api/v1/messages/unsubscribe/{}"


@dataclass(frozen=True, slots=True)
class Receiver:
    """Who a letter goes to, and how they want to be reached."""

    person: Person
    chosen: ChannelSettings


def letter_of(row: DeliveryRow, receiver: Receiver) -> Letter:
    """Lay a letter out; to: "" where the person left no address."""
    message, channel = row.message, row.channel
    if channel == Channel.PUSH:
        return _push(row)
    if channel == Channel.EMAIL:
        return _mail(row, receiver.person.email)
    to = "console"
    if channel in (Channel.SMS, Channel.ZALO):
        phone, zalo = receiver.person.phone, receiver.chosen.zalo_user_id
        to = zalo or phone if channel == Channel.ZALO else phone
    return Letter(
        to=to,
        subject=message.subject["vi"],
        body=message.body["vi"],
        key=str(row.id),
        short=_short(message),
        zalo=message.zalo,
    )


def _short(message: MessageRow) -> str:
    text = str((message.short or message.subject)["vi"])
    return sms.fitted(text if settings.TINHSO_SMS_ACCENTED else sms.plain(text))


def _push(row: DeliveryRow) -> Letter:
    message = row.message
    browsers = queries.subscriptions_of(person_id=message.person_id)
    return Letter(
        to="browsers" if browsers else "",
        subject=message.subject["vi"],
        # What stands on a locked screen is read by whoever is near.
        body="",
        key=str(row.id),
        browsers=browsers,
        link=READ.format(message.id),
    )


def _mail(row: DeliveryRow, to: str) -> Letter:
    message = row.message
    link = by_program = ""
    if message.template.obligation != Obligation.LAW:
        token = unsubscribe_token(message.person_id, message.template.key)
        link = settings.TINHSO_ORIGIN + UNSUBSCRIBE.format(token)
        by_program = settings.TINHSO_ORIGIN + ONE_CLICK.format(token)
    return Letter(
        to=to,
        subject=message.subject["vi"],
        body=_mail_body(message, link),
        key=str(row.id),
        unsubscribe=by_program,
    )


def _mail_body(message: MessageRow, link: str) -> str:
    body = f"{message.body['vi']}\n\n---\n\n{message.body['en']}\n"
    if link:
        body += f"\n---\n\nKhông nhận thư loại này nữa / unsubscribe: {link}\n"
    return body
