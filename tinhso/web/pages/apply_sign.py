"""Sign one's application of one's own free will, before it is submitted."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from tinhso.documents import queries as documents
from tinhso.documents.types import SECRET_FIELD, Secret
from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid, NotFound, Refused
from tinhso.kernel.http import content_disposition
from tinhso.procedures import actions
from tinhso.procedures.types import AnswersInvalid, Draft, UnitDoesNotReceive
from tinhso.security.types import Access
from tinhso.web.assurance import assured
from tinhso.web.policy import actor_of, guarded, no_store, open_draft
from tinhso.web.ui.phrases import error_summary, first_messages, say_refusal

CODE_SENT = "da-gui"
# Signing wants somebody who proved themselves a moment ago.
RECENT = timedelta(minutes=15)
# What is missing in the application itself is shown where it is read back.
INCOMPLETE = (AnswersInvalid, UnitDoesNotReceive)


@guarded(Access.CITIZEN)
@require_http_methods(["GET", "HEAD", "POST"])
@assured(within=RECENT)
@open_draft
def sign(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Sign what the draft says, with the code that was sent."""
    if request.method != "POST":
        return _show(request, draft)
    secret = Secret(request.POST.get(SECRET_FIELD, "").strip())
    try:
        actions.sign_application(
            draft_id=draft.id, secret=secret, actor=actor_of(request), at=clock.now()
        )
    except (NotFound, *INCOMPLETE):
        return redirect("apply_check", draft_id=draft.id)
    except Refused as refusal:
        return _show(request, draft, refusal)
    messages.success(request, gettext("Bạn đã ký số tờ khai. Giờ bạn nộp được."))
    return redirect("apply_check", draft_id=draft.id)


@guarded(Access.CITIZEN)
@require_POST
@open_draft
def code(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Have a one-time code sent to the applicant."""
    try:
        actions.send_signing_code(
            draft_id=draft.id, actor=actor_of(request), at=clock.now()
        )
    except (NotFound, *INCOMPLETE):
        return redirect("apply_check", draft_id=draft.id)
    except Refused as refusal:
        return _show(request, draft, refusal)
    messages.success(request, gettext("Đã gửi mã dùng một lần. Mã có hạn vài phút."))
    address = reverse("apply_sign", args=[draft.id])
    return redirect(f"{address}?ma={CODE_SENT}")


@guarded(Access.CITIZEN)
@require_POST
@open_draft
def drop(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Take the signature off again."""
    actions.drop_signature(draft_id=draft.id, actor=actor_of(request), at=clock.now())
    messages.success(request, gettext("Đã bỏ chữ ký số. Bạn nộp không ký cũng được."))
    return redirect("apply_check", draft_id=draft.id)


@guarded(Access.CITIZEN)
@require_safe
@open_draft
def paper(request: HttpRequest, draft: Draft) -> HttpResponse:
    """Hand out the application as it would be signed."""
    try:
        content = actions.print_application(
            draft_id=draft.id, actor=actor_of(request), at=clock.now()
        )
    except INCOMPLETE:
        return redirect("apply_check", draft_id=draft.id)
    headers = {
        "Content-Disposition": content_disposition(filename="to-khai.pdf"),
        "X-Content-Type-Options": "nosniff",
    }
    pdf = HttpResponse(content, content_type="application/pdf", headers=headers)
    return no_store(pdf)


def _show(
    request: HttpRequest, draft: Draft, refusal: Refused | None = None
) -> HttpResponse:
    if draft.signature is not None or not documents.has_remote_signing():
        return redirect("apply_check", draft_id=draft.id)
    invalid = refusal if isinstance(refusal, Invalid) else None
    labels = {SECRET_FIELD: gettext("Mã dùng một lần")}
    context = {
        "draft": draft,
        "errors": error_summary(invalid, labels) if invalid else [],
        "error": first_messages(invalid).get(SECRET_FIELD, "") if invalid else "",
        "refused": say_refusal(refusal) if refusal and not invalid else "",
        "is_code_sent": invalid is not None or request.GET.get("ma") == CODE_SENT,
        **_certificate(draft),
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "apply/sign.html", context, status=status))


def _certificate(draft: Draft) -> dict[str, Any]:
    """Look the applicant's certificate up; a provider that is down is told."""
    try:
        found = documents.own_certificate(person_id=draft.owner_id, at=clock.now())
    except Refused as refusal:
        return {"certificate": None, "unavailable": say_refusal(refusal)}
    return {"certificate": found, "unavailable": ""}
