"""A member of the Council asks, the agency answers, and all of it stays."""

from datetime import date, timedelta

import pytest

from tests.plans.conftest import deliver
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.errors import NotAllowed
from tinhso.notify.models import MessageRow
from tinhso.plans import actions, queries
from tinhso.plans.types import (
    AgencyUnknown,
    AnswerDayPassed,
    NotOfCouncil,
    QuestionOfAnother,
    QuestionTextMissing,
    QuestionUnknown,
    Subject,
    SubjectKind,
    SubjectUnknown,
)


@pytest.fixture
def ask(task, agency, member, now):
    def do(**changes):
        said = {
            "kind": SubjectKind.TASK,
            "subject": str(task.id),
            "agency_id": agency.id,
            "text": "Bao nhiêu trường đã có dữ liệu mở?",
            "answer_by": date(2026, 6, 30),
            "actor": member,
            "at": now,
        }
        return actions.ask_question(**{**said, **changes})

    return do


def answer(question, actor, now, text="120 trường.", **more):
    return actions.answer_question(
        question_id=question.id, text=text, actor=actor, at=now, **more
    )


def test_a_question_is_answered_and_added_to(ask, reporter, member, picture, now):
    asked = ask()
    answer(asked, reporter, now, uploads=[("bang.png", picture())])
    found = answer(asked, reporter, now + timedelta(1), "Nay là 124 trường.")

    assert [one.text for one in found.answers] == ["120 trường.", "Nay là 124 trường."]
    assert found.answers[0].file_name == "bang.png" and found.is_answered
    file, content = queries.answer_file(
        question_id=asked.id, answer_id=found.answers[0].id, actor=member
    )
    assert file.name == "bang.png" and content
    with pytest.raises(QuestionUnknown):
        queries.answer_file(
            question_id=asked.id, answer_id=found.answers[1].id, actor=member
        )


def test_overdue_ones_stand_first_and_answered_ones_last(ask, reporter, member, now):
    late, answered = ask(answer_by=date(2026, 6, 20)), ask()
    waiting = ask(answer_by=date(2026, 6, 29))
    answer(answered, reporter, now)
    day = date(2026, 6, 22)

    found = queries.questions(on=day, actor=member)

    assert [one.id for one in found] == [late.id, waiting.id, answered.id]
    assert [one.is_overdue(on=day) for one in found] == [True, False, False]


def test_council_leaders_and_the_agency_read_it_others_do_not(
    ask, member, head, reporter, keeper, elsewhere, now
):
    asked = ask()

    for somebody in (member, head, reporter, keeper):
        read = queries.get_question(question_id=asked.id, actor=somebody)
        assert read.text == asked.text
    with pytest.raises(QuestionUnknown):
        queries.get_question(question_id=asked.id, actor=elsewhere)
    assert queries.questions(on=now.date(), actor=elsewhere) == ()


def test_only_the_agency_answers_and_only_the_council_asks(
    ask, member, keeper, elsewhere, reporter, now
):
    asked = ask()

    for somebody in (member, keeper):
        with pytest.raises(QuestionOfAnother):
            answer(asked, somebody, now)
    with pytest.raises(QuestionUnknown):
        answer(asked, elsewhere, now)
    for somebody in (reporter, keeper):
        with pytest.raises(NotOfCouncil):
            ask(actor=somebody)
        with pytest.raises(NotAllowed):
            queries.subjects(actor=somebody)
    with pytest.raises(QuestionTextMissing):
        answer(asked, reporter, now, " ")


@pytest.mark.parametrize(
    ("refusal", "changes"),
    [
        (SubjectUnknown, {"subject": "nothing"}),
        (SubjectUnknown, {"kind": SubjectKind.TARGET}),
        (QuestionTextMissing, {"text": " "}),
        (AnswerDayPassed, {"answer_by": date(2026, 6, 16)}),
    ],
)
def test_what_cannot_be_asked_is_refused(ask, refusal, changes):
    with pytest.raises(refusal):
        ask(**changes)


def test_no_agency_that_is_no_more_is_asked(ask, task):
    with pytest.raises(AgencyUnknown):
        ask(agency_id=task.id)


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        (SubjectKind.TARGET, "nq09_2025/open_data"),
        (SubjectKind.INDICATOR, "dossiers_on_time"),
    ],
)
def test_targets_and_indicators_are_asked_about(ask, member, now, kind, key):
    asked = ask(kind=kind, subject=key)

    assert asked.subject.title
    about = Subject(kind, key)
    found = queries.questions(on=now.date(), actor=member, subject=about)
    assert [one.id for one in found] == [asked.id]


def test_both_are_told_and_it_is_in_the_journal(ask, reporter, member, now):
    asked = ask()
    answer(asked, reporter, now)
    deliver(now)

    told = MessageRow.objects.filter(subject_id=asked.id)
    by = {one.person_id for one in told if one.template.key == "council_asked"}
    assert reporter.person_id in by and member.person_id not in by
    answered = [one for one in told if one.template.key == "council_answered"]
    assert [one.person_id for one in answered] == [member.person_id]
    deeds = JournalEntry.objects.filter(subject="plans.Question").order_by("id")
    assert [one.deed for one in deeds] == [
        "plans.ask_question",
        "plans.answer_question",
    ]
