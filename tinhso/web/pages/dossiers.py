"""One's own dossiers: where each stands, what is wanted, and the messages about it."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from tinhso.documents import queries as documents
from tinhso.exchange import queries as exchange
from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid, NotFound
from tinhso.kernel.http import content_disposition
from tinhso.notify import actions as notify_actions
from tinhso.notify import queries as notify
from tinhso.payments import queries as payments
from tinhso.procedures import actions, queries
from tinhso.procedures.types import Dossier, DossierFile, Field, FieldKind
from tinhso.security import queries as security
from tinhso.security.types import Access, Deed
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.reading import uuid_of
from tinhso.web.ui import bills as fees
from tinhso.web.ui import consents, conversations, held, printed, signatures
from tinhso.web.ui import dossiers as show
from tinhso.web.ui import questions as ui
from tinhso.web.ui.phrases import language

READ_WRITE = ["GET", "HEAD", "POST"]


@guarded(Access.CITIZEN)
@require_safe
def dossiers(request: HttpRequest) -> HttpResponse:
    """List one's own dossiers, the open ones first."""
    after = request.GET.get("sau", "")
    page = queries.dossiers_of(
        actor=actor_of(request),
        at=clock.now(),
        after=after if uuid_of(after) else None,
    )
    context = {
        "lines": sorted(map(show.line, page.items), key=lambda line: line["ended"]),
        "next_after": page.next_after,
    }
    return no_store(render(request, "dossiers/dossiers.html", context))


