"""What procedures refuse, by name."""

from tinhso.kernel.errors import N_, Conflict, Invalid, NotFound, Refused


class AnswersInvalid(Invalid):
    """Answers break the form; nothing typed is lost."""


class ProcedureNotInForce(Invalid):
    """The version of the procedure no longer or not yet holds."""

    message = N_("Thủ tục này không còn hoặc chưa có hiệu lực. Hãy chọn thủ tục mới.")


class ChannelNotOffered(Invalid):
    """Dossiers of this procedure do not come in this way."""

    message = N_(
        "Thủ tục này không nhận hồ sơ theo cách nộp này. Hãy nộp tại quầy một cửa."
    )


class UnitDoesNotReceive(Invalid):
    """The unit chosen does not receive dossiers of this procedure."""

    message = N_("Đơn vị đã chọn không tiếp nhận thủ tục này.")


class CaseUnknown(Invalid):
    """The procedure has cases, and none of them was chosen."""

    message = N_("Hãy chọn trường hợp của hồ sơ.")


class NotReceivedHere(Invalid):
    """No desk of the province takes dossiers of this procedure in."""

    message = N_("Thủ tục này không nộp tại bộ phận một cửa của tỉnh hoặc xã.")


class DossierNotErasable(Conflict):
    """The law has the dossier kept, or something still waits for it."""


class StillOpen(DossierNotErasable):
    """It has not ended."""

    message = N_("Hồ sơ {code} đang được giải quyết nên chưa xóa được.")


class KeptAsRecord(DossierNotErasable):
    """It ended in a result (Luật Lưu trữ 33/2024/QH15)."""

    message = N_("Hồ sơ {code} đã có kết quả, pháp luật yêu cầu lưu trữ nên không xóa.")


class ComplaintPossible(DossierNotErasable):
    """Its refusal can still be complained of (Luật Khiếu nại 02/2011/QH13 Đ9)."""

    message = N_("Hồ sơ {code} còn trong thời hiệu khiếu nại, chưa xóa được.")


class PortalNotTold(DossierNotErasable):
    """The national portal has not taken all there is to tell of it."""

    message = N_("Hồ sơ {code} còn chờ báo Cổng Dịch vụ công quốc gia, chưa xóa được.")


class AlreadyErased(DossierNotErasable):
    """It was erased before."""

    message = N_("Dữ liệu cá nhân của hồ sơ {code} đã được xóa trước đó.")


class NotTheApplicants(DossierNotErasable):
    """There is no such dossier of this person."""

    message = N_("Người yêu cầu không có hồ sơ {code}.")


class PurposeUnknown(Invalid):
    """Somebody wants to see what is hidden and states no purpose there is."""

    message = N_("Hãy chọn mục đích xem trong danh sách.")


class LimitMissing(Invalid):
    """Neither catalogue nor clerk states a time limit; no due date can be given."""

    message = N_("Hãy nhập thời hạn giải quyết theo quy định của thủ tục này.")


class AlreadyConfirmed(Conflict):
    """The applicant has confirmed what the clerk wrote, or wrote it themselves."""

    message = N_("Hồ sơ này không chờ bạn xác nhận.")


class ConsultationEnded(Conflict):
    """The question was answered, or nobody waits for the answer any longer."""

    message = N_("Đề nghị cho ý kiến này đã kết thúc.")


class PortalContentDiffers(Conflict):
    """The portal sent two different dossiers under one code."""

    message = N_("Mã {code} của Cổng đã dùng cho một hồ sơ có nội dung khác.")


class PortalDossierUnknown(NotFound):
    """A message is about a dossier that has not come; it is to be sent again."""

    message = N_("Chưa nhận được hồ sơ {code} từ Cổng. Hãy gửi hồ sơ trước.")


class PortalFilesMissing(Invalid):
    """Fewer or more files came than the portal announced; nothing was stored."""

    message = N_("Hồ sơ báo có {announced} tệp nhưng nhận được {came} tệp.")


