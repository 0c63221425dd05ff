"""Clients of OGC API – Features read the registers over HTTP, as they come."""

import pytest
from owslib.ogcapi.features import Features

HEAD = 'Mã trường,Tên trường,Cấp học,Loại hình,"Mã xã, phường",Kinh độ,Vĩ độ\n'
SCHOOL = "T00{n},Trường Tiểu học số {n},Tiểu học,Công lập,06688,107.0{n},20.9{n}\n"


@pytest.fixture(scope="module")
def features(platform, tinhso, tmp_path_factory):
    """The registers as OWSLib sees them, with three schools loaded."""
    file = tmp_path_factory.mktemp("schools") / "schools.csv"
    rows = "".join(SCHOOL.format(n=number) for number in (1, 2, 3))
    file.write_text(HEAD + rows, "utf-8")
    told = tinhso(
        *("registers", "load", "schools", str(file), "--synthetic"),
        *("--source", "thử", "--from", "2025-07-01"),
    )
    assert (told["added"], told["wrong"]) == (3, 0)
    return Features(f"{platform.url}/api/v1/features")


def test_owslib_finds_the_registers(features):
    assert "schools" in features.feature_collections()
    assert features.collection("schools")["title"] == "Cơ sở giáo dục"
    assert any("conf/core" in part for part in features.conformance()["conformsTo"])


def test_owslib_reads_the_records_within_a_box(features):
    found = features.collection_items("schools", bbox=[107.005, 20.9, 107.025, 20.95])

    codes = [one["properties"]["code"] for one in found["features"]]
    assert codes == ["T001", "T002"]
    assert found["features"][0]["geometry"]["coordinates"] == [107.01, 20.91]
    assert found["features"][0]["properties"]["is_synthetic"] is True


def test_owslib_reads_one_record(features):
    first = features.collection_items("schools", limit=1)["features"][0]

    again = features.collection_item("schools", first["id"])

    assert again["properties"] == first["properties"]
