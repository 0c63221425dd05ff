"""A certificate and timestamp authority for demonstrations, made at first use.

Its name says that it has no legal value. It issues a certificate to whoever signs,
as a licensed authority would after looking at papers; so it is for demos only.
"""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from asn1crypto import algos, cms, core, crl, keys
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tinhso.documents.providers.certificates import DEMO_OU
from tinhso.documents.rules import certificate_serial
from tinhso.documents.types import Signatory, SignatureRole
from tinhso.kernel.ids import new_id

CA_NAME = "CA DEMO – Tỉnh Số – không có giá trị pháp lý"
TSA_NAME = "TSA DEMO – Tỉnh Số – không có giá trị pháp lý"
# Fixed days, so that a test at any frozen moment finds the certificates valid.
_STARTS = datetime(2020, 1, 1, tzinfo=UTC)
_ENDS = datetime(2049, 12, 31, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Identity:
    """A private key with its certificate."""

    key: ec.EllipticCurvePrivateKey
    certificate: x509.Certificate

    @property
    def asn1(self) -> Any:
        """Give the certificate as pyHanko takes it."""
        der = self.certificate.public_bytes(serialization.Encoding.DER)
        return asn1_x509.Certificate.load(der)

    @property
    def asn1_key(self) -> Any:
        """Give the key as pyHanko takes it."""
        der = self.key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return keys.PrivateKeyInfo.load(der)


class DemoTimeStamper(DummyTimeStamper):
    """Signs timestamps with P-256; the library's own knows RSA only, and is slow."""

    def __init__(self, identity: Identity, *, root: Any, at: datetime) -> None:
        registry = SimpleCertificateStore()
        registry.register(root)
        super().__init__(
            identity.asn1, identity.asn1_key, certs_to_embed=registry, fixed_dt=at
        )
        self._key = identity.key

    def _sign_tst_info(
        self, tst_info_data: bytes, md_algorithm: str, dt: datetime
    ) -> tuple[bytes, Any]:
        attributes = cms.CMSAttributes(
            [
                simple_cms_attribute("content_type", "tst_info"),
                simple_cms_attribute(
                    "signing_time", cms.Time({"utc_time": core.UTCTime(dt)})
                ),
                simple_cms_attribute(
                    "signing_certificate_v2", as_signing_certificate_v2(self.tsa_cert)
                ),
                simple_cms_attribute("message_digest", sha256(tst_info_data).digest()),
            ]
        )
        signature = self._key.sign(attributes.dump(), ec.ECDSA(hashes.SHA256()))
        return signature, attributes

    def _build_signed_data(
        self,
        tst_info_data: bytes,
        md_algorithm: str,
        signature: bytes,
        signed_attrs: Any,
    ) -> Any:
        data = super()._build_signed_data(
            tst_info_data, "sha256", signature, signed_attrs
        )
        data["signer_infos"][0]["signature_algorithm"] = algos.SignedDigestAlgorithm(
            {"algorithm": "sha256_ecdsa"}
        )
        return data


class DemoSigner:
    """Signs for everybody, with keys below `TINHSO_HOME/keys/signing`."""

    is_demo = True

    def __init__(self, *, home: Path) -> None:
        self._folder = home / "keys" / "signing"
        self._root = _root(self._folder)

    def credential(
        self, *, signatory: Signatory, role: SignatureRole, at: datetime
    ) -> Any:
        """Give the signer of a person or of an agency's seal; issue it when new."""
        subject = _subject_of(signatory, role)
        owner = signatory.person_id if role == "personal" else signatory.organization_id
        # The serial follows the words in the certificate: a new title, a new one.
        serial = certificate_serial(str(owner), subject.rfc4514_string())
        identity = _identity(self._folder, f"{serial:x}", subject, serial, _SIGNING)
        registry = SimpleCertificateStore()
        registry.register(self._root.asn1)
        return SimpleSigner(identity.asn1, identity.asn1_key, registry)

    def timestamper(self, *, at: datetime) -> Any:
        """Give the demo timestamp authority, its clock at `at`."""
        subject = _name(TSA_NAME, organization="Tỉnh Số")
        serial = certificate_serial(TSA_NAME)
        identity = _identity(self._folder, "tsa", subject, serial, _STAMPING)
        return DemoTimeStamper(identity, root=self._root.asn1, at=at)

    def anchors(self) -> tuple[Any, ...]:
        """Name the demo root."""
        return (self._root.asn1,)

    def revocation_lists(self, *, at: datetime) -> tuple[Any, ...]:
        """Issue a list of that moment, as far as an hour says it."""
        hour = int(at.timestamp()) // 3600
        return (_revocation_list(self._folder, hour, _revoked(self._folder)),)

    def issue(
        self,
        *,
        key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
        names: Mapping[str, str],
        starts_at: datetime = _STARTS,
        ends_at: datetime = _ENDS,
    ) -> x509.Certificate:
        """Issue a certificate for signing to a key that lies elsewhere.

        names: `common_name`, and of `organization`, `title` and `serial_number` what
        there is; the same key and days have the same serial.
        """
        public = key.public_bytes(
            serialization.Encoding.DER,
            serialization.PublicFormat.SubjectPublicKeyInfo,
        )
        serial = certificate_serial(public.hex(), f"{starts_at}", f"{ends_at}")
        days = (starts_at, ends_at)
        return _certificate(key, _named(names), serial, _SIGNING, self._root, days)

    def hold(
        self,
        *,
        folder: Path,
        name: str,
        names: Mapping[str, str],
        starts_at: datetime = _STARTS,
        ends_at: datetime = _ENDS,
    ) -> Identity:
        """Read a key and its certificate from a folder, or make and issue them there.

        names: as `issue` takes them.
        """

        def make() -> Identity:
            key = ec.generate_private_key(ec.SECP256R1())
            certificate = self.issue(
                key=key.public_key(), names=names, starts_at=starts_at, ends_at=ends_at
            )
            return Identity(key, certificate)

        return _stored(folder, name, make)

    def revoke(self, *, serial: int) -> None:
        """Put a certificate on the revocation list, as if it had always been there."""
        folder = self._folder / "revoked"
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        (folder / f"{serial:x}").touch()


_Extensions = tuple[tuple[x509.ExtensionType, bool], ...]
_NOTHING = {
    "digital_signature": False,
    "content_commitment": False,
    "key_encipherment": False,
    "data_encipherment": False,
    "key_agreement": False,
    "key_cert_sign": False,
    "crl_sign": False,
    "encipher_only": False,
    "decipher_only": False,
}
_ROOT: _Extensions = (
    (x509.BasicConstraints(ca=True, path_length=0), True),
    (x509.KeyUsage(**{**_NOTHING, "key_cert_sign": True, "crl_sign": True}), True),
)
_SIGNING: _Extensions = (
    (x509.BasicConstraints(ca=False, path_length=None), True),
    (
        x509.KeyUsage(
            **{**_NOTHING, "digital_signature": True, "content_commitment": True}
        ),
        True,
    ),
    (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION]), False),
)
_STAMPING: _Extensions = (
    (x509.BasicConstraints(ca=False, path_length=None), True),
    (x509.KeyUsage(**{**_NOTHING, "digital_signature": True}), True),
    (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), True),
)


