"""The clock jumps: nothing breaks, what happened stays in order, due dates stand."""

from datetime import UTC, datetime, timedelta
from random import getrandbits
from uuid import UUID

import pytest

from tinhso.kernel import ids
from tinhso.procedures import actions, queries
from tinhso.procedures.types import Channel

HOUR, DAYS = timedelta(hours=1), timedelta(days=400)
YEAR_END = datetime(2026, 12, 31, 16, 59, 59, tzinfo=UTC)  # a second to midnight
TET = datetime(2027, 2, 6, 2, 0, tzinfo=UTC)  # the first day of the lunar year
JUMPS = {
    "an hour on": lambda now: now + HOUR,
    "an hour back": lambda now: now - HOUR,
    "400 days on": lambda now: now + DAYS,
    "400 days back": lambda now: now - DAYS,
    "the end of the year": lambda now: YEAR_END,
    "Tết": lambda now: TET,
}


@pytest.fixture
def clock(monkeypatch):
    """A clock of identifiers that can be set; they are made from it."""

    def set_to(moment):
        milliseconds = int(moment.timestamp() * 1000)

        def made():
            return UUID(int=milliseconds << 80 | 7 << 76 | 2 << 62 | getrandbits(62))

        monkeypatch.setattr(ids, "uuid7", made)

    return set_to


@pytest.fixture
def dossier(citizen, ward, answers, clock, now):
    clock(now)
    return actions.submit_dossier(
        procedure_code="1.001193",
        organization_id=ward.id,
        channel=Channel.ONLINE,
        answers=answers,
        key="before",
        actor=citizen,
        at=now,
    )


@pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS)
def test_what_happened_stays_in_the_order_of_happening(
    dossier, clerk, officer, clock, now, jump
):
    clock(jump(now))
    received = actions.take_action(
        dossier_id=dossier.id,
        action_key="receive",
        revision=dossier.revision,
        actor=clerk,
        at=jump(now),
    )
    clock(now)

    refused = actions.take_action(
        dossier_id=dossier.id,
        action_key="refuse",
        revision=received.revision,
        actor=officer,
        at=now,
        note="Không thuộc thẩm quyền.",
    )

    assert [move.action for move in refused.moves] == [
        "submit",
        "receive",
        "refuse",
    ]


@pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS)
def test_the_due_date_of_an_open_dossier_stands(dossier, citizen, clock, now, jump):
    clock(jump(now))

    seen = queries.get_dossier(dossier_id=dossier.id, actor=citizen, at=jump(now))

    assert seen.clock.due_at == dossier.clock.due_at
    assert queries.silent_dossiers(at=jump(now)) == ()


@pytest.mark.parametrize("jump", JUMPS.values(), ids=JUMPS)
def test_messages_stay_in_the_order_they_were_sent(dossier, citizen, clock, now, jump):
    for text, moment in (("một", now), ("hai", jump(now)), ("ba", now)):
        clock(moment)
        actions.send_dossier_message(
            dossier_id=dossier.id, text=text, key=text, actor=citizen, at=moment
        )

    found = queries.conversation_of(dossier_id=dossier.id, actor=citizen, at=now)
    assert [message.text for message in found.messages] == ["một", "hai", "ba"]


def test_an_identifier_after_another_sorts_after_it_though_the_clock_went_back(clock):
    late = UUID("0fffffff-ffff-7000-8000-000000000000")

    assert ids.id_after(late) > late
    assert ids.id_after(None).version == ids.id_after(late).version == 7
