"""The words of security."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from tinhso.kernel.errors import N_, Invalid, Refused


class Deed(StrEnum):
    """Everything somebody may or may not do; a policy answers for each."""

    APPLY = "apply"
    TAKE_IN = "take_in"
    CORRECT_RECEIPT = "correct_receipt"
    ANSWER_CONSULTATION = "answer_consultation"
    READ_OWN = "read_own"
    READ_DOSSIER = "read_dossier"
    WORK_ON_DOSSIER = "work_on_dossier"
    ASSIGN = "assign"
    EXTEND_DEADLINE = "extend_deadline"
    SEE_DESK = "see_desk"
    SEE_REGISTER = "see_register"
    SEE_FIGURES = "see_figures"
    READ_DOCUMENT = "read_document"
    BOOK_SLOT = "book_slot"
    READ_BOOKING = "read_booking"
    WORK_AT_COUNTER = "work_at_counter"
    SET_UP_COUNTERS = "set_up_counters"
    SEE_JOURNAL = "see_journal"
    APPLY_PACKS = "apply_packs"
    EDIT_CONTENT = "edit_content"


class Access(StrEnum):
    """Who may come through an address of a door at all."""

    PUBLIC = "public"
    SIGNED_IN = "signed_in"
    CITIZEN = "citizen"
    OFFICER = "officer"


@dataclass(frozen=True, slots=True)
class AccountInfo:
    """An account, without its secrets."""

    id: UUID
    username: str
    person_id: UUID
    is_officer: bool
    is_active: bool


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A key for machines; `secret` is shown this once."""

    id: UUID
    secret: str
    expires_at: datetime


class NotSignedIn(Refused):
    """The asker has to sign in first."""

    status = 401
    message = N_("Hãy đăng nhập để tiếp tục.")


class UsernameTaken(Invalid):
    """Another account has this sign-in name."""

    message = N_("Tên đăng nhập này đã có người dùng.")


class SignInFailed(Refused):
    """Name or password is wrong; says not which."""

    status = 401
    message = N_("Tên đăng nhập hoặc mật khẩu chưa đúng.")


class SecondFactorNeeded(Refused):
    """A password alone does not let an officer in."""

    status = 401
    message = N_("Cán bộ cần thêm mã một lần hoặc khóa truy cập để đăng nhập.")
