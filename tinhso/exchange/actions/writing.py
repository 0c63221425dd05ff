"""One writer for all that passes through a gateway: many entries, one commit."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import TypeVar

from django.db import connection
from django.db.utils import Error

from tinhso.exchange import queries
from tinhso.exchange.actions.log import log_messages, stamp_log
from tinhso.exchange.types import (
    Directory,
    Draft,
    LogAway,
    LogEnd,
    LogState,
    Member,
    MemberName,
    MessageReplayed,
    StampsMissing,
)

T = TypeVar("T")
MOST_AT_ONCE, GATHER_SECONDS = 200, 0.002
Now = Callable[[], datetime]


class Writer:
    """Writes the log of a gateway and keeps its picture of the directory fresh.

    While a batch is committed the next one gathers, so that the disk is waited for
    once for all of them. Each batch reads the version of the directory: whoever waits
    for it goes on by the newest, so that what was revoked opens nothing more.
    """

    def __init__(self, name: MemberName, *, now: Now, grace: timedelta) -> None:
        self._name, self._now, self._grace = name, now, grace
        # One thread, one connection; Django's are a thread's own.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="exchange-log")
        # An authority that is slow keeps nobody else waiting.
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="exchange-stamp")
        self._waiting: list[tuple[Draft, asyncio.Future[None]]] = []
        self._wake = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._unstamped: datetime | None = None
        self._end: LogEnd | None = None
        self.member: Member
        self.directory: Directory

    async def start(self) -> None:
        """Read the directory, and begin to write.

        :raises MemberUnknown: if there is no such member.
        """
        self.member = await self.ask(lambda: queries.find_member(name=self._name))
        self.directory = await self.ask(queries.directory)
        state: LogState = await self.ask(
            lambda: queries.log_state(member_id=self.member.id)
        )
        self._unstamped = state.waiting_since
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Write what waits, and end."""
        if self._task is not None:
            while self._waiting:
                await asyncio.sleep(0.01)
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.ask(_close)
        await self._ask_aside(_close)
        self._thread.shutdown()
        self._aside.shutdown()

    async def ask(self, what: Callable[[], T]) -> T:
        """Do something with the database, off the loop."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, what)

    async def _ask_aside(self, what: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._aside, what)

    async def write(self, draft: Draft) -> None:
        """Log a message; afterwards it is on the disk, the directory the newest.

        :raises MessageReplayed: if it was let through before.
        :raises LogAway: if it cannot be logged.
        """
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((draft, done))
        self._wake.set()
        await done

    def refuse_unstamped(self) -> None:
        """Let nothing through if time-stamps have been missing for too long.

        :raises StampsMissing: if so.
        """
        since = self._unstamped
        if since is not None and self._now() - since > self._grace:
            raise StampsMissing

    async def stamp(self) -> None:
        """Have what was logged time-stamped, as far as the authority answers.

        :raises StampsMissing: if it does not. :raises LogAway: without database.
        """
        try:
            while await self._ask_aside(self._stamp):
                pass
            state = await self._ask_aside(
                lambda: queries.log_state(member_id=self.member.id)
            )
        except Error:
            await self._ask_aside(_close)
            raise LogAway from None
        self._unstamped = state.waiting_since

    def _stamp(self) -> int:
        return stamp_log(member_id=self.member.id, at=self._now())

    async def refresh(self) -> None:
        """Read the directory again if it was changed."""
        try:
            version = await self.ask(queries.version)
            await self._follow(version)
        except Error:
            await self.ask(_close)

    async def _follow(self, version: int) -> None:
        if version != self.directory.version:
            self.directory = await self.ask(queries.directory)

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            # What comes in this moment goes along; each commit costs them all.
            await asyncio.sleep(GATHER_SECONDS)
            batch = self._waiting[:MOST_AT_ONCE]
            del self._waiting[:MOST_AT_ONCE]
            if not self._waiting:
                self._wake.clear()
            await self._write(batch)

    async def _write(self, batch: list[tuple[Draft, asyncio.Future[None]]]) -> None:
        drafts, at = [draft for draft, _ in batch], self._now()
        try:
            written = await self.ask(
                lambda: log_messages(
                    member_id=self.member.id,
                    name=self.member.name,
                    drafts=drafts,
                    at=at,
                    end=self._end,
                )
            )
            self._end = written.end
            await self._follow(written.version)
        except Exception:  # noqa: BLE001 - whatever it was, nobody may wait for ever
            self._end = None
            await self.ask(_close)
            _fail([done for _, done in batch])
            return
        self._unstamped = self._unstamped or at
        for place, (_, done) in enumerate(batch):
            _settle(done, is_replayed=place in written.replayed)


def _fail(waiting: list["asyncio.Future[None]"]) -> None:
    for done in waiting:
        if not done.done():
            done.set_exception(LogAway())


def _settle(done: "asyncio.Future[None]", *, is_replayed: bool) -> None:
    if done.done():
        return
    if is_replayed:
        done.set_exception(MessageReplayed())
    else:
        done.set_result(None)


def _close() -> None:
    connection.close()