class PortalFileDamaged(Invalid):
    """A file is not the one the portal has; nothing was stored."""

    message = N_("Tệp {name} không khớp mã băm SHA-256 của Cổng.")


class PortalAgencyUnknown(Invalid):
    """No agency has the code today; it may have been abolished or merged."""

    message = N_("Không có cơ quan nào mang mã {code}, hoặc cơ quan đã sáp nhập.")


class ResultFileMissing(Invalid):
    """The signed result is not attached."""

    message = N_("Hãy đính kèm kết quả đã ký (PDF hoặc ảnh chụp).")


class DraftAlreadySubmitted(Conflict):
    """The draft became a dossier."""

    message = N_("Hồ sơ nháp này đã được nộp, mã hồ sơ {code}.")


class IdempotencyKeyReused(Invalid):
    """One key came with two different contents."""

    message = N_("Khóa chống gửi trùng đã dùng cho một hồ sơ có nội dung khác.")


class ActionNotOffered(Conflict):
    """The action is unknown here, or not offered at this step."""

    message = N_("Hồ sơ đang ở bước khác nên không thực hiện được thao tác này.")


class DossierMovedOn(Conflict):
    """Somebody else acted between seeing and deciding."""

    message = N_(
        "Hồ sơ vừa được người khác xử lý. Hãy xem lại hồ sơ trước khi quyết định."
    )


class DossierClaimedByOther(Conflict):
    """A colleague has claimed the dossier."""

    message = N_("{name} đang xử lý hồ sơ này.")


class ReasonMissing(Invalid):
    """The law wants a reason with this act."""

    message = N_("Hãy nêu rõ lý do để người dân biết phải làm gì.")


class FeeStillOwed(Refused):
    """A dossier that waits for its fee goes on once that is paid."""

    message = N_("Hồ sơ còn khoản phí, lệ phí chưa nộp.")


class SupplementAlreadyAsked(Refused):
    """A supplement is asked once, in full (NĐ 61/2018 Đ15.3)."""

    message = N_("Hồ sơ đã được yêu cầu bổ sung một lần; không được yêu cầu lần nữa.")


class ReturnTooLate(Refused):
    """A dossier is returned within three working days of receipt (NĐ 61/2018 Đ19.4)."""

    message = N_(
        "Chỉ được yêu cầu bổ sung trong thời hạn kể từ khi tiếp nhận;"
        " hạn cuối là {latest}."
    )


class NothingToCorrect(Refused):
    """No result has been issued that could be corrected."""

    message = N_("Hồ sơ chưa có kết quả nào để đính chính.")


class AlreadyExtended(Refused):
    """A due date moves once at the most (NĐ 61/2018 Đ19.9)."""

    message = N_("Hồ sơ đã được hẹn lại một lần; không được hẹn lại lần nữa.")


class ApologyTooLate(Refused):
    """The apology goes out at the latest one day before the due date."""

    message = N_(
        "Phiếu xin lỗi phải gửi chậm nhất một ngày trước hạn trả kết quả;"
        " hạn cuối để gửi là {latest}."
    )


class SamePersonTwice(Refused):
    """Who prepared may not approve."""

    message = N_(
        "Bạn đã làm bước “{earlier}” của hồ sơ này nên người khác phải làm bước này."
    )


class NewDayNotLater(Invalid):
    """A new due date lies after the old one."""

    message = N_("Ngày hẹn mới phải sau hạn trả kết quả hiện tại.")


class NewDayTooFar(Invalid):
    """A new due date lies beyond what the calendar of the unit covers."""

    message = N_("Ngày hẹn mới quá xa. Hãy kiểm tra lại năm.")


class ResultNotDrafted(Refused):
    """There is nothing to sign yet."""

    message = N_("Chưa có dự thảo kết quả để trình ký.")


class NothingToRecall(Refused):
    """The last step was not one's own, did more than hand on, or was taken up."""

    message = N_(
        "Bạn chỉ rút lại được bước của mình trong 30 phút."
        " Bước sau cũng phải chưa ai nhận."
    )


