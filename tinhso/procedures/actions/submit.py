"""Submit an application: one transaction, and the code is true.

A code is issued only with its files, answers, responsible unit and due date stored.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from tinhso.documents import actions as documents
from tinhso.documents.types import Upload
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.errors import Phrase
from tinhso.kernel.events import actions as events
from tinhso.kernel.ids import new_id
from tinhso.procedures.actions.drafts import (
    content_of,
    lock_draft,
    person_of,
    refuse_channel,
)
from tinhso.procedures.actions.held import refuse_unusable
from tinhso.procedures.actions.receiving import case_of, internal_parties, parties
from tinhso.procedures.actions.storing import NewDossier, Part, insert
from tinhso.procedures.actions.uploads import (
    Begun,
    fingerprinted,
    inspecting,
    keep_uploads,
    named_files,
    own_files,
    read_uploads,
)
from tinhso.procedures.catalogue import fees
from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.forms import reading
from tinhso.procedures.models import (
    ApplicationSignatureRow,
    DossierFileRow,
    DossierRow,
    DraftRow,
)
from tinhso.procedures.queries.rows import (
    SIGNED_APPLICATION,
    read_dossier,
    read_stated,
)
from tinhso.procedures.queries.versions import (
    calendar_of,
    current_version_id,
    procedure_version,
    working_time,
)
from tinhso.procedures.types import (
    NOTHING_STATED,
    AnswersInvalid,
    Channel,
    Dossier,
    DossierSubmitted,
    IdempotencyKeyReused,
    Limit,
    LimitMissing,
    Procedure,
    Stated,
    Submission,
)


@dataclass(frozen=True, slots=True)
class Application:
    """What somebody sends in; key: the same for each try of one submission.

    desk_id: where a clerk wrote it for the applicant, whose id and name then come in
    applicant; stated: by that clerk, where the catalogue says nothing.
    """

    procedure_code: str
    organization_id: UUID | None
    channel: Channel
    answers: Mapping[str, Any]
    key: str
    case: str = ""
    desk_id: UUID | None = None
    applicant: tuple[UUID, str] | None = None
    stated: Stated = NOTHING_STATED


@dataclass(frozen=True, slots=True)
class Coming:
    """The files that come with an application; digest: of both together."""

    taken: Mapping[str, Sequence[Upload]]
    begun: Begun
    digest: str


def submit_draft(*, draft_id: UUID, key: str, actor: Actor, at: datetime) -> Dossier:
    """Turn a draft of one's own into a dossier; the same draft never makes two.

    :raises AnswersInvalid: if the form in force today is not answered in full.
    :raises UnitDoesNotReceive: if no unit was chosen.
    :raises ChannelNotOffered: if dossiers do not come in this way.
    :raises DraftAlreadySubmitted: if it became a dossier before, under another key.
    """
    known = _known_dossier(actor, key)
    if known is None:
        with transaction.atomic():
            submission = turn_into_dossier(lock_draft(draft_id, actor), key, actor, at)
        known = DossierRow.objects.get(pk=submission.dossier_id)
    return read_dossier(known, actor=actor, at=at)


def turn_into_dossier(
    draft: DraftRow, key: str, actor: Actor, at: datetime
) -> Submission:
    """Submit what a locked draft holds; what a desk wrote came in at the counter."""
    application = Application(
        procedure_code=draft.procedure.code,
        organization_id=draft.organization_id,
        channel=Channel.COUNTER if draft.desk_id else Channel.ONLINE,
        answers=draft.answers,
        key=key,
        case=draft.case,
        desk_id=draft.desk_id,
        applicant=(draft.owner_id, draft.owner.full_name) if draft.desk_id else None,
        stated=read_stated(draft.stated),
    )
    version_id = draft.procedure_id if draft.procedure.is_adopted else None
    submission = _submit(application, actor, at, version_id)
    draft.dossier_id = submission.dossier_id
    draft.save(update_fields=["dossier"])
    # What was changed after it was signed goes without the signature, never with it.
    if draft.signature and draft.signature.content_digest == content_of(draft):
        _take_signature(draft.signature, submission.dossier_id)
    return submission


def _take_signature(signature: ApplicationSignatureRow, dossier_id: UUID) -> None:
    """Put the application its applicant signed among the files of the dossier."""
    signature.dossier_id = dossier_id
    signature.save(update_fields=["dossier"])
    DossierFileRow.objects.create(
        dossier_id=dossier_id, field=SIGNED_APPLICATION, file_id=signature.file_id
    )


def submit_dossier(
    *,
    procedure_code: str,
    organization_id: UUID,
    channel: Channel,
    answers: Mapping[str, Any],
    key: str,
    actor: Actor,
    at: datetime,
    case: str = "",
    desk_id: UUID | None = None,
    stated: Stated = NOTHING_STATED,
) -> Dossier:
    """Submit a complete application at once; repeating a key repeats the answer.

    answers: as `form_schema` describes; FILES fields name files stored before.
    key: chosen by the sender, the same for each try of one submission. desk_id: the
    agency through which it comes, where it is not the one that decides. stated: what
    the sender may state, where it goes between agencies.

    :raises AnswersInvalid: with every field's message.
    :raises ProcedureNotInForce: if the procedure has no version for today.
    :raises CaseUnknown: if the procedure has several cases and none is named.
    :raises UnitDoesNotReceive: if the unit does not receive this procedure.
    :raises ChannelNotOffered: if dossiers do not come in this way.
    :raises IdempotencyKeyReused: if the key came before with another content.
    """
    application = Application(
        procedure_code,
        organization_id,
        channel,
        answers,
        key,
        case,
        desk_id=desk_id,
        stated=stated,
    )
    known = _known_dossier(actor, key)
    if known is None:
        _once(transaction.atomic(lambda: _submit(application, actor, at)), actor, key)
        known = DossierRow.objects.get(owner_id=actor.person_id, idempotency_key=key)
    _refuse_other_content(known, digest_of(application))
    return read_dossier(known, actor=actor, at=at)


def submit_with_files(
    *,
    procedure_code: str,
    organization_id: UUID,
    channel: Channel,
    answers: Mapping[str, Any],
    uploads: Mapping[str, Sequence[tuple[str, bytes]]],
    key: str,
    actor: Actor,
    at: datetime,
    case: str = "",
    version_id: UUID | None = None,
) -> Submission:
    """Submit an application together with its files, in one go.

    uploads: by form field, each a name and its bytes. version_id: of the procedure, if
    it is not the one in force of the packs. Refuses as `submit_dossier`
    does, and what `documents` refuses of a file under the name of its field.
    """
    if version_id is None:
        version_id = current_version_id(code=procedure_code, on=day_of(at))
    form = procedure_version(version_id).form
    taken = {
        field: read_uploads(form, field, parts) for field, parts in uploads.items()
    }
    application = Application(
        procedure_code=procedure_code,
        organization_id=organization_id,
        channel=channel,
        answers={**answers, **{f: [str(u.id) for u in us] for f, us in taken.items()}},
        key=key,
        case=case,
    )

    def submit() -> Submission:
        with _savepoint():
            return _submit(application, actor, at, version_id, coming)

    with inspecting(taken) as begun:
        digest = digest_of(replace(application, answers=fingerprinted(answers, taken)))
        coming = Coming(taken, begun, digest)
        submission = _once(submit, actor, key)
    if submission is not None:
        return submission
    known = DossierRow.objects.get(owner_id=actor.person_id, idempotency_key=key)
    _refuse_other_content(known, digest)
    return Submission(known.id, known.code, known.due_at, known.organization_id)


def _submit(
    application: Application,
    actor: Actor,
    at: datetime,
    version_id: UUID | None = None,
    coming: Coming | None = None,
) -> Submission:
    """Check an application and store it.

    Needs the caller's transaction unless the files come with it: then all that is
    written is one statement.
    """
    if version_id is None:
        code = application.procedure_code
        version_id = current_version_id(code=code, on=day_of(at))
    digest = coming.digest if coming else digest_of(application)
    procedure, new = _checked(application, version_id, digest, actor, at)
    parts: list[Part] = []
    if coming is None:
        prints = _take_stored(procedure, new, actor, at)
    elif new.files:
        files = keep_uploads(coming.taken, new, coming.begun)
        by_id = {file.id: file.sha256 for file in files}
        prints = [by_id[file_id] for _, file_id in new.files]
        parts.append(
            documents.taking_in(files=files, owner_id=new.owner_id, actor=actor, at=at)
        )
    else:
        prints = []
    parts += _telling(new, procedure, prints, actor, at)
    code = insert(new, actor, *parts)
    return Submission(new.id, code, new.due_at, new.organization_id)


def _take_stored(
    procedure: Procedure, new: NewDossier, actor: Actor, at: datetime
) -> list[str]:
    """Take the files stored before; answer the SHA-256 of each."""
    files = own_files(procedure.form, new.answers, new.owner_id)
    refuse_unusable(procedure.form, new.files, at)
    ids = [file_id for _, file_id in new.files]
    documents.release_files(file_ids=ids, actor=actor, at=at)
    return [file.sha256 for _, file in files]


def _checked(
    application: Application, version_id: UUID, digest: str, actor: Actor, at: datetime
) -> tuple[Procedure, NewDossier]:
    """Refuse what is wrong, and lay the dossier out."""
    procedure, today = procedure_version(version_id), day_of(at)
    refuse_channel(procedure, application.channel)
    case = case_of(procedure, application.case)
    chosen, desk = application.organization_id, application.desk_id
    found = (
        internal_parties(chosen_id=chosen, desk_id=desk, at=at)
        if procedure.is_internal
        else parties(case, chosen_id=chosen, desk_id=desk, at=at)
    )
    answers, faults = reading.read_form(procedure.form, application.answers, today)
    if faults:
        raise AnswersInvalid(faults)
    calendar_id = calendar_of(found.agency.code)
    working = working_time(calendar_id, at)
    owner_id, name = application.applicant or (person_of(actor), actor.name)
    stated = application.stated
    return procedure, NewDossier(
        id=new_id(),
        owner_id=owner_id,
        applicant_name=name,
        organization_id=found.agency.id,
        receiver_id=found.receiver.id,
        receiver_code=found.receiver.code,
        case=case.key,
        procedure_id=version_id,
        calendar_id=calendar_id,
        channel=application.channel.value,
        fee=fees.total(
            procedure, answers=answers, on=today, channel=application.channel
        )
        if stated.fee is None
        else stated.fee,
        answers=answers,
        files=named_files(procedure.form, answers),
        step=procedure.workflow.step(procedure.workflow.start),
        day=today,
        at=at,
        due_at=working.due(at, stated.limit or legal_limit(procedure, case.key, today)),
        hand_over_due=working.hand_over_due(at),
        key=application.key,
        digest=digest,
        is_synthetic=actor.is_synthetic,
        filed_by=actor.id if application.applicant else None,
        filed_by_name=actor.name if application.applicant else "",
        stated_limit=stated.limit,
    )


def legal_limit(procedure: Procedure, case: str, on: date) -> Limit:
    """Find the time limit of a case on a day.

    :raises LimitMissing: if the catalogue states none.
    """
    try:
        return procedure.limit_on(on, case=case).limit
    except LookupError:
        message = Phrase(LimitMissing.message)
        raise LimitMissing({"limit": [message]}) from None


def _once(
    submit: Callable[[], Submission], actor: Actor, key: str
) -> Submission | None:
    """Submit, unless the same key is there already, be it since this very moment."""
    try:
        return submit()
    except IntegrityError:
        if _known_dossier(actor, key) is None:
            raise
        return None


def _savepoint() -> AbstractContextManager[object]:
    """Shield the transaction around; a single statement needs none of its own."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def _known_dossier(actor: Actor, key: str) -> DossierRow | None:
    return DossierRow.objects.filter(
        owner_id=person_of(actor), idempotency_key=key
    ).first()


