"""What payments refuse, by name."""

from tinhso.kernel.errors import N_, Conflict, Invalid, NotFound, Unavailable


class BillNotFound(NotFound):
    """No bill has the reference, or the asker may not know of it."""

    message = N_("Không tìm thấy thông báo thu này. Hãy so lại từng ký tự của mã.")


class BillAlreadyPaid(Conflict):
    """A bill is paid once."""

    message = N_("Thông báo thu này đã được thanh toán.")


class BillExpired(Conflict):
    """The day until which a bill can be paid is over."""

    message = N_("Thông báo thu này đã hết hạn. Hãy yêu cầu lập thông báo mới.")


class BillWithdrawn(Conflict):
    """The agency took the bill back."""

    message = N_("Cơ quan thu đã rút thông báo thu này. Bạn không phải trả.")


class BillWaived(Conflict):
    """All of the bill is exempt."""

    message = N_("Khoản thu này được miễn toàn bộ. Bạn không phải trả.")


class AmountDiffers(Invalid):
    """A bill is paid in full, no more and no less."""

    message = N_("Số tiền phải đúng bằng {due} đồng ghi trên thông báo thu.")


class BillNotPaid(Conflict):
    """Nothing was paid, so nothing can go back."""

    message = N_("Thông báo thu này chưa được thanh toán nên không có gì để hoàn.")


class RefundTooLarge(Invalid):
    """No more goes back than was paid, all refunds together."""

    message = N_("Chỉ còn hoàn được {left} đồng của khoản đã thu.")


class RefundOver(Conflict):
    """The refund was made or dropped."""

    message = N_("Đề nghị hoàn này đã được giải quyết.")


class RefundNeedsSecond(Conflict):
    """Who proposes a refund does not make it."""

    message = N_("Người đề nghị hoàn không tự duyệt. Cần một người khác.")


class FeeWrong(Invalid):
    """A fee that cannot stand on a bill; `fields` says what."""

    message = N_("Khoản thu chưa đúng. Hãy xem lại các mục được đánh dấu.")


class GroundUnknown(Invalid):
    """No rule in force on the day exempts for such a reason."""

    message = N_("Không có quy định miễn, giảm đang áp dụng cho lý do {ground}.")


class CollectorUnknown(Conflict):
    """The agency has not said how it collects, so nobody could get a receipt."""

    message = N_("Đơn vị này chưa khai tài khoản thu và ký hiệu biên lai.")


class CollectorWrong(Invalid):
    """How an agency collects cannot be so; `fields` says what."""

    message = N_("Thông tin thu chưa đúng. Hãy xem lại các mục được đánh dấu.")


class KeyUsedForOtherBill(Conflict):
    """One key against repetition came with two different bills."""

    message = N_("Khóa chống lập trùng này đã dùng cho một thông báo thu khác.")


class TransactionUsed(Conflict):
    """One number of a transaction came with two different payments."""

    message = N_("Mã giao dịch này đã ghi cho một khoản tiền khác.")


class TransactionWrong(Invalid):
    """A number of a transaction is missing, or longer than is kept."""

    message = N_("Mã giao dịch gồm 1 đến {most} ký tự.")


class SeriesFull(Conflict):
    """Numbers of receipts have eight digits at most (NĐ 254/2026 Đ22)."""

    message = N_("Ký hiệu biên lai đã dùng hết số của năm. Hãy đăng ký ký hiệu mới.")


class ReasonMissing(Invalid):
    """What is taken back says why."""

    message = N_("Hãy nêu lý do.")


class MoneyNotWaiting(Conflict):
    """The money was assigned or sent back."""

    message = N_("Khoản tiền này không còn chờ xử lý.")


class MoneyMadeUp(Conflict):
    """Made-up money settles no real bill, nor the other way round."""

    message = N_("Tiền mô phỏng và tiền thật không ghép được với nhau.")


class GatewayOff(Unavailable):
    """No gateway is set up."""

    message = N_("Cổng thanh toán chưa được thiết lập.")


class SignatureWrong(Invalid):
    """A callback is not signed by the gateway, or was changed."""

    message = N_("Chữ ký của thông báo thanh toán không đúng.")


class CallbackUnreadable(Invalid):
    """A signed callback lacks what is needed, or is meant for somebody else."""

    message = N_("Thông báo thanh toán thiếu hoặc sai thông tin.")


class CallbackContradicts(Conflict):
    """A transaction came before with another amount or reference."""

    message = N_("Thông báo thanh toán trái với thông báo trước của cùng giao dịch.")
