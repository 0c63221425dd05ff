"""The catalogue is DCAT-AP 3.0.1, to the letter of the EU's shapes."""

import json

import pytest
from pyshacl import validate
from rdflib import Graph, Namespace

from tests.opendata.places import body, stay
from tinhso.kernel import clock
from tinhso.opendata import queries

DCAT = Namespace("http://www.w3.org/ns/dcat#")
DCT = Namespace("http://purl.org/dc/terms/")
ORIGIN = "https://tinhso.example"


@pytest.fixture(autouse=True)
def _here(settings, monkeypatch, now):
    settings.TINHSO_ORIGIN = ORIGIN
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def shapes(shared_data):
    path = shared_data / "shapes" / "dcat-ap-3.0.1-SHACL.ttl"
    if not path.is_file():
        pytest.skip(f"the EU's shapes not found in {path}")
    return Graph().parse(path)


@pytest.fixture
def several(published_stays, stays, enter, publish):
    """A dataset with places, one without, and one that is synthetic."""
    stays(*(stay(is_synthetic=True) for _ in range(6)))
    enter(body("commune", key="khong-ban-do"))
    enter(body("commune", key="mo-phong", synthetic=True))
    publish("khong-ban-do")
    publish("mo-phong")


def graph_of(document):
    return Graph().parse(data=json.dumps(document), format="json-ld")


def faults(document, shapes):
    _, report, _ = validate(
        graph_of(document), shacl_graph=shapes, advanced=True, inference="none"
    )
    result = "http://www.w3.org/ns/shacl#result"
    return [report.value(o) or o for _, p, o in report if str(p) == result]


def test_the_catalogue_keeps_every_shape(several, shapes, client):
    answer = client.get("/du-lieu-mo/catalog.jsonld")
    document = json.loads(answer.content)

    assert answer["Content-Type"] == "application/ld+json"
    assert len(list(graph_of(document).objects(None, DCAT.dataset))) == 3
    assert faults(document, shapes) == []


def test_each_dataset_keeps_every_shape(several, shapes, client):
    for slug in ("luu-tru", "khong-ban-do", "mo-phong"):
        document = json.loads(client.get(f"/du-lieu-mo/{slug}.jsonld").content)
        assert faults(document, shapes) == [], slug


@pytest.mark.parametrize(
    "field", ["dct:title", "dct:description", "dcat:distribution.dcat:accessURL"]
)
def test_what_is_left_out_is_found_by_the_shapes(published_stays, shapes, now, field):
    document = queries.dataset_as_dcat(slug="luu-tru", on=now.date())
    [node] = document["@graph"]
    first, _, second = field.partition(".")
    if second:
        node[first][0].pop(second)
    else:
        node.pop(first)

    assert faults(document, shapes) != []


def test_the_frozen_file_is_described_by_size_and_hash(published_stays, now):
    document = queries.dataset_as_dcat(slug="luu-tru", on=now.date())
    graph = graph_of(document)

    [size] = graph.objects(None, DCAT.byteSize)
    assert int(size) == published_stays.bytes
    assert published_stays.sha256 in json.dumps(document)
    assert f"{ORIGIN}/du-lieu-mo/luu-tru/1/du-lieu.geojson" in json.dumps(document)


def test_what_is_made_up_says_so_in_its_description(several, now):
    made_up = json.dumps(
        queries.dataset_as_dcat(slug="mo-phong", on=now.date()), ensure_ascii=False
    )
    real = json.dumps(
        queries.dataset_as_dcat(slug="luu-tru", on=now.date()), ensure_ascii=False
    )

    assert "Dữ liệu mô phỏng" in made_up
    assert "Synthetic data" in made_up
    assert "mô phỏng" not in real


def test_a_large_catalogue_comes_in_pages(several, client, monkeypatch):
    monkeypatch.setattr("tinhso.web.pages.opendata.DATASETS_A_DOCUMENT", 2)

    first = client.get("/du-lieu-mo/catalog.jsonld")
    second = client.get("/du-lieu-mo/catalog.jsonld?trang=2")

    assert 'rel="next"' in first["Link"]
    assert "Link" not in second
    both = [json.loads(one.content)["@graph"] for one in (first, second)]
    assert [len(one) - 1 for one in both] == [2, 1]
