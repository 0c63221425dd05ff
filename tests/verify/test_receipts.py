"""A receipt proves itself to a program that shares nothing with the platform."""

import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.documents.test_archive_format import PDF_UA, validate
from tinhso.documents import queries as documents
from tinhso.documents.types import TimestampUnavailable
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.audit import queries as journal
from tinhso.procedures import actions
from tinhso.procedures.models import DossierRow, ReceiptRow
from tinhso.procedures.types import Channel, Correctable, ReceiptCorrection

VERIFY = Path(__file__).resolve().parents[2] / "verify"


def verify(*words):
    """Run `tinhso-verify` as another program would; answer its exit and its words."""
    run = subprocess.run(
        [sys.executable, "-m", "tinhso_verify", *map(str, words)],
        cwd=VERIFY,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert not run.stderr
    return run.returncode, json.loads(run.stdout)


@pytest.fixture
def submitted(citizen, ward, answers, now):
    return actions.submit_dossier(
        procedure_code="1.001193",
        organization_id=ward.id,
        channel=Channel.ONLINE,
        answers=answers,
        key=str(uuid4()),
        actor=citizen,
        at=now,
    )


@pytest.fixture
def trusted(tmp_path, content):
    """Write what a verifier was given once: the journal's key, the certificates."""
    key = audit.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    (tmp_path / "journal.pem").write_bytes(key)
    (tmp_path / "ca.pem").write_text(documents.trust_anchors())
    key_words = ("--journal-key", tmp_path / "journal.pem")
    return (*key_words, "--anchor", tmp_path / "ca.pem")


@pytest.fixture
def receipt(submitted, tmp_path, now):
    actions.issue_receipt(dossier_id=submitted.id, actor=SYSTEM, at=now)
    assert actions.seal_receipts(at=now) == 1
    return written(submitted, tmp_path)


def written(dossier, folder):
    document_id = DossierRow.objects.get(pk=dossier.id).receipt_document_id
    file = folder / "receipt.pdf"
    file.write_bytes(documents.document_pdf(document_id=document_id))
    return file


def test_a_receipt_verifies_and_says_what_was_taken_in(
    receipt, submitted, trusted, ward, tmp_path
):
    sent = submitted.files[0]
    scan = tmp_path / "scan.png"
    scan.write_bytes(documents.read_file(file_id=sent.file_id))

    code, said = verify("receipt", receipt, *trusted, "--file", scan)

    assert said["faults"] == []
    assert code == 0
    assert said["code"] == submitted.code
    assert said["unit"]["code"] == ward.code
    assert said["due_at"] == submitted.clock.due_at.isoformat()
    assert said["files"] == [
        {"name": sent.name, "size": sent.size, "sha256": sent.sha256}
    ]
    assert said["sealed_by"] == ward.name


def test_a_file_that_was_not_handed_in_is_told(receipt, trusted, tmp_path):
    other = tmp_path / "other.png"
    other.write_bytes(b"something else")

    code, said = verify("receipt", receipt, *trusted, "--file", other)

    assert code == 1
    assert said["faults"] == ["other.png is none of the files of this receipt"]


def flip(file, position):
    content = bytearray(file.read_bytes())
    content[position] ^= 1
    file.write_bytes(content)


def test_any_byte_changed_before_the_signature_is_found(receipt, trusted):
    content = receipt.read_bytes()
    end = content.index(b"/ByteRange")

    for position in range(100, end, end // 12):
        receipt.write_bytes(content)
        flip(receipt, position)

        assert verify("receipt", receipt, *trusted)[0] == 1, position


def test_a_certificate_that_cannot_be_read_is_said_in_words(receipt, trusted):
    content = receipt.read_bytes()
    version_3, no_version = b"A003020102", b"A003020112"
    assert version_3 in content

    receipt.write_bytes(content.replace(version_3, no_version))

    code, said = verify("receipt", receipt, *trusted)
    assert code == 1
    assert said["faults"][0].startswith("a certificate cannot be read")


def test_a_receipt_of_another_journal_is_refused(receipt, trusted, tmp_path):
    (tmp_path / "keys" / "journal.pem").unlink()
    other = audit.public_key().public_bytes(
        Encoding.PEM, PublicFormat.SubjectPublicKeyInfo
    )
    (tmp_path / "journal.pem").write_bytes(other)

    code, said = verify("receipt", receipt, *trusted)

    assert code == 1
    assert "signature is wrong" in said["faults"][0]


def test_without_the_anchor_nobody_is_trusted(receipt, trusted):
    code, said = verify("receipt", receipt, *trusted[:2])

    assert code == 1
    assert "no anchor" in said["faults"][0]


def test_a_page_swapped_after_the_seal_is_found(receipt, trusted):
    content = receipt.read_bytes()
    pages = re.findall(
        rb"(\d+) 0 obj\s*<<(?:(?!endobj).)*?/Type\s*/Page\b", content, re.S
    )
    added = b"\n%s 0 obj\n<</Type/Page/Contents 1 0 R>>\nendobj\n%%%%EOF\n" % pages[0]
    receipt.write_bytes(content + added)

    code, said = verify("receipt", receipt, *trusted)

    assert code == 1
    assert "added after the last signature" in said["faults"][0]


def test_a_corrected_receipt_still_proves_the_legal_due_date(
    receipt, submitted, trusted, clerk, tmp_path, now
):
    actions.correct_receipt(
        dossier_id=submitted.id,
        given=ReceiptCorrection(
            fee=8000, reasons={Correctable.FEE: "Ghi sai khi nhập."}
        ),
        revision=submitted.revision,
        actor=clerk,
        at=now + timedelta(minutes=5),
    )
    actions.seal_receipts(at=now + timedelta(minutes=6))

    code, said = verify("receipt", written(submitted, tmp_path), *trusted)

    assert (code, said["faults"]) == (0, [])
    assert said["due_at"] == submitted.clock.due_at.isoformat()


def test_a_due_date_moved_behind_the_journals_back_is_found(
    submitted, trusted, tmp_path, now
):
    later = submitted.clock.due_at + timedelta(days=30)
    DossierRow.objects.filter(pk=submitted.id).update(original_due_at=later)
    actions.issue_receipt(dossier_id=submitted.id, actor=SYSTEM, at=now)
    actions.seal_receipts(at=now)

    code, said = verify("receipt", written(submitted, tmp_path), *trusted)

    assert code == 1
    assert said["faults"] == ["the due date stands otherwise in the journal"]


def test_a_receipt_waits_for_no_seal_and_says_that_it_has_none(
    submitted, trusted, tmp_path, now
):
    actions.issue_receipt(dossier_id=submitted.id, actor=SYSTEM, at=now)

    code, said = verify("receipt", written(submitted, tmp_path), *trusted)

    assert (code, said["faults"]) == (1, ["no signature"])


def test_where_no_unit_has_declared_a_seal_receipts_go_without(
    submitted, settings, now
):
    settings.TINHSO_SIGNING_PROVIDER = "folder"

    actions.issue_receipt(dossier_id=submitted.id, actor=SYSTEM, at=now)

    assert actions.seal_receipts(at=now) == 0
    assert ReceiptRow.objects.get().seal_at is None


def test_a_seal_that_is_away_is_tried_again_later_and_ends_the_round(
    submitted, monkeypatch, citizen, now
):
    asked = []

    def away(**given):
        asked.append(given["document_id"])
        raise TimestampUnavailable

    for _ in range(2):
        actions.issue_receipt(dossier_id=submitted.id, actor=SYSTEM, at=now)
    with monkeypatch.context() as patched:
        patched.setattr("tinhso.documents.actions.sign_document", away)
        assert actions.seal_receipts(at=now) == 0
        assert actions.seal_receipts(at=now) == 0

    assert len(asked) == 1
    assert actions.seal_receipts(at=now + timedelta(minutes=6)) == 1
    assert actions.seal_receipts(at=now + timedelta(hours=1)) == 0


def test_only_the_newest_receipt_is_sealed(submitted, clerk, now):
    actions.issue_receipt(dossier_id=submitted.id, actor=SYSTEM, at=now)
    actions.correct_receipt(
        dossier_id=submitted.id,
        given=ReceiptCorrection(fee=8000, reasons={Correctable.FEE: "Ghi sai."}),
        revision=submitted.revision,
        actor=clerk,
        at=now,
    )

    assert actions.seal_receipts(at=now) == 1
    assert not ReceiptRow.objects.filter(seal_at__isnull=False).exists()


def test_a_witness_of_another_journal_is_believed_over_the_receipt(
    receipt, trusted, tmp_path
):
    head = json.loads(journal.head_line(journal.newest_head()))
    kept = {**head, "root": "00" * 32}
    line = json.dumps(dict(sorted(kept.items())), separators=(",", ":"))
    (tmp_path / "witness.jsonl").write_text(f"{line}\n")

    code, said = verify(
        "receipt", receipt, *trusted, "--witness", tmp_path / "witness.jsonl"
    )

    assert code == 1
    assert said["faults"] == ["the witness knows another journal"]


def test_a_sealed_receipt_is_pdf_a_3a_and_accessible(receipt):
    assert validate("3a", receipt) == [[]]
    assert validate(PDF_UA, receipt) == [[]]


def test_a_result_verifies_with_leader_and_seal(single, trusted, tmp_path, ward):
    file = tmp_path / "result.pdf"
    document_id: UUID = single.result_document_id
    file.write_bytes(documents.document_pdf(document_id=document_id))

    code, said = verify("result", file, *trusted[2:])

    assert (code, said["faults"]) == (0, [])
    assert [one["trusted"] for one in said["signatures"]] == [True, True]
    assert all(one["timestamped"] for one in said["signatures"])
    assert said["signatures"][1]["organization"] == ward.name


def test_what_is_no_receipt_is_said_in_words(tmp_path, trusted):
    file = tmp_path / "letter.pdf"
    file.write_bytes(b"%PDF-1.7\nnothing\n%%EOF\n")

    code, said = verify("receipt", file, *trusted)

    assert (code, said["faults"]) == (1, ["no signature"])
