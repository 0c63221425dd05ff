"""Only what was signed is read: documents forged in each way are refused by name."""

from base64 import b64decode
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from xml.etree import ElementTree

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from lxml import etree
from signxml.algorithms import DigestAlgorithm, SignatureMethod
from signxml.signer import XMLSigner
from signxml.verifier import SignatureConfiguration, XMLVerifier

from tests.exchange.papers import AT, PAPER, Keys
from tinhso.exchange.providers import (
    document_keys,
    edxml,
    edxml_writing,
    xml_reading,
    xml_signing,
)
from tinhso.exchange.types import (
    DocumentKeyMissing,
    DocumentRefused,
    DocumentSignatureElsewhere,
    DocumentSignatureOld,
    DocumentSignatureWrong,
    DocumentSignerUnknown,
    DocumentUnsigned,
    EdxmlElementTwice,
    EdxmlUnsafe,
)

DS = "{http://www.w3.org/2000/09/xmldsig#}"
ED = f"{{{xml_reading.EDXML}}}"
HEADER = f"{ED}edXMLEnvelope/{ED}edXMLHeader"


@pytest.fixture
def keys(tmp_path):
    made = Keys(tmp_path)
    made.make()
    return made


@pytest.fixture
def signed(keys):
    return keys.signed()


def tree(content):
    return etree.fromstring(content)


def text(root):
    return etree.tostring(root)


def test_what_was_signed_is_read(keys, signed):
    verified = keys.verify(signed)

    assert edxml.read_document(verified.content) == PAPER
    assert verified.seal.fingerprint in keys.known
    assert not verified.seal.is_old
    assert b"ecdsa-sha256" in signed
    assert b"sha1" not in signed


def test_another_canonical_xml_and_plain_cryptography_agree(keys, signed):
    """Python's own canonical XML (2.0) gives the bytes that libxml2's gave."""
    root = ElementTree.fromstring(signed)
    header = root.find(HEADER)
    signature = header.find(f"{DS}Signature")
    header.remove(signature)
    info = signature.find(f"{DS}SignedInfo")
    raw = b64decode(signature.find(f"{DS}SignatureValue").text)
    half = len(raw) // 2
    pair = int.from_bytes(raw[:half]), int.from_bytes(raw[half:])
    key = document_keys.load(keys.home, "G22").key.public_key()

    digest = sha256(canonical(root)).digest()

    assert b64decode(info.find(f".//{DS}DigestValue").text) == digest
    key.verify(encode_dss_signature(*pair), canonical(info), ec.ECDSA(SHA256()))


def canonical(element):
    return ElementTree.canonicalize(ElementTree.tostring(element, "unicode")).encode()


def test_a_large_file_is_signed_and_checked(keys):
    """Past the ten million letters at which libxml2 stops by itself."""
    file = replace(PAPER.attachments[0], content=b"x" * 9_000_000)
    paper = replace(PAPER, attachments=(file,))

    found = edxml.read_document(keys.verify(keys.signed(paper)).content)

    assert found.attachments[0].content == file.content


def test_rsa_is_taken_as_well(keys):
    pem, key = rsa_key()
    keys.known[document_keys.read(pem).fingerprint] = pem
    signed = xml_signing.sign(
        edxml_writing.write_document(PAPER),
        document_keys.DocumentKey(key, x509.load_pem_x509_certificate(pem.encode())),
    )

    assert b"rsa-sha256" in signed
    assert edxml.read_document(keys.verify(signed).content) == PAPER


def rsa_key(size=2048):
    key = rsa.generate_private_key(65537, size)
    certificate = document_keys._certificate(key, "G22", AT)
    return certificate.public_bytes(serialization.Encoding.PEM).decode(), key


