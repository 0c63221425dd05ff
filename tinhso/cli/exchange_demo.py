"""The exchange of a demonstration: two members, a service of made-up people."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import click

from tinhso.cli import demo
from tinhso.cli.output import answer, json_option
from tinhso.exchange import actions, queries
from tinhso.exchange.types import (
    AgreementState,
    ServiceName,
    SubsystemName,
    read_member,
)
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.clock import local
from tinhso.people import queries as people

FILE = "exchange.yaml"
DAYS = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Ports:
    """Where everything listens: the service, and each gateway's two ports."""

    service: int
    asks: tuple[int, int]
    owns: tuple[int, int]


def prepare(ports: Ports, *, at: datetime) -> str:
    """Register the members and agree; answer the line that tries it."""
    content = demo.read(FILE)
    by: dict[str, Any] = {"actor": SYSTEM, "at": at}
    for side, port in (("asks", ports.asks[1]), ("owns", ports.owns[1])):
        _member(content["members"][side], port, at)
    system = SubsystemName(_name(content, "asks"), content["system"]["code"])
    made, key = actions.register_subsystem(
        name=system, title=content["system"]["title"], **by
    )
    owner = SubsystemName(_name(content, "owns"), content["owner"]["code"])
    actions.register_subsystem(name=owner, title=content["owner"]["title"], **by)
    offered = content["service"]
    service = actions.register_service(
        name=ServiceName(owner, offered["code"]),
        title=offered["title"],
        address=f"http://127.0.0.1:{ports.service}",
        document=content["document"],
        about=offered["about"],
        is_sandbox=True,
        **by,
    )
    known = queries.directory().agreements.get((system, service.name), ())
    if not any(one.state is AgreementState.APPROVED for one in known):
        asked = actions.ask_agreement(
            **content["agreement"],
            consumer_id=made.id,
            service_id=service.id,
            valid_from=local(at).date(),
            valid_to=local(at).date() + DAYS,
            **by,
        )
        actions.approve_agreement(agreement_id=asked.id, **by)
    number = demo.read("people.yaml")["people"][0]["personal_number"]
    return (
        f"curl -H 'X-Road-Client: {system}' -H 'Authorization: Bearer {key}'"
        f" http://127.0.0.1:{ports.asks[0]}/r1/{service.name}/people/{number}"
    )


def names() -> tuple[str, str]:
    """Name the member that asks and the one that owns."""
    content = demo.read(FILE)
    return str(_name(content, "asks")), str(_name(content, "owns"))


def _name(content: Mapping[str, Any], side: str) -> Any:
    return read_member(text=content["members"][side]["name"])


def _member(row: Mapping[str, Any], port: int, at: datetime) -> None:
    name = read_member(text=row["name"])
    unit = people.organization_by_key(key=row["unit"], on=local(at).date())
    actions.register_member(
        name=name,
        title=row["title"],
        organization_id=unit.id,
        gateway=f"127.0.0.1:{port}",
        actor=SYSTEM,
        at=at,
    )
    actions.ensure_keys(name=name, actor=SYSTEM, at=at)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    people: Mapping[str, Mapping[str, Any]]

    def do_GET(self) -> None:
        found = self.people.get(self.path.removeprefix("/people/"))
        told = {**found, "is_synthetic": True} if found else {"is_synthetic": True}
        content = json.dumps(told, ensure_ascii=False, default=str).encode()
        self.send_response(200 if found else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *words: Any) -> None:
        pass


def serve(port: int) -> ThreadingHTTPServer:
    """Listen on loopback; the caller runs `serve_forever` on the answer."""
    rows = demo.read("people.yaml")["people"]
    told = {
        row["personal_number"]: {k: v for k, v in row.items() if k != "account"}
        for row in rows
    }
    handler = type("Handler", (_Handler,), {"people": told})
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


@click.command("demo")
@click.option("--port", default=8093, show_default=True)
@json_option
def command(port: int, as_json: bool) -> None:
    """Serve the made-up people of the demonstration as a service, until Ctrl+C.

    JSON: `url`, printed before it serves.
    """
    url = f"http://127.0.0.1:{port}"
    server = serve(port)
    answer({"url": url}, f"{url} answers made-up people.", as_json=as_json)
    server.serve_forever()
