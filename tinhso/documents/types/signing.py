"""With what somebody signs, and all that can be wrong with it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from tinhso.kernel.errors import N_, Invalid, NotFound, Refused

# Named so that Django's error reports leave it out: they hide what is a SECRET.
SECRET_FIELD = "signing_secret"  # noqa: S105 - the name of an input


class MeansKind(StrEnum):
    """Where the key lies: on a token (PKCS#11), or at a provider (CSC API v2)."""

    TOKEN = "token"  # noqa: S105 - a kind of device
    REMOTE = "remote"


class Ask(StrEnum):
    """What somebody is asked for when they sign."""

    NOTHING = "nothing"
    PIN = "pin"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Secret:
    """A PIN or one-time code on its way to the key; never shown, never stored.

    >>> Secret("123456")
    Secret()
    """

    value: str = field(repr=False)


NO_SECRET = Secret("")


@dataclass(frozen=True, slots=True)
class Means:
    """With what a person or an agency signs; without one, the platform's key signs.

    is_own: a person signs for themselves with it, and never for an agency. token_label,
    key_label: of a token; credential_id: at the provider of remote signing.
    certificate_sha256: hex, of the certificate that was declared; empty if it is one's
    own, where the personal number in the certificate tells whose it is.
    """

    id: UUID
    kind: MeansKind
    is_own: bool
    person_id: UUID | None
    organization_id: UUID | None
    token_label: str
    key_label: str
    credential_id: str
    certificate_sha256: str
    declared_at: datetime


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a certificate says; sha256: hex of all its bytes."""

    name: str
    issuer: str
    starts_at: datetime
    ends_at: datetime
    sha256: str
    is_demo: bool


class PinMissing(Invalid):
    """The token asks for its PIN."""

    message = N_("Hãy nhập mã PIN của thiết bị ký.")


class PinWrong(Invalid):
    """The token refused the PIN; after a few tries it locks itself."""

    message = N_("Mã PIN chưa đúng. Nhập sai nhiều lần thì thiết bị ký tự khóa.")


class PinBlocked(Refused):
    """The token has locked itself after too many wrong PINs."""

    message = N_("Thiết bị ký đã khóa vì nhập sai mã PIN nhiều lần.")


class TokenAbsent(Refused):
    """No token of that label is plugged in, or the module does not see it."""

    message = N_("Không thấy thiết bị ký “{label}”. Hãy cắm thiết bị rồi ký lại.")


class TokenKeyAbsent(Refused):
    """The token has no such key, or no certificate for it."""

    message = N_("Thiết bị ký không có khóa hoặc chứng thư “{label}”.")


class TokenFailed(Refused):
    """The module is missing, the token is in use for too long, or breaks off."""

    status = 503
    message = N_("Thiết bị ký đang bận hoặc gặp lỗi. Chưa có gì được ký; hãy ký lại.")


class CodeMissing(Invalid):
    """Remote signing asks for a one-time code."""

    message = N_("Hãy nhập mã dùng một lần.")


class CodeWrong(Invalid):
    """The provider refused the one-time code: wrong, used before, or too old."""

    message = N_("Mã dùng một lần chưa đúng hoặc đã hết hạn. Hãy lấy mã mới.")


class RemoteNotSetUp(Refused):
    """No provider of remote signing is named in the settings."""

    message = N_("Nơi này chưa kết nối dịch vụ ký số từ xa.")


class RemoteDown(Refused):
    """The provider of remote signing cannot be reached."""

    status = 503
    message = N_("Không kết nối được dịch vụ ký số từ xa. Chưa có gì được ký.")


class RemoteSlow(Refused):
    """The provider did not answer in time; waiting longer would hold others up."""

    status = 503
    message = N_("Dịch vụ ký số từ xa trả lời quá chậm. Chưa có gì được ký.")


class RemoteAnswerWrong(Refused):
    """The provider answers, but not as the CSC API says."""

    status = 503
    message = N_("Dịch vụ ký số từ xa trả lời không đúng. Chưa có gì được ký.")


class RemoteRefused(Refused):
    """The provider refused to authorize or to sign."""

    message = N_("Dịch vụ ký số từ xa đã từ chối. Chưa có gì được ký.")


class SignatureWrong(Refused):
    """What came back is no signature of these bytes by the certificate's key."""

    message = N_("Chữ ký nhận về không khớp với văn bản nên không được dùng.")


class CertificateExpired(Refused):
    """The certificate has ended."""

    message = N_("Chứng thư chữ ký số đã hết hạn ngày {day}.")


class CertificateNotYetValid(Refused):
    """The certificate does not hold yet."""

    message = N_("Chứng thư chữ ký số chỉ có hiệu lực từ ngày {day}.")


class CertificateRevoked(Refused):
    """The authority has revoked the certificate."""

    message = N_("Chứng thư chữ ký số đã bị thu hồi.")


class CertificateUntrusted(Refused):
    """The certificate does not lead to a root that the platform trusts."""

    message = N_("Chứng thư chữ ký số không do tổ chức được tin cậy cấp.")


class RevocationUnknown(Refused):
    """No current revocation list of the authority is at hand."""

    status = 503
    message = N_("Chưa kiểm tra được chứng thư có bị thu hồi không. Hãy thử lại sau.")


class CertificateNotForSigning(Refused):
    """The certificate is for something else, such as for servers."""

    message = N_("Chứng thư này không dùng để ký văn bản.")


class CertificateOfAnother(Refused):
    """The certificate names somebody else than the one who signs."""

    message = N_("Chứng thư mang tên “{name}”, không phải của người ký.")


class CertificateNotDeclared(Refused):
    """It is not the certificate that was declared for the signer."""

    message = N_("Đây không phải chứng thư đã đăng ký cho người ký.")


class NoCertificate(Refused):
    """The provider knows no certificate of this person."""

    message = N_("Bạn chưa có chứng thư chữ ký số tại dịch vụ ký số từ xa.")


class OneSignatureACode(Refused):
    """A one-time code signs once; many papers at a time need another means."""

    message = N_("Mỗi mã dùng một lần chỉ ký một văn bản. Hãy ký từng hồ sơ.")


class TimestampUnavailable(Refused):
    """The timestamp authority does not answer, or not as RFC 3161 says."""

    status = 503
    message = N_("Chưa lấy được dấu thời gian. Chưa có gì được ký; hãy ký lại sau.")


class MeansNotDeclared(Refused):
    """Here everybody signs with a means of their own, and this signer has none."""

    message = N_("Người hoặc cơ quan này chưa đăng ký phương tiện ký.")


class MeansAlreadyDeclared(Refused):
    """The signer has a means already; it must be ended first."""

    message = N_("Người hoặc cơ quan này đã có phương tiện ký.")


class MeansNotFound(NotFound):
    """No such means, or it was ended."""


class MeansIncomplete(Invalid):
    """It is not clear whose means it is, or where its key lies."""

    message = N_("Chưa rõ phương tiện ký là của ai hoặc khóa nằm ở đâu.")
