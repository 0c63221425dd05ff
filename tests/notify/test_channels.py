"""A message goes by the channels people chose, until one of them has carried it."""

import time as clock
from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from tests.notify.conftest import MANY, new_person, wording
from tinhso.kernel.actor import SYSTEM, Actor, ActorKind
from tinhso.kernel.clock import VIETNAM
from tinhso.notify import actions, queries, types
from tinhso.notify.models import DeliveryReportRow, DeliveryRow, ServiceTokenRow
from tinhso.notify.types import Channel, DeliveryState, Quiet, Verdict


@pytest.fixture
def person(db, now):
    actions.publish_message_template(wording(**MANY), SYSTEM, now)
    return new_person(phone="0912345678", residence="Tổ 1, phường Hạ Long")


def of(person):
    return Actor(kind=ActorKind.CITIZEN, id=uuid4(), person_id=person.id)


@pytest.fixture
def choose(now):
    def chosen(person, *order, **changes):
        wanted = {
            "order": order,
            "is_every": False,
            "quiet": None,
            "takes_news": False,
            "zalo_user_id": "",
            "actor": of(person),
            "at": now,
        }
        return actions.choose_channels(**{**wanted, **changes})

    return chosen


def states(person):
    """How each way of the newest message stands."""
    message = queries.inbox(person_id=person.id).items[0]
    return {str(one.channel): str(one.state) for one in message.deliveries}


def report(gateway, now, **changes):
    """Hand in what the gateway would tell of its last message."""
    last = gateway.got()[-1]
    values = {"key": last["key"], "message_id": last["id"], **changes}
    raw, headers = gateway.report(last["channel"], **values)
    signed = headers.get("X-Signature") or headers["X-ZEvent-Signature"]
    return {
        "channel": last["channel"],
        "raw": raw,
        "moment": headers["X-Time"],
        "signed": signed,
        "at": datetime.fromtimestamp(clock.time(), VIETNAM),
    }


def test_the_first_channel_one_chose_carries_it_and_no_other(
    person, write, choose, telephones, postbox, now
):
    choose(person, "sms", "email")
    write(person)

    assert actions.deliver_due(at=now) == 1

    assert states(person) == {"sms": "sent"}
    (got,) = telephones.got()
    assert (got["to"], got["sender"]) == ("84912345678", "TINHSO")
    assert got["text"] == "Ho so H49.22-260616-0001, hen tra 17/06/2026"
    assert postbox.mails == []


def test_who_chose_all_at_once_gets_it_three_times(
    person, write, choose, telephones, postbox, now
):
    choose(person, "sms", "zalo", "email", is_every=True)
    write(person)

    assert actions.deliver_due(at=now) == 3

    assert states(person) == {"email": "delivered", "sms": "sent", "zalo": "sent"}
    assert len(postbox.mails) == 1


@pytest.mark.parametrize("channel", ["sms", "zalo"])
def test_what_a_service_refuses_for_good_goes_by_the_next_channel(
    person, write, choose, telephones, postbox, now, channel
):
    telephones.misbehave("refuse")
    choose(person, channel, "email")
    write(person)

    actions.deliver_due(at=now)
    actions.deliver_due(at=now)

    assert states(person) == {channel: "failed", "email": "delivered"}


def test_who_has_no_browser_no_number_and_no_mail_is_written_to(
    write, choose, telephones, person, now
):
    other = new_person(email="", residence="Tổ 2")
    choose(other, "push", "sms", "email", "letter")
    write(other)

    for _ in range(4):
        actions.deliver_due(at=now)

    lost = dict.fromkeys(("push", "sms", "email"), "no_address")
    assert states(other) == {**lost, "letter": "queued"}
    assert [one.to_name for one in queries.letters_to_post()] == ["Trần Văn An"]


def test_who_lives_nowhere_reads_it_in_the_inbox(write, choose, person, now):
    other = new_person(email="")
    choose(other, "letter", "email")
    write(other)

    actions.deliver_due(at=now)

    assert states(other) == {"letter": "no_address", "email": "no_address"}
    assert queries.unread(person_id=other.id) == 1


