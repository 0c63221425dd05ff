"""Fill wordings, and decide when to try again: values in, values out."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tinhso.kernel.text import clean
from tinhso.notify.rules import sms
from tinhso.notify.types import MAX_PARAM, MessageParamsWrong, MessageTemplate

MAX_SUBJECT = 200
MAX_ATTEMPTS = 10
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


def placeholders(text: str) -> set[str]:
    """List the placeholders of a wording.

    >>> sorted(placeholders("Hồ sơ {code} hẹn trả {due_at}"))
    ['code', 'due_at']
    """
    return set(_PLACEHOLDER.findall(text))


def stray_braces(text: str) -> bool:
    """Tell whether a wording holds braces that are no placeholder."""
    return bool(re.search(r"[{}]", _PLACEHOLDER.sub("", text)))


def filled(text: str, params: Mapping[str, str]) -> str:
    """Put values in place of placeholders, once: values are not read again.

    >>> filled("Chào {name}", {"name": "{code}"})
    'Chào {code}'
    """
    return _PLACEHOLDER.sub(lambda match: params[match[1]], text)


def one_line(text: str) -> str:
    """Make a text fit for a header: one line, at most 200 characters."""
    line = clean(text)
    return line if len(line) <= MAX_SUBJECT else f"{line[: MAX_SUBJECT - 1]}…"


def tidy(value: object) -> str:
    """Clean a value line by line; its lines stay."""
    return "\n".join(clean(line) for line in str(value).splitlines())


def wrong_params(
    wanted: Iterable[str], params: Mapping[str, object]
) -> dict[str, list[str]]:
    """Name the values that are missing or longer than 5,000 characters."""
    wrong = {}
    for name in sorted(set(wanted)):
        if name not in params:
            wrong[name] = ["Chưa có giá trị."]
        elif len(str(params[name])) > MAX_PARAM:
            wrong[name] = ["Dài quá 5.000 ký tự."]
    return wrong


def wait_after(attempts: int) -> timedelta:
    """Tell how long to wait after so many failed attempts: 1, 2, 4 … minutes, ≤ 6 h.

    >>> wait_after(1), wait_after(3)
    (datetime.timedelta(seconds=60), datetime.timedelta(seconds=240))
    """
    return min(timedelta(minutes=2 ** (min(attempts, 20) - 1)), timedelta(hours=6))


@dataclass(frozen=True, slots=True)
class Written:
    """A wording filled in: for the inbox and letters, for SMS, for Zalo."""

    subject: dict[str, str]
    body: dict[str, str]
    short: dict[str, str]
    zalo: dict[str, Any] | None


def written(template: MessageTemplate, params: Mapping[str, object]) -> Written:
    """Fill a wording in, for each channel.

    :raises MessageParamsWrong: if a placeholder has no value, or one too long.
    """
    short = template.short or template.subject
    names = wanted(template)
    if wrong := wrong_params(names, params):
        raise MessageParamsWrong(wrong)
    values = {name: tidy(params[name]) for name in names}
    zalo = {"template": template.zalo, "data": values} if template.zalo else None
    return Written(
        subject={k: one_line(filled(t, values)) for k, t in template.subject.items()},
        body={k: filled(t, values) for k, t in template.body.items()},
        short={k: sms.fitted(clean(filled(t, values))) for k, t in short.items()},
        zalo=zalo,
    )


def wanted(template: MessageTemplate) -> set[str]:
    """Name the placeholders of a wording, in all its texts."""
    texts = [template.subject, template.body, template.short or {}]
    return {name for text in texts for t in text.values() for name in placeholders(t)}


def longest_sms(template: MessageTemplate, params: Mapping[str, object]) -> int:
    """Count the segments of the longer of both languages, unaccented and uncut."""
    texts = (template.short or template.subject).values()
    values = {name: tidy(params[name]) for name in wanted(template)}
    whole = [sms.plain(clean(filled(text, values))) for text in texts]
    return max(sms.measured(text).segments for text in whole)
