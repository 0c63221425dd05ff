"""`tinhso exchange`: who takes part, the gateway, and messages with their proof."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from tinhso.cli.output import answer, json_option, refusing
from tinhso.exchange import actions, queries
from tinhso.exchange.types import (
    Subscription,
    Use,
    read_member,
    read_service,
    read_subsystem,
)
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.people import queries as people

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
MOMENT = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"])
NEW_FILE = click.Path(dir_okay=False, path_type=Path)


@click.group("exchange")
def group() -> None:
    """The data-sharing platform: members, services, the gateway, the message log."""


@group.command()
@click.argument("name")
@click.option("--unit", required=True, help="Key of the organization.")
@click.option("--title", required=True)
@click.option("--gateway", required=True, help="Where its gateway listens, host:port.")
@json_option
@refusing
def member(name: str, unit: str, title: str, gateway: str, as_json: bool) -> None:
    """Let an organization take part as INSTANCE/CLASS/CODE. JSON: `id`, `name`."""
    now = clock.now()
    organization = people.organization_by_key(key=unit, on=clock.local(now).date())
    made = actions.register_member(
        name=read_member(text=name),
        title=title,
        organization_id=organization.id,
        gateway=gateway,
        actor=SYSTEM,
        at=now,
    )
    answer({"id": made.id, "name": name}, f"{name} takes part.", as_json=as_json)


@group.command("end-member")
@click.argument("name")
@json_option
@refusing
def end_member(name: str, as_json: bool) -> None:
    """End a member; nothing goes to it or comes from it. JSON: `ended`."""
    actions.end_member(name=read_member(text=name), actor=SYSTEM, at=clock.now())
    answer({"ended": name}, f"Ended {name}.", as_json=as_json)


@group.command()
@click.argument("name")
@click.option("--title", required=True)
@json_option
@refusing
def subsystem(name: str, title: str, as_json: bool) -> None:
    """Let an information system take part; prints its key this once.

    The same again gives another key. JSON: `id`, `name`, `key`.
    """
    made, key = actions.register_subsystem(
        name=read_subsystem(text=name), title=title, actor=SYSTEM, at=clock.now()
    )
    answer({"id": made.id, "name": name, "key": key}, key, as_json=as_json)


@group.command()
@click.argument("name")
@click.argument("document", type=FILE)
@click.option("--title", required=True)
@click.option("--address", required=True, help="Where the gateway asks, http(s)://…")
@click.option("--about", default="", help="Names a person: path:NAME or query:NAME.")
@click.option("--most-bytes", default=2**20, show_default=True, help="Of an answer.")
@click.option("--seconds", default=10.0, show_default=True, help="To wait for it.")
@click.option("--sandbox", is_flag=True, help="Answers made-up data, to try it.")
@json_option
@refusing
def service(
    name: str,
    document: Path,
    title: str,
    address: str,
    about: str,
    most_bytes: int,
    seconds: float,
    sandbox: bool,
    as_json: bool,
) -> None:
    """Offer a service as its OpenAPI DOCUMENT (JSON) says, or describe it anew.

    JSON: `id`, `name`, `operations`: ids.
    """
    made = actions.register_service(
        name=read_service(text=name),
        title=title,
        address=address,
        document=_document(document),
        about=about,
        most_bytes=most_bytes,
        seconds=seconds,
        is_sandbox=sandbox,
        actor=SYSTEM,
        at=clock.now(),
    )
    offered = [one.id for one in made.operations]
    told = {"id": made.id, "name": name, "operations": offered}
    answer(told, f"{name}: {', '.join(offered)}", as_json=as_json)


@group.command("end-service")
@click.argument("name")
@json_option
@refusing
def end_service(name: str, as_json: bool) -> None:
    """End a service; nobody reaches it any more. JSON: `ended`."""
    actions.end_service(name=read_service(text=name), actor=SYSTEM, at=clock.now())
    answer({"ended": name}, f"Ended {name}.", as_json=as_json)


@group.command()
@click.argument("name")
@json_option
@refusing
def keys(name: str, as_json: bool) -> None:
    """Make the keys of a member's gateway on this machine, and trust them.

    JSON: `tls`, `sign`: fingerprints.
    """
    tls, sign = actions.make_keys(
        name=read_member(text=name), actor=SYSTEM, at=clock.now()
    )
    answer({"tls": tls, "sign": sign}, f"tls {tls}\nsign {sign}", as_json=as_json)


@group.command()
@click.argument("name")
@click.argument("use", type=click.Choice([one.value for one in Use]))
@click.argument("pem", type=FILE)
@json_option
@refusing
def certificate(name: str, use: str, pem: Path, as_json: bool) -> None:
    """Trust a certificate of a member's gateway elsewhere. JSON: `fingerprint`."""
    fingerprint = actions.register_certificate(
        name=read_member(text=name),
        use=Use(use),
        pem=pem.read_text("ascii"),
        actor=SYSTEM,
        at=clock.now(),
    )
    answer({"fingerprint": fingerprint}, fingerprint, as_json=as_json)


