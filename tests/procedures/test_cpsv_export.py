"""The catalogue is handed out as CPSV-AP: by query, command and interface."""

import json
import re
from datetime import date

import pytest
from click.testing import CliRunner

from tests.procedures.test_cpsv import BIRTH, DAY, ORIGIN, graph_of, nodes
from tests.procedures.test_national import RECORD
from tinhso.cli.procedures import group
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.procedures import actions, queries


@pytest.fixture(autouse=True)
def _here(settings, monkeypatch, now):
    settings.TINHSO_ORIGIN = ORIGIN
    monkeypatch.setattr(clock, "now", lambda: now)


@pytest.fixture
def bring_in(db, now, tmp_path):
    """Import records of the national catalogue by their codes."""

    def do(*codes):
        path = tmp_path / "catalogue.jsonl"
        lines = [json.dumps({**RECORD, "ma_thu_tuc": code}) for code in codes]
        path.write_text("\n".join(lines), "utf-8")
        actions.import_catalogue(file=path, actor=SYSTEM, at=now)

    return do


def test_a_service_has_its_stable_address_and_both_languages(content):
    document = queries.catalogue_as_cpsv(on=DAY).document

    service = next(node for node in document["@graph"] if node["@id"] == BIRTH)
    assert service["identifier"] == "1.001193"
    assert service["title"] == {
        "vi": "Thủ tục đăng ký khai sinh",
        "en": "Birth registration",
    }
    # The 54 communes, each with its area.
    assert len(service["hasCompetentAuthority"]) == 54
    areas = {node["spatial"] for node in nodes(document, "PublicOrganisation")}
    assert f"{ORIGIN}/thu-tuc#dia-ban-06688" in areas


def test_an_own_fee_that_is_not_verified_has_no_value(content):
    document = queries.catalogue_as_cpsv(on=DAY).document

    costs = [node for node in nodes(document, "Cost") if "1.004873" in node["@id"]]
    assert len(costs) == 3
    assert all("hasValue" not in cost for cost in costs)
    assert all("chưa xác minh" in cost["description"]["vi"] for cost in costs)


def test_an_own_procedure_goes_before_the_imported_one(content, bring_in):
    bring_in("1.001193", "1.014801")

    catalogue = queries.catalogue_as_cpsv(on=DAY)

    titles = {
        node["identifier"]: node["title"]["vi"]
        for node in nodes(catalogue.document, "PublicService")
    }
    assert (catalogue.own, catalogue.imported) == (11, 1)
    assert titles["1.001193"] == "Thủ tục đăng ký khai sinh"
    assert titles["1.014801"] == RECORD["ten_thu_tuc"]


def test_before_an_own_procedure_holds_the_imported_one_is_told(content, bring_in):
    bring_in("1.001193")

    catalogue = queries.catalogue_as_cpsv(on=date(2025, 6, 30))

    assert (catalogue.own, catalogue.imported) == (0, 1)


@pytest.mark.parametrize("form", ["jsonld", "turtle"])
def test_the_command_writes_a_file_or_prints(content, bring_in, tmp_path, form):
    bring_in("1.014801")
    target = tmp_path / f"catalogue.{form}"
    call = ["export", "--format", form]

    written = CliRunner().invoke(group, [*call, "--output", str(target), "--json"])
    printed = CliRunner().invoke(group, call)
    told = CliRunner().invoke(group, [*call, "--json"])

    assert json.loads(written.stdout) == {
        "format": form,
        "own": 11,
        "imported": 1,
        "file": str(target),
        "content": None,
    }
    text = target.read_text("utf-8")
    assert printed.stdout == f"{text}\n"
    assert json.loads(told.stdout)["content"] == text


def test_the_pages_of_the_interface_hold_the_whole(
    client, content, bring_in, monkeypatch
):
    monkeypatch.setattr("tinhso.api.v1.procedures.SERVICES_A_PAGE", 5)
    bring_in("1.000001", "1.014801", "2.000806")
    address, pages = "/api/v1/procedures.jsonld", []

    while address:
        answer = client.get(address)
        assert answer["Content-Type"] == "application/ld+json"
        pages.append(json.loads(answer.content))
        link = re.fullmatch(r'<(.+)>; rel="next"', answer.get("Link", ""))
        address = link and link[1]

    assert [len(nodes(page, "PublicService")) for page in pages] == [5, 5, 4]
    together = set().union(*(set(graph_of(page)) for page in pages))
    assert together == set(graph_of(queries.catalogue_as_cpsv(on=DAY).document))


def test_the_address_stands_in_the_description_of_the_interface(client, db):
    paths = client.get("/api/v1/openapi.json").json()["paths"]

    assert "/api/v1/procedures.jsonld" in paths
