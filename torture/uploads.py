"""Hostile files against a real server: refused, rightly and at little cost."""

import re
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from uuid import uuid4

import httpx

from tinhso.documents import types
from tinhso.web.middleware import Unreadable
from torture import hostile
from torture.figures import Figure
from torture.hostile import ACCEPTED, PAYLOAD, Hostile
from torture.served import LIMIT, Meter, Served, served

COMMAND = "python -m torture G9"
SEED = 20261126
MOST_MEMORY, MOST_CPU, MOST_CUT = 256 * 2**20, 5.0, 1.0
STREAM = 10 * 2**30  # bytes
# All in Vietnamese, by the name that machines are told.
SENTENCES: Mapping[str, str] = {
    kind.__name__: kind.message
    for kind in (*vars(types).values(), Unreadable)
    if isinstance(kind, type) and hasattr(kind, "message")
}
SAFE = {"application/pdf", "image/jpeg", "image/png"}


@dataclass
class Found:
    """What went wrong, and how much at most was used."""

    faults: list[str] = field(default_factory=list)
    tried: int = 0
    accepted: int = 0
    memory: int = 0  # bytes, beside what was held before the file
    grown: int = 0  # bytes, held at the end beside what was held at the start
    cpu: float = 0.0


def measure(*, short: bool) -> Iterator[Figure]:
    """Send some files of each family, then streams without an end."""
    with served() as server:
        found = attack(server, each=4 if short else hostile.EACH)
        cuts = [
            cut_after(server, path=path, chunked=chunked)
            for path in ("/api/v1/files", "/api/v1/submissions", "/xac-minh")
            for chunked in (False, True)
        ]
    reached = (
        not found.faults
        and max(found.memory, found.grown) <= MOST_MEMORY
        and found.cpu <= MOST_CPU
        and max(cuts) <= MOST_CUT
    )
    yield Figure(
        "G9",
        {
            "files": found.tried,
            "families": len(hostile.FAMILIES),
            "wrong": len(found.faults),
            "came in cleaned": found.accepted,
            "extra MB": round(found.memory / 2**20),
            "grown MB": round(found.grown / 2**20),
            "CPU s at most": round(found.cpu, 2),
            "10 GB cut after s": round(max(cuts), 3),
        },
        found.tried,
        reached,
        COMMAND,
        note="; ".join(found.faults[:5])
        or "CPU is of all server processes while one file is answered; a bomb that ends"
        " an inspector at once is shown to a second one.",
    )


def attack(server: Served, *, each: int) -> Found:
    """Send all files one by one, and watch the server."""
    found = Found()
    with httpx.Client(base_url=server.url, timeout=120) as client:
        client.headers["Authorization"] = f"Bearer {server.token}"
        _warm(client)
        usual = Meter(server.pid)
        usual.look()
        for one in hostile.files(seed=SEED, each=each):
            _send(server, client, one, found)
        left = Meter(server.pid)
        left.look()
        found.grown = left.peak - usual.peak
    return found


def _warm(client: httpx.Client) -> None:
    """Let each server process meet a file and each inspector its first."""
    for _ in range(12):
        file = {"file": ("anh.png", hostile.picture("PNG"))}
        assert client.post("/api/v1/files", files=file).status_code == 201


def _send(server: Served, client: httpx.Client, one: Hostile, found: Found) -> None:
    before = Meter(server.pid)
    before.look()
    with Meter(server.pid).watching() as meter:
        answer = client.post("/api/v1/files", files={"file": (one.name, one.content)})
    found.tried += 1
    found.memory = max(found.memory, meter.peak - before.peak)
    found.cpu = max(found.cpu, meter.cpu() - before.cpu())
    found.faults += faults_of(one, answer)
    if answer.status_code == 201:
        found.accepted += 1
        found.faults += _handed_out(server, client, one)


def faults_of(one: Hostile, answer: httpx.Response) -> list[str]:
    """Tell what is wrong with an answer to a hostile file."""
    where = hostile.listed(one)
    if answer.status_code >= 500:
        return [f"{where}: {answer.status_code}"]
    if answer.status_code == 201:
        return [] if ACCEPTED in one.right else [f"{where}: came in"]
    told = answer.json()
    name = told["type"].rpartition(":")[2]
    if name not in one.right:
        return [f"{where}: {name}"]
    start = SENTENCES[name].partition("{")[0]
    return [] if told["title"].startswith(start) else [f"{where}: {told['title']}"]


