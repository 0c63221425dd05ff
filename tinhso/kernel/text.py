"""Vietnamese text: one normal form, folding for search, the order of names."""

import re
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


def unmarked(text: str) -> str:
    """Take the diacritics off, and leave the letters as large as they are.

    >>> unmarked("Lệ phí Đăng ký")
    'Le phi Dang ky'
    """
    plain = unicodedata.normalize("NFD", text.translate(_LETTERS_WITHOUT_MARKS))
    bare = "".join(char for char in plain if not unicodedata.combining(char))
    return unicodedata.normalize("NFC", bare)


# How two fonts of the time before Unicode laid Vietnamese over Latin letters.
_TCVN3 = dict(
    zip(
        "µ¸¶·¹¨»¾¼½Æ©ÇÊÈÉË®ÌÐÎÏÑªÒÕÓÔÖ×ÝØÜÞßãáâä«åèæçé¬êíëìîïóñòô\u00adõøö÷ùúýûüþ¡¢£¤¥¦§",
        "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵĂÂÊÔƠƯĐ",
        strict=True,
    )
)
_VNI = {
    **dict(zip(("aø", "aù", "aû", "aõ", "aï", "aê", "aâ"), "àáảãạăâ", strict=True)),
    **dict(zip(("aè", "aé", "aú", "aü", "aë"), "ằắẳẵặ", strict=True)),
    **dict(zip(("aà", "aá", "aå", "aã", "aä"), "ầấẩẫậ", strict=True)),
    **dict(zip(("eø", "eù", "eû", "eõ", "eï", "eâ"), "èéẻẽẹê", strict=True)),
    **dict(zip(("eà", "eá", "eå", "eã", "eä"), "ềếểễệ", strict=True)),
    **dict(zip(("oø", "où", "oû", "oõ", "oï", "oâ"), "òóỏõọô", strict=True)),
    **dict(zip(("oà", "oá", "oå", "oã", "oä"), "ồốổỗộ", strict=True)),
    **dict(zip(("ôø", "ôù", "ôû", "ôõ", "ôï", "ô"), "ờớởỡợơ", strict=True)),
    **dict(zip(("uø", "uù", "uû", "uõ", "uï"), "ùúủũụ", strict=True)),
    **dict(zip(("öø", "öù", "öû", "öõ", "öï", "ö"), "ừứửữựư", strict=True)),
    **dict(zip(("yø", "yù", "yû", "yõ", "î"), "ỳýỷỹỵ", strict=True)),
    **dict(zip(("æ", "ó", "ò", "ñ"), "ỉĩịđ", strict=True)),
}
# Signs that stand in no word of ours, next to a letter.
_SIGN_OF_TCVN3 = re.compile(r"[a-zA-Z][®µ¸¶·¹¨©ª«¬\u00ad¦§¤¥»¼½¾]|[®§¦][a-zA-Z]")
_SIGN_OF_VNI = re.compile(r"[aeoôuöyAEOÔUÖY][øûïåëüÿØÛÏÅËÜ]|[öÖ][a-zôø]|[aeo][äëü]")
_VNI_PARTS = re.compile("|".join(sorted(_VNI, key=len, reverse=True)))


def out_of_old_font(text: str) -> str | None:
    """Guess what a text says that was typed in TCVN3 or VNI; None if it was not.

    The capitals of TCVN3 are another font with the same signs; they come as small ones.

    >>> out_of_old_font("Tr\xadêng TiÓu häc")
    'Trường Tiểu học'
    >>> out_of_old_font("Tröôøng Tieåu hoïc")
    'Trường Tiểu học'
    >>> out_of_old_font("Trường Tiểu học") is None
    True
    """
    if _SIGN_OF_TCVN3.search(text):
        return "".join(_TCVN3.get(letter, letter) for letter in text)
    # One may be a foreign name.
    if len(_SIGN_OF_VNI.findall(text)) > 1:
        return _VNI_PARTS.sub(lambda found: _VNI[found[0]], text)
    return None


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


def fraction(value: float) -> str:
    """Write a number whole, as `1.234.567,5`; six decimals at most."""
    whole, _, rest = f"{abs(value):.6f}".rstrip("0").partition(".")
    sign = "-" if value < 0 else ""
    return f"{sign}{grouped(int(whole))}{',' if rest else ''}{rest}"
