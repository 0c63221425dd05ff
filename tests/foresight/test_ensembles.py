"""Ensembles: the same numbers by seed, whatever the block, the shard or the process."""

import json
import tracemalloc
from itertools import pairwise

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.foresight.declared import body, with_field, yaml
from tests.foresight.models import aux, read, xmile
from tinhso.cli.main import main
from tinhso.foresight.rules.dynamics import ensembles, shards
from tinhso.foresight.rules.dynamics.compiling import compile_model
from tinhso.foresight.rules.dynamics.declared import model_of
from tinhso.foresight.rules.dynamics.numpy_engine import NUMPY
from tinhso.foresight.rules.dynamics.running import Run
from tinhso.foresight.rules.dynamics.shards import Shard
from tinhso.foresight.types.refusals import LeverOutside, LeverUnknown, RunWrong

MODEL = model_of(body())
PROGRAM = compile_model(MODEL)
RUN = Run(PROGRAM, ensembles.labels_of(MODEL, PROGRAM), 7, {"effort": 1.0})


def test_outputs_are_told_element_by_element_with_mean_and_quantiles():
    told = list(ensembles.quantiles_of(RUN, NUMPY, 200))

    assert [one.output for one in told[::5]] == ["tank[east]", "tank[west]", "total"]
    assert [one.time for one in told[:5]] == [0, 1, 2, 3, 4]
    last = told[-1]
    assert list(last.quantiles) == sorted(last.quantiles)
    assert last.quantiles[0] < last.mean < last.quantiles[-1]


@given(st.integers(1, 120), st.integers(1, 130))
@settings(max_examples=20, deadline=None)
def test_quantiles_are_the_same_whatever_the_block(members, block):
    whole = list(ensembles.quantiles_of(RUN, NUMPY, members))

    assert list(ensembles.quantiles_of(RUN, NUMPY, members, block=block)) == whole


def test_memory_stays_as_it_is_however_many_members(monkeypatch):
    monkeypatch.setattr(ensembles, "MOST_IN_MEMORY", 1000)
    peaks = []
    for members in (2_000, 8_000):
        tracemalloc.start()
        ensembles.run_kept(RUN, NUMPY, range(members), block=250)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[1] < peaks[0] * 1.1


@pytest.mark.parametrize("members", [0, -1, 1_000_001])
def test_no_members_or_too_many_are_refused(members):
    with pytest.raises(RunWrong):
        list(ensembles.quantiles_of(RUN, NUMPY, members))


def test_levers_stand_at_a_number_a_level_or_their_baseline():
    assert ensembles.settings_of(MODEL, {}) == {"effort": 0}
    assert ensembles.settings_of(MODEL, {"effort": "1.5"}) == {"effort": 1.5}
    assert ensembles.settings_of(MODEL, {"effort": "much"}) == {"effort": 2}


@pytest.mark.parametrize("set_to", ["2.1", "-1", "nan", "inf", "most", ""])
def test_a_lever_outside_its_bounds_is_refused(set_to):
    with pytest.raises(LeverOutside):
        ensembles.settings_of(MODEL, {"effort": set_to})


def test_a_lever_nobody_declared_is_refused():
    with pytest.raises(LeverUnknown):
        ensembles.settings_of(MODEL, {"rate": 1.0})


def shard(first, last):
    told = Shard(MODEL.digest, {"effort": 1.0}, 7, first, last)
    return shards.run_shard(told, RUN, NUMPY)


@given(st.lists(st.integers(1, 59), unique=True, max_size=6), st.randoms())
@settings(max_examples=20, deadline=None)
def test_shards_merge_to_the_same_bytes_however_they_are_split(cuts, mixing):
    ends = [0, *sorted(cuts), 60]
    parts = [shard(first, last) for first, last in pairwise(ends)]
    mixing.shuffle(parts)

    merged = shards.to_bytes(shards.merge(parts))

    assert merged == shards.to_bytes(shard(0, 60))
    assert shards.to_bytes(shards.from_bytes(merged)) == merged


def test_quantiles_of_a_histogram_are_within_a_thousandth():
    kept = ensembles.run_kept(RUN, NUMPY, range(500))
    counted = shard(0, 500)

    for place, output in enumerate(RUN.outputs):
        right = np.quantile(kept[place, -1], 0.5, method="inverted_cdf")
        found = shards.quantile(counted.counts[output, 4.0], 0.5)
        assert found == pytest.approx(right, rel=1e-3)


