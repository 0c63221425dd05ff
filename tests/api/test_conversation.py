"""Machines read and write the conversation on a dossier."""

# ruff: noqa: F811

from tests.api.test_journey import PNG, _at, call  # noqa: F401
from tests.procedures.conftest import submit  # noqa: F401
from tinhso.documents import actions as documents
from tinhso.procedures import queries


def stored(actor, now):
    return documents.store_file(
        content=PNG,
        name="a.png",
        owner_id=actor.person_id,
        organization_id=None,
        accepted=("image/png",),
        max_bytes=10**6,
        actor=actor,
        at=now,
    )


def test_both_sides_write_and_read_by_the_interface(
    call,
    submit,
    citizen,
    clerk,
    now,
):
    path = f"/dossiers/{submit().id}/messages"
    body = {"text": "Cần bản gốc không?", "files": [str(stored(citizen, now).id)]}
    key = {"Idempotency-Key": "k"}

    sent = call("POST", path, actor=citizen, body=body, **key)
    again = call("POST", path, actor=citizen, body=body, **key)
    read = call("GET", path, actor=clerk).json()

    assert sent.status_code == 201
    assert sent.json()["id"] == again.json()["id"]
    assert [m["text"] for m in read["messages"]] == ["Cần bản gốc không?"]
    assert read["may_write"]
    # One line a read, for its owner to see.
    assert [one.reader for one in queries.readings_of(actor=citizen)] == [clerk.name]
    file = read["messages"][0]["files"][0]["id"]
    assert call("GET", f"{path}/files/{file}", actor=clerk).content == PNG


def test_documents_say_until_when_they_are_valid(call, single, citizen):
    [document] = call("GET", "/documents", actor=citizen).json()

    assert document["valid_until"] == "2026-12-16"


def test_refusals_leave_by_name(call, submit, citizen, sign_in):
    path = f"/dossiers/{submit().id}/messages"
    key = {"Idempotency-Key": "k"}

    empty = call("POST", path, actor=citizen, body={"text": ""}, **key)
    stranger = call("GET", path, actor=sign_in("Trần Quốc Hưng"))

    assert empty.status_code == 422
    assert "MessageEmpty" in empty.content.decode()
    assert stranger.status_code == 404
