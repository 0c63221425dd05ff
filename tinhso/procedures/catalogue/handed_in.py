"""Which papers were handed in, in which form and how many (form 01)."""

from collections.abc import Collection, Iterator
from datetime import date

from tinhso.procedures.catalogue.fees import needed_papers
from tinhso.procedures.types.catalogue import Channel, Paper, Procedure
from tinhso.procedures.types.forms import Answers, FormPage
from tinhso.procedures.types.printed import HandedIn

# A paper that is only looked at is not handed in.
SHOWN = "shown"
ELECTRONIC = "electronic"


def handed_in(
    procedure: Procedure,
    *,
    answers: Answers,
    scanned: Collection[str],
    channel: Channel,
    on: date,
) -> Iterator[HandedIn]:
    """Walk through the papers handed in.

    scanned: the form fields under which files lie. Online all papers are electronic;
    at a counter they come in the form the procedure asks for. Of procedures adopted
    from the national catalogue, the clerk wrote the form of each down.
    """
    for paper in needed_papers(procedure, answers=answers, on=on):
        if _is_there(paper, scanned, channel):
            is_online = channel is Channel.ONLINE
            form = ELECTRONIC if is_online else paper.form
            yield HandedIn(paper.title, form, 1 if is_online else paper.copies or 1)
    for page in procedure.form.pages():
        stated = answers.get(f"{page.key}_form")
        if isinstance(stated, str) and stated and _is_paper(page):
            yield HandedIn(page.title, stated, _copies(answers, page))


def _is_there(paper: Paper, scanned: Collection[str], channel: Channel) -> bool:
    if paper.form == SHOWN:
        return False
    if paper.field:
        return paper.field in scanned
    return channel is not Channel.ONLINE


def _is_paper(page: FormPage) -> bool:
    return any(field.key == f"{page.key}_scan" for field in page.fields)


def _copies(answers: Answers, page: FormPage) -> int | None:
    copies = answers.get(f"{page.key}_copies")
    return copies if isinstance(copies, int) else None
