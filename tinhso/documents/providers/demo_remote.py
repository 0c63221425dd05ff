"""The other side of remote signing, for trying: CSC API v2, and able to misbehave.

It runs in a process of its own (`tinhso signing demo`). Its keys lie in a folder of its
own; its certificates are issued free of charge by the demo authority to the synthetic
people it is told of, and have no legal value.
"""

import json
import secrets
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from tinhso.documents.providers import demo

PATH = "/csc/v2/"
ECDSA_SHA256 = "1.2.840.10045.4.3.2"
SECONDS_OF_A_CODE = 300
SECONDS_OF_A_SAD = 120
MOST_TRIES = 5
# Each wrongs the platform in one way; the tests go through all of them.
MISDEEDS = (
    "slow",
    "dead",
    "nonsense",
    "refuse",
    "wrong-signature",
    "wrong-hash",
    "expired",
    "revoked",
    "stranger",
    "replay",
)
_ENDED = {
    "starts_at": datetime(2020, 1, 1, tzinfo=UTC),
    "ends_at": datetime(2021, 1, 1, tzinfo=UTC),
}

Answer = tuple[int, bytes]


class HangUp(Exception):  # noqa: N818 - what it does, not what went wrong
    """The service breaks off without an answer."""


@dataclass
class _Code:
    value: str
    until: float
    tries: int = 0


@dataclass
class _Activation:
    credential_id: str
    hashes: tuple[str, ...]
    until: float
    is_spent: bool = False


@dataclass
class _State:
    codes: dict[str, _Code] = field(default_factory=dict)
    activations: dict[str, _Activation] = field(default_factory=dict)


