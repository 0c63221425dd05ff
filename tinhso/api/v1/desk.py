"""An officer's desk for machines: the list by the legal clock, and as a workbook."""

from datetime import date
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema

from tinhso.api.auth import OFFICER, caller
from tinhso.api.v1.shapes import DossierLine, DossierPage
from tinhso.kernel import clock
from tinhso.kernel.http import content_disposition
from tinhso.procedures import actions, queries
from tinhso.procedures.types import DeskFilter

router = Router(tags=["desk"])

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class FilterIn(Schema):
    """Which of the open dossiers of one's desks are wanted; nothing said wants all.

    role: `own` for any role of one's own. due_from, due_to: both days included.
    """

    role: str = ""
    color: Literal["", "red", "amber", "green", "grey"] = ""
    text: str = ""
    mine: bool = False
    procedure: str = ""
    due_from: date | None = None
    due_to: date | None = None
    assignee_id: UUID | None = None

    def wanted(self) -> DeskFilter:
        """Read it as the room does."""
        return DeskFilter(**self.dict())


@router.get("/desk", response=DossierPage, auth=OFFICER)
def desk(
    request: HttpRequest, given: Query[FilterIn], after: str | None = None
) -> DossierPage:
    """List the open dossiers of one's desks by the legal clock."""
    page = queries.inbox(
        actor=caller(request), at=clock.now(), wanted=given.wanted(), after=after
    )
    items = [DossierLine.of(item) for item in page.items]
    return DossierPage(items=items, next_after=page.next_after)


@router.get("/desk.xlsx", auth=OFFICER)
def workbook(request: HttpRequest, given: Query[FilterIn]) -> HttpResponse:
    """Read the same list, whole, as a workbook for Excel."""
    content = actions.export_desk(
        wanted=given.wanted(), actor=caller(request), at=clock.now()
    )
    name = content_disposition(filename="ho-so.xlsx")
    return HttpResponse(
        content, content_type=EXCEL, headers={"Content-Disposition": name}
    )
