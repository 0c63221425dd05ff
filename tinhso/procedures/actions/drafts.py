"""Write an application: the draft of record is the server's, from the first answer."""

import json
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import transaction

from tinhso.documents import actions as documents
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.errors import NotAllowed, NotFound, Phrase
from tinhso.people import queries as people
from tinhso.procedures.actions.erasing import delete_draft
from tinhso.procedures.actions.receiving import case_of, parties
from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.forms import reading
from tinhso.procedures.models import DraftRow
from tinhso.procedures.queries.access import may_write
from tinhso.procedures.queries.pages import SEEN
from tinhso.procedures.queries.rows import read_draft
from tinhso.procedures.queries.versions import current_version_id, procedure_version
from tinhso.procedures.types import (
    AnswersInvalid,
    Channel,
    ChannelNotOffered,
    Draft,
    DraftAlreadySubmitted,
    Field,
    FieldKind,
    Form,
    FormPage,
    Procedure,
)
from tinhso.security import queries as security
from tinhso.security.types import Deed


def start_draft(*, procedure_code: str, actor: Actor, at: datetime) -> Draft:
    """Start an application; what is known of the person is filled in, with its source.

    :raises NotAllowed: if nobody is signed in.
    :raises ProcedureNotInForce: if the procedure has no version for today.
    :raises ChannelNotOffered: if it is not handed in online.
    """
    version_id = current_version_id(code=procedure_code, on=day_of(at))
    owner_id = person_of(actor)
    procedure = procedure_version(version_id)
    refuse_channel(procedure, Channel.ONLINE)
    answers, sources = prefilled(procedure.form, owner_id)
    with transaction.atomic():
        row = DraftRow.objects.create(
            owner_id=owner_id,
            procedure_id=version_id,
            answers=answers,
            sources=sources,
            created_at=at,
            updated_at=at,
        )
        _audit("start_draft", row, actor, at)
    return read_draft(row)


def choose_unit(
    *,
    draft_id: UUID,
    organization_id: UUID | None,
    actor: Actor,
    at: datetime,
    case: str = "",
) -> Draft:
    """Choose the case, if there are several, and the unit that shall receive it.

    :raises CaseUnknown: if there are several cases and none of them is named.
    :raises UnitDoesNotReceive: if the unit does not receive this case.
    """
    with transaction.atomic():
        row = lock_draft(draft_id, actor)
        chosen = case_of(procedure_version(row.procedure_id), case)
        parties(chosen, chosen_id=organization_id, desk_id=row.desk_id, at=at)
        row.case, row.organization_id = chosen.key, organization_id
        save_draft(row, at)
    return read_draft(row)


def save_page(
    *,
    draft_id: UUID,
    page_key: str,
    typed: Mapping[str, Any],
    actor: Actor,
    at: datetime,
) -> Draft:
    """Keep the answers of one page, right or wrong; nothing typed is lost.

    :raises AnswersInvalid: if an answer is wrong; what was typed is kept all the same.
    """
    with transaction.atomic():
        row = lock_draft(draft_id, actor)
        form = procedure_version(row.procedure_id).form
        page = _page(form, page_key)
        given = {**typed, **_kept_files(page, row.answers)}
        read, faults = reading.read_page(form, page, given, row.answers, day_of(at))
        changed = {key for key in read if read[key] != row.answers.get(key)}
        row.answers = {**row.answers, **read}
        row.sources = _sources_after(row.sources, read, changed)
        save_draft(row, at)
    if faults:
        raise AnswersInvalid(faults)
    return read_draft(row)


def attach_file(
    *,
    draft_id: UUID,
    field_key: str,
    name: str,
    content: bytes,
    actor: Actor,
    at: datetime,
) -> Draft:
    """Store a file and put it under a field of the draft.

    :raises Invalid: if the file is refused, by the names of `documents`.
    """
    with transaction.atomic():
        row = lock_draft(draft_id, actor)
        field = file_field(procedure_version(row.procedure_id).form, field_key)
        file = documents.store_file(
            content=content,
            name=name,
            owner_id=row.owner_id,
            organization_id=None,
            accepted=field.accepts,
            max_bytes=field.max_bytes,
            actor=actor,
            at=at,
        )
        names = [*(row.answers.get(field.key) or []), str(file.id)]
        read_files(field, names)
        row.answers = {**row.answers, field.key: names}
        save_draft(row, at)
    return read_draft(row)


def remove_file(
    *, draft_id: UUID, field_key: str, file_id: UUID, actor: Actor, at: datetime
) -> Draft:
    """Take a file out of a draft."""
    with transaction.atomic():
        row = lock_draft(draft_id, actor)
        names = [n for n in row.answers.get(field_key) or [] if n != str(file_id)]
        row.answers = {**row.answers, field_key: names}
        save_draft(row, at)
    return read_draft(row)


