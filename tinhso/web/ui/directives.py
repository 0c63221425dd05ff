"""What the pages of directives say alike: numbers, states, agencies."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from tinhso.indicators import queries
from tinhso.indicators.types import Indicator, PeriodWrong
from tinhso.kernel.errors import N_
from tinhso.operations.types import Directive, State
from tinhso.people.types import Organization
from tinhso.procedures.types import Dossier
from tinhso.web.ui.measures import period_name, title
from tinhso.web.ui.phrases import said

CHOOSE_AGENCY = N_("Hãy chọn cơ quan thực hiện.")
WRITE_DAY = N_("Hãy ghi hạn trả lời theo dạng ngày/tháng/năm, ví dụ 27/03/2026.")
ANSWER = "answer"
TONES = {State.ANSWERED: "warn", State.ACCEPTED: "good"}
LABELS = {
    "agency": gettext_lazy("Cơ quan thực hiện"),
    "text": gettext_lazy("Việc cần làm"),
    "due_on": gettext_lazy("Hạn trả lời"),
}


def labels() -> dict[str, str]:
    """Name the fields of the form."""
    return {name: str(label) for name, label in LABELS.items()}


def line(
    one: Directive, known: Mapping[str, Indicator], at: datetime
) -> dict[str, Any]:
    """Write a directive as a line of a list."""
    is_overdue = one.is_overdue_at(at)
    return {
        "one": one,
        "is_overdue": is_overdue,
        "is_open": one.is_open,
        "tone": "bad" if is_overdue else TONES.get(one.state, ""),
        "state": said(one.step),
        "indicator": title_of(one.number.indicator, known),
        "period": period_of(one.number.period),
    }


def title_of(key: str, known: Mapping[str, Indicator]) -> str:
    """Name an indicator; its key where no pack declares it any more."""
    found = known.get(key)
    return title(found) if found else key


def period_of(key: str) -> str:
    """Write a period as people say it; what is none, as it is."""
    try:
        return period_name(queries.period(key=key)) if key else ""
    except PeriodWrong:
        return key


def issue_href(indicator: str, period: str) -> str:
    """Lead to the form of a directive that stands on a number."""
    words = urlencode({"chi-so": indicator, "ky": period})
    return f"{reverse('directive_issue')}?{words}"


def choices(agencies: Iterable[Organization]) -> list[dict[str, str]]:
    """List agencies to choose from."""
    nothing = {"value": "", "label": gettext("Chọn cơ quan")}
    return [nothing, *({"value": str(a.id), "label": a.name} for a in agencies)]


def chosen(agencies: Sequence[Organization], subject: str) -> str:
    """Find the agency a number is about, by its key, its code or its commune's."""
    for one in agencies:
        if subject and subject in (one.key, one.code, one.unit_code, str(one.id)):
            is_of_province = subject == one.unit_code and one.level == "province"
            if not is_of_province:
                return str(one.id)
    return ""


def answers(dossier: Dossier) -> list[dict[str, Any]]:
    """List what the agency answered, the latest first."""
    return [
        {"at": move.at, "who": move.actor_name, "text": move.note}
        for move in reversed(dossier.moves)
        if move.action == ANSWER
    ]