def test_a_member_counted_twice_is_refused():
    with pytest.raises(RunWrong):
        shards.merge([shard(0, 10), shard(9, 20)])


def test_negative_numbers_have_bins_too():
    counts = shards._counted(np.array([-3.0, -2.0, -0.0, 0.0, 5.0]))

    assert [shards.quantile(counts, one) for one in (0.2, 0.4, 0.7, 1)] == (
        pytest.approx([-3, -2, 0, 5], rel=1e-3)
    )


def command(*words):
    found = CliRunner().invoke(main, ["foresight", *map(str, words)])
    return found.exit_code, [json.loads(one) for one in found.output.splitlines()]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "water.yaml"
    path.write_text(yaml(body()), "utf-8")
    return path


@pytest.mark.django_db
def test_the_command_tells_what_it_ran_and_then_each_output(file):
    words = ("run", file, "--levers", "effort=much", "--members", 50, "--seed", 3)

    code, [head, *rows] = command(*words, "--json")

    assert code == 0
    assert head["levers"] == {"effort": 2}
    assert head["members"] == 50
    assert head["digest"] == model_of(body()).digest
    assert head["assumed"] == ["rate"]
    assert len(rows) == 15
    assert set(rows[0]) >= {"output", "time", "mean", "q5", "q50", "q95"}
    assert command(*words, "--json") == (code, [head, *rows])
    plain = command(*words, "--json", "--engine", "numpy")[1]
    assert plain[-1]["mean"] == pytest.approx(rows[-1]["mean"], rel=1e-12)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("levers", "refusal"), [("effort=9", "LeverOutside"), ("x=1", "LeverUnknown")]
)
def test_the_command_answers_a_refusal_and_no_half_result(file, levers, refusal):
    code, [told] = command("run", file, "--levers", levers, "--json")

    assert code == 1
    assert told["refused"] == refusal


@pytest.mark.django_db
def test_a_run_that_fails_late_leaves_no_half_result(tmp_path):
    path = tmp_path / "late.xmile"
    model = [aux("x", "TIME"), '<stock name="s"><eqn>0</eqn><inflow>f</inflow></stock>']
    model.append('<flow name="f"><eqn>1 / (x - 3)</eqn></flow>')
    path.write_text(xmile(model), "utf-8")

    code, lines = command("run", path, "--json")

    assert code == 1
    assert [one["refused"] for one in lines] == ["DividedByZero"]
    assert "late.xmile:7" in lines[0]["message"]


@pytest.mark.django_db
def test_a_model_nobody_declared_is_refused():
    code, [told] = command("run", "nothing", "--json")

    assert (code, told["refused"]) == (1, "ModelUnknown")


def test_a_file_that_is_not_there_is_no_unknown_model():
    code, [told] = command("run", "nowhere/model.yaml", "--json")

    assert (code, told["refused"]) == (1, "ModelFileMissing")


@pytest.mark.django_db
def test_a_model_is_converted_at_the_command_line(tmp_path):
    path = tmp_path / "water.yaml"
    path.write_text(yaml(with_field("lookups.0.ends", "hold")), "utf-8")

    code, [told] = command("convert", path, "--json")

    assert code == 0
    assert told["xmile"].startswith("<?xml")
    assert command("run", path, "--json")[0] == 0


@pytest.mark.django_db
def test_cases_are_told_passed_failed_or_outside(tmp_path):
    cases = {
        "good": ([aux("x", "TIME")], "Time,x\n0,0\n4,4\n"),
        "wrong": ([aux("x", "TIME")], "Time,x\n0,0\n4,5\n"),
        "beyond": (['<module name="m"/>'], "Time,x\n0,0\n"),
    }
    for name, (model, right) in cases.items():
        place = tmp_path / "tests" / name
        place.mkdir(parents=True)
        (place / "model.xmile").write_text(xmile(model), "utf-8")
        (place / "model.stmx").write_text(xmile(model), "utf-8")
        (place / "output.csv").write_text(right, "utf-8")

    code, [told] = command("conform", tmp_path, "--json")

    assert code == 0
    assert told["totals"] == {"passed": 1, "failed": 1, "outside": 1}
    states = {one["case"]: one["state"] for one in told["cases"]}
    assert states["beyond/model.xmile"] == "outside"
    assert command("conform", tmp_path / "tests" / "good", "--json")[0] == 1


def test_outputs_of_an_import_are_its_stocks():
    model = read([aux("x", "1"), '<stock name="s"><eqn>1</eqn></stock>'])

    assert ensembles.labels_of(model, compile_model(model)) == ("s",)
