"""Each fault is named by its field, before anything is written."""

import json
from datetime import date

import pytest

from tests.registries.conftest import school
from tinhso.kernel.actor import SYSTEM
from tinhso.places import actions as places
from tinhso.registries.models import LineRow
from tinhso.registries.queries.changes import faults_of
from tinhso.registries.rules import cells, schemas
from tinhso.registries.types import Field, FieldKind, Line

HA_LONG = {"type": "Point", "coordinates": [107.08, 20.95]}
# Two triangles that meet in one point, drawn as one outline.
BOW_TIE = {
    "type": "Polygon",
    "coordinates": [[[107, 21], [107.1, 21.1], [107.1, 21], [107, 21.1], [107, 21]]],
}


@pytest.fixture
def faults(load):
    """Load a line; answer its faults as {field: reason}."""

    def do(line, key="schools"):
        load(line, key=key)
        rows = LineRow.objects.all()
        return {f.field: str(f.reason) for row in rows for f in faults_of(row.faults)}

    return do


def field(kind, **more):
    empty = {"vi": "", "en": "", "unit": "", "refers_to": "", "choices": ()}
    flags = {"is_required": False, "is_personal": False, "is_retired": False}
    return Field(**{"name": "x", "kind": kind, **empty, **flags, **more})


def test_a_line_without_faults_says_nothing(faults):
    assert faults(school(shape=HA_LONG, pupils=300)) == {}


@pytest.mark.parametrize(
    ("values", "field", "reason"),
    [
        ({"name": None}, "name", "Ô này phải là chữ."),
        ({"stage": "x"}, "stage", "Giá trị không có trong danh sách được chọn."),
        ({"pupils": 10**6}, "pupils", "Giá trị lớn nhất là 10000."),
        ({"pupils": 1.5}, "pupils", "Ô này phải là số nguyên."),
        ({"standard_on": "x"}, "standard_on", "Ô này phải là ngày, như 05/09/2026."),
        ({"other": 1}, "", "Sổ này không có trường “other”."),
        ({"name": "x" * 201}, "name", "Tối đa 200 ký tự."),
    ],
)
def test_a_wrong_value_is_named(faults, values, field, reason):
    assert faults(school(**values)) == {field: reason}


def test_what_is_missing_is_named_one_by_one(faults):
    line = Line(1, {"code": "T1", "commune": "06688", "ownership": "public"})

    assert set(faults(line)) == {"name", "stage"}


def test_a_dissolved_commune_is_named_with_what_it_is_now(faults):
    assert faults(school(commune="06667")) == {
        "commune": "Đơn vị hành chính mã 06667 đã hết hiệu lực."
        " Nay là: 06676 Phường Hà Lầm."
    }


def test_an_unknown_commune_is_named(faults):
    assert "99999" in faults(school(commune="99999"))["commune"]


def test_what_a_record_refers_to_must_be_there(load, faults):
    staff = {"code": "GP1", "full_name": "Người mô phỏng", "title": "nurse"}

    found = faults(Line(1, {**staff, "facility": "CS404"}), key="health_staff")

    assert found == {"facility": "Sổ “health_facilities” không có bản ghi mã CS404."}


def test_an_outline_that_crosses_itself_is_named_with_the_place(faults):
    zone = {
        "code": "QH1",
        "name": "Khu mô phỏng",
        "kind": "detailed",
        "use": "housing",
        "commune": "06688",
        "decision": "1/QĐ",
        "decided_on": "2026-01-01",
    }

    found = faults(Line(1, zone, BOW_TIE), key="planning_zones")

    assert found == {"shape": "Đường bao tự cắt tại kinh độ 107.05, vĩ độ 21.05."}


