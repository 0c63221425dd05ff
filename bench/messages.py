"""10,000 messages queued and delivered to a mail server on this machine.

Each is written by `send_message` as a reaction writes it: wording, choices of the
person, inbox, queue and journal, in a transaction of its own. Then `deliver_due` takes
them to a real SMTP server in another process, two rounds at once as the worker's two
jobs do. Goal: 60 seconds for all of it. The peer is Python's smtplib, which hands the
same letters to the same server over one connection and keeps nothing.
"""

import json
import smtplib
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from bench import apart
from bench.report import line

MESSAGES, PEOPLE, HANDS = 10_000, 1_000, 2
GOAL_SECONDS = 60.0
WORDING = "dossier_submitted"


class Sink:
    """Takes letters and counts them, by their Message-ID."""

    def __init__(self) -> None:
        self.taken, self.ids = 0, set[str]()

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the library's name
        """Take one."""
        head = envelope.content.partition(b"\r\n\r\n")[0]
        found = message_from_bytes(head, policy=default)
        self.taken += 1
        self.ids.add(str(found["Message-ID"]))
        return "250 OK"


class AnyPort(Controller):
    """Listens on a free port; the library's own start asks port 0 for an answer."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


def main(words: list[str]) -> None:
    """Print one JSON line; end with 1 if the goal is missed."""
    if words == ["--sink"]:
        _serve()
    elif words == ["--measure"]:
        sys.exit(0 if _measure() else 1)
    else:
        apart.measure("bench.messages")


def _serve() -> None:
    """Take letters until the other end of the pipe is closed; then say how many."""
    sink = Sink()
    controller = AnyPort(sink, hostname="127.0.0.1", port=0)
    controller.start()
    print(controller.port, flush=True)
    sys.stdin.read()
    controller.stop()
    print(json.dumps({"taken": sink.taken, "different": len(sink.ids)}), flush=True)


def _measure() -> bool:
    import django  # noqa: PLC0415 - the database is chosen by the environment

    django.setup()
    persons = _people()
    _queue(persons, 100, "warm")
    peer = _plain_letters(MESSAGES)
    with _Sink() as sink:
        _deliver(sink)
        began = time.perf_counter()
        _queue(persons, MESSAGES, "bench")
        queued = time.perf_counter() - began
        rounds = _deliver(sink)
        total = time.perf_counter() - began
    assert sink.told == {"taken": MESSAGES + 100, "different": MESSAGES + 100}
    line(
        "messages_10000_queued_and_delivered",
        total,
        "s",
        peer="smtplib, the same letters to the same server over one connection",
        peer_value=peer,
        queued_s=round(queued, 1),
        delivered_s=round(total - queued, 1),
        in_a_round_of_5_s=round(MESSAGES / (total - queued) * 5),
        rounds=rounds,
        goal=GOAL_SECONDS,
    )
    return total <= GOAL_SECONDS


class _Sink:
    """A mail server in a process of its own; `told` once it ended."""

    def __enter__(self) -> "_Sink":
        words = [sys.executable, "-m", "bench.messages", "--sink"]
        self._process = subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdout
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(self, *_: object) -> None:
        self.told = json.loads(self._process.communicate("", timeout=30)[0])


def _people() -> list[Any]:
    from tinhso.people.models import PersonRow  # noqa: PLC0415 - as above

    rows = [
        PersonRow(
            full_name=f"Người {n}",
            sort_name=f"nguoi {n}",
            email=f"n{n}@example.org",
            is_synthetic=True,
        )
        for n in range(PEOPLE)
    ]
    return [row.id for row in PersonRow.objects.bulk_create(rows)]


def _queue(persons: list[Any], count: int, name: str) -> None:
    from tinhso.kernel import clock  # noqa: PLC0415 - as above
    from tinhso.kernel.actor import SYSTEM  # noqa: PLC0415
    from tinhso.notify import actions  # noqa: PLC0415

    for n in range(count):
        actions.send_message(
            template_key=WORDING,
            person_id=persons[n % PEOPLE],
            params={"code": f"H49.06688-260616-{n:04}", "due": "17:00 17/06/2026"},
            subject_id=None,
            dedupe_key=f"{name}:{n}",
            actor=SYSTEM,
            at=clock.now(),
        )


def _deliver(sink: _Sink) -> int:
    """Deliver all, round by round as the job does; say how many rounds."""
    from django.conf import settings  # noqa: PLC0415 - as above
    from django.db import connection  # noqa: PLC0415

    from tinhso.kernel import clock  # noqa: PLC0415
    from tinhso.notify import actions  # noqa: PLC0415
    from tinhso.notify.types import Channel  # noqa: PLC0415

    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port

    def work() -> int:
        rounds = 0
        while actions.deliver_due(at=clock.now(), channels=[Channel.EMAIL]):
            rounds += 1
        connection.close()
        return rounds

    with ThreadPoolExecutor(HANDS) as pool:
        return sum(run.result() for run in [pool.submit(work) for _ in range(HANDS)])


def _plain_letters(count: int) -> float:
    with _Sink() as sink:
        began = time.perf_counter()
        with smtplib.SMTP("127.0.0.1", sink.port) as server:
            for n in range(count):
                letter = EmailMessage()
                letter["From"], letter["To"] = "a@example.org", f"n{n}@example.org"
                letter["Subject"] = f"Hồ sơ H49.06688-260616-{n:04} đã được lưu"
                letter["Message-ID"] = f"<{n}@example.org>"
                letter.set_content("Hồ sơ đã được lưu bền vững.\nHạn trả: 17/06/2026")
                server.send_message(letter)
        taken = time.perf_counter() - began
    assert sink.told["different"] == count
    return taken


if __name__ == "__main__":
    main(sys.argv[1:])
