"""The program that opens files of strangers, in processes that can do nothing else.

`python -m tinhso.documents.providers.inspector FD` is the nursery: it loads the
parsers once, gives up the network, and forks an inspector for each socket that comes
over FD. An inspector answers one file after the other. It holds no secrets, opens no
file and no socket, starts no process, and is ended by the system where it exceeds its
time or memory; `inspectors` then says so and asks for another.

What bounds it: RLIMIT_AS, RLIMIT_CPU, RLIMIT_FSIZE, RLIMIT_CORE, RLIMIT_NPROC and an
alarm; RLIMIT_NOFILE of 0, so that no descriptor is ever opened, hence no socket and no
file; where permitted besides an empty network namespace, and another user than root.
"""

import array
import ctypes
import json
import os
import resource
import signal
import socket
import struct
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from time import process_time
from typing import Any

from PIL import Image

from tinhso.documents.providers import inspection, ocr, rehearsal, validation, workbooks
from tinhso.kernel.errors import Refused

MOST_FILES = 200  # of one inspector; then a fresh one takes its place
CPU_SECONDS, ALARM_SECONDS = 4, 20  # of one file
# A desk's workbook of 100,000 rows takes more than any file of a citizen; a register's
# of 200,000 has all its cells handed back.
_MORE = {"rows": (10, 352 * 2**20), "first_sheet": (15, 512 * 2**20)}
MEMORY = 176 * 2**20  # bytes of address space beyond what is loaded
_ALL_CPU_SECONDS = 600  # of one inspector, whatever it is told
_NOBODY = 65534
_CLONE_NEWUSER, _CLONE_NEWNET, _NO_NEW_PRIVS = 0x10000000, 0x40000000, 38
HEAD = struct.Struct("!II")  # bytes of the JSON, bytes of the content


@dataclass(frozen=True, slots=True)
class Answer:
    """What an inspector says: a few words, and a content where one is handed back."""

    words: Mapping[str, Any]
    content: bytes = b""


def send(wire: socket.socket, words: Mapping[str, Any], content: bytes = b"") -> None:
    """Send words and a content. Both sides speak like this."""
    head = json.dumps(words).encode()
    wire.sendall(HEAD.pack(len(head), len(content)) + head)
    if content:
        wire.sendall(content)


def receive(wire: socket.socket) -> Answer | None:
    """Wait for words and a content; None where the other side is gone."""
    head = _exactly(wire, HEAD.size)
    if head is None:
        return None
    long, heavy = HEAD.unpack(head)
    words, content = _exactly(wire, long), _exactly(wire, heavy)
    if words is None or content is None:
        return None
    return Answer(json.loads(bytes(words)), bytes(content))


def _exactly(wire: socket.socket, size: int) -> bytearray | None:
    buffer = bytearray(size)
    view = memoryview(buffer)
    while view:
        count = wire.recv_into(view)
        if not count:
            return None
        view = view[count:]
    return buffer


def main(words: list[str]) -> None:
    """Be the nursery until the other end of the socket closes."""
    control = socket.socket(fileno=int(words[0]))
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the system buries the dead
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the one above
    _load()
    about = {"network": not leave_network(), "ocr": ocr.reader() is not None}
    while (wire := _next_wire(control)) is not None:
        if os.fork() == 0:
            control.close()
            serve(wire, about)
            os._exit(0)
        wire.close()


def _load() -> None:
    """Load what an inspector may no longer open: codecs, ciphers, the OCR model."""
    Image.init()
    ocr.reader()
    rehearsal.rehearse()


def _next_wire(control: socket.socket) -> socket.socket | None:
    descriptors = array.array("i")
    message, ancillary, _, _ = control.recvmsg(1, socket.CMSG_LEN(descriptors.itemsize))
    for _, kind, data in ancillary:
        if kind == socket.SCM_RIGHTS:
            descriptors.frombytes(data[: descriptors.itemsize])
    return socket.socket(fileno=descriptors[0]) if message and descriptors else None


def leave_network() -> bool:
    """Move to an empty network namespace, where that is permitted; tell whether it was.

    Without it, RLIMIT_NOFILE alone keeps an inspector from opening a socket.
    """
    try:
        unshare = ctypes.CDLL(None, use_errno=True).unshare
    except (OSError, AttributeError):
        return False
    own = 0 if os.geteuid() == 0 else _CLONE_NEWUSER
    return int(unshare(own | _CLONE_NEWNET)) == 0


