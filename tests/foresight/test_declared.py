"""A model in a pack is read with units, priors and levers, or refused by its line."""

import pytest

from tests.foresight.declared import BODY, TITLE, body, line_of, with_field, yaml
from tests.foresight.models import ran
from tinhso.foresight.actions import MODELS
from tinhso.foresight.providers.model_files import read_yaml
from tinhso.foresight.rules.dynamics.declared import model_of
from tinhso.foresight.rules.dynamics.xmile import read_xmile
from tinhso.foresight.rules.dynamics.xmile_export import write_xmile
from tinhso.foresight.types.dynamics import Ends
from tinhso.foresight.types.expressions import ExpressionWrong, Origin
from tinhso.foresight.types.refusals import (
    AlgebraCircular,
    FunctionUnknown,
    LeverOutside,
    LookupOutside,
    ModelTooLarge,
    ModelUnreadable,
    NameTwice,
    NameUnknown,
    OutsideSubset,
    PriorWrong,
    SubscriptWrong,
    TableWrong,
    UnitsDiffer,
    UnitUnreadable,
)
from tinhso.kernel.packs import actions as packs
from tinhso.kernel.packs.types import Content


def read(found):
    return read_yaml(yaml(found).encode(), "water.yaml")


def test_a_model_is_run_as_it_was_declared():
    model = read(body())
    settings = {"rate[east]": 2.0, "rate[west]": 4.0, "effort": 1.0}

    _, [total, east] = ran(model, "total", "tank[east]", settings=settings)

    # 30 m3 at first, of at most 100: each year (2 + 4) * 2 * (1 - total / 100).
    assert total[:2, 0] == pytest.approx([30, 30 + 12 * 0.7])
    assert east[:2, 0] == pytest.approx([10, 10 + 4 * 0.7])


def test_priors_are_drawn_by_name_so_that_another_constant_changes_none():
    one = {"key": "more", "title": {"vi": "x", "en": "x"}, "unit": "1", "source": "s"}
    prior = {"prior": {"distribution": "beta", "alpha": 2, "beta": 2}}
    longer = body(constants=[one | prior, *BODY["constants"]])

    [before] = ran(read(body()), "total", members=50)[1]
    [after] = ran(read(longer), "total", members=50)[1]

    assert (before == after).all()


@pytest.mark.parametrize(
    ("prior", "mean", "sd"),
    [
        ({"distribution": "normal", "mean": 4, "sd": 0.5}, 4, 0.5),
        ({"distribution": "lognormal", "median": 1, "sd": 0.5}, 1.1331, 0.6039),
        ({"distribution": "uniform", "low": 1, "high": 3}, 2, 0.57735),
        ({"distribution": "triangular", "low": 0, "mode": 1, "high": 5}, 2, 1.08012),
        ({"distribution": "beta", "alpha": 2, "beta": 3, "low": 0, "high": 5}, 2, 1),
    ],
)
def test_each_prior_has_its_mean_and_spread(prior, mean, sd):
    found = with_field("constants.1.prior", prior)
    auxiliary = {
        "key": "shown",
        "title": {"vi": "x", "en": "x"},
        "unit": "m3/năm",
        "equation": "rate[east]",
    }
    found["auxiliaries"].append(auxiliary)

    [shown] = ran(read(found), "shown", members=40_000)[1]

    assert shown[0].mean() == pytest.approx(mean, rel=0.01)
    assert shown[0].std() == pytest.approx(sd, rel=0.02)


EQUATION = "flows.0.equation"


