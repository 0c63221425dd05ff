"""What happened is told to subscribers: approved, in order, at least once."""

import hmac
import json
import threading
import time
from base64 import b64decode, b64encode
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import IntegrityError, transaction

from tests.exchange.conftest import DESK, OWNER, WARD
from tinhso.exchange import actions, queries
from tinhso.exchange.models import SubscriptionRow, TopicMessageRow
from tinhso.exchange.providers import webhooks
from tinhso.exchange.rules.topics import MOST_ATTEMPTS
from tinhso.exchange.types import (
    AgreementState,
    SubscriptionDecided,
    SubscriptionNeedsSecond,
    SubscriptionTwice,
    SubscriptionUnknown,
    SubscriptionWrong,
    SubsystemName,
    SubsystemUnknown,
    TopicUnknown,
)
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM, Actor, ActorKind, Duty
from tinhso.kernel.errors import NotAllowed
from tinhso.kernel.ids import new_id
from tinhso.people import queries as people
from tinhso.people.types import Role

TOPIC = "dossier.moved"
BODY = {"code": "H49-1", "procedure": "1.001193", "action": "receive", "status": 4}
LATER = timedelta(hours=2)


class Receiver:
    """A system that takes messages, or does not; it keeps what came, by id."""

    def __init__(self):
        self.status, self.came, self.lock = 200, [], threading.Lock()
        self.length = 0  # of its answer, said slowly
        handler = type("Handler", (_Handler,), {"receiver": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        thread.start()
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/hook"

    @property
    def codes(self):
        """The codes of what was taken, each once, in the order of the first coming."""
        seen = {name: body["data"]["code"] for name, body in self.came}
        return list(seen.values())

    def stop(self):
        self.server.shutdown()
        self.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    receiver: Receiver

    def do_POST(self):
        content = self.rfile.read(int(self.headers["Content-Length"]))
        with self.receiver.lock:
            self.receiver.headers, self.receiver.content = self.headers, content
            if self.receiver.status == 200:
                name = self.headers["webhook-id"]
                self.receiver.came.append((name, json.loads(content)))
            self.send_response(self.receiver.status)
        self.send_header("Content-Length", str(self.receiver.length))
        self.end_headers()
        for _ in range(self.receiver.length):
            time.sleep(0.1)
            self.wfile.write(b".")

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver():
    made = Receiver()
    yield made
    made.stop()


@pytest.fixture
def serving():
    """An officer with a role at an organization."""

    def do(role, organization):
        return Actor(
            kind=ActorKind.OFFICER,
            id=new_id(),
            person_id=new_id(),
            duties=(Duty(role, organization.id),),
        )

    return do


@pytest.fixture
def head(members, serving, at):
    """Who heads the agency that answers for the topics: the province's."""
    return serving(Role.LEADER, people.organization_by_key(key="ubnd_tinh", on=at))


@pytest.fixture
def ask(desk, receiver, at):
    def do(**changes):
        return actions.ask_subscription(
            **{
                "consumer": DESK,
                "topic": TOPIC,
                "address": receiver.url,
                "fields": ["code", "status"],
                "purpose": "Báo trạng thái",
                "source": "NĐ 47/2020/NĐ-CP",
                "actor": SYSTEM,
                "at": at,
                **changes,
            }
        )

    return do


@pytest.fixture
def subscribe(ask, head, at):
    """Ask, and have it approved."""

    def do(**changes):
        made, secret = ask(**changes)
        done = actions.approve_subscription(subscription_id=made.id, actor=head, at=at)
        return done, secret

    return do


@pytest.fixture
def publish(at):
    def do(code, *, key=None, moment=at, topic=TOPIC):
        key = key or new_id()
        actions.publish(topic=topic, key=key, body={**BODY, "code": code}, at=moment)
        return key

    return do


@pytest.fixture
def end(at):
    def do(made, *, actor=SYSTEM, reason="Hết việc"):
        return actions.end_subscription(
            subscription_id=made.id, reason=reason, actor=actor, at=at
        )

    return do


@pytest.fixture
def tell(at):
    def do(after=timedelta()):
        return actions.tell_subscribers(at=at + after)

    return do


def one():
    [found] = queries.subscriptions(on=clock.local(clock.now()).date())
    return found


def test_a_subscriber_is_told_in_order_from_now_on(publish, subscribe, tell, receiver):
    publish("before")
    subscribe()
    for code in ("a", "b", "c"):
        publish(code)

    told = tell()

    assert receiver.codes == ["a", "b", "c"]
    assert (told.taken, told.failed) == (3, 0)
    assert tell().taken == 0
    assert one().waiting == 0


def test_only_the_agreed_fields_are_told_and_nothing_of_other_topics(
    publish, subscribe, tell, receiver
):
    subscribe()
    publish("a")
    publish("x", topic="dossier.submitted")
    tell()

    [(_, body)] = receiver.came
    assert body["data"] == {"code": "a", "status": 4}
    assert body["type"] == TOPIC


def test_a_message_is_signed_as_standard_webhooks_say(
    publish, subscribe, tell, receiver, at
):
    _, secret = subscribe()
    key = publish("a")
    tell()

    head = receiver.headers
    signed = f"{head['webhook-id']}.{head['webhook-timestamp']}.".encode()
    mac = hmac.new(b64decode(secret.removeprefix("whsec_")), None, "sha256")
    mac.update(signed + receiver.content)
    assert head["webhook-signature"] == f"v1,{b64encode(mac.digest()).decode()}"
    assert head["webhook-id"] == str(key)
    assert abs(int(head["webhook-timestamp"]) - at.timestamp()) < 2


def test_what_is_published_twice_is_told_once(publish, subscribe, tell, receiver):
    subscribe()
    key = publish("a")
    publish("a", key=key)
    tell()

    assert len(receiver.came) == 1


@pytest.mark.parametrize("status", [500, 404, 302])
def test_a_receiver_that_fails_keeps_its_place(
    publish, subscribe, tell, receiver, status
):
    subscribe()
    publish("a")
    publish("b")
    receiver.status = status

    assert tell().failed == 1
    # Not before it is due again.
    assert tell() == tell()
    assert (one().attempts, one().waiting) == (1, 2)
    assert one().last_error == f"HTTP {status}"
    receiver.status = 200
    assert tell(LATER).taken == 2
    assert receiver.codes == ["a", "b"]


def test_a_receiver_that_is_gone_loses_nothing(publish, subscribe, tell, receiver):
    subscribe()
    receiver.stop()
    publish("a")

    assert tell().failed == 1
    assert one().last_error == "ConnectError"
    assert one().waiting == 1


def test_a_receiver_that_never_ends_its_answer_is_not_waited_for(
    publish, subscribe, tell, receiver, monkeypatch
):
    monkeypatch.setattr(webhooks, "MOST_SECONDS", 0.5)
    subscribe()
    publish("a")
    receiver.length = 60
    begun = time.monotonic()

    assert tell().failed == 1
    assert time.monotonic() - begun < 3
    assert one().last_error == "answer without end"


def test_one_that_never_takes_a_message_gets_the_next_ones(
    publish, subscribe, tell, receiver, at
):
    made, _ = subscribe()
    publish("poison")
    receiver.status = 500
    for number in range(MOST_ATTEMPTS):
        tell(LATER * (number + 1))
    receiver.status = 200
    publish("b")

    tell(LATER * (MOST_ATTEMPTS + 2))

    assert receiver.codes == ["b"]
    assert one().dead == 1
    [dead] = queries.dead_letters()
    assert dead.body["code"] == "poison"
    assert actions.retry_dead(subscription_id=made.id, actor=SYSTEM, at=at) == 1
    assert receiver.codes == ["b", "poison"]
    assert one().dead == 0


def test_a_crash_after_the_answer_tells_again_with_the_same_id(
    publish, subscribe, tell, receiver
):
    subscribe()
    publish("a")
    tell()
    # As if the process had died before it wrote down that the message was taken.
    SubscriptionRow.objects.update(position=TopicMessageRow.objects.get().number - 1)
    tell()

    assert len(receiver.came) == 2
    assert len({name for name, _ in receiver.came}) == 1
    assert receiver.codes == ["a"]


def test_what_happened_since_a_day_is_told_again(
    publish, subscribe, tell, receiver, at
):
    made, _ = subscribe(since=at - timedelta(days=20))
    publish("old", moment=at - timedelta(days=9))
    publish("new")
    tell()
    receiver.came.clear()

    count = actions.replay(
        subscription_id=made.id, since=at - timedelta(days=1), actor=SYSTEM, at=at
    )

    assert count == 1
    tell()
    assert receiver.codes == ["new"]
    nothing = actions.replay(
        subscription_id=made.id, since=at + timedelta(days=1), actor=SYSTEM, at=at
    )
    assert nothing == 0


def test_one_that_fails_keeps_no_other_waiting(publish, subscribe, tell, receiver, at):
    other = Receiver()
    subscribe()
    subscribe(address=other.url)
    receiver.status = 500
    publish("a")

    tell()

    assert other.codes == ["a"]
    other.stop()


def test_an_ended_subscription_is_told_nothing(publish, subscribe, tell, end, at):
    made, _ = subscribe()
    publish("a")
    end(made)

    assert tell().taken == 0
    with pytest.raises(SubscriptionUnknown):
        actions.replay(subscription_id=made.id, since=at, actor=SYSTEM, at=at)


def test_a_member_that_was_ended_is_told_nothing(
    publish, subscribe, tell, receiver, end, at
):
    made, _ = subscribe()
    publish("a")
    actions.end_member(name=WARD, actor=SYSTEM, at=at)

    assert tell().taken == 0
    assert receiver.came == []
    with pytest.raises(SubscriptionUnknown):
        actions.retry_dead(subscription_id=made.id, actor=SYSTEM, at=at)
    # What is left of it can be put away.
    end(made)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"address": "http://stranger.example/"}, "address"),
        ({"address": "https://a b/"}, "address"),
        ({"address": "file:///etc/passwd"}, "address"),
        ({"address": "https://user@host/"}, "address"),
        ({"fields": []}, "fields"),
        ({"fields": ["name"]}, "fields"),
        ({"purpose": " "}, "purpose"),
        ({"source": ""}, "source"),
    ],
)
def test_what_cannot_be_is_refused_by_field(ask, changes, field):
    with pytest.raises(SubscriptionWrong) as refusal:
        ask(**changes)

    assert set(refusal.value.fields) == {field}


