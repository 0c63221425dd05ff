"""The result of a dossier: drafted, signed, sealed, attached, corrected."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from tinhso.documents import actions as documents
from tinhso.documents.types import (
    NumberSeries,
    Signatory,
    SignatureRole,
)
from tinhso.kernel.clock import local
from tinhso.kernel.errors import N_, Invalid, Phrase
from tinhso.people import queries as people
from tinhso.people.types import Post, Role
from tinhso.procedures.actions.papers import note_validity
from tinhso.procedures.actions.turn import Turn
from tinhso.procedures.actions.uploads import reason_of
from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.forms import reading
from tinhso.procedures.forms.logic import evaluate
from tinhso.procedures.models import (
    DossierFileRow,
)
from tinhso.procedures.queries.rows import RESULT, limit_of
from tinhso.procedures.queries.versions import working_time
from tinhso.procedures.types import (
    AnotherSignerNamed,
    AnswersInvalid,
    NoPostToSignWith,
    NothingToCorrect,
    ResultFileMissing,
    ResultIssued,
    ResultNotDrafted,
)

RESULT_TYPES = ("application/pdf", "image/jpeg", "image/png")
MOST_RESULT_BYTES = 20 * 2**20


def draft_result(turn: Turn) -> None:
    """Read the officer's form and write the result from the content's template.

    :raises AnswersInvalid: with every field's message of the officer's form.
    """
    officer, signer = _drafted(turn)
    write_draft(turn, officer, signer)


def write_draft(
    turn: Turn, officer: Mapping[str, Any], signer: Mapping[str, str]
) -> None:
    """Write the result anew from what the officer gave, to be signed by a leader."""
    row, procedure, result = turn.row, turn.procedure, turn.procedure.result
    row.result_data = {**officer, "signer": dict(signer)}
    organization = people.get_organization(organization_id=row.organization_id)
    known = {
        "answers": reading.with_computed(procedure.form, row.answers, day_of(turn.at)),
        "officer": officer,
        "signer": signer,
        "dossier": {"code": row.code},
        "organization": {"name": organization.name, "address": organization.address},
        "today": local(turn.at).date().isoformat(),
    }
    document = documents.render_document(
        template_key=result.template,
        template_version=result.template_version,
        data={name: evaluate(rule, known) for name, rule in result.data.items()},
        title=result.title.vi,
        kind=result.code,
        organization_id=row.organization_id,
        owner_id=row.owner_id,
        number_series=NumberSeries(result.series, "{number}/{year}")
        if result.series
        else None,
        replaces=row.result_document_id,
        synthetic=row.is_synthetic,
        actor=turn.actor,
        at=turn.at,
    )
    row.result_document_id = document.id


def sign_result(turn: Turn) -> None:
    """Sign the result with the leader's personal signature.

    :raises ResultNotDrafted: if there is nothing to sign.
    :raises NoPostToSignWith: if the actor leads nothing here.
    :raises AnotherSignerNamed: if the draft names another leader.
    :raises Refused: what `documents` says of certificate, token or provider.
    """
    signer = turn.row.result_data.get("signer", {})
    if signer.get("person_id") != str(turn.actor.person_id):
        raise AnotherSignerNamed(name=signer.get("name", ""))
    _sign(turn, own_post(turn, Role.LEADER), SignatureRole.PERSONAL)


def seal_result(turn: Turn) -> None:
    """Seal the result with the agency's seal, which issues it.

    :raises ResultNotDrafted: if there is nothing to seal.
    """
    _sign(turn, own_post(turn, Role.REGISTRAR), SignatureRole.SEAL)
    assert turn.row.result_document_id is not None  # noqa: S101 - it was just sealed
    note_validity(turn.row, turn.procedure, turn.at)
    turn.events.append(
        ResultIssued(
            subject_id=turn.row.id,
            code=turn.row.code,
            owner_id=turn.row.owner_id,
            document_id=turn.row.result_document_id,
        )
    )


def attach_result(turn: Turn) -> None:
    """Keep the result that was signed outside the platform, as PDF or picture.

    :raises ResultFileMissing: if none came with the action.
    :raises Invalid: if a file is refused, by the names of `documents`.
    """
    if not turn.uploads:
        raise ResultFileMissing({RESULT: [Phrase(ResultFileMissing.message)]})
    files = [_stored_result(turn, name, content) for name, content in turn.uploads]
    documents.release_files(file_ids=files, actor=turn.actor, at=turn.at)
    DossierFileRow.objects.bulk_create(
        DossierFileRow(dossier=turn.row, field=RESULT, file_id=file_id)
        for file_id in files
    )


def _stored_result(turn: Turn, name: str, content: bytes) -> UUID:
    try:
        file = documents.store_file(
            content=content,
            name=name,
            owner_id=turn.row.owner_id,
            organization_id=turn.row.organization_id,
            accepted=RESULT_TYPES,
            max_bytes=MOST_RESULT_BYTES,
            actor=turn.actor,
            at=turn.at,
        )
    except Invalid as refused:
        raise AnswersInvalid({RESULT: [reason_of(refused)]}) from refused
    return file.id


def correct_result(turn: Turn) -> None:
    """Take a wrong result out of force and begin its time anew (NĐ 61/2018 Đ21).

    :raises NothingToCorrect: if none was issued.
    """
    row = turn.row
    if row.result_document_id is None:
        raise NothingToCorrect
    documents.revoke_document(
        document_id=row.result_document_id,
        reason=turn.note,
        actor=turn.actor,
        at=turn.at,
    )
    row.result_document_id = None
    working = working_time(row.calendar_id, turn.at)
    row.due_at = working.due(turn.at, limit_of(row, turn.procedure))


def _drafted(turn: Turn) -> tuple[dict[str, Any], dict[str, str]]:
    """Read the officer's form and the signer; what is wrong is told at once."""
    form, signer = turn.procedure.result.officer_form, _named_signer(turn)
    read, faults = (
        reading.read_form(form, turn.data, day_of(turn.at)) if form else ({}, {})
    )
    if signer is None:
        faults["signer"] = [Phrase(N_("Hãy chọn người ký."))]
    if faults or signer is None:
        raise AnswersInvalid(faults)
    return read, signer


