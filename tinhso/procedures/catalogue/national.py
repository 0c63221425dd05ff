"""Read a procedure of the national catalogue from the texts it is published in."""

import re
from collections.abc import Iterator, Mapping

from tinhso.kernel.text import clean, nfc
from tinhso.procedures.catalogue.ways import NOTHING, WayRead, read_ways
from tinhso.procedures.types.catalogue import LegalBasis
from tinhso.procedures.types.national import (
    NationalPaper,
    NationalProcedure,
    NationalResult,
    NotUnderstoodReason,
)

# Codes of the national database, with the part of a province or a case, if any.
CODE = re.compile(r"[1-9]\.\d{6}(\.\d{2,3}\.\d{2}\.\d{2}\.H\d{2}|\.H\d{2})?")
LEVELS = {
    "Cấp bộ": "ministry",
    "Cấp tỉnh": "province",
    "Cấp xã": "commune",
    "Cơ quan khác": "other",
}
AUDIENCE = (
    "Tổ chức (không bao gồm doanh nghiệp, HTX)",
    "Doanh nghiệp có vốn đầu tư nước ngoài",
    "Doanh nghiệp Việt Nam",
    "Doanh nghiệp",
    "Hợp tác xã",
    "Công dân Việt Nam",
    "Người nước ngoài cư trú tại Việt Nam",
    "Người nước ngoài",
    "Người Việt Nam định cư ở nước ngoài",
    "Tổ chức nước ngoài",
    "Cán bộ, công chức, viên chức",
    "Đảng viên",
    "Tổ chức Đảng",
)
PAPERS_HEADER = "Tên giấy tờMẫu đơn, tờ khaiSố lượng"
LAWS_HEADER = "Tên văn bản pháp lýMã văn bản"

# A count has no space after it: `01 bản chính văn bản…` is a title.
_COUNT = re.compile(
    r",?(\d+) bản chính(?:,(\d+) bản sao)?(?!\s\w)|,?(\d+) bản sao(?!\s\w)"
)
_FILE = re.compile(r"[^/]*\.(?:docx?|xlsx?|pdf|rar)", re.IGNORECASE)
# What the name of a template begins with where it follows a title without a space.
_TEMPLATE = re.compile(
    r"(?<=\S)(?=(?:Mẫu|Mau|MAU|MẪU|Đơn|Don|Phụ lục|Phu luc|PL|Tờ khai|To khai|Biểu)\b)"
)
_LAW = re.compile(r"\d{1,4}(?:\.\d{1,3})?/\d{4}/(?:QH\d{1,2}|[A-ZĐ]+(?:-[A-ZĐ]+)*)")
_RESULT = re.compile(r"(.*?)Mã: (KQ\.[A-Z]\d{2}\.\d{6})", re.DOTALL)
_AUDIENCE = re.compile("|".join(re.escape(name) for name in AUDIENCE))
_NONE = {"", "không", "không.", "không có", "không có.", NOTHING.lower()}

Record = Mapping[str, str]
Fault = tuple[str, NotUnderstoodReason, str]


class UnusableError(ValueError):
    """A record that names no procedure; args[0] says why."""


