"""Ways a message leaves the house."""

from collections.abc import Callable, Mapping

from django.conf import settings

from tinhso.kernel import plugins
from tinhso.notify.providers import sms_http, zalo
from tinhso.notify.providers.base import Sender, Told
from tinhso.notify.providers.console import Console
from tinhso.notify.providers.push import Push
from tinhso.notify.providers.sms_http import SmsGateway
from tinhso.notify.providers.sms_smpp import SmsSmpp
from tinhso.notify.providers.smtp import Smtp
from tinhso.notify.providers.zalo import Zalo
from tinhso.notify.types import Channel

READERS: Mapping[str, Callable[..., Told]] = {
    Channel.SMS: sms_http.read,
    Channel.ZALO: zalo.read,
}


def there() -> frozenset[Channel]:
    """List the channels that are set up on this platform."""
    found = {Channel.INBOX, Channel.EMAIL, Channel.CONSOLE, Channel.LETTER}
    if settings.TINHSO_SMS_URL:
        found.add(Channel.SMS)
    if settings.TINHSO_ZALO_APP and settings.TINHSO_ZALO_SECRET:
        found.add(Channel.ZALO)
    if settings.TINHSO_PUSH_SERVICES:
        found.add(Channel.PUSH)
    return frozenset(found)


def sender(channel: str) -> Sender:
    """Make the sender of a channel, for a round of letters."""
    by_smpp = settings.TINHSO_SMS_URL.startswith("smpp://")
    built_in = {
        Channel.EMAIL.value: Smtp,
        Channel.CONSOLE.value: Console,
        Channel.SMS.value: SmsSmpp if by_smpp else SmsGateway,
        Channel.ZALO.value: Zalo,
        Channel.PUSH.value: Push,
    }
    made: Sender = plugins.load(
        group="tinhso.notify", name=channel, built_in=built_in
    )()
    return made


__all__ = ["READERS", "sender", "there"]
