"""Let officers read what people handed in; each read is journaled for its owner.

One line a read, with its purpose (Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15). Who reads
their own leaves none. Personal numbers, phones and e-mail addresses stay hidden from
those who only look on, until they state what they need them for.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.errors import Phrase
from tinhso.procedures.forms.masking import masked
from tinhso.procedures.models import ConsultationRow, DossierRow, ListedRow
from tinhso.procedures.queries.access import (
    HIDING,
    SIDES,
    purpose_of,
    reads_of_others,
    sides_of,
)
from tinhso.procedures.queries.consultations import read_answer_file
from tinhso.procedures.queries.desks import read_result
from tinhso.procedures.queries.dossiers import (
    read_dossier_file,
    read_receipt,
    readable_row,
)
from tinhso.procedures.queries.printed import read_printed
from tinhso.procedures.queries.readers import (
    READ_DOSSIER,
    READ_FILE,
    READ_PAPER,
    READ_RESULT,
)
from tinhso.procedures.queries.rows import read_dossier
from tinhso.procedures.types import (
    STATED_PURPOSES,
    Dossier,
    DossierFile,
    PurposeUnknown,
    ReadPurpose,
)


def open_dossier(
    *, dossier_id: UUID, actor: Actor, at: datetime, purpose: str = ""
) -> Dossier:
    """Read a dossier as `get_dossier` does, and journal it.

    purpose: one of `STATED_PURPOSES`, for who only looks on and needs what is hidden.

    :raises NotFound: if it does not exist or the asker may not see it.
    :raises PurposeUnknown: if it is no purpose that can be stated.
    """
    return open_row(readable_row(dossier_id, actor), purpose, actor, at)


def open_row(row: DossierRow, purpose: str, actor: Actor, at: datetime) -> Dossier:
    """Read the dossier of a row as `open_dossier` does."""
    if purpose and purpose not in STATED_PURPOSES:
        raise PurposeUnknown({"purpose": [Phrase(PurposeUnknown.message)]})
    found = read_dossier(row, actor=actor, at=at)
    if not reads_of_others(actor, row):
        return found
    why = ReadPurpose(purpose) if purpose else purpose_of(actor, row)
    _write(READ_DOSSIER, row, why, actor, at)
    if why not in HIDING:
        return found
    hidden = masked(found.procedure.form, found.answers)
    return replace(found, answers=hidden, is_masked=hidden != found.answers)


def open_file(
    *, dossier_id: UUID, file_id: UUID, actor: Actor, at: datetime
) -> tuple[DossierFile, bytes]:
    """Read a file of a dossier as `read_dossier_file` does, and journal it.

    :raises NotFound: if there is none, or the asker may not see it.
    """
    found = read_dossier_file(dossier_id=dossier_id, file_id=file_id, actor=actor)
    note_reading(READ_FILE, dossier_id, actor, at)
    return found


def open_result(*, dossier_id: UUID, actor: Actor, at: datetime) -> tuple[str, bytes]:
    """Read the result of a dossier as `read_result` does, and journal it.

    :raises NotFound: if there is none yet, or the asker may not see it.
    """
    found = read_result(dossier_id=dossier_id, actor=actor)
    note_reading(READ_RESULT, dossier_id, actor, at)
    return found


def open_receipt(*, dossier_id: UUID, actor: Actor, at: datetime) -> bytes:
    """Read the newest receipt as `read_receipt` does, and journal it.

    :raises NotFound: if there is none yet, or the asker may not see it.
    """
    found = read_receipt(dossier_id=dossier_id, actor=actor)
    note_reading(READ_PAPER, dossier_id, actor, at)
    return found


def open_printed(
    *, dossier_id: UUID, document_id: UUID, actor: Actor, at: datetime
) -> tuple[str, bytes]:
    """Read a paper that was handed out as `read_printed` does, and journal it.

    :raises NotFound: if there is none, or the asker may not see it.
    """
    found = read_printed(dossier_id=dossier_id, document_id=document_id, actor=actor)
    note_reading(READ_PAPER, dossier_id, actor, at)
    return found


def open_answer_file(
    *, consultation_id: UUID, file_id: UUID, actor: Actor, at: datetime
) -> tuple[DossierFile, bytes]:
    """Read a file of an opinion as `read_answer_file` does, and journal it.

    :raises NotFound: if there is none, or the asker may not see it.
    """
    found = read_answer_file(
        consultation_id=consultation_id, file_id=file_id, actor=actor
    )
    asked = ConsultationRow.objects.only("dossier_id").get(pk=consultation_id)
    note_reading(READ_FILE, asked.dossier_id, actor, at)
    return found


def note_list(entry_id: UUID, rows: QuerySet[DossierRow]) -> None:
    """Keep which dossiers stand in a list that leaves, whose entry is written."""
    listed, values = rows.order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(LISTED.replace("ROWS", listed), [entry_id, *values])


LISTED = f"""
INSERT INTO {ListedRow._meta.db_table} (entry_id, dossier_id)
SELECT %s, id FROM (ROWS) AS listed (id)
"""  # noqa: S608 - the names are our own


def note_reading(deed: str, dossier_id: UUID, actor: Actor, at: datetime) -> None:
    """Journal that an officer read something of a dossier that is not their own."""
    note_reading_of(SIDES.get(pk=dossier_id), deed, actor, at)


def note_reading_of(row: DossierRow, deed: str, actor: Actor, at: datetime) -> None:
    """Journal that an officer read something of a dossier, whose row is at hand."""
    if reads_of_others(actor, row):
        _write(deed, row, purpose_of(actor, row), actor, at)


def _write(
    deed: str, row: DossierRow, purpose: ReadPurpose, actor: Actor, at: datetime
) -> None:
    served = actor.organizations()
    side = next((one for one in sides_of(row) if one in served), None)
    audit.write(
        deed,
        subject="procedures.Dossier",
        subject_id=row.id,
        actor=actor,
        at=at,
        details={"organization": str(side) if side else "", "purpose": purpose},
    )
