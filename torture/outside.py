"""G25: each system outside is dead or slow, singly and together; intake goes on.

The platform calls six: mail, the national portal, remote signing, the authority with
its timestamps, who carries messages to telephones (SMS and Zalo), and the national
identity. Banks and gateways call the platform, and other gateways of the exchange are
called by processes of their own. In the place of each stands a port of this run that is
closed (dead), or takes connections and never answers (slow).
"""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from random import Random
from threading import Thread

import psycopg

from torture import stored
from torture.clients import ask, new_submission, send, tried
from torture.cluster import cluster, private_home
from torture.database import Citizen
from torture.figures import Figure
from torture.history import Try, judge
from torture.prepare import Prepared, environment_of, prepare
from torture.serving import Platform, free_port, platform

SYSTEMS = ("mail", "portal", "signing", "timestamp", "telephones", "identity")
EACH = {True: 8, False: 100}  # submissions in each outage
TOLD_SECONDS = 90  # until the receipt and the message in the inbox are there
SLOWEST_SECONDS = 5.0  # for one submission
MAILED = "UPDATE people_personrow SET email = 'hoa@example.org' WHERE full_name = %s"
# Something the portal must be told, of a dossier that did not come from it.
PORTAL_WAITS = """
INSERT INTO procedures_portaldossierrow
    (id, dossier_id, national_code, digest, received_at, told)
SELECT gen_random_uuid(), id, 'torture-' || code, '', now(), 1
FROM procedures_dossierrow WHERE idempotency_key = ANY(%(keys)s);
"""
PORTAL_MESSAGES = """
INSERT INTO procedures_portalmessagerow
    (id, portal_id, number, body, queued_at, next_at, attempts, last_error)
SELECT gen_random_uuid(), p.id, 1, '{}'::jsonb, now(), now(), 0, ''
FROM procedures_portaldossierrow p JOIN procedures_dossierrow d ON d.id = p.dossier_id
WHERE d.idempotency_key = ANY(%(keys)s);
"""


@dataclass
class Met:
    """What senders met in all outages."""

    tries: list[Try] = field(default_factory=list)
    slowest: float = 0.0
    late: list[str] = field(default_factory=list)
    unsaid: list[str] = field(default_factory=list)


