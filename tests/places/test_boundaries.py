"""Outlines come in by code, and only where code and name agree."""

import json
from datetime import date

import pytest
from click.testing import CliRunner

from tinhso.cli.places import group as places
from tinhso.kernel.actor import SYSTEM
from tinhso.places import actions, queries
from tinhso.places.types import BoundariesRefused

TODAY = date(2026, 6, 16)
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[107, 21], [107.1, 21], [107.1, 21.1], [107, 21]]],
}

pytestmark = pytest.mark.usefixtures("quang_ninh")


def collection(*features):
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": properties, "geometry": geometry}
            for properties, geometry in features
        ],
    }


def load(geojson, now, on=TODAY):
    return actions.load_boundaries(
        geojson=geojson, source="test", on=on, actor=SYSTEM, at=now
    )


def test_the_published_outlines_of_the_54_communes_load(shared_data, now):
    path = shared_data / "quang_ninh_communes_2025.geojson"

    report = load(json.loads(path.read_text("utf-8")), now)

    assert (report.loaded, report.missing) == (54, ())
    # The published file gives Ba Chẽ a code that no list of units knows.
    assert report.renamed == {"06978": "06970"}
    assert set(queries.boundaries(on=TODAY)) == {
        unit.code for unit in queries.units(on=TODAY)
    }


def test_the_same_outlines_are_refused_for_the_year_before(shared_data, now):
    path = shared_data / "quang_ninh_communes_2025.geojson"

    with pytest.raises(BoundariesRefused) as refused:
        load(json.loads(path.read_text("utf-8")), now, on=date(2025, 6, 30))

    assert len(refused.value.fields) >= 27
    assert queries.boundaries(on=date(2025, 6, 30)) == {}


@pytest.mark.parametrize(
    ("properties", "geometry", "words"),
    [
        ({"code": "99999"}, SQUARE, "Không có đơn vị"),
        ({}, SQUARE, "Không có đơn vị"),
        ({"code": "06688", "name": "Phường Hồng Hải"}, SQUARE, "không phải"),
        ({"code": "06688"}, None, "thiếu hình học"),
        ({"code": "06688"}, {"type": "Point", "coordinates": [1, 2]}, "Polygon"),
        (
            {"code": "06688"},
            {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [2, 2], [3, 3]]]},
            "khép kín",
        ),
        (
            {"code": "06688"},
            {"type": "Polygon", "coordinates": [[[0, 999], [1, 1], [2, 2], [0, 999]]]},
            "WGS 84",
        ),
    ],
)
def test_a_wrong_feature_is_refused_with_its_place(properties, geometry, words, now):
    with pytest.raises(BoundariesRefused) as refused:
        load(collection(({"code": "06652"}, SQUARE), (properties, geometry)), now)

    assert words in refused.value.fields["features.1"][0]
    assert queries.boundaries(on=TODAY) == {}


def test_a_code_given_twice_is_refused(now):
    twice = collection(({"code": "06652"}, SQUARE), ({"code": "06652"}, SQUARE))

    with pytest.raises(BoundariesRefused) as refused:
        load(twice, now)

    assert "hai lần" in refused.value.fields["features.1"][0]


def test_what_is_no_collection_is_refused(now):
    with pytest.raises(BoundariesRefused):
        load({"type": "Feature"}, now)


def run(*arguments):
    return CliRunner().invoke(places, list(arguments))


def test_the_operator_loads_a_file_and_reads_the_keys(tmp_path):
    file = tmp_path / "a.geojson"
    file.write_text(json.dumps(collection(({"code": "06688"}, SQUARE))), "utf-8")

    result = run("load-boundaries", str(file), "--on", "2026-06-16", "--json")

    assert result.exit_code == 0, result.output
    assert json.loads(result.output)["loaded"] == 1


@pytest.mark.parametrize("text", ["[]", "{", "{}"])
def test_a_broken_file_ends_with_a_message_and_not_with_zero(tmp_path, text):
    file = tmp_path / "a.geojson"
    file.write_text(text, "utf-8")

    result = run("load-boundaries", str(file))

    assert result.exit_code == 1
    assert "Tệp ranh giới có lỗi" in result.output


def test_the_operator_converts_an_old_code():
    split = json.loads(run("convert", "06886", "--on", "2026-06-16", "--json").output)

    assert split["must_ask"]
    assert len(split["choices"]) == 3
    assert run("convert", "99999").exit_code == 1


def test_the_operator_lists_units_of_a_day():
    listed = json.loads(run("list", "--on", "2025-06-30", "--json").output)

    assert len(listed) == 171
    assert "Phường Hạ Long" in run("list", "--on", "2026-06-16").output
