"""Say for what officers read what people handed in."""

from django.utils.translation import gettext, gettext_lazy

from tinhso.procedures.types import STATED_PURPOSES, ReadPurpose

WORDS = {
    ReadPurpose.HANDLING: gettext_lazy("Giải quyết hồ sơ"),
    ReadPurpose.OPINION: gettext_lazy("Cho ý kiến về hồ sơ"),
    ReadPurpose.LOOKING_ON: gettext_lazy("Theo dõi hồ sơ, số và email được che"),
    ReadPurpose.APPLICANT_ASKED: gettext_lazy("Người nộp hỏi về hồ sơ"),
    ReadPurpose.VERIFICATION: gettext_lazy("Xác minh thông tin"),
    ReadPurpose.COMPLAINT: gettext_lazy("Giải quyết khiếu nại, tố cáo"),
    ReadPurpose.INSPECTION: gettext_lazy("Thanh tra, kiểm tra"),
}


def said(purpose: ReadPurpose) -> str:
    """Say a purpose."""
    return str(WORDS[purpose])


def stated() -> list[dict[str, str]]:
    """List the purposes one may state."""
    chosen = [{"value": one.value, "label": said(one)} for one in STATED_PURPOSES]
    return [{"value": "", "label": gettext("Chọn mục đích")}, *chosen]
