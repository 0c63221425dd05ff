"""What stands outside the platform, played by other processes in a demonstration.

Each has a port and keys of its own. The server is told where it is by the settings it
would have for the real one. Where the settings name a real one, none is started.
"""

import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from secrets import token_urlsafe

from django.conf import settings

from tinhso.cli import exchange_demo
from tinhso.cli.telephones.gateway import FIRST_TOKEN

USUAL_PORT = 8000
SIGNING_PORT, BANK_PORT, IDENTITY_PORT, TELEPHONES_PORT = 8092, 8093, 8094, 8095
# The made-up service, then the inner and outer port of each of two gateways.
EXCHANGE_PORTS = (8096, 5580, 5500, 5581, 5501)

Words = list[str]


@dataclass
class Outside:
    """The processes by name, as they are started.

    served_at: the port of the platform. environment: of the server, which is told here
    where each of them will be. asked: a line that tries the gateways.
    """

    served_at: int
    environment: dict[str, str]
    processes: dict[str, Words] = field(default_factory=dict)
    asked: str = ""

    def port(self, usual: int) -> str:
        """Take an easy port beside the usual one; other platforms may run here."""
        return str(free_port(usual if self.served_at == USUAL_PORT else 0))

    @property
    def platform(self) -> str:
        """Name where the platform is called by machines."""
        return f"http://127.0.0.1:{self.served_at}"


def of_the_demo(served_at: int, environment: dict[str, str], at: datetime) -> Outside:
    """Tell what is started beside a demonstration; nothing beside the real platform.

    The database is up to date: members and agreements of the gateways are entered.
    """
    outside = Outside(served_at, environment)
    if settings.TINHSO_DEMO:
        for name, add in PLAYED.items():
            if settings.TINHSO_DEMO_OUTSIDE & {name, "all"}:
                add(outside, at)
    return outside


def _remote_signing(outside: Outside, at: datetime) -> None:
    if settings.TINHSO_REMOTE_SIGNING_URL:
        return
    port = outside.port(SIGNING_PORT)
    outside.environment |= {
        "TINHSO_REMOTE_SIGNING_URL": f"http://localhost:{port}",
        "TINHSO_REMOTE_SIGNING_KEY": token_urlsafe(24),
    }
    outside.processes["remote signing"] = _tinhso("signing", "demo", "--port", port)


def _bank(outside: Outside, at: datetime) -> None:
    if settings.TINHSO_PAYMENT_GATEWAY_URL:
        return
    port = outside.port(BANK_PORT)
    address = f"http://localhost:{port}"
    outside.environment |= {
        "TINHSO_PAYMENT_GATEWAY_URL": f"{address}/gateway",
        "TINHSO_PAYMENT_GATEWAY_CODE": "TINHSO01",
        "TINHSO_PAYMENT_GATEWAY_SECRET": token_urlsafe(24),
        "TINHSO_BANK_NOTICE_KEY": token_urlsafe(24),
        "TINHSO_BANK_APP_URL": f"{address}/app",
    }
    outside.processes["bank"] = _tinhso(
        *("payments", "bank", "--port", port, "--platform", outside.platform)
    )


def _identity(outside: Outside, at: datetime) -> None:
    if settings.TINHSO_NATIONAL_IDENTITY_URL:
        return
    port = outside.port(IDENTITY_PORT)
    outside.environment |= {
        "TINHSO_NATIONAL_IDENTITY_URL": f"http://localhost:{port}",
        "TINHSO_NATIONAL_IDENTITY_CLIENT": "tinhso",
        "TINHSO_NATIONAL_IDENTITY_SECRET": token_urlsafe(24),
        # Between processes of one machine only; elsewhere it is refused.
        "OAUTHLIB_INSECURE_TRANSPORT": "1",
    }
    # People come back to where they were, which is not always where it is served.
    origin = f"http://localhost:{outside.served_at}"
    origin = outside.environment.setdefault("TINHSO_ORIGIN", origin)
    outside.processes["identity"] = _tinhso(
        *("identity", "demo", "--port", port, "--platform", origin)
    )


def _telephones(outside: Outside, at: datetime) -> None:
    """Start what sends SMS and Zalo messages, and takes what browsers are told."""
    if settings.TINHSO_SMS_URL:
        return
    port = outside.port(TELEPHONES_PORT)
    address = f"http://localhost:{port}"
    outside.environment |= {
        "TINHSO_SMS_URL": address,
        "TINHSO_SMS_KEY": token_urlsafe(24),
        "TINHSO_SMS_SENDER": "TINHSO",
        "TINHSO_ZALO_URL": address,
        "TINHSO_ZALO_TOKEN_URL": address,
        "TINHSO_ZALO_APP": "demo",
        "TINHSO_ZALO_SECRET": token_urlsafe(24),
        "TINHSO_ZALO_REFRESH": FIRST_TOKEN,
        "TINHSO_PUSH_SERVICES": ",".join([*settings.TINHSO_PUSH_SERVICES, address]),
    }
    reports = f"{outside.platform}/api/v1/messages/reports"
    outside.processes["telephones"] = _tinhso(
        *("notify", "demo", "--port", port, "--reports", reports)
    )


def _exchange(outside: Outside, at: datetime) -> None:
    """Start a made-up service and the gateways of two members."""
    service, *own = [int(outside.port(port)) for port in EXCHANGE_PORTS]
    asks, owns = (own[0], own[1]), (own[2], own[3])
    ports = exchange_demo.Ports(service, asks, owns)
    outside.asked = exchange_demo.prepare(ports, at=at)
    outside.processes["made-up service"] = _tinhso(
        *("exchange", "demo", "--port", str(service))
    )
    for name, (inner, outer) in zip(exchange_demo.names(), (asks, owns), strict=True):
        where = ("--inner", f"127.0.0.1:{inner}", "--outer", f"127.0.0.1:{outer}")
        outside.processes[f"gateway {name}"] = _tinhso(
            "exchange", "serve", name, *where
        )


PLAYED: Mapping[str, Callable[[Outside, datetime], None]] = {
    "signing": _remote_signing,
    "bank": _bank,
    "identity": _identity,
    "telephones": _telephones,
    "exchange": _exchange,
}


def _tinhso(*words: str) -> Words:
    return [str(Path(sys.executable).parent / "tinhso"), *words]


def free_port(wanted: int) -> int:
    """Take the wanted port, or any other if a program listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", wanted))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
