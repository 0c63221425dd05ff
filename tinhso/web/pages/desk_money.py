"""Sort money that fits no bill, and read what the bank's statement shows."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from tinhso.kernel import clock
from tinhso.kernel.errors import NotAllowed, NotFound, Refused
from tinhso.payments import actions, queries
from tinhso.payments.types import Reconciled, StatementForm
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.reading import uuid_of
from tinhso.web.ui import bills as ui
from tinhso.web.ui import desk
from tinhso.web.ui.phrases import say_refusal

FORMS = {
    StatementForm.CSV: "CSV",
    StatementForm.MT940: "MT940",
    StatementForm.CAMT053: "camt.053 (ISO 20022)",
}


@guarded(Access.OFFICER)
@require_safe
def money(request: HttpRequest) -> HttpResponse:
    """List money that waits for a person, the oldest first."""
    actor = actor_of(request)
    page = queries.waiting_money(actor=actor, after=request.GET.get("sau") or None)
    context = {
        "rail": desk.rail(actor, "desk_money"),
        "lines": [ui.waiting(one) for one in page.items],
        "next_href": f"?sau={page.next_after}" if page.next_after else "",
        "collectors": [
            {"value": one.organization_id, "label": one.name}
            for one in queries.collectors_of(actor=actor)
        ],
        "forms": [{"value": form.value, "label": name} for form, name in FORMS.items()],
    }
    return no_store(render(request, "bills/desk_money.html", context))


@guarded(Access.OFFICER)
@require_POST
def sort(request: HttpRequest) -> HttpResponse:
    """Settle a bill with money that waited, or note that it went back."""
    payment_id = uuid_of(request.POST.get("money", ""))
    if payment_id is None:
        raise NotFound
    try:
        if request.POST.get("deed") == "return":
            actions.return_money(
                payment_id=payment_id,
                reason=request.POST.get("reason", ""),
                actor=actor_of(request),
                at=clock.now(),
            )
        else:
            actions.assign_money(
                payment_id=payment_id,
                reference="".join(request.POST.get("reference", "").split()).upper(),
                actor=actor_of(request),
                at=clock.now(),
            )
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.warning(request, say_refusal(refusal))
    else:
        messages.success(request, gettext("Đã xử lý khoản tiền."))
    return redirect("desk_money")


@guarded(Access.OFFICER)
@require_POST
def statement(request: HttpRequest) -> HttpResponse:
    """Enter the money that a statement shows; what is known is not entered again."""
    unit, file = uuid_of(request.POST.get("unit", "")), request.FILES.get("file")
    form = request.POST.get("form", "")
    if unit is None or file is None or form not in set(StatementForm):
        messages.warning(request, gettext("Hãy chọn tệp sao kê và dạng của nó."))
        return redirect("desk_money")
    try:
        became = actions.take_statement(
            organization_id=unit,
            content=file.read(),
            form=StatementForm(form),
            actor=actor_of(request),
            at=clock.now(),
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        messages.warning(request, say_refusal(refusal))
    else:
        messages.success(request, _told(became))
    return redirect("desk_money")


def _told(became: Reconciled) -> str:
    return gettext(
        "Sao kê có {lines} dòng: {paid} dòng khớp khoản thu, {queued} dòng chờ xử lý,"
        " {known} dòng đã ghi trước đó."
    ).format(
        lines=became.lines,
        paid=became.paid,
        queued=became.queued,
        known=became.repeated,
    )
