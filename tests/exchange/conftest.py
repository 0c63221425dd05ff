"""Two members with gateways on loopback, over real TLS, and a service behind one."""

import asyncio
import http.client
import json
import threading
from dataclasses import dataclass
from datetime import timedelta

import pytest

from tests.exchange.service import DOCUMENT, System
from tinhso.exchange import actions, queries
from tinhso.exchange.actions.gateway import Gateway
from tinhso.exchange.types import MemberName, ServiceName, SubsystemName
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.people import queries as people

WARD = MemberName("VN-QN", "GOV", "H49.ward")
OWNER = MemberName("VN-QN", "GOV", "H49.owner")
DESK = SubsystemName(WARD, "motcua")
SERVICE = ServiceName(SubsystemName(OWNER, "dancu"), "population")
ADDRESS = f"/r1/{SERVICE}"
ALL = ["getPerson", "findPeople", "odd"]


class Clock:
    """The real time, for TLS goes by it; a test may move it on."""

    def __init__(self):
        self.ahead = timedelta()

    def __call__(self):
        return clock.now() + self.ahead


class Loop:
    """An event loop in a thread of its own."""

    def __init__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()

    def do(self, what):
        return asyncio.run_coroutine_threadsafe(what, self.loop).result(30)

    def stop(self):
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join()
        self.loop.close()


@dataclass(frozen=True)
class Reply:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def refused(self):
        """The name of the refusal, None where there is none."""
        return self.json["detail"] if self.headers["X-Road-Error"] else None


@pytest.fixture
def at():
    return clock.now()


@pytest.fixture
def members(ward, at):
    """Two members that know each other; not yet any gateway."""
    owner = people.organization_by_key(key="xa_06685", on=at.date())
    for name, title, organization in (
        (WARD, "Phường Hạ Long", ward),
        (OWNER, "Chủ dữ liệu dân cư (mô phỏng)", owner),
    ):
        actions.register_member(
            name=name,
            title=title,
            organization_id=organization.id,
            gateway="127.0.0.1:1",
            actor=SYSTEM,
            at=at,
        )
    return {WARD: ward, OWNER: owner}


@pytest.fixture
def desk(members, at):
    """The asking subsystem, and its key."""
    return actions.register_subsystem(
        name=DESK, title="Một cửa phường Hạ Long", actor=SYSTEM, at=at
    )


@pytest.fixture
def offer(members, at):
    """Offer the service; anything of it may be otherwise."""
    actions.register_subsystem(
        name=SERVICE.subsystem, title="Dân cư", actor=SYSTEM, at=at
    )

    def do(**more):
        given = {
            "name": SERVICE,
            "title": "Tra cứu dân cư (mô phỏng)",
            "address": "http://127.0.0.1:1",
            "document": DOCUMENT,
            "about": "path:number",
            "most_bytes": 100_000,
            "seconds": 1.0,
            "actor": SYSTEM,
            "at": at,
        }
        return actions.register_service(**given | more)

    return do


@pytest.fixture
def asking(desk, offer, at):
    """Ask for an agreement; anything of it may be otherwise."""
    service = offer()

    def do(**more):
        given = {
            "consumer_id": desk[0].id,
            "service_id": service.id,
            "operations": ALL,
            "fields": ["name", "address.ward", "children[].name"],
            "purpose": "Điền sẵn hồ sơ một cửa",
            "source": "NĐ 47/2020/NĐ-CP",
            "valid_from": clock.local(at).date() - timedelta(days=1),
            "valid_to": clock.local(at).date() + timedelta(days=30),
            "per_minute": 1000,
            "per_day": 10_000,
            "actor": SYSTEM,
            "at": at,
        }
        return actions.ask_agreement(**given | more)

    return do


@pytest.fixture
def agree(asking, at):
    def do(**more):
        asked = asking(**more)
        return actions.approve_agreement(agreement_id=asked.id, actor=SYSTEM, at=at)

    return do


class Exchange:
    """Both gateways, running."""

    def __init__(self, loop, gateways, system, key, now):
        self.loop, self.gateways, self.system = loop, gateways, system
        self.key, self.now = key, now
        self.owner = gateways[OWNER]
        self.ward = gateways[WARD]

    def call(
        self,
        path="/people/022195999001",
        *,
        method="GET",
        headers=(),
        body=None,
        **more,
    ):
        """Call as the desk does; a header of None leaves it out."""
        given = {
            "X-Road-Client": str(DESK),
            "Authorization": f"Bearer {self.key}",
            **dict(headers),
            **more,
        }
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.ward.inner_port, timeout=20
        )
        try:
            connection.putrequest(method, ADDRESS + path, skip_accept_encoding=True)
            for name, value in given.items():
                for one in value if isinstance(value, list) else [value]:
                    if one is not None:
                        connection.putheader(name, one)
            if body is not None:
                connection.putheader("Content-Length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return Reply(answer.status, answer.headers, answer.read())
        finally:
            connection.close()

    def texts(self, name):
        member = queries.find_member(name=name)
        return [json.loads(one.text) for one in queries.entries(member_id=member.id)]

    def stamp(self):
        for gateway in self.gateways.values():
            self.loop.do(gateway.station.writer.stamp())


@pytest.fixture
def exchange(members, desk, offer, agree, at, settings):
    """Both gateways with an agreement, and the service behind the owner's."""
    system, now, loop = System(), Clock(), Loop()
    offer(address=system.address)
    gateways = {}
    for name in (WARD, OWNER):
        actions.make_keys(name=name, actor=SYSTEM, at=at)
    for name in (OWNER, WARD):
        gateways[name] = Gateway(
            name=name, now=now, stamp_seconds=3600, refresh_seconds=0.05
        )
        loop.do(gateways[name].start())
        actions.register_member(
            name=name,
            title=str(name),
            organization_id=members[name].id,
            gateway=f"127.0.0.1:{gateways[name].outer_port}",
            actor=SYSTEM,
            at=at,
        )
    loop.do(gateways[WARD].station.writer.refresh())
    yield Exchange(loop, gateways, system, desk[1], now)
    for gateway in gateways.values():
        loop.do(gateway.stop())
    loop.stop()
    system.stop()
