"""Other agencies give their opinion, each with its own deadline; late ones are told."""

from datetime import timedelta
from uuid import UUID

import pytest

from tinhso.kernel.errors import NotFound
from tinhso.kernel.events import actions as events
from tinhso.kernel.events.models import OutboxEvent
from tinhso.notify import queries as notify
from tinhso.procedures import actions, queries
from tinhso.procedures.types import (
    ActionNotOffered,
    AnswersInvalid,
    ConsultationEnded,
    Opinion,
    ReadKind,
    ReadPurpose,
    ReasonMissing,
)


def asked(organization, amount=2):
    return {
        "organization_id": str(organization.id),
        "question": "Giấy chứng sinh có hợp lệ không?",
        "amount": str(amount),
        "unit": "working_days",
    }


@pytest.fixture
def assessing(submit, act, clerk):
    return act(submit(), "receive", clerk)


@pytest.fixture
def answer(now):
    def do(question, actor, opinion=Opinion.AGREES, text="", minutes=60, **more):
        return actions.answer_consultation(
            consultation_id=question.id,
            opinion=opinion,
            answer=text,
            actor=actor,
            at=now + timedelta(minutes=minutes),
            **more,
        )

    return do


def questions_of(dossier, actor):
    return queries.consultations_of(dossier_id=dossier.id, actor=actor)


def test_asked_at_once_all_clocks_start(
    assessing,
    act,
    officer,
    department,
    science,
):
    data = {"questions": [asked(department, 2), asked(science, 5)]}

    dossier = act(assessing, "consult", officer, data=data)

    first, second = questions_of(dossier, officer)
    assert dossier.step.key == "consulting"
    assert first.due_at.isoformat() == "2026-06-18T10:00:00+00:00"
    assert second.due_at.isoformat() == "2026-06-23T10:00:00+00:00"
    # The task waits as long as the slowest; the legal clock runs on.
    assert dossier.task.due_at == second.due_at
    assert not dossier.clock.is_stopped


def test_in_order_one_waits_for_the_answer_of_the_one_before(
    assessing,
    act,
    officer,
    department,
    science,
    jurist,
    scientist,
    answer,
):
    data = {"questions": [asked(department), asked(science)], "in_order": True}
    dossier = act(assessing, "consult", officer, data=data)
    first, second = questions_of(dossier, officer)
    assert second.opened_at is None
    assert queries.consultations_to_answer(actor=scientist) == ()
    with pytest.raises(NotFound):
        answer(second, scientist)

    answer(first, jurist)

    [waiting] = queries.consultations_to_answer(actor=scientist)
    assert waiting.id == second.id
    assert waiting.opened_at > first.opened_at


def test_the_last_answer_moves_the_dossier_on(
    assessing,
    act,
    officer,
    department,
    science,
    jurist,
    scientist,
    answer,
    now,
):
    data = {"questions": [asked(department), asked(science)]}
    dossier = act(assessing, "consult", officer, data=data)
    first, second = questions_of(dossier, officer)

    answer(first, jurist)
    between = queries.get_dossier(dossier_id=dossier.id, actor=officer, at=now)
    answer(second, scientist, Opinion.CONDITIONS, "Cần bổ sung bản gốc.")

    after = queries.get_dossier(dossier_id=dossier.id, actor=officer, at=now)
    assert between.step.key == "consulting"
    assert after.step.key == "assess"
    assert [move.action for move in after.moves][-3:] == [
        "answer_consultation",
        "answer_consultation",
        "consulted",
    ]
    assert "Cần bổ sung bản gốc." in after.moves[-2].note


def test_an_agency_sees_the_dossier_only_once_it_is_asked(
    assessing,
    act,
    officer,
    department,
    jurist,
    now,
):
    with pytest.raises(NotFound):
        queries.get_dossier(dossier_id=assessing.id, actor=jurist, at=now)

    act(assessing, "consult", officer, data={"questions": [asked(department)]})

    seen = queries.get_dossier(dossier_id=assessing.id, actor=jurist, at=now)
    assert seen.offered == ()


def test_only_the_agency_asked_answers(
    assessing,
    act,
    officer,
    department,
    jurist,
    scientist,
    citizen,
    answer,
):
    dossier = act(
        assessing, "consult", officer, data={"questions": [asked(department)]}
    )
    [question] = questions_of(dossier, officer)

    for actor in (officer, scientist, citizen):
        with pytest.raises(NotFound):
            answer(question, actor)


