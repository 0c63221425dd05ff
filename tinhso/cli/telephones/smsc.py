"""The demo's side of SMPP 3.4, written from the standard and not from the library.

It takes binds, messages and `enquire_link`, and sends receipts as Appendix B has them.
"""

import socket
import struct
import threading
import time
from collections.abc import Callable
from contextlib import suppress

BIND = {0x01, 0x02, 0x09}  # receiver, transmitter, transceiver
SUBMIT, DELIVER, UNBIND, ENQUIRE = 0x04, 0x05, 0x06, 0x15
ANSWER = 0x80000000
OK, WRONG_COMMAND, WRONG_NUMBER = 0x00, 0x03, 0x0B
WRONG_PASSWORD, THROTTLED = 0x0E, 0x58
UDHI, RECEIPT = 0x40, 0x04
HEAD = struct.Struct(">IIII")
LONGEST = 64 * 1024

# Answers a message with its id and what its receipt will say, "" for none ever; or
# with the status by which it is refused.
Take = Callable[[str, bytes, int, bool], "tuple[str, str] | int"]


class Smsc:
    """Listens at a port of loopback; each connection has a thread of its own.

    delay: seconds until a receipt.
    """

    def __init__(
        self, *, port: int, password: str, take: Take, delay: Callable[[], float]
    ) -> None:
        self._password, self._take, self._delay = password, take, delay
        self._socket = socket.create_server(("127.0.0.1", port))
        self.port: int = self._socket.getsockname()[1]
        self._unsaid: list[bytes] = []
        self._lock = threading.Lock()
        self._open: list[socket.socket] = []

    def serve_forever(self) -> None:
        """Take connections until it is closed."""
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._open.append(connection)
            threading.Thread(
                target=self._serve, args=(connection,), daemon=True
            ).start()

    def close(self) -> None:
        """Take no more, and end what is open."""
        for one in (self._socket, *self._open):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def _serve(self, connection: socket.socket) -> None:
        is_bound = False
        connection.settimeout(60)
        with suppress(OSError, ValueError, struct.error), connection:
            while True:
                command, sequence, body = _read(connection)
                if command in BIND:
                    is_bound = self._bind(connection, command, sequence, body)
                elif command == ENQUIRE:
                    _answer(connection, command, OK, sequence)
                elif command == UNBIND:
                    _answer(connection, command, OK, sequence)
                    return
                elif command == SUBMIT and is_bound:
                    self._submit(connection, sequence, body)
                elif not command & ANSWER:
                    _answer(connection, command, WRONG_COMMAND, sequence)

    def _bind(
        self, connection: socket.socket, command: int, sequence: int, body: bytes
    ) -> bool:
        name, rest = _text(body)
        password, _ = _text(rest)
        is_right = password == self._password
        status = OK if is_right else WRONG_PASSWORD
        _answer(connection, command, status, sequence, name.encode() + b"\0")
        if is_right:
            self._say_unsaid(connection)
        return is_right

    def _submit(self, connection: socket.socket, sequence: int, body: bytes) -> None:
        to, esm, coding, content = _message(body)
        taken = self._take(to, content, coding, bool(esm & UDHI))
        if isinstance(taken, int):
            _answer(connection, SUBMIT, taken, sequence)
            return
        message_id, outcome = taken
        _answer(connection, SUBMIT, OK, sequence, message_id.encode() + b"\0")
        if outcome:
            with self._lock:
                self._unsaid.append(_receipt(to, message_id, outcome))
            later = threading.Timer(self._delay(), self._say_unsaid, [connection])
            later.daemon = True
            later.start()

    def _say_unsaid(self, connection: socket.socket) -> None:
        """Send what has not been told; what cannot be sent waits for the next bind."""
        with self._lock:
            left = self._unsaid
            self._unsaid = []
            for number, body in enumerate(left):
                try:
                    _send(connection, DELIVER, OK, 1 + int(time.time()) % 10**6, body)
                except OSError:
                    self._unsaid = left[number:]
                    return


def _read(connection: socket.socket) -> tuple[int, int, bytes]:
    length, command, _, sequence = HEAD.unpack(_exactly(connection, HEAD.size))
    if not HEAD.size <= length <= LONGEST:
        raise ValueError("no PDU")
    return command, sequence, _exactly(connection, length - HEAD.size)


def _exactly(connection: socket.socket, size: int) -> bytes:
    taken = b""
    while len(taken) < size:
        part = connection.recv(size - len(taken))
        if not part:
            raise ValueError("ended")
        taken += part
    return taken


def _answer(
    connection: socket.socket,
    command: int,
    status: int,
    sequence: int,
    body: bytes = b"",
) -> None:
    _send(connection, command | ANSWER, status, sequence, body)


def _send(
    connection: socket.socket, command: int, status: int, sequence: int, body: bytes
) -> None:
    head = HEAD.pack(HEAD.size + len(body), command, status, sequence)
    connection.sendall(head + body)


def _text(body: bytes) -> tuple[str, bytes]:
    text, _, rest = body.partition(b"\0")
    return text.decode("ascii"), rest


def _message(body: bytes) -> tuple[str, int, int, bytes]:
    """Read a `submit_sm` (4.4.1): the number, esm_class, data_coding, content."""
    _, rest = _text(body)  # service_type
    _, rest = _text(rest[2:])  # source
    to, rest = _text(rest[2:])
    esm, rest = rest[0], rest[3:]  # esm_class, protocol_id, priority
    _, rest = _text(rest)  # schedule
    _, rest = _text(rest)  # validity
    coding, size = rest[2], rest[4]
    return to, esm, coding, rest[5 : 5 + size]


def _receipt(to: str, message_id: str, outcome: str) -> bytes:
    """Write a `deliver_sm` that says what became of a message (Appendix B)."""
    is_there = outcome == "DELIVRD"
    moment = time.strftime("%y%m%d%H%M")
    text = (
        f"id:{message_id} sub:001 dlvrd:00{int(is_there)} submit date:{moment}"
        f" done date:{moment} stat:{outcome} err:000 text:"
    ).encode()
    address = b"\1\1" + to.encode() + b"\0"
    return (
        b"\0"
        + address
        + b"\1\1\0"
        + bytes([RECEIPT, 0, 0])
        + b"\0\0"
        + bytes([0, 0, 0, 0, len(text)])
        + text
    )
