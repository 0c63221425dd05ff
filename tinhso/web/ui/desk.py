"""What the pages of the officer's desk say alike: clock, rail, answers, papers."""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy, ngettext

from tinhso.kernel.actor import Actor, Duty
from tinhso.kernel.clock import local
from tinhso.payments import queries as payments
from tinhso.procedures import queries
from tinhso.procedures.types import (
    AnswerLine,
    Channel,
    Clock,
    ClockColor,
    Dossier,
    DossierFile,
    FieldKind,
    Move,
    Paper,
    Status,
)
from tinhso.registries import queries as registries
from tinhso.security import queries as security
from tinhso.security.types import Deed
from tinhso.web.ui import purposes, signatures
from tinhso.web.ui.held import source_of
from tinhso.web.ui.phrases import language, said

CITIZEN = "citizen"
NOBODY = UUID(int=0)
WORKING_DAY = 8
# Shown within a page; anything else is downloaded.
INLINE = {"application/pdf", "image/jpeg", "image/png", "image/webp", "image/gif"}

ROLES = {
    "clerk": gettext_lazy("Bộ phận một cửa"),
    "case_officer": gettext_lazy("Công chức thẩm tra"),
    "head_of_office": gettext_lazy("Chánh Văn phòng"),
    "leader": gettext_lazy("Lãnh đạo"),
    "registrar": gettext_lazy("Văn thư"),
    CITIZEN: gettext_lazy("Người dân"),
}
STATUSES = {
    Status.REGISTERED: gettext_lazy("Mới đăng ký"),
    Status.RECEIVED: gettext_lazy("Được tiếp nhận"),
    Status.NOT_RECEIVED: gettext_lazy("Không được tiếp nhận"),
    Status.IN_PROGRESS: gettext_lazy("Đang xử lý"),
    Status.SUPPLEMENT_ASKED: gettext_lazy("Yêu cầu bổ sung giấy tờ"),
    Status.PAYMENT_ASKED: gettext_lazy("Yêu cầu thực hiện nghĩa vụ tài chính"),
    Status.WITHDRAWN: gettext_lazy("Công dân yêu cầu rút hồ sơ"),
    Status.STOPPED: gettext_lazy("Dừng xử lý"),
    Status.DONE: gettext_lazy("Đã xử lý xong"),
    Status.RETURNED: gettext_lazy("Đã trả kết quả"),
}
CHANNELS = {
    Channel.ONLINE: gettext_lazy("Trực tuyến"),
    Channel.COUNTER: gettext_lazy("Tại quầy"),
    Channel.POST: gettext_lazy("Qua bưu chính"),
    Channel.INTERNAL: gettext_lazy("Giữa các cơ quan"),
}
COLORS = {
    ClockColor.RED: gettext_lazy("Quá hạn"),
    ClockColor.AMBER: gettext_lazy("Sắp đến hạn"),
    ClockColor.GREEN: gettext_lazy("Trong hạn"),
    ClockColor.GREY: gettext_lazy("Đồng hồ dừng"),
}
# Whose rail leads to the counters; who may open which, the room decides.
COUNTERS = ("clerk", "case_officer", "head_of_office")
SOURCES = {"person": gettext_lazy("tài khoản của người nộp")}


