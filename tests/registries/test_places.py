"""What lies at a place is found across registers, by those who may read them."""

import json
from datetime import date

import pytest

from tests.registries.conftest import TODAY, school
from tinhso.kernel.actor import ANONYMOUS, SYSTEM
from tinhso.places import actions as loading
from tinhso.places import queries as places
from tinhso.registries import queries
from tinhso.registries.types import BoxWrong, Line, Wanted

HERE = [107.07, 20.94, 107.09, 20.96]
ROAD = {"code": "D1", "name": "Đường chéo", "rank": "urban", "length": 20}


def line_between(*places):
    return {"type": "LineString", "coordinates": [list(place) for place in places]}


@pytest.fixture
def found(load):
    load(school(shape={"type": "Point", "coordinates": [107.08, 20.95]}))
    load(school(2, code="T2", shape={"type": "Point", "coordinates": [107.2, 20.95]}))
    # Its box holds the place, it does not.
    around = line_between((107.0, 20.9), (107.0, 21.1), (107.2, 21.1))
    across = line_between((107.0, 20.95), (107.2, 20.95))
    roads = [Line(1, ROAD, around), Line(2, {**ROAD, "code": "D2"}, across)]
    load(*roads, key="roads")

    def do(box, actor=ANONYMOUS):
        return {
            register.key: [record.identifier for record in some]
            for register, some in queries.what_is_here(box=box, on=TODAY, actor=actor)
        }

    return do


def test_what_is_here_is_told_register_by_register(found):
    assert found(HERE) == {"roads": ["D2"], "schools": ["T001"]}


def test_a_box_that_is_none_is_refused(found):
    with pytest.raises(BoxWrong):
        found([107.09, 20.94, 107.07, 20.96])


def test_parcels_are_not_told_to_strangers(load, found, officer):
    ring = [[107.08, 20.95], [107.081, 20.95], [107.081, 20.951], [107.08, 20.95]]
    parcel = {"code": "P1", "label": "Thửa 1", "sheet": "1", "parcel": "1"}
    values = {**parcel, "commune": "06688", "area": 100, "use": "ODT"}
    shape = {"type": "Polygon", "coordinates": [ring]}
    load(Line(1, values, shape), key="land_parcels")

    assert "land_parcels" not in found(HERE)
    assert found(HERE, officer)["land_parcels"] == ["P1"]


def test_records_are_narrowed_by_box_words_and_commune(found):
    def codes(**wanted):
        page = queries.records(
            key="schools", wanted=Wanted(on=TODAY, **wanted), actor=ANONYMOUS
        )
        return [record.identifier for record in page.items]

    assert codes() == ["T001", "T2"]
    assert codes(box=HERE) == ["T001"]
    assert codes(text="truong tieu hoc ha long") == ["T001", "T2"]
    assert codes(text="t2") == ["T2"]
    assert codes(unit_code="06676") == []


@pytest.fixture
def outlines(content, shared_data, now):
    """The 54 true outlines."""
    geojson = json.loads(
        (shared_data / "quang_ninh_communes_2025.geojson").read_text("utf-8")
    )
    loading.load_boundaries(
        geojson=geojson, source="thử", on=date(2025, 7, 1), actor=SYSTEM, at=now
    )


def test_a_place_is_sent_to_its_commune(outlines):
    hotel, sea = (107.046, 20.953), (107.9, 20.8)

    assert places.units_at(points=[hotel, sea], on=TODAY) == ["06673", ""]


def test_each_center_lies_in_its_own_commune(outlines):
    units = [unit for unit in places.units(on=TODAY) if unit.longitude]
    centers = [(unit.longitude, unit.latitude) for unit in units]

    found = places.units_at(points=centers, on=TODAY)

    # A center may lie in the sea between islands; xã Quảng Hà bends around another.
    others = [
        (unit.code, code)
        for unit, code in zip(units, found, strict=True)
        if code not in ("", unit.code)
    ]
    assert others == [("06922", "06946")]
    assert found.count("") <= 5


def test_a_new_outline_is_noticed(outlines, now):
    place = (107.046, 20.953)
    assert places.units_at(points=[place], on=TODAY) == ["06673"]
    ring = [[107, 20.9], [107.1, 20.9], [107.1, 21], [107, 21], [107, 20.9]]
    square = {"type": "Polygon", "coordinates": [ring]}
    feature = {"properties": {"code": "06652"}, "geometry": square}

    loading.load_boundaries(
        geojson={"features": [feature]},
        source="thử",
        on=date(2025, 7, 1),
        actor=SYSTEM,
        at=now,
    )

    assert places.units_at(points=[place], on=TODAY) == ["06652"]


def test_old_addresses_lead_to_new_ones(content):
    [hit] = places.find_addresses(text="Hà Trung", on=TODAY)

    assert hit.is_old
    assert [choice.unit.name for choice in hit.choices] == ["Phường Hà Lầm"]


def test_an_address_that_was_split_has_several(content):
    found = places.find_addresses(text="ha khau", on=TODAY)

    assert {choice.unit.code for choice in found[0].choices} == {"06661", "06706"}


def test_units_of_today_come_first(content):
    first, *_ = places.find_addresses(text="ha tu", on=TODAY)

    assert first.unit.valid_to is None
    assert not first.is_old
