"""What is handed out on paper: forms 01 to 06, and receipts that are corrected."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tinhso.documents import actions as documents
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.errors import NotAllowed, NotFound
from tinhso.kernel.events import actions as events
from tinhso.kernel.events.models import OutboxEvent
from tinhso.notify import queries as notify
from tinhso.procedures import actions, queries
from tinhso.procedures.models import ReceiptRow
from tinhso.procedures.types import (
    ActionNotOffered,
    AnswersInvalid,
    Correctable,
    DossierMovedOn,
    DueDateNotCorrectable,
    NothingCorrected,
    PeriodWrong,
    PrintedKind,
    Punctuality,
    ReasonMissing,
    ReceiptCorrection,
    ReceiptNotWritten,
    RegisterTooLong,
)

WEEK = {"first": date(2026, 6, 15), "last": date(2026, 6, 21)}


@pytest.fixture
def data(monkeypatch):
    """What templates were filled with, by their key; the last of each."""
    seen = {}

    def spy(original):
        def inner(**given):
            seen[given["template_key"]] = given["data"]
            return original(**given)

        return inner

    for name in ("render_document", "print_sheet"):
        monkeypatch.setattr(documents, name, spy(getattr(documents, name)))
    return seen


@pytest.fixture
def happen(now):
    """Let all reactions to what happened run."""

    def do():
        for event in OutboxEvent.objects.order_by("id"):
            events.deliver(event_id=event.id, at=now + timedelta(hours=1))

    return do


@pytest.fixture
def correct(clerk, now):
    def do(dossier, *, actor=clerk, minutes=20, revision=None, reasons=None, **given):
        told = {Correctable(what): "Ghi sai khi nhập." for what in given}
        return actions.correct_receipt(
            dossier_id=dossier.id,
            given=ReceiptCorrection(
                **given, reasons=told if reasons is None else reasons
            ),
            revision=revision or dossier.revision,
            actor=actor,
            at=now + timedelta(minutes=minutes),
        )

    return do


def papers(dossier, actor):
    return queries.printed_papers(dossier_id=dossier.id, actor=actor)


def test_form_01_lists_papers_files_units_and_applicant(submit, data, ward, now):
    dossier = submit()
    actions.issue_receipt(dossier_id=dossier.id, actor=SYSTEM, at=now)

    told = data["receipt"]
    assert told["papers"] == [
        {
            "title": "Giấy chứng sinh; không có thì văn bản của người làm chứng"
            " hoặc giấy cam đoan",
            "form": "Bản điện tử",
            "copies": "1",
        }
    ]
    assert [len(file["sha256"]) for file in told["files"]] == [64]
    assert told["receiver"] == told["agency"] == ward.name
    assert told["applicant"] == "Nguyễn Thị Hoa"
    assert told["phone"] == "0900000001"
    assert told["limit"] == "1 ngày làm việc"
    assert (told["number"], told["due"]) == (1, "17:00 17/06/2026")


def test_a_receipt_is_written_once(submit, citizen, now):
    dossier = submit()
    for _ in range(2):
        actions.issue_receipt(dossier_id=dossier.id, actor=SYSTEM, at=now)

    (paper,) = papers(dossier, citizen)
    assert (paper.kind, paper.number) == (PrintedKind.RECEIPT, 1)


def test_form_02_names_what_is_missing_and_until_when(
    submit, act, clerk, citizen, data, happen
):
    dossier = act(
        submit(), "ask_supplement", clerk, reasons={"birth_proof": "Ảnh bị mờ."}
    )
    happen()

    told = data["supplement_notice"]
    assert told["by"] == "Vũ Thị Lan"
    assert [one["why"] for one in told["asked"]] == ["Ảnh bị mờ."]
    assert told["until"] == "17:00 16/07/2026"
    assert told["restarts"] is True
    assert PrintedKind.SUPPLEMENT in [p.kind for p in papers(dossier, citizen)]


@pytest.mark.parametrize(
    ("turns", "decision"),
    [
        (["not_receive"], "Không tiếp nhận hồ sơ"),
        (["receive", "refuse"], "Từ chối giải quyết hồ sơ"),
    ],
)
def test_form_03_tells_a_refusal_and_why(
    submit, act, clerk, officer, citizen, data, happen, turns, decision
):
    dossier = submit()
    for action in turns:
        who = officer if action == "refuse" else clerk
        dossier = act(dossier, action, who, note="Không thuộc thẩm quyền.")
    happen()

    told = data["refusal_notice"]
    assert (told["decision"], told["reason"]) == (decision, "Không thuộc thẩm quyền.")
    newest = papers(dossier, citizen)[0]
    title, pdf = queries.read_printed(
        dossier_id=dossier.id, document_id=newest.document_id, actor=citizen
    )
    assert title.startswith("Phiếu từ chối")
    assert pdf.startswith(b"%PDF")


def test_form_04_apologizes_with_reason_and_new_date(
    submit, officer, data, happen, now
):
    dossier = submit()
    actions.extend_deadline(
        dossier_id=dossier.id,
        reason="Chờ xác minh nơi sinh.",
        new_day=date(2026, 6, 19),
        actor=officer,
        at=now,
    )
    happen()

    told = data["apology_notice"]
    assert (told["old_due"], told["new_due"]) == (
        "17:00 17/06/2026",
        "17:00 19/06/2026",
    )
    assert told["reason"] == "Chờ xác minh nơi sinh."
    assert told["by"] == "Hoàng Văn Nam"


def test_a_notice_is_written_once_however_often_it_is_told_of(
    submit, act, clerk, citizen, now
):
    dossier = act(submit(), "not_receive", clerk, note="Sai nơi nộp.")
    first, second = (
        actions.issue_notice(
            dossier_id=dossier.id, kind=PrintedKind.REFUSAL, actor=SYSTEM, at=now
        )
        for _ in range(2)
    )

    assert first == second
    assert len(papers(dossier, citizen)) == 1


@pytest.mark.parametrize(
    "kind", [PrintedKind.SUPPLEMENT, PrintedKind.REFUSAL, PrintedKind.APOLOGY]
)
def test_no_notice_tells_of_what_did_not_happen(submit, kind, now):
    with pytest.raises(LookupError):
        actions.issue_notice(dossier_id=submit().id, kind=kind, actor=SYSTEM, at=now)


def test_strangers_get_no_papers(submit, sign_in, now):
    dossier = submit()
    document = actions.issue_receipt(dossier_id=dossier.id, actor=SYSTEM, at=now)
    stranger = sign_in("Trần Quốc Hưng")

    with pytest.raises(NotFound):
        papers(dossier, stranger)
    with pytest.raises(NotFound):
        queries.read_printed(
            dossier_id=dossier.id, document_id=document, actor=stranger
        )


def test_form_05_tells_who_had_it_and_whether_in_time(
    submit, act, clerk, officer, data, now
):
    dossier = act(submit(), "receive", clerk)
    lines = queries.hand_overs(dossier_id=dossier.id, actor=clerk)

    assert [(line.role, line.note) for line in lines] == [
        ("clerk", "Tiếp nhận hồ sơ"),
        ("case_officer", ""),
    ]
    assert [line.punctuality for line in lines] == [Punctuality.ON_TIME, None]
    pdf = actions.print_control_sheet(
        dossier_id=dossier.id, actor=officer, at=now + timedelta(hours=1)
    )
    assert pdf.startswith(b"%PDF")
    first, second = data["control_sheet"]["rows"]
    assert first["from"] == "Người nộp hồ sơ"
    assert first["to"] == second["from"]
    assert (first["result"], second["note"]) == ("Đúng hạn", "Đang giữ")


def test_form_05_classes_a_late_step_and_no_applicant(submit, act, clerk, citizen):
    dossier = act(
        submit(), "ask_supplement", clerk, minutes=3000, reasons={"": "Thiếu."}
    )
    dossier = act(dossier, "supply", citizen, minutes=9000, data={})
    lines = queries.hand_overs(dossier_id=dossier.id, actor=clerk)

    found = [line.punctuality for line in lines]
    assert found == [Punctuality.LATE, None, None]
    assert (lines[1].unit, lines[1].due_at) == ("", None)


def test_form_05_is_for_officers(submit, citizen, now):
    with pytest.raises(NotFound):
        actions.print_control_sheet(dossier_id=submit().id, actor=citizen, at=now)


def test_form_06_lists_a_period_of_a_unit(submit, act, clerk, citizen, ward, data, now):
    early, refused = submit(), act(submit(), "not_receive", clerk, note="Sai.")
    submit(at=now - timedelta(days=9))
    lines = queries.register(organization_id=ward.id, **WEEK, actor=clerk)

    assert [line.code for line in lines] == [early.code, refused.code]
    assert [line.punctuality for line in lines] == [None, Punctuality.ON_TIME]
    assert lines[0].phone == "0900000001"
    pdf = actions.print_register(organization_id=ward.id, **WEEK, actor=clerk, at=now)
    assert pdf.startswith(b"%PDF")
    assert data["dossier_register"]["synthetic"] == 2
    assert JournalEntry.objects.filter(deed="procedures.print_register").exists()


def test_form_06_is_for_the_units_own_officers(clerk, citizen, department, ward, now):
    for actor, unit in ((clerk, department), (citizen, ward)):
        with pytest.raises(NotAllowed):
            queries.register(organization_id=unit.id, **WEEK, actor=actor)


def test_form_06_refuses_a_period_it_cannot_print(submit, clerk, ward, monkeypatch):
    with pytest.raises(PeriodWrong):
        queries.register(
            organization_id=ward.id,
            first=WEEK["last"],
            last=WEEK["first"],
            actor=clerk,
        )
    monkeypatch.setattr("tinhso.procedures.queries.dossier_register.MOST_LINES", 1)
    submit(), submit()
    with pytest.raises(RegisterTooLong):
        queries.register(organization_id=ward.id, **WEEK, actor=clerk)


@pytest.fixture
def printed(submit, now):
    dossier = submit()
    actions.issue_receipt(dossier_id=dossier.id, actor=SYSTEM, at=now)
    return dossier


def test_a_corrected_receipt_replaces_the_one_before(
    printed, correct, citizen, data, happen
):
    dossier = correct(printed, applicant_name="Nguyễn Thị  Hòa", fee=8000)

    newest, first = papers(dossier, citizen)
    assert [newest.number, first.number] == [2, 1]
    assert [(c.what, c.old, c.new) for c in newest.corrections] == [
        (Correctable.APPLICANT_NAME, "Nguyễn Thị Hoa", "Nguyễn Thị Hòa"),
        (Correctable.FEE, "Miễn phí", "8.000 ₫"),
    ]
    assert newest.by == "Vũ Thị Lan"
    assert dossier.receipt_document_id == newest.document_id
    assert (dossier.applicant_name, dossier.fee) == ("Nguyễn Thị Hòa", 8000)
    assert (data["receipt"]["number"], data["receipt"]["fee"]) == (2, "8.000 ₫")
    happen()
    subjects = [
        m.subject["vi"] for m in notify.inbox(person_id=citizen.person_id).items
    ]
    assert any("giấy tiếp nhận được sửa" in subject for subject in subjects)


def test_a_corrected_due_date_is_journaled_and_is_no_apology(
    printed, correct, officer, data, now
):
    original = printed.clock.original_due_at
    dossier = correct(printed, due_day=date(2026, 6, 18))

    assert dossier.clock.due_at.isoformat() == "2026-06-18T10:00:00+00:00"
    assert dossier.clock.original_due_at == original
    assert dossier.extension is None
    assert data["receipt"]["due"] == "17:00 18/06/2026"
    entry = JournalEntry.objects.get(deed="procedures.correct_receipt")
    (told,) = entry.details["corrections"]
    assert (told["old"], told["new"]) == ("17:00 17/06/2026", "17:00 18/06/2026")
    assert dossier.moves[-1].action == "correct_receipt"
    extended = actions.extend_deadline(
        dossier_id=dossier.id,
        reason="Chờ xác minh.",
        new_day=date(2026, 6, 22),
        actor=officer,
        at=now,
    )
    assert extended.extension is not None


def test_later_corrections_start_from_what_was_printed_last(printed, correct, data):
    dossier = correct(printed, due_day=date(2026, 6, 18))
    dossier = correct(dossier, fee=5000)

    assert data["receipt"]["due"] == "17:00 18/06/2026"
    assert data["receipt"]["number"] == 3
    with pytest.raises(NothingCorrected):
        correct(dossier, due_day=date(2026, 6, 18))


def test_each_correction_needs_its_reason(printed, correct):
    with pytest.raises(ReasonMissing) as refused:
        correct(printed, fee=5000, due_day=date(2026, 6, 18), reasons={"fee": " "})

    assert set(refused.value.fields) == {"fee_reason", "due_day_reason"}
    with pytest.raises(NothingCorrected):
        correct(printed, applicant_name="Nguyễn Thị Hoa")
    with pytest.raises(AnswersInvalid):
        correct(printed, applicant_name=" ", fee=-1)


def test_only_a_clerk_of_the_receiving_unit_corrects(
    printed, correct, officer, citizen, sign_in
):
    for actor in (officer, citizen):
        with pytest.raises(NotAllowed):
            correct(printed, actor=actor, fee=5000)
    with pytest.raises(NotFound):
        correct(printed, actor=sign_in("Triệu Thị Sen"), fee=5000)


def test_a_due_date_that_is_over_or_moved_is_not_corrected(
    printed, correct, submit, act, clerk, officer, now
):
    late = timedelta(days=3) // timedelta(minutes=1)
    with pytest.raises(DueDateNotCorrectable):
        correct(printed, minutes=late, due_day=date(2026, 6, 30))
    with pytest.raises(DueDateNotCorrectable):
        correct(printed, due_day=date(2026, 6, 15))

    actions.extend_deadline(
        dossier_id=printed.id,
        reason="Chờ.",
        new_day=date(2026, 6, 19),
        actor=officer,
        at=now,
    )
    with pytest.raises(DueDateNotCorrectable):
        correct(printed, revision=printed.revision + 1, due_day=date(2026, 6, 18))

    waiting = submit()
    actions.issue_receipt(dossier_id=waiting.id, actor=SYSTEM, at=now)
    waiting = act(waiting, "ask_supplement", clerk, reasons={"": "Thiếu."})
    with pytest.raises(DueDateNotCorrectable):
        correct(waiting, due_day=date(2026, 6, 18))


def test_what_moved_on_ended_or_has_no_receipt_is_not_corrected(
    printed, correct, submit, act, clerk
):
    with pytest.raises(ReceiptNotWritten):
        correct(submit(), fee=5000)
    dossier = act(printed, "not_receive", clerk, note="Sai.")
    with pytest.raises(DossierMovedOn):
        correct(printed, fee=5000)
    with pytest.raises(ActionNotOffered):
        correct(dossier, fee=5000)


def test_the_database_keeps_one_receipt_a_number_and_reasons_for_later_ones(printed):
    row = ReceiptRow.objects.get()
    for wrong in ({"number": 1}, {"number": 2, "corrections": []}):
        row.pk = None
        fresh = ReceiptRow(
            dossier_id=row.dossier_id,
            document_id=row.document_id,
            due_at=row.due_at,
            by_name="x",
            at=row.at,
            **wrong,
        )
        with pytest.raises(IntegrityError), transaction.atomic():
            fresh.save()
