"""The server, with the application loaded before its workers are made.

They share what is loaded: a worker that replaces one that died serves at once, and
many of them take little more memory than one.
"""

from granian.cli import entrypoint

from tinhso.project import wsgi

# Loaded here for its effect, which the workers inherit.
application = wsgi.application

if __name__ == "__main__":
    entrypoint()  # type: ignore[no-untyped-call]
