"""How long a short message is: GSM 03.38 (3GPP TS 23.038), or UCS-2 beyond it."""

from dataclasses import dataclass

from tinhso.kernel.text import unmarked

MOST_SEGMENTS = 3
GSM, UCS2 = "GSM", "UCS2"
# In the order of the table; its 28th place says that a sign of the other follows.
ESCAPE = "\x1b"
TABLE = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
BASIC = frozenset(TABLE) - {ESCAPE}
# These take two places, one of them to say so.
EXTENSION = {
    "\f": 0x0A,
    "^": 0x14,
    "{": 0x28,
    "}": 0x29,
    "\\": 0x2F,
    "[": 0x3C,
    "~": 0x3D,
    "]": 0x3E,
    "|": 0x40,
    "€": 0x65,
}
EXTENDED = frozenset(EXTENSION)
# Of one message alone, and of each part where several are joined.
ROOM = {GSM: (160, 153), UCS2: (70, 67)}
# What word processors write, and GSM has another sign for.
PLAIN = str.maketrans(
    {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...", " ": " "}
)


@dataclass(frozen=True, slots=True)
class Measured:
    """A short message measured; coding: `GSM` or `UCS2`; units: places it takes."""

    coding: str
    units: int
    segments: int


def plain(text: str) -> str:
    """Write a text without marks, as the cheap way takes it.

    >>> plain("Hồ sơ “khai sinh” đã xong…")
    'Ho so "khai sinh" da xong...'
    """
    return unmarked(text.translate(PLAIN))


def measured(text: str) -> Measured:
    r"""Count the places and segments of a short message.

    >>> measured("a" * 160).segments, measured("a" * 161).segments
    (1, 2)
    >>> measured("€" * 80).segments, measured("€" * 81).segments
    (1, 2)
    >>> measured("Đã xong"), measured("đ" * 70).segments, measured("đ" * 71).segments
    (Measured(coding='UCS2', units=7, segments=1), 1, 2)
    """
    coding = GSM if set(text) <= BASIC | EXTENDED else UCS2
    sizes = [_size(sign, coding) for sign in text]
    alone, joined = ROOM[coding]
    units = sum(sizes)
    return Measured(coding, units, 1 if units <= alone else _parts(sizes, joined))


def split(text: str) -> list[str]:
    """Cut a short message into its segments; a sign of two places is never cut.

    >>> [len(part) for part in split("a" * 161)]
    [153, 8]
    """
    coding = measured(text).coding
    alone, joined = ROOM[coding]
    if sum(_size(sign, coding) for sign in text) <= alone:
        return [text]
    parts, room = [""], joined
    for sign in text:
        size = _size(sign, coding)
        if size > room:
            parts.append("")
            room = joined
        parts[-1] += sign
        room -= size
    return parts


def encoded(text: str, coding: str) -> bytes:
    """Write a text as it goes through the air, a byte a place where it is GSM.

    >>> encoded("Xa [1]", GSM).hex(), encoded("xã", UCS2).hex()
    ('5861201b3c311b3e', '007800e3')
    """
    if coding == UCS2:
        return text.encode("utf-16-be")
    return b"".join(
        bytes([0x1B, EXTENSION[sign]])
        if sign in EXTENSION
        else bytes([TABLE.index(sign)])
        for sign in text
    )


def fitted(text: str, *, segments: int = MOST_SEGMENTS) -> str:
    """Shorten a text until it fits into so many segments, and show that by dots."""
    if measured(text).segments <= segments:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = measured(f"{text[:middle]}...").segments <= segments
        low, high = (middle, high) if fits else (low, middle - 1)
    return f"{text[:low]}..."


def _size(sign: str, coding: str) -> int:
    if coding == GSM:
        return 2 if sign in EXTENDED else 1
    return len(sign.encode("utf-16-be")) // 2


def _parts(sizes: list[int], room: int) -> int:
    parts, left = 1, room
    for size in sizes:
        if size > left:
            parts, left = parts + 1, room
        left -= size
    return parts
