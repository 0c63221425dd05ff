"""`tinhso signing`: with what people and agencies sign, and a provider for trying."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from uuid import UUID

import click

from tinhso.cli import demo as demonstration
from tinhso.cli.output import answer, json_option
from tinhso.documents import actions, queries
from tinhso.documents.types import Means
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.errors import Refused
from tinhso.people import queries as people

PREFIX = "/csc/v2/"
MOST_BYTES = 2**16


def serve(provider: actions.DemoRemote, *, port: int) -> ThreadingHTTPServer:
    """Listen on loopback; the caller runs `serve_forever` on the answer."""
    handler = type("Handler", (_Handler,), {"provider": provider})
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


class _Handler(BaseHTTPRequestHandler):
    provider: actions.DemoRemote

    def do_POST(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        if length > MOST_BYTES:
            self._answer(413, b"")
            return
        content = self.rfile.read(length)
        if self.path == "/misbehave":
            self.provider.misdeed = content.decode("ascii", "replace")
            self._answer(204, b"")
            return
        try:
            status, said = self.provider.answer(
                method=self.path.removeprefix(PREFIX),
                authorization=self.headers.get("Authorization", ""),
                content=content,
            )
        except actions.HangUp:
            self.close_connection = True
            return
        self._answer(status, said, "application/json")

    def do_GET(self) -> None:
        if self.path != "/":
            self._answer(404, b"")
            return
        rows = "".join(
            f"<tr><td>{escape(one['name'])}<td><code>{one['code']}</code>"
            for one in self.provider.codes()
        )
        page = (
            "<!doctype html><html lang=vi><meta charset=utf-8>"
            "<title>Ký số từ xa mô phỏng</title>"
            "<h1>Điện thoại mô phỏng (không phải dịch vụ thật)</h1>"
            f"<table border=1><tr><th>Người ký<th>Mã dùng một lần{rows}</table></html>"
        )
        self._answer(200, page.encode(), "text/html; charset=utf-8")

    def log_message(self, *_: object) -> None:
        """Say nothing: what comes holds codes."""

    def _answer(self, status: int, content: bytes, media_type: str = "") -> None:
        self.send_response(status)
        if media_type:
            self.send_header("Content-Type", media_type)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@click.group("signing")
def group() -> None:
    """Tell with what people and agencies sign, and play a provider for trying."""


@group.command()
@click.option("--port", default=8092, show_default=True)
@click.option("--key", envvar="TINHSO_REMOTE_SIGNING_KEY", help="The shared key.")
@click.option(
    "--misbehave",
    type=click.Choice(actions.MISDEEDS),
    help="How it wrongs the platform; POST /misbehave changes it.",
)
@json_option
def demo(port: int, key: str, misbehave: str | None, as_json: bool) -> None:
    """Serve remote signing (CSC API v2) for the synthetic people, until Ctrl+C.

    Each has a free certificate of the demo authority; the page it serves shows the
    one-time codes, as a telephone would. JSON: `url`, printed before it serves.
    """
    rows = demonstration.read("people.yaml")["people"]
    known = {row["personal_number"]: row["full_name"] for row in rows}
    provider = actions.demo_remote(key=key or "", people=known)
    provider.misdeed = misbehave or ""
    url = f"http://localhost:{port}"
    words = f"{url} signs as TINHSO_REMOTE_SIGNING_URL, and shows the codes."
    answer({"url": url}, words, as_json=as_json)
    serve(provider, port=port).serve_forever()


@group.command()
@click.option("--personal-number", help="Of the person who signs.")
@click.option("--unit", help="Key of the agency whose seal it is.")
@click.option("--token", help="Label of the token (PKCS#11).")
@click.option("--key-label", help="Label of key and certificate on the token.")
@click.option("--credential", help="Id of the credential at the remote provider.")
@json_option
def declare(
    personal_number: str | None,
    unit: str | None,
    token: str | None,
    key_label: str | None,
    credential: str | None,
    as_json: bool,
) -> None:
    """Declare with what a person or an agency signs; its certificate is looked at.

    JSON: `id`, `kind` (token, remote), `is_own` (false), `person_id`,
    `organization_id`, `token_label`, `key_label`, `credential_id`,
    `certificate_sha256` (hex), `declared_at`.
    """
    now = clock.now()
    whose = _whose(personal_number, unit, clock.local(now).date())
    try:
        if credential:
            means = actions.declare_remote(
                credential_id=credential, actor=SYSTEM, at=now, **whose
            )
        else:
            means = actions.declare_token(
                token_label=token or "",
                key_label=key_label or "",
                actor=SYSTEM,
                at=now,
                **whose,
            )
    except Refused as refusal:
        raise click.ClickException(f"{refusal.code}: {refusal}") from refusal
    answer(asdict(means), f"Declared {_line(means)}.", as_json=as_json)


@group.command()
@json_option
def means(as_json: bool) -> None:
    """List the means declared and not ended.

    JSON: `means`, each as `declare` says; `is_own`: a person signs for themselves.
    """
    found = queries.all_signing_means()
    text = "\n".join(map(_line, found)) or "All sign with the platform's own provider."
    answer({"means": list(map(asdict, found))}, text, as_json=as_json)


@group.command()
@click.argument("means_id", type=click.UUID)
@json_option
def end(means_id: UUID, as_json: bool) -> None:
    """End a means; what it signed stays valid. JSON: `ended`."""
    try:
        actions.end_means(means_id=means_id, actor=SYSTEM, at=clock.now())
    except Refused as refusal:
        raise click.ClickException("no such means, or it was ended") from refusal
    answer({"ended": means_id}, f"Ended {means_id}.", as_json=as_json)


def _whose(
    personal_number: str | None, unit: str | None, on: date
) -> Mapping[str, UUID]:
    found = {}
    if personal_number:
        person = people.find_person(personal_number=personal_number)
        if person is None:
            raise click.ClickException("no person has this number")
        found["person_id"] = person.id
    if unit:
        try:
            organization = people.organization_by_key(key=unit, on=on)
        except Refused as refusal:
            raise click.ClickException("no unit has this key") from refusal
        found["organization_id"] = organization.id
    return found


def _line(means: Means) -> str:
    who = f"person {means.person_id}" if means.person_id else ""
    who += " for themselves" if means.is_own else ""
    who = who or f"organization {means.organization_id}"
    key = means.credential_id or f"{means.token_label}/{means.key_label}"
    return f"{means.id} {means.kind.value} {key}, {who}"