@pytest.mark.parametrize(
    ("field", "value", "refusal"),
    [
        (EQUATION, "rate * __import__('os')", ExpressionWrong),
        (EQUATION, "rate for x", ExpressionWrong),
        (EQUATION, "rate.real", ExpressionWrong),
        (EQUATION, "rate * nothing", NameUnknown),
        (EQUATION, "EXEC(1)", FunctionUnknown),
        (EQUATION, "rate + tank", UnitsDiffer),
        (EQUATION, "tank", UnitsDiffer),
        (EQUATION, "rate * EXP(tank)", UnitsDiffer),
        (EQUATION, "IF tank > rate THEN rate ELSE rate", UnitsDiffer),
        (EQUATION, "DELAY1(rate, tank)", UnitsDiffer),
        (EQUATION, "rate * curve(rate)", UnitsDiffer),
        (EQUATION, "filling + rate", AlgebraCircular),
        ("stocks.0.unit", "m3/", UnitUnreadable),
        ("stocks.0.unit", "kg", UnitsDiffer),
        ("stocks.0.inflows", ["nothing"], NameUnknown),
        ("stocks.0.initial", {"east": "cube"}, SubscriptWrong),
        ("stocks.0.initial", {"east": "cube", "sea": "cube"}, SubscriptWrong),
        ("auxiliaries.0.equation", "SUM(tank[sea])", SubscriptWrong),
        ("auxiliaries.1.key", "total", NameTwice),
        ("lookups.0.points", [[1, 0], [0, 1]], TableWrong),
        ("lookups.0.ends", None, ModelUnreadable),
        ("constants.1.prior.west", {"distribution": "normal", "mean": 1, "sd": -1},
         PriorWrong),
        ("constants.1.prior.east", {"distribution": "uniform", "low": 3, "high": 1},
         PriorWrong),
        ("constants.1.prior.east", {"distribution": "uniform", "low": 3}, PriorWrong),
        ("constants.0.source", "nobody", NameUnknown),
        ("constants.0.source", None, ModelUnreadable),
        ("levers.0.baseline", 5, LeverOutside),
        ("outputs", ["nothing"], NameUnknown),
        ("method", "magic", ModelUnreadable),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_by_name_and_line(field, value, refusal):
    found = with_field(field, value)
    text = yaml(found)

    with pytest.raises(refusal) as refused:
        read_yaml(text.encode(), "water.yaml")

    told = refused.value.origin
    assert told.file == "water.yaml"
    assert told.line == line_of(text, told.what) or "\n" in str(value)


def test_a_fault_in_a_block_of_lines_names_the_line_in_it():
    text = yaml(body()).replace(
        "equation: rate * (1 + effort) * curve(SUM(tank[*]))",
        "equation: |\n      rate\n      * nothing",
    )

    with pytest.raises(NameUnknown) as refused:
        read_yaml(text.encode(), "water.yaml")

    assert "nothing" in text.splitlines()[refused.value.origin.line - 1]


def test_a_unit_mismatch_names_both_units():
    with pytest.raises(UnitsDiffer) as refused:
        read(with_field(EQUATION, "rate + tank[place]"))

    assert {refused.value.params["left"], refused.value.params["right"]} == {
        "m3/năm",
        "m3",
    }


@pytest.mark.parametrize(
    ("unit", "equation"),
    [
        ("m3", "SQRT(one_cube * one_cube)"),
        ("m3", "one_cube ^ 2 / one_cube"),
        ("m3/(năm)", "TREND(one_cube, DT) * one_cube"),
        ("m3*năm", "one_cube * TIME"),
        ("m3", "RAMP(rate[east], 1)"),
        ("1", "SAFEDIV(one_cube, cube, 0) + SIN(0) + SIZE(tank[*])"),
        ("m3^-1", "1 / one_cube"),
        ("m3/năm", "PULSE(one_cube, STARTTIME)"),
        ("m3", "STEP(one_cube, 2) + DELAY1(one_cube, 3) * (TIME > 2)"),
        ("1", "tank[east] > 0 AND NOT (tank[west] > 3 * one_cube)"),
        ("m3", "IF effort > 1 THEN one_cube ELSE 0"),
        ("m3", "LOOKUP(curve, one_cube) * MAX(one_cube, cube) - PREVIOUS(cube, 0)"),
    ],
)
def test_units_are_worked_out_through_functions(unit, equation):
    auxiliary = {"key": "x", "title": {"vi": "x", "en": "x"}, "unit": unit}
    found = body(auxiliaries=[*BODY["auxiliaries"], auxiliary | {"equation": equation}])

    assert read(found).variables


def test_a_lookup_that_refuses_names_when_and_where():
    model = read(with_field("lookups.0.points", [[0, 1], [35, 0.5]]))

    with pytest.raises(LookupOutside) as refused:
        ran(model, "total", settings={"rate[east]": 2.0, "rate[west]": 4.0})

    assert refused.value.origin.what == EQUATION
    assert refused.value.params["time"] == "2"


@pytest.mark.parametrize("text", ["", "[", "a: &a [1]\nb: *a", "- 1", "\ta: 1", "5"])
def test_what_is_no_model_is_refused(text):
    with pytest.raises(ModelUnreadable):
        read_yaml(text.encode(), "x.yaml")


def test_aliases_that_grow_without_end_are_refused():
    bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
    for one, before in zip("bcdefghi", "abcdefgh", strict=True):
        bomb += f"{one}: &{one} [{', '.join([f'*{before}'] * 10)}]\n"

    with pytest.raises(ModelTooLarge):
        read_yaml(bomb.encode(), "bomb.yaml")


def test_python_objects_in_yaml_stay_words():
    with pytest.raises(ModelUnreadable):
        read_yaml(b"key: !!python/object/apply:os.system ['true']", "x.yaml")


def content(found):
    return Content("test", "models", "water", found)


def test_the_check_of_packs_names_the_field():
    assert MODELS.check(content(body())) == {}
    [(field, message)] = MODELS.check(content(with_field(EQUATION, "rate + 1"))).items()
    assert field == EQUATION
    assert message.startswith("UnitsDiffer: ")


def test_a_pack_with_a_wrong_model_is_told_by_file_line_and_field(tmp_path):
    (tmp_path / "models").mkdir()
    pack = {"key": "t", "title": TITLE, "version": "1", "license": "Apache-2.0"}
    (tmp_path / "pack.yaml").write_text(yaml(pack), "utf-8")
    file = tmp_path / "models" / "water.yaml"
    file.write_text(yaml(body()), "utf-8")
    assert packs.check(tmp_path) == []
    text = yaml(with_field(EQUATION, "rate * nothing"))
    file.write_text(text, "utf-8")

    [fault] = packs.check(tmp_path)

    assert (fault.line, fault.field) == (line_of(text, EQUATION), EQUATION)
    assert fault.file.endswith("models/water.yaml")


def test_measures_of_inputs_stand_in_contents_the_model_names():
    measured = {
        "key": "people",
        "title": {"vi": "x", "en": "x"},
        "unit": "người",
        "measure": "population",
        "period": 2025,
    }
    found = content(body(inputs=[measured], indicators=["basics"]))
    basics = Content("t", "indicators", "basics", {"indicators": [{"key": "births"}]})

    assert MODELS.compare(found, lambda kind, key: None) == {
        "indicators.0": "no indicators 'basics'",
        "inputs.0.measure": "no such indicator in `indicators`",
    }
    assert list(MODELS.compare(found, lambda kind, key: basics)) == ["inputs.0.measure"]


def test_a_model_leaves_as_xmile_with_its_medians_and_baselines():
    model = model_of(with_field("lookups.0.ends", "hold"))

    again = read_xmile(write_xmile(model).encode(), "water.xmile")

    middle = {"rate[east]": 2.0, "rate[west]": 4.0}
    ours = ran(model, "total", "tank[west]", settings={**middle, "effort": 0.0})[1]
    theirs = ran(again, "total", "tank[west]")[1]
    for one, other in zip(ours, theirs, strict=True):
        assert one == pytest.approx(other, rel=1e-12)


def test_a_table_that_refuses_has_no_word_in_xmile():
    assert model_of(body()).variables[-1].table.ends is Ends.REFUSE
    with pytest.raises(OutsideSubset):
        write_xmile(model_of(body()))


def test_an_origin_reads_as_compilers_write():
    assert str(Origin("a.yaml", 3, "dt")) == "a.yaml:3: dt"