def test_strangers_and_unknown_topics_are_refused(ask):
    with pytest.raises(TopicUnknown):
        ask(topic="persons.born")
    with pytest.raises(SubsystemUnknown):
        ask(consumer=SubsystemName(WARD, "khac"))


def test_nothing_is_told_before_it_is_approved(publish, ask, head, tell, receiver, at):
    made, _ = ask()
    publish("a", moment=at - timedelta(minutes=1))

    assert tell(LATER).taken == 0
    assert (one().state, one().waiting) == (AgreementState.ASKED, 0)
    for handing in (actions.retry_dead, actions.replay):
        more = {"since": at} if handing is actions.replay else {}
        with pytest.raises(SubscriptionUnknown):
            handing(subscription_id=made.id, actor=SYSTEM, at=at, **more)

    actions.approve_subscription(subscription_id=made.id, actor=head, at=at)
    publish("b")
    tell(LATER)
    assert receiver.codes == ["b"]


def test_what_happened_before_is_told_from_the_day_that_was_asked_for(
    publish, ask, head, tell, receiver, at
):
    publish("old", moment=at - timedelta(days=9))
    publish("new", moment=at - timedelta(days=1))
    made, _ = ask(since=at - timedelta(days=2))
    actions.approve_subscription(subscription_id=made.id, actor=head, at=at)

    assert one().waiting == 1
    tell()
    assert receiver.codes == ["new"]


