"""A passkey at a real host name behind TLS, as an operator sets it up."""

import socket
import ssl
import threading
from base64 import b64encode
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from playwright.sync_api import sync_playwright

from tests.browser import QUIET, find
from tests.journeys.conftest import free_port, prepare_home, start, stop
from tests.passkeys import ON_THE_LOGIN_PAGE, Officer
from tinhso.cli.demo import PASSWORD

NAME = "dichvu.example.vn"


def certificate(folder):
    """Make a key and a certificate for the name; answer where it is, and its pin."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "tls.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return file, b64encode(sha256(public).digest()).decode()


def pump(source, target):
    with suppress(OSError):
        while piece := source.recv(65536):
            target.sendall(piece)
        target.shutdown(socket.SHUT_WR)


def carry(listener, port):
    """Take TLS off every connection, as the web server of an operator does."""
    while True:
        try:
            outside, _ = listener.accept()
        except ssl.SSLError:
            continue
        except OSError:
            return  # closed
        inside = socket.create_connection(("127.0.0.1", port))
        for pair in ((outside, inside), (inside, outside)):
            threading.Thread(target=pump, args=pair, daemon=True).start()


@pytest.fixture
def pinned(tmp_path):
    """A TLS server before a port to be named; its own port, and its key's pin."""
    file, pin = certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    with socket.create_server(("127.0.0.1", 0)) as plain:
        yield context.wrap_socket(plain, server_side=True), pin


@pytest.fixture
def officer(tmp_path_factory, pinned):
    """A leader at the browser of a platform that has a name and asks for more."""
    listener, pin = pinned
    home, port = tmp_path_factory.mktemp("p"), free_port()
    prepare_home(home)
    process = start(
        home,
        port=port,
        TINHSO_ORIGIN=f"https://{NAME}",
        TINHSO_HOSTS=f"{NAME},localhost",
        TINHSO_OFFICERS_NEED_SECOND_FACTOR="1",
    )
    threading.Thread(target=carry, args=(listener, port), daemon=True).start()
    flags = (
        f"--host-resolver-rules=MAP {NAME}:443 127.0.0.1:{listener.getsockname()[1]}",
        # Only this key counts as certified; other faults of TLS still would show.
        f"--ignore-certificate-errors-spki-list={pin}",
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find(), args=[*QUIET, *flags]
        )
        yield Officer(browser, f"https://{NAME}", "lanhdao.phuong", PASSWORD)
        browser.close()
    stop(process)


@pytest.mark.browser
@pytest.mark.slow
def test_a_passkey_opens_the_desk_at_a_real_name_behind_tls(officer):
    officer.say_password()
    assert not officer.works_at_the_desk()
    officer.add_passkey()
    assert [one["rpId"] for one in officer.credentials()] == [NAME]
    assert officer.works_at_the_desk()
    officer.sign_out()

    officer.works_at_the_desk()
    officer.press(ON_THE_LOGIN_PAGE)

    assert officer.works_at_the_desk()
    cookies = {one["name"]: one["secure"] for one in officer.page.context.cookies()}
    assert cookies["__Host-tinhso-session"]
    assert officer.refused == []