class NothingToSign(Refused):
    """A dossier does not wait for a signature."""

    message = N_("Hồ sơ {code} không chờ chữ ký.")


class ColleagueCannot(Refused):
    """The colleague holds no post that may do this task."""

    message = N_("Người được chọn không giữ vị trí xử lý bước này của hồ sơ {code}.")


class NoPostToSignWith(Refused):
    """The signer holds no leader's post at this unit."""

    message = N_("Bạn không giữ chức vụ có thẩm quyền ký tại đơn vị này.")


class AnotherSignerNamed(Refused):
    """The draft names another leader as its signer."""

    message = N_("Dự thảo này do {name} ký. Hãy trả lại để đổi người ký.")


class ReceiptNotWritten(Conflict):
    """There is no receipt yet that could be corrected."""

    message = N_("Giấy tiếp nhận đang được lập. Hãy thử lại sau ít phút.")


class NothingCorrected(Invalid):
    """All is as it stands on the receipt."""

    message = N_("Chưa có gì khác với giấy đã in. Hãy sửa ít nhất một mục.")


class DueDateNotCorrectable(Invalid):
    """The date is over, or no longer the one that the receipt promised.

    A correction mends a mistake; it never hides a delay and never replaces the apology.
    """

    message = N_(
        "Chỉ sửa được hạn trả còn đúng như giấy tiếp nhận và chưa qua."
        " Nếu sẽ trả chậm, hãy dùng Xin lỗi, hẹn lại ngày."
    )


class PeriodWrong(Invalid):
    """The period ends before it begins, or a day is missing."""

    message = N_(
        "Hãy chọn ngày đầu và ngày cuối của kỳ, ngày cuối không trước ngày đầu."
    )


class RegisterTooLong(Invalid):
    """More dossiers than one register prints."""

    message = N_("Kỳ này có hơn {most} hồ sơ. Hãy chọn kỳ ngắn hơn.")


class NothingToEvaluate(Conflict):
    """The dossier has not ended, or its applicant withdrew it."""

    message = N_("Hồ sơ này chưa kết thúc nên chưa đánh giá được.")


class AlreadyEvaluated(Conflict):
    """A dossier is evaluated once."""

    message = N_("Bạn đã đánh giá hồ sơ này. Cảm ơn bạn.")


class ViewNameMissing(Invalid):
    """A filter is kept under a name."""

    message = N_("Hãy đặt tên cho bộ lọc, tối đa 60 ký tự.")


class TooManyViews(Refused):
    """More filters than fit above a list."""

    message = N_("Bạn đã lưu {most} bộ lọc. Hãy xóa bớt một bộ lọc cũ.")


class TooManyToExport(Refused):
    """More dossiers than one workbook is made for."""

    message = N_("Danh sách có hơn {most} hồ sơ. Hãy lọc bớt trước khi tải Excel.")


class SheetUnreadable(Invalid):
    """The file is no workbook, is locked with a password, or unfolds too far."""

    message = N_(
        "Không đọc được tệp này. Hãy gửi tệp Excel (.xlsx) không đặt mật khẩu."
    )


class SheetTooLarge(Invalid):
    """The file is larger, or has more rows, than a desk hands out."""

    message = N_("Tệp lớn hơn {limit_mb} MB hoặc có hơn {most} dòng.")


class SheetColumnsShifted(Invalid):
    """The columns are not those that were handed out."""

    message = N_(
        "Cột {column} phải là “{expected}” nhưng trong tệp là “{found}”."
        " Hãy giữ nguyên các cột như khi tải về."
    )


class SheetChangesTooMuch(Invalid):
    """More changes than can be looked through at once."""

    message = N_("Tệp giao lại hơn {most} hồ sơ. Hãy chia thành nhiều tệp.")


class NoSheetWaiting(Conflict):
    """The workbook was applied before, or another one took its place."""

    message = N_("Tệp này đã được áp dụng hoặc đã có tệp khác thay thế.")
