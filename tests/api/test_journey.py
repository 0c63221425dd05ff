"""A machine goes the whole way through the interface."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.events import actions as events
from tinhso.kernel.events.models import OutboxEvent
from tinhso.procedures.models import DossierRow
from tinhso.security import actions as security


@pytest.fixture(autouse=True)
def _at(monkeypatch, now):
    """Stop the clock that the doors ask."""
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def call(client, now):
    tokens = {}

    def key_of(actor):
        if actor.id not in tokens:
            tokens[actor.id] = security.issue_token(
                account_id=actor.id,
                label="test",
                valid_for=timedelta(hours=1),
                actor=SYSTEM,
                at=now,
            ).secret
        return tokens[actor.id]

    def do(method, path, *, actor=None, body=None, **headers):
        if actor is not None:
            headers["Authorization"] = f"Bearer {key_of(actor)}"
        return client.generic(
            method,
            f"/api/v1{path}",
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers=headers,
        )

    do.key_of = key_of
    return do


def png(color):
    buffer = BytesIO()
    Image.new("RGB", (20, 20), color).save(buffer, "PNG")
    return buffer.getvalue()


PNG, OTHER_PNG = png("red"), png("blue")


@pytest.fixture
def submit(call, citizen, ward, answers):
    def do(key="k1", **changes):
        body = {
            "procedure": "1.001193",
            "unit_id": str(ward.id),
            "answers": {**answers, **changes},
        }
        headers = {"Idempotency-Key": key}
        return call("POST", "/dossiers", actor=citizen, body=body, **headers)

    return do


def test_the_whole_way_through_the_interface(
    call, submit, citizen, clerk, officer, leader, registrar
):
    dossier = submit().json()

    def act(action, actor, **given):
        nonlocal dossier
        path = f"/dossiers/{dossier['id']}/actions/{action}"
        body = {"revision": dossier["revision"], **given}
        answer = call("POST", path, actor=actor, body=body)
        assert answer.status_code == 200, answer.content
        dossier = answer.json()

    entry = {
        "child_number": "022326999001",
        "register_book": "01/2026",
        "signer": str(leader.person_id),
    }
    act("receive", clerk)
    act("draft_result", officer, data=entry)
    draft = f"/documents/{dossier['result_document_id']}.pdf"
    assert call("GET", draft, actor=citizen).status_code == 404
    act("submit_for_signing", officer)
    act("sign", leader)
    act("seal", registrar)

    mine = call("GET", "/documents", actor=citizen).json()
    assert [document["state"] for document in mine] == ["issued"]
    pdf = call("GET", f"/documents/{mine[0]['id']}.pdf", actor=citizen)
    assert pdf.content.startswith(b"%PDF")
    public = call("GET", f"/documents/by-code/{mine[0]['code']}").json()
    assert public["sha256"] == mine[0]["sha256"]
    assert "Nguyễn Thị Hoa" not in json.dumps(public, ensure_ascii=False)


def test_repeating_a_submission_gives_the_same_dossier(submit):
    first, second = submit(), submit()

    assert first.status_code == second.status_code == 201
    assert first.json()["code"] == second.json()["code"]


def test_the_same_key_with_another_body_is_422(submit):
    submit()

    answer = submit(child_name="Phạm Gia Khánh")

    assert answer.status_code == 422
    assert answer.json()["type"] == "urn:tinhso:refused:IdempotencyKeyReused"


@pytest.mark.parametrize("key", ["", "k" * 101])
def test_a_submission_without_a_key_that_can_be_kept_is_refused(submit, key):
    assert submit(key=key).status_code == 422
    assert not DossierRow.objects.exists()


def test_wrong_answers_are_422_with_every_field(submit):
    answer = submit(child_birth_date="2027-01-01", requester_phone="abc")

    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert set(answer.json()["fields"]) == {"child_birth_date", "requester_phone"}


def test_without_a_key_the_interface_tells_nothing(call, submit, client):
    path = f"/dossiers/{submit().json()['id']}"

    answers = [
        call("GET", path),
        client.get(f"/api/v1{path}", headers={"Authorization": "Bearer wrong"}),
    ]

    assert [answer.status_code for answer in answers] == [401, 401]


def test_anothers_dossier_is_not_found(call, submit, sign_in):
    stranger = sign_in("Trần Quốc Hưng")

    answer = call("GET", f"/dossiers/{submit().json()['id']}", actor=stranger)

    assert answer.status_code == 404


def test_a_citizen_sees_no_desk(call, citizen):
    assert call("GET", "/desk", actor=citizen).status_code == 403


def test_a_closed_account_ends_with_its_next_request(call, citizen, now):
    assert call("GET", "/dossiers", actor=citizen).status_code == 200

    security.close_account(account_id=citizen.id, actor=SYSTEM, at=now)

    assert call("GET", "/dossiers", actor=citizen).status_code == 401


def test_anyone_may_know_code_and_completion(call, submit):
    code = submit().json()["code"]

    assert call("GET", f"/progress/{code}").json() == {"code": code, "completion": 17}


@pytest.mark.usefixtures("content")
def test_procedures_are_found_as_people_type(call):
    for words in ("sinh con", "dang ki khai sin", "GIẤY KHAI SINH", "khai sinh"):
        found = call("GET", f"/procedures?q={words}").json()
        assert found[0]["code"] == "1.001193", words
    found = call("GET", "/procedures?q=xac nhan doc than").json()
    assert found[0]["code"] == "1.004873"
    assert call("GET", "/procedures?q=qwertz").json() == []


@pytest.mark.usefixtures("content")
def test_the_form_is_published_as_json_schema(call):
    schema = call("GET", "/procedures/1.001193/form").json()

    assert schema["properties"]["child_birth_date"]["format"] == "date"
    assert "child_name" in schema["required"]
    assert "mother_name" not in schema["required"]


@pytest.mark.usefixtures("content")
def test_the_workflow_is_published_as_bpmn(call):
    xml = call("GET", "/procedures/1.001193/workflow.bpmn").content.decode()

    assert xml.count("userTask") >= 6
    assert "BPMNShape" in xml


def test_an_unknown_procedure_is_404(call, db):
    assert call("GET", "/procedures/9.999999").status_code == 404


def test_a_name_and_a_password_give_a_key(call, citizen, now):
    security.set_password(
        account_id=citizen.id, password="mat-khau-rat-dai", actor=SYSTEM, at=now
    )
    name = {"username": str(citizen.person_id), "password": "mat-khau-rat-dai"}

    good = call("POST", "/sessions", body=name)
    bad = call("POST", "/sessions", body={**name, "password": "khac"})

    assert good.status_code == 201
    assert bad.status_code == 401


def test_the_newest_head_of_the_journal_is_public(call, db, now):
    audit.write("tests.x", subject="tests.X", subject_id=None, actor=SYSTEM, at=now)
    audit.seal(at=now)

    assert call("GET", "/journal/head").json()["size"] == 1


def test_the_receipt_is_read_by_its_owner_alone(call, submit, citizen, sign_in, now):
    path = f"/dossiers/{submit().json()['id']}/receipt.pdf"
    assert call("GET", path, actor=citizen).status_code == 404
    for event_id in OutboxEvent.objects.values_list("id", flat=True):
        events.deliver(event_id=event_id, at=now)

    assert call("GET", path, actor=citizen).content.startswith(b"%PDF")
    stranger = sign_in("Trần Quốc Hưng")
    assert call("GET", path, actor=stranger).status_code == 404


def test_the_papers_handed_out_are_listed_and_read(call, submit, citizen, sign_in, now):
    dossier = submit().json()
    for event_id in OutboxEvent.objects.values_list("id", flat=True):
        events.deliver(event_id=event_id, at=now)
    path = f"/dossiers/{dossier['id']}/papers"

    (receipt,) = call("GET", path, actor=citizen).json()
    paper = f"{path}/{receipt['document_id']}.pdf"

    assert (receipt["kind"], receipt["number"]) == ("receipt", 1)
    assert call("GET", paper, actor=citizen).content.startswith(b"%PDF")
    stranger = sign_in("Trần Quốc Hưng")
    assert call("GET", path, actor=stranger).status_code == 404
    assert call("GET", paper, actor=stranger).status_code == 404


def test_a_desk_is_filtered_and_leaves_as_a_workbook(call, submit, citizen, clerk):
    code = submit().json()["code"]

    found = call("GET", "/desk?procedure=1.001193&due_to=2026-06-17", actor=clerk)
    none = call("GET", "/desk?due_from=2026-06-18", actor=clerk)
    workbook = call("GET", "/desk.xlsx?text=hoa", actor=clerk)

    assert [item["code"] for item in found.json()["items"]] == [code]
    assert none.json()["items"] == []
    assert workbook.content.startswith(b"PK")
    for wrong in ("due_to=mai", "color=blue", "assignee_id=7"):
        assert call("GET", f"/desk?{wrong}", actor=clerk).status_code == 422
    assert call("GET", "/desk.xlsx", actor=citizen).status_code == 403


def test_a_submission_names_no_file_that_did_not_come_with_it(
    call, citizen, client, ward, answers, sign_in, upload
):
    anothers = upload(sign_in("Đỗ Văn Thành"))
    given = {**answers, "birth_proof": [anothers]}
    application = json.dumps(
        {"procedure": "1.001193", "unit_id": str(ward.id), "answers": given}
    )
    headers = {
        "Authorization": f"Bearer {call.key_of(citizen)}",
        "Idempotency-Key": "stolen",
    }

    answer = client.post(
        "/api/v1/submissions", {"application": application}, headers=headers
    )

    assert (answer.status_code, set(answer.json()["fields"])) == (422, {"birth_proof"})


def test_application_and_files_come_in_one_request(
    call, citizen, client, ward, answers
):
    call("GET", "/dossiers", actor=citizen)
    key = call.key_of(citizen)
    given = {k: v for k, v in answers.items() if k != "birth_proof"}
    application = json.dumps(
        {"procedure": "1.001193", "unit_id": str(ward.id), "answers": given}
    )

    def send(content, idempotency_key="m1", application=application):
        return client.post(
            "/api/v1/submissions",
            {"application": application, "birth_proof": BytesIO(content)},
            headers={
                "Authorization": f"Bearer {key}",
                "Idempotency-Key": idempotency_key,
            },
        )

    first, again = send(PNG), send(PNG)
    assert first.status_code == again.status_code == 201, first.content
    assert first.json() == again.json()
    dossier = call("GET", f"/dossiers/{first.json()['id']}", actor=citizen).json()
    assert [file["field"] for file in dossier["files"]] == ["birth_proof"]
    assert dossier["revision"] == 1
    assert send(OTHER_PNG).json()["type"].endswith("IdempotencyKeyReused")
    wrong = send(b"MZ not a picture", "m2")
    assert (wrong.status_code, set(wrong.json()["fields"])) == (422, {"birth_proof"})
    broken = send(PNG, "m3", application="{")
    assert broken.status_code == 422


def test_a_place_in_a_list_that_is_none_is_refused(call, citizen):
    answer = call("GET", "/dossiers?after=%C3%A1", actor=citizen)

    assert answer.status_code == 422
    assert "after" in answer.json()["fields"]


def test_no_answer_about_somebody_is_kept_in_caches(call, citizen):
    kept = [
        call("GET", path, actor=citizen)["Cache-Control"]
        for path in ("/dossiers", "/documents", "/bookings")
    ]

    assert kept == ["no-store"] * 3
    assert "Cache-Control" not in call("GET", "/desks").headers