def _named_signer(turn: Turn) -> dict[str, str] | None:
    """Read which leader shall sign; the only one there is need not be named."""
    leaders = people.holders(
        organization_id=turn.row.organization_id, role=Role.LEADER, on=day_of(turn.at)
    )
    named = turn.data.get("signer")
    for post in leaders:
        if str(post.person.id) == named or (not named and len(leaders) == 1):
            return signer_of(post)
    return None


def signer_of(post: Post) -> dict[str, str]:
    """Write down who shall sign, as the draft names them."""
    return {
        "person_id": str(post.person.id),
        "name": post.person.full_name,
        "title": post.title,
    }


def own_post(turn: Turn, role: Role) -> Post:
    """Find the post with which the actor signs.

    Whoever does a registrar's duty for them seals as they do: the seal is the agency's.
    A leader signs as themselves, never with another one's post.

    :raises NoPostToSignWith: if there is none.
    """
    place, on = turn.row.organization_id, day_of(turn.at)
    for post in people.holders(organization_id=place, role=role, on=on):
        covers = [one.person_id for one in turn.actor.covered(role, at=place)]
        is_seal = role is Role.REGISTRAR and post.person.id in covers
        if post.person.id == turn.actor.person_id or is_seal:
            return post
    raise NoPostToSignWith


def _sign(turn: Turn, post: Post, role: SignatureRole) -> None:
    if turn.row.result_document_id is None:
        raise ResultNotDrafted
    documents.sign_document(
        document_id=turn.row.result_document_id,
        signatory=Signatory(
            person_id=post.person.id if role is SignatureRole.PERSONAL else None,
            organization_id=post.organization.id,
            name=post.person.full_name
            if role is SignatureRole.PERSONAL
            else post.organization.name,
            title=post.title,
            organization_name=post.organization.name,
        ),
        role=role,
        actor=turn.actor,
        at=turn.at,
        secret=turn.secret,
    )
