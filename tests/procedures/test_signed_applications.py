"""An applicant may sign the application; nobody has to, and nothing is lost."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests import remote_signing
from tests.remote_signing import code_of, misbehave
from tinhso.documents import queries as documents
from tinhso.documents import types
from tinhso.documents.models import FileRow
from tinhso.documents.providers import csc
from tinhso.documents.types import Secret, Verdict
from tinhso.kernel.errors import NotFound
from tinhso.procedures import actions, queries
from tinhso.procedures.models import ApplicationSignatureRow, DossierFileRow, DraftRow
from tinhso.procedures.types import (
    AnswersInvalid,
    SigningForOneself,
    UnitDoesNotReceive,
)

pytestmark = pytest.mark.django_db
NAME = "Nguyễn Thị Hoa"


@pytest.fixture(scope="session")
def provider(tmp_path_factory):
    home = tmp_path_factory.mktemp("applicants")
    with remote_signing.running(home) as process:
        yield home, process.url


@pytest.fixture
def remote(provider, settings):
    home, url = provider
    settings.TINHSO_HOME = home
    settings.TINHSO_REMOTE_SIGNING_URL = url
    settings.TINHSO_REMOTE_SIGNING_KEY = remote_signing.KEY
    yield url
    misbehave(url)


@pytest.fixture
def draft(remote, answers, citizen, ward, now):
    """A draft answered in full."""
    made = actions.start_draft(procedure_code="1.001193", actor=citizen, at=now)
    actions.choose_unit(
        draft_id=made.id, organization_id=ward.id, actor=citizen, at=now
    )
    row = DraftRow.objects.get(pk=made.id)
    row.answers = answers
    row.save()
    return queries.get_draft(draft_id=made.id, actor=citizen)


@pytest.fixture
def code(draft, citizen, remote, now):
    def ask():
        actions.send_signing_code(draft_id=draft.id, actor=citizen, at=now)
        return Secret(code_of(remote, NAME))

    return ask


@pytest.fixture
def sign(draft, citizen, code, now):
    def make(secret=None):
        return actions.sign_application(
            draft_id=draft.id, secret=secret or code(), actor=citizen, at=now
        )

    return make


@pytest.fixture
def submit(draft, citizen, now):
    def make():
        return actions.submit_draft(
            draft_id=draft.id, key=str(draft.id), actor=citizen, at=now
        )

    return make


def test_a_signed_application_lies_in_the_dossier_and_is_verified(
    sign, submit, citizen, officer, now
):
    signed = sign()
    dossier = submit()

    assert signed.signature.name == NAME
    [file] = [f for f in dossier.files if f.field == queries.SIGNED_APPLICATION]
    assert file.file_id == signed.signature.file_id
    for reader in (citizen, officer):
        found = queries.application_signature(
            dossier_id=dossier.id, actor=reader, at=now
        )
        assert (found.verdict, found.is_demo) == (Verdict.VALID, True)
    report = documents.verify_pdf(
        content=documents.read_file(file_id=file.file_id), at=now
    )
    assert [one.role for one in report.signatures] == ["personal", "timestamp"]


def test_the_receipt_lists_the_signed_application(sign, submit):
    sign()
    dossier = submit()

    assert queries.SIGNED_APPLICATION in {file.field for file in dossier.files}
    assert len(dossier.files) == 2


def test_a_file_that_was_changed_is_found(sign, submit, officer, now):
    sign()
    dossier = submit()
    [file] = [f for f in dossier.files if f.field == queries.SIGNED_APPLICATION]
    path = documents.file_path(file_id=file.file_id)
    path.write_bytes(path.read_bytes() + b"\n")

    found = queries.application_signature(dossier_id=dossier.id, actor=officer, at=now)

    assert found.verdict == Verdict.ALTERED


def test_whoever_does_not_sign_submits_as_before(draft, submit, citizen, now):
    dossier = submit()

    assert len(dossier.files) == 1
    asked = {"dossier_id": dossier.id, "actor": citizen, "at": now}
    assert queries.application_signature(**asked) is None


def test_submitting_without_a_signature_asks_no_more_of_the_database(draft, submit):
    with CaptureQueriesContext(connection) as asked:
        submit()

    statements = [one["sql"] for one in asked.captured_queries]
    assert len(statements) > 5
    table = ApplicationSignatureRow._meta.db_table
    assert [sql for sql in statements if table in sql] == []


@pytest.mark.parametrize(
    ("how", "refusal"),
    [
        ("slow", types.RemoteSlow),
        ("dead", types.RemoteDown),
        ("refuse", types.RemoteRefused),
        ("wrong-signature", types.SignatureWrong),
        ("expired", types.CertificateExpired),
        ("revoked", types.CertificateRevoked),
        ("stranger", types.CertificateOfAnother),
    ],
)
def test_when_signing_fails_the_draft_is_untouched_and_can_be_submitted(
    draft, code, sign, submit, citizen, remote, monkeypatch, how, refusal
):
    monkeypatch.setattr(csc, "SECONDS", 1.0)
    secret, files = code(), FileRow.objects.count()
    misbehave(remote, how)

    with pytest.raises(refusal):
        sign(secret)

    assert queries.get_draft(draft_id=draft.id, actor=citizen) == draft
    assert FileRow.objects.count() == files
    assert not ApplicationSignatureRow.objects.exists()
    assert len(submit().files) == 1


def test_a_wrong_code_leaves_the_draft_as_it_was(draft, sign, code, citizen):
    code()

    with pytest.raises(types.CodeWrong):
        sign(Secret("abcdef"))

    assert queries.get_draft(draft_id=draft.id, actor=citizen) == draft


def test_a_change_gives_the_signature_up(draft, sign, submit, citizen, now):
    sign()
    typed = {"child_name": "Phạm Gia Bảo"}
    changed = actions.save_page(
        draft_id=draft.id, page_key="child_name", typed=typed, actor=citizen, at=now
    )

    assert changed.signature is None
    assert not ApplicationSignatureRow.objects.exists()
    assert len(submit().files) == 1


def test_looking_at_a_page_again_keeps_the_signature(draft, sign, citizen, now):
    sign()
    typed = {"child_name": draft.answers["child_name"]}

    same = actions.save_page(
        draft_id=draft.id, page_key="child_name", typed=typed, actor=citizen, at=now
    )

    assert same.signature is not None


def test_a_signature_is_taken_off_and_made_anew(draft, sign, citizen, now):
    sign()
    dropped = actions.drop_signature(draft_id=draft.id, actor=citizen, at=now)

    assert dropped.signature is None
    assert sign().signature is not None
    assert ApplicationSignatureRow.objects.count() == 1


def test_signing_twice_signs_once(sign, code):
    secret = code()

    assert sign(secret).signature == sign(secret).signature
    assert ApplicationSignatureRow.objects.count() == 1


def test_a_signed_draft_can_be_thrown_away(draft, sign, citizen, now):
    sign()

    actions.discard_draft(draft_id=draft.id, actor=citizen, at=now)

    assert not ApplicationSignatureRow.objects.exists()


def test_only_a_complete_application_is_signed(draft, citizen, sign, now):
    row = DraftRow.objects.get(pk=draft.id)
    row.answers.pop("child_name")
    row.save()
    with pytest.raises(AnswersInvalid):
        sign(Secret("123456"))

    row.organization = None
    row.save()
    with pytest.raises(UnitDoesNotReceive):
        actions.print_application(draft_id=draft.id, actor=citizen, at=now)


def test_nobody_signs_for_another(draft, clerk, officer, now):
    for stranger in (clerk, officer):
        with pytest.raises((NotFound, SigningForOneself)):
            actions.sign_application(
                draft_id=draft.id, secret=Secret("123456"), actor=stranger, at=now
            )


def test_the_paper_to_be_signed_can_be_read_first(draft, citizen, now):
    pdf = actions.print_application(draft_id=draft.id, actor=citizen, at=now)

    assert pdf.startswith(b"%PDF-")
    assert not DossierFileRow.objects.exists()


def test_the_database_knows_what_a_digest_is(draft, sign):
    sign()
    row = ApplicationSignatureRow.objects.get()
    row.content_digest = "unknown"

    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_what_was_changed_after_it_was_signed_goes_without_the_signature(
    sign, draft, submit, answers
):
    sign()
    # By whatever way: nothing that changes a draft may carry the signature along.
    changed = {**answers, "child_name": "Nguyễn Văn Khác"}
    DraftRow.objects.filter(pk=draft.id).update(answers=changed)

    dossier = submit()

    assert queries.SIGNED_APPLICATION not in [file.field for file in dossier.files]
