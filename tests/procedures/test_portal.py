"""The national portal repeats, reorders and omits; nothing is lost or stored twice."""

import threading
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from tinhso.cli.portal import DemoPortal, serve
from tinhso.documents.types import FileTypeNotAccepted
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.events import actions as events
from tinhso.kernel.events.models import OutboxEvent
from tinhso.people import queries as people
from tinhso.people.types import NameDiffers
from tinhso.procedures import actions, queries
from tinhso.procedures.models import DossierRow, PortalDossierRow, PortalMessageRow
from tinhso.procedures.providers.portal import HttpPortal, PortalAwayError
from tinhso.procedures.types import (
    AnswersInvalid,
    PortalAgencyUnknown,
    PortalApplicant,
    PortalContentDiffers,
    PortalDossier,
    PortalDossierUnknown,
    PortalFile,
    PortalFileDamaged,
    PortalFilesMissing,
    ProcedureNotInForce,
)

KEY = "shared"
HOA = PortalApplicant(
    "022195999001", "Nguyễn Thị Hoa", None, "0900000001", "", "Khu 3, phường Hạ Long"
)


class Recorder:
    """A portal that takes messages, but for the first few."""

    def __init__(self, fail=0):
        self.left, self.told = fail, []

    def tell(self, body):
        if self.left:
            self.left -= 1
            raise PortalAwayError("HTTP 503")
        self.told.append(body)


@pytest.fixture
def file(picture):
    content = picture()
    name = "giay-chung-sinh.png"
    return PortalFile("birth_proof", name, sha256(content).hexdigest(), content)


@pytest.fixture
def given(answers, file):
    return PortalDossier(
        national_code="G22.99-260616-000123",
        procedure_code="1.001193",
        case="",
        agency_code="H49.06688",
        applicant=HOA,
        answers={k: v for k, v in answers.items() if k != "birth_proof"},
        files=(file,),
        files_announced=1,
    )


@pytest.fixture
def take(now):
    def do(dossier, **changes):
        return actions.take_from_portal(
            given=replace(dossier, **changes), actor=SYSTEM, at=now
        )

    return do


def deliver(at):
    for event_id in OutboxEvent.objects.order_by("id").values_list("id", flat=True):
        events.deliver(event_id=event_id, at=at)


def test_a_dossier_of_the_portal_is_one_of_ours(given, take, clerk, citizen, now):
    receipt = take(given)

    dossier = queries.get_dossier(dossier_id=receipt.dossier_id, actor=citizen, at=now)
    assert receipt.code == dossier.code == "H49.06688-260616-0001"
    assert not receipt.is_repeated
    assert [file.name for file in dossier.files] == ["giay-chung-sinh.png"]
    listed = queries.inbox(actor=clerk, at=now).items
    assert [item.code for item in listed] == [receipt.code]


def test_the_same_dossier_again_changes_nothing(given, take):
    first = take(given)

    again = take(given)

    assert again.is_repeated
    assert again.code == first.code
    assert DossierRow.objects.count() == 1


def test_another_content_under_the_same_code_is_refused(given, take):
    take(given)

    with pytest.raises(PortalContentDiffers):
        take(given, answers={**given.answers, "child_name": "Phạm Gia Bảo"})


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"files": ()}, PortalFilesMissing),
        ({"files_announced": 2}, PortalFilesMissing),
        ({"agency_code": "H49.99999"}, PortalAgencyUnknown),
        ({"agency_code": "H49.90003"}, PortalAgencyUnknown),  # ended on 1 March 2025
        ({"procedure_code": "9.999999"}, ProcedureNotInForce),
        ({"answers": {}}, AnswersInvalid),
        ({"applicant": replace(HOA, full_name="Trần Văn Khác")}, NameDiffers),
    ],
)
def test_what_is_wrong_is_refused_by_name_and_nothing_is_stored(
    given, take, changes, refusal
):
    with pytest.raises(refusal):
        take(given, **changes)

    assert not DossierRow.objects.exists()


def test_a_file_changed_on_its_way_is_refused_and_named(given, take, file):
    changed = replace(file, content=file.content + b"x")

    with pytest.raises(PortalFileDamaged) as refused:
        take(given, files=(changed,))

    assert set(refused.value.fields) == {"birth_proof"}


def test_a_file_of_a_wrong_type_is_refused(given, take):
    content = b"MZ"
    wrong = PortalFile("birth_proof", "x.exe", sha256(content).hexdigest(), content)

    with pytest.raises((AnswersInvalid, FileTypeNotAccepted)):
        take(given, files=(wrong,))


def test_somebody_the_platform_did_not_know_is_registered(given, take):
    stranger = replace(HOA, personal_number="022090999777", full_name="Trần Văn Xa")

    take(given, applicant=stranger)

    assert people.find_person(personal_number="022090999777").full_name == "Trần Văn Xa"


def test_an_act_before_its_dossier_is_to_be_sent_again(given, take, now):
    act = {
        "national_code": given.national_code,
        "action_key": "withdraw",
        "note": "Nộp nhầm.",
        "answers": {},
        "files": [],
        "files_announced": 0,
        "actor": SYSTEM,
        "at": now,
    }
    with pytest.raises(PortalDossierUnknown):
        actions.act_from_portal(**act)

    take(given)
    assert actions.act_from_portal(**act).status == 7