@guarded(Access.CITIZEN)
@require_safe
def dossier(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Show a dossier: its state in words, who has it until when, what happened."""
    found, actor = _own(request, dossier_id), actor_of(request)
    talk = actions.read_conversation(dossier_id=found.id, actor=actor, at=clock.now())
    listed = queries.printed_papers(dossier_id=found.id, actor=actor)
    context = {
        "dossier": found,
        "printed": printed.papers(listed, found, address="dossier_printed"),
        "may_evaluate": queries.may_evaluate(dossier_id=found.id, actor=actor),
        "state": show.state(found),
        "counting": queries.counting(dossier=found, at=clock.now()),
        "timeline": show.timeline(found),
        "sections": show.answers(found, language=language()),
        "offered": {action.key for action in found.offered},
        "result_id": _issued(found),
        "applicant_signature": signatures.checked(found, actor, clock.now()),
        "origins": held.origins(
            queries.origins_of(dossier_id=found.id, actor=actor, at=clock.now())
        ),
        "talk": conversations.shown(talk, address="conversation"),
        "bills": fees.on_dossier(
            payments.bills_for(subject_id=found.id, actor=actor), address="bill"
        ),
    }
    return no_store(render(request, "dossiers/dossier.html", context))


@guarded(Access.CITIZEN)
@require_safe
def dossier_file(request: HttpRequest, dossier_id: UUID, file_id: UUID) -> HttpResponse:
    """Hand out a file of one's own dossier, to be saved, never shown in the page."""
    found = _own(request, dossier_id)
    file, content = queries.read_dossier_file(
        dossier_id=found.id, file_id=file_id, actor=actor_of(request)
    )
    return _download(content, file.name, file.media_type)


@guarded(Access.CITIZEN)
@require_safe
def receipt(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Hand out the receipt of a dossier as PDF."""
    found = _own(request, dossier_id)
    if found.receipt_document_id is None:
        raise NotFound
    content = documents.document_pdf(document_id=found.receipt_document_id)
    return _download(content, f"{found.code}.pdf", "application/pdf")


@guarded(Access.CITIZEN)
@require_safe
def readers(request: HttpRequest) -> HttpResponse:
    """Show which officers have read what one handed in, and which systems know one."""
    actor = actor_of(request)
    context = {
        "lines": [show.reading(one) for one in queries.readings_of(actor=actor)],
        "told": [consents.told(one) for one in security.told_of(actor=actor)],
        "asked": exchange.reads_of(actor=actor),
    }
    return no_store(render(request, "dossiers/readers.html", context))


@guarded(Access.CITIZEN)
@require_POST
def confirm(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Confirm what a clerk wrote for oneself."""
    actions.confirm_dossier(
        dossier_id=dossier_id, actor=actor_of(request), at=clock.now()
    )
    messages.success(request, gettext("Bạn đã xác nhận nội dung hồ sơ."))
    return redirect("dossier", dossier_id=dossier_id)


@guarded(Access.CITIZEN)
@require_http_methods(READ_WRITE)
def supplement(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Complete what was asked for, all on one page."""
    found = _own(request, dossier_id)
    if "supply" not in {action.key for action in found.offered}:
        return redirect("dossier", dossier_id=dossier_id)
    if request.method != "POST":
        return _show_supplement(request, found, _first_answers(request, found))
    given = _given(request, found)
    try:
        has_changed = _change_files(request, found, given)
        if "send" in request.POST or not has_changed:
            return _supply(request, found, given)
    except Invalid as refusal:
        return _show_supplement(request, found, given, refusal)
    return _show_supplement(request, found, given)


@guarded(Access.CITIZEN)
@require_http_methods(READ_WRITE)
def withdraw(request: HttpRequest, dossier_id: UUID) -> HttpResponse:
    """Withdraw a dossier, with the reason."""
    found = _own(request, dossier_id)
    if "withdraw" not in {action.key for action in found.offered}:
        return redirect("dossier", dossier_id=dossier_id)
    if request.method != "POST":
        return _show_withdraw(request, found)
    try:
        _act(request, found, "withdraw", note=ui.tidy(request.POST.get("reason", "")))
    except Invalid as refusal:
        return _show_withdraw(request, found, refusal)
    return redirect("dossier", dossier_id=dossier_id)


@guarded(Access.CITIZEN)
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """List one's own messages, the newest first."""
    after, at = request.GET.get("sau", ""), clock.now()
    page = notify.inbox(
        person_id=_person(request), after=after if uuid_of(after) else None
    )
    context = {
        "messages_page": page,
        "lines": [show.message(one, language(), at=at) for one in page.items],
    }
    return no_store(render(request, "dossiers/inbox.html", context))


@guarded(Access.CITIZEN)
@require_safe
def message(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """Show a message, which is then read."""
    at = clock.now()
    read = notify_actions.read_message(
        message_id=message_id,
        person_id=_person(request),
        actor=actor_of(request),
        at=at,
    )
    context = {"line": show.message(read, language(), at=at)}
    return no_store(render(request, "dossiers/message.html", context))


def _own(request: HttpRequest, dossier_id: UUID) -> Dossier:
    """Read one's own dossier; officers see those of others at their desk only."""
    actor = actor_of(request)
    found = queries.get_dossier(dossier_id=dossier_id, actor=actor, at=clock.now())
    if found.owner_id != actor.person_id:
        raise NotFound
    return found


def _person(request: HttpRequest) -> UUID:
    person_id = actor_of(request).person_id
    if person_id is None:
        raise NotFound
    return person_id


def _issued(found: Dossier) -> UUID | None:
    """Name the result once it is sealed; before, it is a draft of the officers."""
    if found.result_document_id is None:
        return None
    document = documents.get_document(document_id=found.result_document_id)
    return document.id if document.issued_at else None


def _download(content: bytes, name: str, media_type: str) -> HttpResponse:
    headers = {"Content-Disposition": content_disposition(filename=name)}
    return no_store(HttpResponse(content, content_type=media_type, headers=headers))


def _act(request: HttpRequest, found: Dossier, action: str, **more: Any) -> Dossier:
    return actions.take_action(
        dossier_id=found.id,
        action_key=action,
        revision=int(request.POST.get("revision") or 0),
        actor=actor_of(request),
        at=clock.now(),
        **more,
    )


# The supplement: text and kept files travel in the form until all is sent


def _fields(
    request: HttpRequest,
    found: Dossier,
    given: dict[str, Any],
    wrong: Iterable[str] = (),
) -> list[Field]:
    """List what the page asks for, and what the answers on it make necessary."""
    also = {*request.POST.getlist("also"), *wrong}
    today = clock.local(clock.now()).date()
    return show.fields_to_correct(found, given, also=also, on=today)


def _first_answers(request: HttpRequest, found: Dossier) -> dict[str, Any]:
    return {f.key: found.answers.get(f.key) for f in _fields(request, found, {})}


def _given(request: HttpRequest, found: Dossier) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for field in _fields(request, found, {}):
        if field.kind is FieldKind.FILES:
            given[field.key] = request.POST.getlist(f"kept.{field.key}")
        elif field.key in request.POST:
            given[field.key] = ui.tidy(request.POST[field.key])
    return given


def _change_files(request: HttpRequest, found: Dossier, given: dict[str, Any]) -> bool:
    """Keep a file that came or is held, or leave one out; tell if that was asked."""
    key, _, dropped = request.POST.get("remove", "").partition(":")
    if dropped and isinstance(given.get(key), list):
        given[key] = [name for name in given[key] if name != dropped]
        return True
    key, _, reused = request.POST.get("reuse", "").partition(":")
    if uuid_of(reused) and isinstance(given.get(key), list):
        given[key].append(reused)
        return True
    asked = _fields(request, found, given)
    fields = [f for f in asked if f.kind is FieldKind.FILES]
    if fields:
        ui.refuse_unread_file(request, fields[0])
    sent = ui.sent_file(fields, request.FILES)
    if sent is not None:
        kept = given.setdefault(sent[0].key, [])
        kept.append(str(_store(request, found, *sent)))
    return sent is not None


def _store(request: HttpRequest, found: Dossier, field: Field, upload: Any) -> UUID:
    return actions.attach_supplement(
        dossier_id=found.id,
        field_key=field.key,
        name=upload.name or "",
        content=upload.read(),
        actor=actor_of(request),
        at=clock.now(),
    ).file_id


def _supply(
    request: HttpRequest, found: Dossier, given: dict[str, Any]
) -> HttpResponse:
    _act(request, found, "supply", data=given)
    return redirect("dossier", dossier_id=found.id)


def _kept(request: HttpRequest, given: dict[str, Any]) -> list[DossierFile]:
    """Read the files that the form names, as far as they are one's own."""
    kept = []
    for key, names in given.items():
        for name in names if isinstance(names, list) else ():
            file_id = uuid_of(str(name))
            if file_id is None:
                continue
            file = documents.get_file(file_id=file_id)
            if security.may(actor=actor_of(request), deed=Deed.READ_OWN, thing=file):
                kept.append(show.kept_file(key, file))
    return kept


def _show_supplement(
    request: HttpRequest,
    found: Dossier,
    given: dict[str, Any],
    refusal: Invalid | None = None,
) -> HttpResponse:
    fields = _fields(request, found, given)
    first_file = next((f.key for f in fields if f.kind is FieldKind.FILES), "")
    wrong = ui.faults_of(refusal, field=first_file) if refusal else {}
    fields = _fields(request, found, given, wrong)
    labels = ui.labels_of(found.procedure.form.pages())
    errors = ui.summary_of(refusal, labels=labels, field=first_file) if refusal else []
    for line in errors:
        if line["field"] not in {field.key for field in fields}:
            line["field"] = ""
    filled = ui.Filled(given, {}, _kept(request, given), wrong)
    offers = held.to_supply(found, given, actor=actor_of(request), at=clock.now())
    context = {
        "dossier": found,
        "questions": [
            {**question, "held": offers.get(question["key"], ())}
            for question in show.questions(found, fields, filled)
        ],
        "whole": found.supplement.reasons.get("", "") if found.supplement else "",
        "errors": errors,
    }
    status = refusal.status if refusal else 200
    page = render(request, "dossiers/supplement.html", context, status=status)
    return no_store(page)


def _show_withdraw(
    request: HttpRequest, found: Dossier, refusal: Invalid | None = None
) -> HttpResponse:
    wrong = ui.faults_of(refusal, field="reason") if refusal else {}
    asked = gettext("Vì sao bạn rút hồ sơ?")
    labels = {"reason": asked, "note": asked}
    context = {
        "dossier": found,
        "error": wrong.get("reason", ""),
        "errors": ui.summary_of(refusal, labels=labels, field="reason")
        if refusal
        else (),
        "reason": request.POST.get("reason", ""),
    }
    status = refusal.status if refusal else 200
    page = render(request, "dossiers/withdraw.html", context, status=status)
    return no_store(page)
