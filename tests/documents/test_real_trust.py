"""Without the demo authority: roots, lists and time come from elsewhere.

The authority of the tests is the demo's, seen from outside: its root and list as files,
its timestamps over HTTP.
"""

import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from asn1crypto import pem, tsp

from tests.documents.test_tokens import (  # noqa: F401
    PIN,
    agency,
    declare,
    leader,
    nothing_was_written,
    signatory,
)
from tests.softhsm import REASON, find
from tinhso.documents import queries, types
from tinhso.documents.providers import folder
from tinhso.documents.types import Secret, SignatureRole, Verdict

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(find() is None, reason=REASON),
]


@contextmanager
def answering(respond):
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            question = self.rfile.read(int(self.headers["Content-Length"]))
            status, content = respond(question)
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/tsa"
    server.shutdown()
    server.server_close()


@pytest.fixture
def stamps(token, now):
    stamper = token.authority.timestamper(at=now)

    def respond(question):
        asked = tsp.TimeStampReq.load(question)
        return 200, stamper.request_tsa_response(asked).dump()

    return respond


@pytest.fixture
def trust(token, settings, now, tmp_path):
    """Lay root and list into the folder, as an operator would."""
    settings.TINHSO_SIGNING_PROVIDER = "folder"
    settings.TINHSO_HOME = tmp_path
    place = tmp_path / "trust"
    place.mkdir()
    [root], [listed] = (
        token.authority.anchors(),
        token.authority.revocation_lists(at=now),
    )
    (place / "root.crt").write_bytes(pem.armor("CERTIFICATE", root.dump()))
    (place / "root.crl").write_bytes(listed.dump())
    (place / "README.txt").write_text("not a certificate")
    return place


@pytest.fixture
def document(render, trust):
    return render()


@pytest.fixture
def personally(sign, signatory):  # noqa: F811
    def make(document):
        return sign(
            document, SignatureRole.PERSONAL, signatory=signatory, secret=Secret(PIN)
        )

    return make


def test_a_token_signs_by_a_root_in_the_folder(
    document,
    personally,
    declare,  # noqa: F811
    stamps,
    settings,
    now,
):
    declare()
    with answering(stamps) as settings.TINHSO_TIMESTAMP_URL:
        personally(document)

    content = queries.document_pdf(document_id=document.id)
    report = queries.verify_pdf(content=content, at=now + timedelta(days=20))
    assert report.verdict == Verdict.VALID
    assert [one.role for one in report.signatures] == ["personal", "timestamp"]


def test_without_a_means_nobody_signs(document, personally):
    with pytest.raises(types.MeansNotDeclared):
        personally(document)
    assert nothing_was_written(document)


def test_without_its_root_a_certificate_is_not_trusted(trust, declare):  # noqa: F811
    (trust / "root.crt").unlink()

    with pytest.raises(types.CertificateUntrusted):
        declare()


def test_without_a_current_list_nobody_signs(
    trust,
    document,
    personally,
    declare,  # noqa: F811
    token,
    now,
):
    declare()
    [old] = token.authority.revocation_lists(at=now - timedelta(days=90))
    (trust / "root.crl").write_bytes(old.dump())

    with pytest.raises(types.RevocationUnknown):
        personally(document)
    assert nothing_was_written(document)


@pytest.mark.parametrize(
    "respond",
    [
        lambda _: (503, b""),
        lambda _: (200, b"<html>"),
        lambda _: (200, b""),
        lambda _: (200, b"0" * 2**20),
    ],
    ids=["busy", "a page", "nothing", "too much"],
)
def test_a_timestamp_authority_that_fails_is_named(
    document,
    personally,
    declare,  # noqa: F811
    settings,
    respond,
):
    declare()
    with (
        answering(respond) as settings.TINHSO_TIMESTAMP_URL,
        pytest.raises(types.TimestampUnavailable),
    ):
        personally(document)
    assert nothing_was_written(document)


def test_a_slow_or_absent_timestamp_authority_is_named(
    document,
    personally,
    declare,  # noqa: F811
    settings,
    monkeypatch,
):
    monkeypatch.setattr(folder, "SECONDS", 0.5)
    declare()
    waiting = threading.Event()

    def never(_):
        waiting.wait(5)
        return 200, b""

    with (
        answering(never) as settings.TINHSO_TIMESTAMP_URL,
        pytest.raises(types.TimestampUnavailable),
    ):
        personally(document)
    waiting.set()
    for nowhere in ("http://127.0.0.1:9", ""):
        settings.TINHSO_TIMESTAMP_URL = nowhere
        with pytest.raises(types.TimestampUnavailable):
            personally(document)
    assert nothing_was_written(document)