def test_a_message_without_a_receipt_in_time_goes_by_the_next_channel(
    person, write, choose, telephones, postbox, now
):
    choose(person, "sms", "email")
    write(person)
    actions.deliver_due(at=now)

    assert actions.pass_on_overdue(at=now + timedelta(minutes=14)) == 0
    assert actions.pass_on_overdue(at=now + timedelta(minutes=15)) == 1
    actions.deliver_due(at=now + timedelta(minutes=15))

    assert states(person) == {"sms": "unconfirmed", "email": "delivered"}
    late = report(telephones, now)
    assert actions.take_report(**late) == Verdict.TAKEN
    assert states(person)["sms"] == "delivered"


def test_a_receipt_in_time_leaves_the_next_channel_alone(
    person, write, choose, telephones, now
):
    choose(person, "sms", "email")
    write(person)
    actions.deliver_due(at=now)

    assert actions.take_report(**report(telephones, now)) == Verdict.TAKEN

    assert actions.pass_on_overdue(at=now + timedelta(days=1)) == 0
    assert states(person) == {"sms": "delivered"}


def test_a_receipt_that_says_no_queues_the_next_channel(
    person, write, choose, telephones, postbox, now
):
    choose(person, "sms", "email")
    write(person)
    actions.deliver_due(at=now)

    told = report(telephones, now, misdeed="undelivered")
    verdicts = [actions.take_report(**told) for _ in range(3)]
    actions.deliver_due(at=told["at"])

    assert verdicts == [Verdict.TAKEN, Verdict.REPEATED, Verdict.REPEATED]
    assert states(person) == {"sms": "failed", "email": "delivered"}
    assert DeliveryReportRow.objects.count() == 3


def test_a_channel_that_is_away_is_passed_over_and_still_tried(
    person, write, choose, telephones, postbox, now
):
    telephones.misbehave("dead")
    choose(person, "sms", "email")
    write(person)
    actions.deliver_due(at=now)

    later = now + timedelta(minutes=16)
    actions.pass_on_overdue(at=later)
    telephones.misbehave("")
    actions.deliver_due(at=later)

    assert states(person) == {"sms": "sent", "email": "delivered"}


@pytest.mark.parametrize("misdeed", ["dead", "busy", "nonsense", "endless"])
@pytest.mark.parametrize("channel", ["sms", "zalo", "push"])
def test_no_outage_of_a_service_costs_anybody_a_message(
    person, write, choose, telephones, now, channel, misdeed
):
    add_browser(person, telephones, now)
    choose(person, channel)
    write(person)
    telephones.misbehave(misdeed)
    actions.deliver_due(at=now)

    telephones.misbehave("")
    actions.deliver_due(at=now + timedelta(hours=1))

    assert states(person)[channel] in ("sent", "delivered")
    assert len({one.get("key", one["id"]) for one in telephones.got()}) == 1


def test_a_gateway_that_is_asked_again_sends_once(
    person, write, choose, telephones, now
):
    choose(person, "sms")
    write(person)
    telephones.misbehave("nonsense")
    for hours in range(3):
        actions.deliver_due(at=now + timedelta(hours=hours))
    telephones.misbehave("")

    actions.deliver_due(at=now + timedelta(hours=5))

    assert len(telephones.got()) == 1


def test_telephones_are_silent_at_night(person, write, choose, telephones, now):
    night = datetime(2026, 6, 16, 22, 0, tzinfo=VIETNAM)
    choose(person, "sms")
    write(person, at=night)

    assert actions.deliver_due(at=night) == 0
    assert actions.pass_on_overdue(at=night + timedelta(hours=8)) == 0
    assert actions.deliver_due(at=night + timedelta(hours=8, minutes=59)) == 0
    assert actions.deliver_due(at=night + timedelta(hours=9)) == 1
    assert len(telephones.got()) == 1


def test_who_has_no_browser_is_not_waited_for_until_morning(
    person, write, choose, telephones, postbox
):
    night = datetime(2026, 6, 16, 22, 0, tzinfo=VIETNAM)
    choose(person, "push", "email", at=night)
    write(person, at=night)

    actions.deliver_due(at=night)
    actions.deliver_due(at=night)

    assert states(person) == {"push": "no_address", "email": "delivered"}


