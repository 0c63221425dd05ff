"""What is wrong is named by row and field, by whichever door it comes in."""

import json
from io import BytesIO

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from tests.registries.conftest import TODAY
from tests.registries.test_checking import BOW_TIE
from tinhso.cli.main import main
from tinhso.kernel.actor import SYSTEM
from tinhso.registries import actions, queries
from tinhso.registries.types import RecordMovedOn, RecordWrong

SCHOOL = {
    "code": "T001",
    "name": "Trường Tiểu học Hạ Long",
    "stage": "Tiểu học",
    "ownership": "Công lập",
    "commune": "06688",
}
ZONE = {
    **{"code": "QH1", "name": "Khu mô phỏng", "decision": "1/QĐ"},
    **{"kind": "detailed", "use": "housing", "commune": "06688"},
    "decided_on": "01/01/2026",
}
SQUARE = {
    "type": "Polygon",
    "coordinates": [[[107, 21], [107.1, 21], [107.1, 21.1], [107, 21.1], [107, 21]]],
}
# A wrong record: of which register, what it says, and which field is told with what.
CASES = {
    "a dissolved commune": (
        "schools",
        {**SCHOOL, "commune": "06667"},
        ("commune", "đã hết hiệu lực. Nay là: 06676"),
    ),
    "a commune that was dissolved, of a zone": (
        "planning_zones",
        {**ZONE, "commune": "06667", "shape": json.dumps(SQUARE)},
        ("commune", "đã hết hiệu lực"),
    ),
    "an outline that crosses itself": (
        "planning_zones",
        {**ZONE, "shape": json.dumps(BOW_TIE)},
        ("shape", "Đường bao tự cắt tại kinh độ 107.05"),
    ),
    "a shape that is none": (
        "planning_zones",
        {**ZONE, "shape": "Hạ Long"},
        ("shape", "Không đọc được hình này"),
    ),
    "an end before the beginning": (
        "schools",
        {**SCHOOL, "valid_from": "02/06/2026", "valid_to": "01/06/2026"},
        ("valid_to", "phải sau ngày có hiệu lực"),
    ),
    "the end of what is not there": (
        "schools",
        {**SCHOOL, "ends": "x"},
        ("", "không kết thúc được"),
    ),
}


def by_workbook(key, rows, now, path):
    change = actions.take_workbook(
        key=key,
        content=book(rows),
        name="a.xlsx",
        source="thử",
        on=TODAY,
        actor=SYSTEM,
        at=now,
    )
    found = queries.lines(change_id=change.id, on=TODAY, actor=SYSTEM)
    return [(x.number, f.field, str(f.reason)) for x in found for f in x.faults]


def by_command(key, rows, now, path):
    file = path / "a.xlsx"
    file.write_bytes(book(rows))
    words = ["registers", "load", key, str(file), "--source", "thử", "--json"]
    words += ["--from", TODAY.isoformat()]
    told = json.loads(CliRunner().invoke(main, words).output)
    return [(x["row"], x["field"], x["reason"]) for x in told["faults"]]


def by_form(key, rows, now, path):
    try:
        for row in rows:
            actions.propose_record(
                key=key, typed=row, source="thử", on=TODAY, actor=SYSTEM, at=now
            )
    except RecordWrong as wrong:
        # A form has one row, which is the first below the head of a sheet.
        return [
            (2, name, str(one)) for name, said in wrong.fields.items() for one in said
        ]
    return []


def book(rows):
    made = Workbook()
    names = list(dict.fromkeys(name for row in rows for name in row))
    made.active.append(names)
    for row in rows:
        made.active.append([row.get(name) for name in names])
    held = BytesIO()
    made.save(held)
    return held.getvalue()


DOORS = {"workbook": by_workbook, "form": by_form, "command": by_command}


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("door", DOORS)
def test_a_fault_is_told_with_its_row_and_field(content, now, tmp_path, door, case):
    key, row, (field, reason) = CASES[case]

    found = DOORS[door](key, [row], now, tmp_path)

    assert [(number, name) for number, name, _ in found] == [(2, field)]
    assert reason in found[0][2]


@pytest.mark.parametrize("door", ["workbook", "command"])
def test_what_stands_there_twice_is_told_at_the_second(content, now, tmp_path, door):
    rows = [SCHOOL, {**SCHOOL, "code": "T002"}, {**SCHOOL, "name": "Trường khác"}]

    found = DOORS[door]("schools", rows, now, tmp_path)

    assert [(number, name) for number, name, _ in found] == [(4, "code")]
    assert "T001 đã có ở dòng 2" in found[0][2]


def test_a_sound_record_comes_in_by_each_door(content, now, tmp_path):
    zone = {**ZONE, "shape": json.dumps(SQUARE)}

    for door in DOORS.values():
        assert door("planning_zones", [zone], now, tmp_path) == []


def test_a_change_that_comes_too_late_is_refused_as_a_whole(content, keeper, now):
    def draft(name):
        return actions.propose_record(
            key="schools",
            typed={**SCHOOL, "name": name},
            source="thử",
            on=TODAY,
            actor=keeper,
            at=now,
        )

    first, late = draft("Trường thứ nhất"), draft("Trường thứ hai")
    actions.approve_change(change_id=first.id, actor=SYSTEM, at=now)

    with pytest.raises(RecordMovedOn) as refused:
        actions.approve_change(change_id=late.id, actor=SYSTEM, at=now)

    assert "T001" in str(refused.value)
