"""What is foul is refused by name, logged on the way, and nothing of it is lost."""

import asyncio
import http.client
import json
import ssl
from base64 import b64encode
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.exchange.conftest import ADDRESS, DESK, OWNER, WARD, Reply
from tinhso.exchange import actions
from tinhso.exchange.actions.gateway import MOST_BYTES
from tinhso.exchange.providers import keys
from tinhso.exchange.rules import calls
from tinhso.exchange.types import (
    HeaderWrong,
    MemberName,
    NameWrong,
    PathWrong,
    StampsMissing,
    Use,
)
from tinhso.kernel.actor import SYSTEM
from tinhso.people import queries as people


@pytest.fixture
def db(committed_db):
    """Gateways have connections of their own."""


def refused_at(exchange, name):
    return [one["refused"] for one in exchange.texts(name) if one["refused"]]


class Spy:
    """The ward's gateway, gone bad: it sends to the owner what it likes."""

    def __init__(self, exchange, folder=None):
        station = exchange.ward.station
        self.exchange, self.station = exchange, station
        trusted = station.trusted(OWNER)
        self.context = keys.client_context(folder or station.folder, trusted)

    def send(self, target, headers, body=b"", method="GET"):
        connection = http.client.HTTPSConnection(
            "127.0.0.1", self.exchange.owner.outer_port, context=self.context, timeout=9
        )
        try:
            connection.putrequest(method, target, skip_accept_encoding=True)
            for name, value in headers:
                connection.putheader(name, value)
            if body:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body or None)
            answer = connection.getresponse()
            return Reply(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def signed(self, path="/people/1", *, body=b"", id_="spy", method="GET", **more):
        """Sign a call as the ward's gateway would; answers target and headers."""
        headers = [
            (calls.CLIENT, more.get("client", str(DESK))),
            (calls.ID, id_),
            (calls.REQUEST_ID, "r"),
            *more.get("told", []),
        ]
        target = ADDRESS + path
        call = calls.read_call(method=method, target=target, headers=headers, body=body)
        from tinhso.exchange.rules import answers  # noqa: PLC0415

        _, signature = self.station.sign(answers.parts_of_call(call))
        return target, headers + list(signature.items())


@pytest.fixture
def spy(exchange, agree):
    agree()
    return Spy(exchange)


def test_the_spy_is_let_through_where_it_does_as_it_should(spy):
    assert spy.send(*spy.signed()).status == 200


def test_without_an_agreement_nothing_goes(exchange):
    reply = exchange.call()

    assert (reply.status, reply.refused) == (403, "NoAgreement")
    assert reply.json["type"] == "Server.ClientProxy.AccessDenied"
    assert reply.headers["X-Road-Error"] == reply.json["type"]
    assert refused_at(exchange, WARD) == ["NoAgreement"]
    assert exchange.system.heard == []


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({"X-Road-Client": "VN-QN/GOV/H49.ward/khac"}, "ClientUnknown"),
        ({"X-Road-Client": "VN-QN/GOV/H49.owner/dancu"}, "ClientUnknown"),
        ({"X-Road-Client": "VN-QN/GOV"}, "NameWrong"),
        ({"X-Road-Client": "VN-QN/GOV/../motcua"}, "NameWrong"),
        ({"X-Road-Client": None}, "HeaderWrong"),
        ({"X-Road-Client": [str(DESK), "VN-QN/GOV/H49.owner/dancu"]}, "HeaderWrong"),
        ({"X-Road-Id": "a b"}, "HeaderWrong"),
        ({"X-Road-Id": "x" * 256}, "HeaderWrong"),
        ({"X-Road-UserId": "x" * 1001}, "HeaderWrong"),
        ({"X-Road-Issue": "a\x00b"}, None),
        ({"Authorization": "Bearer khac"}, "KeyWrong"),
        ({"Authorization": None}, "KeyWrong"),
        ({"Content-Encoding": "gzip"}, "HeaderWrong"),
    ],
)
def test_a_foul_header_is_refused(exchange, agree, headers, refused):
    agree()

    reply = exchange.call(headers=headers)

    assert reply.status >= 400
    # What is no HTTP at all, the server itself turns away.
    assert refused is None or reply.refused == refused
    assert exchange.system.heard == []