def renew_draft(*, draft_id: UUID, actor: Actor, at: datetime) -> Draft:
    """Move a draft to the version in force today; what was answered is kept.

    :raises ProcedureNotInForce: if the procedure has no version for today.
    """
    with transaction.atomic():
        row = lock_draft(draft_id, actor)
        row.procedure_id = current_version_id(code=row.procedure.code, on=day_of(at))
        save_draft(row, at)
        _audit("renew_draft", row, actor, at)
    return read_draft(DraftRow.objects.get(pk=row.pk))


def discard_draft(*, draft_id: UUID, actor: Actor, at: datetime) -> None:
    """Throw a draft away."""
    with transaction.atomic():
        row = lock_draft(draft_id, actor)
        _audit("discard_draft", row, actor, at)
        delete_draft(row, actor, at)


def lock_draft(draft_id: UUID, actor: Actor) -> DraftRow:
    """Lock a draft of one's own, or of one's own desk, that is still open.

    :raises NotFound: if it does not exist or belongs to somebody else.
    :raises DraftAlreadySubmitted: if it became a dossier.
    """
    row = DraftRow.objects.select_for_update().filter(pk=draft_id).first()
    if row is None or not may_write(actor, row):
        raise NotFound
    if row.dossier_id is not None:
        raise DraftAlreadySubmitted(code=row.dossier.code if row.dossier else "")
    return row


def refuse_channel(procedure: Procedure, channel: Channel) -> None:
    """Refuse what comes in another way than the procedure takes.

    :raises ChannelNotOffered: if it does.
    """
    if channel not in procedure.channels:
        raise ChannelNotOffered({"channel": [Phrase(ChannelNotOffered.message)]})


def read_files(field: Field, names: list[str]) -> None:
    """Check how many files a field holds.

    :raises AnswersInvalid: if there are too many.
    """
    if len(names) > (field.maximum or 5):
        try:
            reading.read_files(field, names)
        except reading.UnreadableError as unreadable:
            raise AnswersInvalid({field.key: [unreadable.args[0]]}) from None


def person_of(actor: Actor) -> UUID:
    """Tell for which person an actor applies.

    :raises NotAllowed: if it acts for nobody.
    """
    security.require(actor=actor, deed=Deed.APPLY)
    if actor.person_id is None:
        raise NotAllowed
    return actor.person_id


def prefilled(form: Form, owner_id: UUID) -> tuple[dict[str, Any], dict[str, str]]:
    """Fill in what is known of a person: answers and where each came from."""
    person = people.get_person(person_id=owner_id)
    known = {
        "person.full_name": person.full_name,
        "person.personal_number": person.personal_number,
        "person.birth_date": person.birth_date and person.birth_date.isoformat(),
        "person.gender": person.gender and person.gender.value,
        "person.ethnicity": person.ethnicity,
        "person.nationality": person.nationality,
        "person.phone": person.phone,
        "person.email": person.email,
        "person.residence": person.residence,
    }
    answers = {f.key: known[f.prefill] for f in form.fields() if known.get(f.prefill)}
    return answers, dict.fromkeys(answers, "person")


def _sources_after(
    sources: Mapping[str, str], read: Mapping[str, Any], changed: set[str]
) -> dict[str, str]:
    """Forget the source of what was changed; remember what was seen and kept."""
    return {
        key: f"{source.partition('.')[0]}.{SEEN}" if key in read else source
        for key, source in sources.items()
        if key not in changed
    }


def _page(form: Form, key: str) -> FormPage:
    page = form.page(key)
    if page is None:
        raise NotFound
    return page


def file_field(form: Form, key: str) -> Field:
    """Find the field that takes files under a key.

    :raises NotFound: if there is none.
    """
    for field in form.fields():
        if field.key == key and field.kind is FieldKind.FILES:
            return field
    raise NotFound


def _kept_files(page: FormPage, answers: Mapping[str, Any]) -> dict[str, Any]:
    # Files come one by one through `attach_file`; saving a page leaves them alone.
    return {
        field.key: answers.get(field.key)
        for field in page.fields
        if field.kind is FieldKind.FILES
    }


def content_of(row: DraftRow) -> str:
    """Fingerprint what a draft says: what is signed, and must not change after."""
    content = [
        str(row.procedure_id),
        str(row.organization_id),
        row.case,
        row.answers,
    ]
    return sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def give_up_signature(row: DraftRow) -> None:
    """Take the applicant's signature off a locked draft; the caller saves it."""
    signature, row.signature = row.signature, None
    row.save(update_fields=["signature"])
    if signature is not None:
        signature.delete()


def save_draft(row: DraftRow, at: datetime) -> None:
    """Save a draft; a signature that no longer covers what it says is given up."""
    row.updated_at = at
    if row.signature is not None and row.signature.content_digest != content_of(row):
        give_up_signature(row)
    row.save()


def _audit(deed: str, row: DraftRow, actor: Actor, at: datetime) -> None:
    audit.write(
        f"procedures.{deed}",
        subject="procedures.Draft",
        subject_id=row.id,
        actor=actor,
        at=at,
    )