def test_what_happened_before_and_comes_late_is_not_told(
    publish, subscribe, tell, receiver, at
):
    subscribe()
    publish("late", moment=at - timedelta(minutes=1))
    publish("a")

    assert one().waiting == 1
    tell()
    assert receiver.codes == ["a"]


def test_telling_again_does_not_reach_behind_the_approval(
    publish, subscribe, tell, receiver, at
):
    publish("before", moment=at - timedelta(days=1))
    made, _ = subscribe()
    publish("a")
    tell()

    count = actions.replay(
        subscription_id=made.id, since=at - timedelta(days=9), actor=SYSTEM, at=at
    )

    assert count == 1
    tell()
    assert receiver.codes == ["a"]


def test_who_asked_does_not_approve_be_it_a_person_or_a_command(
    ask, members, serving, at
):
    root = people.organization_by_key(key="ubnd_tinh", on=at)
    # Heads both sides.
    both = Actor(
        kind=ActorKind.OFFICER,
        person_id=new_id(),
        duties=(
            Duty(Role.LEADER, root.id),
            Duty(Role.LEADER, members[WARD].id),
        ),
    )
    for asking in (both, SYSTEM):
        made, _ = ask(actor=asking, address=f"https://{asking.kind}.example/")
        with pytest.raises(SubscriptionNeedsSecond):
            actions.approve_subscription(subscription_id=made.id, actor=asking, at=at)