def test_ones_own_quiet_hours_hold_instead(person, write, choose, telephones, now):
    choose(person, "sms", quiet=Quiet(time(8), time(12)))
    write(person)

    assert actions.deliver_due(at=now) == 0
    assert actions.deliver_due(at=now + timedelta(hours=3)) == 1


def test_what_is_urgent_rings_at_night(person, write, choose, telephones, now):
    urgent = wording(version=2, urgent=True, **MANY)
    actions.publish_message_template(urgent, SYSTEM, now)
    choose(person, "sms")
    night = datetime(2026, 6, 16, 23, 0, tzinfo=VIETNAM)
    write(person, at=night)

    assert actions.deliver_due(at=night) == 1


def test_mail_comes_at_night(person, write, postbox):
    night = datetime(2026, 6, 16, 23, 0, tzinfo=VIETNAM)
    write(person, at=night)

    assert actions.deliver_due(at=night) == 1


def test_what_is_not_set_up_is_no_channel(person, write, choose, postbox, now):
    with pytest.raises(types.ChannelsWrong):
        choose(person, "sms", "email")
    write(person)

    (message,) = queries.inbox(person_id=person.id).items
    assert Channel.SMS not in message.ways


# What people do without


def test_what_the_law_asks_for_comes_whatever_one_chose(
    person, write, choose, postbox, now
):
    law = wording(version=2, obligation="law", **MANY)
    actions.publish_message_template(law, SYSTEM, now)
    choose(person)
    write(person)

    assert actions.deliver_due(at=now) == 1

    assert states(person) == {"email": "delivered"}
    assert "List-Unsubscribe" not in postbox.mails[0]


def test_who_chose_no_channel_has_services_in_the_inbox_only(
    person, write, choose, postbox, now
):
    choose(person)
    write(person)

    assert actions.deliver_due(at=now) == 0
    assert queries.unread(person_id=person.id) == 1


def test_news_go_out_only_to_who_agreed(person, write, choose, postbox, now):
    news = wording(version=2, obligation="news", **MANY)
    actions.publish_message_template(news, SYSTEM, now)
    write(person, dedupe_key="before")
    choose(person, "email", takes_news=True)
    write(person, dedupe_key="after")

    assert actions.deliver_due(at=now) == 1
    assert queries.unread(person_id=person.id) == 2


def token_in(mail):
    return mail["List-Unsubscribe"].strip("<>").rpartition("/")[2]


def test_the_link_in_a_letter_ends_letters_of_its_kind_and_can_be_undone(
    person, write, postbox, now
):
    write(person, dedupe_key="one")
    actions.deliver_due(at=now)
    token = token_in(postbox.mails[0])

    for _ in range(2):
        actions.unsubscribe(token=token, actor=SYSTEM, at=now)
    write(person, dedupe_key="two")
    assert actions.deliver_due(at=now) == 0
    actions.resubscribe(token=token, actor=SYSTEM, at=now)
    write(person, dedupe_key="three")

    assert actions.deliver_due(at=now) == 1
    assert postbox.mails[0]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_a_link_that_was_changed_is_none_of_ours(person, write, postbox, now):
    write(person)
    actions.deliver_due(at=now)
    token = token_in(postbox.mails[0])

    for changed in (token[:-1], token[1:], token.swapcase(), "", "a:b:c"):
        with pytest.raises(types.LinkWrong):
            actions.unsubscribe(token=changed, actor=SYSTEM, at=now)


def test_nobody_does_without_what_the_law_asks_for(person, write, postbox, now):
    write(person)
    actions.deliver_due(at=now)
    law = wording(version=2, obligation="law", **MANY)
    actions.publish_message_template(law, SYSTEM, now)

    with pytest.raises(types.CannotUnsubscribe):
        actions.unsubscribe(token=token_in(postbox.mails[0]), actor=SYSTEM, at=now)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"order": ["email", "email"]}, "order"),
        ({"order": ["pigeon"]}, "order"),
        ({"order": ["inbox"]}, "order"),
        ({"quiet": Quiet(time(7), time(7))}, "quiet"),
        ({"zalo_user_id": "an' OR 1"}, "zalo_user_id"),
    ],
)
def test_a_choice_that_cannot_be_is_refused_by_name(person, choose, changes, field):
    with pytest.raises(types.ChannelsWrong) as refused:
        choose(person, **changes)

    assert set(refused.value.fields) == {field}
    assert not queries.channel_settings(person_id=person.id).is_chosen


