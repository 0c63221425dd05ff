"""What counters refuse, by name."""

from tinhso.kernel.errors import N_, Conflict, Invalid, NotFound


class UnitHasNoDesk(NotFound):
    """The unit takes no bookings here, or the asker may not know that it does."""

    message = N_("Đơn vị này chưa mở đặt lịch và lấy số.")


class BookingsClosed(Conflict):
    """The unit takes no bookings at present."""

    message = N_("Đơn vị này đang tạm dừng nhận lịch hẹn.")


class SlotNotOffered(Invalid):
    """The time is past, too far ahead, closed, or no slot of the unit."""

    message = N_("Giờ hẹn này không còn. Hãy chọn giờ khác.")


class SlotFull(Conflict):
    """All places of the slot are taken."""

    message = N_("Giờ hẹn này vừa đầy. Hãy chọn giờ khác hoặc vào danh sách chờ.")


class AlreadyBookedThen(Conflict):
    """The person has a booking at that time already."""

    message = N_("Bạn đã có lịch hẹn vào giờ này.")


class TooManyBookings(Conflict):
    """The person has as many open bookings as the unit allows."""

    message = N_("Bạn đã có {most} lịch hẹn ở đây. Hãy hủy bớt trước khi đặt thêm.")


class BookingNotOpen(Conflict):
    """The booking is over, cancelled, or was attended."""

    message = N_("Lịch hẹn này không còn đổi được.")


class OfferLapsed(Conflict):
    """The place was held for a time, and that is over."""

    message = N_("Đã hết thời gian giữ chỗ. Chỗ đã chuyển cho người tiếp theo.")


class PlacesLeft(Conflict):
    """There is a free place; nobody needs to wait for one."""

    message = N_("Vẫn còn chỗ. Bạn đặt được ngay.")


class WaitsAlready(Conflict):
    """The person is in this line already."""

    message = N_("Bạn đã ở trong danh sách chờ này.")


class CodeUnknown(Invalid):
    """No booking of this unit has the code."""

    message = N_("Không tìm thấy mã lịch hẹn này ở đây. Hãy so lại từng ký tự.")


class CheckInNotToday(Invalid):
    """The booking is for another day, or no longer holds."""

    message = N_("Lịch hẹn này không phải cho hôm nay hoặc đã hủy.")


class CounterBusy(Conflict):
    """The counter has a number that is not finished."""

    message = N_("Quầy đang có số {number}. Hãy kết thúc số này trước.")


class CounterUsed(Conflict):
    """Numbers were called to the counter; its past is kept."""

    message = N_("Quầy này đã gọi số nên không xóa được. Bạn đóng quầy được.")


class NobodyWaits(Conflict):
    """No number waits that the counter serves."""

    message = N_("Không còn ai chờ ở các nhóm việc của quầy này.")


class TicketMovedOn(Conflict):
    """The number is no longer where the officer saw it."""

    message = N_("Số này vừa được xử lý ở nơi khác. Hãy tải lại trang.")


class SettingsWrong(Invalid):
    """What an officer set cannot be; `fields` says what."""

    message = N_("Cài đặt chưa đúng. Hãy xem lại các mục được đánh dấu.")
