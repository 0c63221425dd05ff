"""The processes of a running platform: started, watched, started again, ended."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence

# A process that ends again and again is started ever more slowly.
# Not so slowly that people wait for long when the cause is gone.
FIRST_WAIT, LONGEST_WAIT = 0.2, 4.0  # seconds
# One that lived this long was well; its next end is a new trouble.
WELL_AFTER = 30.0  # seconds
END_SECONDS = 10


class Child:
    """One process with all it starts.

    name: what people call it; starts: how often it was started.
    """

    def __init__(
        self, name: str, words: Sequence[str], environment: Mapping[str, str]
    ) -> None:
        self.name, self._words, self._environment = name, words, environment
        self._wait, self._due, self.starts = FIRST_WAIT, 0.0, 0
        self._process = self._spawn()

    def has_ended(self) -> bool:
        """Tell whether it runs no more."""
        return self._process.poll() is not None

    def mend(self, say: Callable[[str], None]) -> None:
        """Start it again if it ended, not at once each time; say so."""
        now = time.monotonic()
        if not self.has_ended() or now < self._due:
            return
        if now - self._started > WELL_AFTER:
            self._wait = FIRST_WAIT
        how = _how(self._process.returncode)
        say(f"The {self.name} ended ({how}); it is started again.")
        # What it left behind would hold its port.
        self._signal(signal.SIGKILL)
        self._process = self._spawn()
        self._due = now + self._wait
        self._wait = min(2 * self._wait, LONGEST_WAIT)

    def ask_to_end(self) -> None:
        """Ask it to end what it does, and itself."""
        if not self.has_ended():
            self._process.terminate()

    def end(self) -> None:
        """Wait until it has ended, and kill what has not after ten seconds."""
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._signal(signal.SIGKILL)

    def _spawn(self) -> "subprocess.Popen[bytes]":
        self._started = time.monotonic()
        self.starts += 1
        # Ctrl+C reaches this process alone, which then ends its children in order.
        return subprocess.Popen(  # noqa: S603
            self._words, env=self._environment, start_new_session=True
        )

    def _signal(self, number: signal.Signals) -> None:
        try:
            os.killpg(self._process.pid, number)
        except (ProcessLookupError, PermissionError):
            return


def watch(
    children: Sequence[Child],
    *,
    also: Callable[[], None],
    say: Callable[[str], None],
    every: float = 0.25,
) -> None:
    """Keep them running until this process is told to end; every: in seconds.

    also: what else is looked after each time; say: where it is told what ended.
    """
    while True:
        also()
        for child in children:
            child.mend(say)
        time.sleep(every)


def end(children: Sequence[Child]) -> None:
    """End them all."""
    for child in children:
        child.ask_to_end()
    for child in children:
        child.end()


def _how(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"code {code}"
