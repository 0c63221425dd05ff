"""What the decree says about late returns, silence, and results that were wrong."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tinhso.documents import queries as documents
from tinhso.documents.types import DocumentState
from tinhso.kernel.actor import SYSTEM
from tinhso.procedures import actions, queries
from tinhso.procedures.models import TaskRow
from tinhso.procedures.types import (
    ActionNotOffered,
    AnswersInvalid,
    ReasonMissing,
    ReturnTooLate,
    Status,
)
from tinhso.procedures.workflow import machine

ENTRY = {"child_number": "022326999001", "register_book": "01/2026"}
REASONS = {"birth_proof": "Ảnh bị mờ."}
DAYS = 24 * 60


@pytest.fixture
def received(submit, act, clerk):
    return act(submit(), "receive", clerk, minutes=0)


@pytest.fixture
def waiting(received, act, officer):
    return act(received, "ask_supplement_in_assessment", officer, reasons=REASONS)


@pytest.fixture
def issued(received, act, officer, leader, registrar):
    data = {**ENTRY, "signer": str(leader.person_id)}
    dossier = act(received, "draft_result", officer, data=data)
    dossier = act(dossier, "submit_for_signing", officer)
    dossier = act(dossier, "sign", leader)
    return act(dossier, "seal", registrar)


@pytest.mark.parametrize(("minutes", "is_late"), [(3 * DAYS, False), (4 * DAYS, True)])
def test_a_dossier_is_returned_within_three_working_days_of_receipt(
    received, act, officer, minutes, is_late
):
    def back():
        return act(
            received,
            "ask_supplement_in_assessment",
            officer,
            reasons=REASONS,
            minutes=minutes,
        )

    if is_late:
        with pytest.raises(ReturnTooLate) as refused:
            back()
        assert "17:00 19/06/2026" in str(refused.value)
    else:
        assert back().status is Status.SUPPLEMENT_ASKED


def test_silence_stops_a_dossier_after_its_time_and_not_before(waiting, clerk, citizen):
    due = TaskRow.objects.get(dossier_id=waiting.id, closed_at=None).due_at

    assert actions.take_tacit_actions(at=due) == 0
    assert actions.take_tacit_actions(at=due + timedelta(minutes=1)) == 1
    assert actions.take_tacit_actions(at=due + timedelta(minutes=2)) == 0

    ended = queries.get_dossier(dossier_id=waiting.id, actor=clerk, at=due)
    assert ended.step.key == "lapsed"
    assert ended.moves[-1].actor_name == SYSTEM.name
    assert ended.moves[-1].note


def test_who_answers_in_time_is_not_stopped(waiting, citizen, act, upload, answers):
    answered = act(
        waiting, "supply", citizen, data={**answers, "birth_proof": [upload(citizen)]}
    )

    assert answered.step.key == "assess"
    assert actions.take_tacit_actions(at=waiting.task.due_at + timedelta(days=1)) == 0


@pytest.mark.parametrize(
    ("silence", "fault"),
    [("nothing", "no action of the system"), ("supply", "no action of the system")],
)
def test_a_silence_that_leads_nowhere_is_a_fault(received, silence, fault):
    workflow = received.procedure.workflow
    steps = [
        step if step.key != "supplement" else replace(step, on_silence=silence)
        for step in workflow.steps
    ]

    faults = list(machine.faults(replace(workflow, steps=tuple(steps))))

    assert any(fault in message for _, message in faults)


def test_an_applicant_brings_the_completion_to_the_counter(
    waiting, clerk, citizen, picture, now
):
    supplied = actions.supply_at_counter(
        dossier_id=waiting.id,
        action_key="supply_at_counter",
        revision=waiting.revision,
        answers={},
        uploads={"birth_proof": [("ro-net.png", picture())]},
        actor=clerk,
        at=now + timedelta(days=1),
    )

    assert supplied.step.key == "assess"
    assert [file.name for file in supplied.files] == [
        "giay-chung-sinh.png",
        "ro-net.png",
    ]
    assert supplied.supplement.answered_at is not None


def test_a_scan_that_is_refused_at_the_counter_is_named_and_nothing_moves(
    waiting, clerk, now
):
    with pytest.raises(AnswersInvalid) as refused:
        actions.supply_at_counter(
            dossier_id=waiting.id,
            action_key="supply_at_counter",
            revision=waiting.revision,
            answers={},
            uploads={"birth_proof": [("x.exe", b"MZ")]},
            actor=clerk,
            at=now,
        )

    assert set(refused.value.fields) == {"birth_proof"}
    still = queries.get_dossier(dossier_id=waiting.id, actor=clerk, at=now)
    assert still.step.key == "supplement"


def test_a_wrong_result_is_taken_out_of_force_and_made_anew(
    issued, act, officer, leader, registrar, clerk, citizen
):
    old = issued.result_document_id
    returned = act(issued, "return_result", clerk)

    corrected = act(returned, "correct_result", officer, note="Sai tên trẻ.")

    assert corrected.step.key == "assess"
    assert corrected.result_document_id is None
    assert corrected.clock.due_at > returned.submitted_at
    wrong = documents.get_document(document_id=old)
    assert wrong.state is DocumentState.REVOKED
    assert wrong.revoked_reason == "Sai tên trẻ."

    data = {**ENTRY, "signer": str(leader.person_id)}
    again = act(corrected, "draft_result", officer, data=data)
    again = act(again, "submit_for_signing", officer)
    again = act(act(again, "sign", leader), "seal", registrar)
    assert again.result_document_id not in (None, old)
    mine = documents.documents_of(person_id=citizen.person_id).items
    assert {old, again.result_document_id} <= {document.id for document in mine}


def test_a_correction_needs_its_reason_and_an_issued_result(
    issued, received, act, officer
):
    with pytest.raises(ReasonMissing):
        act(issued, "correct_result", officer)


def test_nothing_is_corrected_before_it_is_issued(received, act, officer):
    with pytest.raises(ActionNotOffered):
        act(received, "correct_result", officer, note="Sai.")
