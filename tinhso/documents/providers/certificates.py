"""Whether a certificate may sign: whose it is, whether it holds, who vouches for it."""

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from asn1crypto import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from pyhanko_certvalidator import CertificateValidator, ValidationContext
from pyhanko_certvalidator.errors import (
    ExpiredError,
    InsufficientRevinfoError,
    InvalidCertificateError,
    NotYetValidError,
    PathBuildingError,
    RevokedError,
    ValidationError,
)

from tinhso.documents.providers.base import Signer
from tinhso.documents.rules import personal_number_in, same_name
from tinhso.documents.types import (
    Certificate,
    CertificateExpired,
    CertificateNotDeclared,
    CertificateNotForSigning,
    CertificateNotYetValid,
    CertificateOfAnother,
    CertificateRevoked,
    CertificateUntrusted,
    RevocationUnknown,
    SignatureWrong,
)
from tinhso.kernel.clock import local

DEMO_OU = "DEMO"
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}


def refuse_unusable(
    *, certificate: Any, others: Iterable[Any], authority: Signer, at: datetime
) -> None:
    """Refuse a certificate that must not sign at a moment.

    certificate, others: asn1crypto; others may lie between it and a trusted root.
    :raises CertificateExpired, CertificateNotYetValid, CertificateRevoked,
        CertificateUntrusted, CertificateNotForSigning, RevocationUnknown: as named.
    """
    _refuse_outside_its_days(certificate, at)
    context = ValidationContext(
        trust_roots=list(authority.anchors()),
        other_certs=list(others),
        crls=list(authority.revocation_lists(at=at)),
        moment=at,
        revocation_mode="require",
    )
    validator = CertificateValidator(certificate, validation_context=context)
    try:
        asyncio.run(validator.async_validate_usage({"non_repudiation"}))
    except RevokedError as error:
        raise CertificateRevoked() from error
    except (ExpiredError, NotYetValidError) as error:
        # Of an authority above it: its own days were looked at before.
        raise CertificateUntrusted() from error
    except InsufficientRevinfoError as error:
        raise RevocationUnknown() from error
    except InvalidCertificateError as error:
        raise CertificateNotForSigning() from error
    except (PathBuildingError, ValidationError) as error:
        raise CertificateUntrusted() from error


def refuse_stranger(
    *, certificate: Any, name: str, personal_number: str, declared: str = ""
) -> None:
    """Refuse a certificate that is not the signer's.

    name: of the person or agency; personal_number: empty for agencies and where it is
    not known; declared: SHA-256 of the certificate that was declared, empty if its
    personal number must tell whose it is.
    :raises CertificateOfAnother: if it names somebody else, or not surely this person.
    :raises CertificateNotDeclared: if another one was declared.
    """
    subject = certificate.subject.native
    certified = personal_number_in(_texts(subject, "serial_number", "user_id"))
    common_name = _texts(subject, "common_name")[:1]
    # Two people may have one name; without a declaration only the number tells.
    if declared and not (certified and personal_number):
        is_same = True
    else:
        is_same = bool(certified) and certified == personal_number
    if not (is_same and same_name("".join(common_name), name)):
        raise CertificateOfAnother(name="".join(common_name))
    if declared and fingerprint(certificate) != declared:
        raise CertificateNotDeclared()


def refuse_wrong_signature(
    *, certificate: Any, signature: bytes, data: bytes, digest_algorithm: str
) -> None:
    """Refuse what is no signature of the data by the certificate's key.

    :raises SignatureWrong: if it is none, or of a kind that is not known here.
    """
    digest = _HASHES.get(digest_algorithm)
    try:
        key = serialization.load_der_public_key(certificate.public_key.dump())
        if digest is not None and isinstance(key, ec.EllipticCurvePublicKey):
            return key.verify(signature, data, ec.ECDSA(digest))
        if digest is not None and isinstance(key, rsa.RSAPublicKey):
            return key.verify(signature, data, padding.PKCS1v15(), digest)
    except (InvalidSignature, UnsupportedAlgorithm, ValueError) as error:
        raise SignatureWrong() from error
    raise SignatureWrong()


def facts(certificate: Any) -> Certificate:
    """Tell what a certificate says."""
    subject, issuer = certificate.subject.native, certificate.issuer.native
    return Certificate(
        name="".join(_texts(subject, "common_name")[:1]),
        issuer="".join(_texts(issuer, "common_name")[:1]),
        starts_at=certificate.not_valid_before,
        ends_at=certificate.not_valid_after,
        sha256=fingerprint(certificate),
        is_demo=DEMO_OU in _texts(subject, "organizational_unit_name"),
    )


def fingerprint(certificate: Any) -> str:
    """Write the SHA-256 of a certificate in hexadecimal."""
    return sha256(certificate.dump()).hexdigest()


def loaded(der: bytes) -> Any:
    """Read a certificate as asn1crypto, to the end, so that junk shows at once.

    :raises ValueError: if the bytes are none.
    """
    certificate = x509.Certificate.load(der, strict=True)
    certificate.native  # noqa: B018 - reading is lazy
    return certificate


def _refuse_outside_its_days(certificate: Any, at: datetime) -> None:
    if at > certificate.not_valid_after:
        raise CertificateExpired(day=f"{local(certificate.not_valid_after):%d/%m/%Y}")
    if at < certificate.not_valid_before:
        day = f"{local(certificate.not_valid_before):%d/%m/%Y}"
        raise CertificateNotYetValid(day=day)


def _texts(subject: Any, *fields: str) -> Sequence[str]:
    """List the values of fields of a name, in which each may stand several times."""
    found = []
    for field in fields:
        value = subject.get(field, [])
        found += value if isinstance(value, list) else [value]
    return [str(value) for value in found]