@pytest.mark.parametrize(
    "path",
    [
        "/people/../admin",
        "/people/%2e%2e/admin",
        "/people/%2E%2e%2fadmin",
        "/people/..%5cadmin",
        "/people/1%00",
        "/people/1;x=1",
        "/people//1",
        "/people/%zz",
        "/people/1?a=%zz",
        "/people/" + "1" * 2000,
    ],
)
def test_no_path_leads_out_of_the_service(exchange, agree, path):
    agree()

    reply = exchange.call(path)

    assert (reply.status, reply.refused) == (400, "PathWrong")
    assert exchange.system.heard == []


def test_only_agreed_operations_go(exchange, agree):
    agree(operations=["getPerson"])

    assert exchange.call("/odd/html").refused == "OperationNotAgreed"
    assert exchange.call("/unknown").refused == "OperationUnknown"
    assert exchange.call("/people/1", method="DELETE").refused == "OperationNotAgreed"
    assert exchange.call("/people/1", method="PUT").refused == "OperationUnknown"
    assert exchange.system.heard == []


def test_an_agreement_holds_on_its_days(exchange, agree, asking, at):
    later = agree(valid_from=at.date() + timedelta(days=9))
    assert exchange.call().refused == "AgreementNotYet"

    exchange.stamp()
    exchange.now.ahead = timedelta(days=12)
    assert exchange.call().status == 200

    exchange.stamp()
    exchange.now.ahead = (later.valid_to - at.date()) + timedelta(days=1)
    assert exchange.call().refused == "AgreementExpired"


def test_an_agreement_that_ends_in_flight_lets_nothing_out(exchange, agree, at):
    agreed = agree()
    exchange.system.before_answer = lambda: actions.end_agreement(
        agreement_id=agreed.id, reason="Thu hồi", actor=SYSTEM, at=at
    )

    reply = exchange.call(headers={"X-Road-Id": "late"})

    assert reply.refused == "AgreementExpired"
    assert b"0900000000" not in reply.body
    assert refused_at(exchange, OWNER) == ["AgreementExpired"]
    # The ward keeps the signed refusal.
    kept = exchange.texts(WARD)[-1]
    assert (kept["kind"], kept["signature"] is None) == ("refusal", False)


@pytest.mark.parametrize("use", [Use.TLS, Use.SIGN])
def test_a_revoked_certificate_opens_nothing_from_the_next_call_on(
    exchange, agree, at, use
):
    agree()
    assert exchange.call().status == 200
    (one,) = [
        one
        for one in exchange.ward.station.writer.directory.certificates.values()
        if one.member == WARD and one.use is use
    ]

    actions.revoke_certificate(
        fingerprint=one.fingerprint, reason="Lộ khóa", actor=SYSTEM, at=at
    )
    reply = exchange.call()

    assert reply.refused == "CertificateRevoked"
    assert len(exchange.system.heard) == 1


def test_a_revoked_certificate_of_the_owner_is_not_trusted(exchange, agree, at):
    agree()
    for one in exchange.ward.station.writer.directory.certificates.values():
        if one.member == OWNER and one.use is Use.SIGN:
            actions.revoke_certificate(
                fingerprint=one.fingerprint, reason="Lộ khóa", actor=SYSTEM, at=at
            )

    reply = exchange.call()

    assert reply.refused == "CertificateRevoked"
    assert b"Nguy" not in reply.body


def test_a_stranger_does_not_get_through_the_handshake(exchange, agree, at, tmp_path):
    agree()
    stranger = MemberName("VN-QN", "GOV", "la")
    folder = tmp_path / "stranger"
    for use in (Use.TLS, Use.SIGN):
        keys.make(folder, stranger, use, host="127.0.0.1", at=at)
    spy = Spy(exchange, folder)

    with pytest.raises((ssl.SSLError, ConnectionError)):
        spy.send(*spy.signed())

    assert exchange.system.heard == []