def _refuse_other_content(known: DossierRow, digest: str) -> None:
    if known.content_digest != digest:
        message = Phrase(IdempotencyKeyReused.message)
        raise IdempotencyKeyReused({"idempotency_key": [message]})


# The code is known only within the statement that counts it.
WITH_CODE = "|| jsonb_build_object('code', code) FROM dossier"


def _telling(
    new: NewDossier,
    procedure: Procedure,
    prints: Sequence[str],
    actor: Actor,
    at: datetime,
) -> list[Part]:
    """Lay out the journal's entry, which the receipt is held against, and the event.

    prints: the SHA-256 of each file, in the order of the form.
    """
    entry = audit.writing(
        "entry",
        "procedures.submit_dossier",
        subject="procedures.Dossier",
        subject_id=new.id,
        actor=actor,
        at=at,
        details={
            "procedure": f"{procedure.code}@{procedure.number}",
            "due_at": new.due_at.isoformat(),
            "content": new.digest,
            "unit": new.receiver_code,
            "files": list(prints),
        },
        added=WITH_CODE,
    )
    if procedure.is_internal:
        return [entry]  # Events tell applicants, the portal and the figures.
    event = DossierSubmitted(
        subject_id=new.id,
        code="",
        owner_id=new.owner_id,
        organization_id=new.organization_id,
        procedure_code=procedure.code,
        due_at=new.due_at,
    )
    return [entry, events.recording(event, actor=actor, at=at, added=WITH_CODE)]


def digest_of(application: Application) -> str:
    """Make the mark by which the same application is known when it comes again."""
    content = [
        application.procedure_code,
        str(application.organization_id),
        application.answers,
        *([application.case] if application.case else []),
    ]
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
