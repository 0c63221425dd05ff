"""Applicant and desk write to each other about a dossier."""

from datetime import timedelta

import pytest

from tinhso.kernel.errors import NotFound
from tinhso.notify import queries as notify
from tinhso.procedures import actions, queries
from tinhso.procedures.models import DossierRow
from tinhso.procedures.types import (
    AnswersInvalid,
    ConversationClosed,
    MessageEmpty,
    MessageTooLong,
    Party,
    TooManyMessageFiles,
    TooManyMessages,
)

ASKED = "Tôi cần mang bản gốc đến không?"


@pytest.fixture
def write(now):
    count = 0

    def do(dossier, actor, text=ASKED, *, minutes=20, key=None, **more):
        nonlocal count
        count += 1
        return actions.send_dossier_message(
            dossier_id=dossier.id,
            text=text,
            key=key or f"key-{count}",
            actor=actor,
            at=now + timedelta(minutes=minutes),
            **more,
        )

    return do


@pytest.fixture
def look(now):
    def do(dossier, actor, *, minutes=30):
        return actions.read_conversation(
            dossier_id=dossier.id, actor=actor, at=now + timedelta(minutes=minutes)
        )

    return do


def unread(dossier):
    row = DossierRow.objects.get(pk=dossier.id)
    return row.unread_at_desk, row.unread_by_applicant


def subjects(actor):
    return [m.subject["vi"] for m in notify.inbox(person_id=actor.person_id).items]


def test_each_side_reads_what_the_other_wrote_and_leaves_a_mark(
    submit, write, look, citizen, clerk
):
    dossier = submit()
    write(dossier, citizen)
    assert unread(dossier) == (1, 0)

    [message] = look(dossier, clerk).messages
    assert (message.text, message.party) == (ASKED, Party.APPLICANT)
    assert message.read_at is not None
    assert unread(dossier) == (0, 0)

    write(dossier, clerk, "Không cần.", minutes=40)
    assert unread(dossier) == (0, 1)
    _, answered = look(dossier, citizen, minutes=50).messages
    assert answered.organization_name == "Ủy ban nhân dân phường Hạ Long"
    assert answered.read_at is not None
    assert unread(dossier) == (0, 0)


def test_one_notice_tells_the_other_side_until_it_has_read(
    submit, write, look, happen, citizen, clerk
):
    dossier = submit()
    write(dossier, citizen)
    write(dossier, citizen, "Và nộp lúc nào?")
    happen()
    told = [line for line in subjects(clerk) if "người nộp có tin nhắn" in line]
    assert len(told) == 1

    look(dossier, clerk)
    write(dossier, clerk, "Không cần.", minutes=40)
    happen()

    assert f"Hồ sơ {dossier.code}: có tin nhắn mới" in subjects(citizen)


def test_who_claimed_the_dossier_is_told_and_no_colleague(
    submit, write, happen, act, citizen, clerk, officer, now
):
    dossier = act(submit(), "receive", clerk)
    actions.claim_task(dossier_id=dossier.id, actor=officer, at=now)
    write(dossier, citizen)
    happen()

    assert any("người nộp có tin nhắn" in line for line in subjects(officer))
    assert not any("người nộp có tin nhắn" in line for line in subjects(clerk))


def test_a_message_leaves_the_decision_an_officer_is_about_to_make(
    submit, write, act, citizen, clerk
):
    dossier = submit()
    write(dossier, citizen, minutes=5)

    received = act(dossier, "receive", clerk)

    assert received.revision == dossier.revision + 1


def test_a_message_that_is_sent_twice_is_there_once(submit, write, citizen):
    dossier = submit()

    first = write(dossier, citizen, key="k")
    again = write(dossier, citizen, key="k")

    assert first.id == again.id
    assert unread(dossier) == (1, 0)


def test_only_the_parties_write_and_only_who_may_see_the_dossier_reads(
    submit, write, look, act, citizen, clerk, officer, department, jurist, sign_in, now
):
    dossier = act(submit(), "receive", clerk)
    write(dossier, citizen)
    stranger = sign_in("Trần Quốc Hưng")
    for actor in (stranger, jurist):
        with pytest.raises(NotFound):
            look(dossier, actor)
        with pytest.raises(NotFound):
            write(dossier, actor)

    asked = {
        "organization_id": str(department.id),
        "question": "Hợp lệ không?",
        "amount": "2",
        "unit": "working_days",
    }
    act(dossier, "consult", officer, data={"questions": [asked]})

    assert look(dossier, jurist).party is None
    assert unread(dossier) == (1, 0)
    with pytest.raises(NotFound):
        write(dossier, jurist)


def test_files_are_checked_and_read_by_both_sides(
    submit, write, look, citizen, clerk, picture, now
):
    dossier = submit()
    message = write(dossier, citizen, "", uploads=[("ảnh.png", picture())])

    [file] = message.files
    found, content = actions.open_message_file(
        dossier_id=dossier.id, file_id=file.file_id, actor=clerk, at=now
    )
    assert found.name == "ảnh.png"
    assert content.startswith(b"\x89PNG")
    # What comes with a message completes no dossier.
    whole = queries.get_dossier(dossier_id=dossier.id, actor=clerk, at=now)
    assert file.file_id not in [f.file_id for f in whole.files]
    with pytest.raises(AnswersInvalid):
        write(dossier, citizen, uploads=[("a.exe", b"MZ")])


def test_a_file_of_somebody_else_is_not_sent(submit, write, citizen, clerk, upload):
    with pytest.raises(AnswersInvalid):
        write(submit(), citizen, file_ids=[upload(clerk)])


def test_limits_are_refused_by_name(submit, write, citizen, picture):
    dossier = submit()
    with pytest.raises(MessageEmpty):
        write(dossier, citizen, " \n ")
    with pytest.raises(MessageTooLong) as refusal:
        write(dossier, citizen, "a" * 2001)
    assert "2001" in str(refusal.value)
    with pytest.raises(TooManyMessageFiles):
        write(dossier, citizen, uploads=[("a.png", picture())] * 4)
    for n in range(20):
        write(dossier, citizen, f"Lần {n}")
    with pytest.raises(TooManyMessages):
        write(dossier, citizen)
    assert write(dossier, citizen, minutes=20 + 24 * 60)


def test_a_conversation_closes_some_days_after_the_dossier_ended(
    submit, write, look, act, citizen, clerk
):
    dossier = act(submit(), "not_receive", clerk, note="Trẻ cư trú ở phường khác.")
    day = 24 * 60

    assert write(dossier, citizen, minutes=15 * day)
    assert not look(dossier, citizen, minutes=15 * day + 20).is_open
    with pytest.raises(ConversationClosed):
        write(dossier, citizen, minutes=15 * day + 20)


def test_the_desk_sees_the_number_without_asking_for_it(
    submit, write, citizen, clerk, now
):
    dossier = submit()
    write(dossier, citizen)
    write(dossier, citizen)

    [line] = queries.inbox(actor=clerk, at=now).items

    assert line.unread_at_desk == 2
