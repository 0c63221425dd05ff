"""Trust in what an operator lays into a folder: roots and lists of real authorities.

It holds no key: whoever signs has declared a token or a remote credential.
"""

import asyncio
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
from asn1crypto import cms, crl, pem, tsp
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError

from tinhso.documents.providers import certificates
from tinhso.documents.types import (
    MeansNotDeclared,
    Signatory,
    SignatureRole,
    TimestampUnavailable,
)

SECONDS = 10.0  # for a whole answer of the timestamp authority
MOST_BYTES = 2**18
ROOTS, LISTS = (".pem", ".crt", ".cer"), (".crl",)


class FolderTrust:
    """Trusts the roots in `TINHSO_HOME/trust`; revoked is what the lists there say.

    timestamp_url: of an RFC 3161 authority that leads to one of the roots.
    """

    is_demo = False

    def __init__(self, *, home: Path, timestamp_url: str) -> None:
        self._folder, self._timestamp_url = home / "trust", timestamp_url

    def credential(
        self, *, signatory: Signatory, role: SignatureRole, at: datetime
    ) -> Any:
        """Give none: here is no key.

        :raises MeansNotDeclared: always.
        """
        raise MeansNotDeclared()

    def timestamper(self, *, at: datetime) -> Any:
        """Give the client of the timestamp authority; the time is its own."""
        return _Rfc3161(self._timestamp_url)

    def anchors(self) -> tuple[Any, ...]:
        """Read the root certificates, DER or PEM."""
        return tuple(certificates.loaded(der) for der in _contents(self._folder, ROOTS))

    def revocation_lists(self, *, at: datetime) -> tuple[Any, ...]:
        """Read the revocation lists, DER or PEM; which are current, pyHanko tells."""
        found = _contents(self._folder, LISTS)
        return tuple(crl.CertificateList.load(der) for der in found)


class _Rfc3161(TimeStamper):
    """Asks over HTTP, with a bound over the whole answer."""

    def __init__(self, url: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._url = url

    async def async_timestamp(
        self, message_digest: bytes, md_algorithm: str
    ) -> cms.ContentInfo:
        try:
            return await super().async_timestamp(message_digest, md_algorithm)
        except (TimestampRequestError, ValueError, TypeError) as error:
            raise TimestampUnavailable() from error

    async def async_request_tsa_response(
        self, req: tsp.TimeStampReq
    ) -> tsp.TimeStampResp:
        try:
            async with asyncio.timeout(SECONDS):
                return tsp.TimeStampResp.load(await self._asked(req.dump()))
        except (TimeoutError, httpx.HTTPError, httpx.InvalidURL) as error:
            raise TimestampUnavailable() from error

    async def _asked(self, question: bytes) -> bytes:
        headers = {"Content-Type": "application/timestamp-query"}
        answer = b""
        async with (
            httpx.AsyncClient(timeout=SECONDS, trust_env=False) as client,
            client.stream(
                "POST", self._url, content=question, headers=headers
            ) as response,
        ):
            response.raise_for_status()
            async for part in response.aiter_bytes():
                answer += part
                if len(answer) > MOST_BYTES:
                    raise TimestampUnavailable()
        return answer


def _contents(folder: Path, endings: tuple[str, ...]) -> Iterator[bytes]:
    for file in sorted(folder.glob("*")):
        if file.suffix.lower() in endings:
            yield from _ders(file, file.stat().st_mtime_ns)


@lru_cache(maxsize=100)
def _ders(file: Path, changed_at: int) -> tuple[bytes, ...]:
    """Read a file once for each of its versions."""
    content = file.read_bytes()
    if not pem.detect(content):
        return (content,)
    return tuple(der for _, _, der in pem.unarmor(content, multiple=True))
