"""One dossier on the officer's desk: form left, papers right, and what may be done."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from tinhso.kernel import clock
from tinhso.kernel.http import content_disposition
from tinhso.payments import queries as payments
from tinhso.procedures import actions, queries
from tinhso.procedures.types import STATED_PURPOSES, ClockColor, Dossier
from tinhso.security import queries as security
from tinhso.security.types import Access, Deed
from tinhso.web.assurance import assured
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import (
    bills,
    consultations,
    conversations,
    held,
    history,
    printed,
    signatures,
    turns,
)
from tinhso.web.ui import desk as ui
from tinhso.web.ui import fees as ui_fees

# For what our own pages frame; the readers of PDF need no more than this.
FRAMED = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'none';"
        " frame-ancestors 'self'"
    ),
    "X-Frame-Options": "SAMEORIGIN",
}


@guarded(Access.OFFICER)
@require_safe
def dossier(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Show a dossier; numbers and mail addresses only to those who work on it."""
    return _show(request, dossier_id)


@guarded(Access.OFFICER)
@require_POST
@assured()
def reveal(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Show a dossier with numbers and addresses, for a purpose that is journaled."""
    purpose = request.POST.get("purpose", "")
    if purpose not in STATED_PURPOSES:
        messages.error(request, gettext("Hãy chọn mục đích xem trong danh sách."))
        return redirect("desk_dossier", dossier_id)
    return _show(request, dossier_id, purpose)


def _show(request: HttpRequest, dossier_id: UUID, purpose: str = "") -> HttpResponse:
    at, actor = clock.now(), actor_of(request)
    whole = actions.open_whole_dossier(
        dossier_id=dossier_id, actor=actor, at=at, purpose=purpose
    )
    found = whole.dossier
    today = clock.local(at).date()
    wanted = request.GET.get("tep", "")
    context = {
        **ui.dossier_context(found, actor, wanted=wanted, on=today),
        "offers": turns.offers(found, actor),
        "withheld": turns.withheld(found, actor),
        "papers": ui.papers(found),
        "origins": held.origins(whole.origins),
        "timeline": ui.timeline(found),
        "reasons": ui.reasons(found),
        "sums": ui_fees.sums(queries.charges_of(dossier=found)),
        "counting": queries.counting(dossier=found, at=at),
        "bills": bills.on_dossier(
            payments.bills_for(subject_id=found.id, actor=actor), address="desk_bill"
        ),
        "overpaid": bills.overpaid(
            payments.overpaid(subject_id=found.id, fee=found.fee, actor=actor)
        ),
        "consultations": [consultations.line(one, at) for one in whole.consultations],
        "may_extend": _may_extend(request, found),
        "printed": printed.papers(whole.printed, found, address="desk_printed"),
        "may_correct": _may_correct(request, found),
        "applicant_signature": signatures.checked(found, actor, at),
        "stands_in_for": turns.stands_in_for(found, actor),
        "may_recall": turns.may_recall(found, actor, at),
        "is_supplemented": bool(found.supplement and found.supplement.answered_at),
        "talk": conversations.shown(whole.conversation, address="desk_conversation"),
    }
    return no_store(render(request, "desk/dossier.html", context))


@guarded(Access.OFFICER)
@require_safe
def file(request: HttpRequest, dossier_id: UUID, file_id: UUID) -> HttpResponse:
    """Send a file of a dossier: pictures and PDF to be looked at, others to keep."""
    found, content = actions.open_file(
        dossier_id=dossier_id,
        file_id=file_id,
        actor=actor_of(request),
        at=clock.now(),
    )
    return _framed(content, found.name, found.media_type)


@guarded(Access.OFFICER)
@require_safe
def result(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Send the result of a dossier as PDF, draft or issued."""
    title, content = actions.open_result(
        dossier_id=dossier_id, actor=actor_of(request), at=clock.now()
    )
    return _framed(content, f"{title}.pdf", "application/pdf")


@guarded(Access.OFFICER)
@require_POST
def claim(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Claim the open task of a dossier."""
    actions.claim_task(dossier_id=dossier_id, actor=actor_of(request), at=clock.now())
    messages.success(
        request, gettext("Bạn đang làm hồ sơ này. Đồng nghiệp thấy tên bạn.")
    )
    return redirect("desk_dossier", dossier_id)


@guarded(Access.OFFICER)
@require_POST
def release(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Give a claimed dossier back to the desk."""
    actions.release_task(dossier_id=dossier_id, actor=actor_of(request), at=clock.now())
    messages.success(
        request, gettext("Bạn đã thôi làm hồ sơ này. Đồng nghiệp làm tiếp được.")
    )
    return redirect("desk_dossier", dossier_id)


@guarded(Access.OFFICER)
@require_POST
def sign_instead(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Write a draft anew in one's own name, for a leader who is absent."""
    actions.sign_instead(
        dossier_id=dossier_id,
        revision=int(request.POST["revision"])
        if request.POST.get("revision", "").isdecimal()
        else 0,
        actor=actor_of(request),
        at=clock.now(),
    )
    messages.success(
        request, gettext("Dự thảo mang tên bạn. Hãy xem lại rồi ký số như thường lệ.")
    )
    return redirect("desk_dossier", dossier_id)


@guarded(Access.OFFICER)
@require_POST
def recall(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Take back the step one has just handed on."""
    actions.recall_dossier(
        dossier_id=dossier_id, actor=actor_of(request), at=clock.now()
    )
    messages.success(request, gettext("Đã rút lại. Hồ sơ ở bước trước, do bạn giữ."))
    return redirect("desk_dossier", dossier_id)


@guarded(Access.OFFICER)
@require_safe
def compare(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Show two versions of what the applicant answered, side by side."""
    at, actor = clock.now(), actor_of(request)
    found = actions.open_dossier(dossier_id=dossier_id, actor=actor, at=at)
    versions = queries.answers_versions(dossier_id=dossier_id, actor=actor, at=at)
    context = {
        "rail": ui.rail(actor, ""),
        "dossier": found,
        **history.compared(found, versions, request.GET, on=clock.local(at).date()),
    }
    return no_store(render(request, "desk/compare.html", context))


def _framed(content: bytes, name: str, media_type: str) -> HttpResponse:
    inline = media_type in ui.INLINE
    disposition = content_disposition(filename=name, inline=inline)
    headers = {
        **FRAMED,
        "Content-Disposition": disposition,
        "X-Content-Type-Options": "nosniff",
    }
    return no_store(HttpResponse(content, content_type=media_type, headers=headers))


def _may_correct(request: HttpRequest, found: Dossier) -> bool:
    is_printed = found.receipt_document_id is not None and not found.step.is_end
    return is_printed and actor_of(request).holds("clerk", at=found.receiver_id)


def _may_extend(request: HttpRequest, found: Dossier) -> bool:
    # Neither stopped nor ended, which is grey, nor late already.
    in_time = found.clock.color in {ClockColor.GREEN, ClockColor.AMBER}
    return (
        in_time
        and not found.procedure.is_internal
        and found.extension is None
        and security.may(
            actor=actor_of(request), deed=Deed.EXTEND_DEADLINE, thing=found
        )
    )
