"""Inputs of a model are values of measures, with where they come from."""

from datetime import timedelta

import pytest

from tests.foresight.declared import body
from tests.indicators.conftest import declare, visit, visits  # noqa: F401 - fixtures
from tinhso.foresight import queries
from tinhso.foresight.rules.dynamics.declared import model_of
from tinhso.foresight.types.refusals import MeasureMissing
from tinhso.indicators import actions as indicators
from tinhso.indicators.types import IndicatorUnknown, PeriodWrong
from tinhso.kernel.packs import versions
from tinhso.kernel.packs.types import Content
from tinhso.lake import actions as lake

TITLE = {"vi": "x", "en": "x"}


def measured(measure, period, **more):
    """Declare a model that puts out nothing but a measure."""
    one = {"key": "taken", "title": TITLE, "unit": "1", "measure": measure}
    shown = {"key": "shown", "title": TITLE, "unit": "1", "equation": "taken"}
    told = body(inputs=[one | {"period": period} | more], auxiliaries=[shown])
    told |= {"outputs": ["shown"], "stocks": [], "flows": [], "levers": []}
    return model_of(told)


def ran(model, day):
    found = queries.run_model(model=model, levers={}, members=3, seed=1, on=day)
    [taken] = found.provenance.inputs
    return found.rows[-1].mean, taken


def test_a_value_that_a_document_states_comes_with_its_source(db, now):
    stated = {"period": 2024, "value": 99.1, "source": "paper"}
    one = {"key": "digitised", "unit": "percent", "title": TITLE, "values": [stated]}
    told = {"key": "basics", "title": TITLE, "sources": {"paper": "Báo cáo 2024"}}
    kept = Content(
        "t", "indicators", "basics", told | {"indicators": [one]}, digest="x"
    )
    versions.keep(kept, now)

    value, taken = ran(measured("digitised", 2024), now.date())

    assert value == taken.value == 99.1
    assert taken.lineage == "Báo cáo 2024"
    assert not taken.is_fallback


@pytest.mark.usefixtures("declare")
def test_a_value_that_was_counted_comes_with_the_state_of_its_table(visit, now):  # noqa: F811
    visit()
    visit()
    visit(served=False)
    visit(days=40)
    lake.append_waiting(at=now + timedelta(days=41))
    [run] = indicators.refresh(at=now + timedelta(days=41))

    value, taken = ran(measured("visits", "2026-06"), now.date())

    assert value == 3
    assert taken.lineage.startswith(f"counters.visits@{run.snapshot_id}")


@pytest.mark.usefixtures("declare")
def test_what_nobody_counted_is_refused_or_the_fallback_flagged(db, now):
    with pytest.raises(MeasureMissing) as refused:
        ran(measured("visits", "2026-06"), now.date())
    fallback = {"fallback": {"value": 5, "source": "s"}}
    value, taken = ran(measured("visits", "2026-06", **fallback), now.date())

    assert refused.value.params["measure"] == "visits"
    assert (value, taken.is_fallback, taken.lineage) == (5, True, "Ví dụ")


@pytest.mark.usefixtures("declare")
@pytest.mark.parametrize(
    ("measure", "period", "refusal"),
    [("nothing", 2024, IndicatorUnknown), ("visits", "soon", PeriodWrong)],
)
def test_a_measure_or_period_that_is_not_is_refused(db, now, measure, period, refusal):
    with pytest.raises(refusal):
        ran(measured(measure, period), now.date())


def test_a_model_of_a_pack_is_run_by_its_key(db, now):
    told = Content("test", "models", "water", body(), digest="x")
    versions.keep(told, now)

    model = queries.get_model(key="water")

    assert model == queries.models()["water"]
    outcome = queries.run_model(
        model=model, levers={"effort": "much"}, members=5, seed=1, on=now.date()
    )
    assert outcome.provenance.digest == model.digest
    assert outcome.provenance.levers == {"effort": 2}
