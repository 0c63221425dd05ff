"""What happened is told to subscribers: in order, at least once, whatever they do."""

import hmac
import json
import threading
import time
from base64 import b64decode, b64encode
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.exchange.conftest import DESK, WARD
from tinhso.exchange import actions, queries
from tinhso.exchange.models import SubscriptionRow, TopicMessageRow
from tinhso.exchange.providers import webhooks
from tinhso.exchange.rules.topics import MOST_ATTEMPTS
from tinhso.exchange.types import (
    SubscriptionUnknown,
    SubscriptionWrong,
    SubsystemName,
    SubsystemUnknown,
    TopicUnknown,
)
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.ids import new_id

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
def subscribe(desk, receiver, at):
    def do(**changes):
        return actions.subscribe(
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
def publish(at):
    def do(code, *, key=None, moment=at, topic=TOPIC):
        key = key or new_id()
        actions.publish(topic=topic, key=key, body={**BODY, "code": code}, at=moment)
        return key

    return do


@pytest.fixture
def tell(at):
    def do(after=timedelta()):
        return actions.tell_subscribers(at=at + after)

    return do


def one():
    [found] = queries.subscriptions()
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
    made, _ = subscribe()
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


def test_an_ended_subscription_is_told_nothing(publish, subscribe, tell, receiver, at):
    made, _ = subscribe()
    publish("a")
    actions.end_subscription(subscription_id=made.id, actor=SYSTEM, at=at)

    assert tell().taken == 0
    with pytest.raises(SubscriptionUnknown):
        actions.replay(subscription_id=made.id, since=at, actor=SYSTEM, at=at)


def test_a_member_that_was_ended_is_told_nothing(
    publish, subscribe, tell, receiver, at
):
    made, _ = subscribe()
    publish("a")
    actions.end_member(name=WARD, actor=SYSTEM, at=at)

    assert tell().taken == 0
    assert receiver.came == []
    with pytest.raises(SubscriptionUnknown):
        actions.retry_dead(subscription_id=made.id, actor=SYSTEM, at=at)
    # What is left of it can be put away.
    actions.end_subscription(subscription_id=made.id, actor=SYSTEM, at=at)


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
def test_what_cannot_be_is_refused_by_field(subscribe, changes, field):
    with pytest.raises(SubscriptionWrong) as refusal:
        subscribe(**changes)

    assert set(refusal.value.fields) == {field}


def test_strangers_and_unknown_topics_are_refused(subscribe):
    with pytest.raises(TopicUnknown):
        subscribe(topic="persons.born")
    with pytest.raises(SubsystemUnknown):
        subscribe(consumer=SubsystemName(WARD, "khac"))


def test_the_topics_name_nobody():
    fields = {field for topic in queries.topics() for field in topic.fields}

    assert len(queries.topics()) == 4
    assert not {one for one in fields if "name" in one or "number" in one}
