"""How a signature in CMS is written, where no signature says so.

Around what is signed stand tags, versions and names of algorithms that nothing vouches
for. They must be just what they would be if it were written anew from what is checked.
"""

from collections.abc import Sequence

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import Certificate

from tinhso_verify import der
from tinhso_verify.faults import BrokenError

SIGNED_DATA, DATA = "1.2.840.113549.1.7.2", "1.2.840.113549.1.7.1"
RSA, RSA_PSS = "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.10"
NULL = b"\x05\x00"
CONTEXT = 0xA0  # the first part that may be left out
ECDSA_WITH: dict[type[hashes.HashAlgorithm], str] = {
    hashes.SHA256: "1.2.840.10045.4.3.2",
    hashes.SHA384: "1.2.840.10045.4.3.3",
    hashes.SHA512: "1.2.840.10045.4.3.4",
}
RSA_WITH: dict[type[hashes.HashAlgorithm], str] = {
    hashes.SHA256: "1.2.840.113549.1.1.11",
    hashes.SHA384: "1.2.840.113549.1.1.12",
    hashes.SHA512: "1.2.840.113549.1.1.13",
}


def refuse_other_writing(data: bytes, parts: Sequence[der.Value]) -> None:
    """Refuse signed data that is written otherwise than it must be.

    :raises BrokenError: if it is.
    """
    info = parts[-1].children()[0].children()
    kind, *inside = parts[2].children()
    is_version_3 = kind.oid() != DATA
    octets = [
        der.write(CONTEXT, der.write(der.OCTETS, one.children()[0].content))
        for one in inside
    ]
    signed = (
        der.write(der.INTEGER, b"\x03" if is_version_3 else b"\x01"),
        der.write(der.SET, info[2].whole),
        der.write(der.SEQUENCE, kind.whole, *octets),
        *(part.whole for part in parts[3:-1]),
        der.write(der.SET, _signer(info)),
    )
    written = der.write(
        der.SEQUENCE,
        der.write_oid(SIGNED_DATA),
        der.write(CONTEXT, der.write(der.SEQUENCE, *signed)),
    )
    if data[: len(written)] != written:
        raise BrokenError("the signature is not written as it must be")


def refuse_other_algorithms(
    info: Sequence[der.Value], signer: Certificate, algorithm: hashes.HashAlgorithm
) -> None:
    """Refuse a signature that names other algorithms than those that check it.

    :raises BrokenError: if it does.
    """
    if b"".join(one.whole for one in info[2].children()[1:]) not in (b"", NULL):
        raise BrokenError("the digest has parameters")
    method, *rest = info[4].children()
    expected = _methods(signer, type(algorithm))
    said = method.oid(), b"".join(one.whole for one in rest)
    if said not in expected and said[0] != RSA_PSS:
        raise BrokenError(f"algorithm {said[0]} is not that of the signature")


def _signer(info: Sequence[der.Value]) -> bytes:
    _, signer, digest, attributes, method, signature, *rest = info
    return der.write(
        der.SEQUENCE,
        der.write(der.INTEGER, b"\x01"),
        der.write(der.SEQUENCE, signer.content),
        der.write(der.SEQUENCE, digest.content),
        attributes.whole,
        der.write(der.SEQUENCE, method.content),
        der.write(der.OCTETS, signature.content),
        *(der.write(CONTEXT + 1, one.content) for one in rest),
    )


def _methods(
    signer: Certificate, algorithm: type[hashes.HashAlgorithm]
) -> set[tuple[str, bytes]]:
    """List how a signature by this key over this digest may be named."""
    key = signer.public_key()
    if isinstance(key, ec.EllipticCurvePublicKey):
        return {(ECDSA_WITH[algorithm], b"")}
    if isinstance(key, rsa.RSAPublicKey):
        return {(RSA, NULL), (RSA_WITH[algorithm], NULL)}
    return set()