def test_a_question_is_answered_once(
    assessing,
    act,
    officer,
    department,
    science,
    jurist,
    answer,
):
    data = {"questions": [asked(department), asked(science)]}
    dossier = act(assessing, "consult", officer, data=data)
    question = questions_of(dossier, officer)[0]
    answer(question, jurist)

    with pytest.raises(ConsultationEnded):
        answer(question, jurist)


def test_anything_but_yes_needs_its_reason(
    assessing,
    act,
    officer,
    department,
    jurist,
    answer,
):
    dossier = act(
        assessing, "consult", officer, data={"questions": [asked(department)]}
    )
    [question] = questions_of(dossier, officer)

    with pytest.raises(AnswersInvalid):
        answer(question, jurist, None)
    with pytest.raises(ReasonMissing):
        answer(question, jurist, Opinion.DISAGREES, "  ")


def test_what_comes_with_an_answer_can_be_read_by_those_who_asked(
    assessing,
    act,
    officer,
    department,
    science,
    jurist,
    answer,
    picture,
    citizen,
    now,
):
    data = {"questions": [asked(department), asked(science)]}
    dossier = act(assessing, "consult", officer, data=data)
    question = questions_of(dossier, officer)[0]

    given = answer(question, jurist, uploads=[("cong-van.png", picture())])

    [file] = given.files
    for reader in (officer, jurist):
        read, _ = actions.open_answer_file(
            consultation_id=question.id, file_id=file.file_id, actor=reader, at=now
        )
        assert read.name == "cong-van.png"
    readers = queries.readings_of(actor=citizen)
    assert {one.kind for one in readers} == {ReadKind.FILE}
    assert [one.purpose for one in readers[::-1]] == [
        ReadPurpose.HANDLING,
        ReadPurpose.OPINION,
    ]


def test_the_officer_goes_on_without_what_is_missing(
    assessing,
    act,
    officer,
    department,
    jurist,
    answer,
):
    dossier = act(
        assessing, "consult", officer, data={"questions": [asked(department)]}
    )
    [question] = questions_of(dossier, officer)

    dossier = act(dossier, "go_on_without", officer, note="Đã quá hạn, không cần chờ.")

    assert dossier.step.key == "assess"
    [ended] = questions_of(dossier, officer)
    assert ended.ended_at is not None
    assert ended.answered_at is None
    with pytest.raises(ConsultationEnded):
        answer(question, jurist)


def test_a_late_answer_is_reported_once_to_officer_and_desk(
    assessing,
    act,
    officer,
    clerk,
    department,
    now,
):
    dossier = act(
        assessing, "consult", officer, data={"questions": [asked(department)]}
    )
    [question] = questions_of(dossier, officer)
    late = question.due_at + timedelta(minutes=1)

    assert actions.report_late_consultations(at=question.due_at) == 0
    assert actions.report_late_consultations(at=late) == 1
    assert actions.report_late_consultations(at=late) == 0

    for event in OutboxEvent.objects.filter(name="procedures.ConsultationLate"):
        events.deliver(event_id=event.id, at=late)
    for actor in (officer, clerk):
        subjects = [m.subject for m in notify.inbox(person_id=actor.person_id).items]
        assert any("chậm cho ý kiến" in subject["vi"] for subject in subjects)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"organization_id": ""}, "organization_id"),
        (
            {"organization_id": str(UUID(int=0))},
            "organization_id",
        ),
        ({"question": " "}, "question"),
        ({"amount": "0"}, "amount"),
        ({"amount": "x"}, "amount"),
        ({"unit": "years"}, "amount"),
    ],
)
def test_a_question_that_is_not_whole_is_refused_at_its_input(
    assessing,
    act,
    officer,
    department,
    changes,
    field,
):
    data = {"questions": [{**asked(department), **changes}]}

    with pytest.raises(AnswersInvalid) as refused:
        act(assessing, "consult", officer, data=data)

    assert f"questions.0.{field}" in refused.value.fields


def test_nobody_asks_themselves_or_no_one(
    assessing,
    act,
    officer,
    ward,
):
    for questions in ([asked(ward)], []):
        with pytest.raises(AnswersInvalid):
            act(assessing, "consult", officer, data={"questions": questions})


def test_while_others_are_asked_no_result_is_drafted(
    assessing,
    act,
    officer,
    department,
):
    dossier = act(
        assessing, "consult", officer, data={"questions": [asked(department)]}
    )

    with pytest.raises(ActionNotOffered):
        act(dossier, "draft_result", officer)