def serve(wire: socket.socket, about: Mapping[str, bool]) -> None:
    """Answer files until the other side closes, `MOST_FILES` at most."""
    loaded = confine()
    send(wire, {"ready": True, **about})
    for count in range(1, MOST_FILES + 1):
        asked = receive(wire)
        if asked is None:
            return
        arm(loaded, *_MORE.get(asked.words.get("job", ""), (CPU_SECONDS, MEMORY)))
        answer, is_spent = _answered(asked)
        disarm()
        last = is_spent or count == MOST_FILES
        send(wire, {**answer.words, "last": last}, answer.content)
        if last:
            return


def _answered(asked: Answer) -> tuple[Answer, bool]:
    """Do what is asked; also tell whether this process had better end."""
    try:
        return JOBS[asked.words["job"]](asked), False
    except Refused as refusal:
        return Answer({"refused": refusal.code, "words": refusal.params}), False
    except (MemoryError, RecursionError):
        return Answer({"exhausted": True}), True
    except Exception:  # noqa: BLE001 - hostile bytes find every hole of a parser
        return Answer({"exhausted": True}), True


def _inspect(asked: Answer) -> Answer:
    words = asked.words
    found = inspection.inspect(
        content=asked.content,
        name=words["name"],
        accepted=tuple(words["accepted"]),
        max_bytes=words["max_bytes"],
    )
    same = found.content == asked.content
    told = {"media_type": found.media_type, "same": same}
    return Answer(told, b"" if same else found.content)


def _verify(asked: Answer) -> Answer:
    trust, at = asked.words["trust"], datetime.fromisoformat(asked.words["at"])
    verdict, reports = validation.verify(
        content=asked.content, trust=validation.Trust.from_words(trust), at=at
    )
    told = [{**asdict(one), "signed_at": _written(one.signed_at)} for one in reports]
    return Answer({"verdict": verdict.value, "signatures": told})


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _rows(asked: Answer) -> Answer:
    return Answer({}, workbooks.rows_of(content=asked.content, **asked.words["about"]))


def _first_sheet(asked: Answer) -> Answer:
    told, rows = workbooks.first_sheet(content=asked.content, **asked.words["about"])
    return Answer(told, rows)


JOBS: dict[str, Callable[[Answer], Answer]] = {
    "inspect": _inspect,
    "verify": _verify,
    "rows": _rows,
    "first_sheet": _first_sheet,
}


def confine() -> int:
    """Give up all that parsing does not need; there is no way back.

    Answers the bytes of address space that are taken already.
    """
    loaded = _address_space()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_NO_NEW_PRIVS, 1, 0, 0, 0)
    for name in (signal.SIGXCPU, signal.SIGALRM, signal.SIGTERM):
        signal.signal(name, signal.SIG_DFL)
    arm(loaded, CPU_SECONDS, MEMORY)
    _limit(resource.RLIMIT_CORE, 0)  # a core would put the file on the disk
    _limit(resource.RLIMIT_FSIZE, 0)
    disarm()
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(_NOBODY, _NOBODY, _NOBODY)
        os.setresuid(_NOBODY, _NOBODY, _NOBODY)
    _limit(resource.RLIMIT_NPROC, 0)
    _limit(resource.RLIMIT_NOFILE, 0)  # last: those that are open stay usable
    return loaded


def _limit(what: int, most: int) -> None:
    with suppress(ValueError, OSError):  # some systems lack some limits
        resource.setrlimit(what, (most, most))


def _address_space() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[0])
    except OSError:
        return 2**40
    return pages * resource.getpagesize()


def arm(loaded: int, seconds: int, memory: int) -> None:
    """Let the system refuse or end what the next file takes too much of.

    loaded, memory: bytes of address space, without the file and for it; seconds: of
    CPU, one more or less.
    """
    most = max(more for _, more in _MORE.values())
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (loaded + memory, loaded + most))
    soon = int(process_time()) + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soon, _ALL_CPU_SECONDS))
    signal.setitimer(signal.ITIMER_REAL, ALARM_SECONDS)


def disarm() -> None:
    """Stop counting."""
    signal.setitimer(signal.ITIMER_REAL, 0)
    resource.setrlimit(resource.RLIMIT_CPU, (_ALL_CPU_SECONDS, _ALL_CPU_SECONDS))


if __name__ == "__main__":
    main(sys.argv[1:])
