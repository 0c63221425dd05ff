"""Signatures in CMS (RFC 5652) with their timestamps (RFC 3161)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import new

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from tinhso_verify import der
from tinhso_verify.faults import UNREADABLE, BrokenError
from tinhso_verify.shape import (
    RSA_PSS,
    SIGNED_DATA,
    refuse_other_algorithms,
    refuse_other_writing,
)

TST_INFO = "1.2.840.113549.1.9.16.1.4"
MESSAGE_DIGEST, SIGNING_TIME = "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.5"
TIMESTAMP_TOKEN = "1.2.840.113549.1.9.16.2.14"  # noqa: S105 - an object identifier
HASHES: dict[str, tuple[str, hashes.HashAlgorithm]] = {
    "2.16.840.1.101.3.4.2.1": ("sha256", hashes.SHA256()),
    "2.16.840.1.101.3.4.2.2": ("sha384", hashes.SHA384()),
    "2.16.840.1.101.3.4.2.3": ("sha512", hashes.SHA512()),
}


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed what; at: by the timestamp, or as the signer claims.

    stamp: the timestamp over it, checked, if there is one; content: what is inside, if
    it is.
    """

    signer: x509.Certificate
    certificates: Sequence[x509.Certificate]
    at: datetime | None
    stamp: "Signed | None"
    kind: str
    content: bytes


def verify(data: bytes, *, detached: bytes | None) -> Signed:
    """Check a signature over what is inside it, or over detached bytes.

    :raises BrokenError: if it does not hold, saying why.
    """
    outer = der.read(data).children()
    if outer[0].oid() != SIGNED_DATA:
        raise BrokenError("no signed data")
    parts = outer[1].children()[0].children()
    encapsulated = parts[2].children()
    kind, inside = encapsulated[0].oid(), _inside(encapsulated)
    certificates = _certificates(parts)
    infos = parts[-1].children()
    if len(infos) != 1:
        raise BrokenError(f"{len(infos)} signers where one is expected")
    refuse_other_writing(data, parts)
    signed = inside if detached is None else detached
    return _verify_signer(infos[0].children(), signed, inside, kind, certificates)


def is_trusted(
    signed: Signed, anchors: Sequence[x509.Certificate], *, at: datetime
) -> bool:
    """Tell whether its certificate, and its timestamp's, lead to an anchor.

    at: when each link must be valid; a timestamp's at its own moment.

    :raises BrokenError: if a certificate stands there that is no link.
    """
    links = _links(signed, anchors, at)
    if not links:
        return False
    # Nothing vouches for it, so that nobody would see that it was changed.
    if any(one not in links for one in signed.certificates):
        raise BrokenError("a certificate is there that the signer's does not lead to")
    return signed.stamp is None or is_trusted_stamp(signed.stamp, anchors)


def is_trusted_stamp(stamp: Signed, anchors: Sequence[x509.Certificate]) -> bool:
    """Tell whether a timestamp is of an authority for it that leads to an anchor.

    :raises BrokenError: if a certificate stands there that is no link.
    """
    at = _moment(der.read(stamp.content).children())
    return _may_stamp(stamp.signer) and is_trusted(stamp, anchors, at=at)


def _may_stamp(authority: x509.Certificate) -> bool:
    try:
        uses = authority.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, *UNREADABLE):
        return False
    return ExtendedKeyUsageOID.TIME_STAMPING in uses.value


def _links(
    signed: Signed, anchors: Sequence[x509.Certificate], at: datetime
) -> list[x509.Certificate]:
    """List the certificates from the signer's to an anchor; none if none does."""
    here, links = signed.signer, list[x509.Certificate]()
    while here not in links:
        links.append(here)
        if not here.not_valid_before_utc <= at <= here.not_valid_after_utc:
            return []
        if here in anchors:
            return links
        known = (*anchors, *signed.certificates)
        here = next((one for one in known if _issued(one, here)), here)
    return []


def _issued(issuer: x509.Certificate, subject: x509.Certificate) -> bool:
    try:
        limits = issuer.extensions.get_extension_for_class(x509.BasicConstraints)
        subject.verify_directly_issued_by(issuer)
    except (x509.ExtensionNotFound, InvalidSignature, *UNREADABLE):
        return False
    return limits.value.ca


def _inside(encapsulated: Sequence[der.Value]) -> bytes:
    return encapsulated[1].children()[0].content if len(encapsulated) > 1 else b""


