"""Numbers and codes of persons, businesses and agencies."""

from datetime import date

import pytest

from tinhso.people import rules
from tinhso.people.types import Gender


@pytest.mark.parametrize(
    ("number", "gender", "born"),
    [
        ("022195999001", Gender.FEMALE, date(1995, 3, 12)),
        ("022092999002", Gender.MALE, date(1992, 11, 2)),
        ("022300999004", Gender.FEMALE, date(2000, 1, 30)),
        ("001206999004", Gender.MALE, date(2006, 1, 30)),
    ],
)
def test_a_consistent_personal_number_has_no_faults(number, gender, born):
    assert not rules.personal_number_faults(
        number=number, gender=gender, birth_date=born
    )


@pytest.mark.parametrize("number", ["", "02219599900", "0221959990011", "02219599900a"])
def test_a_personal_number_has_twelve_digits(number):
    assert rules.personal_number_faults(number=number)


@pytest.mark.parametrize("number", ["٠٢٢١٩٥٩٩٩٠٠١", "022195999001\n"])
def test_only_plain_digits_count(number):
    assert rules.personal_number_faults(number=number)


def test_each_contradiction_is_named():
    faults = rules.personal_number_faults(
        number="022195999001", gender=Gender.MALE, birth_date=date(2005, 1, 1)
    )

    assert len(faults) == 2


@pytest.mark.parametrize(
    "code", ["0100109106", "0100109106-001", "022195999001", "0101243150"]
)
def test_real_tax_codes_are_accepted(code):
    assert rules.is_tax_code(code)


@pytest.mark.parametrize(
    "code", ["0100109107", "0100109106-000", "010010910", "0100109106001", "x"]
)
def test_impossible_tax_codes_are_not(code):
    assert not rules.is_tax_code(code)


@pytest.mark.parametrize("code", ["H49", "H49.22", "G15.01.002", "Z01ABC", "A00"])
def test_agency_codes_of_decision_20(code):
    assert rules.is_agency_code(code)


@pytest.mark.parametrize(
    "code",
    ["", "49", "h49", "000.00.22.H49", "H49.", "H49..1", "Z00", "H49." + "1" * 40],
)
def test_what_is_no_agency_code(code):
    assert not rules.is_agency_code(code)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("000.00.00.H49", "H49"),
        ("000.00.15.H49", "H49.15"),
        ("001.02.15.H49", "H49.15.02.001"),
        ("H49.15", None),
    ],
)
def test_codes_of_the_old_order_are_turned_round(old, new):
    assert rules.agency_code_from_old(old) == new


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("0912 345 678", "0912345678"),
        ("+84912345678", "0912345678"),
        ("0203.383.5678", "02033835678"),
        ("0612345678", None),
        ("091234567", None),
        ("", None),
    ],
)
def test_phone_numbers_are_stored_one_way(typed, stored):
    assert rules.phone(typed) == stored
