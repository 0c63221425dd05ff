"""What pages of assessments ask alike: days, points, files, and for whom one speaks."""

from datetime import date
from decimal import Decimal

from django.http import HttpRequest
from django.utils.translation import gettext

from tinhso.indicators.types import (
    Assessment,
    Bureau,
    DeadlinesWrong,
    PointsAboveMaximum,
)
from tinhso.kernel import clock
from tinhso.kernel.actor import Actor
from tinhso.security import queries as security
from tinhso.security.types import Deed
from tinhso.web.ui import indexes
from tinhso.web.ui.questions import read_day

MOST_FILES = 5


def sides(found: Assessment, actor: Actor) -> tuple[bool, bool]:
    """Tell whether somebody speaks for the unit, and whether for the appraiser."""
    line = found.line
    assesses, appraises = Deed.ASSESS_OWN_UNIT, Deed.APPRAISE_UNITS
    return (
        security.may(actor=actor, deed=assesses, thing=Bureau(line.unit_id)),
        security.may(actor=actor, deed=appraises, thing=Bureau(line.appraiser_id)),
    )


def asked_day(request: HttpRequest, field: str) -> date:
    """Read a day that was typed.

    :raises DeadlinesWrong: naming the field, if it is none.
    """
    found = read_day(request.POST.get(field, ""))
    if found is None:
        raise DeadlinesWrong({field: [gettext("Hãy nhập ngày, ví dụ 27/03/2026.")]})
    return found


def asked_points(request: HttpRequest) -> Decimal:
    """Read the points that were typed.

    :raises PointsAboveMaximum: if there are none.
    """
    found = indexes.typed_number(request.POST.get("points", ""), field="points")
    if found is None:
        raise PointsAboveMaximum({"points": [gettext("Hãy nhập điểm.")]})
    return found


def uploads(request: HttpRequest) -> list[tuple[str, bytes]]:
    """Read the files that came along, the first five."""
    parts = request.FILES.getlist("files")[:MOST_FILES]
    return [(part.name or "", part.read()) for part in parts]


def today() -> date:
    """Tell the day in Vietnam."""
    return clock.local(clock.now()).date()