def test_only_heads_of_the_owner_decide_and_strangers_know_nothing(
    ask, head, members, serving, at
):
    made, _ = ask()
    root = people.organization_by_key(key="ubnd_tinh", on=at)
    by = {"subscription_id": made.id, "at": at}

    for nosy in (serving(Role.CLERK, root), serving(Role.LEADER, members[WARD])):
        with pytest.raises(NotAllowed):
            actions.approve_subscription(actor=nosy, **by)
        with pytest.raises(NotAllowed):
            actions.refuse_subscription(actor=nosy, reason="Không", **by)
    away = serving(Role.LEADER, members[OWNER])
    with pytest.raises(SubscriptionUnknown):
        actions.approve_subscription(actor=away, **by)
    with pytest.raises(NotAllowed):
        ask(actor=away, address="https://away.example/")
    assert actions.approve_subscription(actor=head, **by).decided_by == head.person_id


def test_a_refusal_has_a_reason_and_ends_the_matter(ask, head, end, publish, tell, at):
    made, _ = ask()
    by = {"subscription_id": made.id, "actor": head, "at": at}

    with pytest.raises(SubscriptionWrong):
        actions.refuse_subscription(reason=" ", **by)
    refused = actions.refuse_subscription(reason="Chưa rõ", **by)

    assert (refused.state, refused.reason) == (AgreementState.REFUSED, "Chưa rõ")
    publish("a")
    assert tell().taken == 0
    for again in (actions.approve_subscription, actions.refuse_subscription):
        more = {"reason": "x"} if again is actions.refuse_subscription else {}
        with pytest.raises(SubscriptionDecided):
            again(**by, **more)
    with pytest.raises(SubscriptionDecided):
        end(made)
    # It may be asked for again.
    ask()


@pytest.mark.parametrize("side", [WARD, None])
def test_either_side_ends_it_with_a_reason(
    subscribe, end, head, members, serving, side
):
    made, _ = subscribe()
    actor = serving(Role.CASE_OFFICER, members[side]) if side else head

    with pytest.raises(SubscriptionWrong):
        end(made, actor=actor, reason="")
    with pytest.raises(NotAllowed):
        end(made, actor=serving(Role.CLERK, members[WARD]))
    with pytest.raises(SubscriptionUnknown):
        end(made, actor=serving(Role.LEADER, members[OWNER]))
    assert end(made, actor=actor).state is AgreementState.ENDED
    with pytest.raises(SubscriptionDecided):
        end(made, actor=actor)


def test_what_was_asked_for_is_taken_back(ask, end, head, at):
    made, _ = ask()
    end(made)

    with pytest.raises(SubscriptionDecided):
        actions.approve_subscription(subscription_id=made.id, actor=head, at=at)
    assert queries.subscriptions(on=at.date()) == ()


def test_a_receiver_subscribes_once_until_it_ends(ask, subscribe, end):
    made, _ = subscribe()

    with pytest.raises(SubscriptionTwice):
        ask()
    ask(topic="dossier.submitted", fields=["code"])
    end(made)
    ask()


@pytest.mark.parametrize(
    ("changes", "promise"),
    [
        ({"state": "asked"}, "state_and_dates_agree"),
        ({"state": "refused"}, "state_and_dates_agree"),
        ({"state": "ended"}, "state_and_dates_agree"),
        ({"state": "told"}, "state_and_dates_agree"),
        ({"decided_at": None}, "state_and_dates_agree"),
        ({"since": None}, "state_and_dates_agree"),
        ({"position": -1}, "has_a_place"),
        ({"attempts": -1}, "has_a_place"),
    ],
)
def test_the_database_keeps_what_a_subscription_promises(subscribe, changes, promise):
    subscribe()

    with pytest.raises(IntegrityError, match=promise), transaction.atomic():
        SubscriptionRow.objects.update(**changes)


def test_the_database_lets_nobody_approve_their_own_nor_a_receiver_twice(subscribe):
    made, _ = subscribe()
    row = SubscriptionRow.objects.get(pk=made.id)

    with pytest.raises(IntegrityError, match="two_people"), transaction.atomic():
        SubscriptionRow.objects.update(asked_by=row.decided_by)
    row.pk = new_id()
    with pytest.raises(IntegrityError, match="a_receiver"), transaction.atomic():
        row.save(force_insert=True)


def test_the_topics_name_nobody():
    fields = {field for topic in queries.topics() for field in topic.fields}

    assert len(queries.topics()) == 4
    assert not {one for one in fields if "name" in one or "number" in one}
