"""Walk every address by every method as everybody, and hold it against the table."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from threading import local
from typing import Any, Protocol
from urllib.parse import quote, urlencode
from uuid import uuid4

from torture.access_policy import METHODS, SETS, VISITORS, Outcome, Row, Visitor, rows
from torture.canaries import Canaries

SIGN_IN = ("/tai-khoan/dang-nhap", "/tai-khoan/xac-nhan")
FACTOR = "/tai-khoan/bao-mat/"
CSRF = "a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6"
# What may stand in no address; ids of things may.
SAID = ("number", "phone", "name", "residence", "child", "message", "answer")
THREADS = 4
_PART = re.compile(r"<(?:\w+:)?(\w+)>")
Things = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent; the cookie and the key are the visitor's."""

    method: str
    path: str
    headers: Mapping[str, str]
    content: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; status 0 where nothing did."""

    status: int
    headers: Mapping[str, str]
    content: bytes


class Asks(Protocol):
    """A way to the platform: over loopback, or within the process."""

    def __call__(self, request: Request) -> Answer:
        """Send a request; answer what came back."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One of the table: an address, a method, somebody, and whose things."""

    row: Row
    method: str
    visitor: Visitor
    of: str

    def __str__(self) -> str:
        """Name it as a person would look for it."""
        return f"{self.method} {self.row.key} as {self.visitor.name} of {self.of}"


@dataclass
class Seen:
    """What was found in a walk; faults are told by kind, with the cells."""

    cells: int = 0
    bytes: int = 0
    through: int = 0
    told: dict[str, list[str]] = field(default_factory=dict)

    def note(self, kind: str, text: str) -> None:
        """Keep a fault."""
        self.told.setdefault(kind, []).append(text)

    def count(self, kind: str) -> int:
        """Count the faults of a kind."""
        return len(self.told.get(kind, ()))


class Walk:
    """The table, the world it is tried in, and what to send for each cell."""

    def __init__(self, world: Mapping[str, Any], addresses: Mapping[str, str]) -> None:
        self._comes, self._things = world["comes"], world["things"]
        self.canaries = Canaries(world["canaries"])
        self._templates = addresses

    def cells(
        self,
        *,
        visitors: Sequence[str] = (),
        sets: Sequence[str] = SETS,
        methods: Sequence[str] = METHODS,
    ) -> Iterator[Cell]:
        """List the cells, of everybody or of some."""
        for row in rows():
            for visitor in VISITORS:
                if visitors and visitor.name not in visitors:
                    continue
                for of in sets:
                    for method in filter(row.is_tried, methods):
                        yield Cell(row, method, visitor, of)

    def request(self, cell: Cell) -> Request:
        """Write the request of a cell."""
        row, things = cell.row, self._things[cell.of]
        path = self._path(row, things)
        if row.query:
            path += "?" + urlencode(_filled(row, row.query, things))
        headers = self._headers(cell)
        content = b""
        if cell.method not in {"GET", "HEAD", "OPTIONS"}:
            content = _content(row, _filled(row, row.send, things))
            kind = "json" if row.is_machines else "x-www-form-urlencoded"
            headers["Content-Type"] = f"application/{kind}"
        return Request(cell.method, path, headers, content)

    def _path(self, row: Row, things: Things) -> str:
        def part(found: re.Match[str]) -> str:
            given = row.at.get(found[1])
            value = given if given is not None else _thing(row, found[1], things)
            return quote(str(value), safe="")

        return "/" + _PART.sub(part, self._templates[row.address])

    def _headers(self, cell: Cell) -> dict[str, str]:
        comes = self._comes[cell.visitor.name]
        headers = {"Host": "localhost", "Accept-Language": "vi"}
        if cell.row.is_machines:
            headers["Idempotency-Key"] = uuid4().hex
            if comes["key"]:
                headers["Authorization"] = f"Bearer {comes['key']}"
            return headers
        cookies = {"tinhso-csrf": CSRF, "tinhso-session": comes["cookie"]}
        told = "; ".join(f"{k}={v}" for k, v in cookies.items() if v)
        return {**headers, "Cookie": told, "X-CSRFToken": CSRF}

    def judge(self, cell: Cell, request: Request, answer: Answer, seen: Seen) -> None:
        """Hold an answer against the table, and look for canaries in it."""
        outcome = outcome_of(answer, done=cell.row.done)
        expected = cell.row.expects(cell.method, cell.visitor, cell.of)
        seen.cells += 1
        seen.through += outcome is Outcome.THROUGH
        if outcome not in expected:
            kind = _kind(outcome, expected)
            seen.note(kind, f"{cell}: {answer.status} {outcome}")
        self._sweep(cell, request, answer, seen)

    def _sweep(self, cell: Cell, request: Request, answer: Answer, seen: Seen) -> None:
        headers = "\n".join(f"{k}: {v}" for k, v in answer.headers.items()).encode()
        seen.bytes += len(answer.content) + len(headers)
        met = self.canaries.among(answer.content) | self.canaries.among(headers)
        # What was asked by its id may be named by it, as where sign-in leads on.
        met -= self.canaries.among(request.path.encode() + request.content)
        for of, name in met:
            if not cell.visitor.may_see(of) and name not in cell.row.shows:
                seen.note("canaries", f"{cell}: {name} of {of}")
        kept = answer.headers.get("cache-control", "")
        if met and not ("no-store" in kept or "private" in kept):
            seen.note("cacheable", str(cell))
        where = answer.headers.get("location", "").encode()
        if any(name in SAID for _, name in self.canaries.among(where)):
            seen.note("canaries", f"{cell}: in the address it leads to")

    def run(self, cells: Iterable[Cell], ask: Asks, *, threads: int = THREADS) -> Seen:
        """Try cells; answer what was found."""
        seen = Seen()

        def one(cell: Cell) -> tuple[Cell, Request, Answer]:
            request = self.request(cell)
            return cell, request, ask(request)

        with ThreadPoolExecutor(threads) as pool:
            for cell, request, answer in pool.map(one, cells):
                self.judge(cell, request, answer, seen)
        return seen


