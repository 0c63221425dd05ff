"""Officers and agencies sign with keys on a token, by PKCS#11: a real SoftHSM."""

import asyncio
import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256

import pkcs11
import pytest

from tests import softhsm
from tinhso.documents import actions, queries, types
from tinhso.documents.models import SignatureRow, SigningMeansRow, StageRow
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
LEADER_NAME, NUMBER = softhsm.LEADER_NAME, softhsm.LEADER_NUMBER
AGENCY_NAME, PIN = softhsm.AGENCY_NAME, softhsm.PIN


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
