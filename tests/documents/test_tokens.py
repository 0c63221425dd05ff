"""Officers and agencies sign with keys on a token, by PKCS#11: a real SoftHSM."""

import asyncio
import base64
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pkcs11
import pytest
from cryptography.hazmat.primitives import serialization
from pkcs11.util import ec as ec_util
from pkcs11.util import rsa as rsa_util

from tests import softhsm
from tinhso.documents import actions, queries, types
from tinhso.documents.models import SignatureRow, SigningMeansRow, StageRow
from tinhso.documents.providers.demo import DemoSigner
from tinhso.documents.providers.token import TokenSigner
from tinhso.documents.types import NO_SECRET, Secret, Signatory, SignatureRole, Verdict
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit.models import JournalEntry
from tinhso.people.models import OrganizationRow, PersonRow

MODULE = softhsm.find()
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(MODULE is None, reason=softhsm.REASON),
]
PIN = "135790"
LEADER_NAME, AGENCY_NAME = "Nguyễn Thị Bình", "Ủy ban nhân dân phường Hạ Long"
NUMBER = "022175999777"
ENDED = {
    "starts_at": datetime(2020, 1, 1, tzinfo=UTC),
    "ends_at": datetime(2021, 1, 1, tzinfo=UTC),
}
LATER = {
    "starts_at": datetime(2030, 1, 1, tzinfo=UTC),
    "ends_at": datetime(2031, 1, 1, tzinfo=UTC),
}
LEADER = {"common_name": LEADER_NAME, "serial_number": f"PNOVN-{NUMBER}"}


class Hsm:
    """A token with the keys of these tests, and the authority that knows them."""

    def __init__(self, folder):
        self.home = folder / "home"
        softhsm.make_tokens(folder, "tinhso", "khoa", pin=PIN)
        self.library = pkcs11.lib(str(MODULE))
        self.library.reinitialize()
        self.authority = DemoSigner(home=self.home)
        self.add("leader", LEADER)
        self.add("leader-rsa", LEADER, kind="rsa")
        self.add("other-leader", LEADER)
        self.add("seal", {"common_name": AGENCY_NAME, "organization": AGENCY_NAME})
        self.add("stranger", {"common_name": "Người Khác"})
        self.add("namesake", {**LEADER, "serial_number": "PNOVN-022175999778"})
        self.add("expired", LEADER, **ENDED)
        self.add("early", LEADER, **LATER)
        self.add("foreign", LEADER, by=DemoSigner(home=folder / "elsewhere"))
        self.revoked = self.add("revoked", LEADER)
        self.add("no-key", LEADER, is_whole=False)

    def session(self, label="tinhso"):
        token = self.library.get_token(token_label=label)
        return token.open(rw=True, user_pin=PIN)

    def add(self, label, names, *, kind="ec", by=None, is_whole=True, **days):
        """Make a key pair on the token, have it certified, put the certificate on."""
        with self.session() as session:
            public, private = self._pair(session, label, kind)
            encode = (
                ec_util.encode_ec_public_key
                if kind == "ec"
                else rsa_util.encode_rsa_public_key
            )
            if kind == "rsa":
                key = load_rsa(encode(public))
            else:
                key = serialization.load_der_public_key(encode(public))
            certificate = (by or self.authority).issue(key=key, names=names, **days)
            if not is_whole:
                private.destroy()
            self.put(session, label, certificate)
        return certificate.serial_number

    def _pair(self, session, label, kind):
        if kind == "rsa":
            return session.generate_keypair(
                pkcs11.KeyType.RSA, 2048, store=True, label=label
            )
        named = ec_util.encode_named_curve_parameters("secp256r1")
        parameters = session.create_domain_parameters(
            pkcs11.KeyType.EC, {pkcs11.Attribute.EC_PARAMS: named}, local=True
        )
        return parameters.generate_keypair(store=True, label=label)

    def put(self, session, label, certificate):
        der = certificate.public_bytes(serialization.Encoding.DER)
        session.create_object(
            {
                pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
                pkcs11.Attribute.CERTIFICATE_TYPE: pkcs11.CertificateType.X_509,
                pkcs11.Attribute.TOKEN: True,
                pkcs11.Attribute.PRIVATE: False,
                pkcs11.Attribute.LABEL: label,
                pkcs11.Attribute.SUBJECT: certificate.subject.public_bytes(),
                pkcs11.Attribute.VALUE: der,
            }
        )


def load_rsa(pkcs1):
    pem = b"-----BEGIN RSA PUBLIC KEY-----\n%s\n-----END RSA PUBLIC KEY-----\n"
    return serialization.load_pem_public_key(pem % base64.encodebytes(pkcs1).strip())


@pytest.fixture(scope="session")
def softhsm_token(tmp_path_factory):
    return Hsm(tmp_path_factory.mktemp("hsm"))


@pytest.fixture
def token(softhsm_token, settings):
    settings.TINHSO_HOME = softhsm_token.home
    settings.TINHSO_PKCS11_MODULE = MODULE
    return softhsm_token


