"""Codes of agencies in both orders."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.exchange.rules.agency_codes import old_order, read_code
from tinhso.exchange.types import AgencyCodeWrong

LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def group(size):
    return st.text(LETTERS, min_size=size, max_size=size).filter(
        lambda text: set(text) != {"0"}
    )


TOPS = st.builds(
    "{}{:02}".format, st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXY"), st.integers(0, 99)
)
FOURTHS = group(3).filter(lambda text: text[0].isdigit())
LEVELS = st.one_of(
    st.tuples(),
    st.tuples(group(2)),
    st.tuples(group(2), group(2)),
    st.tuples(group(2), group(2), FOURTHS),
    st.tuples(group(2), FOURTHS),
    st.tuples(FOURTHS),
)
CODES = st.builds(lambda top, levels: ".".join((top, *levels)), TOPS, LEVELS)


@given(CODES)
def test_a_code_comes_back_the_same_from_the_old_order(code):
    old = old_order(code)

    assert len(old) == len("000.00.00.H49")
    assert read_code(old) == code
    assert old_order(old) == old


@given(TOPS, st.lists(group(2), max_size=2), FOURTHS | st.just("000"))
def test_an_old_code_comes_back_the_same_from_todays_order(top, groups, fourth):
    second, third = (*groups, "00", "00")[:2]
    old = f"{fourth}.{third}.{second}.{top}"

    assert old_order(read_code(old)) == old


@pytest.mark.parametrize(
    ("old", "code"),
    [
        ("000.00.00.H49", "H49"),
        ("000.00.15.H49", "H49.15"),
        ("000.00.00.G22", "G22"),
        ("000.01.22.H49", "H49.22.01"),
    ],
)
def test_known_codes_are_read_in_both_orders(old, code):
    assert read_code(old) == read_code(code) == code
    assert old_order(code) == old


def test_codes_of_others_have_one_form():
    assert read_code("Z01.HOI.22") == "Z01.HOI.22"
    assert read_code("5700000000") == "5700000000"
    for code in ("Z01.HOI", "5700000000"):
        with pytest.raises(AgencyCodeWrong):
            old_order(code)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "H4",
        "Z00.X",
        "H49.",
        "H49..22",
        "H49.00",
        "H49.22/01",
        "H49." + "1" * 32,
        "000.01.00.H49",
        "vxp.saas.03",
        "Ｈ49",
    ],
)
def test_what_is_no_code_is_refused_by_name(text):
    with pytest.raises(AgencyCodeWrong):
        read_code(text)


def test_groups_of_today_that_the_old_order_cannot_hold_are_refused():
    for code in ("H49.06688", "H49.22.01.05", "H49.22.01.005.02", "H49.1"):
        assert read_code(code) == code
        with pytest.raises(AgencyCodeWrong):
            old_order(code)
