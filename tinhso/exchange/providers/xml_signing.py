"""Sign envelopes (XML-DSig, enveloped, SHA-256) and give back only what was signed.

Signature wrapping shows one thing to the check and another to the reader. Here one
signature stands in one place, its one reference is to the whole, and readers get the
very bytes that were digested, never the file that came.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from lxml import etree
from signxml.algorithms import (
    CanonicalizationMethod,
    DigestAlgorithm,
    SignatureConstructionMethod,
    SignatureMethod,
)
from signxml.exceptions import InvalidCertificate, SignXMLException
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, VerifyResult, XMLVerifier

from tinhso.exchange.providers.document_keys import DocumentKey
from tinhso.exchange.providers.xml_reading import Element, name, parse
from tinhso.exchange.types import (
    DocumentSignatureElsewhere,
    DocumentSignatureOld,
    DocumentSignatureWrong,
    DocumentSignerUnknown,
    DocumentUnsigned,
    EdxmlElementTwice,
    Seal,
)

SIGNATURES = "http://www.w3.org/2000/09/xmldsig#"
EXCLUSIVE = CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0
ENVELOPED = SignatureConstructionMethod.enveloped.value
# No transform that picks, changes or computes anything, and none that keeps comments.
TRANSFORMS = frozenset(
    {
        EXCLUSIVE.value,
        CanonicalizationMethod.CANONICAL_XML_1_0.value,
        CanonicalizationMethod.CANONICAL_XML_1_1.value,
    }
)
METHODS = frozenset(
    {
        SignatureMethod.RSA_SHA256,
        SignatureMethod.RSA_SHA384,
        SignatureMethod.RSA_SHA512,
        SignatureMethod.ECDSA_SHA256,
        SignatureMethod.ECDSA_SHA384,
        SignatureMethod.ECDSA_SHA512,
    }
)
DIGESTS = frozenset(
    {DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512}
)
# As the published samples sign; taken on import of old documents alone.
OLD_METHODS = frozenset({SignatureMethod.RSA_SHA1, SignatureMethod.ECDSA_SHA1})
OLD_DIGESTS = frozenset({DigestAlgorithm.SHA1})
_OLD = {one.value for one in OLD_METHODS} | {one.value for one in OLD_DIGESTS}


@dataclass(frozen=True, slots=True)
class Verified:
    """What was signed, and nothing else of the file; by which key."""

    content: bytes
    seal: Seal


class _LargeTexts:
    """Lets signxml read attachments; what came was measured before."""

    @property
    def parser(self) -> Any:
        """Make a parser that fetches nothing and resolves nothing."""
        return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)


class _Signer(_LargeTexts, XMLSigner):
    """Signs envelopes of any size taken."""


class _Verifier(_LargeTexts, XMLVerifier):
    """Checks envelopes of any size taken."""


def sign(content: bytes, key: DocumentKey) -> bytes:
    """Sign an envelope where it leaves room for a signature."""
    is_curve = isinstance(key.key, ec.EllipticCurvePrivateKey)
    signer = _Signer(
        signature_algorithm=(
            SignatureMethod.ECDSA_SHA256 if is_curve else SignatureMethod.RSA_SHA256
        ),
        digest_algorithm=DigestAlgorithm.SHA256,
        c14n_algorithm=EXCLUSIVE,
    )
    root = signer.sign(
        etree.fromstring(content, parser=signer.parser),
        key=key.key,
        cert=[key.certificate],
    )
    return cast(bytes, etree.tostring(root, encoding="UTF-8", xml_declaration=True))


def verify(
    content: bytes,
    *,
    find: Callable[[str], str | None],
    at: datetime,
    is_import: bool = False,
) -> Verified:
    """Check the signature of an envelope; answer the bytes it is over.

    find: the certificate (PEM) registered under a fingerprint, None if none is.
    is_import: SHA-1 is taken, and a certificate whose days are over, as of old.

    :raises DocumentUnsigned: without signature.
    :raises DocumentSignatureElsewhere: if it is not over the whole, or not alone.
    :raises DocumentSignatureOld: with SHA-1, unless imported.
    :raises DocumentSignerUnknown: if no such certificate holds.
    :raises DocumentSignatureWrong: if what came is not what was signed.
    """
    root = parse(content)
    signature = _only_signature(root)
    _refuse_same_ids(root)
    is_old = _is_old(signature)
    if is_old and not is_import:
        raise DocumentSignatureOld
    certificate = _certificate(signature, find)
    moment = certificate.not_valid_after_utc if is_import else at
    result = _checked(content, certificate, _expected(moment, with_old=is_old))
    _refuse_elsewhere(result, root)
    fingerprint = certificate.fingerprint(hashes.SHA256()).hex()
    return Verified(result.signed_data, Seal(fingerprint, is_old))


def _only_signature(root: Element) -> Element:
    """Find the signature, which stands once: in the header, or beside its parents."""
    found = list(root.iter(f"{{{SIGNATURES}}}Signature"))
    # Samples leave an element empty where no signature was made.
    if not [one for one in found if len(one)]:
        raise DocumentUnsigned
    envelope = root.find(name("edXMLEnvelope"))
    places = [
        root,
        envelope,
        root.find(f"{name('edXMLEnvelope')}/{name('edXMLHeader')}"),
    ]
    beside = [one for place in places if place is not None for one in place]
    if len(found) != 1 or not any(one is found[0] for one in beside):
        raise DocumentSignatureElsewhere
    return found[0]


def _refuse_same_ids(root: Element) -> None:
    given = Counter(
        text
        for one in root.iter()
        for key, text in one.attrib.items()
        if key.rpartition("}")[2].casefold() == "id"
    )
    if any(count > 1 for count in given.values()):
        raise EdxmlElementTwice(name="Id")


def _is_old(signature: Element) -> bool:
    given = {one.get("Algorithm") for one in signature.iter()}
    return bool(given & _OLD)


def _certificate(
    signature: Element, find: Callable[[str], str | None]
) -> x509.Certificate:
    """Find the certificate that is registered; the one that came only names it."""
    path = "/".join(
        f"{{{SIGNATURES}}}{step}" for step in ("KeyInfo", "X509Data", "X509Certificate")
    )
    shown = signature.find(path)
    pem = None if shown is None else _registered(shown.text or "", find)
    if pem is None:
        raise DocumentSignerUnknown
    return x509.load_pem_x509_certificate(pem.encode())


def _registered(text: str, find: Callable[[str], str | None]) -> str | None:
    packed = "".join(text.split())
    pem = f"-----BEGIN CERTIFICATE-----\n{packed}\n-----END CERTIFICATE-----\n"
    try:
        shown = x509.load_pem_x509_certificate(pem.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise DocumentSignerUnknown from None
    return find(shown.fingerprint(hashes.SHA256()).hex())


def _expected(moment: datetime, *, with_old: bool) -> SignatureConfiguration:
    return SignatureConfiguration(
        expect_references=1,
        signature_methods=METHODS | OLD_METHODS if with_old else METHODS,
        digest_algorithms=DIGESTS | OLD_DIGESTS if with_old else DIGESTS,
        verification_time=moment,
    )


def _checked(
    content: bytes, certificate: x509.Certificate, expected: SignatureConfiguration
) -> VerifyResult:
    try:
        return cast(
            VerifyResult,
            _Verifier().verify(content, x509_cert=certificate, expect_config=expected),
        )
    except InvalidCertificate:
        raise DocumentSignerUnknown from None
    except (
        SignXMLException,
        UnsupportedAlgorithm,
        etree.LxmlError,
        ValueError,
        TypeError,
        NotImplementedError,
    ):
        raise DocumentSignatureWrong from None


def _refuse_elsewhere(result: VerifyResult, root: Element) -> None:
    """Look at the reference that was checked: the whole, with nothing picked of it."""
    references = result.signature_xml.findall(f".//{{{SIGNATURES}}}Reference")
    own = root.get("Id")
    wholes = {"", f"#{own}"} if own else {""}
    steps = [
        one.get("Algorithm")
        for one in result.signature_xml.iter(f"{{{SIGNATURES}}}Transform")
    ]
    if (
        len(references) != 1
        or references[0].get("URI") not in wholes
        or steps[:1] != [ENVELOPED]
        or not set(steps[1:]) <= TRANSFORMS
        or result.signature_xml.find(f"{{{SIGNATURES}}}Object") is not None
    ):
        raise DocumentSignatureElsewhere
