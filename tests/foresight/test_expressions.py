"""Equations are read by a parser of our own: into a tree, or refused by name."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.foresight.rules.dynamics.expressions import parse, text_of
from tinhso.foresight.types.expressions import (
    Binary,
    Call,
    Choice,
    Every,
    ExpressionTooLarge,
    ExpressionUnfinished,
    ExpressionWrong,
    ModelRefused,
    Name,
    Number,
    Origin,
    Unary,
)

HERE = Origin("model.yaml", 7, "stocks.0.initial")


def read(text):
    return parse(text, HERE)


def number(value):
    return Number(float(value))


def test_signs_bind_as_in_xmile():
    assert read("1 + 2 * 3") == Binary(
        "+", number(1), Binary("*", number(2), number(3))
    )
    assert read("-2 ^ 2") == Unary("-", Binary("^", number(2), number(2)))
    assert read("2 ^ 3 ^ 2") == Binary(
        "^", number(2), Binary("^", number(3), number(2))
    )
    assert read("8 - 4 - 2") == Binary(
        "-", Binary("-", number(8), number(4)), number(2)
    )
    assert read("30 ^ -2") == Binary("^", number(30), Unary("-", number(2)))
    assert read("not a and b") == Binary("and", Unary("not", Name("a")), Name("b"))


def test_names_are_one_however_they_are_written():
    spellings = ["Stock_A", "stock_a", '"Stock A"', '"stock\\nA"', "STOCK__A"]

    assert {read(one) for one in spellings} == {Name("stock_a")}


def test_subscripts_choices_calls_and_remarks_are_read():
    assert read("x[Entry_1, *, 2]") == Name("x", (Name("entry_1"), Every(), number(2)))
    assert read("If a > 1 Then 2 Else 3 {a remark}") == Choice(
        Binary(">", Name("a"), number(1)), number(2), number(3)
    )
    assert read("MAX(a, .5)") == Call("max", (Name("a"), number(0.5)))


@pytest.mark.parametrize(
    "text",
    [
        "__import__('os').system('true')",
        "import os",
        "for x in y: x",
        "while 1 do 2",
        "lambda x: x",
        "a.b",
        "x := 1",
        "a; b",
        "f'{a}'",
        "[x for x in y]",
        "a[b[c]]",
        "1 2",
        "1e999",
        "IF a THEN b",
        "",
        "(1",
        "2 +",
        "0x10",
        "1_000",
    ],
)
def test_what_is_no_equation_is_refused_by_name_line_and_column(text):
    with pytest.raises(ExpressionWrong) as refused:
        read(text)

    assert str(refused.value).startswith("model.yaml:7: stocks.0.initial: ")


@pytest.mark.parametrize("text", ["(1", "2 +", "MAX(1, 2"])
def test_what_stops_halfway_is_told_to_be_unfinished(text):
    with pytest.raises(ExpressionUnfinished, match="thiếu dấu ngoặc đóng"):
        read(text)


def test_a_fault_names_its_own_line_and_column():
    with pytest.raises(ExpressionWrong) as refused:
        read("1 +\n  2 *\n  ; 3")

    assert refused.value.origin.line == 9
    assert refused.value.params["column"] == 3
    assert refused.value.params["found"] == ";"


@pytest.mark.parametrize(
    "text",
    ["(" * 500 + "1" + ")" * 500, "-" * 9000 + "1", "1+" * 4000 + "1", "a" * 10001],
)
def test_what_is_too_large_or_too_deep_is_refused(text):
    with pytest.raises(ExpressionTooLarge):
        read(text)


@given(st.text(max_size=300))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_or_refused_by_name_and_soon(text):
    begun = time.perf_counter()

    try:
        tree = read(text)
    except ModelRefused:
        tree = None

    assert time.perf_counter() - begun < 1
    assert tree is None or parse(text_of(tree), HERE) == tree


PIECES = st.sampled_from(
    ["1", "a", "b_c", "(", ")", "+", "-", "*", "/", "^", "<", ">=", "<>", "=", ",", "[",
     "]", " AND ", " or ", "NOT ", "IF ", " THEN ", " ELSE ", "MAX(", " MOD ", ".5",
     '"x y"', "{r}", "\n"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=40).map("".join))
@settings(max_examples=400, deadline=None)
def test_anything_near_an_equation_is_read_or_refused_by_name(text):
    try:
        tree = read(text)
    except ModelRefused:
        return

    assert parse(text_of(tree), HERE) == tree


NAMES = st.sampled_from(["a", "stock_a", "if", "x/y", "tỷ_lệ", "time", "2nd", "a_[b]"])
NUMBERS = st.floats(0, 1e12).map(Number)
SUBSCRIPTS = st.one_of(
    NAMES.map(Name), st.just(Every()), st.integers(1, 9).map(lambda n: Number(float(n)))
)
LEAVES = NUMBERS | st.builds(Name, NAMES, st.lists(SUBSCRIPTS, max_size=2).map(tuple))
SIGNS = ["+", "-", "*", "/", "^", "mod", "<", "<=", ">", ">=", "=", "<>", "and", "or"]
TREES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(Unary, st.sampled_from(["-", "+", "not"]), inner),
        st.builds(Binary, st.sampled_from(SIGNS), inner, inner),
        st.builds(Choice, inner, inner, inner),
        st.builds(Call, NAMES, st.lists(inner, max_size=3).map(tuple)),
    ),
    max_leaves=12,
)


@given(TREES)
@settings(max_examples=300, deadline=None)
def test_a_tree_that_is_written_reads_as_the_same_tree(tree):
    assert read(text_of(tree)) == tree
