"""Show report 06a, choose unit and period, name classes of evaluations."""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.utils.translation import gettext, gettext_lazy

from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Phrase
from tinhso.people import queries as people
from tinhso.procedures.types import (
    EvaluationResult,
    Figures,
    Fulfilment,
    Grade,
    Index,
    PeriodWrong,
    Punctuality,
    Satisfaction,
)
from tinhso.security import queries as security
from tinhso.security.types import Deed
from tinhso.web.ui import questions

PROVINCE = "tinh"
SATISFACTION = {
    Satisfaction.VERY: gettext_lazy("Rất hài lòng"),
    Satisfaction.SATISFIED: gettext_lazy("Hài lòng"),
    Satisfaction.NOT: gettext_lazy("Không hài lòng"),
}
INDICES = {
    Index.TOTAL_TIME: gettext_lazy("Tổng thời gian giải quyết"),
    Index.UNIT_TIME: gettext_lazy("Thời gian ở từng đơn vị"),
    Index.CONTACTS: gettext_lazy("Số lần phải liên hệ để bổ sung"),
    Index.AGENCIES: gettext_lazy("Số cơ quan phải liên hệ"),
    Index.ORGANIZATION: gettext_lazy("Làm đúng quy trình đã công bố"),
    Index.PUBLICITY: gettext_lazy("Công khai thủ tục"),
    Index.ATTITUDE: gettext_lazy("Thái độ của cán bộ"),
    Index.COMPLAINTS: gettext_lazy("Tiếp thu phản ánh, kiến nghị"),
    Index.ONLINE: gettext_lazy("Mức độ cung cấp trực tuyến"),
}
PUNCTUALITIES = {
    Punctuality.EARLY: gettext_lazy("Trước hạn"),
    Punctuality.ON_TIME: gettext_lazy("Đúng hạn"),
    Punctuality.LATE: gettext_lazy("Quá hạn"),
}
GRADES = {
    Grade.EXCELLENT: gettext_lazy("Xuất sắc"),
    Grade.GOOD: gettext_lazy("Tốt"),
    Grade.FAIR: gettext_lazy("Khá"),
    Grade.AVERAGE: gettext_lazy("Trung bình"),
    Grade.WEAK: gettext_lazy("Yếu"),
}
FULFILMENTS = {
    Fulfilment.FULL: gettext_lazy("Hoàn thành 100 %"),
    Fulfilment.MOSTLY: gettext_lazy("Hoàn thành từ 70 % đến dưới 100 %"),
    Fulfilment.BELOW: gettext_lazy("Hoàn thành dưới 70 %"),
}


class Chosen:
    """Unit and period as chosen in the address; this month where nothing is said."""

    def __init__(
        self, given: Mapping[str, str], offered: list[dict[str, str]], today: date
    ) -> None:
        """Read what was chosen; a wrong day is kept as it was typed."""
        last = monthrange(today.year, today.month)[1]
        self.first_text = given.get("tu") or f"{today.replace(day=1):%d/%m/%Y}"
        self.last_text = given.get("den") or f"{today.replace(day=last):%d/%m/%Y}"
        self.units = offered
        known = [option["value"] for option in self.units]
        wanted = given.get("don-vi", "")
        self.unit = wanted if wanted in known else (known[0] if known else "")

    @property
    def organization_id(self) -> UUID | None:
        """Tell the unit; None for the whole province."""
        return None if self.unit in {PROVINCE, ""} else UUID(self.unit)

    @property
    def period(self) -> tuple[date, date]:
        """Tell first and last day.

        :raises PeriodWrong: if one of them is no day.
        """
        first = questions.read_day(self.first_text)
        last = questions.read_day(self.last_text)
        if first is None or last is None:
            key = "tu" if first is None else "den"
            raise PeriodWrong({key: [Phrase(PeriodWrong.message)]})
        return first, last

    def query(self) -> str:
        """Write the choice as part of an address."""
        given = {"don-vi": self.unit, "tu": self.first_text, "den": self.last_text}
        return "?" + urlencode(given)


def units(actor: Actor, today: date) -> list[dict[str, str]]:
    """List the units whose figures somebody may see, the province first."""
    if security.may(actor=actor, deed=Deed.SEE_FIGURES):
        every = {"value": PROVINCE, "label": gettext("Toàn tỉnh")}
        found = people.organizations(on=today)
        return [every, *({"value": str(o.id), "label": o.name} for o in found)]
    return own_units(actor)


def own_units(actor: Actor) -> list[dict[str, str]]:
    """List the units on whose dossiers somebody works."""
    found = [
        people.get_organization(organization_id=one)
        for one in security.desks_of(actor=actor)
    ]
    ordered = sorted(found, key=lambda o: o.code)
    return [{"value": str(o.id), "label": o.name} for o in ordered]


def punctuality(found: Punctuality | None) -> str:
    """Say how a result stands against its time limit; nothing while it is open."""
    return str(PUNCTUALITIES[found]) if found else ""


def row(line: Figures, number: str) -> dict[str, Any]:
    """Show a line of report 06a."""
    return {"number": number, "field": line.field, "columns": line.columns()}


def result(found: EvaluationResult) -> dict[str, Any]:
    """Show the result of a unit in words."""
    return {
        "found": found,
        "grade": str(GRADES[found.grade]) if found.grade else "",
        "levels": [
            {"name": str(name), "count": found.satisfaction[level]}
            for level, name in SATISFACTION.items()
        ],
        "indices": [
            {"number": int(index), "name": str(INDICES[index]), "mean": mean}
            for index, mean in found.means.items()
        ],
        "officers": [
            {"one": one, "class": str(FULFILMENTS[one.fulfilment])}
            for one in found.officers
        ],
    }
