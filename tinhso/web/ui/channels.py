"""The channels of messages, in words people know."""

from collections.abc import Collection
from datetime import time
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from tinhso.notify.types import (
    USUAL,
    Channel,
    ChannelSettings,
    MessageTemplate,
    Outage,
    Quiet,
)
from tinhso.people.types import Person
from tinhso.web.ui.phrases import language
from tinhso.web.ui.writing import moment

NAMES = {
    Channel.INBOX: gettext_lazy("Hộp tin trong tài khoản"),
    Channel.EMAIL: gettext_lazy("Thư điện tử"),
    Channel.CONSOLE: gettext_lazy("Nhật ký máy chủ"),
    Channel.SMS: gettext_lazy("Tin nhắn SMS"),
    Channel.ZALO: gettext_lazy("Zalo"),
    Channel.PUSH: gettext_lazy("Thông báo trên trình duyệt"),
    Channel.LETTER: gettext_lazy("Thư giấy qua bưu điện"),
}
PLACES = (
    gettext_lazy("Kênh thứ nhất"),
    gettext_lazy("Kênh thứ hai"),
    gettext_lazy("Kênh thứ ba"),
    gettext_lazy("Kênh thứ tư"),
    gettext_lazy("Kênh thứ năm"),
)
FIRST, EVERY = "first", "every"


def places(order: Collection[str], there: Collection[Channel]) -> list[dict[str, Any]]:
    """Lay out one choice for each place in the order."""
    known = [one for one in USUAL if one in there]
    options = [{"value": "", "label": gettext("Không dùng")}]
    options += [{"value": one.value, "label": str(NAMES[one])} for one in known]
    chosen = [*order, *[""] * len(known)]
    return [
        {
            "name": f"order-{n}",
            "label": PLACES[n],
            "value": chosen[n],
            "options": options,
        }
        for n in range(len(known))
    ]


def addresses(
    person: Person, browsers: int, there: Collection[Channel]
) -> list[dict[str, str]]:
    """Say where each channel leads, and where it leads nowhere."""
    known = {
        Channel.EMAIL: person.email,
        Channel.SMS: person.phone,
        Channel.ZALO: person.phone,
        Channel.LETTER: person.residence,
        Channel.PUSH: gettext("{n} trình duyệt").format(n=browsers) if browsers else "",
    }
    return [
        {"name": str(NAMES[one]), "to": known[one] or gettext("Chưa có")}
        for one in USUAL
        if one in there
    ]


def hours(chosen: ChannelSettings, usual: Quiet) -> dict[str, str]:
    """Write quiet hours as the browser's inputs take them."""
    quiet = chosen.quiet or usual
    return {"quiet_from": written(quiet.starts), "quiet_to": written(quiet.ends)}


def read_quiet(starts: str, ends: str) -> Quiet | None:
    """Read quiet hours; None where both are empty.

    :raises ValueError: if one of them is none.
    """
    if not starts.strip() and not ends.strip():
        return None
    return Quiet(time.fromisoformat(starts.strip()), time.fromisoformat(ends.strip()))


def written(hour: time) -> str:
    """Write a time of the day: `21:00`."""
    return f"{hour:%H:%M}"


def title(template: MessageTemplate) -> str:
    """Name a kind of message in the reader's language."""
    return str(template.title[language()])


def outage(one: Outage) -> dict[str, Any]:
    """Show an outage."""
    return {
        "what": one.what[language()],
        "from": moment(one.starts_at),
        "to": moment(one.ends_at),
        "is_planned": one.is_planned,
        "reason": one.reason,
        "announced": moment(one.announced_at),
        "id": one.id,
        "is_off": one.ended_at is not None,
    }