def _handed_out(server: Served, client: httpx.Client, one: Hostile) -> list[str]:
    """Submit a file that came in, and look at how it is handed out again."""
    sent = client.post(
        "/api/v1/submissions",
        data={"application": _application(server)},
        files={"birth_proof": (one.name, BytesIO(one.content))},
        headers={"Idempotency-Key": uuid4().hex},
    )
    if sent.status_code != 201:
        return [f"{hostile.listed(one)}: not submitted, {sent.status_code} {sent.text}"]
    dossier = client.get(f"/api/v1/dossiers/{sent.json()['id']}").json()
    faults = []
    for file in dossier["files"]:
        got = client.get(f"/api/v1/dossiers/{dossier['id']}/files/{file['id']}")
        faults += [f"{hostile.listed(one)}: {fault}" for fault in unsafe(got)]
    return faults if dossier["files"] else [f"{hostile.listed(one)}: no file"]


def _application(server: Served) -> str:
    application = {
        "procedure": "1.001193",
        "unit_id": server.units[0],
        "answers": server.answers,
    }
    return httpx.Request("POST", server.url, json=application).content.decode()


def unsafe(got: httpx.Response) -> list[str]:
    """Tell why a file handed out could harm who opens it in a browser."""
    heads = got.headers
    faults = []
    if got.status_code != 200:
        faults.append(f"status {got.status_code}")
    if not heads.get("Content-Disposition", "").startswith("attachment"):
        faults.append("served inline")
    if heads.get("X-Content-Type-Options") != "nosniff":
        faults.append("may be taken for another type")
    if heads.get("Content-Type") not in SAFE:
        faults.append(f"type {heads.get('Content-Type')}")
    if PAYLOAD in got.content:
        faults.append("still holds what was smuggled in")
    return faults


def cut_after(server: Served, *, path: str, chunked: bool, most: int = STREAM) -> float:
    """Send a body without an end; answer how long after the limit it was cut, in s.

    0 if it was cut before, infinite if `most` bytes were taken.
    """
    block = b"x" * 65_536
    piece = b"10000\r\n" + block + b"\r\n" if chunked else block
    passed, sent = 0.0, 0
    with socket.create_connection(("127.0.0.1", server.port)) as wire:
        wire.settimeout(MOST_CUT * 5)
        wire.sendall(_head(server, path, most, chunked=chunked))
        try:
            while sent < most:
                wire.sendall(piece)
                sent += len(block)
                if not passed and sent >= LIMIT:
                    passed = time.monotonic()
        except OSError:
            return time.monotonic() - passed if passed else 0.0
    return float("inf")


def _head(server: Served, path: str, length: int, *, chunked: bool) -> bytes:
    how = "Transfer-Encoding: chunked" if chunked else f"Content-Length: {length}"
    token, cookie = _form_token(server)
    start = (
        '--t\r\nContent-Disposition: form-data; name="csrfmiddlewaretoken"\r\n\r\n'
        f"{token}\r\n"
        '--t\r\nContent-Disposition: form-data; name="pdf"; filename="a.pdf"\r\n'
        "Content-Type: application/pdf\r\n\r\n"
    )
    first = f"{len(start):x}\r\n{start}\r\n" if chunked else start
    return (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n{how}\r\n"
        f"Authorization: Bearer {server.token}\r\nIdempotency-Key: x\r\n"
        f"Cookie: {cookie}\r\nOrigin: {server.url}\r\n"
        f"Content-Type: multipart/form-data; boundary=t\r\n\r\n{first}"
    ).encode()


def _form_token(server: Served) -> tuple[str, str]:
    """Ask for a form, as a browser does: its token, and its cookie."""
    page = httpx.get(f"{server.url}/xac-minh")
    found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text)
    assert found, "the form has no token"
    return found[1], "; ".join(f"{k}={v}" for k, v in page.cookies.items())
