"""The conversation on a dossier."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema, Status

from tinhso.api.auth import SIGNED_IN, caller
from tinhso.api.once import Key, once
from tinhso.kernel import clock
from tinhso.kernel.http import content_disposition
from tinhso.procedures import actions
from tinhso.procedures.types import Conversation, DossierFile, DossierMessage

router = Router(tags=["conversations"])


class MessageFileOut(Schema):
    """A file that came with a message; size: bytes."""

    id: UUID
    name: str
    media_type: str
    size: int
    sha256: str

    @classmethod
    def of(cls, file: DossierFile) -> "MessageFileOut":
        """Write a file."""
        return cls(
            id=file.file_id,
            name=file.name,
            media_type=file.media_type,
            size=file.size,
            sha256=file.sha256,
        )


class MessageOut(Schema):
    """A message; party: `applicant` or `desk`; read_at: by the other party."""

    id: UUID
    at: datetime
    party: str
    author: str
    unit: str
    text: str
    files: list[MessageFileOut]
    read_at: datetime | None

    @classmethod
    def of(cls, message: DossierMessage) -> "MessageOut":
        """Write a message."""
        return cls(
            id=message.id,
            at=message.at,
            party=message.party,
            author=message.author_name,
            unit=message.organization_name,
            text=message.text,
            files=[MessageFileOut.of(file) for file in message.files],
            read_at=message.read_at,
        )


class ConversationOut(Schema):
    """A conversation; may_write: whether the caller is a party and it is open."""

    messages: list[MessageOut]
    may_write: bool
    closes_at: datetime | None

    @classmethod
    def of(cls, found: Conversation) -> "ConversationOut":
        """Write a conversation."""
        return cls(
            messages=[MessageOut.of(message) for message in found.messages],
            may_write=found.party is not None and found.is_open,
            closes_at=found.closes_at,
        )


class MessageIn(Schema):
    """A message; files: ids of files of one's own, stored by `POST /files`."""

    text: str = ""
    files: list[UUID] = []


@router.get("/dossiers/{dossier_id}/messages", response=ConversationOut, auth=SIGNED_IN)
def read_messages(request: HttpRequest, dossier_id: UUID) -> ConversationOut:
    """Read the conversation; what the other party wrote counts as read."""
    found = actions.open_conversation(
        dossier_id=dossier_id, actor=caller(request), at=clock.now()
    )
    return ConversationOut.of(found)


@router.post(
    "/dossiers/{dossier_id}/messages", response={201: MessageOut}, auth=SIGNED_IN
)
@once
def send_message(
    request: HttpRequest,
    dossier_id: UUID,
    given: MessageIn,
    idempotency_key: Key,
) -> Status[MessageOut]:
    """Write to the other party; the same `Idempotency-Key` gives the same message."""
    sent = actions.send_dossier_message(
        dossier_id=dossier_id,
        text=given.text,
        file_ids=given.files,
        key=idempotency_key,
        actor=caller(request),
        at=clock.now(),
    )
    return Status(201, MessageOut.of(sent))


@router.get("/dossiers/{dossier_id}/messages/files/{file_id}", auth=SIGNED_IN)
def get_message_file(
    request: HttpRequest, dossier_id: UUID, file_id: UUID
) -> HttpResponse:
    """Read a file of a message."""
    file, content = actions.open_message_file(
        dossier_id=dossier_id, file_id=file_id, actor=caller(request), at=clock.now()
    )
    return HttpResponse(
        content,
        content_type=file.media_type,
        headers={"Content-Disposition": content_disposition(filename=file.name)},
    )
