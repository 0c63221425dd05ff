"""A dossier as its page on the desk shows it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from tinhso.procedures.types.consultations import Consultation
from tinhso.procedures.types.conversation import Conversation
from tinhso.procedures.types.dossiers import Dossier
from tinhso.procedures.types.held import HeldPaper
from tinhso.procedures.types.printed import Printed


@dataclass(frozen=True, slots=True)
class OpenDossier:
    """A dossier with all that belongs to it; origins: of files that were there."""

    dossier: Dossier
    conversation: Conversation
    consultations: tuple[Consultation, ...]
    printed: tuple[Printed, ...]
    origins: Mapping[UUID, HeldPaper]
