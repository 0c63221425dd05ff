"""Time-stamps of RFC 3161: from an authority over HTTP, or one for demonstrations."""

import asyncio
import os
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from hashlib import new, sha256
from pathlib import Path
from typing import Any, Protocol

from asn1crypto import cms
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.timestamps import TimeStamper, TimestampRequestError
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.sign.timestamps.requests_client import HTTPTimeStamper
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_tst_signed_data
from pyhanko.sign.validation.status import TimestampSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tinhso.exchange.types import ProofBroken, StampsMissing
from tinhso.kernel.ids import new_id

NAME = "TSA DEMO – Tỉnh Số – không có giá trị pháp lý"
SECONDS = 10
# Fixed days, so that a test at any frozen moment finds the certificate valid.
_DAYS = (datetime(2020, 1, 1, tzinfo=UTC), datetime(2049, 12, 31, tzinfo=UTC))


class Stamper(Protocol):
    """Gives time-stamps."""

    def stamp(self, data: bytes, *, at: datetime) -> bytes:
        """Give a token over data, DER; at: used where no authority has the time.

        :raises StampsMissing: if the authority gives none.
        """


class Authority:
    """An authority that is asked over HTTP; the time is its own."""

    def __init__(self, url: str) -> None:
        self._authority = HTTPTimeStamper(url, timeout=SECONDS)

    def stamp(self, data: bytes, *, at: datetime) -> bytes:
        """Give a token over data."""
        try:
            token = _asked(self._authority, data)
        except (TimestampRequestError, OSError, ValueError, TypeError) as error:
            raise StampsMissing from error
        der: bytes = token.dump()
        return der


class DemoAuthority:
    """An authority of one's own, made at first use; its name says what it is worth."""

    def __init__(self, home: Path) -> None:
        self._key, self._certificate = _held(home / "keys" / "exchange")

    def stamp(self, data: bytes, *, at: datetime) -> bytes:
        """Give a token over data, of the moment it is told."""
        der = self._certificate.public_bytes(serialization.Encoding.DER)
        private = self._key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        made = DummyTimeStamper(
            asn1_x509.Certificate.load(der),
            asn1_keys.PrivateKeyInfo.load(private),
            certs_to_embed=SimpleCertificateStore(),
            fixed_dt=at,
        )
        answer: bytes = _asked(made, data).dump()
        return answer

    @property
    def anchor(self) -> str:
        """Give the certificate that its tokens lead to, PEM."""
        return self._certificate.public_bytes(serialization.Encoding.PEM).decode()


def _asked(authority: TimeStamper, data: bytes) -> Any:
    """Ask the library's way, which is made for a loop; ours has none here."""
    return asyncio.run(authority.async_timestamp(sha256(data).digest(), "sha256"))


def moment_of(token: bytes, data: bytes, *, anchors: str) -> datetime:
    """Tell when a token was given over data; anchors: certificates it may lead to, PEM.

    :raises ProofBroken: if it is none, of other bytes, or leads to none of them.
    """
    known = [
        asn1_x509.Certificate.load(one.public_bytes(serialization.Encoding.DER))
        for one in x509.load_pem_x509_certificates(anchors.encode())
    ]
    context = ValidationContext(trust_roots=known, allow_fetching=False)
    try:
        content = cms.ContentInfo.load(token, strict=True)["content"]
        told = asyncio.run(validate_tst_signed_data(content, context, _digest_of(data)))
    except (SignatureValidationError, ValueError, TypeError, KeyError) as error:
        raise ProofBroken(why="time-stamp") from error
    status = TimestampSignatureStatus(**told)
    if not (status.intact and status.valid and status.trusted):
        raise ProofBroken(why="time-stamp")
    moment: datetime = status.timestamp
    return moment


def _digest_of(data: bytes) -> Callable[[str], bytes]:
    return lambda name: new(name, data).digest()


def stamper(*, url: str, home: Path) -> Stamper:
    """Give the authority of an address, or the one for demonstrations without one."""
    return Authority(url) if url else DemoAuthority(home)


def _held(folder: Path) -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    file = folder / "stamps.pem"
    if not file.is_file():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        partial = folder / f".{new_id()}"
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as out:
            out.write(_made())
        # A link fails when the name is taken: the first one wins.
        with suppress(FileExistsError):
            os.link(partial, file)
        partial.unlink()
    pem = file.read_bytes()
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError(f"{file} holds another kind of key")
    return key, x509.load_pem_x509_certificate(pem)


def _made() -> bytes:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
            x509.NameAttribute(NameOID.COMMON_NAME, NAME),
        ]
    )
    stamping = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_DAYS[0])
        .not_valid_after(_DAYS[1])
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(stamping, critical=True)
        .sign(key, hashes.SHA256())
    )
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ) + certificate.public_bytes(serialization.Encoding.PEM)
