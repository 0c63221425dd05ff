"""Find the mark of a secret document: MẬT, TỐI MẬT, TUYỆT MẬT.

Luật Bảo vệ bí mật nhà nước 117/2025/QH15, before it 29/2018/QH14, Điều 8. A mark stands
by itself: alone in its line, at the edge of the page's head, or after "Độ mật:". The
words in running text, in quotes, in a list of the three, in "bảo mật", "mật ong" or
somebody's name are none.
"""

import re
from collections.abc import Iterable

from tinhso.kernel.text import fold, nfc

SECRET, HIGH, TOP = "MẬT", "TỐI MẬT", "TUYỆT MẬT"

_LONGEST = 2_000  # letters of a line that are looked at; nobody's line is longer
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\x00]")
_GAP = re.compile(r"\t+|[ \u00a0\u2000-\u200a\u3000]{3,}|[|│┃║]+")
_QUOTES = frozenset("\"'“”‘’«»„‟`")
_LETTERS = re.compile(r"[^\W\d_]+")
# A mark set wide: `M Ậ T`, `T U Y Ệ T   M Ậ T`.
_SPACED = re.compile(
    r"(?<!\w)(?:(T\s+Ố\s+I|T\s+U\s+Y\s+Ệ\s+T|TỐI|TUYỆT)\s+)?M\s+Ậ\s+T(?!\w)"
)
_STATED = re.compile(
    r"độ\s*mật\s*[:：.\-–]*\s*[\[(“\"]?\s*(tuyệt\s*mật|tối\s*mật|mật)\b(?!\s*[,/])",
    re.IGNORECASE,
)
# The same words in the two alphabets used before Unicode: TCVN3 and VNI.
_OLD = {
    "MËT": SECRET,
    "TèI MËT": HIGH,
    "TÈI MËT": HIGH,
    "TUYÖT MËT": TOP,
    "MAÄT": SECRET,
    "TOÁI MAÄT": HIGH,
    "TUYEÄT MAÄT": TOP,
}
_ALONE = {"MẬT": SECRET, "TỐIMẬT": HIGH, "TUYỆTMẬT": TOP}


def _listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


# What a word of the mark is part of when one of these stands before or after it.
_BEFORE = _listed(
    "BẢO BÍ CƠ TÚI ỐNG SỎI NIÊM VĂN THỊ ĐỨC HỮU XUÂN ĐÌNH NGỌC KIM NGUYỄN TRẦN LÊ PHẠM"
    " HOÀNG VŨ VÕ ĐẶNG BÙI ĐỖ HỒ NGÔ DƯƠNG LÝ ĐINH"
)
_AFTER = _listed(
    "ONG ĐỘ KHẨU MÃ MÍA VỤ THƯ BÁO NGỌT THÁM PHÒNG LỆNH HOA GẤU THIẾT ĐÀM DANH"
    " ƯỚC TÔNG GIÁO DỪA THẤT KÍCH NGỮ NGHỊ NHÂN HIỆU KHU TRÁI ĐẮNG TRANH CHỈ TRÌNH"
    " TÍCH"
)
# In a heading about such documents: "QUẢN LÝ TÀI LIỆU TUYỆT MẬT".
_ABOUT = _listed("LIỆU TIN ĐỘ DẤU SƠ LÀ MỨC LOẠI BẢN NƯỚC VẬT THEO")
# What stands beside a mark in the head of a letter, in the next column.
_BESIDE = _listed("CỘNG ĐỘC HỎA HOẢ KHẨN THƯỢNG SỐ BẢN HẸN")
_LISTED = frozenset({"VÀ", "HOẶC", "HAY"})
# How machines misread Ậ; MẶT, MẮT and MẤT are words of their own.
_MISREAD = frozenset({"MẬT", "MẠT", "MÂT", "MAT", "MẬ T", "MẬTT"})


def marking_in(lines: Iterable[str]) -> str:
    """Tell the mark in text as it was typed; empty if there is none.

    >>> marking_in(["SỞ NỘI VỤ", "Số: 12/BC-SNV", "TUYỆT MẬT"])
    'TUYỆT MẬT'
    >>> marking_in(["Quy chế bảo vệ tài liệu Tuyệt mật, Tối mật, Mật", "BẢO", "MẬT"])
    ''
    """
    before = ""
    for line in lines:
        tidied = _tidied(line)
        found = _in_line(tidied, before)
        if found:
            return found
        before = tidied or before
    return ""


def marking_read(lines: Iterable[str]) -> str:
    """Tell the mark in what a machine read off a picture; marks and tones may be wrong.

    >>> marking_read(["TUYET MẠT", "Quảng Ninh, ngày 5 tháng 6"])
    'TUYỆT MẬT'
    """
    tidied = [_tidied(line) for line in lines]
    return marking_in(tidied) or next(filter(None, map(_misread, tidied)), "")


def _tidied(line: str) -> str:
    plain = _INVISIBLE.sub("", nfc(line[:_LONGEST]))
    return _SPACED.sub(lambda spaced: "".join(_words(spaced)), plain).strip()


def _words(spaced: "re.Match[str]") -> Iterable[str]:
    before = re.sub(r"\s+", "", spaced[1] or "")
    return (f"{before} " if before else "", "MẬT")


