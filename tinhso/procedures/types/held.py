"""The words of papers people hold already: what is reused, and how long it holds."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from tinhso.kernel.errors import N_, Invalid


class HeldKind(StrEnum):
    """Where a paper that somebody holds comes from (NĐ 45/2020; status of digitizing).

    result: issued by this platform. upload: handed in with an earlier dossier that a
    unit has received.
    """

    RESULT = "result"
    UPLOAD = "upload"


class Barrier(StrEnum):
    """Why a paper that somebody holds cannot be used; `none`: it can."""

    NONE = ""
    EXPIRED = "expired"
    REVOKED = "revoked"
    USED = "used"


@dataclass(frozen=True, slots=True)
class HeldPaper:
    """A paper somebody holds, as it is offered, or as it came into a dossier.

    file_id: its content, which the dossier refers to and never copies. document_id: of
    a result. dossier_code: of the dossier it came from. valid_until: its last day; None
    for a paper that never expires.
    """

    kind: HeldKind
    file_id: UUID
    document_id: UUID | None
    title: str
    number: str
    issued_on: date
    organization_name: str
    dossier_code: str
    valid_until: date | None = None
    barrier: Barrier = Barrier.NONE


@dataclass(frozen=True, slots=True)
class PaperValidity:
    """How long an issued paper holds; is_over: its last day has passed."""

    valid_until: date
    is_over: bool
    wants_reminders: bool


class PaperNotHeld(Invalid):
    """The applicant holds no such paper, or this question does not take it."""

    message = N_("Không tìm thấy giấy tờ này trong kho giấy tờ của bạn.")


class PaperExpired(Invalid):
    """The paper is past its last day."""

    message = N_("“{title}” đã hết hiệu lực sau ngày {day}. Hãy xin cấp giấy mới.")


class PaperRevoked(Invalid):
    """The agency has taken the paper out of force."""

    message = N_("“{title}” đã bị thu hồi nên không dùng được.")


class PaperAlreadyUsed(Invalid):
    """The dossier holds this very content already."""

    message = N_("Hồ sơ này đã có “{title}”.")
