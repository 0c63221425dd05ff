"""The words of CPSV-AP 3.2.0: its context, its concepts, and how a limit is said."""

import re
from hashlib import sha256
from typing import Any

from tinhso.kernel.text import fold, nfc
from tinhso.procedures.types.catalogue import Channel, Fee
from tinhso.procedures.types.deadlines import Limit, LimitUnit
from tinhso.procedures.types.forms import Label
from tinhso.procedures.types.national import StatedLimit, StatedUnit

EU = "http://publications.europa.eu/resource/authority"
VIETNAM = f"{EU}/country/VNM"


def _text(name: str) -> dict[str, str]:
    return {"@id": name, "@container": "@language"}


def _link(name: str) -> dict[str, str]:
    return {"@id": name, "@type": "@id"}


# Written out, not linked: a reader without the network understands the file, too.
CONTEXT: dict[str, Any] = {
    "cpsv": "http://purl.org/vocab/cpsv#",
    "cv": "http://data.europa.eu/m8g/",
    "dct": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "PublicService": "cpsv:PublicService",
    "Rule": "cpsv:Rule",
    "Channel": "cv:Channel",
    "Cost": "cv:Cost",
    "Evidence": "cv:Evidence",
    "Output": "cv:Output",
    "PublicOrganisation": "cv:PublicOrganisation",
    "Requirement": "cv:Requirement",
    "LegalResource": "eli:LegalResource",
    "Location": "dct:Location",
    "Concept": "skos:Concept",
    "identifier": "dct:identifier",
    "title": _text("dct:title"),
    "description": _text("dct:description"),
    "prefLabel": _text("skos:prefLabel"),
    "type": _link("dct:type"),
    "audience": _link("dct:audience"),
    "spatial": _link("dct:spatial"),
    "thematicArea": _link("cv:thematicArea"),
    "isClassifiedBy": _link("cv:isClassifiedBy"),
    "hasCompetentAuthority": _link("cv:hasCompetentAuthority"),
    "hasChannel": _link("cv:hasChannel"),
    "hasCost": _link("cv:hasCost"),
    "hasInput": _link("cpsv:hasInput"),
    "hasLegalResource": _link("cv:hasLegalResource"),
    "holdsRequirement": _link("cv:holdsRequirement"),
    "follows": _link("cpsv:follows"),
    "implements": _link("cpsv:implements"),
    "produces": _link("cpsv:produces"),
    "currency": _link("cv:currency"),
    "ifAccessedThrough": _link("cv:ifAccessedThrough"),
    "hasValue": {"@id": "cv:hasValue", "@type": "xsd:double"},
    "processingTime": {"@id": "cv:processingTime", "@type": "xsd:duration"},
    "localNumber": "eli:id_local",
    "issuedOn": {"@id": "eli:date_document", "@type": "xsd:date"},
}

CHANNELS = {
    Channel.ONLINE: Label("Trực tuyến", "Online"),
    Channel.COUNTER: Label("Trực tiếp", "At the counter"),
    Channel.POST: Label("Dịch vụ bưu chính", "By post"),
}
LEVELS = {
    "ministry": Label("Cấp bộ", "Ministry"),
    "province": Label("Cấp tỉnh", "Province"),
    "commune": Label("Cấp xã", "Commune"),
    "other": Label("Cơ quan khác", "Other agency"),
}
NO_LEVEL = Label("Chưa rõ cấp", "Level not known")
AUDIENCE = {
    "citizen": Label("Công dân", "Citizens"),
    "business": Label("Doanh nghiệp", "Businesses"),
    "organization": Label("Tổ chức", "Organizations"),
}
OWN = Label("Thủ tục được tiếp nhận tại tỉnh", "Procedure received by the province")
IMPORTED = Label(
    "Nhập từ danh mục thủ tục hành chính quốc gia",
    "Imported from the national catalogue of procedures",
)
FREE = Label("Không thu phí, lệ phí.", "Free of charge.")
PAPER_FORMS = {
    "original": Label("Bản chính", "Original"),
    "certified_copy": Label("Bản sao chứng thực", "Certified copy"),
    "photocopy": Label("Bản chụp", "Photocopy"),
    "electronic": Label("Bản điện tử", "Electronic"),
    "shown": Label("Xuất trình", "Shown, not handed in"),
}
FEE_UNITS = {
    "dossier": Label("hồ sơ", "dossier"),
    "copy": Label("bản", "copy"),
    "page": Label("trang", "page"),
    "person": Label("người", "person"),
}
_UNITS = {
    "working_days": Label("ngày làm việc", "working day"),
    "working_hours": Label("giờ làm việc", "working hour"),
    "days": Label("ngày", "day"),
    "hours": Label("giờ", "hour"),
    "months": Label("tháng", "month"),
}


