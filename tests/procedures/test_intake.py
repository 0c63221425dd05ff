"""A clerk takes dossiers in for people at the counter, whatever the catalogue knows."""

import gzip
import json
from datetime import date, timedelta

import pytest

from tests.procedures.test_national import RECORD, WHOLE, needs_the_file
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.errors import NotAllowed, NotFound
from tinhso.people import queries as people
from tinhso.people.types import NameDiffers
from tinhso.procedures import actions, queries
from tinhso.procedures.actions import Applicant, Sheet
from tinhso.procedures.catalogue import adopting, reading
from tinhso.procedures.catalogue.national import read_record
from tinhso.procedures.models import ProcedureVersion
from tinhso.procedures.types import (
    AlreadyConfirmed,
    AnswersInvalid,
    Channel,
    DraftAlreadySubmitted,
    Label,
    Limit,
    LimitUnit,
    NotReceivedHere,
    ProcedureNotInForce,
    ResultFileMissing,
    Stated,
    Status,
    Workflow,
)

HOA = Applicant(personal_number="022195999001", full_name="Nguyễn Thị Hoa")
STRANGER = Applicant(
    personal_number="022090999777", full_name="Trần Văn Quầy", phone="0912345678"
)
UNCLEAR = {
    **RECORD,
    "ma_thu_tuc": "1.999002",
    "ten_thu_tuc": "Thủ tục không rõ thời hạn",
    "cap_thuc_hien": "Cấp xã",
    "cach_thuc_thuc_hien": "Trực tiếpTheo quy định của pháp luật",
}
MINISTRY = {
    **RECORD,
    "ma_thu_tuc": "1.999003",
    "ten_thu_tuc": "Thủ tục của bộ",
    "cap_thuc_hien": "Cấp Bộ",
}
NATIONAL = {
    **RECORD,
    "ma_thu_tuc": "1.999001",
    "ten_thu_tuc": "Thủ tục chỉ có trong danh mục quốc gia",
    "cap_thuc_hien": "Cấp xã",
}


@pytest.fixture
def national(content, tmp_path, now):
    path = tmp_path / "national.jsonl"
    path.write_text("\n".join(map(json.dumps, (NATIONAL, UNCLEAR, MINISTRY))), "utf-8")
    actions.import_catalogue(file=path, actor=SYSTEM, at=now)


@pytest.fixture
def start(clerk, ward, now):
    def do(code, applicant=HOA, **more):
        values = {"desk_id": ward.id, "actor": clerk, "at": now, **more}
        return actions.start_intake(procedure_code=code, applicant=applicant, **values)

    return do


@pytest.fixture
def take(clerk, ward, now):
    def do(draft, answers=(), *, deed=actions.take_in, **more):
        values = {"organization_id": ward.id, "case": draft.case, **more}
        sheet = Sheet(answers=dict(answers), **values)
        return deed(draft_id=draft.id, sheet=sheet, actor=clerk, at=now)

    return do


def test_a_birth_is_registered_at_the_counter_with_its_scan(
    start, take, answers, picture, clerk, now
):
    draft = start("1.001193")
    typed = {key: value for key, value in answers.items() if key != "birth_proof"}
    scan = {"birth_proof": [("giay-chung-sinh.png", picture())]}

    dossier = take(draft, typed, uploads=scan)

    assert dossier.channel is Channel.COUNTER
    assert dossier.applicant_name == "Nguyễn Thị Hoa"
    assert dossier.filed_by == "Vũ Thị Lan"
    assert [file.name for file in dossier.files] == ["giay-chung-sinh.png"]
    # The clerk has looked at it: it is received, and the receipt is there.
    assert dossier.step.key == "assess"
    assert dossier.received_at == now
    receipt = queries.read_receipt(dossier_id=dossier.id, actor=clerk)
    assert receipt.startswith(b"%PDF")


def test_what_is_known_of_the_applicant_is_filled_in(start):
    draft = start("1.001193")

    assert draft.answers["requester_name"] == "Nguyễn Thị Hoa"
    assert draft.answers["requester_number"] == "022195999001"


