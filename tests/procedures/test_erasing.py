"""What people said of themselves is erased where no law has it kept."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.db import IntegrityError, connection, transaction

from tinhso.documents import actions as documents
from tinhso.documents import queries as stored
from tinhso.documents.models import FileRow
from tinhso.documents.types import DocumentIsRecord, FileErased, FileState
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.audit import queries as journal
from tinhso.kernel.audit.models import JournalEntry
from tinhso.notify.models import MessageRow
from tinhso.procedures import actions, queries
from tinhso.procedures.models import DossierRow, DraftRow, ErasureRow
from tinhso.procedures.types import AnswersInvalid, Channel, Party, Status

# The child is in no table but those of the dossier; the mother has an account.
CHILD, HOME = "Phạm Ngân Thục Quyên", "Tổ 5, khu 3, phường Hạ Long"
LAW = "Luật 91/2025/QH15"


def tables_with(text):
    """Name the tables that hold a text, wherever in a row it stands."""
    found = set()
    for model in apps.get_models():
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT count(*) FROM {table} AS one WHERE to_jsonb(one)::text ~ %s",
                [text],
            )
            if cursor.fetchone()[0]:
                found.add(table)
    return found


@pytest.fixture
def withdrawn(submit, act, citizen, clerk, happen, now):
    """A dossier with a conversation, a receipt and messages, then withdrawn."""
    dossier = submit(child_name=CHILD, requester_residence=f"{HOME}, nhà của {CHILD}")
    actions.send_dossier_message(
        dossier_id=dossier.id,
        text=f"Cháu {CHILD} sinh ngày nào?",
        file_ids=[],
        key="m1",
        actor=clerk,
        at=now,
    )
    gone = act(dossier, "withdraw", citizen, note=f"Tôi khai nhầm tên {CHILD}.")
    happen()
    return gone


@pytest.fixture
def ask(citizen, ward, now):
    """Let the applicant ask for erasure, as a dossier of its own."""

    def do(code):
        return actions.submit_dossier(
            procedure_code="0.000001",
            organization_id=ward.id,
            channel=Channel.ONLINE,
            case="erase",
            answers={
                "requester_name": "Nguyễn Thị Hoa",
                "requester_number": "022195999001",
                "requester_phone": "0900000001",
                "about": "dossiers",
                "codes": code,
                "wish": "Đề nghị xóa.",
            },
            key="erase",
            actor=citizen,
            at=now,
        )

    return do


@pytest.fixture
def decide(act, clerk, officer, leader, registrar):
    """Draft, sign and seal the answer to a request."""

    def do(request, codes):
        entry = {
            "outcome": "done",
            "content": "Đã xóa.",
            "erased": codes,
            "signer": str(leader.person_id),
        }
        dossier = act(request, "receive", clerk)
        dossier = act(dossier, "draft_result", officer, data=entry)
        dossier = act(dossier, "submit_for_signing", officer)
        dossier = act(dossier, "sign", leader)
        return act(dossier, "seal", registrar)

    return do


def test_a_sealed_answer_erases_the_dossier_it_names(withdrawn, ask, decide, citizen):
    decided = decide(ask(withdrawn.code), f"\n{withdrawn.code.lower()}\n")

    row = DossierRow.objects.get(pk=withdrawn.id)
    assert (row.answers, row.applicant_name) == ({}, "")
    assert row.status == Status.WITHDRAWN
    tomb = ErasureRow.objects.get()
    assert tomb.decision_id == decided.result_document_id
    assert tomb.files >= 2


def test_nothing_the_applicant_said_is_left_in_any_table(
    withdrawn, ask, decide, happen
):
    assert {"procedures_dossierrow", "procedures_moverow"} <= tables_with(CHILD)

    decide(ask(withdrawn.code), withdrawn.code)
    happen()

    assert tables_with(CHILD) == set()
    said = MessageRow.objects.filter(subject_id=withdrawn.id)
    assert {message.body["en"] for message in said} == {"This was erased."}


def test_the_bytes_are_gone_an_hour_later(withdrawn, ask, decide, now):
    file_id = withdrawn.files[0].file_id
    digest = FileRow.objects.get(pk=file_id).sha256
    decide(ask(withdrawn.code), withdrawn.code)

    with pytest.raises(FileErased):
        stored.read_file(file_id=file_id)
    documents.remove_erased(at=now)
    # By the clock of the disk, on which the bytes were set aside just now.
    gone = documents.remove_erased(at=now + timedelta(days=36_500))

    assert gone >= 2
    assert not [*Path(django_settings.TINHSO_HOME).glob(f"files/*/*{digest}")]


def test_the_journal_keeps_its_proofs(withdrawn, ask, decide, now):
    decide(ask(withdrawn.code), withdrawn.code)
    audit.seal(at=now)

    entry = JournalEntry.objects.filter(deed="procedures.submit_dossier").first()
    erased = JournalEntry.objects.get(deed="procedures.erase_dossier")

    assert journal.prove(entry_id=entry.id).path
    assert erased.details["decision"]


@pytest.mark.parametrize(
    ("prepare", "why"),
    [
        (lambda row: {"ended_at": None}, "đang được giải quyết"),
        (lambda row: {"status": Status.RETURNED}, "pháp luật yêu cầu lưu trữ"),
        (lambda row: {"status": Status.STOPPED}, "thời hiệu khiếu nại"),
        (lambda row: {"owner_id": None}, "không có hồ sơ"),
    ],
)
def test_what_must_be_kept_is_refused_when_the_answer_is_drafted(
    withdrawn, ask, act, clerk, officer, leader, sign_in, prepare, why
):
    change = prepare(withdrawn)
    if "owner_id" in change:
        change["owner_id"] = sign_in("Phạm Văn Minh").person_id
    DossierRow.objects.filter(pk=withdrawn.id).update(**change)
    request = act(ask(withdrawn.code), "receive", clerk)
    entry = {"outcome": "done", "content": "Xóa.", "erased": withdrawn.code}

    with pytest.raises(AnswersInvalid) as refused:
        act(request, "draft_result", officer, data=entry)

    assert why in refused.value.fields["erased"][0]


def test_a_request_does_not_erase_itself_nor_what_is_erased_already(
    withdrawn, ask, decide, act, officer
):
    decide(ask(withdrawn.code), withdrawn.code)
    row = DossierRow.objects.get(pk=withdrawn.id)

    assert row.revision > withdrawn.revision
    with pytest.raises(IntegrityError), transaction.atomic():
        DossierRow.objects.filter(pk=row.pk).update(answers={"child_name": CHILD})


def test_a_file_that_another_dossier_names_stays(withdrawn, ask, decide, submit, now):
    file_id = withdrawn.files[0].file_id
    other = submit(key="other", birth_proof=[str(file_id)])
    assert other.files[0].file_id == file_id

    decide(ask(withdrawn.code), withdrawn.code)

    assert stored.read_file(file_id=file_id)


def test_bytes_that_came_in_again_are_put_back(upload, citizen, now, monkeypatch):
    file = FileRow.objects.get(pk=upload(citizen))
    documents.erase_files(file_ids=[file.pk], actor=SYSTEM, at=now)
    documents.remove_erased(at=now)
    # Somebody saw the bytes there just before they were set aside.
    again = FileRow.objects.create(
        name="lai.png",
        media_type=file.media_type,
        size=file.size,
        sha256=file.sha256,
        state=FileState.CHECKED,
        stored_at=now,
        checked_at=now,
    )

    assert stored.read_file(file_id=again.id)
    assert documents.remove_erased(at=now + timedelta(days=36_500)) == 0
    assert stored.file_path(file_id=again.id).exists()


def test_drafts_nobody_touches_are_forgotten_with_their_files(
    citizen, ward, picture, now
):
    draft = actions.start_draft(
        procedure_code="1.001193", actor=citizen, at=now - timedelta(days=91)
    )
    kept = actions.start_draft(procedure_code="2.000908", actor=citizen, at=now)
    attached = actions.attach_file(
        draft_id=draft.id,
        field_key="birth_proof",
        name="a.png",
        content=picture(),
        actor=citizen,
        at=now - timedelta(days=91),
    )

    assert actions.forget_drafts(at=now) == 1

    assert [row.id for row in DraftRow.objects.all()] == [kept.id]
    assert FileRow.objects.get(pk=attached.files[0].file_id).state == FileState.ERASED


def test_conversations_show_that_something_was_said(withdrawn, ask, decide, citizen):
    decide(ask(withdrawn.code), withdrawn.code)

    talk = queries.conversation_of(
        dossier_id=withdrawn.id, actor=citizen, at=withdrawn.submitted_at
    )

    assert [(one.party, one.text) for one in talk.messages] == [
        (Party.DESK, "(đã xóa)")
    ]


@pytest.mark.parametrize("end", ["discard", "forget", "erase"])
def test_a_certificate_that_a_draft_or_dossier_names_stays(
    end, single, citizen, submit, act, ask, decide, now
):
    """Papers people hold are named, not copied: they outlive what names them."""
    paper = stored.get_document(document_id=single.result_document_id).file_id
    if end == "erase":
        dossier = submit(key="names", birth_proof=[str(paper)])
        gone = act(dossier, "withdraw", citizen, note="Tôi rút.")
        decide(ask(gone.code), gone.code)
    else:
        draft = actions.start_draft(procedure_code="1.001193", actor=citizen, at=now)
        DraftRow.objects.filter(pk=draft.id).update(
            answers={"birth_proof": [str(paper)]}, updated_at=now - timedelta(days=91)
        )
        if end == "discard":
            actions.discard_draft(draft_id=draft.id, actor=citizen, at=now)
        else:
            assert actions.forget_drafts(at=now) == 1

    assert stored.read_file(file_id=paper).startswith(b"%PDF")


def test_an_issued_document_is_not_erased(single, now):
    with pytest.raises(DocumentIsRecord):
        documents.erase_document(
            document_id=single.result_document_id, actor=SYSTEM, at=now
        )


def test_a_file_that_another_draft_names_stays(citizen, upload, now):
    file = upload(citizen)
    first, second = (
        actions.start_draft(procedure_code=code, actor=citizen, at=now)
        for code in ("1.001193", "2.000908")
    )
    DraftRow.objects.update(answers={"birth_proof": [file]})

    actions.discard_draft(draft_id=first.id, actor=citizen, at=now)
    assert stored.read_file(file_id=file)

    actions.discard_draft(draft_id=second.id, actor=citizen, at=now)
    assert FileRow.objects.get(pk=file).state == FileState.ERASED
