"""Vietnamese text: one normal form, folding for search, the order of names."""

import unicodedata

_LETTERS_WITHOUT_MARKS = str.maketrans({"đ": "d", "Đ": "D"})
_INVISIBLE = {"Cc", "Cf", "Cs", "Co"}


class _Folded(dict[int, str]):
    """What each letter becomes when it is folded; worked out once a letter."""

    def __missing__(self, code: int) -> str:
        plain = chr(code).translate(_LETTERS_WITHOUT_MARKS)
        decomposed = unicodedata.normalize("NFD", plain)
        bare = "".join(c for c in decomposed if not unicodedata.combining(c))
        self[code] = unicodedata.normalize("NFC", bare).casefold()
        return self[code]


_FOLDED = _Folded()


def nfc(text: str) -> str:
    """Bring a text to the one form it is stored in.

    >>> nfc("Hạ Long") == "Hạ Long"
    True
    """
    return unicodedata.normalize("NFC", text)


def clean(text: str) -> str:
    """Normalize a typed line: NFC, no control or invisible characters, single spaces.

    >>> clean("  Nguyễn\\u200b  Văn\\tAn ")
    'Nguyễn Văn An'
    """
    text = nfc(text)
    if text.isprintable():  # by far most lines; nothing in them is invisible
        return " ".join(text.split())
    spaced = "".join(" " if char.isspace() else char for char in text)
    visible = (c for c in spaced if unicodedata.category(c) not in _INVISIBLE)
    return " ".join("".join(visible).split())


def fold(text: str) -> str:
    """Fold a text for searching: no diacritics, đ as d, lower case.

    >>> fold("Đăng ký khai sinh")
    'dang ky khai sinh'
    """
    return nfc(text).translate(_FOLDED)


def name_sort_key(full_name: str) -> str:
    """Order people as Vietnamese lists do: by the last word, then the rest.

    >>> sorted(["Trần Văn An", "Lê Thị Bình", "Đỗ An"], key=name_sort_key)
    ['Đỗ An', 'Trần Văn An', 'Lê Thị Bình']
    """
    words = fold(full_name).split()
    return " ".join([*words[-1:], *words[:-1]])


def grouped(number: int) -> str:
    """Write a whole number; from five digits on, points part the thousands.

    >>> grouped(2026), grouped(2000000000)
    ('2026', '2.000.000.000')
    """
    return str(number) if abs(number) < 10_000 else f"{number:,}".replace(",", ".")
