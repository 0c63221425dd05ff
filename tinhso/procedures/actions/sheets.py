"""Hand the list of a desk out as a workbook, and take one back with colleagues in it.

What comes back is read and checked as a whole, shown, and only then applied.
"""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from itertools import groupby
from uuid import UUID

from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.clock import local
from tinhso.kernel.text import clean
from tinhso.procedures.actions.batches import assign_tasks
from tinhso.procedures.actions.reading import note_list
from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.models import ReturnedSheetRow
from tinhso.procedures.queries.access import account_of
from tinhso.procedures.queries.desk_sheet import sheet_rows, write_sheet
from tinhso.procedures.queries.desk_sheet_back import (
    CHANGES,
    FAULTS,
    MOST_ROWS,
    check_sheet,
    read_sheet,
)
from tinhso.procedures.queries.desk_views import FILTER
from tinhso.procedures.queries.desks import colleagues, wanted_rows
from tinhso.procedures.queries.readers import EXPORT_DESK
from tinhso.procedures.types import (
    BatchOutcome,
    DeskFilter,
    NoSheetWaiting,
    ReturnedSheet,
    SheetChange,
    TooManyToExport,
)
from tinhso.security import queries as security
from tinhso.security.types import Deed


def export_desk(*, wanted: DeskFilter, actor: Actor, at: datetime) -> bytes:
    """Write exactly what is wanted of a desk as a workbook; the journal says how much.

    :raises NotAllowed: if the asker sits at no desk.
    :raises TooManyToExport: if one workbook cannot hold it.
    """
    if wanted_rows(actor, wanted, at).count() > MOST_ROWS:
        raise TooManyToExport(most=MOST_ROWS)
    content, count = write_sheet(
        sheet_rows(actor=actor, wanted=wanted, at=at),
        colleagues=colleagues(actor=actor, on=day_of(at)),
        about=f"Tải về lúc {local(at):%H:%M %d/%m/%Y} bởi {actor.name}.",
    )
    with transaction.atomic():
        entry_id = audit.write(
            EXPORT_DESK,
            subject="procedures.Desk",
            subject_id=None,
            actor=actor,
            at=at,
            details={"rows": count, "wanted": FILTER.dump_python(wanted, mode="json")},
        )
        note_list(entry_id, wanted_rows(actor, wanted, at))
    return content


def take_sheet_back(
    *, content: bytes, name: str, actor: Actor, at: datetime
) -> ReturnedSheet:
    """Keep what a workbook would change until it is applied; the next takes its place.

    :raises NotAllowed: if the actor assigns tasks to nobody.
    :raises SheetUnreadable, SheetTooLarge, SheetColumnsShifted, SheetChangesTooMuch,
        FileSecret: what is wrong with it as a whole; nothing is kept then.
    """
    security.require(actor=actor, deed=Deed.ASSIGN)
    checked = check_sheet(content=content, name=name, actor=actor, at=at)
    with transaction.atomic():
        row, _ = ReturnedSheetRow.objects.update_or_create(
            account_id=account_of(actor),
            applied_at=None,
            defaults={
                "file_name": clean(name)[:255],
                "sha256": sha256(content).hexdigest(),
                "rows": checked.rows,
                "changes": CHANGES.dump_python(checked.changes, mode="json"),
                "faults": FAULTS.dump_python(checked.faults[:MOST_FAULTS], mode="json"),
                "at": at,
            },
        )
        _audit("take_sheet_back", row, actor, at, len(checked.changes))
    return read_sheet(row)


# More faults than this say that it is another workbook; nobody reads them one by one.
MOST_FAULTS = 500


def apply_sheet(*, sheet_id: UUID, actor: Actor, at: datetime) -> BatchOutcome:
    """Assign what a workbook names, each dossier for itself.

    What is refused stands in the answer, with its reason.

    :raises NoSheetWaiting: if it was applied or replaced.
    """
    with transaction.atomic():
        row = (
            ReturnedSheetRow.objects.select_for_update()
            .filter(pk=sheet_id, account_id=account_of(actor), applied_at=None)
            .first()
        )
        if row is None:
            raise NoSheetWaiting
        changes = CHANGES.validate_python(row.changes)
        row.changes, row.applied_at = [], at
        row.save(update_fields=["changes", "applied_at"])
        _audit("apply_sheet", row, actor, at, len(changes))
        return _assigned(changes, actor, at)


def _assigned(
    changes: Sequence[SheetChange], actor: Actor, at: datetime
) -> BatchOutcome:
    """Assign by colleague, as from the list."""

    def whom(change: SheetChange) -> str:
        return str(change.person_id)

    outcomes = [
        assign_tasks(
            dossier_ids=[change.dossier_id for change in group],
            person_id=UUID(person),
            actor=actor,
            at=at,
        )
        for person, group in groupby(sorted(changes, key=whom), key=whom)
    ]
    return BatchOutcome(
        tuple(code for outcome in outcomes for code in outcome.done),
        tuple(refusal for outcome in outcomes for refusal in outcome.refused),
    )


def _audit(
    deed: str, row: ReturnedSheetRow, actor: Actor, at: datetime, changes: int
) -> None:
    audit.write(
        f"procedures.{deed}",
        subject="procedures.ReturnedSheet",
        subject_id=row.id,
        actor=actor,
        at=at,
        details={"sha256": row.sha256, "rows": row.rows, "changes": changes},
    )
