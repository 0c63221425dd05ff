"""The model of the province: it runs, hits what was measured, and its levers work."""

import numpy as np
import pytest

from tests.foresight.models import ran
from tests.foresight.scenarios import playing, quang_ninh
from tinhso.foresight import queries
from tinhso.foresight.providers.compiled import COMPILED
from tinhso.foresight.rules.dynamics.compiling import compile_model
from tinhso.foresight.rules.dynamics.drawing import middle
from tinhso.foresight.rules.dynamics.ensembles import settings_of
from tinhso.foresight.rules.dynamics.numpy_engine import NUMPY
from tinhso.foresight.rules.dynamics.xmile import read_xmile
from tinhso.foresight.rules.dynamics.xmile_export import write_xmile
from tinhso.foresight.rules.scenarios.ledgers import baseline_of, yearly_costs

MODEL = quang_ninh()
LEVERS = {one.name: one.lever for one in MODEL.parameters if one.lever}
SHARE = "digital_economy_share"


def played(**levers):
    return playing(members=200).play(settings_of(MODEL, levers))


def median(found, output, time):
    return float(np.median(found.at(output, time)))


def test_the_share_of_2021_is_that_of_the_resolution_in_every_member():
    assert played().at(SHARE, 2021) == pytest.approx(3)


def test_the_model_comes_near_what_was_published_later():
    found = played()

    # Published: GRDP 347.5 (2024) and 395 (estimate of 2025) thousand billion dong,
    # 569.6 million dong a worker (2024); 80 % of households with fibre in April 2024.
    assert median(found, "grdp", 2024) == pytest.approx(347_500, rel=0.02)
    assert median(found, "grdp", 2025) == pytest.approx(395_000, rel=0.03)
    assert median(found, "labour_productivity", 2024) == pytest.approx(569.6, rel=0.02)
    assert median(found, "fibre_share", 2024) == pytest.approx(79, abs=1)
    assert median(found, "online_share", 2026) == pytest.approx(60, abs=2)
    assert median(found, "on_time_share", 2026) == pytest.approx(97, abs=0.3)


def test_all_that_comes_out_are_numbers_and_shares_are_shares():
    found = played(**{name: lever.levels[-1].key for name, lever in LEVERS.items()})

    assert np.isfinite(found.kept).all()
    shares = [one for one in found.outputs if one.endswith("_share")]
    for one in shares:
        values = found.kept[found.outputs.index(one)]
        assert ((values >= 0) & (values <= 100)).all()


@pytest.mark.parametrize("lever", sorted(LEVERS))
def test_each_lever_raises_the_share_of_the_digital_economy_in_each_member(lever):
    still, moved = played(), played(**{lever: LEVERS[lever].levels[-1].key})

    assert (moved.at(SHARE, 2030) > still.at(SHARE, 2030)).all()
    assert (moved.at("public_spending", 2030) > still.at("public_spending", 2030)).all()


@pytest.mark.parametrize(
    ("lever", "output"),
    [
        ("sme_support", "adopters_share"),
        ("skills_training", "skilled_share"),
        ("service_quality", "online_share"),
        ("service_quality", "on_time_share"),
        ("fibre_rollout", "fibre_share"),
        ("ict_park", "digital_value_added"),
    ],
)
def test_each_lever_raises_what_it_is_for_step_by_step(lever, output):
    levels = ["0", *(one.key for one in LEVERS[lever].levels)]

    found = [median(played(**{lever: one}), output, 2030) for one in levels]

    assert found == sorted(set(found))


def test_nothing_decided_acts_before_its_year():
    still = played()
    moved = played(**{name: lever.high for name, lever in LEVERS.items()})
    until = still.times.index(MODEL.levers_from) + 1

    assert (moved.kept[:, :until] == still.kept[:, :until]).all()
    assert MODEL.levers_from == 2027


def test_what_the_model_spends_is_what_the_ledger_says():
    levers = {name: lever.levels[0].key for name, lever in LEVERS.items()}
    settings = settings_of(MODEL, levers)

    found = played(**levers)
    extra = found.at("public_spending", 2030) - played().at("public_spending", 2030)

    told = sum(cost for _, cost in yearly_costs(MODEL, settings, 2030)) / 1000
    # More public money also follows from a larger GRDP.
    assert told <= extra.min()
    assert extra == pytest.approx(told, rel=0.1)
    assert yearly_costs(MODEL, baseline_of(MODEL), 2030)[0] == (2027, 0)


def test_every_number_has_a_source_and_what_nobody_measured_says_so():
    constants = [one for one in MODEL.parameters if not one.lever and not one.measured]

    assert all(one.source for one in constants)
    guessed = [one for one in constants if one.source.startswith("Giả định")]
    assert len(guessed) > 30
    assert all(one.is_assumed for one in guessed)
    inputs = [one.measured for one in MODEL.parameters if one.measured]
    assert len(inputs) >= 6
    assert all(one.fallback is not None and one.fallback_source for one in inputs)


def test_only_levers_with_a_source_count_as_proven():
    unproven = [name for name, lever in LEVERS.items() if not lever.evidence]

    assert unproven == ["ict_park"]
    assert all(len(lever.levels) == 3 and lever.cost for lever in LEVERS.values())


def test_numpy_and_numba_come_to_the_same_and_a_seed_to_the_same_digits():
    settings = settings_of(MODEL, {"sme_support": "medium"})

    plain = playing(members=100, engine=NUMPY).play(settings).kept
    again = playing(members=100, engine=NUMPY).play(settings).kept
    fast = playing(members=100, engine=COMPILED).play(settings).kept

    assert (plain == again).all()
    np.testing.assert_allclose(plain, fast, rtol=1e-12)


def test_the_model_leaves_as_xmile_and_comes_back_with_the_same_run():
    again = read_xmile(write_xmile(MODEL).encode(), "quang_ninh.xmile")
    program = compile_model(MODEL)
    settings = {
        stream.name.split(":", 1)[1].rsplit(":", 1)[0]: middle(stream.prior)
        for stream in program.parameters
    }

    _, ours = ran(MODEL, *MODEL.outputs, settings=settings)
    _, theirs = ran(again, *MODEL.outputs)

    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12)


@pytest.mark.usefixtures("content")
def test_the_model_runs_on_measures_and_says_where_there_are_none(now):
    outcome = queries.run_model(
        model=queries.get_model(key="quang_ninh"),
        levers={},
        members=20,
        seed=1,
        on=now.date(),
    )

    taken = {one.name: one for one in outcome.provenance.inputs}
    assert not taken["digital_2021"].is_fallback
    assert taken["digital_2021"].value == 3
    assert taken["digital_2021"].lineage.startswith("Nghị quyết 09-NQ/TU")
    assert taken["online_2026"].is_fallback
