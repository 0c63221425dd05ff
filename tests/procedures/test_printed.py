"""What is handed out on paper: forms 01 to 06."""

from datetime import date, timedelta

import pytest

from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.errors import NotAllowed, NotFound
from tinhso.procedures import actions, queries
from tinhso.procedures.types import (
    PeriodWrong,
    PrintedKind,
    Punctuality,
    RegisterTooLong,
)

WEEK = {"first": date(2026, 6, 15), "last": date(2026, 6, 21)}


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


def test_an_emoji_in_a_reason_keeps_nobody_from_the_paper(
    submit, act, clerk, citizen, happen
):
    reasons = {"birth_proof": "Ảnh bị mờ 😀."}
    dossier = act(submit(), "ask_supplement", clerk, reasons=reasons)
    happen()

    assert PrintedKind.SUPPLEMENT in [paper.kind for paper in papers(dossier, citizen)]


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
