"""Show a dossier to its applicant: state in words, timeline, what to correct."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext, gettext_lazy

from tinhso.documents.types import File
from tinhso.notify.types import Channel as Way
from tinhso.notify.types import DeliveryState, Message
from tinhso.procedures import queries
from tinhso.procedures.types import (
    Action,
    Dossier,
    DossierFile,
    DossierSummary,
    Field,
    FieldKind,
    Move,
    Need,
    Reading,
    ReadKind,
    Status,
)
from tinhso.web.ui import purposes
from tinhso.web.ui import questions as ui
from tinhso.web.ui.phrases import said
from tinhso.web.ui.writing import moment

# A letter that has not left by then is late.
SOON = timedelta(minutes=1)
STATUSES = {
    Status.REGISTERED: gettext_lazy("Đã nộp, chờ tiếp nhận"),
    Status.RECEIVED: gettext_lazy("Đã tiếp nhận"),
    Status.NOT_RECEIVED: gettext_lazy("Không được tiếp nhận"),
    Status.IN_PROGRESS: gettext_lazy("Đang giải quyết"),
    Status.SUPPLEMENT_ASKED: gettext_lazy("Chờ bạn bổ sung"),
    Status.PAYMENT_ASKED: gettext_lazy("Chờ bạn nộp phí"),
    Status.WITHDRAWN: gettext_lazy("Bạn đã rút hồ sơ"),
    Status.STOPPED: gettext_lazy("Bị từ chối giải quyết"),
    Status.DONE: gettext_lazy("Đã có kết quả"),
    Status.RETURNED: gettext_lazy("Đã trả kết quả"),
}
TONES = {
    Status.NOT_RECEIVED: "bad",
    Status.STOPPED: "bad",
    Status.SUPPLEMENT_ASKED: "warn",
    Status.PAYMENT_ASKED: "warn",
    Status.DONE: "good",
    Status.RETURNED: "good",
    Status.WITHDRAWN: "",
}
ENDED = {
    Status.NOT_RECEIVED,
    Status.WITHDRAWN,
    Status.STOPPED,
    Status.RETURNED,
}


def reading(one: Reading) -> dict[str, Any]:
    """Show that somebody read something of a dossier."""
    what = {
        ReadKind.DOSSIER: gettext("Xem hồ sơ"),
        ReadKind.FILE: gettext("Xem giấy tờ đính kèm"),
        ReadKind.RESULT: gettext("Xem kết quả"),
        ReadKind.LIST: gettext("Tải về danh sách có hồ sơ này"),
        ReadKind.PAPER: gettext("Xem giấy tiếp nhận hoặc phiếu của hồ sơ"),
    }
    why = purposes.said(one.purpose) if one.purpose else ""
    return {"one": one, "what": what[one.kind], "why": why}


def line(summary: DossierSummary) -> dict[str, Any]:
    """Show a line of "my dossiers"."""
    ended = summary.status in ENDED
    return {
        "id": summary.id,
        "code": summary.code,
        "title": summary.title,
        "status": STATUSES[summary.status],
        "tone": TONES.get(summary.status, "info"),
        "due_at": None if ended or summary.clock.is_stopped else summary.clock.due_at,
        "submitted_at": summary.submitted_at,
        "is_synthetic": summary.is_synthetic,
        "ended": ended,
        "unread": summary.unread_by_applicant,
    }


def state(dossier: Dossier) -> dict[str, Any]:
    """Say where a dossier stands: words, color, reason of the last return."""
    task = dossier.task
    return {
        "status": STATUSES[dossier.status],
        "tone": TONES.get(dossier.status, "info"),
        "ended": dossier.status in ENDED,
        "waits_for_you": task is not None and task.role == "citizen",
        "waits_for_fee": dossier.status is Status.PAYMENT_ASKED,
        "is_refused": dossier.status in {Status.NOT_RECEIVED, Status.STOPPED},
        "is_late": dossier.clock.color == "red" and dossier.status not in ENDED,
        "holder": (task.assignee_name if task else "") or dossier.organization_name,
        "until": task.due_at if task else None,
        "why": dossier.moves[-1].note if dossier.moves else "",
        "reasons": _reasons(dossier),
    }


def timeline(dossier: Dossier) -> list[dict[str, Any]]:
    """List what happened, where it stands, and what comes last."""
    done = [
        {
            "title": said(move.title),
            "at": f"{moment(move.at)} · {move.actor_name}",
            "note": move.note,
            "state": "done",
        }
        for move in told(dossier)
    ]
    if dossier.status in ENDED or dossier.task is None:
        return done
    until = gettext("Trước {when}").format(when=moment(dossier.task.due_at))
    now = {"title": said(dossier.step.title), "at": until, "state": "now"}
    if dossier.clock.is_stopped:
        due = gettext("Hạn tính lại khi bạn gửi đủ")
    else:
        due = gettext("Hạn: {when}").format(when=moment(dossier.clock.due_at))
    return [
        *done,
        now,
        {"title": gettext("Trả kết quả"), "at": due, "state": "next"},
    ]


def told(dossier: Dossier) -> list[Move]:
    """Leave out of the history what colleagues did twice, or handed back to each other.

    What was asked of the applicant, what they did, and every end stay in full.
    """
    last = {move.action: move for move in dossier.moves}
    return [
        move
        for move in dossier.moves
        if not (action := _internal(dossier, move))
        or (last[move.action] is move and Need.REASON not in action.needs)
    ]


def _internal(dossier: Dossier, move: Move) -> Action | None:
    """Find the action of a move that went from one officer to another."""
    action = dossier.procedure.workflow.action(move.action)
    if action is None or "citizen" in (action.role, _goal_role(dossier, action)):
        return None
    return action if _goal_role(dossier, action) else None


def _goal_role(dossier: Dossier, action: Action) -> str:
    return dossier.procedure.workflow.step(action.to or dossier.step.key).role


def answers(dossier: Dossier, *, language: str) -> list[dict[str, Any]]:
    """Read the answers back by section, files left to their own list."""
    form = dossier.procedure.form
    lines = queries.read_back(
        form=form,
        answers=dossier.answers,
        on=dossier.submitted_at.date(),
        language=language,
        sources={},
    )
    sections = [
        {
            "title": said(section.title),
            "rows": [
                {"label": said(one.field.label), "value": one.value}
                for one in lines
                if one.page in section.pages and one.field.kind is not FieldKind.FILES
            ],
        }
        for section in form.sections
    ]
    return [section for section in sections if section["rows"]]


def fields_to_correct(
    dossier: Dossier,
    given: Mapping[str, Any],
    *,
    also: Collection[str] = (),
    on: date,
) -> list[Field]:
    """List the fields a supplement names, and those it opens by what is given.

    All that are open if it names none. also: what turned out to be wanted besides.
    """
    reasons, pages = _reason_texts(dossier), tuple(dossier.procedure.form.pages())
    named = [f for page in pages for f in ui.asked(page) if f.key in reasons]
    if not named:
        return [f for page in pages if not page.repeats for f in ui.asked(page)]
    opened = _open_keys(dossier, given, on) - _open_keys(dossier, {}, on)
    wanted = {*reasons, *opened, *also}
    return [f for page in pages for f in ui.asked(page) if f.key in wanted]


def _open_keys(dossier: Dossier, given: Mapping[str, Any], on: date) -> set[str]:
    """Tell which fields are open by what was answered, and by what is given now."""
    form, answers = dossier.procedure.form, {**dossier.answers, **given}
    return {
        field.key
        for page in queries.pages_open(form=form, answers=answers, on=on)
        for field in queries.open_fields(form=form, page=page, answers=answers, on=on)
    }


def questions(
    dossier: Dossier, fields: Iterable[Field], filled: ui.Filled
) -> list[ui.Question]:
    """Show each field to correct with the reason the officer gave."""
    reasons = _reason_texts(dossier)
    return [
        {
            **ui.question(field, filled),
            "reason": reasons.get(field.key, ""),
            "is_new": field.key not in reasons and bool(reasons),
        }
        for field in fields
    ]


def kept_file(field_key: str, file: File) -> DossierFile:
    """Show a file that was stored for a supplement."""
    return DossierFile(
        field_key, file.id, file.name, file.media_type, file.size, file.sha256
    )


def message(message: Message, language: str, *, at: datetime) -> dict[str, Any]:
    """Show a message in the reader's language, and whether its letter is late."""
    return {
        "id": message.id,
        "subject": message.subject.get(language, message.subject["vi"]),
        "body": message.body.get(language, message.body["vi"]),
        "at": message.created_at,
        "is_new": message.read_at is None,
        "subject_id": message.subject_id,
        "is_late": at - message.created_at > SOON
        and any(
            one.channel is Way.EMAIL and one.state is DeliveryState.QUEUED
            for one in message.deliveries
        ),
    }


def _reasons(dossier: Dossier) -> list[dict[str, str]]:
    labels = {f.key: said(f.label) for f in dossier.procedure.form.fields()}
    return [
        {"label": labels.get(key, gettext("Cả hồ sơ")), "reason": reason}
        for key, reason in _reason_texts(dossier).items()
    ]


def _reason_texts(dossier: Dossier) -> Mapping[str, str]:
    return dossier.supplement.reasons if dossier.supplement else {}