@contextmanager
def slow(port: int) -> Iterator[None]:
    """Take connections at a port, and never answer."""
    held: list[socket.socket] = []
    with socket.create_server(("127.0.0.1", port), backlog=64) as server:
        server.settimeout(0.2)
        ends: list[bool] = []

        def take() -> None:
            while not ends:
                try:
                    held.append(server.accept()[0])
                except TimeoutError:
                    continue

        thread = Thread(target=take, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ends.append(True)
            thread.join()
            for connection in held:
                connection.close()


def measure(*, short: bool) -> Iterator[Figure]:
    """Let each system be away in each way, and all of them together."""
    ports = {system: free_port() for system in SYSTEMS}
    outages = [*([system] for system in SYSTEMS), [*SYSTEMS]]
    with private_home() as home:
        prepared = prepare(home, TINHSO_DEMO="1")
        with (
            cluster(home, prepared.url),
            platform(_environment(prepared, ports)) as served,
        ):
            with psycopg.connect(prepared.url) as connection:
                connection.execute(MAILED, ("Nguyễn Thị Hoa",))
            met = Met()
            for is_slow in (False, True):
                for away in outages:
                    name = f"{'slow' if is_slow else 'dead'} {'+'.join(away)}"
                    with ExitStack() as stack:
                        for system in away if is_slow else ():
                            stack.enter_context(slow(ports[system]))
                        _submit(met, name, prepared, served, EACH[short])
            _look(met, served)
            kept = stored.read(url=prepared.url, home=home, keys="t-%")
    found = judge(tries=met.tries, kept=kept)
    yield _figure(met, found.counts(), 2 * len(outages))


def _environment(prepared: Prepared, ports: dict[str, int]) -> dict[str, str]:
    address = {system: f"http://127.0.0.1:{port}" for system, port in ports.items()}
    return environment_of(
        prepared.home,
        DATABASE_URL=prepared.url,
        TINHSO_SMTP_URL=f"smtp://127.0.0.1:{ports['mail']}",
        TINHSO_PORTAL_URL=address["portal"],
        TINHSO_PORTAL_KEY="torture",
        TINHSO_REMOTE_SIGNING_URL=address["signing"],
        TINHSO_SIGNING_PROVIDER="folder",
        TINHSO_TIMESTAMP_URL=address["timestamp"],
        TINHSO_SMS_URL=address["telephones"],
        TINHSO_SMS_KEY="torture",
        TINHSO_ZALO_URL=address["telephones"],
        TINHSO_ZALO_TOKEN_URL=address["telephones"],
        TINHSO_ZALO_APP="torture",
        TINHSO_ZALO_SECRET="torture",  # noqa: S106 - of a port that answers nothing
        TINHSO_ZALO_REFRESH="torture",
        TINHSO_NATIONAL_IDENTITY_URL=address["identity"],
        TINHSO_NATIONAL_IDENTITY_CLIENT="torture",
        OAUTHLIB_INSECURE_TRANSPORT="1",
    )


def _submit(
    met: Met, name: str, prepared: Prepared, served: Platform, count: int
) -> None:
    """Submit; then everybody must be told in the inbox, with the receipt, in time."""
    random, keys = Random(time.time_ns()), []
    for _ in range(count):
        one = new_submission(prepared.target, random)
        response = send(served.port, prepared.target, one)
        met.tries.append(tried(one, response))
        met.slowest = max(met.slowest, response.seconds)
        keys.append(one.key)
    with psycopg.connect(prepared.url) as connection:
        connection.execute(PORTAL_WAITS, {"keys": keys})
        connection.execute(PORTAL_MESSAGES, {"keys": keys})
    deadline = time.monotonic() + TOLD_SECONDS
    while stored.waiting(prepared.url):
        if time.monotonic() > deadline:
            met.late.append(name)
            return
        time.sleep(0.5)


def _look(met: Met, served: Platform) -> None:
    """See as the citizen what is delayed: letters by mail, and one's own signature."""
    with Citizen(served.port) as citizen:
        # A letter is late after a minute.
        deadline = time.monotonic() + TOLD_SECONDS
        while "thư điện tử gửi chậm" not in citizen.page("/tin-nhan"):
            if time.monotonic() > deadline:
                met.unsaid.append("mail")
                break
            time.sleep(1)
        if "Chưa ký được" not in citizen.page(citizen.draft() + "/ky-so"):
            met.unsaid.append("signing")
    page = ask(served.port, "GET", "/tai-khoan/quoc-gia")
    if "Đăng nhập bằng cách khác" not in page.content.decode():
        met.unsaid.append("identity")


def _figure(met: Met, faults: dict[str, int], outages: int) -> Figure:
    acknowledged = sum(bool(one.code) for one in met.tries)
    for line in (*met.late, *met.unsaid):
        print(f"  {line}")
    counts: dict[str, int | float | str] = {
        "outages": outages,
        "submitted": len(met.tries),
        "acknowledged": acknowledged,
        "told_late": len(met.late),
        "unsaid": len(met.unsaid),
        **faults,
        "slowest_s": round(met.slowest, 2),
    }
    return Figure(
        "G25",
        counts,
        n=len(met.tries),
        reached=acknowledged == len(met.tries)
        and not (met.late or met.unsaid or any(faults.values()))
        and met.slowest <= SLOWEST_SECONDS,
        command="python -m torture G25",
        note=(
            f"Outside are {', '.join(SYSTEMS)} (SMS and Zalo), with the authority."
            " Banks call the platform; a population database is not connected yet."
            f" told_late: outages after which receipt or message in the inbox took more"
            f" than {TOLD_SECONDS} s. unsaid: what is delayed and no page says so."
        ),
    )