def test_a_gateway_that_is_not_the_owners_is_not_asked(
    exchange, agree, at, members, tmp_path
):
    """Somebody stands where the owner's gateway is said to be, with another key."""
    agree()
    folder = tmp_path / "other"
    keys.make(folder, OWNER, Use.TLS, host="127.0.0.1", at=at)
    heard = []

    async def greet(reader, writer):
        heard.append(await reader.read(10))
        writer.close()

    async def stand():
        context = keys.server_context(folder, exchange.ward.station.trusted(WARD))
        return await asyncio.start_server(greet, "127.0.0.1", 0, ssl=context)

    server = exchange.loop.do(stand())
    actions.register_member(
        name=OWNER,
        title="Chủ dữ liệu",
        organization_id=members[OWNER].id,
        gateway=f"127.0.0.1:{server.sockets[0].getsockname()[1]}",
        actor=SYSTEM,
        at=at,
    )

    reply = exchange.call()

    assert reply.refused == "CertificateUnknown"
    assert heard == []
    exchange.loop.loop.call_soon_threadsafe(server.close)


def test_another_member_cannot_call_in_the_wards_name(spy, exchange, at):
    other = MemberName("VN-QN", "GOV", "H49.other")
    ward = people.organization_by_key(key="xa_06688", on=at.date())
    actions.register_member(
        name=other,
        title="Khác",
        organization_id=ward.id,
        gateway="127.0.0.1:1",
        actor=SYSTEM,
        at=at,
    )
    actions.make_keys(name=other, actor=SYSTEM, at=at)
    exchange.loop.do(asyncio.sleep(0.3))  # the owner learns of it
    folder = spy.station.folder.parent / str(other).replace("/", "_")

    reply = Spy(exchange, folder).send(*spy.signed())

    assert reply.refused == "ClientUnknown"
    assert exchange.system.heard == []


def test_a_replayed_message_is_refused_and_done_once(spy, exchange):
    target, headers = spy.signed(id_="twice")

    assert spy.send(target, headers).status == 200
    reply = spy.send(target, headers)

    assert (reply.status, reply.refused) == (409, "MessageReplayed")
    assert len(exchange.system.heard) == 1
    assert refused_at(exchange, OWNER) == ["MessageReplayed"]


def test_an_own_system_cannot_use_an_id_twice_either(exchange, agree):
    agree()

    assert exchange.call(headers={"X-Road-Id": "twice"}).status == 200
    assert exchange.call(headers={"X-Road-Id": "twice"}).refused == "MessageReplayed"


def test_many_at_once_with_one_id_are_one(spy, exchange):
    target, headers = spy.signed(id_="storm")

    async def storm():
        loop = asyncio.get_running_loop()
        return await asyncio.gather(
            *(loop.run_in_executor(None, spy.send, target, headers) for _ in range(12))
        )

    replies = asyncio.run(storm())

    assert sorted(reply.status for reply in replies) == [200] + [409] * 11
    assert len(exchange.system.heard) == 1


def changed(name, to):
    def do(target, headers):
        return target, [(n, to if n.lower() == name else v) for n, v in headers]

    return do