def _thing(row: Row, name: str, things: Things) -> str:
    found = things.get(f"{row.of}.{name}", things.get(name))
    if found is None:
        raise KeyError(f"access.yaml: {row.key} has no {name}")
    return found


def _filled(row: Row, given: Mapping[str, Any], things: Things) -> dict[str, Any]:
    """Put the things of a set in the place of `$names`."""
    return {
        name: _read(_thing(row, value[1:], things)) if str(value)[:1] == "$" else value
        for name, value in given.items()
    }


def _read(value: str) -> Any:
    """Read a thing that is written as JSON; most are words."""
    return json.loads(value) if value[:1] in {"{", "["} else value


def _content(row: Row, given: Mapping[str, Any]) -> bytes:
    if row.is_machines:
        return json.dumps(given).encode()
    return urlencode(given).encode()


def outcome_of(answer: Answer, *, done: str = "") -> Outcome:
    """Tell in a word what became of a request; done: what who got through is told."""
    leads_to = answer.headers.get("location", "")
    if leads_to.startswith(SIGN_IN):
        return Outcome.SIGN_IN
    if leads_to == FACTOR:
        return Outcome.FACTOR
    if answer.status >= 500 or answer.status < 200:
        return Outcome.ERROR
    by_status = {
        401: Outcome.SIGN_IN,
        403: Outcome.REFUSED,
        404: Outcome.HIDDEN,
        405: Outcome.METHOD,
        409: Outcome.DECLINED,
    }
    if done.encode() not in answer.content:
        return by_status.get(answer.status, Outcome.DECLINED)
    return by_status.get(answer.status, Outcome.THROUGH)


def _kind(outcome: Outcome, expected: frozenset[Outcome]) -> str:
    if outcome is Outcome.ERROR:
        return "errors"
    if outcome is Outcome.THROUGH:
        return "through"
    return "refused" if Outcome.THROUGH in expected else "otherwise"


class OverLoopback:
    """Ask a server, each thread over a connection of its own that is kept open."""

    def __init__(self, port: int) -> None:
        self._port, self._mine = port, local()

    def __call__(self, request: Request) -> Answer:
        """Send a request; once more over a new connection if the old one is gone."""
        for _ in range(2):
            try:
                return self._sent(request)
            except (OSError, HTTPException):
                self._mine.connection = None
        return Answer(0, {}, b"")

    def _sent(self, request: Request) -> Answer:
        held = getattr(self._mine, "connection", None)
        if held is None:
            held = HTTPConnection("127.0.0.1", self._port, timeout=60)
            self._mine.connection = held
        held.request(
            request.method, request.path, request.content, dict(request.headers)
        )
        response = held.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, headers, response.read())


def summed(seen: Iterable[Seen]) -> Seen:
    """Put what several walks found together."""
    whole = Seen()
    for one in seen:
        whole.cells += one.cells
        whole.bytes += one.bytes
        whole.through += one.through
        for kind, texts in one.told.items():
            whole.told.setdefault(kind, []).extend(texts)
    return whole


def worst(seen: Seen, kinds: Sequence[str]) -> str:
    """Say the first faults of some kinds, for a note."""
    counted = Counter({kind: seen.count(kind) for kind in kinds})
    first = [text for kind in kinds for text in seen.told.get(kind, ())[:5]]
    return "; ".join(first) if sum(counted.values()) else ""
