"""Lets a program that knows no sockets of files reach the embedded PostgreSQL.

Java's driver speaks TCP only; the embedded database listens on a file only.
"""

import socket
import threading
from contextlib import contextmanager, suppress


@contextmanager
def relay(path):
    """Pass on what comes to a free port of this machine; answer its number."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_serve, args=(server, path), daemon=True).start()
        yield server.getsockname()[1]


def _serve(server, path):
    while True:
        try:
            client, _ = server.accept()
        except OSError:
            return
        database = socket.socket(socket.AF_UNIX)
        database.connect(path)
        for ends in ((client, database), (database, client)):
            threading.Thread(target=_pump, args=ends, daemon=True).start()


def _pump(source, target):
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
