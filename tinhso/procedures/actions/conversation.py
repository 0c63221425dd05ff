"""Let applicants and the units that hold their dossiers write to each other.

It is not a way around the one request to complete a dossier (NĐ 61/2018 Đ15.3): what
comes with a message is no part of the dossier.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from tinhso.documents import actions as documents
from tinhso.documents import queries as stored
from tinhso.documents.types import WHAT_PEOPLE_SEND
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.errors import N_, Invalid, NotFound, Phrase
from tinhso.kernel.events import actions as events
from tinhso.kernel.ids import id_after
from tinhso.kernel.text import nfc
from tinhso.procedures.actions.reading import note_reading
from tinhso.procedures.actions.uploads import reason_of
from tinhso.procedures.models import DossierMessageRow, DossierRow
from tinhso.procedures.queries.access import may_read, place_of
from tinhso.procedures.queries.conversation import (
    desk_of,
    party_of,
    read_conversation_of,
    read_message_file,
    read_message_row,
)
from tinhso.procedures.queries.readers import READ_DOSSIER, READ_FILE
from tinhso.procedures.queries.versions import procedure_version
from tinhso.procedures.types import (
    AnswersInvalid,
    Conversation,
    ConversationClosed,
    DossierFile,
    DossierMessage,
    DossierMessageSent,
    MessageEmpty,
    MessageTooLong,
    Party,
    ServiceRules,
    TooManyMessageFiles,
    TooManyMessages,
)

MOST_FILE_BYTES = 10 * 2**20
ONE_DAY = timedelta(hours=24)
# Which side has not read yet what a party wrote.
UNREAD = {
    Party.APPLICANT: "unread_at_desk",
    Party.DESK: "unread_by_applicant",
}
OTHER = {Party.APPLICANT: Party.DESK, Party.DESK: Party.APPLICANT}


def send_dossier_message(
    *,
    dossier_id: UUID,
    text: str,
    key: str,
    actor: Actor,
    at: datetime,
    uploads: Sequence[tuple[str, bytes]] = (),
    file_ids: Sequence[UUID] = (),
) -> DossierMessage:
    """Write to the other party of a dossier; repeating a key repeats the answer.

    uploads: files that come with it, each a name and its bytes; file_ids: files of
    one's own that were stored before.

    :raises NotFound: if there is no such dossier, or the actor is none of its parties.
    :raises ConversationClosed: if the dossier ended too long ago.
    :raises MessageEmpty: if it has neither text nor file.
    :raises MessageTooLong, TooManyMessageFiles, TooManyMessages: beyond the limits.
    :raises AnswersInvalid: under `files`, if a file is refused or not one's own.
    """
    written = nfc(text).replace("\x00", "").replace("\r\n", "\n").strip()
    with transaction.atomic():
        row, party = _lock(dossier_id, actor)
        known = row.messages.filter(key=key).first()
        if known is not None:
            return read_message_row(known)
        count = len(uploads) + len(file_ids)
        _refuse(row, party, written, count, actor, at)
        latest = row.messages.order_by("-id").values_list("id", flat=True)
        message = DossierMessageRow.objects.create(
            id=id_after(latest.first()),
            dossier=row,
            party=party,
            author_id=actor.id,
            author_name=actor.name,
            organization_id=desk_of(actor, row) if party is Party.DESK else None,
            text=written,
            files=_kept(row, uploads, file_ids, actor, at),
            key=key,
            at=at,
        )
        is_first = _count_unread(row, party)
        _audit("send_dossier_message", message, actor, at)
        events.record(_sent(row, party, is_first), actor=actor, at=at)
    return read_message_row(message)


def read_conversation(*, dossier_id: UUID, actor: Actor, at: datetime) -> Conversation:
    """Read what was said on a dossier; what the other party wrote counts as read.

    Who may see the dossier without being a party leaves no mark.

    :raises NotFound: if there is none, or the asker may not see it.
    """
    row = DossierRow.objects.defer("answers").filter(pk=dossier_id).first()
    if row is None or not may_read(actor, row):
        raise NotFound
    return conversation_on(row, actor, at)


def conversation_on(row: DossierRow, actor: Actor, at: datetime) -> Conversation:
    """Read the conversation on a dossier's row, as `read_conversation` does."""
    party = party_of(actor, row)
    if party is not None and getattr(row, UNREAD[OTHER[party]]):
        _mark_read(row.id, party, actor, at)
    return read_conversation_of(row, actor, at)


def open_conversation(*, dossier_id: UUID, actor: Actor, at: datetime) -> Conversation:
    """Read a conversation alone, as `read_conversation` does, and journal it.

    Who opens the dossier with it has that in the journal already.

    :raises NotFound: if there is none, or the asker may not see it.
    """
    found = read_conversation(dossier_id=dossier_id, actor=actor, at=at)
    note_reading(READ_DOSSIER, dossier_id, actor, at)
    return found


