"""Fill wordings, and decide when to try again: values in, values out."""

import re
from collections.abc import Iterable, Mapping
from datetime import timedelta

from tinhso.kernel.text import clean
from tinhso.notify.types import MAX_PARAM

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
