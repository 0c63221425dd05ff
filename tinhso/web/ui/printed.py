"""Name the papers that were handed out for a dossier, and what was corrected."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy

from tinhso.procedures.types import Correctable, Dossier, Printed, PrintedKind
from tinhso.web.ui.writing import moment

KINDS = {
    PrintedKind.RECEIPT: gettext_lazy("Giấy tiếp nhận và hẹn trả (mẫu 01)"),
    PrintedKind.SUPPLEMENT: gettext_lazy("Phiếu yêu cầu bổ sung (mẫu 02)"),
    PrintedKind.REFUSAL: gettext_lazy("Phiếu từ chối (mẫu 03)"),
    PrintedKind.APOLOGY: gettext_lazy("Phiếu xin lỗi, hẹn lại (mẫu 04)"),
}
CORRECTABLE = {
    Correctable.APPLICANT_NAME: gettext_lazy("Tên người nộp"),
    Correctable.FEE: gettext_lazy("Phí, lệ phí"),
    Correctable.DUE_DAY: gettext_lazy("Hạn trả kết quả"),
}


def papers(
    found: Iterable[Printed], dossier: Dossier, *, address: str
) -> list[dict[str, Any]]:
    """List papers, the newest first; an older receipt says that it is replaced.

    address: the name of the address that hands a paper out.
    """
    lines, newest = [], True
    for one in found:
        is_receipt = one.kind is PrintedKind.RECEIPT
        lines.append(
            {
                "title": _title(one),
                "at": moment(one.at),
                "href": reverse(address, args=[dossier.id, one.document_id]),
                "is_replaced": is_receipt and not newest,
                "corrections": [_correction(c) for c in one.corrections],
                "by": one.by if one.corrections else "",
            }
        )
        newest = newest and not is_receipt
    return lines


def _title(one: Printed) -> str:
    if one.number < 2:
        return str(KINDS[one.kind])
    return gettext("{paper}, lần {n}").format(paper=KINDS[one.kind], n=one.number)


def _correction(one: Any) -> dict[str, str]:
    return {
        "what": str(CORRECTABLE[one.what]),
        "old": one.old,
        "new": one.new,
        "reason": one.reason,
    }
