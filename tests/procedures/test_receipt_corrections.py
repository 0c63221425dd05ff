"""Receipts that were wrong: a next version replaces them, with reasons, on record."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tests.procedures.test_printed import papers
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.errors import NotAllowed, NotFound
from tinhso.notify import queries as notify
from tinhso.procedures import actions
from tinhso.procedures.models import ReceiptRow
from tinhso.procedures.types import (
    ActionNotOffered,
    AnswersInvalid,
    Correctable,
    DossierMovedOn,
    DueDateNotCorrectable,
    NothingCorrected,
    ReasonMissing,
    ReceiptCorrection,
    ReceiptNotWritten,
)


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
