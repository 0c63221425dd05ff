"""Registers with shapes are read by clients of OGC API – Features as they come."""

from datetime import date, timedelta

import pytest
from django.test import Client

from tests.registries.conftest import load, school  # noqa: F401
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.security import actions as security

FEATURES = "/api/v1/features"


def point(longitude, latitude):
    return {"type": "Point", "coordinates": [longitude, latitude]}


@pytest.fixture(autouse=True)
def _at(monkeypatch, now):
    """Stop the clock that the doors ask."""
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def schools(load, now):  # noqa: F811
    """Three schools, one of them without a place on the map."""
    load(
        school(1, code="T001", shape=point(107.08, 20.95), pupils=420),
        school(2, code="T002", shape=point(107.30, 21.01), pupils=10),
        school(3, code="T003"),
        on=date(2025, 7, 1),
    )


@pytest.fixture
def get(client):
    def do(path, **query):
        answer = client.get(f"{FEATURES}{path}", query)
        assert answer.status_code == 200, answer.content
        return answer.json()

    return do


def test_a_long_register_is_read_page_by_page(schools, get, client):
    codes, address = [], f"{FEATURES}/collections/schools/items?limit=1"
    while address:
        page = client.get(address).json()
        codes += [one["properties"]["code"] for one in page["features"]]
        assert (page["numberReturned"], page["numberMatched"]) == (1, 3)
        links = {link["rel"]: link["href"] for link in page["links"]}
        address = links.get("next")

    assert codes == ["T001", "T002", "T003"]


def test_fields_narrow_what_is_read(schools, get):
    found = get("/collections/schools/items", pupils="420")

    assert [one["properties"]["code"] for one in found["features"]] == ["T001"]


def test_a_time_before_the_first_record_has_none(schools, get):
    at = {"datetime": "2024-01-01T00:00:00Z"}
    since = {"datetime": "2024-01-01/.."}

    assert get("/collections/schools/items", **at)["numberMatched"] == 0
    assert get("/collections/schools/items", **since)["numberMatched"] == 3


@pytest.mark.parametrize(
    "query",
    [
        {"bbox": "1,2,3"},
        {"bbox": "107,21,106,22"},
        {"bbox": "a,b,c,d"},
        {"datetime": "gestern"},
        {"limit": "0"},
        {"limit": "x"},
        {"colour": "red"},
        {"pupils": "many"},
        {"after": "x"},
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(schools, client, query):
    answer = client.get(f"{FEATURES}/collections/schools/items", query)

    assert 400 <= answer.status_code < 500
    assert answer.json()["type"].startswith("urn:tinhso:refused:")


def test_registers_without_shapes_or_for_officers_are_not_there(content, client):
    listed = client.get(f"{FEATURES}/collections").json()["collections"]

    keys = {one["id"] for one in listed}
    assert "schools" in keys
    assert not keys & {"health_staff", "land_parcels", "officials"}
    for key in ("health_staff", "land_parcels", "none"):
        found = client.get(f"{FEATURES}/collections/{key}/items")
        assert found.status_code == 404


def test_a_key_shows_more_to_an_officer(content, officer, now):
    token = security.issue_token(
        account_id=officer.id,
        label="QGIS",
        valid_for=timedelta(days=1),
        actor=SYSTEM,
        at=now,
    )
    client = Client(headers={"Authorization": f"Bearer {token.secret}"})

    found = client.get(f"{FEATURES}/collections/land_parcels/items")

    assert found.status_code == 200
    wrong = Client(headers={"Authorization": "Bearer x"})
    assert wrong.get(f"{FEATURES}/collections").status_code == 401