class DemoRemote:
    """Holds a key for each of some people, and signs once for each code.

    people: full names by personal number; slow: seconds, of the misdeed `slow`.
    """

    def __init__(
        self, *, home: Path, key: str, people: Mapping[str, str], slow: float = 30.0
    ) -> None:
        self.misdeed = ""
        self._authority = demo.DemoSigner(home=home)
        self._folder = home / "keys" / "remote"
        self._key, self._people, self._slow = key, dict(people), slow
        self._state, self._lock = _State(), Lock()

    def answer(self, *, method: str, authorization: str, content: bytes) -> Answer:
        """Answer a question of the API: status and JSON.

        :raises HangUp: when it misbehaves so.
        """
        if authorization != f"Bearer {self._key}":
            return _refusal(401, "invalid_token")
        if self.misdeed == "dead":
            raise HangUp
        if self.misdeed == "slow":
            time.sleep(self._slow)
        if self.misdeed == "nonsense":
            return 200, b"<!doctype html><title>Bao tri</title>"
        return self._answered(method, content)

    def codes(self) -> list[dict[str, str]]:
        """List the codes it has sent out, as if to the telephones of their holders."""
        with self._lock:
            return [
                {"name": self._people[credential_id], "code": code.value}
                for credential_id, code in self._state.codes.items()
            ]

    def _answered(self, method: str, content: bytes) -> Answer:
        known: dict[str, Callable[[dict[str, Any]], Answer]] = {
            "credentials/list": self._list,
            "credentials/info": self._info,
            "credentials/getChallenge": self._send_code,
            "credentials/authorize": self._authorize,
            "signatures/signHash": self._sign,
        }
        try:
            body = json.loads(content)
            with self._lock:
                return known[method](body)
        except (KeyError, TypeError, ValueError):
            return _refusal(400, "invalid_request")

    def _list(self, body: dict[str, Any]) -> Answer:
        user = body["userID"]
        return _json({"credentialIDs": [user] if user in self._people else []})

    def _info(self, body: dict[str, Any]) -> Answer:
        certificate = self._identity(body["credentialID"]).certificate
        return _json(
            {
                "key": {
                    "status": "enabled",
                    "algo": [ECDSA_SHA256],
                    "len": 256,
                    "curve": "1.2.840.10045.3.1.7",
                },
                "cert": {"status": "valid", "certificates": [_written(certificate)]},
                "auth": {
                    "mode": "explicit",
                    "expression": "OTP",
                    "objects": [{"type": "Password", "id": "OTP", "format": "N"}],
                },
                "SCAL": "2",
                "multisign": 1,
            }
        )

    def _send_code(self, body: dict[str, Any]) -> Answer:
        credential_id = body["credentialID"]
        if credential_id not in self._people or body["authObjectID"] != "OTP":
            return _refusal(400, "invalid_request")
        value = f"{secrets.randbelow(1_000_000):06d}"
        until = time.monotonic() + SECONDS_OF_A_CODE
        self._state.codes[credential_id] = _Code(value, until)
        return 204, b""

    def _authorize(self, body: dict[str, Any]) -> Answer:
        credential_id = body["credentialID"]
        given = {one["id"]: one["value"] for one in body["authData"]}
        if self.misdeed == "refuse":
            return _refusal(400, "access_denied")
        if not self._takes(credential_id, str(given["OTP"])):
            return _refusal(400, "invalid_authentication_data")
        # It hands out one that was used before, which it will then not take.
        old = [k for k, one in self._state.activations.items() if one.is_spent]
        if self.misdeed == "replay" and old:
            return _json({"SAD": old[-1], "expiresIn": SECONDS_OF_A_SAD})
        sad = secrets.token_urlsafe(32)
        self._state.activations[sad] = _Activation(
            credential_id,
            tuple(body["hashes"]),
            time.monotonic() + SECONDS_OF_A_SAD,
        )
        return _json({"SAD": sad, "expiresIn": SECONDS_OF_A_SAD})

    def _takes(self, credential_id: str, typed: str) -> bool:
        """Take a code once, in time, and after few wrong tries."""
        code = self._state.codes.get(credential_id)
        if code is None or code.until < time.monotonic() or code.tries >= MOST_TRIES:
            return False
        if not secrets.compare_digest(code.value.encode(), typed.encode()):
            code.tries += 1
            return False
        del self._state.codes[credential_id]
        return True

    def _sign(self, body: dict[str, Any]) -> Answer:
        known = self._state.activations[body["SAD"]]
        fits = (
            known.credential_id == body["credentialID"]
            and known.hashes == tuple(body["hashes"])
            and len(known.hashes) == 1
            and body["signAlgo"] == ECDSA_SHA256
        )
        if known.is_spent or known.until < time.monotonic() or not fits:
            return _refusal(400, "invalid_request")
        known.is_spent = True
        digest = b64decode(known.hashes[0], validate=True)
        made = self._signature(known.credential_id, digest)
        return _json({"signatures": [b64encode(made).decode("ascii")]})

    def _signature(self, credential_id: str, digest: bytes) -> bytes:
        if self.misdeed == "wrong-signature":
            return secrets.token_bytes(70)
        if self.misdeed == "wrong-hash":
            digest = sha256(digest).digest()
        key = self._identity(credential_id).key
        return key.sign(digest, ec.ECDSA(Prehashed(hashes.SHA256())))

    def _identity(self, credential_id: str) -> demo.Identity:
        """Issue the free certificate of a person, the same one each time."""
        name, number = self._people[credential_id], credential_id
        if self.misdeed == "stranger":
            name, number = "Người Lạ Mặt", "022199999999"
        bad = self.misdeed in ("expired", "revoked", "stranger")
        identity = self._authority.hold(
            folder=self._folder,
            name=f"{credential_id}-{self.misdeed}" if bad else credential_id,
            names={"common_name": name, "serial_number": f"PNOVN-{number}"},
            **(_ENDED if self.misdeed == "expired" else {}),
        )
        if self.misdeed == "revoked":
            self._authority.revoke(serial=identity.certificate.serial_number)
        return identity


def _written(certificate: x509.Certificate) -> str:
    der = certificate.public_bytes(serialization.Encoding.DER)
    return b64encode(der).decode("ascii")


def _json(content: Mapping[str, Any]) -> Answer:
    return 200, json.dumps(content).encode()


def _refusal(status: int, error: str) -> Answer:
    return status, json.dumps({"error": error}).encode()
