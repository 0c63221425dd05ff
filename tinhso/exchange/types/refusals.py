"""How the exchange refuses, by name; `fault` is the code of X-Road next to it.

The codes are those of X-Road's security server as far as they fit; `detail` of an
answer always holds our own name.
"""

from typing import ClassVar

from tinhso.kernel.errors import N_, Conflict, Invalid, NotFound, Refused


class Stopped(Refused):
    """A gateway does not let a message through."""

    status = 403
    fault: ClassVar[str] = "AccessDenied"


class NameWrong(Stopped):
    """A name of a member, subsystem or service cannot be one."""

    status = 400
    fault = "InvalidClientIdentifier"
    message = N_("“{name}” không phải là một tên trên nền tảng.")


class PathWrong(Stopped):
    """The path leaves the service, or is written so that it could."""

    status = 400
    fault = "BadRequest"
    message = N_("Đường dẫn của lời gọi ra ngoài dịch vụ hoặc viết sai.")


class HeaderWrong(Stopped):
    """A header is missing, comes twice, or holds what no header may."""

    status = 400
    fault = "InvalidHeader"
    message = N_("Tiêu đề {header} của lời gọi thiếu, lặp lại hoặc có ký tự lạ.")


class ClientUnknown(Stopped):
    """No such subsystem takes part, or it is not of the gateway that calls."""

    fault = "UnknownMember"
    message = N_("Hệ thống gọi chưa tham gia nền tảng.")


class KeyWrong(Stopped):
    """A subsystem did not show its key to its own gateway."""

    status = 401
    fault = "SslAuthenticationFailed"
    message = N_("Khóa của hệ thống gọi chưa đúng.")


class ServiceUnknown(Stopped):
    """There is no such service."""

    status = 404
    fault = "UnknownService"
    message = N_("Không có dịch vụ này trên nền tảng.")


class OperationUnknown(Stopped):
    """The OpenAPI document of the service knows no such operation."""

    status = 404
    fault = "AccessDenied"
    message = N_("Dịch vụ không có thao tác này.")


class NoAgreement(Stopped):
    """Nobody approved that this subsystem uses the service."""

    message = N_("Chưa có thỏa thuận cho phép dùng dịch vụ này.")


class AgreementNotYet(NoAgreement):
    """The agreement begins on a later day."""

    message = N_("Thỏa thuận chưa đến ngày có hiệu lực.")


class AgreementExpired(NoAgreement):
    """The agreement is over, or was ended."""

    message = N_("Thỏa thuận đã hết hiệu lực.")


class OperationNotAgreed(NoAgreement):
    """The agreement is about other operations of the service."""

    message = N_("Thỏa thuận không gồm thao tác này.")


class QuotaUsedUp(Stopped):
    """More calls than were agreed, in a minute or a day."""

    status = 429
    fault = "ServiceFailed.QuotaUsedUp"
    message = N_("Đã hết số lượt gọi theo thỏa thuận.")


class CertificateUnknown(Stopped):
    """The other gateway shows a certificate that no member registered."""

    fault = "SslAuthenticationFailed"
    message = N_("Chứng thư của cổng gọi chưa được đăng ký.")


class CertificateRevoked(Stopped):
    """The certificate was revoked, or its days are over."""

    fault = "CertValidation"
    message = N_("Chứng thư đã bị thu hồi hoặc hết hạn.")


class SignatureWrong(Stopped):
    """What came is not what was signed, or signed by somebody else."""

    status = 400
    fault = "InvalidSignatureValue"
    message = N_("Chữ ký của thông điệp không đúng.")


class MessageOld(Stopped):
    """The message was signed too long ago, or in the future."""

    status = 400
    fault = "InvalidSignatureValue"
    message = N_("Thông điệp được ký không đúng thời điểm.")


class MessageReplayed(Stopped):
    """A message with this id of this client was let through before."""

    status = 409
    fault = "InconsistentRequest"
    message = N_("Thông điệp này đã được gửi trước đó.")


