"""What ends, ends with the next request: accounts, keys, sessions, posts, covers.

Against a server that keeps what it does: all are asked, then operators end things in a
process of their own, then all are asked again at once.
"""

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass

from torture.access_walk import Asks, Request
from torture.prepare import ROOT

DESK, OWN_DESK = "/lam-viec", "/api/v1/desk"
INTAKE = "/lam-viec/tiep-nhan"
OWN, OWN_LIST = "/ho-so", "/api/v1/dossiers"
# What ends, of whom, and which way they come then: with a session, or with a key.
ENDS = (
    ("close_account", "stranger", "cookie", OWN),
    ("close_account", "stranger", "key", OWN_LIST),
    ("revoke_key", "owner", "key", OWN_LIST),
    ("sign_out", "owner", "cookie", OWN),
    ("end_sessions", "registrar", "cookie", DESK),
    ("end_post", "case_officer", "cookie", DESK),
    ("end_post", "case_officer", "key", OWN_DESK),
    ("end_cover", "stand_in", "cookie", INTAKE),
    ("lose_factor", "leader", "cookie", DESK),
)
Comes = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Probe:
    """How one was answered before and after something ended; both HTTP statuses."""

    what: str
    before: int
    after: int

    @property
    def holds(self) -> bool:
        """Tell whether it let them in before, and not after."""
        return self.before == 200 and self.after in {302, 401, 403}


def probes(
    ask: Asks, comes: Comes, environment: Mapping[str, str]
) -> tuple[Probe, ...]:
    """Ask, end, and ask again at once."""
    before = _statuses(ask, comes)
    subprocess.run(
        [sys.executable, "-m", "torture.revoking"],
        env=dict(environment),
        cwd=ROOT,
        input=json.dumps([(kind, who, comes[who]) for kind, who, *_ in ENDS]),
        text=True,
        check=True,
    )
    after = _statuses(ask, comes)
    return tuple(
        Probe(f"{kind} of {who} by {way}", was, now)
        for (kind, who, way, _), was, now in zip(ENDS, before, after, strict=True)
    )


def _statuses(ask: Asks, comes: Comes) -> list[int]:
    return [_status(ask, comes[who], way, path) for _, who, way, path in ENDS]


def _status(ask: Asks, comes: Mapping[str, str], way: str, path: str) -> int:
    headers = {"Host": "localhost", "Accept-Language": "vi"}
    if way == "cookie":
        headers["Cookie"] = f"tinhso-session={comes['cookie']}"
    else:
        headers["Authorization"] = f"Bearer {comes['key']}"
    return ask(Request("GET", path, headers, b"")).status