def test_a_supplement_from_the_portal_goes_to_the_officer(
    given, take, act, clerk, file, picture, now
):
    receipt = take(given)
    dossier = queries.get_dossier(dossier_id=receipt.dossier_id, actor=clerk, at=now)
    act(dossier, "ask_supplement", clerk, reasons={"birth_proof": "Mờ."})
    content = picture()
    better = PortalFile("birth_proof", "ro.png", sha256(content).hexdigest(), content)

    actions.act_from_portal(
        national_code=given.national_code,
        action_key="supply",
        note="",
        answers={},
        files=[better],
        files_announced=1,
        actor=SYSTEM,
        at=now + timedelta(hours=1),
    )

    seen = queries.get_dossier(dossier_id=dossier.id, actor=clerk, at=now)
    assert seen.step.key == "intake"
    assert [f.name for f in seen.files] == ["giay-chung-sinh.png", "ro.png"]


def test_statuses_flow_back_in_order_with_reasons_and_are_tried_again(
    given, take, act, clerk, now
):
    receipt = take(given)
    dossier = queries.get_dossier(dossier_id=receipt.dossier_id, actor=clerk, at=now)
    dossier = act(dossier, "ask_supplement", clerk, reasons={"birth_proof": "Mờ."})
    deliver(now)
    portal = Recorder(fail=2)

    assert actions.tell_portal(at=now, portal=portal) == 0
    waiting = queries.portal_backlog(at=now)
    assert (waiting.waiting, waiting.last_error) == (1, "HTTP 503")
    # Not before its time: the wait doubles with each try.
    assert actions.tell_portal(at=now + timedelta(seconds=5), portal=portal) == 0
    assert portal.left == 1
    actions.tell_portal(at=now + timedelta(seconds=21), portal=portal)
    assert actions.tell_portal(at=now + timedelta(minutes=2), portal=portal) == 1

    [told] = portal.told
    assert told["status"] == 5
    assert told["reasons"] == {"birth_proof": "Mờ."}
    assert (told["number"], told["code"]) == (1, receipt.code)


def test_a_later_message_never_overtakes_an_earlier_one(
    given, take, act, clerk, officer, now
):
    receipt = take(given)
    dossier = queries.get_dossier(dossier_id=receipt.dossier_id, actor=clerk, at=now)
    dossier = act(dossier, "receive", clerk)
    act(dossier, "refuse", officer, note="Không đủ điều kiện.")
    deliver(now)
    portal = Recorder(fail=1)

    actions.tell_portal(at=now, portal=portal)
    assert portal.told == []
    actions.tell_portal(at=now + timedelta(minutes=1), portal=portal)

    assert [told["action"] for told in portal.told] == ["receive", "refuse"]
    assert portal.told[1]["note"] == "Không đủ điều kiện."


def test_a_portal_that_does_not_answer_is_not_asked_once_for_each_dossier(submit, now):
    class Silent:
        asked = 0

        def tell(self, body):
            self.asked += 1
            raise PortalAwayError("ConnectTimeout", is_silent=True)

    for number in range(3):
        row = PortalDossierRow.objects.create(
            dossier_id=submit().id, national_code=f"000-{number}", received_at=now
        )
        row.messages.create(number=1, body={}, queued_at=now, next_at=now)
    silent = Silent()

    assert actions.tell_portal(at=now, portal=silent) == 0
    assert silent.asked == 1


def test_what_did_not_come_from_the_portal_is_not_told_to_it(submit, act, clerk, now):
    act(submit(), "receive", clerk)
    deliver(now)

    assert not PortalMessageRow.objects.exists()


def test_the_result_goes_out_with_its_hash(
    given, take, act, clerk, officer, leader, registrar, now
):
    receipt = take(given)
    dossier = queries.get_dossier(dossier_id=receipt.dossier_id, actor=clerk, at=now)
    entry = {
        "child_number": "022326999001",
        "register_book": "01/2026",
        "signer": str(leader.person_id),
    }
    dossier = act(dossier, "receive", clerk)
    dossier = act(dossier, "draft_result", officer, data=entry)
    dossier = act(dossier, "submit_for_signing", officer)
    act(act(dossier, "sign", leader), "seal", registrar)
    deliver(now)
    portal = Recorder()

    actions.tell_portal(at=now + timedelta(hours=1), portal=portal)

    result = next(told["result"] for told in portal.told if "result" in told)
    assert len(result["sha256"]) == 64
    assert result["content"].startswith("JVBERi0")  # a PDF in Base64


def test_a_real_portal_takes_messages_with_the_shared_key_only(db):
    portal = DemoPortal(key=KEY, fail=1)
    server = serve(portal, port=0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    try:
        with pytest.raises(PortalAwayError, match="401"):
            HttpPortal(url, "wrong").tell({"status": 2})
        with pytest.raises(PortalAwayError, match="503"):
            HttpPortal(url, KEY).tell({"status": 2})
        HttpPortal(url, KEY).tell({"status": 4})
        assert portal.told() == [{"status": 4}]
    finally:
        server.shutdown()
        server.server_close()
    with pytest.raises(PortalAwayError, match="Connect"):
        HttpPortal(url, KEY).tell({"status": 9})