def test_somebody_new_is_registered(start):
    start("1.001193", STRANGER)

    found = people.find_person(personal_number=STRANGER.personal_number)
    assert found is not None
    assert found.full_name == "Trần Văn Quầy"


def test_another_name_under_a_known_number_is_refused(start):
    with pytest.raises(NameDiffers):
        start("1.001193", Applicant("022195999001", "Nguyễn Thị Hồng"))


def test_that_a_clerk_looked_somebody_up_stands_in_the_journal(start):
    draft = start("1.001193")

    entry = JournalEntry.objects.get(deed="procedures.start_intake")
    assert entry.subject_id == draft.id
    assert "person" in entry.details


def test_only_clerks_of_the_desk_take_in(start, officer, citizen):
    for actor in (citizen, officer):
        with pytest.raises(NotAllowed):
            start("1.001193", actor=actor)


def test_a_sheet_is_the_desks_alone(start, citizen, clerk):
    draft = start("1.001193")

    assert queries.get_draft(draft_id=draft.id, actor=clerk).id == draft.id
    assert [one.id for one in queries.drafts_at_desk(actor=clerk)] == [draft.id]
    assert queries.drafts_of(actor=citizen) == ()
    with pytest.raises(NotFound):
        queries.get_draft(draft_id=draft.id, actor=citizen)


def test_everything_missing_is_named_at_once_and_what_was_typed_stays(
    start, take, clerk
):
    draft = start("1.001193")

    with pytest.raises(AnswersInvalid) as refused:
        take(draft, {"child_name": "Phạm Gia Hân"}, organization_id=None)

    assert {"child_birth_date", "birth_proof", "organization_id"} <= set(
        refused.value.fields
    )
    kept = queries.get_draft(draft_id=draft.id, actor=clerk)
    assert kept.answers["child_name"] == "Phạm Gia Hân"


def test_a_scan_that_is_refused_is_named_by_its_field(start, take, clerk):
    draft = start("1.001193")

    with pytest.raises(AnswersInvalid) as refused:
        take(
            draft,
            {"child_name": "Phạm Gia Hân"},
            deed=actions.save_intake,
            uploads={"birth_proof": [("x.exe", b"MZ")]},
        )

    assert set(refused.value.fields) == {"birth_proof"}
    kept = queries.get_draft(draft_id=draft.id, actor=clerk)
    assert kept.answers["child_name"] == "Phạm Gia Hân"


def test_a_sheet_becomes_one_dossier_only(national, start, take):
    draft = start("1.999001")
    take(draft)

    with pytest.raises(DraftAlreadySubmitted):
        take(draft)


def test_what_only_the_nation_knows_is_taken_in_with_papers_and_clock(
    national, start, take, picture, now
):
    draft = start("1.999001")
    paper = next(p for p in draft.procedure.form.pages() if p.key == "paper_1")
    form, copies, scan = (field.key for field in paper.fields)

    handed_in = {form: "original", copies: "2"}
    dossier = take(draft, handed_in, uploads={scan: [("q.png", picture())]})

    assert dossier.answers[copies] == 2
    assert dossier.code.startswith("H49.06688-260616-")
    assert dossier.answers[form] == "original"
    assert dossier.clock.due_at > now
    limit = dossier.procedure.limit_on(now.date()).limit
    counting = queries.counting(dossier=dossier, at=now)
    assert counting.limit == limit


def test_the_signed_result_comes_from_outside(
    national, start, take, officer, clerk, citizen, picture, now
):
    dossier = take(start("1.999001"))
    assert {
        a.key
        for a in queries.get_dossier(
            dossier_id=dossier.id, actor=officer, at=now
        ).offered
    } >= {"attach_result", "refuse"}

    def attach(*uploads):
        return actions.take_action(
            dossier_id=dossier.id,
            action_key="attach_result",
            revision=dossier.revision,
            actor=officer,
            at=now + timedelta(minutes=5),
            uploads=uploads,
        )

    with pytest.raises(ResultFileMissing):
        attach()
    done = attach(("ket-qua.png", picture()))

    assert done.status is Status.DONE
    assert done.task.role == "clerk"
    mine = queries.get_dossier(dossier_id=dossier.id, actor=citizen, at=now)
    assert [file.name for file in mine.result_files] == ["ket-qua.png"]
    assert mine.files == ()