def rail(actor: Actor, here: str) -> list[dict[str, Any]]:
    """List the entries of the side bar that concern the actor's roles, by group."""
    has_desk = bool(security.desks_of(actor=actor))
    may_see = security.may(actor=actor, deed=Deed.SEE_DESK)
    may_count = has_desk or security.may(actor=actor, deed=Deed.SEE_FIGURES)
    may_measure = security.may(actor=actor, deed=Deed.SEE_MEASURES)
    may_answer = bool(security.answering_for(actor=actor))
    manages = bool(security.managed_by(actor=actor))
    may_assess = bool(security.assessing_for(actor=actor))
    may_build = security.may(actor=actor, deed=Deed.EDIT_CONTENT)
    may_plan = security.may(actor=actor, deed=Deed.SEE_PLANS)
    may_oversee = may_answer or security.may(actor=actor, deed=Deed.READ_QUESTIONS)
    leads = bool(security.directing_for(actor=actor))
    is_counter = any(map(actor.holds, COUNTERS))
    collects = is_counter and bool(payments.collectors_of(actor=actor))
    sorts = security.may(actor=actor, deed=Deed.SORT_MONEY)
    dossiers = [
        ("desk", gettext("Việc của tôi"), may_see),
        ("intake", gettext("Tiếp nhận tại quầy"), actor.holds("clerk")),
        ("desk_signing", gettext("Chờ ký số"), actor.holds("leader")),
        ("desk_registry", gettext("Văn thư"), actor.holds("registrar")),
        ("consultations", gettext("Cần cho ý kiến"), may_answer),
        ("desk_search", gettext("Tìm hồ sơ"), may_see),
        ("desk_month", gettext("Lịch đến hạn"), has_desk),
        ("desk_capacity", gettext("Tải công việc"), manages),
        ("covers", gettext("Vắng mặt, làm thay"), has_desk),
        ("desk_register", gettext("Sổ theo dõi"), has_desk),
        ("report_06a", gettext("Báo cáo 06a"), may_count),
        ("evaluations", gettext("Người dân đánh giá"), may_count),
        ("desk_bills", gettext("Thu phí, lệ phí"), collects),
        ("desk_money", gettext("Tiền chờ xử lý"), collects and sorts),
        ("counters", gettext("Quầy và lịch hẹn"), is_counter),
    ]
    steering = [
        ("board", gettext("Bảng điều hành"), may_measure),
        ("targets", gettext("Mục tiêu"), may_measure),
        ("economy", gettext("Kinh tế số"), may_measure),
        ("scenarios", gettext("Kịch bản"), may_measure),
        ("plans", gettext("Kế hoạch"), may_plan),
        ("directives", gettext("Chỉ đạo"), may_see),
        ("oversight", gettext("Giám sát"), may_oversee),
        ("returns", gettext("Báo cáo số liệu"), may_assess),
        ("assessments", gettext("Đánh giá theo bộ chỉ số"), may_assess),
        ("reviews", gettext("Đánh giá năm"), leads),
    ]
    data = [
        ("registers_kept", gettext("Sổ dữ liệu"), registries.keeps_any(actor=actor)),
        ("builder", gettext("Thủ tục và mẫu"), may_build),
        ("opendata_desk", gettext("Dữ liệu mở"), publishes(actor)),
        ("sharing", gettext("Chia sẻ dữ liệu"), has_desk),
    ]
    runs = security.may(actor=actor, deed=Deed.RUN_MESSAGES)
    posts = security.may(actor=actor, deed=Deed.POST_LETTERS)
    outgoing = [
        ("letters", gettext("Thư giấy"), posts),
        ("outgoing", gettext("Tin gửi đi"), runs),
        ("outage_announce", gettext("Báo tạm dừng"), runs),
    ]
    groups = (
        (gettext("Hồ sơ"), dossiers),
        (gettext("Điều hành"), steering),
        (gettext("Dữ liệu"), data),
        (gettext("Tin"), outgoing),
    )
    return [
        {"href": reverse(name), "title": title, "current": name == here, "group": group}
        for group, entries in groups
        for name, title, is_shown in entries
        if is_shown
    ]


def publishes(actor: Actor) -> bool:
    """Tell whether somebody answers for data that is published."""
    province = security.may(actor=actor, deed=Deed.PUBLISH_DATA)
    return province or bool(security.managed_by(actor=actor))


@cache
def _dossier_address() -> str:
    return reverse("desk_dossier", args=[NOBODY])


def dossier_href(dossier_id: UUID) -> str:
    """Lead to a dossier on the desk; lists lead to many, so the way is built once."""
    return _dossier_address().replace(str(NOBODY), str(dossier_id))


