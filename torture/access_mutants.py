"""Remove each refusal in turn, and see whether the walk notices.

`python -m torture.access_mutants` does so on the database of `DATABASE_URL`, with the
world on its standard input, and prints what it found as JSON. Needs Django set up.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from random import Random
from types import CodeType
from typing import Any
from urllib.parse import unquote

import django
from django.core.wsgi import get_wsgi_application

from torture.access_policy import Outcome
from torture.access_twice import unexplained
from torture.access_walk import Answer, Cell, Request, Seen, Walk
from torture.mutants import Mutant, mutants, watched
from torture.undone import undone

SEED = 20261126
MOST_CELLS = 400  # tried for a mutant that is explained; for others, all
TRIED = ("GET", "POST", "DELETE")
# Who tries what is refused to them; the others are insiders nearly everywhere.
PROBES = (
    *("nobody", "stranger", "owner", "case_officer", "registrar", "without_task"),
    *(
        "clerk",
        "clerk_elsewhere",
        "head_elsewhere",
        "not_asked",
        "controller",
        "admin",
        "cover_over",
    ),
    *("post_over", "no_factor", "closed", "key_revoked", "key_over", "asked"),
)
# Who together call whatever an address can call.
INSIDERS = ("owner", "clerk", "head", "controller", "key_revoked")
# What notices: somebody let through, a canary, or turned away otherwise than declared.
NOTICES = ("through", "canaries", "otherwise")


@dataclass
class Found:
    """What became of the mutants; reached: by some cell of the walk."""

    mutants: int = 0
    noticed: int = 0
    leaks: int = 0
    survived: list[str] = field(default_factory=list)
    unreached: list[str] = field(default_factory=list)


class InProcess:
    """Ask the application itself, undone; for one thread."""

    def __init__(self) -> None:
        self._application = undone(get_wsgi_application())

    def __call__(self, request: Request) -> Answer:
        """Send a request."""
        told: dict[str, Any] = {}

        def start(status: str, headers: Sequence[tuple[str, str]], *_: object) -> None:
            told["status"] = int(status.split()[0])
            told["headers"] = {name.lower(): value for name, value in headers}

        content = b"".join(self._application(_environ(request), start))
        return Answer(told["status"], told["headers"], content)


def _environ(request: Request) -> dict[str, Any]:
    path, _, query = request.path.partition("?")
    headers = {
        "HTTP_" + name.upper().replace("-", "_"): value
        for name, value in request.headers.items()
        if name != "Content-Type"
    }
    return {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": unquote(path).encode().decode("latin-1"),
        "QUERY_STRING": query,
        "SCRIPT_NAME": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": request.headers.get("Content-Type", ""),
        "CONTENT_LENGTH": str(len(request.content)),
        "wsgi.input": BytesIO(request.content),
        "wsgi.errors": sys.stderr,
        "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0),
        **headers,
    }


def all_mutants() -> list[Mutant]:
    """List the mutants of the sources, the doors, the policies and the conditions."""
    from torture.access_tables import mutants_of_tables  # noqa: PLC0415 - set up now

    return [*mutants(), *mutants_of_tables()]


def run(walk: Walk, ask: InProcess, *, share: float = 1.0) -> Found:
    """Try the mutants, or a share of them.

    Chosen by their names: what is written elsewhere changes nobody else's lot. In a
    share are none of those whose going unnoticed is explained: nothing follows of them.
    """
    chosen = [one for one in all_mutants() if share == 1.0 or _is_tried(one, share)]
    cells = list(_tried(walk, PROBES))
    # Those first that are to be turned away, each kind of them soon.
    Random(SEED).shuffle(cells)
    cells.sort(key=_comes_first)
    reached = _reached(walk, ask, {one.code for one in chosen if one.code})
    found = Found(mutants=len(chosen))
    for mutant in chosen:
        rows = reached[mutant.code] if mutant.code else {mutant.address}
        tried = [cell for cell in cells if _place(cell, mutant) in rows]
        _try(walk, ask, mutant, tried, found)
    return found


def _is_tried(mutant: Mutant, share: float) -> bool:
    lot = int.from_bytes(sha256(mutant.name.encode()).digest()[:4]) / 2**32
    return lot < share and bool(unexplained([mutant.name]))


def _place(cell: Cell, mutant: Mutant) -> object:
    return (cell.row.key, cell.method) if mutant.code else cell.row.address


def _try(
    walk: Walk, ask: InProcess, mutant: Mutant, cells: Sequence[Cell], found: Found
) -> None:
    if not cells:
        found.unreached.append(mutant.name)
        return
    seen = _noticed(walk, ask, mutant, cells)
    if seen is None:
        found.survived.append(mutant.name)
        return
    found.noticed += 1
    found.leaks += bool(seen.count("through") or seen.count("canaries"))


def _reached(
    walk: Walk, ask: InProcess, codes: set[CodeType]
) -> Mapping[CodeType, set[object]]:
    """Find at which rows, by which methods, functions are called by insiders."""
    found: defaultdict[CodeType, set[object]] = defaultdict(set)
    for cell in _tried(walk, INSIDERS):
        called: set[CodeType] = set()
        request = walk.request(cell)
        with watched(codes, called):
            ask(request)
        for code in called:
            found[code].add((cell.row.key, cell.method))
    return found


def _tried(walk: Walk, probes: Sequence[str]) -> Iterator[Cell]:
    """List the cells of declared methods, for the things of the first victim."""
    for cell in walk.cells(visitors=probes, sets=("A",), methods=TRIED):
        if cell.method in cell.row.circles and not cell.row.is_own:
            yield cell


def _comes_first(cell: Cell) -> bool:
    expected = cell.row.expects(cell.method, cell.visitor, cell.of)
    return Outcome.THROUGH in expected and cell.visitor.may_see("A")


def _noticed(
    walk: Walk, ask: InProcess, mutant: Mutant, cells: Sequence[Cell]
) -> Seen | None:
    """Try cells with a refusal removed until one shows it; None if none does."""
    for cell in cells if unexplained([mutant.name]) else cells[:MOST_CELLS]:
        seen = Seen()
        request = walk.request(cell)
        with mutant.in_place():
            answer = ask(request)
        walk.judge(cell, request, answer, seen)
        if any(seen.count(kind) for kind in NOTICES):
            return seen
    return None


def main() -> None:
    """Read the world, try everything, print what was found."""
    django.setup()
    from torture.access_addresses import addresses  # noqa: PLC0415 - set up above

    walk = Walk(json.loads(sys.stdin.read()), addresses())
    print(json.dumps(vars(run(walk, InProcess()))))


if __name__ == "__main__":
    main()
