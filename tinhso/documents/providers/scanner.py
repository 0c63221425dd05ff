"""Scanners for viruses: ClamAV where the settings name its socket, else none."""

import array
import os
import socket
from contextlib import suppress
from functools import cache
from pathlib import Path

from tinhso.documents.providers.base import Scanner
from tinhso.documents.types import ScannerUnavailable

SECONDS = 20.0  # for an answer
_FOUND, _CLEAN = " FOUND", " OK"


class StructureOnly:
    """Finds nothing itself; `inspection` has refused active structures before."""

    def finding(self, *, content: bytes) -> str:
        """Name nothing."""
        return ""


class Clamd:
    """ClamAV's daemon, behind a socket of this machine.

    It is handed a descriptor of memory (FILDES), so that no file is made for it.
    """

    def __init__(self, *, place: Path) -> None:
        self._place = place

    def finding(self, *, content: bytes) -> str:
        """Name what ClamAV finds.

        :raises ScannerUnavailable: if it does not answer; nobody is let in unscanned.
        """
        try:
            answer = self._asked(content)
        except OSError as error:
            raise ScannerUnavailable() from error
        if answer.endswith(_FOUND):
            return answer.removesuffix(_FOUND).rpartition(": ")[2]
        if not answer.endswith(_CLEAN):
            raise ScannerUnavailable()
        return ""

    def version(self) -> str:
        """Tell which daemon and signatures answer.

        :raises ScannerUnavailable: if none does.
        """
        try:
            with self._connected() as wire:
                wire.sendall(b"zVERSION\0")
                return _read(wire)
        except OSError as error:
            raise ScannerUnavailable() from error

    def _asked(self, content: bytes) -> str:
        memory = os.memfd_create("scan")
        try:
            with os.fdopen(memory, "wb", buffering=0, closefd=False) as file:
                file.write(content)
            os.lseek(memory, 0, os.SEEK_SET)
            with self._connected() as wire:
                wire.sendall(b"zFILDES\0")
                handed = array.array("i", [memory])
                rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, handed)
                wire.sendmsg([b"\0"], [rights])
                return _read(wire)
        finally:
            os.close(memory)

    def _connected(self) -> socket.socket:
        wire = socket.socket(socket.AF_UNIX)
        wire.settimeout(SECONDS)
        try:
            wire.connect(str(self._place))
        except OSError:
            wire.close()
            raise
        return wire


def _read(wire: socket.socket) -> str:
    parts = []
    with suppress(TimeoutError):
        while part := wire.recv(4096):
            parts.append(part)
    return b"".join(parts).rstrip(b"\0\n").decode("utf-8", "replace")


@cache
def chosen(*, clamd: Path | None) -> Scanner:
    """Choose ClamAV if its socket is named."""
    return Clamd(place=clamd) if clamd else StructureOnly()
