"""Letters are posted once, and what rests is announced early enough."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from tests.notify.conftest import MANY, new_person, wording
from tinhso.kernel.actor import SYSTEM, Actor, ActorKind, Duty
from tinhso.kernel.clock import VIETNAM
from tinhso.kernel.errors import NotAllowed
from tinhso.kernel.packs.types import Content
from tinhso.notify import actions, queries, types
from tinhso.notify.models import DeliveryRow, MessageRow, OutageRow
from tinhso.people.types import Role
from tinhso.procedures import actions as procedures
from tinhso.procedures.types import Channel

CONTROLLER = Actor(
    kind=ActorKind.OFFICER,
    id=uuid4(),
    person_id=uuid4(),
    duties=(Duty(Role.CONTROLLER, uuid4()),),
)
CLERK = replace(CONTROLLER, duties=(Duty(Role.CLERK, uuid4()),))


@pytest.fixture
def letter(db, write, now):
    only = wording(**{**MANY, "channels": ["inbox", "letter"]})
    actions.publish_message_template(only, SYSTEM, now)
    write(new_person(residence="Tổ 1, phường Hạ Long"))
    (found,) = queries.letters_to_post()
    return found


def post(letter, now, number="ev123456789vn", actor=CONTROLLER):
    return actions.post_letter(
        delivery_id=letter.delivery_id, number=number, actor=actor, at=now
    )


def test_a_letter_is_posted_once_by_its_number(letter, now):
    assert actions.deliver_due(at=now) == 0
    for _ in range(2):
        post(letter, now)

    row = DeliveryRow.objects.get()
    assert (row.state, row.reference, row.attempts) == ("sent", "EV123456789VN", 1)
    assert queries.letters_to_post() == ()
    with pytest.raises(types.LetterPosted):
        post(letter, now, number="EV000000000VN")
    assert actions.pass_on_overdue(at=now + timedelta(days=30)) == 0


@pytest.mark.parametrize("number", ["", "x", "=1+1", "A" * 41, "é1234"])
def test_a_number_that_is_none_is_refused(letter, now, number):
    with pytest.raises(types.PostNumberWrong):
        post(letter, now, number=number)


def test_only_who_posts_letters_sees_and_posts_them(letter, now):
    with pytest.raises(NotAllowed):
        actions.print_letters(actor=CLERK, at=now)
    with pytest.raises(NotAllowed):
        post(letter, now, actor=CLERK)
    assert actions.print_letters(actor=CONTROLLER, at=now) == (letter,)


def test_what_is_no_letter_is_not_posted(letter, now):
    with pytest.raises(types.LetterNotFound):
        post(replace(letter, delivery_id=uuid4()), now)


def test_what_was_sent_is_summed_up_by_month(letter, now):
    body = {
        "key": "letter",
        "patience_minutes": 60,
        "source": "test",
        "prices": [
            {"from": "2026-01-01", "amount": 4000, "source": "test"},
            {"from": "2026-06-16", "amount": 5000, "source": "test"},
            {"from": "2026-06-17", "amount": 9000, "source": "test"},
        ],
    }
    rule = Content("test", "channels", "letter", body, 1, "x")
    assert actions.check_channel_rule(rule) == {}
    actions.publish_channel_rule(rule, SYSTEM, now)

    post(letter, now)

    (cost,) = queries.costs(since=now - timedelta(days=1))
    assert (cost.month, cost.messages, cost.amount) == ("2026-06", 1, 5000)


# Outages. Tuesday 16 June 2026; the seventh working day after is Thursday the 25th.

THURSDAY = datetime(2026, 6, 25, 22, 0, tzinfo=VIETNAM)
WHAT = {"vi": "Bảo trì máy chủ", "en": "Maintenance"}


def announce(now, **changes):
    wanted = {
        "starts_at": THURSDAY,
        "ends_at": THURSDAY + timedelta(hours=4),
        "what": WHAT,
        "unplanned": False,
        "reason": "",
        "actor": CONTROLLER,
        "at": now,
    }
    return actions.announce_outage(**{**wanted, **changes})


def test_a_planned_outage_is_announced_seven_working_days_ahead(content, now):
    early = {
        "starts_at": THURSDAY - timedelta(days=1),
        "ends_at": THURSDAY - timedelta(hours=20),
    }
    with pytest.raises(types.OutageTooSoon) as refused:
        announce(now, **early)
    assert "25/06/2026" in str(refused.value)
    assert not OutageRow.objects.exists()

    assert announce(now).is_planned
    told = announce(now, **early, unplanned=True, reason="Mất điện")
    assert not told.is_planned


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"ends_at": THURSDAY}, "ends_at"),
        ({"ends_at": THURSDAY + timedelta(days=8)}, "ends_at"),
        ({"what": {"vi": "", "en": "x"}}, "what_vi"),
        ({"what": {"vi": "x"}}, "what_en"),
        ({"unplanned": True}, "reason"),
    ],
)
def test_an_outage_that_cannot_be_is_refused_by_name(content, now, changes, field):
    with pytest.raises(types.OutageWrong) as refused:
        announce(now, **changes)

    assert field in refused.value.fields


def test_not_everybody_announces_outages(content, now):
    with pytest.raises(NotAllowed):
        announce(now, actor=CLERK)


def test_officials_and_who_waits_are_told_once(content, citizen, answers, ward, now):
    procedures.submit_dossier(
        procedure_code="1.001193",
        organization_id=ward.id,
        channel=Channel.ONLINE,
        answers=answers,
        key="waits",
        actor=citizen,
        at=now,
    )
    made = announce(now)

    told = [actions.tell_outages(at=now, limit=7) for _ in range(20)]

    messages = MessageRow.objects.filter(template__key="outage_announced")
    people = set(messages.values_list("person_id", flat=True))
    assert sum(told) == messages.count() == len(people)
    assert citizen.person_id in people
    assert max(told) == 7
    assert told[-1] == 0
    actions.end_outage(outage_id=made.id, actor=CONTROLLER, at=now)
    assert queries.outages(at=now) == ()


def test_pages_tell_of_what_is_near(content, now):
    announce(now)

    assert queries.next_outage(at=now) is None
    assert queries.next_outage(at=THURSDAY - timedelta(days=2)) is not None
    assert queries.next_outage(at=THURSDAY + timedelta(hours=3)) is not None
    assert queries.next_outage(at=THURSDAY + timedelta(hours=5)) is None
