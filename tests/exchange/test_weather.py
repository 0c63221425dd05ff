"""Bad weather (G8): messages twice, in another order, lost, spoilt; helpers away."""

import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest
from cryptography import x509
from django.db import connection

from tests.exchange.conftest import OWNER
from tests.exchange.test_proofs import verifier
from tests.exchange.test_refusals import Spy
from tinhso.exchange import actions, queries
from tinhso.exchange.types import StampsMissing

CALLS = 200


@pytest.fixture
def db(committed_db):
    """Gateways have connections of their own."""


def spoil(random, headers):
    """Change one byte of one header that matters."""
    place = random.randrange(len(headers))
    name, value = headers[place]
    at = random.randrange(len(value))
    other = "x" if value[at] != "x" else "y"
    changed = (name, value[:at] + other + value[at + 1 :])
    return [*headers[:place], changed, *headers[place + 1 :]]


def test_each_call_has_one_effect_in_any_weather(exchange, agree):
    agree()
    spy, random = Spy(exchange), Random(20260616)
    sent, spoilt, arriving = [], 0, []
    for number in range(CALLS):
        target, headers = spy.signed(f"/people/{number}", id_=f"m{number}")
        if random.random() < 0.05:
            continue  # dropped; whoever sent it knows that no answer came
        if random.random() < 0.01 or number % 67 == 0:
            arriving.append((target, spoil(random, headers)))
            spoilt += 1
            continue
        sent.append(f"/people/{number}")
        arriving += [(target, headers)] * (2 if random.random() < 0.1 else 1)
    for place in range(len(arriving) - 3):
        if random.random() < 0.1:
            other = place + random.randrange(1, 4)
            arriving[place], arriving[other] = arriving[other], arriving[place]

    with ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(lambda one: spy.send(*one), arriving))

    reached = [path for _, path, _, _ in exchange.system.heard]
    assert sorted(reached) == sorted(sent)
    refused = [reply.refused for reply in replies if reply.refused]
    assert refused.count("MessageReplayed") == len(arriving) - len(sent) - spoilt
    assert len(refused) - refused.count("MessageReplayed") == spoilt > 0
    exchange.stamp()
    anchors = [x509.load_pem_x509_certificate(actions.stamp_anchor().encode())]
    member = queries.find_member(name=OWNER)
    logged = list(queries.entries(member_id=member.id))
    assert len(logged) == 2 * len(sent) + len(refused)
    for one in random.sample(logged, 25):
        content = queries.proof_of(member_id=member.id, position=one.position)
        assert verifier.verify(content, anchors)


def test_a_lost_connection_to_the_database_loses_nothing(exchange, agree):
    agree()
    assert exchange.call(headers={"X-Road-Id": "before"}).status == 200

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    replies = [
        exchange.call(headers={"X-Road-Id": f"after {n}".replace(" ", "-")})
        for n in range(6)
    ]

    assert replies[-1].status == 200
    assert {reply.refused for reply in replies} <= {None, "LogAway"}
    kinds = [one["kind"] for one in exchange.texts(OWNER) if not one["refused"]]
    went = sum(reply.status == 200 for reply in replies) + 1
    assert kinds.count("response") >= went


def test_an_authority_that_hangs_keeps_no_call_waiting(exchange, agree, settings):
    agree()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        port = listening.getsockname()[1]
        settings.TINHSO_TIMESTAMP_URL = f"http://127.0.0.1:{port}/"
        assert exchange.call().status == 200
        became = []
        stamping = threading.Thread(target=_stamp, args=(exchange, became), daemon=True)
        stamping.start()
        accepted, _ = listening.accept()

        replies = [exchange.call() for _ in range(5)]

        assert [reply.status for reply in replies] == [200] * 5
        assert stamping.is_alive()
        accepted.close()
        stamping.join(15)
        assert became == ["StampsMissing"]


def _stamp(exchange, became):
    try:
        exchange.loop.do(exchange.owner.station.writer.stamp())
    except StampsMissing as missing:
        became.append(missing.code)
