"""Let officers read what people handed in; each read is journaled for its owner.

One line a read (Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15). Who reads their own leaves
none.
"""

from datetime import datetime
from uuid import UUID

from tinhso.kernel.actor import Actor, ActorKind
from tinhso.kernel.audit import actions as audit
from tinhso.procedures.models import DossierRow
from tinhso.procedures.queries.access import SIDES, sides_of
from tinhso.procedures.queries.desks import read_result
from tinhso.procedures.queries.dossiers import read_dossier_file, readable_row
from tinhso.procedures.queries.readers import READ_DOSSIER, READ_FILE, READ_RESULT
from tinhso.procedures.queries.rows import read_dossier
from tinhso.procedures.types import Dossier, DossierFile


def open_dossier(*, dossier_id: UUID, actor: Actor, at: datetime) -> Dossier:
    """Read a dossier as `get_dossier` does, and journal it.

    :raises NotFound: if it does not exist or the asker may not see it.
    """
    row = readable_row(dossier_id, actor)
    note_reading_of(row, READ_DOSSIER, actor, at)
    return read_dossier(row, actor=actor, at=at)


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


def note_reading(deed: str, dossier_id: UUID, actor: Actor, at: datetime) -> None:
    """Journal that an officer read something of a dossier that is not their own."""
    note_reading_of(SIDES.get(pk=dossier_id), deed, actor, at)


def note_reading_of(row: DossierRow, deed: str, actor: Actor, at: datetime) -> None:
    """Journal that an officer read something of a dossier, whose row is at hand."""
    if actor.kind is not ActorKind.OFFICER or actor.person_id == row.owner_id:
        return
    served = actor.organizations()
    side = next((one for one in sides_of(row) if one in served), None)
    audit.write(
        deed,
        subject="procedures.Dossier",
        subject_id=row.id,
        actor=actor,
        at=at,
        details={"organization": str(side) if side else ""},
    )
