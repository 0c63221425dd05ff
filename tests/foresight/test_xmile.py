"""XMILE comes in as far as the stated subset, leaves again, and cannot do harm."""

import pytest

from tests.foresight.models import HEAD, aux, ran, read, xmile
from tests.foresight.test_models import EVERYTHING, SECTORS, table
from tinhso.foresight.rules.dynamics.conforming import differences
from tinhso.foresight.rules.dynamics.xmile import read_xmile
from tinhso.foresight.rules.dynamics.xmile_export import write_xmile
from tinhso.foresight.types.refusals import (
    ModelTooLarge,
    ModelUnreadable,
    OutsideSubset,
    SubscriptWrong,
    TableWrong,
    XmlUnsafe,
)

BOMB = """<?xml version="1.0"?>
<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>
<xmile>&b;</xmile>"""
OUTWARD = '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/passwd">]><xmile>&x;</xmile>'


@pytest.mark.parametrize("text", [BOMB, OUTWARD, "<!DOCTYPE xmile><xmile/>"])
def test_bombs_and_entities_are_refused_before_they_are_opened(text):
    with pytest.raises(XmlUnsafe):
        read_xmile(text.encode(), "bomb.xmile")


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", ModelUnreadable),
        ("no XML", ModelUnreadable),
        ("<xmile>", ModelUnreadable),
        ("<opml/>", ModelUnreadable),
        ('<?xml version="1.0" encoding="utf-99"?><xmile/>', ModelUnreadable),
        ('<?xml version="1.0" encoding="utf-7"?><xmile/>', ModelUnreadable),
        ("<xmile>&nbsp;</xmile>", ModelUnreadable),
        ("<x>" * 100, ModelTooLarge),
        ("<xmile/>", OutsideSubset),
    ],
)
def test_what_is_no_xmile_is_refused_by_name(text, refusal):
    with pytest.raises(refusal):
        read_xmile(text.encode(), "x.xmile")


@pytest.mark.parametrize(
    ("variable", "found"),
    [
        ('<module name="m"/>', "<module>"),
        ('<macro name="m"/>', "<macro>"),
        ('<stock name="s"><eqn>1</eqn><conveyor/></stock>', "<conveyor>"),
        ('<stock name="s"><eqn>1</eqn><queue/></stock>', "<queue>"),
        ('<aux name="s"><eqn>???</eqn></aux>', "<eqn>???</eqn>"),
        ('<aux name="s"><eqn>1</eqn><event_poster/></aux>', "<event_poster>"),
    ],
)
def test_what_lies_outside_the_subset_is_refused_by_name_file_and_line(variable, found):
    with pytest.raises(OutsideSubset) as refused:
        read([aux("x", "1"), variable])

    assert refused.value.params["found"] == found
    assert str(refused.value).startswith("small.xmile:6: ")


def test_another_way_to_integrate_is_refused():
    with pytest.raises(OutsideSubset) as refused:
        read([aux("x", "1")], method="Gear")

    assert "'gear'" in str(refused.value)


@pytest.mark.parametrize("points", ["0,1", "1,1,2", "2,1,0", "0,1,nan"])
def test_a_table_without_growing_ends_is_refused(points):
    broken = table("continuous", "1").replace("0,1,3", points)

    with pytest.raises(TableWrong):
        read([broken])


def test_an_element_that_is_not_there_is_refused():
    model = (
        '<aux name="x"><dimensions><dim name="Sector"/></dimensions>'
        '<element subscript="Sea"><eqn>1</eqn></element></aux>'
    )

    with pytest.raises(SubscriptWrong):
        read([model], more=SECTORS)


def test_a_model_that_left_comes_back_the_same_and_runs_the_same():
    arrays = [
        '<aux name="Two by two"><dimensions><dim name="Sector"/></dimensions>'
        '<element subscript="Farms"><eqn>1 + 2 ^ 3</eqn></element>'
        '<element subscript="Trade"><eqn>-(s - 1)</eqn></element>'
        "<units>firm</units><doc>what it is &amp; why</doc></aux>",
        '<gf name="Curve" type="extrapolate"><xpts>0,1</xpts><ypts>2,3</ypts></gf>',
        aux("Odd/name", "Curve(s)"),
        aux("asks", '"Odd/name" * SUM(Two_by_two[*])'),
    ]
    model = read([*EVERYTHING, *arrays], more=SECTORS, stop=5, dt=0.5, method="RK4")

    again = read_xmile(write_xmile(model).encode(), "again.xmile")

    assert again == model
    outputs = ("s", "asks", "two_by_two[trade]", "held")
    ours, theirs = ran(model, *outputs)[1], ran(again, *outputs)[1]
    assert all((one == other).all() for one, other in zip(ours, theirs, strict=True))


def test_prefixes_nobody_declared_are_read_as_other_programs_do():
    text = xmile([aux("x", "TIME")]).replace("<header>", "<isee:prefs/><header>")

    assert read_xmile(text.encode(), "x").variables[0].name == "x"


def test_a_run_is_held_against_a_table_of_what_is_right():
    model = read([aux("My x", "TIME * 2"), aux("y", "1e-7")], stop=2)
    right = (
        'Time\t"My x"\ty\tSAVEPER\tnot here\n0\t0\t0\t1\t1\n1\t2\t\t1\t\n2\t4.0001\n'
    )

    assert list(differences(model, right)) == []
    assert list(differences(model, right.replace("4.0001", "4.01"))) == [
        "my_x: 4 instead of 4.01 at 2"
    ]
    assert list(differences(model, "Time,z\n0,1\n")) == [
        "no column of the output is in the model"
    ]


def test_a_file_with_two_models_or_none_is_outside():
    with pytest.raises(OutsideSubset):
        read_xmile(f"{HEAD}<sim_specs/><model/><model/></xmile>".encode(), "x")
