"""An applicant's own free signature on the application; nobody has to sign.

Whatever goes wrong leaves the draft as it was, to be submitted with or without.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from tinhso.documents import actions as documents
from tinhso.documents.types import Secret, Signatory
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.people import queries as people
from tinhso.procedures.actions.drafts import (
    content_of,
    give_up_signature,
    lock_draft,
)
from tinhso.procedures.actions.receiving import case_of, parties
from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.forms import reading
from tinhso.procedures.models import ApplicationSignatureRow, DraftRow
from tinhso.procedures.queries import forms_data as forms
from tinhso.procedures.queries.pages import read_back
from tinhso.procedures.queries.rows import read_draft
from tinhso.procedures.queries.versions import procedure_version
from tinhso.procedures.types import (
    AnswersInvalid,
    Draft,
    SigningForOneself,
)

TEMPLATE = "application"


def print_application(*, draft_id: UUID, actor: Actor, at: datetime) -> bytes:
    """Print an application as it would be signed now; keeps nothing.

    :raises SigningForOneself: if it is not the actor's own.
    :raises AnswersInvalid, UnitDoesNotReceive: if it is not complete.
    """
    with transaction.atomic():
        row = _own_complete(draft_id, actor, at)
        return documents.print_sheet(
            template_key=TEMPLATE,
            data=_data(row, at),
            title=_title(row),
            synthetic=actor.is_synthetic,
            at=at,
        )


def send_signing_code(*, draft_id: UUID, actor: Actor, at: datetime) -> None:
    """Have the provider of remote signing send the applicant a one-time code.

    :raises SigningForOneself: if it is not the actor's own.
    :raises AnswersInvalid, UnitDoesNotReceive: if it is not complete.
    :raises Refused: as `documents.send_code` does.
    """
    with transaction.atomic():
        row = _own_complete(draft_id, actor, at)
        documents.send_code(person_id=row.owner_id, own=True, actor=actor, at=at)


def sign_application(
    *, draft_id: UUID, secret: Secret, actor: Actor, at: datetime
) -> Draft:
    """Sign what a draft says with the applicant's own certificate.

    secret: the one-time code. Signed once more after a change; else nothing happens.
    :raises SigningForOneself: if it is not the actor's own.
    :raises AnswersInvalid, UnitDoesNotReceive: if it is not complete.
    :raises TextNotPrintable: if an answer holds what cannot be printed.
    :raises Refused: what is wrong with certificate, code or provider, as
        `documents.sign_document` does.
    """
    with transaction.atomic():
        row = _own_complete(draft_id, actor, at)
        if row.signature_id is None:
            row.signature = _signed(row, secret, actor, at)
            row.save(update_fields=["signature"])
            _audit("sign_application", row, actor, at)
    return read_draft(row)


def drop_signature(*, draft_id: UUID, actor: Actor, at: datetime) -> Draft:
    """Take the applicant's signature off a draft again."""
    with transaction.atomic():
        row = lock_draft(draft_id, actor)
        if row.signature_id is not None:
            give_up_signature(row)
            _audit("drop_signature", row, actor, at)
    return read_draft(row)


def _own_complete(draft_id: UUID, actor: Actor, at: datetime) -> DraftRow:
    row = lock_draft(draft_id, actor)
    if row.owner_id != actor.person_id or row.desk_id is not None:
        raise SigningForOneself
    procedure = procedure_version(row.procedure_id)
    parties(
        case_of(procedure, row.case), chosen_id=row.organization_id, desk_id=None, at=at
    )
    _, faults = reading.read_form(procedure.form, row.answers, day_of(at))
    if faults:
        raise AnswersInvalid(faults)
    return row


def _signed(
    row: DraftRow, secret: Secret, actor: Actor, at: datetime
) -> ApplicationSignatureRow:
    assert row.organization_id is not None  # noqa: S101 - asked just before
    person = people.get_person(person_id=row.owner_id)
    file = documents.sign_sheet(
        template_key=TEMPLATE,
        data=_data(row, at),
        title=_title(row),
        signatory=Signatory(
            person_id=person.id,
            organization_id=row.organization_id,
            name=person.full_name,
            title="",
            organization_name="",
        ),
        synthetic=actor.is_synthetic,
        secret=secret,
        actor=actor,
        at=at,
    )
    return ApplicationSignatureRow.objects.create(
        file_id=file.id,
        content_digest=content_of(row),
        name=person.full_name,
        signed_at=at,
    )


def _title(row: DraftRow) -> str:
    return f"Tờ khai {procedure_version(row.procedure_id).title.vi}"


def _data(row: DraftRow, at: datetime) -> dict[str, object]:
    procedure = procedure_version(row.procedure_id)
    person = people.get_person(person_id=row.owner_id)
    assert row.organization_id is not None  # noqa: S101 - the draft is complete
    unit = people.get_organization(organization_id=row.organization_id)
    return {
        "unit": unit.name,
        "procedure": procedure.title.vi,
        "procedure_code": procedure.code,
        "applicant": person.full_name,
        "personal_number": person.personal_number or "",
        "date": forms.day_written(at),
        "sections": list(_sections(row, at)),
        "files": [
            {"name": file.name, "size": str(file.size), "sha256": file.sha256}
            for file in read_draft(row).files
        ],
    }


def _sections(row: DraftRow, at: datetime) -> Iterator[Mapping[str, Any]]:
    form = procedure_version(row.procedure_id).form
    lines = read_back(
        form=form, answers=row.answers, on=day_of(at), language="vi", sources={}
    )
    for section in form.sections:
        found = [
            {
                "label": f"{line.field.label.vi} ({line.row})"
                if line.row
                else line.field.label.vi,
                "value": line.value,
            }
            for line in lines
            if line.page in section.pages and not line.file_ids
        ]
        if found:
            yield {"title": section.title.vi, "rows": found}


def _audit(deed: str, row: DraftRow, actor: Actor, at: datetime) -> None:
    audit.write(
        f"procedures.{deed}",
        subject="procedures.Draft",
        subject_id=row.id,
        actor=actor,
        at=at,
    )