def _subject_of(signatory: Signatory, role: SignatureRole) -> x509.Name:
    if role == SignatureRole.SEAL:
        return _name(
            signatory.organization_name, organization=signatory.organization_name
        )
    return _name(
        signatory.name,
        organization=signatory.organization_name,
        title=signatory.title,
    )


def _named(names: Mapping[str, str]) -> x509.Name:
    return _name(
        names["common_name"],
        organization=names.get("organization", ""),
        title=names.get("title", ""),
        serial_number=names.get("serial_number", ""),
    )


def _name(
    common: str, *, organization: str, title: str = "", serial_number: str = ""
) -> x509.Name:
    given = (
        (NameOID.COUNTRY_NAME, "VN"),
        (NameOID.ORGANIZATION_NAME, organization),
        (NameOID.ORGANIZATIONAL_UNIT_NAME, DEMO_OU),
        (NameOID.COMMON_NAME, common),
        (NameOID.TITLE, title),
        (NameOID.SERIAL_NUMBER, serial_number),
    )
    # X.520 limits these attributes to 64 characters.
    return x509.Name(
        [x509.NameAttribute(oid, text[:64]) for oid, text in given if text]
    )


@cache
def _root(folder: Path) -> Identity:
    subject = _name(CA_NAME, organization="Tỉnh Số")
    return _stored(folder, "ca", lambda: _new(subject, 1, _ROOT, issuer=None))


