"""Tell whether what an envelope says marks a document as a state secret.

Luật Bảo vệ bí mật nhà nước 117/2025/QH15, before it 29/2018/QH14, Điều 8. The room of
documents reads the marks on pages; here it is lines of a header, where a mark stands
alone in its element, after "Độ mật:", at the start or in brackets. The words in running
text ("bảo vệ tài liệu Tuyệt mật, Tối mật, Mật") are none. Files are not looked into.
"""

import re
from collections.abc import Iterable

from tinhso.kernel.text import clean, fold

MARKS = {"MẬT": "MẬT", "TỐIMẬT": "TỐI MẬT", "TUYỆTMẬT": "TUYỆT MẬT"}
# Without diacritics, but for the shortest: "Mat" is a name, too.
_BARE = {"toimat": "TỐI MẬT", "tuyetmat": "TUYỆT MẬT"}
_LETTERS = re.compile(r"[^\W\d_]+")
_MARK = r"(tuyệt\s*mật|tối\s*mật|mật)"
_STATED = re.compile(rf"độ\s*mật\s*[:：.\-–]*\s*[\[(“\"]?\s*{_MARK}\b(?!\s*[,/])", re.I)
# Capitals at the start, before a sign: "TỐI MẬT - Kế hoạch …"; or in brackets anywhere.
_UPPER = _MARK.upper().replace(r"\S", r"\s")
_LEADING = re.compile(rf"{_UPPER}\s*[:：.\-–—|]")
_BRACKETS = re.compile(rf"[\[(【]\s*{_UPPER}\s*[\])】]")


def mark_in(texts: Iterable[str]) -> str:
    """Tell the mark in lines of a header; empty if there is none.

    >>> mark_in(["12", "Về việc diễn tập", "Tuyệt mật"])
    'TUYỆT MẬT'
    >>> mark_in(["[MẬT] Kế hoạch diễn tập"]), mark_in(["Độ mật: tối mật"])
    ('MẬT', 'TỐI MẬT')
    >>> mark_in(["Quy chế bảo vệ tài liệu Tuyệt mật, Tối mật, Mật", "Lê Văn Mật"])
    ''
    """
    lines = (line for text in texts for line in text.splitlines())
    return next(filter(None, map(_in_line, lines)), "")


def _in_line(line: str) -> str:
    text = clean(line)
    letters = "".join(_LETTERS.findall(text))
    alone = MARKS.get(letters.upper()) or _BARE.get(fold(letters))
    if alone:
        return alone
    found = _STATED.search(text) or _LEADING.match(text) or _BRACKETS.search(text)
    return MARKS["".join(found[1].split()).upper()] if found else ""