def name_of(text: str) -> str:
    """Make of a name the end of an address: readable, and one name only.

    >>> name_of("Hộ tịch")
    'ho-tich-22b6a617'
    """
    readable = re.sub(r"[^a-z0-9]+", "-", fold(text))[:60].strip("-")
    # Folding takes away what parts `Bộ` from `Bố`; the digest keeps it.
    return f"{readable}-{sha256(nfc(text).encode()).hexdigest()[:8]}"


def limit_in_words(limit: Limit | StatedLimit) -> Label:
    """Say a time limit in both languages.

    >>> limit_in_words(Limit(3, LimitUnit.WORKING_DAYS)).en
    'Time limit: 3 working days.'
    """
    if limit.unit == "same_day":
        return Label(
            f"Thời hạn giải quyết: trong ngày; nhận sau {limit.amount:g} giờ thì trong"
            " ngày làm việc tiếp theo.",
            f"Time limit: the same day; the next working day if received after"
            f" {limit.amount:g}:00.",
        )
    unit, amount = _UNITS[limit.unit.value], f"{limit.amount:g}"
    plural = "" if limit.amount == 1 else "s"
    return Label(
        f"Thời hạn giải quyết: {amount.replace('.', ',')} {unit.vi}.",
        f"Time limit: {amount} {unit.en}{plural}.",
    )


def duration(limit: Limit) -> str | None:
    """Write a time limit as xsd:duration; None for working time, which has none.

    >>> duration(Limit(30, LimitUnit.DAYS)), duration(Limit(3, LimitUnit.WORKING_DAYS))
    ('P30D', None)
    """
    if limit.unit is LimitUnit.DAYS:
        return f"P{limit.amount}D"
    return f"PT{limit.amount}H" if limit.unit is LimitUnit.HOURS else None


def stated_duration(limit: StatedLimit | None, *, words: str) -> str | None:
    """Write a limit of the national catalogue as xsd:duration where it is exact.

    words: what else the catalogue says of it. Where they say as many working days,
    `days` were not meant. Hours have no duration: the catalogue knows no unit of
    working hours and writes both alike.
    """
    if limit is None or limit.amount != int(limit.amount):
        return None
    amount = int(limit.amount)
    if limit.unit is StatedUnit.MONTHS:
        return f"P{amount}M"
    if limit.unit is not StatedUnit.DAYS or _says_working_days(amount, words):
        return None
    return f"P{amount}D"


def fee_in_words(fee: Fee) -> Label:
    """Say a fee in both languages, and whether it is verified."""
    unit = FEE_UNITS[fee.unit]
    dong = f"{fee.amount:,}".replace(",", ".")
    case = Label(
        *(f"{said}: " if said else "" for said in (fee.title.vi, fee.title.en))
    )
    more = _bands_in_words(fee)
    vi = f"{case.vi}{dong} đồng/{unit.vi}{more.vi}. Nguồn: {fee.source}."
    en = f"{case.en}{fee.amount:,} VND per {unit.en}{more.en}. Source: {fee.source}."
    if fee.is_uncertain:
        return Label(f"Mức phí chưa xác minh: {vi}", f"Not verified: {en}")
    return Label(vi, en)


def _bands_in_words(fee: Fee) -> Label:
    said = [
        Label(
            f"; sau {band.above} {FEE_UNITS[fee.unit].vi} đầu: {band.amount:,} đồng",
            f"; beyond {band.above}: {band.amount:,} VND",
        )
        for band in fee.beyond
    ]
    if fee.ceiling is not None:
        most = f"{fee.ceiling:,}"
        said.append(Label(f"; tối đa {most} đồng", f"; at most {most} VND"))
    return Label(
        "".join(one.vi for one in said).replace(",", "."),
        "".join(one.en for one in said),
    )


def _says_working_days(amount: int, words: str) -> bool:
    said = rf"(?<![\d.,/])0?{amount}\s*(?:\([^)]{{1,20}}\)\s*)?ngày làm việc"
    return re.search(said, words, re.IGNORECASE) is not None