def left(clock: Clock) -> str:
    """Say how much working time is left, or by how much it is over.

    Only the two largest parts are said: days and hours, or hours, or minutes.
    """
    if clock.is_stopped:
        return gettext("Đồng hồ đang dừng")
    if clock.color is ClockColor.GREY:
        return gettext("Đã giải quyết xong")
    span = _span(abs(clock.remaining))
    if clock.color is ClockColor.RED:
        return gettext("Quá hạn {span} làm việc").format(span=span)
    return gettext("Còn {span} làm việc").format(span=span)


def _span(hours: float) -> str:
    if hours < 1:
        minutes = round(hours * 60)
        return ngettext("{n} phút", "{n} phút", minutes).format(n=minutes)
    days, rest = divmod(int(hours), WORKING_DAY)
    parts = []
    if days:
        parts.append(ngettext("{n} ngày", "{n} ngày", days).format(n=days))
    if rest:
        parts.append(ngettext("{n} giờ", "{n} giờ", rest).format(n=rest))
    return " ".join(parts)


def role_name(role: str) -> str:
    """Name a role of the desk."""
    return str(ROLES.get(role, role))


def holder(assignee: str, role: str, signer: str = "") -> str:
    """Say who has a dossier: a colleague by name, or the role it waits for.

    signer: which of the leaders shall sign, where it waits to be signed.
    """
    if assignee or not signer:
        return assignee or role_name(role)
    return f"{role_name(role)} {signer}"


def waits_for(actor: Actor, role: str, organization_id: Any) -> bool:
    """Tell whether a task of this role at this unit is one of the actor's."""
    return Duty(role, organization_id) in actor.duties


def is_free(
    actor: Actor, role: str, organization_id: UUID | None, assignee_id: UUID | None
) -> bool:
    """Tell whether nobody has a task, or an absent colleague one stands in for."""
    if assignee_id is None or organization_id is None:
        return assignee_id is None
    covered = actor.covered(role, at=organization_id)
    return assignee_id in {one.account_id for one in covered}


def read_by_section(dossier: Dossier, on: date) -> list[dict[str, Any]]:
    """Read all answers back, grouped by the sections of the form."""
    lines = answer_lines(dossier, on)
    names = {
        page.key: section.title
        for section in dossier.procedure.form.sections
        for page in section.pages
    }
    return [
        {"title": said(title), "lines": _rows(list(group), dossier)}
        for title, group in groupby(lines, key=lambda line: names[line.page.key])
    ]


def _rows(lines: Sequence[AnswerLine], dossier: Dossier) -> list[dict[str, Any]]:
    """Write the lines of a section; a new page is named where labels come twice."""
    labels = [line.field.label.vi for line in lines]
    rows = [_row(line, dossier) for line in lines]
    if len(set(labels)) == len(labels):
        return rows
    page = ""
    for row, line in zip(rows, lines, strict=True):
        if line.page.key != page:
            page, row["under"] = line.page.key, said(line.page.title)
    return rows


def answer_lines(dossier: Dossier, on: date) -> Sequence[AnswerLine]:
    """Read all answers back, one line a field."""
    return queries.read_back(
        form=dossier.procedure.form,
        answers=dossier.answers,
        on=on,
        language=language(),
        sources=dossier.sources,
    )


def _row(line: AnswerLine, dossier: Dossier) -> dict[str, Any]:
    label = said(line.field.label)
    return {
        "key": line.field.key,
        "under": "",
        "is_computed": line.field.kind is FieldKind.COMPUTED,
        "label": f"{label} ({line.row})" if line.row else label,
        "value": line.value,
        "source": _source(line.source),
        "is_files": line.field.kind is FieldKind.FILES,
        "files": [f for f in dossier.files if str(f.file_id) in line.file_ids],
        "why": dossier.supplement.reasons.get(line.field.key, "")
        if dossier.supplement
        else "",
    }


def _source(source: str) -> str:
    room = source.partition(".")[0]
    return source_of(source) or str(SOURCES.get(room, source))


def papers(dossier: Dossier) -> list[dict[str, Any]]:
    """List the papers that the answers ask for and whether their scans are there."""
    needed = queries.papers_of(dossier=dossier)
    fields = dossier.procedure.form.fields()
    optional = {field.key for field in fields if field.required is False}
    return [_paper(paper, dossier.files, optional) for paper in needed]


