"""What somebody holds already is offered, named again and never copied."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.fixtures import SINGLE
from tinhso.documents import actions as documents
from tinhso.documents import queries as stored
from tinhso.documents.models import FileRow, StageRow
from tinhso.kernel.errors import NotFound
from tinhso.procedures import actions, queries
from tinhso.procedures.actions import held
from tinhso.procedures.actions.drafts import content_of
from tinhso.procedures.models import ApplicationSignatureRow, DraftRow
from tinhso.procedures.types import (
    Barrier,
    Channel,
    HeldKind,
    PaperAlreadyUsed,
    PaperExpired,
    PaperNotHeld,
    PaperRevoked,
)

RESIDENCE, MARITAL, COPY = "1.004222", "1.004873", "2.000635"
ANSWERS = {
    "full_name": "Nguyễn Thị Hoa",
    "birth_date": "1995-03-12",
    "personal_number": "022195999001",
    "phone": "0900000001",
    "former_residence": "Phường Hạ Long",
    "address": "Số 3, phường Hồng Gai",
    "case": "family",
    "owner_agrees": True,
    "owner_name": "Nguyễn Văn Bình",
    "owner_number": "022065999002",
    "is_on_record": False,
    "with_members": False,
    "is_exempt": False,
    "pledge": True,
}


@pytest.fixture
def born(issue, answers, now):
    """A dossier with its sealed birth certificate."""
    return issue("1.001193", answers, now)


@pytest.fixture
def draft(citizen, ward, now):
    """A draft of a registration of residence, answered but for its papers."""

    def make(code=RESIDENCE, answers=ANSWERS):
        made = actions.start_draft(procedure_code=code, actor=citizen, at=now)
        for page in made.procedure.form.pages():
            given = {f.key: answers[f.key] for f in page.fields if f.key in answers}
            try:
                actions.save_page(
                    draft_id=made.id,
                    page_key=page.key,
                    typed=given,
                    actor=citizen,
                    at=now,
                )
            except Exception as refusal:  # noqa: BLE001 - the paper is still missing
                assert "AnswersInvalid" in type(refusal).__name__
        return actions.choose_unit(
            draft_id=made.id, organization_id=ward.id, actor=citizen, at=now
        )

    return make


@pytest.fixture
def offered(citizen, now):
    def do(draft, field, page="proof", at=now):
        found = queries.held_for_page(
            draft_id=draft.id, page_key=page, actor=citizen, at=at
        )
        return found.by_field.get(field, ())

    return do


@pytest.fixture
def use(citizen, now):
    def do(draft, paper, field="relation_proof", at=now):
        return actions.use_held_paper(
            draft_id=draft.id,
            field_key=field,
            file_id=getattr(paper, "file_id", paper),
            actor=citizen,
            at=at,
        )

    return do


def submit(draft, citizen, at):
    return actions.submit_draft(draft_id=draft.id, key="k", actor=citizen, at=at)


def test_a_birth_certificate_answers_for_the_relation_and_is_not_copied(
    born, draft, offered, use, citizen, clerk, now
):
    made = draft()
    [paper] = offered(made, "relation_proof")
    assert (paper.kind, paper.title) == (HeldKind.RESULT, "Giấy khai sinh")
    assert paper.dossier_code == born.code
    files = FileRow.objects.count()

    dossier = submit(use(made, paper), citizen, now)

    [file] = dossier.files
    assert FileRow.objects.count() == files
    document = stored.get_document(document_id=born.result_document_id)
    assert file.sha256 == document.sha256
    [origin] = queries.origins_of(dossier_id=dossier.id, actor=clerk, at=now).values()
    assert origin.dossier_code == born.code
    assert origin.barrier is Barrier.NONE


def test_a_paper_that_was_revoked_is_shown_with_the_reason_and_refused(
    born, draft, offered, use, leader, citizen, clerk, now
):
    made = draft()
    [paper] = offered(made, "relation_proof")
    taken = use(made, paper)
    documents.revoke_document(
        document_id=born.result_document_id, reason="Sai tên.", actor=leader, at=now
    )

    [paper] = offered(draft(), "relation_proof")
    assert paper.barrier is Barrier.REVOKED
    with pytest.raises(PaperRevoked) as refusal:
        submit(taken, citizen, now)
    assert list(refusal.value.fields) == ["relation_proof"]
    with pytest.raises(PaperRevoked):
        use(draft(), paper)


def test_an_expired_certificate_is_refused_where_one_in_force_is_wanted(
    single, draft, offered, use, citizen, now, monkeypatch
):
    later = now + timedelta(days=200)
    made = draft(MARITAL, {**SINGLE, "had_before": True})
    # Handed back because it has expired: here it counts all the same.
    [paper] = offered(made, "former_paper", "former", at=later)
    assert paper.barrier is Barrier.NONE
    taken = use(made, paper, "former_paper", at=later)
    assert [f.file_id for f in taken.files] == [paper.file_id]

    # Anywhere else an expired one is shown with the reason, and refused.
    [field] = [f for f in made.procedure.form.fields() if f.key == "former_paper"]
    strict = replace(field, accepts_expired=False)
    monkeypatch.setattr(held, "file_field", lambda form, key: strict)
    with pytest.raises(PaperExpired):
        use(draft(MARITAL, SINGLE), paper, "former_paper", at=later)
    with pytest.raises(PaperExpired) as refusal:
        submit(taken, citizen, later)
    assert "16/12/2026" in str(refusal.value)


def test_what_was_handed_in_before_is_offered_for_the_same_kind_of_paper(
    draft, offered, use, upload, citizen, clerk, ward, now
):
    file = upload(citizen)
    first = actions.submit_dossier(
        procedure_code=RESIDENCE,
        organization_id=ward.id,
        channel=Channel.ONLINE,
        answers={**ANSWERS, "relation_proof": [file]},
        key="first",
        actor=citizen,
        at=now,
    )
    assert offered(draft(), "relation_proof") == ()
    actions.take_action(
        dossier_id=first.id,
        action_key="receive",
        revision=first.revision,
        actor=clerk,
        at=now,
    )

    made = draft()
    [paper] = offered(made, "relation_proof")
    assert (paper.kind, paper.dossier_code) == (HeldKind.UPLOAD, first.code)
    taken = use(made, paper)
    with pytest.raises(PaperAlreadyUsed):
        use(taken, paper)

    second = submit(taken, citizen, now)
    [origin] = queries.origins_of(dossier_id=second.id, actor=clerk, at=now).values()
    assert origin.dossier_code == first.code
    assert not queries.origins_of(dossier_id=first.id, actor=clerk, at=now)


def test_nobody_uses_what_somebody_else_holds_or_what_was_never_issued(
    born, draft, use, upload, citizen, sign_in, now
):
    made = draft()
    with pytest.raises(PaperNotHeld):
        use(made, upload(sign_in("Trần Quốc Hưng")))
    with pytest.raises(NotFound):
        queries.held_for_page(
            draft_id=made.id,
            page_key="proof",
            actor=sign_in("Trần Quốc Hưng"),
            at=now,
        )
    # A stage before the seal is a draft of the officers, even by its id.
    stage = StageRow.objects.filter(document_id=born.result_document_id).earliest("id")
    with pytest.raises(PaperNotHeld):
        actions.submit_dossier(
            procedure_code=RESIDENCE,
            organization_id=made.organization_id,
            channel=Channel.ONLINE,
            answers={**ANSWERS, "relation_proof": [str(stage.file_id)]},
            key="stage",
            actor=citizen,
            at=now,
        )


def test_a_result_fills_in_what_it_says_with_its_source(born, draft, citizen, now):
    made = draft(COPY, {"relation": "family", "record_kind": "birth"})
    [paper] = queries.held_for_page(
        draft_id=made.id, page_key="subject", actor=citizen, at=now
    ).fills

    filled = actions.fill_from_result(
        draft_id=made.id,
        page_key="subject",
        document_id=paper.document_id,
        actor=citizen,
        at=now,
    )

    assert filled.answers["subject_name"] == "Phạm Gia Hân"
    assert filled.answers["subject_birth_date"] == "2026-06-01"
    assert filled.answers["registered_known"] == paper.number
    assert filled.sources["subject_name"] == f"result:{paper.document_id}"


def test_a_clerk_who_writes_for_somebody_is_not_shown_their_papers(
    born, clerk, ward, citizen, now
):
    made = actions.start_intake(
        procedure_code=RESIDENCE,
        desk_id=ward.id,
        applicant=actions.Applicant("022195999001", "Nguyễn Thị Hoa"),
        actor=clerk,
        at=now,
    )

    found = queries.held_for_page(
        draft_id=made.id, page_key="proof", actor=clerk, at=now
    )

    assert (found.by_field, found.fills) == ({}, ())
    document = stored.get_document(document_id=born.result_document_id)
    with pytest.raises(PaperNotHeld):
        actions.use_held_paper(
            draft_id=made.id,
            field_key="relation_proof",
            file_id=document.file_id,
            actor=clerk,
            at=now,
        )


def test_a_paper_chosen_after_signing_takes_the_signature_off(
    born, draft, offered, use, now
):
    made = draft()
    [paper] = offered(made, "relation_proof")
    row = DraftRow.objects.get(pk=made.id)
    row.signature = ApplicationSignatureRow.objects.create(
        file_id=paper.file_id,
        content_digest=content_of(row),
        name="Nguyễn Thị Hoa",
        signed_at=now,
    )
    row.save()

    use(made, paper)

    assert DraftRow.objects.get(pk=made.id).signature is None