def test_a_limit_that_is_not_understood_must_be_stated(national, start, take, now):
    draft = start("1.999002")

    with pytest.raises(AnswersInvalid) as refused:
        take(draft)
    assert "limit" in refused.value.fields

    stated = Stated(limit=Limit(5, LimitUnit.WORKING_DAYS), fee=15000)
    dossier = take(draft, stated=stated)
    assert dossier.clock.due_at.isoformat() == "2026-06-23T10:00:00+00:00"
    assert dossier.fee == 15000


def test_what_only_a_ministry_decides_is_not_received_here(national, start):
    with pytest.raises(NotReceivedHere):
        start("1.999003")


def test_what_nobody_knows_is_not_received(start):
    with pytest.raises(ProcedureNotInForce):
        start("9.999999")


def test_an_adopted_procedure_is_adopted_once_and_stays_out_of_the_catalogue(
    national, start, now
):
    start("1.999001")
    start("1.999001", STRANGER)

    assert ProcedureVersion.objects.filter(code="1.999001").count() == 1
    with pytest.raises(NotFound):
        queries.get_procedure(code="1.999001", on=now.date())
    found = queries.search_procedures(text="1.999001", on=now.date())
    assert [one.is_ours for one in found] == [False]


def test_a_newer_catalogue_makes_a_newer_version_and_old_dossiers_keep_theirs(
    national, start, take, tmp_path, now
):
    dossier = take(start("1.999001"))
    path = tmp_path / "newer.jsonl"
    path.write_text(json.dumps({**NATIONAL, "ten_thu_tuc": "Tên mới"}), "utf-8")
    actions.import_catalogue(file=path, actor=SYSTEM, at=now)

    draft = start("1.999001", STRANGER)

    assert draft.procedure.title.vi == "Tên mới"
    assert dossier.procedure.title.vi == NATIONAL["ten_thu_tuc"]


def test_the_applicant_confirms_once_what_a_clerk_wrote(
    national, start, take, citizen, clerk, now
):
    dossier = take(start("1.999001"))

    with pytest.raises(NotFound):
        actions.confirm_dossier(dossier_id=dossier.id, actor=clerk, at=now)
    confirmed = actions.confirm_dossier(dossier_id=dossier.id, actor=citizen, at=now)
    assert confirmed.confirmed_at == now
    with pytest.raises(AlreadyConfirmed):
        actions.confirm_dossier(dossier_id=dossier.id, actor=citizen, at=now)


@needs_the_file
def test_every_procedure_of_the_catalogue_can_be_taken_in_or_says_why_not():
    """Print how many; a form and a procedure made of each can be read back."""
    with gzip.open(WHOLE) as lines:
        bodies = [adopted(line) for line in lines]

    taken = [body for body in bodies if body is not None]
    dated = [body for body in taken if body["time_limits"]]
    print(f"{len(bodies)} read, {len(taken)} taken in, {len(dated)} with a time limit")
    assert len(taken) > 1000
    assert len(dated) > 0.75 * len(taken)


def adopted(line):
    national, _, _ = read_record(json.loads(line))
    body = adopting.procedure_body(national, on=date(2026, 6, 16))
    if body is None:
        assert not {"province", "commune"} & set(national.levels)
        return None
    form = reading.read_form(adopting.form_body(national), number=1)
    assert not list(reading.form_faults(form))
    workflow = Workflow("paper_result", 1, Label("", ""), "intake", (), ())
    procedure = reading.read_procedure(
        body,
        number=1,
        form=form,
        workflow=workflow,
        officer_form=None,
        template_version=0,
    )
    assert procedure.code == national.code
    return body
