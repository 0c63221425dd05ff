"""Read the conversation on a dossier, as one of its parties or as who may see it."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from tinhso.documents import queries as documents
from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import NotFound
from tinhso.people import queries as people
from tinhso.procedures.models import DossierMessageRow, DossierRow
from tinhso.procedures.queries.access import Side, may_read, owns
from tinhso.procedures.queries.service import service_rules
from tinhso.procedures.types import (
    Conversation,
    DossierFile,
    DossierMessage,
    Party,
)
from tinhso.security import queries as security
from tinhso.security.types import Deed


def conversation_of(*, dossier_id: UUID, actor: Actor, at: datetime) -> Conversation:
    """Read what was said on a dossier, without marking it read.

    :raises NotFound: if there is none, or the asker may not see it.
    """
    row = DossierRow.objects.filter(pk=dossier_id).first()
    if row is None or not may_read(actor, row):
        raise NotFound
    return read_conversation_of(row, actor, at)


def read_message_file(
    *, dossier_id: UUID, file_id: UUID, actor: Actor
) -> tuple[DossierFile, bytes]:
    """Read a file that came with a message.

    :raises NotFound: if there is none, or the asker may not see it.
    """
    row = DossierRow.objects.filter(pk=dossier_id).first()
    if row is None or not may_read(actor, row):
        raise NotFound
    for message in row.messages.filter(files__contains=[str(file_id)])[:1]:
        [file] = _files(message.id, [str(file_id)])
        return file, documents.read_file(file_id=file_id)
    raise NotFound


def read_conversation_of(row: DossierRow, actor: Actor, at: datetime) -> Conversation:
    """Turn the messages of a row into a conversation as an actor sees it."""
    rules = service_rules()
    closes_at = None
    if row.ended_at is not None:
        closes_at = row.ended_at + timedelta(days=rules.days_after_end)
    found = list(row.messages.order_by("id"))
    # Two units hold a dossier at the most; each is named once, not once a message.
    writers = {one.organization_id: one for one in found}
    names = {unit_id: _unit(one) for unit_id, one in writers.items()}
    return Conversation(
        dossier_id=row.id,
        messages=tuple(
            read_message_row(one, names[one.organization_id]) for one in found
        ),
        party=party_of(actor, row),
        is_open=closes_at is None or at < closes_at,
        closes_at=closes_at,
        rules=rules,
    )


def party_of(actor: Actor, row: DossierRow) -> Party | None:
    """Tell as whom an actor takes part: agencies that were only asked do not."""
    if owns(actor, row.owner_id):
        return Party.APPLICANT
    return Party.DESK if desk_of(actor, row) else None


def desk_of(actor: Actor, row: DossierRow) -> UUID | None:
    """Find for which of the units that hold a dossier an officer speaks."""
    for organization_id in (row.organization_id, row.receiver_id):
        side = Side(None, organization_id)
        if organization_id is not None and security.may(
            actor=actor, deed=Deed.WORK_ON_DOSSIER, thing=side
        ):
            return organization_id
    return None


def read_message_row(row: DossierMessageRow, unit: str | None = None) -> DossierMessage:
    """Turn a row into a message; unit: the name of the unit that wrote, if known."""
    return DossierMessage(
        id=row.id,
        at=row.at,
        party=Party(row.party),
        author_name=row.author_name,
        organization_name=_unit(row) if unit is None else unit,
        text=row.text,
        files=tuple(_files(row.id, row.files)),
        read_at=row.read_at,
    )


def _unit(row: DossierMessageRow) -> str:
    if row.organization_id is None:
        return ""
    return people.get_organization(organization_id=row.organization_id).name


def _files(message_id: UUID, names: Iterable[str]) -> list[DossierFile]:
    files = [documents.get_file(file_id=UUID(name)) for name in names]
    return [
        DossierFile(str(message_id), f.id, f.name, f.media_type, f.size, f.sha256)
        for f in files
    ]
