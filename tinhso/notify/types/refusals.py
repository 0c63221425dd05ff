"""What notify refuses, by name."""

from tinhso.kernel.errors import N_, Conflict, Invalid, NotAllowed, NotFound, Refused


class MessageTemplateNotFound(NotFound):
    """No wording of that key."""


class MessageNotFound(NotFound):
    """No such message to this person."""


class MessageParamsWrong(Invalid):
    """A value for a placeholder is missing or too long; `fields` says which."""

    message = N_("Thiếu thông tin để soạn thông báo.")


class ChannelsWrong(Invalid):
    """A choice of channels that cannot be; `fields` says what is wrong."""

    message = N_("Lựa chọn chưa đúng. Hãy xem lại các mục được đánh dấu.")


class CannotUnsubscribe(Refused):
    """The law asks for these messages, so that nobody can do without them."""

    message = N_("Tin này do luật yêu cầu nên không tắt được.")


class LinkWrong(NotFound):
    """A link to unsubscribe that is not ours, or was changed."""


class PushWrong(Invalid):
    """A browser's subscription that cannot be."""

    message = N_("Trình duyệt này chưa nhận được thông báo đẩy.")


class ReportSignatureWrong(NotAllowed):
    """A report that is not signed as agreed with its service, or too old."""


class ReportUnreadable(Invalid):
    """A report that is signed, and says nothing that can be used."""


class LetterNotFound(NotFound):
    """No such letter waits to be posted."""


class LetterPosted(Conflict):
    """The letter is in the post already, by another number."""

    message = N_("Thư này đã được ghi là đã gửi bưu điện.")


class PostNumberWrong(Invalid):
    """The number the post gave a letter cannot be."""

    message = N_("Số hiệu bưu gửi chưa đúng.")


class OutageTooSoon(Refused):
    """A planned outage must be announced seven working days ahead.

    NĐ 224/2026/NĐ-CP Điều 13, by a second-hand source.
    """

    message = N_(
        "Phải báo trước ít nhất 7 ngày làm việc: sớm nhất là ngày {day}. Nếu là sự cố"
        " đột xuất, hãy đánh dấu đột xuất và ghi lý do."
    )


class OutageWrong(Invalid):
    """An outage that ends before it starts, or says too little."""

    message = N_("Thông tin tạm dừng chưa đúng.")
    ENDS = N_("Giờ kết thúc phải sau giờ bắt đầu, và không quá 7 ngày.")
    TEXT = N_("Hãy ghi nội dung, tối đa 300 ký tự.")
    WHEN = N_("Hãy nhập ngày và giờ, ví dụ 04/07/2026 và 22:00.")
    REASON = N_("Hãy ghi vì sao không báo trước được.")


class OutageNotFound(NotFound):
    """No such outage was announced."""