class MessageTooLarge(Stopped):
    """The body of a request is larger than a gateway takes."""

    status = 413
    fault = "ServiceFailed.MessageTooLarge"
    message = N_("Thông điệp lớn hơn mức cho phép.")


class AnswerTooLarge(Stopped):
    """The service answers more than it declared; the rest was never read."""

    status = 502
    fault = "ServiceFailed.AnswerTooLarge"
    message = N_("Dịch vụ trả lời dài hơn mức đã khai.")


class AnswerLate(Stopped):
    """The service, or the gateway before it, did not answer in time."""

    status = 504
    fault = "ServiceFailed.HttpError"
    message = N_("Dịch vụ không trả lời kịp.")


class AnswerNotJson(Stopped):
    """Fields were agreed, and the answer is nothing they can be taken from."""

    status = 502
    fault = "ServiceFailed.InvalidContentType"
    message = N_("Dịch vụ trả lời không đúng dạng đã khai.")


class AnswerWrong(Stopped):
    """The answer is not to what was asked, or breaks off."""

    status = 502
    fault = "InconsistentResponse"
    message = N_("Câu trả lời không khớp với lời gọi.")


class ServiceAway(Stopped):
    """The service cannot be reached, or failed so often that it is left alone."""

    status = 503
    fault = "ServiceFailed.HttpError"
    message = N_("Dịch vụ tạm thời không hoạt động.")


class GatewayAway(Stopped):
    """The gateway of the other member cannot be reached."""

    status = 503
    fault = "NetworkError"
    message = N_("Không kết nối được với cổng của bên kia.")


class StampsMissing(Stopped):
    """No time-stamp could be had for too long; nothing is exchanged until one is."""

    status = 503
    fault = "LoggingFailed.TimestamperFailed"
    message = N_("Nền tảng tạm dừng vì lâu chưa có dấu thời gian.")


class LogAway(Stopped):
    """The message log cannot be written; what cannot be proved is not exchanged."""

    status = 503
    fault = "LoggingFailed"
    message = N_("Nền tảng tạm dừng vì chưa ghi được nhật ký.")


class Failed(Stopped):
    """Something the gateway did not foresee; the message did not go through."""

    status = 500
    fault = "InternalError"
    message = N_("Cổng trao đổi gặp lỗi.")


class MemberUnknown(NotFound):
    """There is no such member."""

    message = N_("Không có thành viên này.")


class SubsystemUnknown(NotFound):
    """There is no such subsystem."""

    message = N_("Không có hệ thống này.")


class MemberWrong(Invalid):
    """What was given of a member, subsystem or service cannot be."""


class OpenApiWrong(Invalid):
    """The document is no OpenAPI document a gateway can go by."""

    message = N_("Tài liệu OpenAPI chưa đúng.")


class CertificateWrong(Invalid):
    """It is no certificate a gateway can go by."""

    message = N_("Chứng thư không dùng được cho cổng trao đổi.")


class AgreementWrong(Invalid):
    """What is asked for cannot be agreed to; `fields` says what."""


class AgreementUnknown(NotFound):
    """There is no such agreement, or the asker may not know of it."""

    message = N_("Không tìm thấy thỏa thuận.")


class AgreementDecided(Conflict):
    """It was decided on before, or was ended."""

    message = N_("Thỏa thuận này đã được quyết định.")


class AgreementNeedsSecond(Refused):
    """Who asked for it does not approve it."""

    status = 403
    message = N_("Người đề nghị không được tự phê duyệt. Cần một người khác.")


class NotLogged(NotFound):
    """The log holds no such message."""

    message = N_("Không có thông điệp này trong nhật ký.")


class NotStampedYet(Refused):
    """The message is logged; its time-stamp comes with the next batch."""

    status = 503
    message = N_("Thông điệp chưa có dấu thời gian. Hãy thử lại sau ít phút.")


class ProofBroken(Invalid):
    """An exported message does not hold; `why` says what of it, for operators."""

    message = N_("Thông điệp đã xuất không đúng như lúc ghi: {why}.")