@pytest.fixture
def leader(db, token):
    return PersonRow.objects.create(
        full_name=LEADER_NAME, sort_name="binh nguyen thi", personal_number=NUMBER
    )


@pytest.fixture
def agency(db, now):
    return OrganizationRow.objects.create(
        key="test_agency",
        code="H49.99999",
        name=AGENCY_NAME,
        kind="agency",
        level="commune",
        valid_from=now.date(),
    )


@pytest.fixture
def signatory(leader, agency):
    return Signatory(leader.id, agency.id, LEADER_NAME, "Chủ tịch", AGENCY_NAME)


@pytest.fixture
def declare(leader, now):
    def make(key_label="leader", **whose):
        return actions.declare_token(
            token_label="tinhso",
            key_label=key_label,
            actor=SYSTEM,
            at=now,
            **(whose or {"person_id": leader.id}),
        )

    return make


@pytest.fixture
def put_down(leader, now):
    """Write a means down as a mistaken operator, or an older day, would have."""

    def make(key_label, **changes):
        return SigningMeansRow.objects.create(
            **{
                "kind": "token",
                "person_id": leader.id,
                "token_label": "tinhso",
                "key_label": key_label,
                "certificate_sha256": "0" * 64,
                "declared_at": now,
                **changes,
            }
        )

    return make


def nothing_was_written(document):
    return (
        not SignatureRow.objects.exists()
        and StageRow.objects.count() == 1
        and not JournalEntry.objects.filter(deed="documents.sign_document").exists()
        and queries.get_document(document_id=document.id).state == "draft"
    )


@pytest.mark.parametrize("key_label", ["leader", "leader-rsa"])
def test_a_leader_signs_and_an_agency_seals_with_a_token(
    render, sign, declare, signatory, agency, now, settings, key_label
):
    declare(key_label)
    declare("seal", organization_id=agency.id)
    document = render()

    sign(document, SignatureRole.PERSONAL, signatory=signatory, secret=Secret(PIN))
    sign(document, SignatureRole.SEAL, signatory=signatory, secret=Secret(PIN))

    content = queries.document_pdf(document_id=document.id)
    for later in (0, 8000):
        report = queries.verify_pdf(content=content, at=now + timedelta(days=later))
        assert report.verdict == Verdict.VALID
        roles = [one.role for one in report.signatures]
        assert roles == ["personal", "timestamp", "seal", "timestamp"]
        assert all(one.timestamp_ok for one in report.signatures)
    assert report.signatures[0].name == LEADER_NAME


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler-utils is missing")
def test_another_program_finds_a_tokens_signature_valid(
    render, sign, declare, signatory, tmp_path
):
    declare()
    document = render()
    sign(document, SignatureRole.PERSONAL, signatory=signatory, secret=Secret(PIN))
    file = tmp_path / "signed.pdf"
    file.write_bytes(queries.document_pdf(document_id=document.id))

    said = subprocess.run(
        ["pdfsig", "-nocert", file], capture_output=True, text=True, check=False
    ).stdout

    assert "Signature Validation: Signature is Valid." in said


def test_a_wrong_pin_is_refused_and_nothing_is_written(
    render, sign, declare, signatory
):
    declare()
    document = render()

    for pin, refusal in (
        ("000000", types.PinWrong),
        ("1", types.PinWrong),
        ("", types.PinMissing),
    ):
        with pytest.raises(refusal):
            sign(
                document,
                SignatureRole.PERSONAL,
                signatory=signatory,
                secret=Secret(pin),
            )
        assert nothing_was_written(document)

    sign(document, SignatureRole.PERSONAL, signatory=signatory, secret=Secret(PIN))


def test_nobody_is_let_in_by_the_login_of_another(token, now):
    """A token is logged in to for the whole process; who comes second shall wait."""

    def attempt(pin):
        signer = TokenSigner(
            authority=token.authority,
            module=MODULE,
            token_label="tinhso",
            key_label="leader",
            pin=Secret(pin),
        )
        key = signer.credential(signatory=None, role=SignatureRole.PERSONAL, at=now)
        try:
            asyncio.run(key.async_sign_raw(b"paper", "sha256"))
        except types.PinWrong:
            return "refused"
        return "signed"

    pins = [PIN, "999999"] * 10
    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(attempt, pins))

    assert outcomes == ["signed", "refused"] * 10


def test_a_token_that_is_not_there_is_named(render, sign, put_down, signatory):
    put_down("leader", token_label="o-nha")
    document = render()

    with pytest.raises(types.TokenAbsent, match="o-nha") as refused:
        sign(document, SignatureRole.PERSONAL, signatory=signatory, secret=Secret(PIN))

    assert "o-nha" in str(refused.value)
    assert nothing_was_written(document)