def _in_line(line: str, before: str) -> str:
    if "ậ" not in line.casefold():
        return _OLD.get(line.strip(" *[]().-"), "") if len(line) < 20 else ""
    stated = _STATED.search(line)
    if stated:
        return " ".join(stated[1].upper().split())
    pieces = [piece.strip() for piece in _GAP.split(line)]
    return next(filter(None, (_in_piece(piece, before) for piece in pieces)), "")


def _in_piece(piece: str, before: str) -> str:
    """Judge what stands between two gaps, as wide as those between columns."""
    alone = _alone(piece)
    if alone:
        split_up = alone == SECRET and _last_word(before) in _BEFORE
        return "" if split_up or _is_quoted(piece) else alone
    words = piece.split()
    return next(
        filter(None, (_at(words, place, before) for place in range(len(words)))), ""
    )


def _alone(piece: str) -> str:
    letters = "".join(_LETTERS.findall(piece))
    found = _ALONE.get(letters.upper(), "")
    # "Mật" in one word of a table may be somebody's name.
    return "" if found == SECRET and not letters.isupper() else found


def _is_quoted(piece: str) -> bool:
    return piece[0] in _QUOTES and piece[-1] in _QUOTES


def _at(words: list[str], place: int, before: str) -> str:
    """Judge one word among others, by the words beside it."""
    word = words[place]
    if "".join(_LETTERS.findall(word)) != "MẬT" or _marks_off(word):
        return ""
    full = {"TỐI": HIGH, "TUYỆT": TOP}.get(_previous(words, place), SECRET)
    start = place if full == SECRET else place - 1
    if start != place and words[start][0] in _QUOTES:
        return ""
    previous, following = _previous(words, start), _following(words, place)
    first = words[start - 1] if start else ""
    if following in _LISTED or previous in _LISTED or first.endswith((",", ";", "/")):
        return ""
    if full == SECRET:
        return full if _secret_fits(first, following, before) else ""
    return full if _full_fits(first, following) else ""


def _marks_off(word: str) -> bool:
    return word[0] in _QUOTES or word[-1] in _QUOTES or word[-1] in ",;/"


def _secret_fits(first: str, following: str, before: str) -> bool:
    """The short mark must begin its line, or follow a number such as `12/BC-SNV`."""
    if following in _AFTER or (following.isupper() and following not in _BESIDE):
        return False
    if not first:
        return _last_word(before) not in _BEFORE | _ABOUT
    return bool(re.search(r"\d", first)) and not following


def _full_fits(first: str, following: str) -> bool:
    if following.islower() or first.endswith(":"):
        return False
    word = "".join(_LETTERS.findall(first))
    return not word or (word.isupper() and word not in _ABOUT)


def _previous(words: list[str], place: int) -> str:
    return "".join(_LETTERS.findall(words[place - 1])) if place else ""


def _following(words: list[str], place: int) -> str:
    rest = words[place + 1 :]
    return "".join(_LETTERS.findall(rest[0])) if rest else ""


def _last_word(line: str) -> str:
    """Find the last word of the line above, if the line may go on in this one."""
    words = _LETTERS.findall(line)
    return words[-1].upper() if words and not re.search(r"[.:;!?\d]\W*$", line) else ""


def stamp_read(lines: Iterable[str]) -> str:
    """Tell the mark in what a machine read off a stamp, which says little else.

    >>> stamp_read(["|TÔI MẬI"])
    'TỐI MẬT'
    """
    said = list(lines)
    return marking_read(said) or _nearly("".join(map(_folded_letters, said)), slack=1)


def _misread(line: str) -> str:
    words = [word for word in _LETTERS.findall(line) if len(word) > 1]
    if _QUOTES & set(line):
        return ""
    if len(words) == 1 and words[0] in _MISREAD:
        return SECRET
    upper = all(word.isupper() for word in words)
    short = len(words) <= 3 and upper
    return _nearly(_folded_letters(line), slack=0) if short else _beside(words)


def _beside(words: list[str]) -> str:
    """Find the longest mark at the start of a line that goes on in the next column."""
    first, second = (*words, "", "")[:2]
    if first.isupper() and second.isupper() and len(words) <= 10:
        return TOP if fold(first) + fold(second) == "tuyetmat" else ""
    return ""


def _folded_letters(line: str) -> str:
    return "".join(fold(word) for word in _LETTERS.findall(line))


def _nearly(letters: str, *, slack: int) -> str:
    """Find a mark in a few letters; the frame around it is read as letters, too.

    slack: how many letters more may be wrong.
    """
    if len(letters) <= 12 and _within(letters, "tuyetmat", 1 + slack):
        return TOP
    if slack and len(letters) <= 10 and _within(letters, "uyetmat", 1):
        return TOP
    if len(letters) <= 9 and _within(letters, "toimat", slack):
        return HIGH
    wanted = ("mat", "mai", "mal") if slack else ()
    return SECRET if len(letters) <= 5 and any(w in letters for w in wanted) else ""


def _within(letters: str, wanted: str, most: int) -> bool:
    """Tell whether a part of the letters differs from what is wanted in few places."""
    parts = range(len(letters) - len(wanted) + 1)
    return any(
        sum(a != b for a, b in zip(letters[at:], wanted, strict=False)) <= most
        for at in parts
    )