CHANGES = {
    "subject": (">Về việc", ">Về  việc"),
    "receiver": (">H49.06688<", ">H49.06689<"),
    "attachment": ("JVBERi", "JVBESi"),
    "act": ("DocType>0<", "DocType>2<"),
    "element more": ("<edXML:To>", "<edXML:X/><edXML:To>"),
    "signature": ("SignatureValue>", "SignatureValue>AA"),
    "digest": ("DigestValue>", "DigestValue>A"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_one_changed_place_is_noticed(keys, signed, what):
    old, new = CHANGES[what]
    changed = signed.decode().replace(old, new, 1).encode()
    assert changed != signed

    with pytest.raises(DocumentSignatureWrong):
        keys.verify(changed)


def test_a_comment_is_not_part_of_what_is_read(keys, signed):
    split = signed.decode().replace(">H49.06688<", ">H49.06688<!-- x --><").encode()

    found = edxml.read_document(keys.verify(split).content)

    assert found == PAPER


def test_no_signature_or_an_empty_one_is_refused(keys):
    bare = edxml_writing.write_document(PAPER)
    root = tree(bare)
    root.find(HEADER).remove(root.find(f"{HEADER}/{DS}Signature"))

    for content in (bare, text(root)):
        with pytest.raises(DocumentUnsigned):
            keys.verify(content)


def wrapped(named, hide):
    """Forge the document around the signed one, whose signature still holds."""
    original, root = tree(named), tree(named)
    original.find(HEADER).remove(original.find(f"{HEADER}/{DS}Signature"))
    for one in root.iter():
        one.attrib.pop("Id", None)
    forge(root)
    hide(root, original)
    return text(root)


def in_the_signature(root, original):
    etree.SubElement(root.find(f"{HEADER}/{DS}Signature"), f"{DS}Object").append(
        original
    )


def in_an_element_nobody_knows(root, original):
    etree.SubElement(root, f"{ED}Extra").append(original)


def before_the_document(root, original):
    root.insert(0, original)


def two_envelopes(signed):
    """A second envelope before the signed one."""
    root = tree(signed)
    second = tree(signed)[0]
    header = second.find(f"{ED}edXMLHeader")
    header.remove(header.find(f"{DS}Signature"))
    forge(second)
    root.insert(0, second)
    return text(root)


def two_bodies(signed):
    root = tree(signed)
    root[0].append(tree(text(root[0].find(f"{ED}edXMLBody"))))
    return text(root)


def two_signatures(signed):
    root = tree(signed)
    root.append(tree(signed).find(f"{HEADER}/{DS}Signature"))
    return text(root)


def signature_in_the_body(signed):
    root = tree(signed)
    signature = root.find(f"{HEADER}/{DS}Signature")
    root.find(f"{ED}edXMLEnvelope/{ED}edXMLBody").append(signature)
    return text(root)


def same_ids(signed):
    """Two elements of the name the reference speaks of."""
    root = tree(signed)
    root.set("Id", "one")
    root[0].set("ID", "one")
    return text(point(root, "#one"))


def forge(root):
    for subject in root.iter(f"{ED}Subject"):
        subject.text = "Chuyển tiền cho tôi"
        return


def point(root, uri):
    root.find(f".//{DS}Reference").set("URI", uri)
    return root


def elsewhere(signed):
    """The reference is to a file of somebody else."""
    return text(point(tree(signed), "https://x.example/paper.xml"))


FORGED = {
    two_envelopes: DocumentSignatureElsewhere,
    two_bodies: DocumentSignatureWrong,
    two_signatures: DocumentSignatureElsewhere,
    signature_in_the_body: DocumentSignatureElsewhere,
    same_ids: EdxmlElementTwice,
    elsewhere: DocumentSignatureWrong,
}


@pytest.mark.parametrize("forgery", FORGED, ids=lambda one: one.__name__)
def test_what_could_be_read_in_two_ways_is_refused(keys, signed, forgery):
    with pytest.raises(FORGED[forgery]):
        keys.verify(forgery(signed))


@pytest.mark.parametrize(
    "hide",
    [in_the_signature, in_an_element_nobody_knows, before_the_document],
    ids=lambda one: one.__name__,
)
def test_a_wrapped_signature_is_refused_though_it_holds(keys, hide):
    forged = wrapped(partly_signed(keys, "#all", root_id="all"), hide)
    certificate = next(iter(keys.known.values()))

    # The library finds nothing wrong: it only says what was signed.
    assert XMLVerifier().verify(
        forged,
        x509_cert=certificate,
        expect_config=SignatureConfiguration(verification_time=AT),
    )
    with pytest.raises(DocumentSignatureElsewhere):
        keys.verify(forged)


def test_two_bodies_that_were_signed_are_refused_when_read(keys):
    root = tree(edxml_writing.write_document(PAPER))
    root[0].append(tree(text(root[0].find(f"{ED}edXMLBody"))))
    verified = keys.verify(keys.sign(text(root)))

    with pytest.raises(EdxmlElementTwice):
        edxml.read_document(verified.content)


def partly_signed(keys, uri, paper=PAPER, **more):
    """A valid signature of the true sender, over a part of the document only.

    `paper` says what the part is: here the attachments, the rest is anybody's.
    """
    root = tree(edxml_writing.write_document(paper))
    root.find(f"{ED}AttachmentEncoded").set("Id", "files")
    if more.get("root_id"):
        root.set("Id", more["root_id"])
    key = document_keys.load(keys.home, "G22")
    signer = XMLSigner(
        signature_algorithm=SignatureMethod.ECDSA_SHA256,
        c14n_algorithm=xml_signing.EXCLUSIVE,
    )
    made = signer.sign(root, key=key.key, cert=[key.certificate], reference_uri=uri)
    return text(made)


def test_a_true_signature_over_a_part_is_no_signature_of_the_document(keys):
    with pytest.raises(DocumentSignatureElsewhere):
        keys.verify(partly_signed(keys, "#files"))
    with pytest.raises(DocumentSignatureWrong):
        keys.verify(partly_signed(keys, ["#files", "#all"], root_id="all"))


def test_a_reference_to_the_whole_by_its_name_is_taken(keys):
    signed = partly_signed(keys, "#all", root_id="all")

    assert edxml.read_document(keys.verify(signed).content) == PAPER


def test_a_signed_document_with_a_bomb_is_not_even_checked(keys, signed):
    bomb = b'?>\n<!DOCTYPE b [<!ENTITY a "x"><!ENTITY c "&a;&a;">]>'

    with pytest.raises(EdxmlUnsafe):
        keys.verify(signed.replace(b"?>", bomb, 1))


def test_a_key_nobody_registered_signs_nothing(keys, tmp_path):
    stranger = Keys(tmp_path / "stranger")
    stranger.make()

    with pytest.raises(DocumentSignerUnknown):
        keys.verify(stranger.signed())


def test_a_signature_without_certificate_or_with_a_broken_one_is_refused(keys, signed):
    root = tree(signed)
    shown = root.find(f".//{DS}X509Certificate")
    shown.text = "AAAA"
    broken = text(root)
    shown.getparent().remove(shown)

    for content in (broken, text(root)):
        with pytest.raises(DocumentRefused):
            keys.verify(content)


def test_showing_the_certificate_of_another_does_not_help(keys, tmp_path):
    """The forger signs with a key of their own, and shows the true certificate."""
    forger = Keys(tmp_path / "forger")
    forger.make()
    root = tree(forger.signed())
    pem = next(iter(keys.known.values()))
    lines = pem.strip().splitlines()[1:-1]
    root.find(f".//{DS}X509Certificate").text = "".join(lines)

    with pytest.raises(DocumentSignatureWrong):
        keys.verify(text(root))


def test_a_certificate_holds_for_its_days_and_on_import_for_ever(keys, signed):
    later = AT + timedelta(days=document_keys.DAYS + 1)

    with pytest.raises(DocumentSignerUnknown):
        keys.verify(signed, at=later)
    with pytest.raises(DocumentSignerUnknown):
        keys.verify(signed, at=AT - timedelta(days=1))

    assert edxml.read_document(keys.verify(signed, at=later, is_import=True).content)


class OldSigner(XMLSigner):
    """Signs as the published samples do."""

    def check_deprecated_methods(self):
        """SHA-1 is what is wanted here."""


@pytest.fixture
def old(keys):
    """A document of the true sender, signed with SHA-1."""
    pem, key = rsa_key()
    keys.known[document_keys.read(pem).fingerprint] = pem
    signer = OldSigner(
        signature_algorithm=SignatureMethod.RSA_SHA1,
        digest_algorithm=DigestAlgorithm.SHA1,
        c14n_algorithm=xml_signing.EXCLUSIVE,
    )
    content = tree(edxml_writing.write_document(PAPER))
    return text(signer.sign(content, key=key, cert=pem))


def test_sha_1_is_taken_on_import_alone_and_marked(keys, old):
    with pytest.raises(DocumentSignatureOld):
        keys.verify(old)

    verified = keys.verify(old, is_import=True)

    assert verified.seal.is_old
    assert edxml.read_document(verified.content) == PAPER


def test_a_changed_old_document_is_noticed_on_import(keys, old):
    changed = old.replace(b"H49.06688", b"H49.06689", 1)
    assert changed != old

    with pytest.raises(DocumentSignatureWrong):
        keys.verify(changed, is_import=True)


def test_secrets_shared_by_all_sign_nothing(keys, signed):
    """HMAC with the certificate as the key, which everybody knows."""
    wrong = signed.replace(b"ecdsa-sha256", b"hmac-sha256")
    assert wrong != signed

    with pytest.raises(DocumentSignatureWrong):
        keys.verify(wrong)


def test_a_transform_that_picks_is_refused(keys, signed):
    root = tree(signed)
    step = root.find(f".//{DS}Transforms")[1]
    step.set("Algorithm", "http://www.w3.org/TR/1999/REC-xslt-19991116")

    with pytest.raises((DocumentSignatureWrong, DocumentSignatureElsewhere)):
        keys.verify(text(root))


def test_certificates_of_short_or_other_keys_are_none():
    for pem in ("", rsa_key(1024)[0]):
        with pytest.raises(ValueError):
            document_keys.read(pem)


def test_an_agency_without_key_cannot_sign(keys):
    with pytest.raises(DocumentKeyMissing):
        document_keys.load(keys.home, "H49")
    file = document_keys._file(keys.home, "G22")

    assert file.stat().st_mode & 0o777 == 0o600
    assert isinstance(
        document_keys.load(keys.home, "G22").key, ec.EllipticCurvePrivateKey
    )
