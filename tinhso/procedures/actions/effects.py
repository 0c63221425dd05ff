"""What actions of a workflow do besides moving the dossier."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from tinhso.documents import actions as documents
from tinhso.documents.types import (
    NO_SECRET,
    NumberSeries,
    Secret,
    Signatory,
    SignatureRole,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import local
from tinhso.kernel.errors import N_, Invalid, Phrase
from tinhso.kernel.events.types import Event
from tinhso.people import queries as people
from tinhso.people.types import Post, Role
from tinhso.procedures.actions import asking, billing, erasing
from tinhso.procedures.actions.held import refuse_unusable
from tinhso.procedures.actions.papers import note_validity
from tinhso.procedures.actions.uploads import own_files, reason_of
from tinhso.procedures.catalogue import fees
from tinhso.procedures.deadlines.working_time import day_of
from tinhso.procedures.forms import reading
from tinhso.procedures.forms.logic import evaluate
from tinhso.procedures.models import (
    DossierFileRow,
    DossierRow,
    FormerAnswersRow,
    SupplementRow,
)
from tinhso.procedures.queries.rows import RESULT, limit_of
from tinhso.procedures.queries.versions import working_time
from tinhso.procedures.types import (
    AnotherSignerNamed,
    AnswersInvalid,
    Channel,
    Effect,
    FeeStillOwed,
    NoPostToSignWith,
    NothingToCorrect,
    Procedure,
    ResultFileMissing,
    ResultIssued,
    ResultNotDrafted,
    ReturnTooLate,
    SupplementAlreadyAsked,
    SupplementAsked,
)

RESULT_TYPES = ("application/pdf", "image/jpeg", "image/png")
MOST_RESULT_BYTES = 20 * 2**20
ERASURE_LAW = "Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15 Điều 14"


@dataclass
class Turn:
    """One action being taken: the locked dossier and what came with the action.

    task_due: until when the next step is to be done, where an effect knows better than
    the workflow. name: who acts, as the timeline says it. secret: the PIN or one-time
    code of whoever signs. is_owing: a fee is due now, which leads elsewhere.
    """

    row: DossierRow
    procedure: Procedure
    actor: Actor
    at: datetime
    note: str
    reasons: Mapping[str, str]
    data: Mapping[str, Any]
    uploads: Sequence[tuple[str, bytes]] = ()
    events: list[Event] = field(default_factory=list)
    task_due: datetime | None = None
    name: str = ""
    secret: Secret = NO_SECRET
    is_owing: bool = False


def receive(turn: Turn) -> None:
    """Accept the dossier at the desk."""
    turn.row.received_at = turn.at


def ask_supplement(turn: Turn) -> None:
    """Ask the applicant to complete the dossier, once and in full.

    :raises SupplementAlreadyAsked: if it was asked before.
    :raises ReturnTooLate: later than the law allows after receipt.
    """
    _refuse_late_return(turn)
    if SupplementRow.objects.filter(dossier=turn.row).exists():
        raise SupplementAlreadyAsked
    SupplementRow.objects.create(
        dossier=turn.row,
        asked_at=turn.at,
        asked_by=turn.actor.name,
        reasons=dict(turn.reasons),
    )
    turn.events.append(
        SupplementAsked(
            subject_id=turn.row.id, code=turn.row.code, owner_id=turn.row.owner_id
        )
    )


def _refuse_late_return(turn: Turn) -> None:
    received_at = turn.row.received_at
    if received_at is None:
        return
    working = working_time(turn.row.calendar_id, turn.at)
    latest = working.due(received_at, turn.procedure.supplement_within)
    if turn.at > latest:
        raise ReturnTooLate(latest=f"{local(latest):%H:%M %d/%m/%Y}")


def take_supplement(turn: Turn) -> None:
    """Take the applicant's new answers and files for the whole form.

    :raises AnswersInvalid: with every field's message.
    """
    row, form = turn.row, turn.procedure.form
    given = {**row.answers, **turn.data}
    answers, faults = reading.read_form(form, given, day_of(turn.at))
    if faults:
        raise AnswersInvalid(faults)
    files = own_files(form, answers, row.owner_id)
    known = set(row.file_rows.values_list("file_id", flat=True))
    fresh = [(name, file.id) for name, file in files if file.id not in known]
    refuse_unusable(form, fresh, turn.at)
    documents.release_files(
        file_ids=[file_id for _, file_id in fresh], actor=turn.actor, at=turn.at
    )
    DossierFileRow.objects.bulk_create(
        DossierFileRow(dossier=row, field=name, file_id=file_id)
        for name, file_id in fresh
    )
    _keep_former_answers(turn)
    row.answers = answers
    # What was adopted from the national catalogue may have a fee that a clerk stated.
    if not turn.procedure.is_adopted:
        row.fee = fees.total(
            turn.procedure,
            answers=answers,
            on=day_of(row.submitted_at),
            channel=Channel(row.channel),
        )
    row.supplement.answered_at = turn.at
    row.supplement.save(update_fields=["answered_at"])


def _keep_former_answers(turn: Turn) -> None:
    """Keep what is about to be replaced, so that both can be read side by side."""
    row = turn.row
    former = FormerAnswersRow.objects.filter(dossier=row).order_by("-until").first()
    FormerAnswersRow.objects.create(
        dossier=row,
        since=former.until if former else row.submitted_at,
        until=turn.at,
        by_name=turn.actor.name,
        answers=row.answers,
    )


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


def check_erasure(turn: Turn) -> None:
    """Refuse a draft that would erase what must be kept.

    :raises AnswersInvalid: with what is wrong with which dossier.
    """
    _to_be_erased(turn, turn.data.get("erased"))


def erase(turn: Turn) -> None:
    """Erase what the answer that is sealed now says is erased.

    :raises AnswersInvalid: if something of it must be kept after all.
    """
    for row in _to_be_erased(turn, turn.row.result_data.get("erased")):
        erasing.erase_dossier(
            row,
            basis=ERASURE_LAW,
            decision_id=turn.row.result_document_id,
            actor=turn.actor,
            at=turn.at,
        )


def _to_be_erased(turn: Turn, given: object) -> tuple[DossierRow, ...]:
    codes = dict.fromkeys(str(given or "").upper().split())
    rows, faults = erasing.erasable(codes=list(codes), request=turn.row, at=turn.at)
    if faults:
        raise AnswersInvalid({"erased": faults})
    return rows


def consult(turn: Turn) -> None:
    """Ask other agencies; the step waits until the last answer is due.

    :raises AnswersInvalid: with what is wrong with which question.
    """
    turn.task_due = asking.ask(turn.row, turn.data, turn.actor, turn.at)


def end_consultations(turn: Turn) -> None:
    """Go on without the answers that are still missing."""
    asking.end_consultations(turn.row, turn.at)


def bill_fee(turn: Turn) -> None:
    """Issue the bill of the fee, if there is one and somebody collects it."""
    turn.is_owing = billing.bill_fee(turn.row, turn.procedure, turn.at)


def take_fee(turn: Turn) -> None:
    """Go on, now that nothing is owed.

    :raises FeeStillOwed: if a bill still waits to be paid.
    """
    if billing.is_owing(turn.row):
        raise FeeStillOwed


def only_move(turn: Turn) -> None:
    """Do nothing more: refusal, withdrawal and return are moves with a reason."""


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


EFFECTS: dict[Effect, Callable[[Turn], None]] = {
    Effect.RECEIVE: receive,
    Effect.ASK_SUPPLEMENT: ask_supplement,
    Effect.TAKE_SUPPLEMENT: take_supplement,
    Effect.DRAFT_RESULT: draft_result,
    Effect.SIGN_RESULT: sign_result,
    Effect.SEAL_RESULT: seal_result,
    Effect.REFUSE: only_move,
    Effect.WITHDRAW: only_move,
    Effect.RETURN_RESULT: only_move,
    Effect.ATTACH_RESULT: attach_result,
    Effect.CONSULT: consult,
    Effect.END_CONSULTATIONS: end_consultations,
    Effect.CORRECT_RESULT: correct_result,
    Effect.CHECK_ERASURE: check_erasure,
    Effect.ERASE: erase,
    Effect.BILL_FEE: bill_fee,
    Effect.TAKE_FEE: take_fee,
}
