"""Take a dossier in at the counter, written by a clerk for the applicant ("làm hộ").

The sheet is a draft of the desk: kept at every save, right or wrong, until it becomes
a dossier that is received at once, with its receipt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tinhso.documents import actions as documents
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.errors import Invalid, NotFound
from tinhso.people import actions as registry
from tinhso.people import queries as people
from tinhso.procedures.actions.adopting import counter_version, refuse_other_channels
from tinhso.procedures.actions.drafts import file_field, lock_draft, prefilled
from tinhso.procedures.actions.receipts import issue_receipt
from tinhso.procedures.actions.receiving import case_of, parties
from tinhso.procedures.actions.submit import legal_limit, turn_into_dossier
from tinhso.procedures.actions.uploads import reason_of
from tinhso.procedures.actions.work import attach_supplement, take_action
from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.forms import reading
from tinhso.procedures.models import DossierRow, DraftRow
from tinhso.procedures.queries.access import Side, may_read
from tinhso.procedures.queries.rows import read_dossier, read_draft
from tinhso.procedures.queries.versions import procedure_version
from tinhso.procedures.types import (
    NOTHING_STATED,
    AlreadyConfirmed,
    AnswersInvalid,
    Dossier,
    DossierFile,
    Draft,
    Effect,
    FieldKind,
    Form,
    Stated,
)
from tinhso.security import queries as security
from tinhso.security.types import Deed


@dataclass(frozen=True, slots=True)
class Applicant:
    """Whom a clerk writes for, as their identity paper says."""

    personal_number: str
    full_name: str
    birth_date: date | None = None
    phone: str = ""
    residence: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a clerk filled in. organization_id: who decides; uploads: scans by field."""

    answers: Mapping[str, Any]
    organization_id: UUID | None
    case: str = ""
    stated: Stated = NOTHING_STATED
    uploads: Mapping[str, Sequence[tuple[str, bytes]]] = field(default_factory=dict)
    removed: frozenset[UUID] = frozenset()


def start_intake(
    *,
    procedure_code: str,
    applicant: Applicant,
    desk_id: UUID,
    actor: Actor,
    at: datetime,
) -> Draft:
    """Start the sheet of an applicant who stands at the counter.

    :raises NotAllowed: if the actor is no clerk of the desk.
    :raises ProcedureNotInForce: if neither packs nor national catalogue know it.
    :raises NotReceivedHere: if no desk of the province takes it in.
    :raises NameDiffers: if somebody else is registered under the number.
    :raises Invalid: as `register_person` does for somebody new.
    """
    security.require(actor=actor, deed=Deed.TAKE_IN, thing=Side(None, desk_id))
    with transaction.atomic():
        person = registry.identify_person(
            **asdict(applicant),
            is_synthetic=actor.is_synthetic,
            actor=actor,
            at=at,
        )
        version_id = counter_version(procedure_code, actor, at)
        procedure = procedure_version(version_id)
        refuse_other_channels(procedure)
        answers, sources = prefilled(procedure.form, person.id)
        row = DraftRow.objects.create(
            owner_id=person.id,
            procedure_id=version_id,
            organization_id=_likely_agency(procedure.cases[0].level, desk_id),
            case=procedure.cases[0].key if len(procedure.cases) == 1 else "",
            desk_id=desk_id,
            answers=answers,
            sources=sources,
            created_at=at,
            updated_at=at,
        )
        # That a clerk saw what is known of somebody stands in the journal.
        _audit("start_intake", row, actor, at, {"person": str(person.id)})
    return read_draft(row)


def save_intake(*, draft_id: UUID, sheet: Sheet, actor: Actor, at: datetime) -> Draft:
    """Keep what was filled in, right or wrong.

    :raises Invalid: if a file is refused, under its field; all else is kept.
    """
    with transaction.atomic():
        row = lock_draft(draft_id, actor)
        faults = _keep(row, sheet, actor, at)
    if faults:
        raise AnswersInvalid(faults)
    return read_draft(row)


def take_in(*, draft_id: UUID, sheet: Sheet, actor: Actor, at: datetime) -> Dossier:
    """Keep the sheet, then make it a dossier: stored, received, with its receipt.

    :raises AnswersInvalid: with every field's message; what was typed is kept.
    :raises CaseUnknown, UnitDoesNotReceive, LimitMissing: what else is missing.
    :raises DraftAlreadySubmitted: if it became a dossier before.
    """
    draft = save_intake(draft_id=draft_id, sheet=sheet, actor=actor, at=at)
    _refuse_incomplete(draft, at)
    with transaction.atomic():
        row = lock_draft(draft_id, actor)
        submission = turn_into_dossier(row, str(row.id), actor, at)
        dossier = _received(submission.dossier_id, actor, at)
        issue_receipt(dossier_id=dossier.id, actor=actor, at=at)
    found = DossierRow.objects.get(pk=dossier.id)
    return read_dossier(found, actor=actor, at=at)


def supply_at_counter(
    *,
    dossier_id: UUID,
    action_key: str,
    revision: int,
    answers: Mapping[str, Any],
    uploads: Mapping[str, Sequence[tuple[str, bytes]]],
    actor: Actor,
    at: datetime,
) -> Dossier:
    """Take at the counter what an applicant was asked to complete.

    :raises NotFound, ActionNotOffered, DossierMovedOn: as `take_action` does.
    :raises AnswersInvalid: with every field's message, a refused file's included.
    """
    with transaction.atomic():
        kept = attach_all(dossier_id, uploads, actor, at)
        row = DossierRow.objects.get(pk=dossier_id)
        files = {
            key: [*(row.answers.get(key) or []), *ids] for key, ids in kept.items()
        }
        return take_action(
            dossier_id=dossier_id,
            action_key=action_key,
            revision=revision,
            data={**answers, **files},
            actor=actor,
            at=at,
        )