@pytest.mark.parametrize("key_label", ["no-key", "nothing"])
def test_a_key_that_is_not_there_is_named(
    render, sign, put_down, signatory, token, key_label
):
    row = put_down(key_label)
    if key_label == "no-key":
        row.certificate_sha256 = fingerprint(token, key_label)
        row.save()
    document = render()

    with pytest.raises(types.TokenKeyAbsent):
        sign(document, SignatureRole.PERSONAL, signatory=signatory, secret=Secret(PIN))

    assert nothing_was_written(document)


def fingerprint(token, label):
    with token.session() as session:
        wanted = {
            pkcs11.Attribute.CLASS: pkcs11.ObjectClass.CERTIFICATE,
            pkcs11.Attribute.LABEL: label,
        }
        (found,) = session.get_objects(wanted)
        return sha256(found[pkcs11.Attribute.VALUE]).hexdigest()


WRONG = [
    ("expired", types.CertificateExpired),
    ("early", types.CertificateNotYetValid),
    ("revoked", types.CertificateRevoked),
    ("foreign", types.CertificateUntrusted),
    ("stranger", types.CertificateOfAnother),
    ("namesake", types.CertificateOfAnother),
    ("other-leader", types.CertificateNotDeclared),
]


@pytest.mark.parametrize(("key_label", "refusal"), WRONG)
def test_a_wrong_certificate_is_refused_by_name_when_signing(
    render, sign, put_down, signatory, token, key_label, refusal
):
    token.authority.revoke(serial=token.revoked)
    put_down(key_label)
    document = render()

    with pytest.raises(refusal):
        sign(document, SignatureRole.PERSONAL, signatory=signatory, secret=Secret(PIN))

    assert nothing_was_written(document)


@pytest.mark.parametrize(("key_label", "refusal"), WRONG[:-1])
def test_a_wrong_certificate_is_refused_by_name_when_declared(
    declare, token, key_label, refusal
):
    token.authority.revoke(serial=token.revoked)

    with pytest.raises(refusal):
        declare(key_label)

    assert not SigningMeansRow.objects.exists()


def test_a_signer_has_one_means_at_a_time(declare, leader, now):
    first = declare()
    with pytest.raises(types.MeansAlreadyDeclared):
        declare("leader-rsa")

    actions.end_means(means_id=first.id, actor=SYSTEM, at=now)
    second = declare("leader-rsa")

    assert queries.all_signing_means() == (second,)
    with pytest.raises(types.MeansNotFound):
        actions.end_means(means_id=first.id, actor=SYSTEM, at=now)


def test_a_means_is_somebodys_and_has_a_key(now):
    for whose in ({}, {"token_label": "tinhso", "key_label": "leader"}):
        with pytest.raises(types.MeansIncomplete):
            actions.declare_token(
                **{"token_label": "", "key_label": "", **whose}, actor=SYSTEM, at=now
            )


def test_a_pin_is_asked_only_of_those_whose_means_needs_it(
    declare, leader, agency, settings
):
    assert queries.asked_when_signing(person_id=leader.id) == "nothing"

    declare()
    declare("seal", organization_id=agency.id)

    assert queries.asked_when_signing(person_id=leader.id) == "pin"
    assert queries.asked_when_signing(organization_id=agency.id) == "pin"
    settings.TINHSO_SEAL_PIN = PIN
    assert queries.asked_when_signing(organization_id=agency.id) == "nothing"
    assert queries.asked_when_signing(person_id=leader.id) == "pin"


def test_the_pin_of_a_seal_may_come_from_the_settings(
    render, sign, declare, signatory, agency, settings
):
    settings.TINHSO_SEAL_PIN = PIN
    declare("seal", organization_id=agency.id)
    declare()
    document = render()

    sign(document, SignatureRole.PERSONAL, signatory=signatory, secret=Secret(PIN))
    sealed = sign(document, SignatureRole.SEAL, signatory=signatory, secret=NO_SECRET)

    assert sealed.state == types.DocumentState.ISSUED


def test_without_a_module_a_token_fails_by_name(
    render, sign, put_down, signatory, settings
):
    put_down("leader")
    settings.TINHSO_PKCS11_MODULE = None

    with pytest.raises(types.TokenFailed):
        sign(render(), SignatureRole.PERSONAL, signatory=signatory, secret=Secret(PIN))


def test_no_pin_is_kept_or_shown_anywhere(render, sign, declare, signatory, caplog):
    declare()
    document = render()
    with pytest.raises(types.PinWrong) as refused:
        sign(
            document,
            SignatureRole.PERSONAL,
            signatory=signatory,
            secret=Secret("246802"),
        )
    sign(document, SignatureRole.PERSONAL, signatory=signatory, secret=Secret(PIN))

    written = [repr(entry.details) for entry in JournalEntry.objects.all()]
    columns = repr(list(SigningMeansRow.objects.values()))
    seen = f"{written} {columns} {caplog.text} {refused.value!r} {Secret(PIN)!r}"
    assert "246802" not in seen
    assert PIN not in seen
