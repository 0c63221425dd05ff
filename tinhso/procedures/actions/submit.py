"""Submit an application: one transaction, and the code is true.

A code is issued only with its files, answers, responsible unit and due date stored.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from tinhso.documents import actions as documents
from tinhso.documents import queries as stored
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.errors import N_, NotFound, Phrase
from tinhso.kernel.events import actions as events
from tinhso.kernel.ids import new_id
from tinhso.people import queries as people
from tinhso.people.types import Organization
from tinhso.procedures.actions.drafts import lock_draft, person_of, receiving_unit
from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.dossiers.codes import dossier_code
from tinhso.procedures.forms import reading
from tinhso.procedures.models import (
    DossierCounter,
    DossierFileRow,
    DossierRow,
    MoveRow,
    TaskRow,
)
from tinhso.procedures.queries.dossiers import read_dossier
from tinhso.procedures.queries.versions import (
    calendar_of,
    current_version_id,
    procedure_version,
    working_time,
)
from tinhso.procedures.types import (
    AnswersInvalid,
    Channel,
    Dossier,
    DossierSubmitted,
    FieldKind,
    Form,
    IdempotencyKeyReused,
    Procedure,
    UnitDoesNotReceive,
)


@dataclass(frozen=True, slots=True)
class _Application:
    """A complete application, checked and ready to be stored."""

    version_id: UUID
    procedure: Procedure
    organization: Organization
    channel: Channel
    answers: Mapping[str, Any]
    files: tuple[tuple[str, UUID], ...]
    key: str
    digest: str


def submit_draft(*, draft_id: UUID, key: str, actor: Actor, at: datetime) -> Dossier:
    """Turn a draft into a dossier; the same draft never makes two.

    :raises AnswersInvalid: if the form in force today is not answered in full.
    :raises UnitDoesNotReceive: if no unit was chosen.
    :raises DraftAlreadySubmitted: if it became a dossier before, under another key.
    """
    known = _known_dossier(actor, key)
    if known is not None:
        return read_dossier(known, actor=actor, at=at)
    with transaction.atomic():
        draft = lock_draft(draft_id, actor)
        if draft.organization_id is None:
            message = Phrase(N_("Hãy chọn đơn vị tiếp nhận hồ sơ."))
            raise UnitDoesNotReceive({"organization_id": [message]})
        application = _check(
            code=draft.procedure.code,
            organization_id=draft.organization_id,
            channel=Channel.ONLINE,
            answers=draft.answers,
            key=key,
            actor=actor,
            at=at,
        )
        draft.dossier = _store(application, actor, at)
        draft.save(update_fields=["dossier"])
    return read_dossier(draft.dossier, actor=actor, at=at)


def submit_dossier(
    *,
    procedure_code: str,
    organization_id: UUID,
    channel: Channel,
    answers: Mapping[str, Any],
    key: str,
    actor: Actor,
    at: datetime,
) -> Dossier:
    """Submit a complete application at once; repeating a key repeats the answer.

    answers: as `form_schema` describes; FILES fields name files stored before.
    key: chosen by the sender, the same for each try of one submission.

    :raises AnswersInvalid: with every field's message.
    :raises ProcedureNotInForce: if the procedure has no version for today.
    :raises UnitDoesNotReceive: if the unit does not receive this procedure.
    :raises IdempotencyKeyReused: if the key came before with another content.
    """
    digest = _digest(procedure_code, organization_id, answers)
    known = _known_dossier(actor, key)
    if known is None:
        application = _check(
            code=procedure_code,
            organization_id=organization_id,
            channel=channel,
            answers=answers,
            key=key,
            actor=actor,
            at=at,
        )
        known = _store_once(application, actor, at)
    if known.content_digest != digest:
        message = Phrase(IdempotencyKeyReused.message)
        raise IdempotencyKeyReused({"idempotency_key": [message]})
    return read_dossier(known, actor=actor, at=at)


def _known_dossier(actor: Actor, key: str) -> DossierRow | None:
    return DossierRow.objects.filter(
        owner_id=person_of(actor), idempotency_key=key
    ).first()


def _check(
    *,
    code: str,
    organization_id: UUID,
    channel: Channel,
    answers: Mapping[str, Any],
    key: str,
    actor: Actor,
    at: datetime,
) -> _Application:
    version_id = current_version_id(code=code, on=day_of(at))
    procedure = procedure_version(version_id)
    unit = receiving_unit(organization_id, procedure.level, at)
    read, faults = reading.read_form(procedure.form, answers, day_of(at))
    if faults:
        raise AnswersInvalid(faults)
    return _Application(
        version_id=version_id,
        procedure=procedure,
        organization=unit,
        channel=channel,
        answers=read,
        files=own_files(procedure.form, read, actor.person_id),
        key=key,
        digest=_digest(code, organization_id, answers),
    )


def own_files(
    form: Form, answers: Mapping[str, Any], owner_id: UUID | None
) -> tuple[tuple[str, UUID], ...]:
    """List the files that answers name as (field, file), each the applicant's own.

    :raises AnswersInvalid: if one is unknown or somebody else's.
    """
    found = []
    for field in form.fields():
        if field.kind is FieldKind.FILES:
            for name in answers.get(field.key) or []:
                if not _is_own(UUID(name), owner_id):
                    message = Phrase(N_("Không tìm thấy tệp đã tải lên."))
                    raise AnswersInvalid({field.key: [message]})
                found.append((field.key, UUID(name)))
    return tuple(found)


def _is_own(file_id: UUID, owner_id: UUID | None) -> bool:
    try:
        return stored.get_file(file_id=file_id).owner_id == owner_id
    except NotFound:
        return False


def _store_once(application: _Application, actor: Actor, at: datetime) -> DossierRow:
    try:
        with transaction.atomic():
            return _store(application, actor, at)
    except IntegrityError:
        # The same submission came twice at the same moment; the first one stands.
        return DossierRow.objects.get(
            owner_id=actor.person_id, idempotency_key=application.key
        )


def _store(application: _Application, actor: Actor, at: datetime) -> DossierRow:
    documents.release_files(
        file_ids=[file_id for _, file_id in application.files], actor=actor, at=at
    )
    row = _dossier_row(application, person_of(actor), at)
    row.code = dossier_code(
        agency_code=application.organization.code,
        day=day_of(at),
        number=_next_number(application.organization.id, at),
    )
    row.save(force_insert=True)
    DossierFileRow.objects.bulk_create(
        DossierFileRow(dossier=row, field=field, file_id=file_id)
        for field, file_id in application.files
    )
    _open(row, application.procedure, actor, at)
    _tell(row, application.procedure, actor, at)
    return row


def _dossier_row(application: _Application, owner_id: UUID, at: datetime) -> DossierRow:
    procedure = application.procedure
    calendar_id = calendar_of(application.organization)
    limit = procedure.limit_on(day_of(at)).limit
    due_at = working_time(calendar_id, at).due(at, limit)
    step = procedure.workflow.step(procedure.workflow.start)
    person = people.get_person(person_id=owner_id)
    fees = procedure.fees_on(day_of(at), channel=application.channel)
    return DossierRow(
        id=new_id(),
        owner_id=owner_id,
        applicant_name=person.full_name,
        organization_id=application.organization.id,
        procedure_id=application.version_id,
        calendar_id=calendar_id,
        channel=application.channel.value,
        fee=sum(fee.amount for fee in fees if fee.unit == "dossier"),
        answers=application.answers,
        status=step.status,
        step=step.key,
        submitted_at=at,
        original_due_at=due_at,
        due_at=due_at,
        idempotency_key=application.key,
        content_digest=application.digest,
        is_synthetic=person.is_synthetic,
    )


def _next_number(organization_id: UUID, at: datetime) -> int:
    """Take the next running number; the row stays locked until the commit.

    Hence numbers have no gaps: a submission that fails gives its number back.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {DossierCounter._meta.db_table}"  # noqa: S608
            " (id, organization_id, day, last) VALUES (%s, %s, %s, 1)"
            " ON CONFLICT (organization_id, day) DO UPDATE"
            f" SET last = {DossierCounter._meta.db_table}.last + 1 RETURNING last",
            [new_id(), organization_id, day_of(at)],
        )
        return int(cursor.fetchone()[0])


