"""An applicant's own signature on the application."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from tinhso.documents.types import Verdict
from tinhso.kernel.errors import N_, Refused


@dataclass(frozen=True, slots=True)
class ApplicationSignature:
    """Who signed an application; file_id: the signed PDF."""

    file_id: UUID
    name: str
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class CheckedSignature:
    """An applicant's signature, and what a verification of its file says now."""

    signature: ApplicationSignature
    verdict: Verdict
    is_demo: bool


class SigningForOneself(Refused):
    """Only applicants sign their own application, and only what they wrote online."""

    message = N_("Chỉ người nộp mới ký được hồ sơ do chính mình khai trực tuyến.")
