"""A gateway of a member: one port for its own systems, one for other gateways."""

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable
from datetime import timedelta
from hashlib import sha256
from typing import Any

from aiohttp import web
from django.conf import settings

from tinhso.exchange.actions.consuming import Consumer
from tinhso.exchange.actions.providing import Provider
from tinhso.exchange.actions.station import Station
from tinhso.exchange.actions.writing import Now, Writer
from tinhso.exchange.providers import keys
from tinhso.exchange.providers.asking import Asker
from tinhso.exchange.rules import answers
from tinhso.exchange.types import (
    Answer,
    HeaderWrong,
    MemberName,
    MessageTooLarge,
    Side,
    Stopped,
)

# Of a request (configuration; no source).
MOST_BYTES = 10 * 2**20
BODY_SECONDS = 30
SWITCH_SECONDS = 0.0002
REFRESH_SECONDS, STAMP_SECONDS = 1.0, 60.0
Respond = Callable[[web.BaseRequest, list[tuple[str, str]], bytes], Awaitable[Answer]]


class Gateway:
    """Serves until it is stopped; a port of 0 takes any that is free."""

    def __init__(
        self,
        *,
        name: MemberName,
        now: Now,
        inner: tuple[str, int] = ("127.0.0.1", 0),
        outer: tuple[str, int] = ("127.0.0.1", 0),
        stamp_seconds: float = STAMP_SECONDS,
        refresh_seconds: float = REFRESH_SECONDS,
    ) -> None:
        self._name, self._now = name, now
        self._inner, self._outer = inner, outer
        self._every = refresh_seconds, stamp_seconds
        self._runners: list[web.ServerRunner] = []
        self._tasks: list[asyncio.Task[None]] = []
        self.inner_port = self.outer_port = 0

    async def start(self) -> None:
        """Read keys and directory, and listen.

        :raises MemberUnknown: if there is no such member.
        """
        folder = keys.folder_of(settings.TINHSO_HOME, self._name)
        key, key_name = keys.signing_key(folder)
        grace = timedelta(hours=settings.TINHSO_EXCHANGE_STAMP_HOURS)
        writer = Writer(self._name, now=self._now, grace=grace)
        await writer.start()
        self.station = Station(
            writer.member, folder, key, key_name, writer, Asker(), self._now
        )
        self._context = keys.server_context(folder, self.station.trusted())
        self.inner_port = await self._listen(self._inner, self._of_own(), None)
        self.outer_port = await self._listen(
            self._outer, self._of_others(), self._context
        )
        self._tasks = [
            asyncio.create_task(self._refresh()),
            asyncio.create_task(self._stamp()),
        ]

    async def stop(self) -> None:
        """Answer what came, and end."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for runner in self._runners:
            await runner.cleanup()
        async with self.station.asker:
            await self.station.writer.stop()

    def _of_own(self) -> Respond:
        consumer = Consumer(self.station)

        async def respond(
            request: web.BaseRequest, headers: list[tuple[str, str]], body: bytes
        ) -> Answer:
            return await consumer.answer(
                method=request.method,
                target=request.raw_path,
                headers=headers,
                body=body,
            )

        return respond

    def _of_others(self) -> Respond:
        provider = Provider(self.station)

        async def respond(
            request: web.BaseRequest, headers: list[tuple[str, str]], body: bytes
        ) -> Answer:
            return await provider.answer(
                method=request.method,
                target=request.raw_path,
                headers=headers,
                body=body,
                peer=_fingerprint(request),
            )

        return respond

    async def _listen(
        self, where: tuple[str, int], respond: Respond, context: Any
    ) -> int:
        side = Side.CONSUMER if context is None else Side.PROVIDER

        async def handle(request: web.BaseRequest) -> web.StreamResponse:
            headers = list(request.headers.items())
            try:
                body = await _body(request)
            except Stopped as stopped:
                answer = answers.refusal(stopped, side=side, call=None, base="")
                response = _response(answer)
                response.force_close()
                return response
            return _response(await respond(request, headers, body))

        server = web.Server(handle, access_log=None, auto_decompress=False)
        runner = web.ServerRunner(server)
        await runner.setup()
        site = web.TCPSite(runner, *where, ssl_context=context, backlog=512)
        await site.start()
        self._runners.append(runner)
        port: int = runner.addresses[0][1]
        return port

    async def _refresh(self) -> None:
        """Follow changes of the directory, while nobody calls, too."""
        writer, trusted = self.station.writer, -1
        while True:
            await asyncio.sleep(self._every[0])
            try:
                await writer.refresh()
                if writer.directory.version != trusted:
                    trusted = writer.directory.version
                    keys.trust(self._context, self.station.trusted())
            except Exception:  # noqa: BLE001 - a gateway does not stop following
                self.station.complain("the directory could not be read")

    async def _stamp(self) -> None:
        while True:
            try:
                await self.station.writer.stamp()
            except Exception:  # noqa: BLE001 - it is tried again, and refused in time
                self.station.complain("no time-stamp could be had")
            await asyncio.sleep(self._every[1])


def _fingerprint(request: web.BaseRequest) -> str:
    transport = request.transport
    secured = transport.get_extra_info("ssl_object") if transport else None
    shown = secured.getpeercert(True) if secured else None
    return sha256(shown).hexdigest() if shown else ""


async def _body(request: web.BaseRequest) -> bytes:
    """Read what was sent, as far as a gateway takes it."""
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise HeaderWrong(header="content-encoding")
    if not request.can_read_body:
        return b""
    parts, size = [], 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            async for part in request.content.iter_any():
                size += len(part)
                if size > MOST_BYTES:
                    raise MessageTooLarge
                parts.append(part)
    except TimeoutError:
        raise MessageTooLarge from None
    return b"".join(parts)


def _response(answer: Answer) -> web.Response:
    return web.Response(
        status=answer.status,
        # The library would tell its version.
        headers={"Server": "tinhso"}
        | {name.title(): value for name, value in answer.headers},
        body=answer.body,
    )


def serve(
    *,
    name: MemberName,
    inner: tuple[str, int],
    outer: tuple[str, int],
    now: Now,
    ready: Callable[[int, int], None],
) -> None:
    """Serve as the gateway of a member until the process is told to end.

    inner: where own systems call, outer: where other gateways do; ready: is told both
    ports. now: the clock.

    :raises MemberUnknown: if there is no such member.
    """

    async def run() -> None:
        gateway = Gateway(name=name, now=now, inner=inner, outer=outer)
        await gateway.start()
        told = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, told.set)
        ready(gateway.inner_port, gateway.outer_port)
        try:
            await told.wait()
        finally:
            await gateway.stop()

    # The thread that logs waits for its turn after each answer of the database; at
    # Python's usual 5 ms that would be most of the time a call takes.
    sys.setswitchinterval(SWITCH_SECONDS)
    asyncio.run(run())