# Reports


def test_a_report_with_a_changed_byte_or_of_yesterday_is_refused(
    person, write, choose, telephones, now
):
    choose(person, "sms")
    write(person)
    actions.deliver_due(at=now)
    good = report(telephones, now)

    for changes in (
        {"raw": good["raw"].replace(b"delivered", b"deliverea")},
        {"signed": good["signed"][::-1]},
        {"signed": ""},
        {"signed": "é"},
        {"moment": str(int(good["moment"]) - 1)},
        {"moment": "²"},
        {"at": good["at"] + timedelta(minutes=11)},
        {"channel": "zalo"},
        {"channel": "pigeon"},
    ):
        with pytest.raises(types.ReportSignatureWrong):
            actions.take_report(**{**good, **changes})
    assert states(person) == {"sms": "sent"}
    assert not DeliveryReportRow.objects.exists()


def test_a_report_of_what_nobody_knows_is_kept_and_changes_nothing(
    person, write, choose, telephones, now
):
    choose(person, "sms")
    write(person)
    actions.deliver_due(at=now)

    for key in (str(uuid4()), "none", ""):
        told = report(telephones, now, key=key, message_id="x")
        assert actions.take_report(**told) == Verdict.UNKNOWN

    assert states(person) == {"sms": "sent"}
    assert DeliveryReportRow.objects.filter(verdict="unknown").count() == 3


def test_a_report_that_contradicts_an_earlier_one_is_kept_and_not_believed(
    person, write, choose, telephones, now
):
    choose(person, "sms", "email")
    write(person)
    actions.deliver_due(at=now)
    actions.take_report(**report(telephones, now))

    other = report(telephones, now, misdeed="undelivered")

    assert actions.take_report(**other) == Verdict.CONTRADICTS
    assert states(person) == {"sms": "delivered"}


# Zalo and SMPP


def test_zalo_gets_the_approved_wording_with_its_values(
    person, write, choose, telephones, now
):
    choose(person, "zalo", zalo_user_id="123456789")
    write(person)

    actions.deliver_due(at=now)

    (got,) = telephones.got()
    assert (got["to"], got["template"]) == ("123456789", "7001")
    assert got["data"] == {
        "code": "H49.22-260616-0001",
        "due": "17/06/2026",
        "note": "",
    }
    assert actions.take_report(**report(telephones, now)) == Verdict.TAKEN


def test_a_token_that_ended_is_renewed_once_and_kept_encrypted(
    person, write, choose, telephones, now
):
    choose(person, "zalo")
    for key in ("one", "two"):
        write(person, dedupe_key=key)
        actions.deliver_due(at=now)
    kept = ServiceTokenRow.objects.get()
    telephones._kept.access = "another, given out since"

    write(person, dedupe_key="three")
    actions.deliver_due(at=now)

    assert len(telephones.got()) == 3
    newer = ServiceTokenRow.objects.get().sealed
    assert newer != kept.sealed
    assert telephones._kept.access not in newer
    assert telephones._kept.refresh not in newer


def test_smpp_sends_in_parts_and_its_receipts_are_heard(
    person, write, choose, telephones, settings, now
):
    settings.TINHSO_SMS_URL = telephones.smpp_url
    choose(person, "sms")
    write(person, params={"code": "[€]" * 70, "due": "x", "note": ""})

    assert actions.deliver_due(at=now) == 1

    got = telephones.got()
    text = "".join(one["text"] for one in got)
    assert text == f"Ho so {'[€]' * 70}, hen tra x"
    row = DeliveryRow.objects.get(channel="sms")
    assert (row.segments, len(got)) == (3, 3)
    assert row.state == DeliveryState.DELIVERED


@pytest.mark.parametrize(
    ("misdeed", "state"),
    [("silent", "sent"), ("undelivered", "failed"), ("busy", "queued")],
)
def test_smpp_says_what_became_of_a_message(
    person, write, choose, telephones, settings, now, misdeed, state
):
    settings.TINHSO_SMS_URL = telephones.smpp_url
    telephones.misbehave(misdeed)
    choose(person, "sms", "email")
    write(person)

    actions.deliver_due(at=now, channels=[Channel.SMS])

    assert states(person)["sms"] == state


