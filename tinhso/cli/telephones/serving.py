"""`tinhso notify demo`: telephone company, Zalo and push service for trying."""

import json
import threading
from collections.abc import Callable
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import click

from tinhso.cli.output import answer, json_option
from tinhso.cli.telephones.gateway import MISDEEDS, DemoGateway, Endless, HangUp
from tinhso.cli.telephones.smsc import Smsc

MOST_ENDLESS = 10_000


def serve(gateway: DemoGateway, *, port: int) -> ThreadingHTTPServer:
    """Listen on loopback; the caller runs `serve_forever` on the answer."""
    handler = type("Handler", (_Handler,), {"gateway": gateway})
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


class _Handler(BaseHTTPRequestHandler):
    gateway: DemoGateway

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if self.path.startswith("/misdeed/"):
            self._misbehave(self.path.removeprefix("/misdeed/"))
            return
        try:
            status, told = self.gateway.answer(self.path, dict(self.headers), content)
        except HangUp:
            self.close_connection = True
        except Endless:
            self._without_end()
        else:
            self._answer(status, json.dumps(told).encode())

    def do_GET(self) -> None:
        origin = f"http://{self.headers.get('Host')}"
        pages: dict[str, Callable[[], Any]] = {
            "/messages": self.gateway.got,
            "/subscription": lambda: self.gateway.subscription(origin),
        }
        if self.path == "/":
            self._answer(200, self._page(), "text/html; charset=utf-8")
        elif self.path in pages:
            self._answer(200, json.dumps(pages[self.path]()).encode())
        else:
            self._answer(404, b"{}")

    def log_message(self, *_: object) -> None:
        """Say nothing; the page shows what came."""

    def _misbehave(self, name: str) -> None:
        try:
            self.gateway.misbehave("" if name == "none" else name)
        except ValueError:
            self._answer(404, b"{}")
        else:
            self._answer(204, b"")

    def _without_end(self) -> None:
        self.send_response(200)
        self.end_headers()
        try:
            for _ in range(MOST_ENDLESS):
                self.wfile.write(b" " * 4096)
        except OSError:
            self.close_connection = True

    def _page(self) -> bytes:
        rows = "".join(
            f"<tr><td>{escape(one['channel'])}<td>{escape(str(one.get('to', '')))}"
            f"<td>{escape(str(one.get('text') or one.get('title') or one.get('data')))}"
            for one in reversed(self.gateway.got())
        )
        page = (
            "<!doctype html><html lang=vi><meta charset=utf-8>"
            "<title>Điện thoại mô phỏng</title>"
            "<h1>Điện thoại mô phỏng (không gửi cho ai)</h1>"
            "<table border=1><tr><th>Kênh<th>Đến<th>Nội dung"
            f"{rows}</table></html>"
        )
        return page.encode()

    def _answer(
        self, status: int, content: bytes, media_type: str = "application/json"
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@click.command("demo")
@click.option("--port", default=8093, show_default=True)
@click.option("--smpp-port", default=0, help="Of SMPP; any that is free unless given.")
@click.option("--key", envvar="TINHSO_SMS_KEY", default="", help="Of SMS, and SMPP.")
@click.option("--app", envvar="TINHSO_ZALO_APP", default="demo", help="Of Zalo.")
@click.option("--secret", envvar="TINHSO_ZALO_SECRET", default="", help="Of Zalo.")
@click.option("--reports", default="", help="Where it tells what arrived.")
@click.option("--delay", default=1.0, show_default=True, help="Seconds until then.")
@click.option("--misdeed", type=click.Choice(MISDEEDS), help="How it misbehaves.")
@json_option
def demo(
    port: int,
    smpp_port: int,
    key: str,
    app: str,
    secret: str,
    reports: str,
    delay: float,
    misdeed: str | None,
    as_json: bool,
) -> None:
    """Serve telephones for trying: SMS, Zalo and push are taken and shown.

    JSON: `url`, `smpp_port`, printed before it serves. `POST /misdeed/NAME` changes
    how it misbehaves, `/misdeed/none` ends it; `GET /messages` lists what came.
    """
    gateway = DemoGateway(key=key, app=app, secret=secret, reports=reports, delay=delay)
    gateway.misbehave(misdeed or "")
    smsc = Smsc(
        port=smpp_port,
        password=key,
        take=gateway.take_smpp,
        delay=lambda: gateway.delay,
    )
    threading.Thread(target=smsc.serve_forever, daemon=True).start()
    url = f"http://localhost:{port}"
    told = {"url": url, "smpp_port": smsc.port}
    answer(told, f"{url} takes messages; SMPP at {smsc.port}.", as_json=as_json)
    serve(gateway, port=port).serve_forever()
