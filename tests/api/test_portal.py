"""The door of the national portal: by its key only, with every refusal named."""

import json
from hashlib import sha256

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tinhso.procedures.models import DossierRow

ADDRESS = "/api/v1/portal/dossiers"
KEY = {"HTTP_AUTHORIZATION": "Bearer shared"}


@pytest.fixture(autouse=True)
def _shared_key(settings, monkeypatch, now):
    settings.TINHSO_PORTAL_KEY = "shared"
    monkeypatch.setattr("tinhso.kernel.clock.now", lambda: now)


@pytest.fixture
def send(client, answers, picture):
    content = picture()

    def do(*, key=KEY, parts=None, **changes):
        dossier = {
            "national_code": "G22.99-260616-000123",
            "procedure": "1.001193",
            "agency_code": "H49.06688",
            "applicant": {
                "personal_number": "022195999001",
                "full_name": "Nguyễn Thị Hoa",
            },
            "answers": {k: v for k, v in answers.items() if k != "birth_proof"},
            "files": [
                {
                    "field": "birth_proof",
                    "name": "giay.png",
                    "sha256": sha256(content).hexdigest(),
                }
            ],
            **changes,
        }
        sent = {"birth_proof": SimpleUploadedFile("giay.png", content, "image/png")}
        given = {"dossier": json.dumps(dossier), **(sent if parts is None else parts)}
        return client.post(ADDRESS, given, **key)

    return do


def test_a_dossier_comes_in_and_can_be_asked_for(send, client):
    answer = send()

    assert answer.status_code == 201
    assert answer.json()["code"] == "H49.06688-260616-0001"
    assert send().json()["is_repeated"] is True
    again = client.get(f"{ADDRESS}/G22.99-260616-000123", **KEY).json()
    assert again["status"] == 1


@pytest.mark.parametrize("key", [{}, {"HTTP_AUTHORIZATION": "Bearer wrong"}])
def test_nobody_else_comes_in(send, key):
    assert send(key=key).status_code == 401
    assert not DossierRow.objects.exists()


def test_without_a_key_the_door_is_shut(send, settings):
    settings.TINHSO_PORTAL_KEY = ""

    assert send(key={"HTTP_AUTHORIZATION": "Bearer "}).status_code == 401


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"parts": {}}, "PortalFilesMissing"),
        ({"agency_code": "H49.99999"}, "PortalAgencyUnknown"),
        ({"procedure": "9.999999"}, "ProcedureNotInForce"),
        ({"answers": {}}, "AnswersInvalid"),
        ({"applicant": {}}, "Invalid"),
    ],
)
def test_a_refusal_has_a_name(send, changes, name):
    answer = send(**changes)

    assert answer.status_code == 422
    assert answer.json()["type"] == f"urn:tinhso:refused:{name}"


def test_what_is_no_json_is_refused(client):
    answer = client.post(ADDRESS, {"dossier": "{"}, **KEY)

    assert answer.status_code == 422


def test_a_withdrawal_comes_in_and_an_unknown_one_is_told_so(send, client):
    send()
    act = {"act": json.dumps({"action": "withdraw", "note": "Nộp nhầm."})}

    done = client.post(f"{ADDRESS}/G22.99-260616-000123/acts", act, **KEY)
    unknown = client.post(f"{ADDRESS}/G22.99-000000-000000/acts", act, **KEY)
    officers = {"act": json.dumps({"action": "receive"})}
    foreign = client.post(f"{ADDRESS}/G22.99-260616-000123/acts", officers, **KEY)

    assert done.json()["status"] == 7
    assert unknown.status_code == 404
    assert unknown.json()["type"].endswith("PortalDossierUnknown")
    assert foreign.status_code == 409
