"""How documents between agencies are refused, by name."""

from tinhso.kernel.errors import N_, Conflict, Invalid, NotFound, Refused


class DocumentRefused(Refused):
    """A document, or a message about one, is not taken."""

    status = 422


class AgencyCodeWrong(DocumentRefused):
    """It is no agency's code, or cannot be written in the order asked for."""

    message = N_("“{code}” không phải là mã định danh cơ quan dùng được.")


class EdxmlTooLarge(DocumentRefused):
    """The file, a value in it, or how much there is of it, passes a limit."""

    status = 413
    message = N_("Gói văn bản lớn hơn mức cho phép.")


class EdxmlUnsafe(DocumentRefused):
    """It declares entities or a document type, by which readers can be attacked."""

    message = N_("Gói văn bản có khai báo không an toàn.")


class EdxmlUnreadable(DocumentRefused):
    """It is no XML, or none of this form."""

    message = N_("Không đọc được gói văn bản.")


class EdxmlNamespaceWrong(DocumentRefused):
    """Its elements are not those of QCVN 102:2016."""

    message = N_("Gói văn bản không theo dạng edXML của Việt Nam.")


class EdxmlElementMissing(DocumentRefused):
    """An element is missing or empty that a document cannot do without."""

    message = N_("Gói văn bản thiếu mục {name}.")


class EdxmlElementTwice(DocumentRefused):
    """An element stands twice where one is meant; readers would differ on which."""

    message = N_("Mục {name} trong gói văn bản bị lặp lại.")


class EdxmlValueWrong(DocumentRefused):
    """A value is none that the element may have."""

    message = N_("Mục {name} trong gói văn bản có giá trị sai.")


class AttachmentNotBase64(DocumentRefused):
    """What an attachment holds is not base64."""

    message = N_("Tệp {name} không được mã hóa đúng.")


class AttachmentMissing(DocumentRefused):
    """Manifest and attachments do not name the same."""

    message = N_("Tệp {name} không khớp với danh mục tệp của văn bản.")


class AttachmentSizeWrong(DocumentRefused):
    """An attachment has another size or digest than the manifest says."""

    message = N_("Tệp {name} không đúng dung lượng hoặc nội dung đã khai.")


class DocumentUnsigned(DocumentRefused):
    """No signature is over it."""

    message = N_("Gói văn bản chưa được ký số.")


class DocumentSignatureWrong(DocumentRefused):
    """What came is not what was signed, or was signed in a way that is not taken."""

    message = N_("Chữ ký số của gói văn bản không đúng.")


class DocumentSignatureElsewhere(DocumentRefused):
    """The signature is over something else than the document that would be read."""

    message = N_("Chữ ký số không bao trùm văn bản.")


class DocumentSignatureOld(DocumentRefused):
    """It is signed with SHA-1, which only an import of an old document takes."""

    message = N_("Chữ ký dùng SHA-1 chỉ được nhận khi nhập văn bản cũ.")


class DocumentSignerUnknown(DocumentRefused):
    """The certificate is not registered, revoked, out of its days, or another's."""

    status = 403
    message = N_("Chứng thư ký văn bản chưa được đăng ký cho cơ quan gửi.")


class DocumentCertificateWrong(Invalid):
    """It is no certificate documents can be signed with."""

    message = N_("Chứng thư không dùng được để ký gói văn bản.")


class DocumentKeyMissing(DocumentRefused):
    """The agency has no key to sign documents with on this machine."""

    status = 503
    message = N_("Cơ quan chưa có khóa ký gói văn bản trên máy này.")


class DocumentSecret(DocumentRefused):
    """It is marked as a state secret, which never goes this way."""

    status = 403
    message = N_("Văn bản có dấu độ mật không được gửi, nhận qua nền tảng này.")


class DocumentForAnother(DocumentRefused):
    """None of those it is for is an agency here."""

    status = 403
    message = N_("Văn bản không gửi cho cơ quan nào ở đây.")


class DocumentSenderUnknown(DocumentRefused):
    """Who would send it is no agency here."""

    status = 403
    message = N_("Cơ quan gửi không có trong danh mục.")


class DocumentSentTwice(Conflict):
    """The same identifier came before, with another content."""

    message = N_("Mã văn bản này đã dùng cho một nội dung khác.")


class DocumentNotKnown(NotFound):
    """There is no such document here."""

    message = N_("Không tìm thấy văn bản.")


class RecallNotBySender(DocumentRefused):
    """Only who sent a document recalls, updates or replaces it."""

    status = 403
    message = N_("Chỉ cơ quan gửi được thu hồi, cập nhật hoặc thay thế văn bản.")


class DocumentRecalled(Conflict):
    """It was recalled or replaced; its content is handed out no more."""

    message = N_("Văn bản đã được thu hồi hoặc thay thế. Lý do: {reason}")


class StatusNotByReceiver(DocumentRefused):
    """A status comes from an agency the document was not sent to."""

    status = 403
    message = N_("Cơ quan báo trạng thái không nằm trong nơi nhận văn bản.")


class ReasonMissing(DocumentRefused):
    """A recall or replacement gives no reason."""

    message = N_("Hãy nêu lý do.")
