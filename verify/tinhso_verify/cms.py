"""Signatures in CMS (RFC 5652) with their timestamps (RFC 3161)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import new

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from tinhso_verify import der
from tinhso_verify.faults import UNREADABLE, BrokenError

SIGNED_DATA, TST_INFO = "1.2.840.113549.1.7.2", "1.2.840.113549.1.9.16.1.4"
MESSAGE_DIGEST, SIGNING_TIME = "1.2.840.113549.1.9.4", "1.2.840.113549.1.9.5"
TIMESTAMP_TOKEN = "1.2.840.113549.1.9.16.2.14"  # noqa: S105 - an object identifier
RSA_PSS = "1.2.840.113549.1.1.10"
HASHES: dict[str, tuple[str, hashes.HashAlgorithm]] = {
    "2.16.840.1.101.3.4.2.1": ("sha256", hashes.SHA256()),
    "2.16.840.1.101.3.4.2.2": ("sha384", hashes.SHA384()),
    "2.16.840.1.101.3.4.2.3": ("sha512", hashes.SHA512()),
}


@dataclass(frozen=True, slots=True)
class Signed:
    """Who signed what; at: by the timestamp inside, or as the signer claims.

    content: what is inside, if it is; digest: of what it signs.
    """

    signer: x509.Certificate
    certificates: Sequence[x509.Certificate]
    at: datetime | None
    is_timestamped: bool
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
    signed = inside if detached is None else detached
    return _verify_signer(infos[0].children(), signed, inside, kind, certificates)


def chain_to(
    signer: x509.Certificate,
    others: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
    *,
    at: datetime,
) -> bool:
    """Tell whether a certificate leads to an anchor, each link valid at a moment."""
    here, used = signer, 0
    while used < 8:
        if not here.not_valid_before_utc <= at <= here.not_valid_after_utc:
            return False
        if here in anchors:
            return True
        found = next((one for one in (*anchors, *others) if _issued(one, here)), None)
        if found is None or found == here:
            return False
        here, used = found, used + 1
    return False


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
        return [
            x509.load_der_x509_certificate(one.whole)
            for one in (listed[0].children() if listed else ())
            if one.tag == der.SEQUENCE
        ]
    except UNREADABLE as error:
        raise BrokenError(f"a certificate cannot be read: {error}") from None


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
    if attributes[MESSAGE_DIGEST].content != new(name, signed).digest():
        raise BrokenError("the bytes are not those that were signed")
    # What is signed is the set itself, not its place in the structure.
    covered = bytes([der.SET]) + info[3].whole[1:]
    method, signature = info[4].children()[0].oid(), info[5].content
    _verify_bytes(signer, covered, signature, algorithm, method)
    at = _timestamp(info[6:], signature)
    claimed = attributes.get(SIGNING_TIME)
    return Signed(
        signer=signer,
        certificates=certificates,
        at=at or (claimed.time() if claimed else None),
        is_timestamped=at is not None,
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
            if is_issuer and one.serial_number == serial.integer():
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


def _timestamp(rest: Sequence[der.Value], signature: bytes) -> datetime | None:
    """Check the timestamp over a signature, if there is one; answer its moment."""
    for unsigned in rest:
        for attribute in unsigned.children():
            kind, values = attribute.children()
            if kind.oid() == TIMESTAMP_TOKEN:
                token = verify(values.children()[0].whole, detached=None)
                return stamped(token, signature)
    return None


def stamped(token: Signed, covered: bytes) -> datetime:
    """Answer the moment of a checked timestamp, if it is one over those bytes."""
    if token.kind != TST_INFO:
        raise BrokenError("no timestamp where one is said to be")
    info = der.read(token.content).children()
    algorithm, digest = info[2].children()
    name = HASHES[algorithm.children()[0].oid()][0]
    if digest.content != new(name, covered).digest():
        raise BrokenError("the timestamp is of other bytes")
    moment = next(part for part in info if part.tag == der.GENERALIZED_TIME)
    return moment.time()
