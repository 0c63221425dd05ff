"""The words of the national e-identity, and of how sure a session is of somebody."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum

from tinhso.kernel.errors import N_, Conflict, NotFound, Refused, Unavailable


class Assurance(IntEnum):
    """How sure a session is of who somebody is.

    LOW: a password, or level 1 of the national identity. SUBSTANTIAL: a second factor,
    a passkey, or level 2 of the national identity.
    """

    NONE = 0
    LOW = 1
    SUBSTANTIAL = 2


@dataclass(frozen=True, slots=True)
class Begun:
    """A sign-in on its way: what only this browser's session knows of it.

    url: where the person goes; state, nonce, verifier: what must come back.
    """

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Vouched:
    """Whom the national identity vouches for. subject: its own name for them."""

    issuer: str
    subject: str
    personal_number: str
    full_name: str
    birth_date: date
    phone: str
    assurance: Assurance
    authenticated_at: datetime


class NationalIdentityOff(NotFound):
    """Nobody has set the national identity up."""


class NationalIdentityAway(Unavailable):
    """The national identity does not answer."""

    message = N_(
        "Hệ thống định danh quốc gia chưa trả lời. Hãy đăng nhập bằng cách khác, hoặc"
        " thử lại sau."
    )


class IdentityAnswerWrong(Refused):
    """What came back is not an answer to what this browser asked; why: for the log."""

    status = 400
    message = N_("Phiên đăng nhập này không còn dùng được. Hãy bắt đầu lại.")

    def __init__(self, why: str) -> None:
        super().__init__()
        self.why = why


class IdentityContradicts(Conflict):
    """Number, name and birth date are not those of the person registered here."""

    message = N_(
        "Tên hoặc ngày sinh không khớp với người mang số định danh này. Hãy mang căn"
        " cước đến quầy một cửa để kiểm tra."
    )
