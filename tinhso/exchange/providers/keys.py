"""Keys and certificates of a gateway, below `TINHSO_HOME/keys/exchange`.

The certificates sign themselves: what is trusted is not who issued them, but that they
are registered for a member, as X-Road's global configuration does it.
"""

import os
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tinhso.exchange.types import MemberName, Use

# Configuration; no source.
DAYS = 730
Key = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@dataclass(frozen=True, slots=True)
class Read:
    """What a certificate says that a gateway goes by."""

    fingerprint: str
    valid_from: datetime
    valid_to: datetime


def folder_of(home: Path, name: MemberName) -> Path:
    """Name the folder of a member's keys."""
    return home / "keys" / "exchange" / str(name).replace("/", "_")


def make(folder: Path, name: MemberName, use: Use, *, host: str, at: datetime) -> str:
    """Make a key with a certificate; answer the certificate as PEM.

    host: where the gateway listens, for its certificate of TLS.
    """
    key: Key = (
        ec.generate_private_key(ec.SECP256R1())
        if use is Use.TLS
        else ed25519.Ed25519PrivateKey.generate()
    )
    certificate = _certificate(key, name, use, host, at)
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    partial = folder / f".{use.value}.{os.getpid()}"
    with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as out:
        out.write(private + pem)
        out.flush()
        os.fsync(out.fileno())
    partial.replace(folder / f"{use.value}.pem")
    return pem.decode()


def signing_key(folder: Path) -> tuple[ed25519.Ed25519PrivateKey, str]:
    """Read the key a gateway signs with, and its certificate's fingerprint."""
    pem = (folder / f"{Use.SIGN.value}.pem").read_bytes()
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, ed25519.Ed25519PrivateKey):
        raise ValueError("a gateway signs with Ed25519")
    certificate = x509.load_pem_x509_certificate(pem)
    return key, certificate.fingerprint(hashes.SHA256()).hex()


def held(folder: Path) -> tuple[str, ...]:
    """List the fingerprints of the keys a gateway has; none if one is missing."""
    files = [folder / f"{use.value}.pem" for use in Use]
    if not all(file.is_file() for file in files):
        return ()
    found = (x509.load_pem_x509_certificate(file.read_bytes()) for file in files)
    return tuple(one.fingerprint(hashes.SHA256()).hex() for one in found)


def server_context(folder: Path, trusted: Sequence[str]) -> ssl.SSLContext:
    """Lay out TLS 1.3 for gateways that show one of the trusted certificates."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.verify_mode = ssl.CERT_REQUIRED
    return _filled(context, folder, trusted)


def client_context(folder: Path, trusted: Sequence[str]) -> ssl.SSLContext:
    """Lay out TLS 1.3 to a gateway that must show one of the trusted certificates."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.verify_mode = ssl.CERT_REQUIRED
    return _filled(context, folder, trusted)


def _filled(
    context: ssl.SSLContext, folder: Path, trusted: Sequence[str]
) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    context.load_cert_chain(folder / f"{Use.TLS.value}.pem")
    trust(context, trusted)
    return context


def trust(context: ssl.SSLContext, trusted: Sequence[str]) -> None:
    """Let a context trust more certificates."""
    if trusted:
        context.load_verify_locations(cadata="\n".join(trusted))


@lru_cache(maxsize=1000)
def verifying_key(pem: str) -> ed25519.Ed25519PublicKey:
    """Read the key a certificate is of."""
    key = x509.load_pem_x509_certificate(pem.encode()).public_key()
    if not isinstance(key, ed25519.Ed25519PublicKey):
        raise ValueError("a gateway signs with Ed25519")
    return key


def read(pem: str, use: Use) -> Read:
    """Read a certificate.

    :raises ValueError: if it is none, or its key is not of the kind its use asks.
    """
    try:
        found = x509.load_pem_x509_certificate(pem.encode())
        key = found.public_key()
    except UnsupportedAlgorithm:
        raise ValueError("a key of a kind that is not known") from None
    if (use is Use.SIGN) != isinstance(key, ed25519.Ed25519PublicKey):
        raise ValueError("a key of another kind")
    return Read(
        found.fingerprint(hashes.SHA256()).hex(),
        found.not_valid_before_utc,
        found.not_valid_after_utc,
    )


def _certificate(
    key: Key, name: MemberName, use: Use, host: str, at: datetime
) -> x509.Certificate:
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, name.code),
            x509.NameAttribute(NameOID.COMMON_NAME, f"{name} {use.value}"[:64]),
        ]
    )
    uses = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - timedelta(minutes=5))
        .not_valid_after(at + timedelta(days=DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    )
    if use is Use.TLS:
        builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
        names = x509.SubjectAlternativeName([_host(host)])
        builder = builder.add_extension(names, critical=False)
        return builder.sign(key, hashes.SHA256())
    return builder.sign(key, None)


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(text))
    except ValueError:
        return x509.DNSName(text)
