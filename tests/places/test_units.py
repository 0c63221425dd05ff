"""Quảng Ninh on each day of its record."""

import csv
import re
from collections import Counter, defaultdict
from dataclasses import replace
from datetime import date

import pytest
from django.db import IntegrityError, transaction

from tinhso.kernel.actor import SYSTEM
from tinhso.kernel.text import fold
from tinhso.places import actions, queries
from tinhso.places.models import Succession, Unit
from tinhso.places.types import How, Level, UnitKind, UnitUnknown

TODAY = date(2026, 6, 16)
LAST_OLD_DAY = date(2025, 6, 30)
SPLIT = {
    "06655", "06820", "07042", "07093", "07180", "06799",
    "06886", "06853", "06868", "06877", "06880", "06946",
}  # fmt: skip

pytestmark = pytest.mark.usefixtures("quang_ninh")


@pytest.mark.parametrize(
    ("on", "level", "count"),
    [
        (date(2019, 12, 31), Level.DISTRICT, 14),
        (date(2020, 1, 1), Level.DISTRICT, 13),
        (LAST_OLD_DAY, Level.DISTRICT, 13),
        (date(2025, 7, 1), Level.DISTRICT, 0),
        (date(2024, 10, 31), Level.COMMUNE, 177),
        (date(2024, 11, 1), Level.COMMUNE, 171),
        (LAST_OLD_DAY, Level.COMMUNE, 171),
        (date(2025, 7, 1), Level.COMMUNE, 54),
    ],
)
def test_a_day_has_as_many_units_as_the_law_says(on, level, count):
    assert len(queries.units(on=on, level=level)) == count


@pytest.mark.parametrize(
    ("on", "kinds"),
    [
        (date(2022, 2, 5), {"ward": 72, "township": 7, "commune": 98}),
        (date(2024, 11, 1), {"ward": 73, "township": 7, "commune": 91}),
        (TODAY, {"ward": 30, "commune": 22, "special_zone": 2}),
    ],
)
def test_wards_townships_and_communes_are_as_many_as_published(on, kinds):
    assert Counter(unit.kind.value for unit in queries.units(on=on)) == kinds


def test_hoanh_bo_was_a_district_until_2019_only():
    before = queries.get_unit(code="204", on=date(2019, 12, 31), level=Level.DISTRICT)

    assert before.name == "Huyện Hoành Bồ"
    with pytest.raises(UnitUnknown):
        queries.get_unit(code="204", on=date(2020, 1, 1), level=Level.DISTRICT)


def test_all_54_codes_are_reused_and_most_mean_another_unit_than_the_day_before():
    old = {unit.code: unit.name for unit in queries.units(on=LAST_OLD_DAY)}
    new = {unit.code: unit.name for unit in queries.units(on=date(2025, 7, 1))}
    other = [code for code, name in new.items() if old[code] != name]
    renamed = [code for code in other if bare(old[code]) != bare(new[code])]

    assert set(new) <= set(old)
    # By the official table: 21 codes carry another proper name, 8 more another rank.
    assert (len(other), len(renamed)) == (29, 21)


def bare(name):
    return re.sub("^(Phường|Xã|Thị trấn|Đặc khu) ", "", name)


def test_one_code_means_two_units_on_two_days():
    assert queries.get_unit(code="06652", on=LAST_OLD_DAY).name == "Phường Hà Phong"
    assert queries.get_unit(code="06652", on=TODAY).name == "Phường Hà Tu"


def test_communes_stand_under_their_district_and_later_under_the_province():
    dong_trieu = queries.units(on=LAST_OLD_DAY, parent_code="205")
    province = queries.units(on=TODAY, parent_code="22")

    assert (len(dong_trieu), len(province)) == (19, 54)


def test_the_54_units_are_those_of_the_official_table(shared_data):
    with (shared_data / "quang_ninh_communes_2025.csv").open(encoding="utf-8") as file:
        official = {row["code"]: row["name"] for row in csv.DictReader(file)}

    assert {unit.code: unit.name for unit in queries.units(on=TODAY)} == official


