"""Operators load files and ask registers from the command line."""

import json
from datetime import date

import pytest
from click.testing import CliRunner

from tests.registries.test_sheets import GOOD, book
from tinhso.cli.main import main
from tinhso.registries.models import VersionRow

HEAD = "Mã trường;Tên trường;Cấp học;Loại hình;Mã xã, phường;Kinh độ;Vĩ độ\n"
ROW = "T001;Trường Tiểu học Hạ Long;Tiểu học;Công lập;06688;107,08;20,95\n"


@pytest.fixture
def tinhso(content):
    """Run a command; answer what it says and how it ended."""

    def do(*words):
        result = CliRunner().invoke(main, ["registers", *map(str, words), "--json"])
        assert isinstance(result.exception, SystemExit | None), result.exception
        return json.loads(result.output), result.exit_code

    return do


@pytest.fixture
def load(tinhso, tmp_path):
    def do(name, content, key="schools"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return tinhso("load", key, path, "--source", "thử", "--from", "2025-07-01")

    return do


def test_a_table_of_text_is_loaded_with_its_wrong_rows_named(load, tinhso):
    told, ended = load("a.csv", HEAD + ROW + ROW.replace(";20,95", ";x"))

    assert ended == 0
    assert (told["added"], told["wrong"]) == (1, 1)
    assert (told["faults"][0]["row"], told["faults"][0]["field"]) == (3, "latitude")
    shown, _ = tinhso("show", "schools", "T001")
    assert shown["shape"]["coordinates"] == [107.08, 20.95]


def test_a_workbook_and_features_are_loaded(load):
    told, _ = load("b.xlsx", book([*GOOD, 420]))
    assert told["added"] == 1

    values = {**dict.fromkeys(["use"], "housing"), "kind": "detailed", "name": "Khu A"}
    values |= {"code": "QH1", "commune": "06688", "decision": "1", "area": None}
    ring = [[107, 21], [107.1, 21], [107.1, 21.1], [107, 21]]
    feature = {
        "type": "Feature",
        "properties": {**values, "decided_on": "2026-01-01"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    map_ = {"type": "FeatureCollection", "features": [feature]}

    told, _ = load("c.geojson", json.dumps(map_), key="planning_zones")

    assert (told["added"], told["wrong"]) == (1, 0)
    row = VersionRow.objects.get(register="planning_zones")
    assert (row.west, row.north) == (107, 21.1)


@pytest.mark.parametrize(
    ("name", "written", "refused"),
    [
        ("a.csv", "a;b\n1;2\n", "SheetHeadMissing"),
        ("a.csv", HEAD.encode("utf-16"), "SheetUnreadable"),
        ("a.txt", "x", "SheetUnreadable"),
        ("a.geojson", "{}", "SheetUnreadable"),
        ("a.geojson", '{"features": [1]}', "SheetUnreadable"),
        ("a.xlsx", "x", "SheetUnreadable"),
    ],
)
def test_a_file_that_cannot_be_is_refused_by_name(load, name, written, refused):
    told, ended = load(name, written)

    assert (told["refused"], ended) == (refused, 1)
    assert not VersionRow.objects.exists()


def test_registers_are_listed_with_how_much_they_hold(load, tinhso):
    load("a.csv", HEAD + ROW)

    told, _ = tinhso("list")

    held = {one["key"]: one["records"] for one in told["registers"]}
    assert (held["schools"], held["roads"]) == (1, 0)


def test_the_past_is_asked_for_by_day(load, tinhso):
    load("a.csv", HEAD + ROW)

    told, ended = tinhso("show", "schools", "T001", "--on", "2025-06-30")

    assert (told["refused"], ended) == ("RecordUnknown", 1)
    shown, _ = tinhso("show", "schools", "T001", "--on", "2025-07-01")
    assert shown["valid_from"] == str(date(2025, 7, 1))
