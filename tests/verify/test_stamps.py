"""A timestamp is believed from an authority for it only, and only as it was written."""

import asyncio
import sys
from hashlib import sha256

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from pyhanko.sign.signers import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.verify.test_receipts import VERIFY
from tinhso.documents.providers import demo
from tinhso.documents.providers.demo import DemoSigner

sys.path.insert(0, str(VERIFY))

from tinhso_verify import cms
from tinhso_verify.faults import UNREADABLE, BrokenError

COVERED = b"what was stamped"


def stamp(signer, now):
    """Let an authority stamp; answer the token as it is written."""
    stamper = signer.timestamper(at=now)
    digest = sha256(COVERED).digest()
    return asyncio.run(stamper.async_timestamp(digest, "sha256")).dump()


def anchors(signer):
    return [x509.load_der_x509_certificate(root.dump()) for root in signer.anchors()]


@pytest.fixture
def authority(tmp_path):
    return DemoSigner(home=tmp_path / "one")


def test_a_timestamp_of_a_known_authority_is_believed(authority, now):
    token = cms.verify(stamp(authority, now), detached=None)

    cms.refuse_other(token, COVERED)
    assert cms.is_trusted_stamp(token, anchors(authority))


def test_a_timestamp_of_a_stranger_is_not(authority, tmp_path, now):
    stranger = DemoSigner(home=tmp_path / "other")

    token = cms.verify(stamp(stranger, now), detached=None)

    assert not cms.is_trusted_stamp(token, anchors(authority))


def test_who_may_sign_may_not_stamp(authority, now, monkeypatch):
    monkeypatch.setattr(demo, "_STAMPING", demo._SIGNING)

    token = cms.verify(stamp(authority, now), detached=None)

    assert not cms.is_trusted_stamp(token, anchors(authority))


@pytest.mark.parametrize("prefer_pss", [False, True])
@pytest.mark.parametrize("digest", ["sha256", "sha384", "sha512"])
def test_keys_of_the_other_kind_sign_as_well(authority, now, prefer_pss, digest):
    key = rsa.generate_private_key(65537, 2048)
    certificate = authority.issue(key=key.public_key(), names={"common_name": "RSA"})
    identity = demo.Identity(key, certificate)
    signer = SimpleSigner(
        identity.asn1,
        identity.asn1_key,
        SimpleCertificateStore(),
        prefer_pss=prefer_pss,
    )
    written = asyncio.run(
        signer.async_sign_general_data(COVERED, digest, detached=True)
    ).dump()

    signed = cms.verify(written, detached=COVERED)

    assert cms.is_trusted(signed, anchors(authority), at=now)
    with pytest.raises(BrokenError):
        cms.verify(written, detached=COVERED + b"!")


# What was a serial number may be one no more.
@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_no_bit_of_a_timestamp_can_be_another(authority, now):
    content, known = stamp(authority, now), anchors(authority)

    def is_believed(spoilt):
        try:
            token = cms.verify(spoilt, detached=None)
            cms.refuse_other(token, COVERED)
            return cms.is_trusted_stamp(token, known)
        except (BrokenError, *UNREADABLE):
            return False

    assert is_believed(content)
    for bit in range(8 * len(content)):
        spoilt = bytearray(content)
        spoilt[bit // 8] ^= 1 << bit % 8
        assert not is_believed(bytes(spoilt)), bit