TAMPERED = {
    "another path": lambda t, h: (t.replace("/people/1", "/people/2"), h),
    "a query": lambda t, h: (t + "?all=1", h),
    "another id": changed("x-road-id", "other"),
    "another user": changed("x-road-userid", "VN2"),
    "no user": lambda t, h: (t, [one for one in h if one[0] != "x-road-userid"]),
    "an issue": lambda t, h: (t, [*h, ("x-road-issue", "HS-1")]),
    "another signature": changed(
        "signature", f"xroad=:{b64encode(bytes(64)).decode()}:"
    ),
    "no signature": lambda t, h: (t, [o for o in h if o[0] != "Signature"]),
    "no input": lambda t, h: (t, [o for o in h if o[0] != "Signature-Input"]),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_a_changed_message_is_refused(spy, exchange, how):
    given = spy.signed(told=[("x-road-userid", "VN1")])

    reply = spy.send(*TAMPERED[how](*given))

    assert (reply.status, reply.refused) == (400, "SignatureWrong")
    assert exchange.system.heard == []
    assert refused_at(exchange, OWNER) == ["SignatureWrong"]


def test_a_changed_body_is_refused(spy, exchange):
    target, headers = spy.signed("/people", method="POST", body=b'{"a": 1}')

    reply = spy.send(target, headers, b'{"a": 2}', "POST")

    assert reply.refused == "SignatureWrong"
    assert exchange.system.heard == []


@pytest.mark.parametrize("sent", [-6, 6])
def test_an_old_message_or_one_of_tomorrow_is_refused(spy, exchange, sent):
    exchange.now.ahead = timedelta(minutes=30 + sent)
    given = spy.signed()

    exchange.now.ahead = timedelta(minutes=30)
    reply = spy.send(*given)

    assert reply.refused == "MessageOld"


def test_a_request_that_is_too_large_is_refused(exchange, agree):
    agree()

    reply = exchange.call("/people", method="POST", body=b"x" * (MOST_BYTES + 1))

    assert (reply.status, reply.refused) == (413, "MessageTooLarge")
    assert exchange.system.heard == []


@pytest.mark.parametrize(
    ("what", "refused"),
    [
        ("endless", "AnswerTooLarge"),
        ("never", "AnswerLate"),
        ("short", "AnswerWrong"),
        ("html", "AnswerNotJson"),
        ("lies", "AnswerNotJson"),
        ("nan", "AnswerNotJson"),
        ("deep", "AnswerNotJson"),
        ("zipped", "AnswerNotJson"),
    ],
)
def test_a_service_that_misbehaves_is_refused(exchange, agree, what, refused):
    agree()

    reply = exchange.call(f"/odd/{what}")

    assert reply.refused == refused
    assert b"0900000000" not in reply.body
    assert refused_at(exchange, OWNER) == [refused]
    # Of ten gigabytes only what fits into buffers was ever sent.
    assert exchange.system.sent < 20 * 2**20


def test_an_error_of_the_service_leaves_with_the_agreed_fields_only(exchange, agree):
    agree()

    reply = exchange.call("/odd/error")

    assert (reply.status, reply.json) == (404, {"name": "An"})


def test_headers_of_the_service_do_not_leave(exchange, agree):
    agree()

    reply = exchange.call("/odd/headers")

    assert (reply.status, reply.refused) == (200, None)
    assert not {"Set-Cookie", "X-Secret", "Location"} & set(reply.headers)
    assert reply.headers["X-Road-Request-Hash"] != "lie"


def test_an_answer_that_leads_elsewhere_is_not_followed(exchange, agree):
    agree()

    reply = exchange.call("/odd/away")

    assert (reply.status, reply.json) == (302, {})
    assert "Location" not in reply.headers


def test_no_more_calls_go_than_were_agreed(exchange, agree):
    agree(per_minute=100, per_day=3)

    replies = [exchange.call() for _ in range(5)]

    assert [reply.status for reply in replies] == [200] * 3 + [429] * 2
    assert replies[-1].refused == "QuotaUsedUp"
    assert len(exchange.system.heard) == 3


def test_a_service_that_is_away_is_left_alone_and_tried_again(exchange, agree, offer):
    agree()
    offer(address="http://127.0.0.1:1")
    for _ in range(6):
        assert exchange.call().refused == "ServiceAway"

    offer(address=exchange.system.address)
    assert exchange.call().refused == "ServiceAway"  # not even asked
    assert exchange.system.heard == []

    exchange.now.ahead = timedelta(seconds=25)
    assert exchange.call().status == 200
    assert exchange.call().status == 200


def test_without_time_stamps_for_hours_nothing_is_exchanged(
    exchange, agree, monkeypatch
):
    agree()
    assert exchange.call().status == 200

    def none(self, data, *, at):
        raise StampsMissing

    with monkeypatch.context() as patch:
        patch.setattr("tinhso.exchange.providers.stamps.DemoAuthority.stamp", none)
        exchange.now.ahead = timedelta(hours=3.9)
        with pytest.raises(StampsMissing):
            exchange.stamp()
        assert exchange.call().status == 200
        exchange.now.ahead = timedelta(hours=4.1)
        reply = exchange.call()
    assert (reply.status, reply.refused) == (503, "StampsMissing")
    assert "TimestamperFailed" in reply.headers["X-Road-Error"]

    exchange.stamp()
    assert exchange.call().status == 200


PARTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(PARTS, PARTS, PARTS)
@example("..", "people", "a=1")
@example("people", "%2e%2e", "")
def test_no_target_is_read_as_another_one(first, second, query):
    """Whatever comes, it is refused by name or stands as it came."""
    target = f"{ADDRESS}/{first}/{second}?{query}"
    try:
        call = calls.read_call(
            method="GET",
            target=target,
            headers=[("X-Road-Client", str(DESK))],
            body=b"",
        )
    except (PathWrong, NameWrong, HeaderWrong):
        return
    assert call.target == target
    assert ".." not in call.rest.split("/")
    assert "\n" not in target
    assert json.dumps(call.rest)