def _open(row: DossierRow, procedure: Procedure, actor: Actor, at: datetime) -> None:
    MoveRow.objects.create(
        dossier=row,
        at=at,
        action="submit",
        step=row.step,
        status=row.status,
        actor_id=actor.id,
        actor_name=actor.name,
    )
    TaskRow.objects.create(
        dossier=row,
        step=row.step,
        role=procedure.workflow.step(row.step).role,
        organization_id=row.organization_id,
        opened_at=at,
        due_at=working_time(row.calendar_id, at).hand_over_due(at),
    )


def _tell(row: DossierRow, procedure: Procedure, actor: Actor, at: datetime) -> None:
    audit.write(
        "procedures.submit_dossier",
        subject="procedures.Dossier",
        subject_id=row.id,
        actor=actor,
        at=at,
        details={
            "code": row.code,
            "procedure": f"{procedure.code}@{procedure.number}",
            "due_at": row.due_at.isoformat(),
            "content": row.content_digest,
        },
    )
    event = DossierSubmitted(
        subject_id=row.id,
        code=row.code,
        owner_id=row.owner_id,
        organization_id=row.organization_id,
        procedure_code=procedure.code,
        due_at=row.due_at,
    )
    events.record(event, actor=actor, at=at)


def _digest(code: str, organization_id: UUID, answers: Mapping[str, Any]) -> str:
    content = json.dumps([code, str(organization_id), answers], sort_keys=True)
    return sha256(content.encode()).hexdigest()
