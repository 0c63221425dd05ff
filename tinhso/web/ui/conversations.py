"""Show the conversation on a dossier, and keep what was typed when it is refused."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext

from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import Invalid, Refused
from tinhso.kernel.ids import new_id
from tinhso.procedures import actions
from tinhso.procedures.types import (
    Conversation,
    ConversationClosed,
    DossierMessage,
    Party,
    TooManyMessages,
)
from tinhso.web.ui import questions as ui
from tinhso.web.ui.phrases import say_refusal

# What the page of the conversation answers itself, with the typed text still there.
KEPT = (Invalid, ConversationClosed, TooManyMessages)


def shown(
    conversation: Conversation,
    *,
    address: str,
    text: str = "",
    key: str = "",
    refusal: Refused | None = None,
) -> dict[str, Any]:
    """Lay a conversation out; address: the name of its page, of either door."""
    can_write = conversation.party is not None and conversation.is_open
    invalid = refusal if isinstance(refusal, Invalid) else None
    return {
        "lines": [
            _line(message, conversation, address) for message in conversation.messages
        ],
        "href": reverse(address, args=[conversation.dossier_id]),
        "can_write": can_write,
        # Officers' machines keep nothing: what they write is about other people.
        "keeps": conversation.party is Party.APPLICANT,
        "closes_at": conversation.closes_at,
        "most": conversation.rules.most_characters,
        "most_files": conversation.rules.most_files,
        "text": text,
        # The same for each try, so that a message sent twice is there once.
        "key": key or str(new_id()),
        "error": ui.faults_of(invalid) if invalid else {},
        "errors": _errors(refusal),
    }


def send(request: HttpRequest, *, dossier_id: UUID, actor: Actor, at: Any) -> None:
    """Send what was typed, with its files.

    :raises Refused: as `send_dossier_message` does.
    """
    actions.send_dossier_message(
        dossier_id=dossier_id,
        text=ui.tidy(request.POST.get("text", "")),
        key=request.POST.get("key", "")[:100] or str(new_id()),
        uploads=[
            (part.name or "", part.read()) for part in request.FILES.getlist("files")
        ],
        actor=actor,
        at=at,
    )


def _line(
    message: DossierMessage, conversation: Conversation, address: str
) -> dict[str, Any]:
    own = conversation.party or Party.DESK
    return {
        "one": message,
        "is_own": message.party is own,
        "who": _who(message),
        "files": [
            {
                "file": file,
                "href": reverse(
                    f"{address}_file", args=[conversation.dossier_id, file.file_id]
                ),
            }
            for file in message.files
        ],
    }


def _who(message: DossierMessage) -> str:
    if message.party is Party.DESK:
        return f"{message.author_name} ({message.organization_name})"
    return message.author_name


def _errors(refusal: Refused | None) -> Any:
    if refusal is None:
        return []
    if isinstance(refusal, Invalid):
        labels = {"text": gettext("Nội dung"), "files": gettext("Tệp kèm theo")}
        return ui.summary_of(refusal, labels=labels)
    return [{"field": "", "message": say_refusal(refusal)}]
