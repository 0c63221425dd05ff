"""Print a board: as PDF/A, and as a Word document to write on in."""

from datetime import datetime
from typing import Any

from tinhso.documents import actions as documents
from tinhso.indicators.providers import word
from tinhso.indicators.queries.boards import board
from tinhso.indicators.rules import reporting
from tinhso.indicators.types import Period
from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import local
from tinhso.people import queries as people

TEMPLATE = "board_report"


def print_board(
    *, key: str, period: Period, made_up: bool, actor: Actor, at: datetime
) -> bytes:
    """Print a board in a period as PDF/A-2a.

    :raises NotAllowed: if the actor serves the province nowhere.
    :raises BoardUnknown: if no pack declares it.
    :raises TemplateNotFound: if no pack has the template.
    """
    data = _report(key, period, made_up, actor, at)
    return documents.print_sheet(
        template_key=TEMPLATE,
        data={**data, "date": local(at).date().isoformat()},
        title=f"{data['title']}, {data['period']}",
        synthetic=made_up,
        at=at,
    )


def write_board(
    *, key: str, period: Period, made_up: bool, actor: Actor, at: datetime
) -> bytes:
    """Write a board in a period as a Word document.

    :raises NotAllowed: if the actor serves the province nowhere.
    :raises BoardUnknown: if no pack declares it.
    """
    return word.written(_report(key, period, made_up, actor, at), at)


def _report(
    key: str, period: Period, made_up: bool, actor: Actor, at: datetime
) -> dict[str, Any]:
    on = local(at).date()
    found = board(key=key, period=period, on=on, made_up=made_up, actor=actor)
    agencies = people.organizations_by_code(codes=list(found.parts), on=period.last)
    names = {code: one.name for code, one in agencies.items()}
    made_at = f"{local(at):%H:%M %d/%m/%Y}"
    return {**reporting.report_of(found, names), "made_at": made_at}
