"""Papers of a dossier: hand them out, print the control sheet, correct the receipt."""

from collections.abc import Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from tinhso.kernel import clock
from tinhso.kernel.errors import Conflict, Invalid, NotFound, Refused
from tinhso.kernel.http import content_disposition
from tinhso.procedures import actions, queries
from tinhso.procedures.types import AnswersInvalid, Correctable, ReceiptCorrection
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.ui import desk as ui
from tinhso.web.ui import printed as papers
from tinhso.web.ui import questions
from tinhso.web.ui.phrases import error_summary, first_messages, say_refusal

NOT_A_FEE = gettext_lazy("Phí là số tiền đồng, viết bằng chữ số, ví dụ 8000.")
NOT_A_DAY = gettext_lazy("Ngày phải viết theo dạng ngày/tháng/năm, ví dụ 27/03/2026.")


@guarded(Access.CITIZEN)
@require_safe
def own(request: HttpRequest, dossier_id: UUID, document_id: UUID) -> HttpResponse:
    """Hand out a paper of one's own dossier; officers print theirs at the desk."""
    at, actor = clock.now(), actor_of(request)
    found = queries.get_dossier(dossier_id=dossier_id, actor=actor, at=at)
    if found.owner_id != actor.person_id:
        raise NotFound
    return _handed_out(request, dossier_id, document_id, inline=False)


@guarded(Access.OFFICER)
@require_safe
def paper(request: HttpRequest, dossier_id: UUID, document_id: UUID) -> HttpResponse:
    """Show a paper of a dossier, to be printed."""
    return _handed_out(request, dossier_id, document_id, inline=True)


@guarded(Access.OFFICER)
@require_safe
def control_sheet(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Print form 05 as the dossier stands now."""
    content = actions.print_control_sheet(
        dossier_id=dossier_id, actor=actor_of(request), at=clock.now()
    )
    return _pdf(content, "phieu-kiem-soat.pdf", inline=True)


@guarded(Access.OFFICER)
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Correct what a printed receipt says; a new version replaces it."""
    if request.method != "POST":
        return _form(request, dossier_id, None)
    typed = request.POST
    try:
        actions.correct_receipt(
            dossier_id=dossier_id,
            given=_read(typed),
            revision=_whole(typed.get("revision", "")) or 0,
            actor=actor_of(request),
            at=clock.now(),
        )
    except NotFound:
        raise
    except (Invalid, Conflict) as refusal:
        return _form(request, dossier_id, refusal)
    messages.success(
        request, gettext("Đã lập giấy tiếp nhận mới. Hãy in và đưa cho người nộp.")
    )
    return redirect("desk_dossier", dossier_id)


def _handed_out(
    request: HttpRequest, dossier_id: UUID, document_id: UUID, *, inline: bool
) -> HttpResponse:
    title, content = actions.open_printed(
        dossier_id=dossier_id,
        document_id=document_id,
        actor=actor_of(request),
        at=clock.now(),
    )
    return _pdf(content, f"{title}.pdf", inline=inline)


def _pdf(content: bytes, name: str, *, inline: bool) -> HttpResponse:
    disposition = content_disposition(filename=name, inline=inline)
    headers = {
        "Content-Disposition": disposition,
        "X-Content-Type-Options": "nosniff",
    }
    pdf = HttpResponse(content, content_type="application/pdf", headers=headers)
    return no_store(pdf)


def _read(typed: QueryDict) -> ReceiptCorrection:
    """Read what was typed; what is empty stays as it is printed."""
    fee, day = typed.get("fee", "").strip(), typed.get("due_day", "").strip()
    wrong: dict[str, list[str]] = {}
    if fee and _whole(fee) is None:
        wrong["fee"] = [str(NOT_A_FEE)]
    due_day = questions.read_day(day) if day else None
    if day and due_day is None:
        wrong["due_day"] = [str(NOT_A_DAY)]
    if wrong:
        raise AnswersInvalid(wrong)
    return ReceiptCorrection(
        applicant_name=typed.get("applicant_name", "").strip() or None,
        fee=_whole(fee) if fee else None,
        due_day=due_day,
        reasons={what: typed.get(f"{what}_reason", "") for what in Correctable},
    )


def _whole(text: str) -> int | None:
    plain = text.replace(".", "").replace(" ", "").removesuffix("₫")
    if plain.isascii() and plain.isdigit() and len(plain) < 12:
        return int(plain)
    return None


def _form(
    request: HttpRequest, dossier_id: UUID, refusal: Refused | None
) -> HttpResponse:
    at, actor = clock.now(), actor_of(request)
    found = actions.open_dossier(dossier_id=dossier_id, actor=actor, at=at)
    if not actor.holds("clerk", at=found.receiver_id) or found.step.is_end:
        raise NotFound
    listed = queries.printed_papers(dossier_id=dossier_id, actor=actor)
    invalid = refusal if isinstance(refusal, Invalid) else None
    context = {
        **ui.dossier_context(
            found,
            actor,
            wanted=request.GET.get("tep", ""),
            on=clock.local(at).date(),
        ),
        "is_form": True,
        "typed": request.POST,
        "printed": papers.papers(listed, found, address="desk_printed"),
        "errors": error_summary(invalid, _labels()) if invalid else [],
        "error": first_messages(invalid) if invalid else {},
        "refused": say_refusal(refusal) if refusal and not invalid else "",
        "has_moved": isinstance(refusal, Conflict),
        "latest": ui.timeline(found)[:1] if isinstance(refusal, Conflict) else [],
    }
    status = refusal.status if refusal else 200
    return no_store(render(request, "desk/correct.html", context, status=status))


def _labels() -> Mapping[str, str]:
    labels = {what.value: str(name) for what, name in papers.CORRECTABLE.items()}
    reason = gettext("Lý do sửa")
    more = {f"{key}_reason": f"{reason} – {name}" for key, name in labels.items()}
    return {**labels, **more}