@group.command()
@click.argument("fingerprint")
@click.option("--reason", required=True)
@json_option
@refusing
def revoke(fingerprint: str, reason: str, as_json: bool) -> None:
    """Trust a certificate no more, from the next message on. JSON: `revoked`."""
    actions.revoke_certificate(
        fingerprint=fingerprint, reason=reason, actor=SYSTEM, at=clock.now()
    )
    answer({"revoked": fingerprint}, f"Revoked {fingerprint}.", as_json=as_json)


@group.command()
@click.argument("name")
@click.option("--inner", default="127.0.0.1:5580", show_default=True)
@click.option("--outer", default="0.0.0.0:5500", show_default=True)
@json_option
@refusing
def serve(name: str, inner: str, outer: str, as_json: bool) -> None:
    """Serve as the gateway of a member, until Ctrl+C.

    Own systems call --inner over HTTP, other gateways --outer over mutual TLS.
    JSON: `inner`, `outer`: ports, printed when it listens.
    """

    def ready(inner_port: int, outer_port: int) -> None:
        told = {"inner": inner_port, "outer": outer_port}
        words = f"{name}: own systems at {inner_port}, gateways at {outer_port}"
        answer(told, words, as_json=as_json)

    actions.serve(
        name=read_member(text=name),
        inner=_where(inner),
        outer=_where(outer),
        now=clock.now,
        ready=ready,
    )


@group.command()
@click.argument("name")
@click.argument("message_id")
@click.argument("file", type=NEW_FILE)
@click.option("--entry", default=0, show_default=True, help="Which of its entries.")
@json_option
@refusing
def export(name: str, message_id: str, file: Path, entry: int, as_json: bool) -> None:
    """Write a message of a member's log with all that proves it.

    MESSAGE_ID: its X-Road-Id. Entry 0 is the request, 1 the answer. JSON: `file`,
    `entries`: how many the log has of it.
    """
    found = queries.find_member(name=read_member(text=name))
    places = queries.logged_positions(member_id=found.id, message_id=message_id)
    if not 0 <= entry < len(places):
        raise click.ClickException(f"the log has {len(places)} entries of it")
    proof = queries.proof_of(member_id=found.id, position=places[entry])
    file.write_bytes(proof)
    answer({"file": file, "entries": len(places)}, f"Wrote {file}.", as_json=as_json)


@group.command()
@click.argument("file", type=FILE)
@click.option("--anchor", type=FILE, help="Of the time-stamps, PEM; else the demo's.")
@json_option
@refusing
def verify(file: Path, anchor: Path | None, as_json: bool) -> None:
    """Check an exported message: signature, place in the log, time-stamp.

    `tinhso-verify message` does it without this platform. JSON: `at`, `client`,
    `gateway`, `id`, `kind`, `refused`, `service`, `side`, `stamped_at`.
    """
    anchors = anchor.read_text("utf-8") if anchor else actions.stamp_anchor()
    told = queries.read_proof(content=file.read_bytes(), anchors=anchors)
    answer(told, "\n".join(f"{k:10} {v}" for k, v in told.items()), as_json=as_json)


@group.command("export-log")
@click.argument("name")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@json_option
@refusing
def export_log(name: str, folder: Path, as_json: bool) -> None:
    """Write the whole log of a member, as `tinhso-verify messages` reads it.

    JSON: `entries`, `stamps`: how many.
    """
    found = queries.find_member(name=read_member(text=name))
    folder.mkdir(parents=True, exist_ok=True)
    # Time-stamps first: what is logged meanwhile is after the last of them.
    stamps = _write(
        folder / "stamps.jsonl", map(_line, queries.stamps(member_id=found.id))
    )
    texts = (one.text for one in queries.entries(member_id=found.id))
    entries = _write(folder / "entries.jsonl", texts)
    (folder / "certificates.pem").write_text("".join(queries.certificates()), "ascii")
    written = {"entries": entries, "stamps": stamps}
    answer(written, f"Wrote {entries} entries, {stamps} time-stamps.", as_json=as_json)


@group.command()
@json_option
def anchor(as_json: bool) -> None:
    """Print the certificate the demo's time-stamps lead to. JSON: `anchor`: PEM."""
    pem = actions.stamp_anchor()
    answer({"anchor": pem}, pem, as_json=as_json)


def _write(file: Path, lines: Iterable[str]) -> int:
    with file.open("w", encoding="utf-8", newline="\n") as out:
        return sum(out.write(f"{line}\n") > 0 for line in lines)


