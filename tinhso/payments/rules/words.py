"""Amounts in words, as receipts write them."""

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
GROUPS = ("", " nghìn", " triệu")


def in_words(amount: int) -> str:
    """Write an amount of đồng in words; amount: VND, 0 or more.

    >>> in_words(8000)
    'Tám nghìn đồng'
    >>> in_words(21_115)
    'Hai mươi mốt nghìn một trăm mười lăm đồng'
    >>> in_words(1_000_005)
    'Một triệu không trăm linh năm đồng'
    >>> in_words(24_051_000_000)
    'Hai mươi bốn tỷ không trăm năm mươi mốt triệu đồng'
    >>> in_words(0)
    'Không đồng'
    """
    said = f"{_said(amount, is_first=True) or DIGITS[0]} đồng"
    return said[0].upper() + said[1:]


def _said(number: int, *, is_first: bool) -> str:
    billions, rest = divmod(number, 10**9)
    if billions:
        # A thousand of them is said, and then that they are `tỷ`.
        parts = [f"{_said(billions, is_first=is_first)} tỷ"]
        return " ".join([*parts, *filter(None, [_said(rest, is_first=False)])])
    places = (2, 1, 0)
    parts = []
    for place in places:
        group = rest // 1000**place % 1000
        if group:
            parts.append(_group(group, is_first=is_first and not parts) + GROUPS[place])
    return " ".join(parts)


def _group(number: int, *, is_first: bool) -> str:
    """Say one to three digits; after others the hundreds are said, though none."""
    hundreds, rest = divmod(number, 100)
    parts = [] if is_first and not hundreds else [f"{DIGITS[hundreds]} trăm"]
    if rest:
        parts.append(_below_hundred(rest, is_alone=not parts))
    return " ".join(parts)


def _below_hundred(number: int, *, is_alone: bool) -> str:
    tens, ones = divmod(number, 10)
    if tens == 0:
        return DIGITS[ones] if is_alone else f"linh {DIGITS[ones]}"
    said = "mười" if tens == 1 else f"{DIGITS[tens]} mươi"
    if ones == 0:
        return said
    return f"{said} {_last(tens, ones)}"


def _last(tens: int, ones: int) -> str:
    if ones == 5:
        return "lăm"
    return "mốt" if ones == 1 and tens > 1 else DIGITS[ones]
