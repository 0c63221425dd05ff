"""Calls through two gateways, over real sockets and real TLS."""

import json
from base64 import b64encode
from hashlib import sha512

import pytest

from tests.exchange.conftest import DESK, OWNER, SERVICE, WARD
from tinhso.exchange import queries
from tinhso.exchange.queries.log import HAND_OVER
from tinhso.kernel.audit.models import JournalEntry


@pytest.fixture
def db(committed_db):
    """Gateways have connections of their own."""


def test_an_agreed_call_brings_the_agreed_fields(exchange, agree):
    agree()

    reply = exchange.call(headers={"X-Road-Id": "one", "X-Road-UserId": "VN1"})

    assert reply.status == 200, reply.body
    assert reply.json == {
        "name": "Nguyễn Văn Mô Phỏng",
        "address": {"ward": "Hạ Long"},
        "children": [{"name": "Bé A"}, {"name": "Bé B"}],
    }
    assert reply.headers["X-Road-Client"] == str(DESK)
    assert reply.headers["X-Road-Service"] == str(SERVICE)
    assert reply.headers["X-Road-Id"] == "one"
    method, path, headers, _ = exchange.system.heard[0]
    assert (method, path) == ("GET", "/people/022195999001")
    assert headers["x-road-client"] == str(DESK)
    assert headers["x-road-userid"] == "VN1"
    assert "authorization" not in {name.lower() for name in headers}


def test_both_sides_log_the_same_signatures(exchange, agree):
    agree()

    reply = exchange.call(headers={"X-Road-Id": "one"})

    ours, theirs = exchange.texts(WARD), exchange.texts(OWNER)
    assert [one["kind"] for one in ours] == ["request", "response"]
    assert [one["kind"] for one in theirs] == ["request", "response"]
    for mine, their in zip(ours, theirs, strict=True):
        assert mine["signature"] == their["signature"]
        assert mine["base"] == their["base"]
        assert mine["key"] == their["key"]
    assert ours[0]["key"] != ours[1]["key"]
    hashed = sha512(ours[0]["base"].encode()).digest()
    assert reply.headers["X-Road-Request-Hash"] == b64encode(hashed).decode()


def test_a_body_goes_through_and_is_hashed(exchange, agree):
    agree()
    body = json.dumps({"name": "Ạ" * 1000}).encode()

    reply = exchange.call(
        "/people",
        method="POST",
        body=body,
        headers={"Content-Type": "application/json"},
    )

    assert reply.status == 200, reply.body
    assert exchange.system.heard[0][3] == body


def test_the_person_sees_who_read_about_them(exchange, agree, citizen):
    agreed = agree()

    exchange.call(headers={"X-Road-Id": "one"})

    entry = JournalEntry.objects.get(deed=HAND_OVER)
    assert entry.subject_id == citizen.person_id
    assert entry.details == {"agreement": str(agreed.id), "message": "one"}
    (read,) = queries.reads_of(actor=citizen)
    assert read.purpose == agreed.purpose
    assert read.system == "Một cửa phường Hạ Long"


def test_usage_is_counted_by_agreement(exchange, agree, at):
    agreed = agree()

    for _ in range(3):
        exchange.call()
    exchange.call("/odd/html")

    (used,) = queries.usage(agreement_ids=[agreed.id], since=at)
    assert (used.calls, used.refused) == (3, 1)
    assert used.p50 is not None
