"""The privacy gate, and the attacks that must find whatever is planted."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.opendata.places import body, figures
from tinhso.opendata.rules import attacks, cells, gate
from tinhso.opendata.rules.coarsening import coarsened
from tinhso.opendata.rules.declaring import entry_of, faults
from tinhso.opendata.types import (
    FEWEST,
    ChangeTooSmall,
    Coarser,
    GroupTooAlike,
    GroupTooSmall,
    TotalsTooEntangled,
)

QUASI = {"quasi_identifiers": ["commune", "birth_year"]}
DIMENSIONS = ("commune", "reason")


def entry(**privacy):
    return entry_of(body(privacy={**QUASI, **privacy}))


def people(count, commune="06688", year=1990, reason="du lịch"):
    return [(commune, year, reason if n else "khác", 2) for n in range(count)]


def older(rows, steps=0):
    return gate.Older([row[:2] for row in rows], steps)


def test_five_who_share_everything_pass():
    passed = gate.pass_rows(people(5), entry())

    assert (len(passed.rows), passed.report.smallest) == (5, 5)


def test_somebody_who_stands_out_is_named_by_combination_and_column():
    rows = people(20) + people(1, year=1931)

    with pytest.raises(GroupTooSmall) as refused:
        gate.pass_rows(rows, entry())

    assert refused.value.params["combination"] == "06688 × 1931"
    assert refused.value.params["column"] == "commune, birth_year"


def test_somebody_who_stands_out_is_left_out_where_that_is_declared():
    passed = gate.pass_rows(
        people(20) + people(4, year=1931), entry(small_groups="suppress")
    )

    assert {row[1] for row in passed.rows} == {1990}
    assert passed.report.rows == 4


def test_values_become_coarser_only_as_far_as_needed():
    steps = [
        {"column": "birth_year", "to": "band", "size": 10},
        {"column": "birth_year", "to": "any"},
    ]
    rows = people(3, year=1991) + people(3, year=1999)

    passed = gate.pass_rows(rows, entry(coarser=steps))

    assert ({row[1] for row in passed.rows}, passed.report.coarser) == ({1990}, 1)


def test_a_group_in_which_all_have_the_same_is_refused_by_the_sensitive_column():
    alike = [("06688", 1990, "khám bệnh", 2)] * 6

    with pytest.raises(GroupTooAlike) as refused:
        gate.pass_rows(alike, entry(sensitive="reason"))

    assert refused.value.params["column"] == "reason"


def test_one_person_more_than_in_an_earlier_version_is_refused():
    with pytest.raises(ChangeTooSmall):
        gate.pass_rows(people(21), entry(), [older(people(20))])

    assert gate.pass_rows(people(25), entry(), [older(people(20))]).rows
    assert gate.pass_rows(people(20), entry(), [older(people(20))]).rows


def test_an_earlier_version_is_compared_as_coarse_as_either():
    steps = [{"column": "birth_year", "to": "band", "size": 10}]
    rows = people(9, year=1991) + people(2, year=1999)
    before = older(people(5, year=1991) + people(5, year=1999))

    with pytest.raises(ChangeTooSmall):
        gate.pass_rows(rows, entry(coarser=steps), [before])


@pytest.mark.parametrize(
    ("value", "step", "coarse"),
    [
        (date(2026, 5, 17), ("month", 0), date(2026, 5, 1)),
        (date(2026, 5, 17), ("year", 0), date(2026, 1, 1)),
        ("06688", ("keep", 2), "06"),
        (38, ("band", 10), 30),
        (2.7, ("band", 1), 2.0),
        ("x", ("any", 0), None),
        (None, ("keep", 2), None),
    ],
)
def test_a_coarser_value_stays_as_it_is_when_it_is_made_coarser_again(
    value, step, coarse
):
    made = Coarser("a", *step)

    assert coarsened(value, made) == coarse
    assert coarsened(coarse, made) == coarse


def test_linking_finds_the_one_who_is_planted_and_nobody_in_a_crowd():
    rows = [row[:2] for row in people(20) + people(1, year=1931)]

    hits = attacks.on_rows(rows, [("06688", 1931)], columns=("commune", "birth_year"))

    assert [hit.combination for hit in hits] == ["06688 × 1931"]
    assert attacks.on_rows(rows[:20], [("06688", 1990)], columns=("a", "b")) == []


def test_a_group_of_one_mind_is_found():
    rows = [(("06688",), "cúm")] * 5 + [(("06706",), "cúm"), (("06706",), "sởi")]

    hits = attacks.on_sensitive(rows, column="reason", diversity=2)

    assert [hit.combination for hit in hits] == ["06688"]


def test_who_came_between_two_versions_is_found():
    keys = [row[:2] for row in people(20)]

    hits = attacks.on_changes([*keys, keys[0]], keys, columns=("a", "b"))

    assert [hit.how for hit in hits] == ["differenced"]
    assert attacks.on_changes(keys, keys, columns=("a", "b")) == []


def table(*rows, totals=(("commune",), ())):
    return cells.with_totals({row[:2]: row[2] for row in rows}, DIMENSIONS, totals)


def attacked(shown, before=None):
    return attacks.on_figures(
        shown, before or {}, dimensions=DIMENSIONS, column="guests"
    )


SMALL = table(("A", "x", 12), ("A", "y", 3), ("B", "x", 9), ("B", "y", 30))


def test_a_single_hidden_cell_is_recovered_from_its_total():
    shown = SMALL | {("", ("A", "y")): None}

    hits = attacked(shown)

    assert [(hit.how, hit.combination) for hit in hits] == [("recovered", "A × y")]


def test_two_hidden_cells_that_can_only_be_one_each_are_recovered():
    shown = table(("A", "x", 1), ("A", "y", 1), ("A", "z", 40))
    shown |= {("", ("A", "x")): None, ("", ("A", "y")): None}

    assert {hit.how for hit in attacked(shown)} == {"recovered"}


def test_a_cell_is_recovered_across_totals_that_each_leave_it_open():
    shown = table(("A", "x", 2), ("A", "y", 8), ("B", "x", 9), ("B", "y", 9))
    totals = (("commune",), ("reason",))
    crossed = cells.with_totals(
        {f[1]: n for f, n in shown.items() if not f[0]}, DIMENSIONS, totals
    )
    crossed |= {("", ("A", "x")): None, ("", ("A", "y")): None}

    hits = attacked(crossed)

    assert ("recovered", "A × x") in [(hit.how, hit.combination) for hit in hits]


def test_a_figure_that_grew_by_one_is_found_beside_the_earlier_version():
    shown = table(("A", "x", 13), ("A", "y", 10))

    hits = attacked(shown, {("", ("A", "x")): [12]})

    assert [hit.how for hit in hits] == ["differenced"]


def test_small_cells_and_what_gives_them_away_are_hidden():
    gone = cells.hidden(SMALL, {}, DIMENSIONS)

    assert gone == {("", ("A", "y")), ("", ("A", "x"))}


def test_a_cell_that_changed_by_too_few_is_hidden_and_cannot_be_computed():
    figures_ = table(("A", "x", 13), ("A", "y", 10), ("A", "z", 50))
    before = {("", ("A", "x")): [12]}

    gone = cells.hidden(figures_, before, DIMENSIONS)

    assert ("", ("A", "x")) in gone
    assert attacked({f: None if f in gone else n for f, n in figures_.items()}) == []


TABLES = st.dictionaries(
    st.tuples(st.sampled_from("ABCD"), st.sampled_from("xyzw")),
    st.integers(1, 30),
    min_size=1,
)
TOTALS = st.lists(
    st.sampled_from([("commune",), ("reason",), ()]), unique=True, max_size=3
)


@given(TABLES, TOTALS, st.dictionaries(st.sampled_from("ABCD"), st.integers(5, 30)))
def test_whatever_is_published_no_attack_finds_a_figure_of_too_few(
    counts, totals, before
):
    figures_ = cells.with_totals(counts, DIMENSIONS, totals)
    older_ = {("", (commune, "x")): [n] for commune, n in before.items()}

    gone = cells.hidden(figures_, older_, DIMENSIONS)

    shown = {one: None if one in gone else n for one, n in figures_.items()}
    assert attacked(shown, older_) == []


DEEP = ("month", "commune", "reason")
DEEP_TABLES = st.dictionaries(
    st.tuples(*(st.sampled_from(letters) for letters in ("AB", "xyz", "pqr"))),
    st.integers(1, 20),
    min_size=1,
)


@given(DEEP_TABLES)
def test_totals_within_totals_give_nothing_away_either(counts):
    totals = [("month",), ("month", "reason")]
    figures_ = cells.with_totals(counts, DEEP, totals)

    gone = cells.hidden(figures_, {}, DEEP)

    shown = {one: None if one in gone else n for one, n in figures_.items()}
    assert attacks.on_figures(shown, {}, dimensions=DEEP, column="guests") == []


def test_what_hangs_together_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(attacks, "MOST_EQUATIONS", 1)
    counts = {(a, b): 2 for a in "ABC" for b in "xyz"}
    figures_ = cells.with_totals(counts, DIMENSIONS, [("commune",), ("reason",)])

    with pytest.raises(TotalsTooEntangled):
        attacks.recovered(
            {one: None if not one[0] else n for one, n in figures_.items()},
            attacks.equations_of(figures_, DIMENSIONS),
        )


def test_hidden_cells_keep_no_other_figure_either():
    rows = [("A", "x", 12, 50), ("A", "y", 3, 8), ("B", "x", 9, 20), ("B", "y", 30, 31)]

    passed = gate.pass_figures(rows, entry_of(figures()), {})

    by_cell = {row[:2]: row[2:] for row in passed.rows if row[4] is None}
    assert by_cell["A", "y"] == (None, None, None, True)
    assert by_cell["B", "x"] == (9, 20, None, False)
    [grand] = [row for row in passed.rows if row[4] == "*"]
    assert grand == (None, None, 54, 109, "*", False)
    assert passed.report.cells == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"key": "co-quan"}, "key"),
        ({"privacy": {"quasi_identifiers": ["guest"]}}, "privacy.quasi_identifiers"),
        ({"privacy": {"sensitive": "reason"}}, "privacy.sensitive"),
        ({"totals": [["commune"]]}, "totals"),
        (
            {"privacy": {**QUASI, "coarser": [{"column": "birth_year", "to": "band"}]}},
            "privacy.coarser.0",
        ),
    ],
)
def test_what_a_schema_cannot_say_is_found(changes, field):
    assert field in faults(entry_of(body(**changes)))
    assert faults(entry_of(body())) == {}


def test_figures_without_a_count_are_a_fault():
    told = figures()
    told["columns"] = [c for c in told["columns"] if c.get("measure") != "count"]

    assert "columns" in faults(entry_of(told))
    assert FEWEST == 5
    assert replace(entry_of(figures()), totals=()).measures == ("guests", "nights")
