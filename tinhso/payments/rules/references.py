"""References of bills: short enough for a transfer, with a sign that tells slips."""

import re
from uuid import UUID

# Nothing that is taken for something else; 31 signs, so that one sign that is wrong,
# or two that changed places, never come out right.
SIGNS = "23456789ABCDEFGHJKLMNPQRSTVWXYZ"
LENGTH = 12
REFERENCE = re.compile(rf"TS([{SIGNS}]{{{LENGTH}}})([{SIGNS}])")
APART = re.compile(r"[\s.,:;/_-]+")


def reference_of(bill_id: UUID) -> str:
    """Make the reference of a bill from the random part of its identifier.

    >>> reference_of(UUID("019b76da-a800-7000-8000-000000000001"))
    'TSZH2Q3DLRAMG5Y'
    """
    rest, signs = bill_id.int % len(SIGNS) ** LENGTH, ""
    for _ in range(LENGTH):
        rest, place = divmod(rest, len(SIGNS))
        signs = SIGNS[place] + signs
    return f"TS{signs}{_check(signs)}"


def find_reference(text: str) -> str | None:
    """Find the one reference in the words of a transfer; None if none, or several.

    Banks change case, and part what is long.

    >>> find_reference("NGUYEN VAN A nop.tszh2q3dl ramg5y le phi")
    'TSZH2Q3DLRAMG5Y'
    >>> find_reference("TSZH2Q3DLRAMG5X") is None
    True
    """
    whole = APART.sub("", text.upper())
    # All places count, though they overlap.
    starts = (found.start() for found in re.finditer("TS", whole))
    here = (REFERENCE.match(whole, start) for start in starts)
    found = {one[0] for one in here if one and _check(one[1]) == one[2]}
    return found.pop() if len(found) == 1 else None


def _check(signs: str) -> str:
    weighted = ((place + 2) * SIGNS.index(sign) for place, sign in enumerate(signs))
    return SIGNS[sum(weighted) % len(SIGNS)]
