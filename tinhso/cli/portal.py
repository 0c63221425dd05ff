"""`tinhso portal`: a portal for trying, in its own process, that can misbehave."""

import json
import threading
import time
from collections.abc import Callable
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import click

from tinhso.cli.output import answer, json_option


class DemoPortal:
    """The other side, in memory: what it was told, and how it misbehaves.

    fail: how many messages it does not take first; slow: seconds before each answer.
    """

    def __init__(self, *, key: str, fail: int = 0, slow: float = 0.0) -> None:
        self.key, self.slow = key, slow
        self._left_to_fail = fail
        self._told: list[dict[str, Any]] = []
        self._lock = threading.Lock()

    def take(self, body: dict[str, Any]) -> bool:
        """Take a message, unless it is one of those that fail."""
        time.sleep(self.slow)
        with self._lock:
            if self._left_to_fail > 0:
                self._left_to_fail -= 1
                return False
            self._told.append(body)
            return True

    def told(self) -> list[dict[str, Any]]:
        """List what it was told, in the order of arrival."""
        with self._lock:
            return list(self._told)


def serve(portal: DemoPortal, *, port: int) -> ThreadingHTTPServer:
    """Listen on loopback; the caller runs `serve_forever` on the answer."""
    handler = type("Handler", (_Handler,), {"portal": portal})
    return ThreadingHTTPServer(("127.0.0.1", port), handler)


class _Handler(BaseHTTPRequestHandler):
    portal: DemoPortal

    def do_POST(self) -> None:
        if self.headers.get("Authorization") != f"Bearer {self.portal.key}":
            self._answer(401, b"")
            return
        length = int(self.headers.get("Content-Length") or 0)
        taken = self.portal.take(json.loads(self.rfile.read(length)))
        self._answer(204 if taken else 503, b"")

    def do_GET(self) -> None:
        pages: dict[str, Callable[[], tuple[str, bytes]]] = {
            "/statuses": self._as_json,
            "/": self._as_page,
        }
        page = pages.get(self.path)
        if page is None:
            self._answer(404, b"")
            return
        media_type, content = page()
        self._answer(200, content, media_type)

    def log_message(self, *_: object) -> None:
        """Say nothing; the page shows what came."""

    def _as_json(self) -> tuple[str, bytes]:
        return "application/json", json.dumps(self.portal.told()).encode()

    def _as_page(self) -> tuple[str, bytes]:
        rows = "".join(
            f"<tr><td>{escape(str(one.get('national_code')))}"
            f"<td>{escape(str(one.get('code')))}<td>{escape(str(one.get('action')))}"
            f"<td>{escape(str(one.get('status', '')))}"
            for one in self.portal.told()
        )
        page = (
            "<!doctype html><html lang=vi><meta charset=utf-8>"
            "<title>Cổng mô phỏng</title><h1>Cổng mô phỏng (không phải Cổng thật)</h1>"
            "<table border=1><tr><th>Mã của Cổng<th>Mã hồ sơ<th>Việc<th>Trạng thái"
            f"{rows}</table></html>"
        )
        return "text/html; charset=utf-8", page.encode()

    def _answer(self, status: int, content: bytes, media_type: str = "") -> None:
        self.send_response(status)
        if media_type:
            self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@click.group("portal")
def group() -> None:
    """Play the national portal's side."""


@group.command()
@click.option("--port", default=8091, show_default=True)
@click.option("--key", envvar="TINHSO_PORTAL_KEY", default="", help="The shared key.")
@click.option("--fail", default=0, show_default=True, help="Messages not taken first.")
@click.option("--slow", default=0.0, show_default=True, help="Seconds before answers.")
@json_option
def demo(port: int, key: str, fail: int, slow: float, as_json: bool) -> None:
    """Serve a portal for trying: it takes statuses and shows them, until Ctrl+C.

    JSON: `url`, printed before it serves.
    """
    portal = DemoPortal(key=key, fail=fail, slow=slow)
    url = f"http://localhost:{port}"
    answer({"url": url}, f"{url} takes what TINHSO_PORTAL_URL sends.", as_json=as_json)
    serve(portal, port=port).serve_forever()