def attach_all(
    dossier_id: UUID,
    uploads: Mapping[str, Sequence[tuple[str, bytes]]],
    actor: Actor,
    at: datetime,
) -> dict[str, list[str]]:
    """Store the files of a supplement; answer their ids by field."""
    return {
        key: [
            str(_attached(dossier_id, key, name, content, actor, at).file_id)
            for name, content in parts
        ]
        for key, parts in uploads.items()
    }


def _attached(
    dossier_id: UUID, key: str, name: str, content: bytes, actor: Actor, at: datetime
) -> DossierFile:
    try:
        return attach_supplement(
            dossier_id=dossier_id,
            field_key=key,
            name=name,
            content=content,
            actor=actor,
            at=at,
        )
    except AnswersInvalid:
        raise
    except Invalid as refused:
        raise AnswersInvalid({key: [reason_of(refused)]}) from refused


def confirm_dossier(*, dossier_id: UUID, actor: Actor, at: datetime) -> Dossier:
    """Confirm, as the applicant, what a clerk wrote for them.

    :raises NotFound: if it does not exist or is not the actor's own.
    :raises AlreadyConfirmed: if it was confirmed, or the applicant wrote it.
    """
    with transaction.atomic():
        row = DossierRow.objects.select_for_update().filter(pk=dossier_id).first()
        if row is None or not may_read(actor, row) or row.owner_id != actor.person_id:
            raise NotFound
        if row.filed_by is None or row.confirmed_at is not None:
            raise AlreadyConfirmed
        row.confirmed_at = at
        row.save(update_fields=["confirmed_at"])
        audit.write(
            "procedures.confirm_dossier",
            subject="procedures.Dossier",
            subject_id=row.id,
            actor=actor,
            at=at,
            details={"code": row.code, "content": row.content_digest},
        )
    return read_dossier(row, actor=actor, at=at)


def _likely_agency(level: str, desk_id: UUID) -> UUID | None:
    """Propose the desk's own organization where it can decide itself."""
    desk = people.find_receiver(organization_id=desk_id)
    return desk_id if desk is not None and desk.level == level else None


def _keep(
    row: DraftRow, sheet: Sheet, actor: Actor, at: datetime
) -> dict[str, list[str]]:
    """Write the sheet into the draft; answer what is wrong with its files."""
    form = procedure_version(row.procedure_id).form
    files, faults = _files(row, form, sheet, actor, at)
    given = {**row.answers, **sheet.answers, **files}
    row.answers, _ = reading.read_form(form, given, day_of(at))
    row.case, row.organization_id = sheet.case, sheet.organization_id
    row.stated = {
        "limit": asdict(sheet.stated.limit) if sheet.stated.limit else None,
        "fee": sheet.stated.fee,
    }
    row.updated_at = at
    row.save()
    return faults


def _files(
    row: DraftRow, form: Form, sheet: Sheet, actor: Actor, at: datetime
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Store the scans that came; answer the file ids of each field, and the faults."""
    removed = {str(file_id) for file_id in sheet.removed}
    kept = {
        field.key: [
            name for name in row.answers.get(field.key) or [] if name not in removed
        ]
        for field in form.fields()
        if field.kind is FieldKind.FILES
    }
    faults: dict[str, list[str]] = {}
    for key, parts in sheet.uploads.items():
        for name, content in parts:
            try:
                kept[key].append(_stored(row, form, key, name, content, actor, at))
            except Invalid as refused:
                faults[key] = [reason_of(refused)]
    return kept, faults


def _stored(
    row: DraftRow,
    form: Form,
    key: str,
    name: str,
    content: bytes,
    actor: Actor,
    at: datetime,
) -> str:
    wanted = file_field(form, key)
    file = documents.store_file(
        content=content,
        name=name,
        owner_id=row.owner_id,
        organization_id=row.desk_id,
        accepted=wanted.accepts,
        max_bytes=wanted.max_bytes,
        actor=actor,
        at=at,
    )
    return str(file.id)


def _refuse_incomplete(draft: Draft, at: datetime) -> None:
    """Name everything that is missing at once: nobody is sent back twice."""
    _, faults = reading.read_form(draft.procedure.form, draft.answers, day_of(at))
    for check in (_refuse_parties, _refuse_no_limit):
        try:
            check(draft, at)
        except Invalid as refused:
            faults.update(refused.fields)
    if faults:
        raise AnswersInvalid(faults)


def _refuse_parties(draft: Draft, at: datetime) -> None:
    case = case_of(draft.procedure, draft.case)
    parties(case, chosen_id=draft.organization_id, desk_id=draft.desk_id, at=at)


def _refuse_no_limit(draft: Draft, at: datetime) -> None:
    if draft.stated.limit is None:
        legal_limit(draft.procedure, draft.case, day_of(at))


def _received(dossier_id: UUID, actor: Actor, at: datetime) -> Dossier:
    """Receive a dossier at once: the clerk has looked at every paper of it."""
    row = DossierRow.objects.get(pk=dossier_id)
    dossier = read_dossier(row, actor=actor, at=at)
    receiving = (one for one in dossier.offered if Effect.RECEIVE in one.effects)
    action = next(receiving, None)
    if action is None:
        return dossier
    return take_action(
        dossier_id=dossier_id,
        action_key=action.key,
        revision=row.revision,
        actor=actor,
        at=at,
    )


def _audit(
    deed: str, row: DraftRow, actor: Actor, at: datetime, details: dict[str, str]
) -> None:
    audit.write(
        f"procedures.{deed}",
        subject="procedures.Draft",
        subject_id=row.id,
        actor=actor,
        at=at,
        details=details,
    )