def read_record(record: Record) -> tuple[NationalProcedure, list[WayRead], list[Fault]]:
    """Read one record; answer the procedure, its ways, and what was not understood.

    :raises UnusableError: if it has no code of the national form, or no title.
    """
    # PostgreSQL keeps no NUL in a text, and none belongs there.
    text = {
        key: nfc(str(value)).replace("\0", "").strip() for key, value in record.items()
    }
    if not CODE.fullmatch(text.get("ma_thu_tuc", "")):
        raise UnusableError(NotUnderstoodReason.NO_CODE)
    if not text.get("ten_thu_tuc"):
        raise UnusableError(NotUnderstoodReason.NO_TITLE)
    steps = text.get("trinh_tu_thuc_hien", "")
    told = text.get("cach_thuc_thuc_hien", "")
    ways = list(read_ways(told, context=steps))
    faults = [fault for way in ways for fault in way.faults]
    if not ways:
        faults.append(("ways", NotUnderstoodReason.NO_WAYS, told[:200]))
    levels, unknown = _levels(text.get("cap_thuc_hien", ""))
    faults += [("level", NotUnderstoodReason.UNKNOWN_LEVEL, name) for name in unknown]
    procedure = NationalProcedure(
        code=text["ma_thu_tuc"],
        title=clean(text["ten_thu_tuc"]),
        field=clean(text.get("linh_vuc", "")),
        levels=levels,
        audience=tuple(_AUDIENCE.findall(text.get("doi_tuong_thuc_hien", ""))),
        agencies=_agencies(text),
        ways=tuple(way.way for way in ways),
        papers=tuple(_papers(text.get("thanh_phan_ho_so", ""))),
        legal_basis=tuple(_laws(text.get("can_cu_phap_ly", ""))),
        results=tuple(_results(text.get("ket_qua_xu_ly", ""))),
        steps=_told(steps),
        conditions=_told(text.get("yeu_cau_dieu_kien", "")),
        decision=clean(text.get("so_quyet_dinh", "")),
    )
    return procedure, ways, faults


def _levels(text: str) -> tuple[tuple[str, ...], list[str]]:
    names = [name.strip() for name in text.split(",") if name.strip()]
    known = tuple(LEVELS[name] for name in names if name in LEVELS)
    return known, [name for name in names if name not in LEVELS]


def _agencies(text: Record) -> tuple[str, ...]:
    named = (text.get("co_quan_co_tham_quyen", ""), text.get("co_quan_thuc_hien", ""))
    return tuple(dict.fromkeys(clean(name) for name in named if _told(name)))


def _papers(text: str) -> Iterator[NationalPaper]:
    """Read the papers of each case; a case's title stands before its header."""
    case, *tables = text.split(PAPERS_HEADER)
    for table in tables:
        at = 0
        for count in _COUNT.finditer(table):
            title, file = _without_file(table[at : count.start()])
            if title:
                originals, copies = int(count[1] or 0), int(count[2] or count[3] or 0)
                yield NationalPaper(_case(case), title, originals, copies, file)
            at = count.end()
        case = table[at:]


def _without_file(text: str) -> tuple[str, str]:
    """Part a paper's title from the name of its template, which follows unspaced."""
    if not _FILE.search(text):
        return clean(text).strip(" ,"), ""
    joints = [found.start() for found in _TEMPLATE.finditer(text)]
    joints += [at for at in range(1, len(text)) if _is_joint(text[at - 1], text[at])]
    for at in joints:
        if _FILE.fullmatch(text[at:].rstrip(" ,")):
            return clean(text[:at]).strip(" ,"), clean(text[at:]).strip(" ,")
    return clean(text).strip(" ,"), ""


def _is_joint(before: str, after: str) -> bool:
    return (before.islower() or before in ".;:)") and after.isupper()


def _case(text: str) -> str:
    return clean(text).strip("-*: ")


def _laws(text: str) -> Iterator[LegalBasis]:
    """Read the laws: each a title and a number, which the title may hold as well."""
    rest, seen = text.removeprefix(LAWS_HEADER), set()
    at = 0
    numbers = [
        (found.start(), _number_at(found, rest)) for found in _LAW.finditer(rest)
    ]
    for place, (start, number) in enumerate(numbers):
        if place + 1 < len(numbers) and numbers[place + 1][1] == number:
            continue  # of the two, the first belongs to the title
        title = clean(rest[at:start]).strip(" ;,")
        at = start + len(number)
        if number not in seen:
            seen.add(number)
            yield LegalBasis(number, title or number, None)
    if last := clean(rest[at:]).strip(" ;,."):
        yield LegalBasis("", last, None)


def _number_at(found: re.Match[str], text: str) -> str:
    """Give the next title its first letter back: `…/TT-BTC|Thông tư`."""
    is_torn = text[found.end() : found.end() + 1].islower()
    return found[0][:-1] if is_torn else found[0]


def _results(text: str) -> Iterator[NationalResult]:
    for title, code in _RESULT.findall(text.split("Từ khóa")[0]):
        yield NationalResult(code, clean(title))


def _told(text: str) -> str:
    return "" if text.lower() in _NONE else text
