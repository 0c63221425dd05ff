"""Turn the rows of drafts and dossiers into what is handed out."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, FilteredRelation, Q, QuerySet

from tinhso.documents import queries as documents
from tinhso.kernel.actor import Actor
from tinhso.kernel.records import Page
from tinhso.people import queries as people
from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.dossiers.clock import read_clock
from tinhso.procedures.models import (
    ApplicationSignatureRow,
    DossierRow,
    DraftRow,
    MoveRow,
    TaskRow,
)
from tinhso.procedures.queries.access import roles_on
from tinhso.procedures.queries.versions import procedure_version, working_time
from tinhso.procedures.types import (
    Action,
    ApplicationSignature,
    Barred,
    Channel,
    Clock,
    Dossier,
    DossierFile,
    DossierSummary,
    Draft,
    Extension,
    FieldKind,
    Form,
    Label,
    Limit,
    LimitUnit,
    Move,
    Procedure,
    Stated,
    Status,
    Supplement,
    Task,
)
from tinhso.procedures.workflow import machine

PAGE_SIZE = 25
SHOWN_IN_LINES = (
    *("code", "procedure_id", "applicant_name", "step", "organization_id"),
    *("calendar_id", "submitted_at", "original_due_at", "due_at", "stopped_at"),
    *("resolved_at", "ended_at", "result_data", "revision", "is_synthetic"),
    *("unread_by_applicant", "unread_at_desk"),
)


# The field under which the signed result lies that was made on paper.
RESULT = "result"
# Under which the application lies that its applicant signed.
SIGNED_APPLICATION = "signed_application"


def summaries(rows: QuerySet[DossierRow], at: datetime) -> tuple[DossierSummary, ...]:
    """Turn rows into lines."""
    return tuple(_summary(row, at) for row in for_lines(rows))


def read_stated(stored: Mapping[str, Any]) -> Stated:
    """Read what a clerk stated."""
    return Stated(limit=read_limit(stored.get("limit")), fee=stored.get("fee"))


def read_limit(stored: Mapping[str, Any] | None) -> Limit | None:
    """Read a time limit as it is stored."""
    return Limit(stored["amount"], LimitUnit(stored["unit"])) if stored else None


def limit_of(row: DossierRow, procedure: Procedure) -> Limit:
    """Tell the time limit of a dossier: stated for it, or of its day and case."""
    on = day_of(row.submitted_at)
    stated = read_limit(row.stated_limit)
    return stated or procedure.limit_on(on, case=row.case).limit


def guard_data(row: DossierRow) -> dict[str, object]:
    """Write what a guard of the workflow may look at."""
    return {
        "answers": row.answers,
        "dossier": {
            "channel": row.channel,
            "has_result": row.result_document_id is not None,
            "is_extended": hasattr(row, "extension"),
            "is_supplemented": hasattr(row, "supplement"),
            "is_consulting": any(
                one.ended_at is None for one in row.consultations.all()
            ),
        },
    }


def read_draft(row: DraftRow) -> Draft:
    """Turn a row into a draft."""
    procedure = procedure_version(row.procedure_id)
    return Draft(
        id=row.id,
        owner_id=row.owner_id,
        procedure=procedure,
        organization_id=row.organization_id,
        answers=row.answers,
        sources=row.sources,
        files=files_in(procedure.form, row.answers),
        updated_at=row.updated_at,
        dossier_id=row.dossier_id,
        case=row.case,
        desk_id=row.desk_id,
        applicant_name=row.owner.full_name if row.desk_id else "",
        stated=read_stated(row.stated),
        signature=read_signature(row.signature) if row.signature_id else None,
    )


def read_signature(row: ApplicationSignatureRow | None) -> ApplicationSignature | None:
    """Turn a row into an applicant's signature."""
    if row is None:
        return None
    return ApplicationSignature(row.file_id, row.name, row.signed_at)