@pytest.mark.parametrize(
    ("shape", "reason"),
    [
        (
            {"type": "Point", "coordinates": [20.95, 107.08]},
            "Tọa độ 20.95, 107.08 nằm ngoài Việt Nam. Có thể kinh độ và vĩ độ bị đảo.",
        ),
        ({"type": "Point", "coordinates": ["a", 1]}, "Không đọc được hình này."),
        (BOW_TIE, "Hình không đúng loại của sổ này."),
    ],
)
def test_a_shape_that_cannot_be_is_named(faults, shape, reason):
    assert faults(school(shape=shape)) == {"shape": reason}


def test_a_register_without_shapes_takes_none(faults):
    staff = {"code": "GP1", "full_name": "A", "title": "nurse", "facility": "CS1"}

    found = faults(Line(1, staff, HA_LONG), key="health_staff")

    assert found["shape"] == "Sổ này không có vị trí trên bản đồ."


def test_a_place_in_another_commune_than_it_says_is_named(faults, shared_data, now):
    outlines = (shared_data / "quang_ninh_communes_2025.geojson").read_text("utf-8")
    places.load_boundaries(
        geojson=json.loads(outlines),
        source="thử",
        on=date(2025, 7, 1),
        actor=SYSTEM,
        at=now,
    )

    # In phường Hà Tu.
    point = {"type": "Point", "coordinates": [107.147, 20.965]}
    found = faults(school(shape=point))

    assert "Phường Hà Tu" in found["commune"]


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        (FieldKind.REAL, "1.234.567,5", 1234567.5),
        (FieldKind.REAL, "1234,5", 1234.5),
        (FieldKind.REAL, "0.123", 0.123),
        (FieldKind.REAL, "1 234", 1234),
        (FieldKind.WHOLE, 12.0, 12),
        (FieldKind.WHOLE, "12", 12),
        (FieldKind.DAY, "5/9/2026", "2026-09-05"),
        (FieldKind.DAY, "2026-09-05 00:00:00", "2026-09-05"),
        (FieldKind.DAY, date(2026, 9, 5), "2026-09-05"),
        (FieldKind.MOMENT, "05/09/2026 14:30", "2026-09-05T14:30:00+07:00"),
        (FieldKind.YES_NO, "Có", True),
        (FieldKind.YES_NO, "không", False),
        (FieldKind.YES_NO, "x", True),
        (FieldKind.TEXT, 22195.0, "22195"),
        (FieldKind.TEXT, "  Hạ   Long ", "Hạ Long"),
        (FieldKind.TEXT, "", None),
    ],
)
def test_a_cell_is_read_as_people_write_it(kind, cell, value):
    assert cells.read(field(kind), cell) == value


@pytest.mark.parametrize(
    ("kind", "cell", "reason"),
    [
        (FieldKind.REAL, "1.234", cells.AMBIGUOUS),
        (FieldKind.REAL, "một", cells.NOT_A_NUMBER),
        (FieldKind.REAL, float("inf"), cells.NOT_A_NUMBER),
        (FieldKind.WHOLE, "1,5", cells.NOT_WHOLE),
        (FieldKind.DAY, "31/02/2026", cells.NOT_A_DAY),
        (FieldKind.MOMENT, "hôm qua", cells.NOT_A_MOMENT),
        (FieldKind.YES_NO, "có lẽ", cells.NOT_YES_NO),
    ],
)
def test_a_cell_that_cannot_be_says_why(kind, cell, reason):
    with pytest.raises(cells.CellWrong) as wrong:
        cells.read(field(kind), cell)

    assert wrong.value.reason == reason


def test_a_choice_is_read_by_its_meaning(content, load):
    schema = {
        "properties": {
            "stage": {
                "type": "string",
                "title": "Cấp học",
                "x-en": "Stage",
                "enum": ["primary"],
                "x-choices": {"primary": {"vi": "Tiểu học", "en": "Primary"}},
            }
        }
    }
    stage = schemas.fields_of(schema)[0]

    assert cells.read(stage, "TIỂU HỌC") == "primary"
    assert cells.read(stage, "Trung học") == "Trung học"
