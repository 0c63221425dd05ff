"""A certificate and timestamp authority for demonstrations, made at first use.

Its name says that it has no legal value. It issues a certificate to whoever signs,
as a licensed authority would after looking at papers; so it is for demos only.
"""

import os
from collections.abc import Callable
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
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.sign.general import as_signing_certificate_v2, simple_cms_attribute
from pyhanko.sign.signers import SimpleSigner
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tinhso.documents.rules import certificate_serial
from tinhso.documents.types import Signatory, SignatureRole
from tinhso.kernel.ids import new_id

CA_NAME = "CA DEMO – Tỉnh Số – không có giá trị pháp lý"
TSA_NAME = "TSA DEMO – Tỉnh Số – không có giá trị pháp lý"
DEMO_OU = "DEMO"
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
        """Issue a list of that moment; the demo authority never revokes."""
        return (_revocation_list(self._folder, int(at.timestamp()) // 3600),)


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


def _name(common: str, *, organization: str, title: str = "") -> x509.Name:
    # X.520 limits these attributes to 64 characters.
    attributes = [
        x509.NameAttribute(NameOID.COUNTRY_NAME, "VN"),
        x509.NameAttribute(NameOID.ORGANIZATION_NAME, organization[:64]),
        x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, DEMO_OU),
        x509.NameAttribute(NameOID.COMMON_NAME, common[:64]),
    ]
    if title:
        attributes.append(x509.NameAttribute(NameOID.TITLE, title[:64]))
    return x509.Name(attributes)


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
    signer = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(serial)
        .not_valid_before(_STARTS)
        .not_valid_after(_ENDS)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()),
            critical=False,
        )
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return Identity(key, builder.sign(signer, hashes.SHA256()))


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


@lru_cache(maxsize=16)
def _revocation_list(folder: Path, hour: int) -> Any:
    root = _root(folder)
    at = datetime.fromtimestamp(hour * 3600, UTC)
    issued = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(root.certificate.subject)
        .last_update(at)
        .next_update(at + timedelta(days=30))
        .add_extension(x509.CRLNumber(hour), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(root.key.public_key()),
            critical=False,
        )
        .sign(root.key, hashes.SHA256())
    )
    der = issued.public_bytes(serialization.Encoding.DER)
    return crl.CertificateList.load(der)
