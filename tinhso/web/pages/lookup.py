"""What anybody may ask: how far a dossier is, whether a document is genuine."""

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.documents import queries as documents
from tinhso.documents.types import Verdict
from tinhso.kernel import clock
from tinhso.kernel.errors import NotFound
from tinhso.kernel.text import clean
from tinhso.procedures import queries as procedures
from tinhso.security.types import Access
from tinhso.web.policy import guarded, limited, no_store

LONGEST_CODE = 80
# A whole office may ask from one address; who tries codes one by one asks more often.
LOOK_UPS = 60

VERDICTS = {
    Verdict.VALID: gettext_lazy("Văn bản nguyên vẹn, chữ ký đúng"),
    Verdict.ALTERED: gettext_lazy("Văn bản đã bị sửa sau khi ký"),
    Verdict.UNKNOWN_SIGNER: gettext_lazy("Không rõ người ký là ai"),
    Verdict.NOT_SIGNED: gettext_lazy("Tệp này không có chữ ký số"),
    Verdict.NOT_A_PDF: gettext_lazy("Tệp này không phải là PDF đọc được"),
}
MEANINGS = {
    Verdict.VALID: gettext_lazy("Nội dung đúng như lúc ký. Bạn dùng được tệp này."),
    Verdict.ALTERED: gettext_lazy(
        "Đừng tin nội dung tệp này. Hãy hỏi cơ quan đã cấp văn bản."
    ),
    Verdict.UNKNOWN_SIGNER: gettext_lazy(
        "Chứng thư của người ký không thuộc nguồn chúng tôi tin cậy."
    ),
    Verdict.NOT_SIGNED: gettext_lazy(
        "Có thể đây là bản quét hoặc bản in lại. Hãy tìm tệp gốc có chữ ký số."
    ),
    Verdict.NOT_A_PDF: gettext_lazy("Hãy chọn tệp PDF gốc rồi thử lại."),
}


@guarded(Access.PUBLIC)
@limited(most=LOOK_UPS, minutes=1)
@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """Tell how far a dossier is, by its code; no more without signing in."""
    code = clean(request.GET.get("ma", ""))[:LONGEST_CODE]
    context: dict[str, Any] = {"code": code}
    if code:
        try:
            context["progress"] = procedures.public_progress(code=code)
        except NotFound:
            context["unknown"] = True
    return no_store(render(request, "lookup/progress.html", context))


@guarded(Access.PUBLIC)
@limited(most=LOOK_UPS, minutes=1)
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Ask for a document by code, or verify the signatures of a PDF."""
    if request.method == "POST":
        return _verify_file(request)
    code = clean(request.GET.get("ma", ""))[:LONGEST_CODE]
    if code:
        return redirect("verify_code", code=quote(code, safe=""))
    return render(request, "lookup/verify.html", {})


@guarded(Access.PUBLIC)
@limited(most=LOOK_UPS, minutes=1)
@require_safe
def verify_code(request: HttpRequest, code: str) -> HttpResponse:
    """Tell what the holder of a document's code may know; the QR code leads here."""
    try:
        document = documents.document_by_code(code=code[:LONGEST_CODE])
    except NotFound:
        unknown = {"code": code[:LONGEST_CODE]}
        return no_store(render(request, "lookup/unknown.html", unknown, status=404))
    until = procedures.valid_until(code=document.code)
    context: dict[str, Any] = {
        "document": document,
        "is_revoked": document.revoked_at is not None,
        "valid_until": until,
        "is_over": until is not None and until < clock.local(clock.now()).date(),
    }
    return no_store(render(request, "lookup/document.html", context))


def _verify_file(request: HttpRequest) -> HttpResponse:
    """Verify what was sent, from memory; it is not kept."""
    upload = request.FILES.get("pdf")
    sent = int(request.META.get("CONTENT_LENGTH") or 0)
    if upload is None:
        too_large = sent > settings.TINHSO_MAX_UPLOAD_BYTES
        wrong = {"too_large": too_large, "missing": not too_large}
        page = render(request, "lookup/verify.html", wrong, status=422)
        return no_store(page)
    report = documents.verify_pdf(content=upload.read(), at=clock.now())
    context: dict[str, Any] = {
        "report": report,
        "name": upload.name,
        "is_valid": report.verdict is Verdict.VALID,
        "verdict": VERDICTS[report.verdict],
        "meaning": MEANINGS[report.verdict],
    }
    return no_store(render(request, "lookup/report.html", context))