def read_dossier(row: DossierRow, *, actor: Actor, at: datetime) -> Dossier:
    """Turn a row into a dossier, with the actions this actor may take."""
    procedure = procedure_version(row.procedure_id)
    organization = people.get_organization(organization_id=row.organization_id)
    receiver = (
        people.get_organization(organization_id=row.receiver_id)
        if row.receiver_id
        else organization
    )
    options, moves = _options(row, procedure, actor), _moves(row, procedure)
    barred = _barred(options, procedure, moves, actor)
    files = dossier_files(row)
    return Dossier(
        id=row.id,
        code=row.code,
        owner_id=row.owner_id,
        organization_id=row.organization_id,
        organization_name=organization.name,
        procedure=procedure,
        channel=Channel(row.channel),
        status=Status(row.status),
        step=procedure.workflow.step(row.step),
        clock=clock_of(row, at),
        task=_task(row),
        answers=row.answers,
        files=tuple(f for f in files if f.field != RESULT),
        moves=moves,
        supplement=_supplement(row),
        extension=_extension(row),
        fee=row.fee,
        submitted_at=row.submitted_at,
        received_at=row.received_at,
        result_data=row.result_data,
        result_document_id=row.result_document_id,
        receipt_document_id=row.receipt_document_id,
        revision=row.revision,
        is_synthetic=row.is_synthetic,
        offered=tuple(o for o in options if o not in [b.action for b in barred]),
        applicant_name=row.applicant_name,
        sources=_sources(row),
        barred=barred,
        case=procedure.case(row.case),
        receiver_id=receiver.id,
        receiver_name=receiver.name,
        filed_by=row.filed_by_name,
        confirmed_at=row.confirmed_at,
        result_files=tuple(f for f in files if f.field == RESULT),
        calendar_id=row.calendar_id,
        stated_limit=read_limit(row.stated_limit),
        erased_at=row.erased_at,
    )


def clock_of(row: DossierRow, at: datetime) -> Clock:
    """Read the legal clock of a dossier."""
    return read_clock(
        working_time(row.calendar_id, at),
        due_at=row.due_at,
        original_due_at=row.original_due_at,
        is_stopped=row.stopped_at is not None,
        # A result that waits to be fetched keeps nobody's clock running.
        is_ended=row.resolved_at is not None or row.ended_at is not None,
        at=row.resolved_at or row.ended_at or at,
    )


def dossier_files(row: DossierRow) -> tuple[DossierFile, ...]:
    """List the files of a dossier."""
    return tuple(
        _file(part.field, part.file_id) for part in row.file_rows.order_by("id")
    )


def files_in(form: Form, answers: Mapping[str, object]) -> tuple[DossierFile, ...]:
    """List the files that answers name."""
    return tuple(
        _file(field.key, UUID(file_id))
        for field in form.fields()
        if field.kind is FieldKind.FILES
        for file_id in _listed(answers.get(field.key))
    )


def _listed(value: object) -> list[str]:
    return [item for item in value if item] if isinstance(value, list) else []


def _file(field: str, file_id: UUID) -> DossierFile:
    file = documents.get_file(file_id=file_id)
    return DossierFile(
        field, file_id, file.name, file.media_type, file.size, file.sha256
    )


def _options(row: DossierRow, procedure: Procedure, actor: Actor) -> tuple[Action, ...]:
    return machine.offered(
        procedure.workflow, row.step, guard_data(row), roles_on(actor, row)
    )


def _barred(
    options: Iterable[Action], procedure: Procedure, moves: Iterable[Move], actor: Actor
) -> tuple[Barred, ...]:
    """Find what the asker's own earlier moves exclude: who prepared may not approve."""
    own = {move.action for move in moves if move.actor_id == actor.id}
    done = [action for action in procedure.workflow.actions if action.key in own]
    return tuple(
        Barred(option, next(a for a in done if a.key in option.apart_from))
        for option in options
        if own & set(option.apart_from)
    )


def with_related(rows: QuerySet[DossierRow]) -> QuerySet[DossierRow]:
    """Fetch with dossiers what their pages show of them."""
    related = rows.select_related("supplement", "extension")
    drafted = related.annotate(draft_sources=F("draftrow__sources"))
    return drafted.prefetch_related("tasks", "consultations")


def for_lines(rows: QuerySet[DossierRow]) -> QuerySet[DossierRow]:
    """Fetch with dossiers what their lines show, and nothing else."""
    open_task = FilteredRelation("tasks", condition=Q(tasks__closed_at=None))
    shown = rows.annotate(open_task=open_task).only(*SHOWN_IN_LINES)
    return shown.annotate(
        task_role=F("open_task__role"),
        task_place=F("open_task__organization_id"),
        task_assignee=F("open_task__assignee_id"),
        task_assignee_name=F("open_task__assignee_name"),
    )


