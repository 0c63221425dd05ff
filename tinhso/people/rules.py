"""Pure rules of people: the numbers and codes of persons, businesses and agencies."""

import re
from datetime import date

from tinhso.people.types import Gender

PERSONAL_NUMBER = re.compile(r"[0-9]{12}")
TAX_CODE = re.compile(r"([0-9]{9})([0-9])(-(?!000)[0-9]{3})?")
TAX_WEIGHTS = (31, 29, 23, 19, 17, 13, 7, 5, 3)
# QĐ 20/2020/QĐ-TTg: a letter A to Y and two digits, then groups from high to low;
# organizations outside the state begin with Z01 to Z99.
AGENCY_CODE = re.compile(
    r"([A-Y][0-9]{2}(\.[0-9A-Z]+)*|Z(?!00)[0-9]{2}[0-9A-Z.]{0,32})"
)
AGENCY_CODE_LENGTH = 35
# QCVN 102:2016 wrote the groups from low to high: 000.00.15.H49.
OLD_AGENCY_CODE = re.compile(r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}\.[A-Y][0-9]{2}")
MOBILE = re.compile(r"0[35789][0-9]{8}")
LANDLINE = re.compile(r"02[0-9]{9}")


def personal_number_faults(
    *, number: str, gender: Gender | None = None, birth_date: date | None = None
) -> list[str]:
    """List what cannot be about a personal number (Luật Căn cước 2023; NĐ 137/2015).

    Twelve digits: province or country of birth registration (3), century and gender
    (1), year of birth (2), serial (6). There is no check digit.

    >>> personal_number_faults(number="022195999001", gender=Gender.FEMALE)
    []
    """
    if not PERSONAL_NUMBER.fullmatch(number):
        return ["Số định danh cá nhân gồm đúng 12 chữ số."]
    faults = []
    if gender is not None and gender_of(number) is not gender:
        faults.append("Chữ số thứ tư không khớp với giới tính.")
    if birth_date is not None and birth_year_of(number) != birth_date.year:
        faults.append("Chữ số thứ tư đến thứ sáu không khớp với năm sinh.")
    return faults


def gender_of(number: str) -> Gender:
    """Read the gender: the fourth digit is even for men, odd for women."""
    return Gender.FEMALE if int(number[3]) % 2 else Gender.MALE


def birth_year_of(number: str) -> int:
    """Read the year of birth: 0 and 1 are the 1900s, 2 and 3 the 2000s, and so on.

    >>> birth_year_of("022305999001")
    2005
    """
    return 1900 + int(number[3]) // 2 * 100 + int(number[4:6])


def is_tax_code(code: str) -> bool:
    """Check a tax code: 10 digits, 13 with a branch, or 12 of a personal number.

    Since 1 July 2025 persons and household firms use their personal number
    (TT 86/2024/TT-BTC).

    >>> is_tax_code("0100109106"), is_tax_code("0100109107")
    (True, False)
    """
    if PERSONAL_NUMBER.fullmatch(code):
        return True
    found = TAX_CODE.fullmatch(code)
    if not found:
        return False
    digits = zip(TAX_WEIGHTS, found[1], strict=True)
    total = sum(weight * int(digit) for weight, digit in digits)
    return 10 - total % 11 == int(found[2])


def is_agency_code(code: str) -> bool:
    """Check the form of an agency code (QĐ 20/2020/QĐ-TTg).

    >>> is_agency_code("H49.22"), is_agency_code("000.00.22.H49")
    (True, False)
    """
    return len(code) <= AGENCY_CODE_LENGTH and bool(AGENCY_CODE.fullmatch(code))


def agency_code_from_old(code: str) -> str | None:
    """Turn a code of QCVN 102:2016 into today's order; None if it is none.

    >>> agency_code_from_old("000.00.15.H49"), agency_code_from_old("000.00.00.H49")
    ('H49.15', 'H49')
    """
    if not OLD_AGENCY_CODE.fullmatch(code):
        return None
    groups = [group for group in code.split(".") if group.strip("0")]
    return ".".join(reversed(groups))


def phone(text: str) -> str | None:
    """Write a Vietnamese phone number the one way it is stored; None if it is none.

    >>> phone("+84 912.345.678"), phone("0203 3835678"), phone("12345")
    ('0912345678', '02033835678', None)
    """
    digits = re.sub(r"[ .()-]", "", text)
    national = re.sub(r"^(\+84|0084|84(?=[0-9]{9,10}$))", "0", digits)
    fits = MOBILE.fullmatch(national) or LANDLINE.fullmatch(national)
    return national if fits else None
