"""A table of the lake for the tests: people's stays at communes."""

from datetime import date

from tinhso.kernel.ids import new_id
from tinhso.lake.types import Column, Dataset, Kind

STAYS = Dataset(
    name="counters.stays",
    vi="Lượt lưu trú",
    en="Stays",
    columns=(
        Column("stay_id", Kind.ID, "mã", "id"),
        Column("guest", Kind.TEXT, "tên khách", "guest", is_personal=True),
        Column("commune", Kind.TEXT, "mã xã", "commune"),
        Column("birth_year", Kind.WHOLE, "năm sinh", "birth year"),
        Column("reason", Kind.TEXT, "lý do", "reason"),
        Column("nights", Kind.WHOLE, "số đêm", "nights", "night"),
        Column("lon", Kind.REAL, "kinh độ", "longitude", may_be_empty=True),
        Column("lat", Kind.REAL, "vĩ độ", "latitude", may_be_empty=True),
        Column("came_on", Kind.DAY, "ngày đến", "day"),
        Column("is_synthetic", Kind.YES_NO, "mô phỏng", "synthetic"),
    ),
    key="stay_id",
    version="came_on",
    month="came_on",
)


def stay(**changes):
    """A row of the table."""
    return {
        "stay_id": new_id(),
        "guest": "Nguyễn Văn Mẫu",
        "commune": "06688",
        "birth_year": 1990,
        "reason": "du lịch",
        "nights": 2,
        "lon": 107.08,
        "lat": 20.95,
        "came_on": date(2026, 5, 4),
        "is_synthetic": False,
        **changes,
    }


def text(word):
    return {"vi": word, "en": word}


def column(name, **more):
    return {"name": name, "title": text(name), "meaning": text(name), **more}


def body(*columns, **changes):
    """A dataset of rows, as a pack declares it."""
    listed = columns or ("commune", "birth_year", "reason", "nights")
    return {
        "key": "luu-tru",
        "title": {"vi": "Lượt lưu trú", "en": "Stays"},
        "description": {"vi": "Khách đến đâu.", "en": "Where guests go."},
        "publisher": "H49",
        "theme": "http://publications.europa.eu/resource/authority/data-theme/ECON",
        "keywords": {"vi": ["du lịch"], "en": ["tourism"]},
        "license": "http://publications.europa.eu/resource/authority/licence/CC_BY_4_0",
        "frequency": (
            "http://publications.europa.eu/resource/authority/frequency/MONTHLY"
        ),
        "contact": {"name": "Sở Du lịch", "email": "du-lich@tinh.example"},
        "source": STAYS.name,
        "basis": "NĐ 47/2020/NĐ-CP",
        "columns": [one if isinstance(one, dict) else column(one) for one in listed],
        **changes,
    }


def figures(**changes):
    """A dataset of figures over the same table."""
    return body(
        "commune",
        "reason",
        column("guests", measure="count"),
        column("nights", measure="sum"),
        **{"totals": [["commune"], []], **changes},
    )
