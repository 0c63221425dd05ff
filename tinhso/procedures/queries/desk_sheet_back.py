"""Read a workbook that came back, and check each of its rows against the desk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from openpyxl.utils import get_column_letter
from pydantic import TypeAdapter

from tinhso.documents import queries as documents
from tinhso.documents.types import (
    FileSecret,
    FileTooDemanding,
    FileTruncated,
    FileTypeNotAccepted,
    WorkbookTooLarge,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Phrase
from tinhso.kernel.text import clean
from tinhso.people.types import Post
from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.models import ReturnedSheetRow, TaskRow
from tinhso.procedures.queries.access import account_of
from tinhso.procedures.queries.desk_sheet import (
    ASSIGNEE,
    CODE,
    GIVE_TO,
    REVISION,
    SHEET,
    TITLES,
    colleague_label,
)
from tinhso.procedures.queries.desks import colleagues, visible_to
from tinhso.procedures.types import (
    ReturnedSheet,
    SheetChange,
    SheetChangesTooMuch,
    SheetColumnsShifted,
    SheetFault,
    SheetTooLarge,
    SheetUnreadable,
    SheetWrong,
)
from tinhso.security import queries as security

CHANGES = TypeAdapter(tuple[SheetChange, ...])
FAULTS = TypeAdapter(tuple[SheetFault, ...])
FIELD = "sheet"
MOST_BYTES = 20 * 2**20
MOST_UNPACKED = 400 * 2**20  # bytes of all parts of the workbook together
MOST_ROWS = 200_000
MOST_CHANGES = 1_000

Line = Sequence[object]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a workbook would change, and what is wrong in it; rows: without the head."""

    rows: int
    changes: tuple[SheetChange, ...]
    faults: tuple[SheetFault, ...]


@dataclass(frozen=True, slots=True)
class _Held:
    """An open dossier as the desk has it now."""

    dossier_id: UUID
    revision: int
    duty: tuple[str, UUID] | None
    assignee_id: UUID | None
    assignee: str


@dataclass(frozen=True, slots=True)
class _Colleague:
    account_id: UUID | None
    person_id: UUID
    name: str
    duties: frozenset[tuple[str, UUID]]


def returned_sheet(*, actor: Actor) -> ReturnedSheet | None:
    """Find the workbook of an officer that waits to be applied."""
    row = ReturnedSheetRow.objects.filter(
        account_id=account_of(actor), applied_at=None
    ).first()
    return read_sheet(row) if row else None


def read_sheet(row: ReturnedSheetRow) -> ReturnedSheet:
    """Show a row as the workbook it keeps."""
    return ReturnedSheet(
        id=row.id,
        file_name=row.file_name,
        rows=row.rows,
        changes=CHANGES.validate_python(row.changes),
        faults=FAULTS.validate_python(row.faults),
    )


def check_sheet(*, content: bytes, name: str, actor: Actor, at: datetime) -> Checked:
    """Read a workbook as `write_sheet` made it, and check row by row.

    :raises SheetUnreadable, SheetTooLarge, SheetColumnsShifted, SheetChangesTooMuch,
        FileSecret: what is wrong with it as a whole.
    """
    lines = _lines(content, clean(name)[:150])
    held = _held(actor)
    known = _colleagues(colleagues(actor=actor, on=day_of(at)))
    changes: list[SheetChange] = []
    faults: list[SheetFault] = []
    seen: set[str] = set()
    for row, line in enumerate(lines, start=2):
        code = _text(line[CODE])
        if not code and not any(map(_text, line)):
            continue
        found = _checked(row, code, line, held.get(code), known, seen)
        seen.add(code)
        if isinstance(found, SheetFault):
            faults.append(found)
        elif found is not None:
            changes.append(found)
    if len(changes) > MOST_CHANGES:
        reason = Phrase(SheetChangesTooMuch.message, most=MOST_CHANGES)
        raise SheetChangesTooMuch({FIELD: [reason]}, most=MOST_CHANGES)
    return Checked(len(lines), tuple(changes), tuple(faults))