def _line(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _where(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        raise click.ClickException(f"{text} is no host:port")
    return host, int(port)


def _document(file: Path) -> Mapping[str, Any]:
    try:
        found = json.loads(file.read_text("utf-8"))
    except ValueError as error:
        raise click.ClickException(f"{file} is no JSON") from error
    return found if isinstance(found, dict) else {}


@group.command("topics")
@json_option
def topics(as_json: bool) -> None:
    """List what systems can subscribe to. JSON: `topics`: `name`, `title`, `fields`."""
    found = [asdict(one) for one in queries.topics()]
    lines = [f"{one['name']:20} {', '.join(one['fields'])}" for one in found]
    answer({"topics": found}, "\n".join(lines), as_json=as_json)


@group.command("subscribe")
@click.argument("name")
@click.argument("topic")
@click.argument("address")
@click.option("--field", "fields", multiple=True, required=True, help="Or `*` for all.")
@click.option("--purpose", required=True)
@click.option("--source", required=True, help="Legal source.")
@click.option("--since", type=MOMENT, help="Of Vietnam; else from the approval on.")
@json_option
@refusing
def subscribe(
    name: str,
    topic: str,
    address: str,
    fields: tuple[str, ...],
    purpose: str,
    source: str,
    since: datetime | None,
    as_json: bool,
) -> None:
    """Ask that the system NAME be told of a topic at ADDRESS; prints its secret.

    Who heads the agency that owns the data approves it, at `/lam-viec/chia-se`.
    JSON: `id`, `secret`, `state`.
    """
    now = clock.now()
    made, secret = actions.ask_subscription(
        consumer=read_subsystem(text=name),
        topic=topic,
        address=address,
        fields=fields,
        purpose=purpose,
        source=source,
        since=_in_vietnam(since, now) if since else None,
        actor=SYSTEM,
        at=now,
    )
    told = {"id": made.id, "secret": secret, "state": made.state}
    answer(told, f"{made.id} {secret}", as_json=as_json)


def _in_vietnam(typed: datetime, now: datetime) -> datetime:
    return typed.replace(tzinfo=clock.local(now).tzinfo)


@group.command("subscriptions")
@json_option
def subscriptions(as_json: bool) -> None:
    """List who is told of what, or asks to be, and what waits or was put aside.

    JSON: `subscriptions`, each `id`, `consumer`, `topic`, `address`, `fields`,
    `purpose`, `source`, `state`: asked or approved, `since`, `asked_at`, `decided_at`,
    `position`, `attempts`, `last_error`, `waiting`, `dead`.
    """
    today = clock.local(clock.now()).date()
    told = [_subscription(one) for one in queries.subscriptions(on=today)]
    lines = [
        f"{one['id']} {one['consumer']} {one['topic']}: {one['state']},"
        f" {one['waiting']} waiting,"
        f" {one['dead']} put aside {one['last_error']}"
        for one in told
    ]
    answer({"subscriptions": told}, "\n".join(lines), as_json=as_json)


def _subscription(one: Subscription) -> dict[str, Any]:
    told = asdict(one)
    names = (
        *("id", "topic", "address", "fields", "purpose", "source", "state", "since"),
        *("asked_at", "decided_at", "position", "attempts", "last_error"),
        *("waiting", "dead"),
    )
    return {name: told[name] for name in names} | {"consumer": str(one.consumer)}


@group.command("end-subscription")
@click.argument("subscription", type=click.UUID)
@click.option("--reason", required=True)
@json_option
@refusing
def end_subscription(subscription: UUID, reason: str, as_json: bool) -> None:
    """Tell a system no more, or take back what was asked for. JSON: `ended`."""
    actions.end_subscription(
        subscription_id=subscription, reason=reason, actor=SYSTEM, at=clock.now()
    )
    answer({"ended": subscription}, f"Ended {subscription}.", as_json=as_json)


@group.command("replay")
@click.argument("subscription", type=click.UUID)
@click.argument("since", type=MOMENT)
@json_option
@refusing
def replay(subscription: UUID, since: datetime, as_json: bool) -> None:
    """Tell again what happened since a day or minute of Vietnam. JSON: `messages`.

    Nothing from before the subscription itself begins.
    """
    now = clock.now()
    count = actions.replay(
        subscription_id=subscription,
        since=_in_vietnam(since, now),
        actor=SYSTEM,
        at=now,
    )
    answer({"messages": count}, f"{count} messages are told again.", as_json=as_json)


@group.command("retry-dead")
@click.argument("subscription", type=click.UUID)
@json_option
@refusing
def retry_dead(subscription: UUID, as_json: bool) -> None:
    """Hand what was put aside once more, until one is not taken. JSON: `taken`."""
    taken = actions.retry_dead(
        subscription_id=subscription, actor=SYSTEM, at=clock.now()
    )
    answer({"taken": taken}, f"{taken} were taken.", as_json=as_json)
