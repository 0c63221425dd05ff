"""Keys agencies sign documents with, below `TINHSO_HOME/keys/exchange`.

Apart from the keys of gateways: XML signatures of others know no Ed25519.
"""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID

from tinhso.exchange.types import DocumentKeyMissing, Seal

# Configuration; no source.
DAYS, LEAST_RSA = 730, 2048
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True, slots=True)
class DocumentKey:
    """A key and the certificate that goes with it."""

    key: Key
    certificate: x509.Certificate


@dataclass(frozen=True, slots=True)
class Read:
    """What a certificate says that is gone by."""

    fingerprint: str
    valid_from: datetime
    valid_to: datetime


def make(home: Path, code: str, *, at: datetime) -> str:
    """Make a key for an agency, with a certificate it signs itself; answer that, PEM.

    A key that was there is overwritten: what it signed still verifies.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    pem = _certificate(key, code, at).public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file = _file(home, code)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = file.with_name(f".{file.name}.{os.getpid()}")
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as out:
        out.write(private + pem)
        out.flush()
        os.fsync(out.fileno())
    partial.replace(file)
    return pem.decode()


def load(home: Path, code: str) -> DocumentKey:
    """Read the key of an agency.

    :raises DocumentKeyMissing: if it has none here.
    """
    file = _file(home, code)
    if not file.is_file():
        raise DocumentKeyMissing
    pem = file.read_bytes()
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey):
        raise DocumentKeyMissing
    return DocumentKey(key, x509.load_pem_x509_certificate(pem))


def seal_of(key: DocumentKey) -> Seal:
    """Tell what a signature by a key is known by."""
    return Seal(key.certificate.fingerprint(hashes.SHA256()).hex())


def read(pem: str) -> Read:
    """Read a certificate.

    :raises ValueError: if it is none, or of a key documents are not signed with.
    """
    try:
        found = x509.load_pem_x509_certificate(pem.encode())
        key = found.public_key()
    except UnsupportedAlgorithm:
        raise ValueError("a key of a kind that is not known") from None
    is_long = isinstance(key, rsa.RSAPublicKey) and key.key_size >= LEAST_RSA
    if not is_long and not isinstance(key, ec.EllipticCurvePublicKey):
        raise ValueError("a key of another kind")
    return Read(
        found.fingerprint(hashes.SHA256()).hex(),
        found.not_valid_before_utc,
        found.not_valid_after_utc,
    )


def _file(home: Path, code: str) -> Path:
    # A code holds letters, digits and dots, and begins with none of the last.
    return home / "keys" / "exchange" / f"document_{code}.pem"


def _certificate(key: Key, code: str, at: datetime) -> x509.Certificate:
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, code),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{code} edXML"),
        ]
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(minutes=5))
        .not_valid_after(at + timedelta(days=DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
