"""An information system that answers, or misbehaves, over a real socket."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

DOCUMENT = {
    "openapi": "3.1.0",
    "info": {"title": "Dân cư (mô phỏng)", "version": "1"},
    "paths": {
        "/people/{number}": {
            "get": {
                "operationId": "getPerson",
                "summary": "Một người theo số định danh",
                "parameters": [{"name": "number", "in": "path", "required": True}],
                "responses": {"200": {"description": "Người"}},
            },
            "delete": {
                "operationId": "deletePerson",
                "parameters": [{"name": "number", "in": "path", "required": True}],
                "responses": {"204": {"description": "Đã xóa"}},
            },
        },
        "/people": {
            "post": {
                "operationId": "findPeople",
                "responses": {"200": {"description": "Danh sách"}},
            }
        },
        "/odd/{what}": {
            "get": {
                "operationId": "odd",
                "parameters": [{"name": "what", "in": "path", "required": True}],
                "responses": {"200": {"description": "Gì cũng được"}},
            }
        },
    },
}

PERSON = {
    "name": "Nguyễn Văn Mô Phỏng",
    "phone": "0900000000",
    "address": {"street": "Khu 3", "ward": "Hạ Long"},
    "children": [{"name": "Bé A", "number": "1"}, {"name": "Bé B", "number": "2"}],
}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    system: "System"

    def do_GET(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        system = self.system
        system.heard.append((self.command, self.path, dict(self.headers), body))
        if system.before_answer:
            system.before_answer()
        odd = getattr(self, "odd_" + self.path.split("/")[-1], None)
        if self.path.startswith("/odd/") and odd:
            return odd()
        return self.send(200, json.dumps(PERSON).encode())

    do_POST = do_DELETE = do_GET  # noqa: N815

    def send(self, status, body, kind="application/json", **headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def begin(self, length):
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.close_connection = True

    def odd_endless(self):
        self.begin(10 * 2**30)
        try:
            while True:
                self.system.sent += self.wfile.write(b"x" * 65536)
        except OSError:
            return

    def odd_never(self):
        time.sleep(3)
        self.close_connection = True

    def odd_short(self):
        self.begin(100)
        self.wfile.write(b'{"name": "')

    def odd_html(self):
        self.send(200, b"<p>0900000000</p>", "text/html")

    def odd_lies(self):
        self.send(200, b"0900000000 is no JSON")

    def odd_nan(self):
        self.send(200, b'{"name": NaN}')

    def odd_deep(self):
        self.send(200, b"[" * 90_000)

    def odd_away(self):
        self.send(302, b"{}", Location="http://169.254.169.254/secret")

    def odd_zipped(self):
        self.send(200, b"\x1f\x8b0900000000", Content_Encoding="gzip")

    def odd_error(self):
        self.send(404, b'{"name": "An", "trace": "0900000000"}')

    def odd_headers(self):
        self.send(
            200,
            b'{"name": "An"}',
            Set_Cookie="a=b",
            X_Road_Error="Server.ServerProxy.AccessDenied",
            X_Road_Request_Hash="lie",
            X_Secret="0900000000",
        )

    def log_message(self, *words):
        pass


class System:
    """Answers on loopback; `heard` is what reached it."""

    def __init__(self):
        self.heard, self.before_answer, self.sent = [], None, 0
        handler = type("Own", (Handler,), {"system": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def stop(self):
        self.server.shutdown()
        self.server.server_close()