def page_of(
    found: list[DossierRow], at: datetime, key: Callable[[DossierRow], str]
) -> Page[DossierSummary]:
    """Cut a page of lines; key: where the following one begins."""
    items = tuple(_summary(row, at) for row in found[:PAGE_SIZE])
    more = len(found) > PAGE_SIZE
    return Page(items, key(found[PAGE_SIZE - 1]) if more else None)


def _summary(row: DossierRow, at: datetime) -> DossierSummary:
    procedure = procedure_version(row.procedure_id)
    step = procedure.workflow.step(row.step)
    task, signing = vars(row), procedure.workflow.signing(row.step)
    signer = row.result_data.get("signer", {}) if signing else {}
    return DossierSummary(
        id=row.id,
        code=row.code,
        procedure_code=procedure.code,
        title=procedure.title,
        applicant_name=row.applicant_name,
        status=step.status,
        step=step.title,
        step_key=step.key,
        clock=clock_of(row, at),
        assignee_id=task["task_assignee"],
        assignee_name=task["task_assignee_name"] or "",
        submitted_at=row.submitted_at,
        is_synthetic=row.is_synthetic,
        role=task["task_role"] or "",
        organization_id=task["task_place"] or row.organization_id,
        signer_id=UUID(signer["person_id"]) if signer else None,
        signer_name=signer.get("name", ""),
        signing=signing.key if signing else "",
        revision=row.revision,
        unread_at_desk=row.unread_at_desk,
        unread_by_applicant=row.unread_by_applicant,
    )


def _task(row: DossierRow) -> Task | None:
    tasks: Iterable[TaskRow] = row.tasks.all()
    for task in tasks:
        if task.closed_at is None:
            return Task(
                id=task.id,
                dossier_id=row.id,
                step=task.step,
                role=task.role,
                organization_id=task.organization_id,
                assignee_id=task.assignee_id,
                assignee_name=task.assignee_name,
                opened_at=task.opened_at,
                due_at=task.due_at,
            )
    return None


def _moves(row: DossierRow, procedure: Procedure) -> tuple[Move, ...]:
    return tuple(_move(move, procedure) for move in row.moves.order_by("id"))


def _move(move: MoveRow, procedure: Procedure) -> Move:
    action = procedure.workflow.action(move.action)
    step = procedure.workflow.step(move.step)
    # Nobody hands in what goes between agencies: its first step says what was done.
    is_issuing = procedure.is_internal and move.action == SUBMIT
    title = step.title if is_issuing else None
    return Move(
        at=move.at,
        action=move.action,
        title=title or (action.title if action else OTHER_MOVES[move.action]),
        step=step.title,
        status=step.status,
        actor_id=move.actor_id,
        actor_name=move.actor_name,
        note=move.note,
    )


SUBMIT = "submit"
# What happens to a dossier outside the actions of its workflow.
OTHER_MOVES = {
    SUBMIT: Label("Nộp hồ sơ", "Submit"),
    "extend": Label("Xin lỗi và hẹn lại ngày trả", "Apologize and re-date"),
    "answer_consultation": Label("Cơ quan khác cho ý kiến", "Another agency answers"),
    "consultation_late": Label(
        "Cơ quan khác chậm cho ý kiến", "Another agency is late with its answer"
    ),
    "correct_receipt": Label("Sửa giấy tiếp nhận", "Correct the receipt"),
    "sign_instead": Label(
        "Nhận ký thay lãnh đạo vắng", "Sign instead of an absent leader"
    ),
    "recall": Label("Rút lại bước vừa chuyển", "Take the last step back"),
}


def _sources(row: DossierRow) -> Mapping[str, str]:
    if hasattr(row, "draft_sources"):
        found = row.draft_sources
    else:
        drafts = DraftRow.objects.filter(dossier=row)
        found = drafts.values_list("sources", flat=True).first()
    # Whether the applicant had looked at it concerns the draft only.
    return {k: source.partition(".")[0] for k, source in (found or {}).items()}


def _supplement(row: DossierRow) -> Supplement | None:
    found = getattr(row, "supplement", None)
    if found is None:
        return None
    return Supplement(found.asked_at, found.asked_by, found.reasons, found.answered_at)


def _extension(row: DossierRow) -> Extension | None:
    found = getattr(row, "extension", None)
    if found is None:
        return None
    return Extension(found.at, found.reason, found.old_due_at, found.new_due_at)