@lru_cache(maxsize=1000)
def _identity(
    folder: Path, name: str, subject: x509.Name, serial: int, extensions: _Extensions
) -> Identity:
    root = _root(folder)
    return _stored(folder, name, lambda: _new(subject, serial, extensions, issuer=root))


def _new(
    subject: x509.Name, serial: int, extensions: _Extensions, *, issuer: Identity | None
) -> Identity:
    key = ec.generate_private_key(ec.SECP256R1())
    return Identity(
        key, _certificate(key.public_key(), subject, serial, extensions, issuer, by=key)
    )


def _certificate(
    key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
    subject: x509.Name,
    serial: int,
    extensions: _Extensions,
    issuer: Identity | None,
    days: tuple[datetime, datetime] = (_STARTS, _ENDS),
    by: ec.EllipticCurvePrivateKey | None = None,
) -> x509.Certificate:
    """Write a certificate; by: the key of a root, which has no issuer but itself."""
    signer = issuer.key if issuer else by
    assert signer is not None  # noqa: S101 - a root signs for itself
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key)
        .serial_number(serial)
        .not_valid_before(days[0])
        .not_valid_after(days[1])
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
            critical=False,
        )
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(signer, hashes.SHA256())


def _stored(folder: Path, name: str, make: Callable[[], Identity]) -> Identity:
    """Read an identity, or make it; two processes at once end with the same one."""
    file = folder / f"{name}.pem"
    if not file.is_file():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        identity = make()
        partial = folder / f".{new_id()}"
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(_pem(identity))
            out.flush()
            os.fsync(out.fileno())
        # A link fails when the name is taken: the first one wins.
        with suppress(FileExistsError):
            os.link(partial, file)
        partial.unlink()
    pem = file.read_bytes()
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise ValueError(f"{file} holds another kind of key")
    return Identity(key, x509.load_pem_x509_certificate(pem))


def _pem(identity: Identity) -> bytes:
    return identity.key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ) + identity.certificate.public_bytes(serialization.Encoding.PEM)


def _revoked(folder: Path) -> frozenset[int]:
    """Read the serials that were revoked, by another process perhaps."""
    try:
        return frozenset(int(file.name, 16) for file in os.scandir(folder / "revoked"))
    except FileNotFoundError:
        return frozenset()


@lru_cache(maxsize=16)
def _revocation_list(folder: Path, hour: int, revoked: frozenset[int]) -> Any:
    root = _root(folder)
    at = datetime.fromtimestamp(hour * 3600, UTC)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.certificate.subject)
        .last_update(at)
        .next_update(at + timedelta(days=30))
        .add_extension(x509.CRLNumber(hour), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key()),
            critical=False,
        )
    )
    for serial in sorted(revoked):
        builder = builder.add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(serial)
            .revocation_date(_STARTS)
            .build()
        )
    issued = builder.sign(root.key, hashes.SHA256())
    der = issued.public_bytes(serialization.Encoding.DER)
    return crl.CertificateList.load(der)