def test_a_receipt_that_came_while_nobody_listened_is_heard_later(
    person, write, choose, telephones, settings, now
):
    settings.TINHSO_SMS_URL = telephones.smpp_url
    telephones.delay = 1.3
    choose(person, "sms")
    write(person)
    actions.deliver_due(at=now)
    assert states(person) == {"sms": "sent"}
    clock.sleep(0.6)

    actions.deliver_due(at=now + timedelta(seconds=5))

    assert states(person) == {"sms": "delivered"}


def test_a_wrong_password_keeps_messages_waiting(
    person, write, choose, telephones, settings, now
):
    settings.TINHSO_SMS_URL = telephones.smpp_url.replace("key", "kay")
    choose(person, "sms")
    write(person)

    assert actions.deliver_due(at=now) == 0
    assert states(person) == {"sms": "queued"}


# Push


def add_browser(person, gateway, now, **changes):
    told = gateway.subscription(gateway.url)
    values = {"endpoint": told["endpoint"], **told["keys"], **changes}
    return actions.add_browser(**values, actor=of(person), at=now)


def test_a_browser_opens_what_was_sealed_for_it(person, write, choose, telephones, now):
    add_browser(person, telephones, now)
    choose(person, "push")
    message = write(person)

    assert actions.deliver_due(at=now) == 1

    (got,) = telephones.got()
    assert got["title"] == "Đã nhận hồ sơ H49.22-260616-0001"
    assert got["url"] == f"/tin-nhan/{message.id}"
    assert got["body"] == ""
    assert states(person) == {"push": "delivered"}


def test_a_browser_that_is_gone_is_forgotten_and_the_next_channel_taken(
    person, write, choose, telephones, postbox, now
):
    add_browser(person, telephones, now)
    choose(person, "push", "email")
    write(person)
    telephones.misbehave("gone")

    actions.deliver_due(at=now)
    actions.deliver_due(at=now)

    assert queries.subscriptions_of(person_id=person.id) == ()
    assert states(person) == {"push": "failed", "email": "delivered"}


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://127.0.0.1:8000/api/v1/",
        "https://169.254.169.254/latest/meta-data",
        "https://fcm.googleapis.com.evil.example/x",
        "https://fcm.googleapis.com:8443/x",
        "https://user@fcm.googleapis.com/x",
        "file:///etc/passwd",
        "",
    ],
)
def test_a_browser_at_no_known_service_is_refused(person, gateway, now, endpoint):
    with pytest.raises(types.PushWrong):
        add_browser(person, gateway, now, endpoint=endpoint)


def test_keys_that_are_none_are_refused(person, telephones, now):
    for changes in ({"p256dh": "AAAA"}, {"auth": "AAAA"}, {"p256dh": "é"}):
        with pytest.raises(types.PushWrong):
            add_browser(person, telephones, now, **changes)


# The database keeps the promises


def test_a_state_without_its_time_cannot_be_stored(person, write, now):
    write(person)

    for changes in (
        {"state": "sent"},
        {"state": "unconfirmed"},
        {"state": "delivered"},
        {"channel": "pigeon"},
        {"channel": "letter", "state": "sent", "sent_at": now},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            DeliveryRow.objects.update(**changes)


def test_a_worker_that_dies_leaves_its_batch_to_others(
    person, write, postbox, now, monkeypatch
):
    for key in ("one", "two", "three"):
        write(person, dedupe_key=key)
    sent = []

    class Died(BaseException):
        pass

    def die(sender, letter):
        sent.append(letter.key)
        if len(sent) == 2:
            raise Died

    with monkeypatch.context() as patch:
        patch.setattr("tinhso.notify.providers.smtp.Smtp.send", die)
        with pytest.raises(Died):
            actions.deliver_due(at=now)

    assert actions.deliver_due(at=now + timedelta(minutes=1)) == 0
    assert actions.deliver_due(at=now + timedelta(minutes=4)) == 2
    assert sorted(m["Message-ID"] for m in postbox.mails) == sorted(
        f"<{row.id}@localhost>" for row in DeliveryRow.objects.exclude(pk=sent[0])
    )
