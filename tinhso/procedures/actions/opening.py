"""Open a dossier with all that its page on the desk shows, from one row."""

from datetime import datetime
from uuid import UUID

from tinhso.kernel.actor import Actor
from tinhso.procedures.actions.conversation import conversation_on
from tinhso.procedures.actions.reading import open_row
from tinhso.procedures.queries.consultations import consultations_on
from tinhso.procedures.queries.dossiers import readable_row
from tinhso.procedures.queries.held import origins_on
from tinhso.procedures.queries.printed import papers_on
from tinhso.procedures.types import OpenDossier


def open_whole_dossier(
    *, dossier_id: UUID, actor: Actor, at: datetime, purpose: str = ""
) -> OpenDossier:
    """Read a dossier with its conversation, questions, papers and origins of files.

    The read is journaled, and what the other party wrote counts as read. purpose: as
    for `open_dossier`.

    :raises NotFound: if it does not exist or the asker may not see it.
    :raises PurposeUnknown: if it is no purpose that can be stated.
    """
    row = readable_row(dossier_id, actor)
    dossier = open_row(row, purpose, actor, at)
    files = [file.file_id for file in (*dossier.files, *dossier.result_files)]
    return OpenDossier(
        dossier=dossier,
        conversation=conversation_on(row, actor, at),
        consultations=consultations_on(row),
        printed=papers_on(row),
        origins=origins_on(row, files, at),
    )
