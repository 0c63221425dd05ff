"""A write that bears a key has its effect once, however often it comes."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.api.test_journey import PNG, _at, call, submit  # noqa: F401
from tinhso.documents.models import FileRow
from tinhso.procedures.models import MoveRow
from tinhso.security import actions as security
from tinhso.security.models import AnsweredCall


@pytest.fixture
def send(client, call, citizen):  # noqa: F811
    def do(content=PNG, name="a.png", key="f1"):
        return client.post(
            "/api/v1/files",
            {"file": SimpleUploadedFile(name, content, "image/png")},
            headers={
                "Authorization": f"Bearer {call.key_of(citizen)}",
                "Idempotency-Key": key,
            },
        )

    return do


def test_a_repeated_file_is_stored_once_and_answered_alike(send):
    before = FileRow.objects.count()

    first, again = send(), send()

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert FileRow.objects.count() == before + 1


@pytest.mark.parametrize("other", [{"content": PNG + b"\n"}, {"name": "b.png"}])
def test_the_key_with_another_call_is_refused(send, other):
    send()

    refused = send(**other)

    assert refused.status_code == 422
    assert "idempotency_key" in refused.json()["fields"]


def test_a_decision_repeated_is_answered_as_the_first_time(
    call,  # noqa: F811
    submit,  # noqa: F811
    clerk,
):
    dossier = submit().json()
    path = f"/dossiers/{dossier['id']}/actions/receive"
    body = {"revision": dossier["revision"]}

    first, again = (
        call("POST", path, actor=clerk, body=body, **{"Idempotency-Key": "r"})
        for _ in range(2)
    )

    assert first.status_code == again.status_code == 200
    assert first.content == again.content
    assert MoveRow.objects.filter(action="receive").count() == 1
    assert call("POST", path, actor=clerk, body=body).status_code == 409


def test_a_key_that_is_too_long_is_refused_not_cut(send):
    refused = send(key="k" * 101)

    assert refused.status_code == 422
    assert "idempotency_key" in refused.json()["fields"]


def test_what_is_refused_is_not_kept(send):
    assert send(content=b"no picture").status_code == 422

    assert not AnsweredCall.objects.exists()
    assert send().status_code == 201


def test_a_key_is_ones_own(send, call, clerk, submit):  # noqa: F811
    send(key="same")
    dossier = submit().json()

    claimed = call(
        "POST",
        f"/dossiers/{dossier['id']}/claim",
        actor=clerk,
        **{"Idempotency-Key": "same"},
    )

    assert claimed.status_code == 200


def test_answers_are_forgotten_after_three_days(send, now):
    send()

    assert security.forget_answers(at=now + timedelta(days=2)) == 0
    assert security.forget_answers(at=now + timedelta(days=4)) == 1
