"""Agency codes in both orders: QĐ 20/2020/QĐ-TTg, and QCVN 102:2016 before it.

Today's order runs down, `H49.22.01`: the level-1 code, then a group a level. The old
one runs up and is as wide as it can be: `000.01.22.H49`, `V1V2V3.Z1Z2.Y1Y2.MX1X2`,
zeros where there is no level. Other codes (enterprises, Z01–Z99) have one form only.
"""

import re

from tinhso.exchange.types import AgencyCodeWrong

MOST = 35
_TOP = r"[A-Y]\d{2}"
_NEW = re.compile(rf"{_TOP}(\.[0-9A-Z]+)*")
# V begins with a digit, by our reading: `A01.22.33.H49` would else be in both orders.
_OLD = re.compile(rf"(\d[0-9A-Z]{{2}})\.([0-9A-Z]{{2}})\.([0-9A-Z]{{2}})\.({_TOP})")
_OTHER = re.compile(r"Z(0[1-9]|[1-9]\d)[0-9A-Z.]{0,32}")
# The number of a company, of its branch, of a household firm (TT 86/2024/TT-BTC).
_BUSINESS = re.compile(r"\d{10}|\d{12}|\d{13}")
_NO_LEVEL = re.compile(r"0+")


def read_code(text: str) -> str:
    """Read an agency's code in either order; answer it in today's.

    >>> read_code("000.01.22.H49"), read_code(" h49.22.01 ")
    ('H49.22.01', 'H49.22.01')
    >>> read_code("000.00.00.H49")
    'H49'

    :raises AgencyCodeWrong: if it is none.
    """
    code = text.strip().upper()
    old = _OLD.fullmatch(code)
    if old:
        return _turned(code, *old.groups())
    if len(code) > MOST or not _is_one(code):
        raise AgencyCodeWrong(code=text[:60])
    return code


def old_order(code: str) -> str:
    """Write a code as QCVN 102:2016 did.

    >>> old_order("H49.22.01"), old_order("H49.22.005"), old_order("H49")
    ('000.01.22.H49', '005.00.22.H49', '000.00.00.H49')

    :raises AgencyCodeWrong: if it is none, or has groups the old order cannot hold.
    """
    top, *groups = read_code(code).split(".")
    last = groups.pop() if groups and len(groups[-1]) == 3 else "000"
    wide = [*groups, "00", "00"]
    written = f"{last}.{wide[1]}.{wide[0]}.{top}"
    if len(groups) > 2 or read_code_or_none(written) != read_code(code):
        raise AgencyCodeWrong(code=code)
    return written


def is_top(code: str) -> bool:
    """Tell whether a code is of level 1: a province's, or a ministry's.

    >>> is_top("H49"), is_top("H49.22")
    (True, False)
    """
    return re.fullmatch(_TOP, code) is not None


def read_code_or_none(text: str) -> str | None:
    """Read a code in either order; None if it is none."""
    try:
        return read_code(text)
    except AgencyCodeWrong:
        return None


def _is_one(code: str) -> bool:
    if _OTHER.fullmatch(code) or _BUSINESS.fullmatch(code):
        return True
    # A group of zeros would be a level that is not there.
    groups = code.split(".")[1:]
    return bool(_NEW.fullmatch(code)) and not any(map(_NO_LEVEL.fullmatch, groups))


def _turned(code: str, fourth: str, third: str, second: str, top: str) -> str:
    # Below a level that is not there, `01` would come back as another agency's.
    if third != "00" and second == "00":
        raise AgencyCodeWrong(code=code)
    groups = (one for one in (second, third, fourth) if not _NO_LEVEL.fullmatch(one))
    return ".".join((top, *groups))
