"""Say the rooms' sentences in the reader's language."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from django.utils.translation import get_language, gettext

from tinhso.kernel.errors import Invalid, Phrase, Refused

# A line of an error summary: {"field": "child_name", "message": "…"}.
ErrorLine = dict[str, str]


def language() -> str:
    """Tell the reader's language: `vi` or `en`."""
    return "en" if (get_language() or "vi").startswith("en") else "vi"


def say(message: str) -> str:
    """Say a message of a room: a phrase, or a marked text."""
    if not isinstance(message, Phrase):
        return gettext(message)
    if message.english:
        return message.english if language() == "en" else str(message)
    translated = gettext(message.source)
    return translated.format(**message.params) if message.params else translated


def say_refusal(refusal: Refused) -> str:
    """Say why a room refused."""
    return gettext(refusal.message).format(**refusal.params)


class Sayable(Protocol):
    """A text in both languages, of whichever room."""

    def in_language(self, language: str) -> str:
        """Read it in a language: `vi` or `en`."""


def said(label: Sayable) -> str:
    """Read a label of the content."""
    return label.in_language(language())


def money(value: int) -> str:
    """Write an amount as `1.234.567 ₫`."""
    return f"{value:,} ₫".replace(",", ".")


def first_messages(refusal: Invalid) -> Mapping[str, str]:
    """List the first message of each field, for showing beside it."""
    return {name: say(messages[0]) for name, messages in refusal.fields.items()}


def named(label: str, message: str) -> str:
    """Say what a message is about: `Họ tên: hãy trả lời câu hỏi này.`"""
    if not label or message.lower().startswith(label.lower()):
        return message
    if label[-1] in "?!.":
        return f"{label} {message}"
    # An abbreviation keeps its capitals.
    start = message[:1] if message[1:2].isupper() else message[:1].lower()
    return f"{label}: {start}{message[1:]}"


def error_summary(
    refusal: Invalid, labels: Mapping[str, str] | None = None
) -> Sequence[ErrorLine]:
    """List all messages, for the summary at the top of the page.

    labels: how the page calls each field, since a message alone does not say which.
    """
    known = labels or {}
    lines = [
        {"field": name, "message": named(known.get(name, ""), say(message))}
        for name, messages in refusal.fields.items()
        for message in messages
    ]
    return lines or [{"field": "", "message": say_refusal(refusal)}]
