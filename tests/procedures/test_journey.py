"""A dossier goes its way, from the application to the sealed result."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from tinhso.documents import queries as documents
from tinhso.documents.types import DocumentState, Verdict
from tinhso.kernel.errors import NotFound
from tinhso.kernel.events import actions as events
from tinhso.kernel.events.models import OutboxEvent
from tinhso.notify import queries as notify
from tinhso.people.models import PostRow
from tinhso.procedures import actions, queries
from tinhso.procedures.models import TaskRow
from tinhso.procedures.types import (
    ActionNotOffered,
    AlreadyExtended,
    AnotherSignerNamed,
    AnswersInvalid,
    ApologyTooLate,
    Channel,
    DeskFilter,
    DossierClaimedByOther,
    DossierMovedOn,
    IdempotencyKeyReused,
    ReasonMissing,
    Status,
    UnitDoesNotReceive,
)

ENTRY = {"child_number": "022326999001", "register_book": "01/2026"}


@pytest.fixture
def entry(leader):
    return {**ENTRY, "signer": str(leader.person_id)}


def test_a_code_names_agency_day_and_number(submit):
    first, second = submit(), submit()

    assert first.code == "H49.06688-260616-0001"
    assert second.code == "H49.06688-260616-0002"
    assert first.status is Status.REGISTERED


def test_a_dossier_keeps_due_date_fee_unit_and_versions(submit, ward):
    dossier = submit()

    assert dossier.clock.due_at.isoformat() == "2026-06-17T10:00:00+00:00"
    assert dossier.fee == 0
    assert dossier.organization_id == ward.id
    assert dossier.procedure.form.number == 1
    assert dossier.is_synthetic
    assert [file.name for file in dossier.files] == ["giay-chung-sinh.png"]


def test_the_whole_way_ends_in_a_valid_sealed_paper(
    submit, act, clerk, officer, leader, registrar, entry, now
):
    dossier = act(submit(), "receive", clerk)
    dossier = act(dossier, "draft_result", officer, data=entry)
    dossier = act(dossier, "submit_for_signing", officer)
    dossier = act(dossier, "sign", leader)
    dossier = act(dossier, "seal", registrar)
    dossier = act(dossier, "return_result", clerk)

    assert dossier.status is Status.RETURNED
    document = documents.get_document(document_id=dossier.result_document_id)
    assert document.state is DocumentState.ISSUED
    pdf = documents.document_pdf(document_id=document.id)
    assert documents.verify_pdf(content=pdf, at=now).verdict is Verdict.VALID
    steps = [move.action for move in dossier.moves]
    assert steps == [
        "submit",
        "receive",
        "draft_result",
        "submit_for_signing",
        "sign",
        "seal",
        "return_result",
    ]


def test_a_supplement_stops_the_clock_and_restarts_it(
    submit, act, clerk, citizen, upload
):
    dossier = act(submit(), "receive", clerk)
    original = dossier.clock.due_at
    dossier = submit()
    dossier = act(
        dossier, "ask_supplement", clerk, reasons={"birth_proof": "Ảnh bị mờ."}
    )
    assert dossier.clock.is_stopped
    assert dossier.status is Status.SUPPLEMENT_ASKED

    dossier = act(
        dossier,
        "supply",
        citizen,
        minutes=2 * 24 * 60,
        data={"birth_proof": [upload(citizen)]},
    )

    assert not dossier.clock.is_stopped
    assert dossier.step.key == "intake"
    assert dossier.clock.original_due_at == original
    assert dossier.clock.due_at.isoformat() == "2026-06-19T10:00:00+00:00"
    assert len(dossier.files) == 2


def test_a_supplement_is_asked_once(submit, act, clerk, citizen):
    reasons = {"birth_proof": "Ảnh bị mờ."}
    dossier = act(submit(), "ask_supplement", clerk, reasons=reasons)
    dossier = act(dossier, "supply", citizen, data={})

    with pytest.raises(ActionNotOffered):
        act(dossier, "ask_supplement", clerk, reasons=reasons)


def test_a_supplement_needs_reasons(submit, act, clerk):
    with pytest.raises(ReasonMissing):
        act(submit(), "ask_supplement", clerk, reasons={"birth_proof": "  "})


def test_the_same_key_makes_one_dossier(submit):
    key = str(uuid4())

    assert submit(key=key).code == submit(key=key).code


def test_the_same_key_with_another_content_is_refused(submit):
    key = str(uuid4())
    submit(key=key)

    with pytest.raises(IdempotencyKeyReused):
        submit(key=key, child_name="Phạm Gia Khánh")


def test_wrong_answers_are_refused_with_every_message(submit):
    with pytest.raises(AnswersInvalid) as refused:
        submit(child_birth_date="2026-07-01", requester_number="123", birth_proof=[])

    assert set(refused.value.fields) == {
        "child_birth_date",
        "requester_number",
        "birth_proof",
    }


def test_somebody_elses_file_is_refused(submit, upload, sign_in):
    stranger = sign_in("Trần Quốc Hưng")

    with pytest.raises(AnswersInvalid) as refused:
        submit(birth_proof=[upload(stranger)])

    assert set(refused.value.fields) == {"birth_proof"}


def test_a_unit_that_does_not_receive_is_refused(citizen, answers, now):
    with pytest.raises(UnitDoesNotReceive):
        actions.submit_dossier(
            procedure_code="1.001193",
            organization_id=uuid4(),
            channel=Channel.ONLINE,
            answers=answers,
            key="k",
            actor=citizen,
            at=now,
        )


def test_of_two_officers_deciding_at_once_the_second_is_told(submit, act, clerk):
    seen = submit()
    act(seen, "receive", clerk)

    with pytest.raises(DossierMovedOn):
        act(seen, "not_receive", clerk, note="Sai thẩm quyền.")


def test_a_claimed_dossier_is_left_alone(submit, act, clerk, now, ward):
    dossier = submit()
    actions.claim_task(dossier_id=dossier.id, actor=clerk, at=now)
    colleague = type(clerk)(
        kind=clerk.kind, id=uuid4(), name="Người khác", duties=clerk.duties
    )

    with pytest.raises(DossierClaimedByOther):
        actions.claim_task(dossier_id=dossier.id, actor=colleague, at=now)
    with pytest.raises(DossierClaimedByOther):
        act(dossier, "receive", colleague)


def test_only_the_named_leader_signs(submit, act, clerk, officer, sign_in, entry):
    dossier = act(submit(), "receive", clerk)
    dossier = act(dossier, "draft_result", officer, data=entry)
    dossier = act(dossier, "submit_for_signing", officer)

    with pytest.raises(AnotherSignerNamed):
        act(dossier, "sign", sign_in("Phan Đức Long"))


def test_nobody_signs_before_a_draft_is_submitted(submit, act, clerk, leader):
    dossier = act(submit(), "receive", clerk)

    with pytest.raises(ActionNotOffered):
        act(dossier, "sign", leader)


def test_a_deadline_moves_once_and_keeps_the_original(submit, act, clerk, officer, now):
    dossier = act(submit(), "receive", clerk)
    again = {
        "dossier_id": dossier.id,
        "reason": "Cần xác minh nơi sinh.",
        "new_day": (now + timedelta(days=3)).date(),
        "actor": officer,
    }

    dossier = actions.extend_deadline(**again, at=now + timedelta(minutes=30))

    assert dossier.clock.due_at.isoformat() == "2026-06-19T10:00:00+00:00"
    assert dossier.clock.original_due_at.isoformat() == "2026-06-17T10:00:00+00:00"
    with pytest.raises(AlreadyExtended):
        actions.extend_deadline(**again, at=now + timedelta(hours=1))


def test_an_apology_later_than_a_day_before_is_refused(
    submit, act, clerk, officer, now
):
    dossier = act(submit(), "receive", clerk)

    with pytest.raises(ApologyTooLate):
        actions.extend_deadline(
            dossier_id=dossier.id,
            reason="Muộn.",
            new_day=(now + timedelta(days=3)).date(),
            actor=officer,
            at=now + timedelta(days=1),
        )


def test_another_ward_sees_nothing_of_a_dossier(submit, sign_in, now):
    dossier = submit()
    other = sign_in("Triệu Thị Sen")

    with pytest.raises(NotFound):
        queries.get_dossier(dossier_id=dossier.id, actor=other, at=now)
    assert queries.inbox(actor=other, at=now).items == ()


def test_the_desk_is_ordered_and_colored_by_the_legal_clock(submit, clerk, now):
    late = submit(at=now - timedelta(days=5))
    fresh = submit(at=now)

    page = queries.inbox(actor=clerk, at=now)

    assert [item.code for item in page.items] == [late.code, fresh.code]
    assert [item.clock.color for item in page.items] == ["red", "green"]
    counts = queries.inbox(actor=clerk, at=now).counts
    assert counts == {"green": 1, "amber": 0, "red": 1, "grey": 0}
    red = queries.inbox(actor=clerk, at=now, wanted=DeskFilter(color="red"))
    assert [item.code for item in red.items] == [late.code]


def test_the_public_sees_code_and_completion_only(submit, act, clerk):
    dossier = act(submit(), "receive", clerk)

    progress = queries.public_progress(code=dossier.code.lower())

    assert (progress.code, progress.completion) == (dossier.code, 33)
    with pytest.raises(NotFound):
        queries.public_progress(code="H49.06688-260616-9999")


def test_no_open_dossier_is_silent(submit, act, clerk, now):
    act(submit(), "receive", clerk)
    submit()

    assert queries.silent_dossiers(at=now + timedelta(hours=1)) == ()


def test_a_dossier_nobody_must_act_on_is_told(submit, now):
    lost, held = submit(), submit()
    TaskRow.objects.filter(dossier_id=lost.id).delete()

    assert queries.silent_dossiers(at=now) == (f"{lost.code} (no task)",)

    PostRow.objects.filter(role="clerk").update(valid_to=now.date())
    waiting = queries.silent_dossiers(at=now)
    assert waiting == (f"{lost.code} (no task)", f"{held.code} (nobody in post)")


def deliver_all(now):
    """Hand every recorded event to its reactions, as the worker does."""
    for event_id in OutboxEvent.objects.order_by("id").values_list("id", flat=True):
        events.deliver(event_id=event_id, at=now)


def test_the_applicant_gets_a_receipt_and_is_told_once(submit, citizen, now):
    dossier = submit()

    deliver_all(now)
    deliver_all(now)

    inbox = notify.inbox(person_id=citizen.person_id)
    assert [message.template_key for message in inbox.items] == ["dossier_submitted"]
    again = queries.get_dossier(dossier_id=dossier.id, actor=citizen, at=now)
    receipt = documents.document_pdf(document_id=again.receipt_document_id)
    assert receipt.startswith(b"%PDF")


def test_a_day_without_a_time_limit_is_no_silent_end(content, now):
    procedure = queries.get_procedure(code="1.001193", on=now.date())

    with pytest.raises(LookupError):
        procedure.limit_on(date(2020, 1, 1))
