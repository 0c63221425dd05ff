"""Cells as people type them, in SQL: what they are, and what is wrong with them.

Each cell comes as text without blanks around it, "" where it is empty. Nothing is
computed: a formula in a CSV is text, and fits no other kind.
"""

from tinhso.lake.types import Column, Kind

# Letters that only the fonts of TCVN3 and VNI show as Vietnamese, inside words.
OLD = (
    r"[A-Za-zÀ-ỹ][µ¸¶·¹¨»¾¼½©®ª×«¬÷]|[µ¸¶·¹¨»¾¼½©®ª×«¬÷][a-z]"
    r"|[A-Za-z][åäëïñöøûæçþß]|[A-Za-z][ÅÄËÏÑÖØÛÆÇÞ]"
)
# Letters of Vietnamese that no such font needs.
GENUINE = r"[\x{1EA0}-\x{1EF9}ăĂđĐĩĨũŨơƠưƯ]"
YES, NO = ("có", "x", "yes", "true", "1", "đúng"), ("không", "no", "false", "0", "sai")
DAY = r"^\d{1,2}/\d{1,2}/\d{4}$|^\d{4}-\d{2}-\d{2}$"
HOUR = r"[ T]\d{1,2}:\d{2}(:\d{2}([.]\d{1,6})?)?( ?(Z|[+-]\d{2}:?(\d{2})?))?$"
MOMENT = rf"^(\d{{1,2}}/\d{{1,2}}/\d{{4}}|\d{{4}}-\d{{2}}-\d{{2}}){HOUR}"


def value(column: Column, cell: str, decimals: str) -> str:
    """Write the SQL of a cell's value; NULL where it is empty or wrong."""
    match column.kind:
        case Kind.WHOLE:
            plain = f"replace(replace({cell}, '.', ''), ',', '')"
            return _if(_grouped(cell, decimals), f"try_cast({plain} AS BIGINT)")
        case Kind.REAL:
            return _if(
                _fraction(cell, decimals),
                f"try_cast({_plain(cell, decimals)} AS DOUBLE)",
            )
        case Kind.YES_NO:
            return (
                f"CASE WHEN lower({cell}) IN {YES} THEN true"
                f" WHEN lower({cell}) IN {NO} THEN false END"
            )
        case Kind.DAY:
            return _if(f"regexp_matches({cell}, '{DAY}')", _day(cell))
        case Kind.MOMENT:
            return _if(f"regexp_matches({cell}, '{MOMENT}')", _moment(cell))
        case _:
            return f"nullif({cell}, '')"


def fault(column: Column, cell: str, decimals: str) -> str:
    """Write the SQL of what is wrong with a cell; NULL where nothing is."""
    empty = "NULL" if column.may_be_empty else "'bỏ trống'"
    if column.kind is Kind.TEXT:
        return f"CASE WHEN {cell} = '' THEN {empty} END"
    wrong = f"'không đọc được “' || {cell}[:60] || '”'"
    return (
        f"CASE WHEN {cell} = '' THEN {empty}"
        f" WHEN ({value(column, cell, decimals)}) IS NULL THEN {wrong} END"
    )


def is_old(cell: str) -> str:
    """Write the SQL that tells whether a cell is typed in an old font."""
    return (
        f"(regexp_matches({cell}, '{OLD}') AND NOT regexp_matches({cell}, '{GENUINE}'))"
    )


def _if(condition: str, then: str) -> str:
    return f"CASE WHEN {condition} THEN {then} END"


def _grouped(cell: str, decimals: str) -> str:
    part = "[.]" if decimals == "," else ","
    return rf"regexp_matches({cell}, '^-?(\d{{1,19}}|\d{{1,3}}({part}\d{{3}})+)$')"


def _fraction(cell: str, decimals: str) -> str:
    part, sign = ("[.]", ",") if decimals == "," else (",", "[.]")
    shape = rf"^-?(\d+|\d{{1,3}}({part}\d{{3}})+)({sign}\d+)?([eE][+-]?\d{{1,3}})?$"
    return f"regexp_matches({cell}, '{shape}')"


def _plain(cell: str, decimals: str) -> str:
    if decimals == ",":
        return f"replace(replace({cell}, '.', ''), ',', '.')"
    return f"replace({cell}, ',', '')"


def _day(cell: str) -> str:
    return f"coalesce(try_strptime({cell}, '%d/%m/%Y')::DATE, try_cast({cell} AS DATE))"


def _moment(cell: str) -> str:
    """A day written as people do is turned around; the rest the engine reads."""
    iso = rf"regexp_replace({cell}, '^(\d{{1,2}})/(\d{{1,2}})/(\d{{4}})', '\3-\2-\1')"
    return f"try_cast({iso} AS TIMESTAMPTZ)"