def test_all_171_old_communes_convert_as_the_official_table_says(shared_data):
    path = shared_data / "quang_ninh_communes_old_to_new.csv"
    official = defaultdict(set)
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            official[row["old_code"], row["old_name"]].add(row["new_code"])

    converted = {
        (unit.code, unit.name): {
            choice.unit.code
            for choice in queries.convert_address(old_code=unit.code, on=TODAY).choices
        }
        for unit in queries.units(on=LAST_OLD_DAY)
    }

    assert len(converted) == 171
    assert converted == official


def test_every_split_unit_asks_and_no_other_does():
    asking = {
        unit.code
        for unit in queries.units(on=LAST_OLD_DAY)
        if queries.convert_address(old_code=unit.code, on=TODAY).must_ask
    }

    assert asking == SPLIT


def test_a_unit_split_in_three_offers_three_choices():
    conversion = queries.convert_address(old_code="06886", on=TODAY)

    assert conversion.old.name == "Xã Hải Lạng"
    assert [c.unit.name for c in conversion.choices] == [
        "Xã Hải Hòa",
        "Xã Hải Lạng",
        "Xã Ba Chẽ",
    ]
    assert {c.how for c in conversion.choices} == {How.PART}


def test_an_address_of_2023_is_followed_through_both_reforms():
    conversion = queries.convert_address(old_code="06682", on=TODAY)

    assert conversion.old.name == "Phường Yết Kiêu"
    assert [c.unit.name for c in conversion.choices] == ["Phường Hồng Gai"]


def test_what_no_source_confirmed_is_marked_so():
    conversion = queries.convert_address(old_code="06718", on=TODAY)

    assert [c.certain for c in conversion.choices] == [False]


def test_a_unit_that_never_ended_answers_itself():
    conversion = queries.convert_address(old_code="22", on=TODAY, level=Level.PROVINCE)

    assert [c.unit.name for c in conversion.choices] == ["Tỉnh Quảng Ninh"]


def test_an_unknown_code_is_refused_by_name():
    with pytest.raises(UnitUnknown, match="99999"):
        queries.convert_address(old_code="99999", on=TODAY)


def test_history_tells_the_steps_of_a_code_in_order():
    steps = queries.history(code="06799")

    assert [step.on.year for step in steps] == [2024, 2024, 2025, 2025, 2025]
    assert steps[0].predecessor.name == "Xã Cộng Hòa"


@pytest.mark.parametrize("text", ["Hạ Long", "ha long", "HA LONG", "ha lo", "06688"])
def test_units_are_found_with_and_without_diacritics(text):
    assert queries.search_units(text=text, on=TODAY)[0].name == "Phường Hạ Long"


def test_an_empty_search_finds_nothing():
    assert queries.search_units(text="  ", on=TODAY) == ()


def test_every_unit_has_a_folded_name_and_a_source():
    assert all(
        row.folded == fold(row.name) and row.source for row in Unit.objects.all()
    )


def test_loading_twice_changes_nothing(content, now):
    before = set(Unit.objects.values_list("id", "valid_to"))
    steps = Succession.objects.count()

    actions.load_places(content, SYSTEM, now)

    assert set(Unit.objects.values_list("id", "valid_to")) == before
    assert Succession.objects.count() == steps


def test_one_code_cannot_mean_two_units_on_one_day():
    row = Unit.objects.get(code="06688", valid_to=None)
    row.pk = None
    row.valid_from = date(2026, 1, 1)

    with pytest.raises(IntegrityError, match="one_unit_a_code"), transaction.atomic():
        row.save(force_insert=True)


@pytest.mark.parametrize(
    ("field", "value", "constraint"),
    [
        ("kind", "kingdom", "places_known_kind"),
        ("level", 4, "places_known_level"),
        ("valid_to", date(2001, 1, 1), "ends_after_it_starts"),
    ],
)
def test_the_database_refuses_impossible_units(field, value, constraint):
    rows = Unit.objects.filter(code="06688", valid_to=None)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        rows.update(**{field: value})


def test_a_file_whose_counts_do_not_fit_is_refused(content):
    units = [row for row in content.body["units"] if row["code"] != "06688"]
    short = replace(content, body={**content.body, "units": units})

    faults = actions.check_places(short)

    assert any(field.startswith("states") for field in faults)
    assert any(field.startswith("successions") for field in faults)


def test_every_kind_of_unit_is_a_known_one():
    assert {unit.kind for unit in queries.units(on=TODAY)} <= set(UnitKind)