def open_message_file(
    *, dossier_id: UUID, file_id: UUID, actor: Actor, at: datetime
) -> tuple[DossierFile, bytes]:
    """Read a file of a message as `read_message_file` does, and journal it.

    :raises NotFound: if there is none, or the asker may not see it.
    """
    found = read_message_file(dossier_id=dossier_id, file_id=file_id, actor=actor)
    note_reading(READ_FILE, dossier_id, actor, at)
    return found


def _lock(dossier_id: UUID, actor: Actor) -> tuple[DossierRow, Party]:
    row = DossierRow.objects.select_for_update().filter(pk=dossier_id).first()
    party = party_of(actor, row) if row is not None else None
    if row is None or party is None:
        raise NotFound
    return row, party


def _refuse(
    row: DossierRow, party: Party, text: str, files: int, actor: Actor, at: datetime
) -> None:
    conversation = read_conversation_of(row, actor, at)
    rules = conversation.rules
    if not conversation.is_open:
        raise ConversationClosed
    _refuse_content(text, files, rules)
    lately = row.messages.filter(party=party, at__gt=at - ONE_DAY).count()
    if lately >= rules.most_a_day:
        raise TooManyMessages(most=rules.most_a_day)


def _refuse_content(text: str, files: int, rules: ServiceRules) -> None:
    if not text and not files:
        raise MessageEmpty({"text": [Phrase(MessageEmpty.message)]})
    if len(text) > rules.most_characters:
        length, most = len(text), rules.most_characters
        message = Phrase(MessageTooLong.message, length=length, most=most)
        raise MessageTooLong({"text": [message]}, length=length, most=most)
    if files > rules.most_files:
        most = rules.most_files
        message = Phrase(TooManyMessageFiles.message, most=most)
        raise TooManyMessageFiles({"files": [message]}, most=most)


def _kept(
    row: DossierRow,
    uploads: Sequence[tuple[str, bytes]],
    file_ids: Sequence[UUID],
    actor: Actor,
    at: datetime,
) -> list[str]:
    """Store what comes with a message, and name what was stored before."""
    for file_id in file_ids:
        _refuse_foreign(file_id, actor)
    ids = [*file_ids]
    for name, content in uploads:
        try:
            file = documents.store_file(
                content=content,
                name=name,
                owner_id=row.owner_id,
                organization_id=row.organization_id,
                accepted=WHAT_PEOPLE_SEND,
                max_bytes=MOST_FILE_BYTES,
                actor=actor,
                at=at,
            )
        except Invalid as refused:
            raise AnswersInvalid({"files": [reason_of(refused)]}) from refused
        ids.append(file.id)
    documents.release_files(file_ids=ids, actor=actor, at=at)
    return [str(file_id) for file_id in ids]


def _refuse_foreign(file_id: UUID, actor: Actor) -> None:
    try:
        is_own = stored.get_file(file_id=file_id).owner_id == actor.person_id
    except NotFound:
        is_own = False
    if not is_own:
        message = Phrase(N_("Không tìm thấy tệp đã tải lên."))
        raise AnswersInvalid({"files": [message]})


def _count_unread(row: DossierRow, party: Party) -> bool:
    """Count one more unread message; tell whether it is the first."""
    before: int = getattr(row, UNREAD[party])
    setattr(row, UNREAD[party], before + 1)
    # The revision stays: a message must not undo what an officer is about to decide.
    row.save(update_fields=[UNREAD[party]])
    return before == 0


def _mark_read(dossier_id: UUID, party: Party, actor: Actor, at: datetime) -> None:
    other = OTHER[party]
    with transaction.atomic():
        row = DossierRow.objects.select_for_update().get(pk=dossier_id)
        unread = row.messages.filter(party=other, read_at=None)
        unread.update(read_at=at, read_by=actor.name)
        setattr(row, UNREAD[other], 0)
        row.save(update_fields=[UNREAD[other]])


def _sent(row: DossierRow, party: Party, is_first: bool) -> DossierMessageSent:
    step = procedure_version(row.procedure_id).workflow.step(row.step)
    task = row.tasks.filter(closed_at=None).first()
    return DossierMessageSent(
        subject_id=row.id,
        code=row.code,
        owner_id=row.owner_id,
        party=party,
        role=step.role,
        organization_id=place_of(row, step),
        assignee_id=task.assignee_id if task else None,
        is_first=is_first,
    )


def _audit(deed: str, row: DossierMessageRow, actor: Actor, at: datetime) -> None:
    audit.write(
        f"procedures.{deed}",
        subject="procedures.Dossier",
        subject_id=row.dossier_id,
        actor=actor,
        at=at,
        # What was said stays between the parties.
        details={
            "message": str(row.id),
            "party": row.party,
            "characters": len(row.text),
            "files": row.files,
        },
    )