def _certificates(parts: Sequence[der.Value]) -> list[x509.Certificate]:
    listed = [part for part in parts[3:] if part.tag == 0xA0]
    try:
        return [_certificate(one) for one in (listed[0].children() if listed else ())]
    except UNREADABLE as error:
        raise BrokenError(f"a certificate cannot be read: {error}") from None


def _certificate(value: der.Value) -> x509.Certificate:
    signature = value.children()[-1]
    # Readers pass over bits of it that are said not to be used.
    if value.tag != der.SEQUENCE or signature.content[:1] != b"\0":
        raise BrokenError("a certificate cannot be read")
    return x509.load_der_x509_certificate(value.whole)


def _verify_signer(
    info: Sequence[der.Value],
    signed: bytes,
    inside: bytes,
    kind: str,
    certificates: list[x509.Certificate],
) -> Signed:
    signer = _named(info[1], certificates)
    digest_oid = info[2].children()[0].oid()
    if digest_oid not in HASHES:
        raise BrokenError(f"digest algorithm {digest_oid} is not accepted")
    if info[3].tag != 0xA0:
        raise BrokenError("nothing says what was signed")
    attributes = _attributes(info[3])
    name, algorithm = HASHES[digest_oid]
    refuse_other_algorithms(info, signer, algorithm)
    if attributes[MESSAGE_DIGEST].content != new(name, signed).digest():
        raise BrokenError("the bytes are not those that were signed")
    # What is signed is the set itself, not its place in the structure.
    covered = bytes([der.SET]) + info[3].whole[1:]
    method, signature = info[4].children()[0].oid(), info[5].content
    _verify_bytes(signer, covered, signature, algorithm, method)
    stamp = _timestamp(info[6:], signature)
    at = stamp and _moment(der.read(stamp.content).children())
    claimed = attributes.get(SIGNING_TIME)
    return Signed(
        signer=signer,
        certificates=certificates,
        at=at or (claimed.time() if claimed else None),
        stamp=stamp,
        kind=kind,
        content=inside,
    )


def _named(
    sid: der.Value, certificates: Sequence[x509.Certificate]
) -> x509.Certificate:
    if sid.tag == der.SEQUENCE:
        issuer, serial = sid.children()
        for one in certificates:
            is_issuer = one.issuer.public_bytes() == issuer.whole
            is_number = serial.tag == der.INTEGER
            if is_issuer and is_number and one.serial_number == serial.integer():
                return one
    raise BrokenError("the signer's certificate is not there")


def _attributes(value: der.Value) -> dict[str, der.Value]:
    found = {}
    for attribute in value.children():
        kind, values = attribute.children()
        found[kind.oid()] = values.children()[0]
    if MESSAGE_DIGEST not in found:
        raise BrokenError("nothing says what was signed")
    return found


def _verify_bytes(
    signer: x509.Certificate,
    covered: bytes,
    signature: bytes,
    algorithm: hashes.HashAlgorithm,
    method: str,
) -> None:
    key = signer.public_key()
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, covered, ec.ECDSA(algorithm))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, covered, _padding(method, algorithm), algorithm)
        else:
            raise BrokenError("a key of a kind that is not accepted")
    except InvalidSignature:
        raise BrokenError("the signature is wrong") from None


def _padding(method: str, algorithm: hashes.HashAlgorithm) -> padding.AsymmetricPadding:
    if method == RSA_PSS:
        return padding.PSS(padding.MGF1(algorithm), padding.PSS.AUTO)
    return padding.PKCS1v15()


def _timestamp(rest: Sequence[der.Value], signature: bytes) -> Signed | None:
    """Check the timestamp over a signature, if there is one."""
    for unsigned in rest:
        for attribute in unsigned.children():
            kind, values = attribute.children()
            if kind.oid() == TIMESTAMP_TOKEN:
                token = verify(values.children()[0].whole, detached=None)
                refuse_other(token, signature)
                return token
    return None


def refuse_other(token: Signed, covered: bytes) -> None:
    """Refuse what is no timestamp, or one over other bytes.

    :raises BrokenError: saying which.
    """
    if token.kind != TST_INFO:
        raise BrokenError("no timestamp where one is said to be")
    info = der.read(token.content).children()
    algorithm, digest = info[2].children()
    name = HASHES[algorithm.children()[0].oid()][0]
    if digest.content != new(name, covered).digest():
        raise BrokenError("the timestamp is of other bytes")


def moment_of(token: Signed) -> datetime:
    """Tell when a timestamp was given."""
    return _moment(der.read(token.content).children())


def _moment(info: Sequence[der.Value]) -> datetime:
    return next(part for part in info if part.tag == der.GENERALIZED_TIME).time()
