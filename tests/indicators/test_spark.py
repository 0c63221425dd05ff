"""Every measure that is shipped is the same number on Spark as on DuckDB."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings

from tests.indicators.acts import hand_in
from tests.lake.conftest import forget
from tests.lake.equality import differences
from tinhso.indicators import queries
from tinhso.indicators.providers import asked, counting
from tinhso.indicators.rules import questions
from tinhso.indicators.types import Dimension
from tinhso.kernel.ids import new_id
from tinhso.lake import actions as lake
from tinhso.lake.providers import spark
from tinhso.lake.providers.plans import plan
from tinhso.lake.providers.published import dataset_of
from tinhso.lake.types import Kind
from tinhso.procedures.datasets import EVALUATIONS

ACTS = (
    *(("submit", None, channel) for channel in ("online", "counter", "post")),
    *(("seal", told, "online") for told in ("early", "on_time", "late")),
    ("ask_supplement", None, "online"),
    ("not_receive", None, "counter"),
)
REPORTS = "registries.citizen_reports"
FILLED = {
    Kind.TEXT: lambda at: "x",
    Kind.WHOLE: lambda at: 1,
    Kind.REAL: lambda at: 1.0,
    Kind.YES_NO: lambda at: False,
    Kind.DAY: lambda at: at.date(),
    Kind.MOMENT: lambda at: at,
    Kind.ID: lambda at: new_id(),
}
needs_spark = pytest.mark.skipif(
    not Path(settings.TINHSO_SPARK_PYTHON).is_file(),
    reason="Spark is not set up; `make setup-spark`",
)


@pytest.fixture
def counted(content, now):
    """Acts of four months, reports that citizens made, and what applicants said."""
    for number in range(120):
        action, resolved, channel = ACTS[number % len(ACTS)]
        hand_in(
            now - timedelta(days=number),
            agency=("H49.06688", "H49.06673", "H49.22")[number % 3],
            action=action,
            resolved=resolved,
            channel=channel,
            is_synthetic=number % 5 == 0,
        )
        report(now - timedelta(days=number), number)
        evaluation(now - timedelta(days=number), number)
    lake.append_waiting(at=now)
    yield
    forget()


def report(at, number):
    """Hand in a report of a citizen, as its register does."""
    empty = {one.name: None for one in dataset_of(REPORTS).columns if one.may_be_empty}
    resolved = number % 3 > 0
    filled = {
        one.name: FILLED[one.kind](at)
        for one in dataset_of(REPORTS).columns
        if not one.may_be_empty
    }
    told = {
        "reported_on": at.date(),
        "state": ("received", "resolved", "refused")[number % 3],
        "category": ("moi_truong", "giao_thong")[number % 2],
        "unit_code": ("06688", "06673")[number % 2],
        "channel": "app",
        "is_synthetic": number % 5 == 0,
    }
    if resolved:
        told["resolved_on"] = at.date() + timedelta(days=number % 7)
        told["due"] = at.date() + timedelta(days=3)
        told["satisfied"] = number % 4 > 0
    lake.hand_in(dataset=REPORTS, values={**empty, **filled, **told}, at=at)


def evaluation(at, number):
    """Hand in what an applicant said."""
    told = {one.name: FILLED[one.kind](at) for one in EVALUATIONS.columns}
    told |= {
        "agency": ("H49.06688", "H49.22")[number % 2],
        "satisfaction": ("very", "satisfied", "not")[number % 3],
        "points": number % 19,
        "most_points": 18,
        "is_synthetic": number % 5 == 0,
    }
    lake.hand_in(dataset=EVALUATIONS.name, values=told, at=at)


def asked_of(dataset):
    """List the questions by which the measures of a dataset are computed."""
    shipped = [
        one.computed
        for one in queries.indicators().values()
        if one.computed and one.computed.dataset == dataset
    ]
    made_up = counting.has_made_up(dataset)
    for dimension in Dimension:
        chosen = [one for one in shipped if not dimension or dimension in one.by]
        for day in sorted({one.day for one in chosen}):
            alike = [one for one in chosen if one.day == day]
            yield questions.by_month(alike, dimension, (), has_made_up=made_up)


@needs_spark
def test_all_measures_are_alike_on_both_engines(counted):
    limits = asked.limits()
    datasets = {
        one.computed.dataset for one in queries.indicators().values() if one.computed
    }
    wrong, rows = [], 0
    with spark.opened(limits) as session:
        for name in sorted(datasets):
            for sql in asked_of(name):
                ours = asked.ask(sql)
                theirs = session.ask(sql, [plan(dataset_of(name))], limits)
                wrong += differences(
                    sorted(ours.rows, key=str), sorted(theirs.rows, key=str)
                )
                rows += len(ours.rows)

    assert datasets >= {"procedures.dossier_acts", REPORTS, EVALUATIONS.name}
    assert wrong == []
    assert rows > 20
