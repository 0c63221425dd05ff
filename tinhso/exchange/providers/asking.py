"""Ask services and other gateways over HTTP; nothing is read without end."""

import asyncio
import ssl
from collections.abc import Sequence
from types import TracebackType
from typing import Self

import aiohttp
from yarl import URL

from tinhso.exchange.types import (
    AnswerLate,
    AnswerTooLarge,
    AnswerWrong,
    CertificateUnknown,
    GatewayAway,
    ServiceAway,
)

MOST_CONNECTIONS = 200
# Sent by us or not at all; what the library would add was not signed.
_NOT_ADDED = ("Content-Type", "User-Agent", "Accept", "Accept-Encoding")


class Asker:
    """Connections to services and gateways, kept open between calls."""

    def __init__(self) -> None:
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=MOST_CONNECTIONS, ttl_dns_cache=10),
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=_NOT_ADDED,
            raise_for_status=False,
            trust_env=False,
        )

    async def __aenter__(self) -> Self:
        """Begin."""
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the connections."""
        await self._session.close()

    async def ask_service(
        self,
        *,
        method: str,
        url: str,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        seconds: float,
        most_bytes: int,
    ) -> tuple[int, dict[str, str], bytes]:
        """Ask a service; answers status, headers by small names, and body.

        :raises ServiceAway: if it cannot be reached. :raises AnswerLate: if it is slow.
        :raises AnswerTooLarge: beyond the limit; AnswerWrong: if it breaks off.
        """
        sent = [*headers, ("Accept-Encoding", "identity")]
        return await self._ask(method, url, sent, body, seconds, most_bytes, None)

    async def ask_gateway(
        self,
        *,
        method: str,
        url: str,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        seconds: float,
        most_bytes: int,
        context: ssl.SSLContext,
    ) -> tuple[int, dict[str, str], bytes]:
        """Ask the gateway of another member.

        :raises GatewayAway: if it cannot be reached.
        :raises CertificateUnknown: if one of both does not know the other.
        :raises AnswerLate: if it is slow; AnswerTooLarge, AnswerWrong: as of services.
        """
        try:
            return await self._ask(
                method, url, headers, body, seconds, most_bytes, context
            )
        except ServiceAway as away:
            reason = away.__cause__
            if isinstance(reason, aiohttp.ClientSSLError | ssl.SSLError):
                raise CertificateUnknown from reason
            if isinstance(getattr(reason, "os_error", None), ssl.SSLError):
                raise CertificateUnknown from reason
            if "TLSV1" in str(reason).upper() or "SSL" in str(reason):
                raise CertificateUnknown from reason
            raise GatewayAway from reason

    async def _ask(
        self,
        method: str,
        url: str,
        headers: Sequence[tuple[str, str]],
        body: bytes,
        seconds: float,
        most_bytes: int,
        context: ssl.SSLContext | None,
    ) -> tuple[int, dict[str, str], bytes]:
        try:
            async with (
                asyncio.timeout(seconds),
                self._session.request(
                    method,
                    URL(url, encoded=True),
                    headers=headers,
                    data=body or None,
                    # An answer that leads elsewhere must not lead us there.
                    allow_redirects=False,
                    ssl=context if context is not None else True,
                ) as answer,
            ):
                content = await _read(answer, most_bytes)
                return answer.status, _small(answer), content
        except TimeoutError:
            raise AnswerLate from None
        except (aiohttp.ClientPayloadError, aiohttp.ClientResponseError) as error:
            raise AnswerWrong from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise ServiceAway from error


async def _read(answer: aiohttp.ClientResponse, most: int) -> bytes:
    parts, size = [], 0
    async for part in answer.content.iter_any():
        size += len(part)
        if size > most:
            answer.close()  # the rest is not even received
            raise AnswerTooLarge
        parts.append(part)
    return b"".join(parts)


def _small(answer: aiohttp.ClientResponse) -> dict[str, str]:
    told: dict[str, str] = {}
    for name, value in answer.headers.items():
        if name.lower() in told:
            told[name.lower()] = f"{told[name.lower()]}, {value}"
        else:
            told[name.lower()] = value
    return told