def _paper(
    paper: Paper, files: Iterable[DossierFile], optional: Container[str]
) -> dict[str, Any]:
    count = sum(file.field == paper.field for file in files) if paper.field else 0
    return {
        "title": said(paper.title),
        "note": said(paper.note),
        "is_scanned": bool(paper.field),
        "is_optional": paper.field in optional,
        "count": count,
    }


def timeline(dossier: Dossier) -> list[dict[str, Any]]:
    """List what happened, the latest first."""
    return [_happened(move, dossier) for move in reversed(dossier.moves)]


def _happened(move: Move, dossier: Dossier) -> dict[str, Any]:
    is_asking = dossier.supplement and move.status is Status.SUPPLEMENT_ASKED
    return {
        "title": said(move.title),
        "at": local(move.at).strftime("%H:%M %d/%m/%Y"),
        "who": move.actor_name,
        "note": move.note,
        "reasons": reasons(dossier) if is_asking else [],
    }


def reasons(dossier: Dossier) -> list[dict[str, str]]:
    """List what the applicant was asked to complete, by the label of the field."""
    if dossier.supplement is None:
        return []
    labels = {f.key: said(f.label) for f in dossier.procedure.form.fields()}
    whole = gettext("Toàn hồ sơ")
    return [
        {"label": labels.get(key, whole), "why": why}
        for key, why in dossier.supplement.reasons.items()
    ]


def viewer(dossier: Dossier, wanted: str) -> dict[str, Any]:
    """Lay out the right pane: all files, and the one that is looked at.

    wanted: the id of a file or `ket-qua`; by default the result once there is one.
    """
    items = [_result_item(dossier)] if dossier.result_document_id else []
    items += [_file_item(dossier, file) for file in dossier.files]
    shown = next((i for i in items if i["key"] == wanted), items[0] if items else None)
    return {"items": items, "shown": shown}


def _result_item(dossier: Dossier) -> dict[str, Any]:
    drafted = dossier.step.key in {"assess", "signing"}
    title = said(dossier.procedure.result.title)
    return {
        "key": "ket-qua",
        "name": gettext("Dự thảo: {title}").format(title=title) if drafted else title,
        "href": reverse("desk_result", args=[dossier.id]),
        "size": None,
        "kind": "pdf",
    }


def _file_item(dossier: Dossier, file: DossierFile) -> dict[str, Any]:
    labels = {f.key: said(f.label) for f in dossier.procedure.form.fields()}
    kind = "pdf" if file.media_type == "application/pdf" else "image"
    return {
        "key": str(file.file_id),
        "name": file.name,
        "label": signatures.label()
        if file.field == queries.SIGNED_APPLICATION
        else labels.get(file.field, ""),
        "href": reverse("desk_file", args=[dossier.id, file.file_id]),
        "size": file.size,
        "kind": kind if file.media_type in INLINE else "other",
    }


def dossier_context(
    dossier: Dossier, actor: Actor, *, wanted: str, on: date
) -> Mapping[str, Any]:
    """Lay out what the dossier page and its forms have in common."""
    task = dossier.task
    return {
        "rail": rail(actor, ""),
        "dossier": dossier,
        "procedure_title": said(dossier.procedure.title),
        "status": STATUSES[dossier.status],
        "channel": CHANNELS[dossier.channel],
        "left": left(dossier.clock),
        "holder": _holder_of(dossier),
        "is_mine": bool(task and task.assignee_id == actor.id),
        "may_claim": bool(
            task
            and is_free(actor, task.role, task.organization_id, task.assignee_id)
            and waits_for(actor, task.role, task.organization_id)
        ),
        "viewer": viewer(dossier, wanted),
        "purposes": purposes.stated(),
        "sections": read_by_section(dossier, on),
    }


def _holder_of(dossier: Dossier) -> str:
    task, name = dossier.task, ""
    if dossier.procedure.workflow.signing(dossier.step.key):
        name = dossier.result_data.get("signer", {}).get("name", "")
    return holder(task.assignee_name, task.role, name) if task else ""