def _lines(content: bytes, name: str) -> list[Line]:
    if len(content) > MOST_BYTES:
        raise _too_large()
    try:
        head, *lines = documents.workbook_rows(
            content=content,
            name=name,
            sheet=SHEET,
            columns=len(TITLES),
            kept=(CODE, GIVE_TO, REVISION, ASSIGNEE),
            most_rows=MOST_ROWS,
            most_unpacked=MOST_UNPACKED,
        ) or [[]]
    except (WorkbookTooLarge, FileTooDemanding) as refused:
        raise _too_large() from refused
    except FileSecret as refused:
        reason = Phrase(FileSecret.message, name=name)
        raise FileSecret({FIELD: [reason]}, name=name) from refused
    except (FileTruncated, FileTypeNotAccepted) as refused:
        raise SheetUnreadable({FIELD: [Phrase(SheetUnreadable.message)]}) from refused
    _refuse_shifted(head)
    return [[*line, *[""] * (len(TITLES) - len(line))] for line in lines]


def _too_large() -> SheetTooLarge:
    words = {"limit_mb": str(MOST_BYTES // 2**20), "most": str(MOST_ROWS)}
    return SheetTooLarge({FIELD: [Phrase(SheetTooLarge.message, **words)]}, **words)


def _refuse_shifted(head: Line) -> None:
    titles = [_text(cell) for cell in head]
    for place, expected in enumerate(TITLES):
        found = titles[place] if place < len(titles) else ""
        if found != expected:
            words = {
                "column": get_column_letter(place + 1),
                "expected": expected,
                "found": found[:60],
            }
            reason = Phrase(SheetColumnsShifted.message, **words)
            raise SheetColumnsShifted({FIELD: [reason]}, **words)


def _checked(
    row: int,
    code: str,
    line: Line,
    held: _Held | None,
    known: Mapping[str, _Colleague],
    seen: set[str],
) -> SheetChange | SheetFault | None:
    wanted = _text(line[GIVE_TO])
    if held is None:
        return _fault(row, CODE, SheetWrong.UNKNOWN, code)
    if code in seen:
        return _fault(row, CODE, SheetWrong.TWICE, code)
    if not wanted:
        return None
    colleague = known.get(wanted)
    if colleague is None:
        return _fault(row, GIVE_TO, SheetWrong.NOBODY, wanted)
    # By account: two colleagues may have one name.
    if colleague.account_id and colleague.account_id == held.assignee_id:
        return None
    if line[REVISION] != held.revision or _text(line[ASSIGNEE]) != held.assignee:
        return _fault(row, REVISION, SheetWrong.MOVED_ON, code)
    if held.duty not in colleague.duties:
        return _fault(row, GIVE_TO, SheetWrong.CANNOT, wanted)
    return SheetChange(
        row, held.dossier_id, code, colleague.person_id, colleague.name, held.assignee
    )


def _fault(row: int, column: int, wrong: SheetWrong, value: str) -> SheetFault:
    return SheetFault(f"{get_column_letter(column + 1)}{row}", wrong, value[:100])


def _held(actor: Actor) -> Mapping[str, _Held]:
    """Read all open dossiers of one's desks at once; few queries for many rows."""
    rows = visible_to(actor).filter(ended_at=None)
    tasks = TaskRow.objects.filter(closed_at=None, dossier__in=rows.values("pk"))
    duties = {
        dossier_id: ((role, place), account_id, name)
        for dossier_id, role, place, account_id, name in tasks.values_list(
            "dossier_id", "role", "organization_id", "assignee_id", "assignee_name"
        ).iterator()
    }
    return {
        code: _Held(dossier_id, revision, *duties.get(dossier_id, (None, None, "")))
        for dossier_id, code, revision in rows.values_list(
            "pk", "code", "revision"
        ).iterator()
    }


def _colleagues(posts: Sequence[Post]) -> Mapping[str, _Colleague]:
    duties: dict[UUID, set[tuple[str, UUID]]] = {}
    for post in posts:
        held = duties.setdefault(post.person.id, set())
        held.add((post.role.value, post.organization.id))
    accounts = security.accounts_of(person_ids=list(duties))
    return {
        colleague_label(post): _Colleague(
            accounts.get(post.person.id),
            post.person.id,
            post.person.full_name,
            frozenset(duties[post.person.id]),
        )
        for post in posts
    }


def _text(cell: object) -> str:
    return clean(cell) if isinstance(cell, str) else ""
