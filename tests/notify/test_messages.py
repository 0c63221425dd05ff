"""People are told once, in their inbox and by mail, whatever breaks on the way."""

import threading
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from tests.notify.conftest import new_person, wording
from tinhso.kernel.actor import SYSTEM
from tinhso.notify import actions, queries, types
from tinhso.notify.models import MessageRow
from tinhso.notify.rules.wording import MAX_ATTEMPTS
from tinhso.notify.types import DeliveryState


@pytest.fixture
def person(db, now):
    actions.publish_message_template(wording(), SYSTEM, now)
    return new_person()


def delivery(person):
    (message,) = queries.inbox(person_id=person.id).items
    (found,) = message.deliveries
    return found


def test_a_message_stands_in_the_inbox_and_goes_out_by_mail(
    person, write, postbox, now
):
    written = write(person)

    assert actions.deliver_due(at=now) == 1

    (mail,) = postbox.mails
    assert mail["Subject"] == "Đã nhận hồ sơ H49.22-260616-0001"
    assert mail["To"] == "an@example.org"
    assert "Hẹn trả: 17/06/2026" in mail.get_content()
    assert "Due: 17/06/2026" in mail.get_content()
    assert queries.inbox(person_id=person.id).items[0].id == written.id
    assert delivery(person).delivered_at == now
    assert actions.deliver_due(at=now) == 0


def test_the_same_key_is_one_message(person, write, postbox, now):
    first, second = write(person), write(person)

    actions.deliver_due(at=now)

    assert first.id == second.id
    assert len(postbox.mails) == 1


def test_what_the_server_cannot_take_now_is_tried_again_later(
    person, write, postbox, now
):
    write(person)
    postbox.answer = "451 later"

    assert actions.deliver_due(at=now) == 0
    assert (delivery(person).attempts, delivery(person).last_error) == (1, "SMTP 451")
    postbox.answer = "250 OK"
    assert actions.deliver_due(at=now + timedelta(seconds=59)) == 0
    assert actions.deliver_due(at=now + timedelta(seconds=60)) == 1
    assert len(postbox.mails) == 1


def test_a_server_that_is_down_loses_nothing(person, write, settings, now):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    write(person)

    assert actions.deliver_due(at=now) == 0

    assert delivery(person).state == DeliveryState.QUEUED
    assert delivery(person).last_error == "ConnectionRefusedError"


def test_a_server_that_is_down_is_not_waited_for_once_for_each_letter(
    person, write, settings, now
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    for key in ("one", "two", "three"):
        write(person, dedupe_key=key)

    actions.deliver_due(at=now)

    found = [m.deliveries[0] for m in queries.inbox(person_id=person.id).items]
    assert sum(one.attempts for one in found) == 1


def test_a_server_that_is_down_for_days_costs_nobody_their_letter(
    person, write, settings, now
):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    write(person)

    for day in range(MAX_ATTEMPTS + 3):
        actions.deliver_due(at=now + timedelta(days=day))

    assert delivery(person).state == DeliveryState.QUEUED


def test_an_address_that_is_refused_for_good_is_not_tried_again(
    person, write, postbox, now
):
    write(person)
    postbox.answer = "550 no such user"

    actions.deliver_due(at=now)

    assert delivery(person).state == DeliveryState.FAILED
    assert actions.deliver_due(at=now + timedelta(days=9)) == 0


def test_after_ten_attempts_it_is_given_up_and_says_so(person, write, postbox, now):
    write(person)
    postbox.answer = "451 later"

    for day in range(MAX_ATTEMPTS + 3):
        actions.deliver_due(at=now + timedelta(days=day))

    assert delivery(person).state == DeliveryState.FAILED
    assert delivery(person).attempts == MAX_ATTEMPTS


def test_who_has_no_address_reads_it_in_the_inbox(db, write, now):
    actions.publish_message_template(wording(), SYSTEM, now)
    person = new_person(email="")
    write(person)

    assert actions.deliver_due(at=now) == 0

    assert delivery(person).state == DeliveryState.NO_ADDRESS


def test_headers_cannot_be_injected(person, write, postbox, now):
    params = {"code": "1\r\nBcc: thief@example.org\r\n\r\nx", "due": "", "note": ""}
    write(person, params=params)

    actions.deliver_due(at=now)

    (mail,) = postbox.mails
    assert mail["Bcc"] is None
    assert "Đã nhận hồ sơ 1 Bcc: thief@example.org" in mail["Subject"]


def test_an_address_that_is_none_is_never_used(db, write, postbox, now):
    actions.publish_message_template(wording(), SYSTEM, now)
    person = new_person(email="a@b.vn\nBcc: c@d.vn")
    write(person)

    actions.deliver_due(at=now)

    assert delivery(person).state == DeliveryState.FAILED
    assert not postbox.mails


def test_values_are_never_read_as_placeholders(person, write):
    params = {"code": "{due}", "due": "{code.__class__}", "note": "{note}"}

    message = write(person, params=params)

    assert message.subject["vi"] == "Đã nhận hồ sơ {due}"
    assert message.body["vi"] == "Hẹn trả: {code.__class__}\n{note}"


def test_missing_and_oversized_values_are_refused_by_name(person, write):
    with pytest.raises(types.MessageParamsWrong) as refused:
        write(person, params={"code": "1", "due": "x" * 5001})

    assert set(refused.value.fields) == {"due", "note"}
    assert not MessageRow.objects.exists()


def test_a_long_subject_is_shortened(person, write):
    message = write(person, params={"code": "x" * 4000, "due": "", "note": ""})

    assert len(message.subject["vi"]) == 200


def test_an_unknown_wording_is_refused(person, write):
    with pytest.raises(types.MessageTemplateNotFound):
        write(person, template_key="nothing")


def test_opening_a_message_counts_once_and_only_for_its_person(person, write, now):
    message = write(person)
    later = now + timedelta(hours=1)

    assert queries.unread(person_id=person.id) == 1
    for moment in (now, later):
        read = actions.read_message(
            message_id=message.id, person_id=person.id, actor=SYSTEM, at=moment
        )
    assert read.read_at == now
    assert queries.unread(person_id=person.id) == 0
    with pytest.raises(types.MessageNotFound):
        actions.read_message(
            message_id=message.id, person_id=uuid4(), actor=SYSTEM, at=now
        )


def test_wordings_are_checked():
    assert actions.check_message_template(wording()) == {}
    wrong = wording(
        subject={"vi": "{code} {0}", "en": "{code}"},
        body={"vi": "{due}", "en": "nothing"},
    )
    assert set(actions.check_message_template(wrong)) == {"subject.vi", "body.en"}


def test_workers_at_the_same_time_send_each_message_once(
    committed_db, write, postbox, now
):
    actions.publish_message_template(wording(), SYSTEM, now)
    person = new_person()
    for number in range(20):
        write(person, dedupe_key=str(number))
    sent = []

    def work():
        try:
            sent.append(actions.deliver_due(at=now))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sum(sent) == 20
    assert len({mail["Message-ID"] for mail in postbox.mails}) == 20
    assert len(postbox.mails) == 20
