"""A target whose indicator is computed is judged by what was computed."""

from datetime import date

import pytest

from tests.indicators.conftest import MEAN, MINUTES, SERVED, VISITS_SEEN
from tinhso.indicators import actions, queries
from tinhso.indicators.types import State
from tinhso.kernel.packs import versions
from tinhso.kernel.packs.types import Content
from tinhso.lake import actions as lake


@pytest.fixture
def promised(declare, monkeypatch):
    """Promise a share of visits that are served: at least 80 %."""
    declare(VISITS_SEEN, SERVED, MINUTES, MEAN)
    kept = versions.in_force

    def do(*dues):
        lines = [
            {"key": due, "indicator": "served", "at_least": 80, "due": due}
            for due in dues
        ]
        clause = {"vi": "Tám phần mười được phục vụ", "en": "Four in five are served"}
        body = {
            "key": "plan",
            "source": "Kế hoạch thử",
            "due": dues[0],
            "clauses": [
                {
                    "number": 1,
                    "pillar": "government",
                    "clause": clause,
                    "targets": lines,
                }
            ],
        }
        content = Content("test", "targets", "plan", body)

        def in_force(*, kind):
            return (content,) if kind == "targets" else kept(kind=kind)

        monkeypatch.setattr(versions, "in_force", in_force)

    return do


@pytest.fixture
def served(visit, now):
    """Hand in visits of a month, served and not, and count them."""

    def do(month, yes, no=0, **told):
        for is_served in [True] * yes + [False] * no:
            visit(served=is_served, came_on=date(2026, month, 5), **told)
        lake.append_waiting(at=now)
        actions.refresh(at=now)

    return do


@pytest.fixture
def stand(now):
    """Tell how the one target stands."""

    def do(**told):
        [found] = queries.standings(on=now.date(), plan="plan", **told)
        return found

    return do


def test_the_newest_month_that_is_over_decides_while_time_runs(promised, served, stand):
    promised("2026")
    served(4, 1, 1)
    served(5, 9, 1)

    found = stand()

    assert (found.state, found.latest.period.key) == (State.MET, "2026-05")
    assert (found.baseline.value, found.latest.value) == (50.0, 90.0)


def test_one_that_lies_below_its_line_is_behind(promised, served, stand):
    promised("2026")
    served(4, 6, 4)
    served(5, 5, 5)

    assert stand().state is State.BEHIND


def test_a_running_month_is_not_judged(promised, served, stand):
    promised("2026")
    served(6, 9, 1)

    assert stand().state is State.UNKNOWN


def test_once_its_time_is_over_the_whole_of_it_decides(promised, served, stand):
    promised("2026Q1")
    served(1, 1, 9)
    served(2, 1, 9)
    served(3, 10)

    found = stand()

    assert found.latest.period == found.target.due
    assert (found.latest.value, found.state) == (100 * 12 / 30, State.MISSED)


def test_a_value_says_from_which_state_it_was_computed(promised, served, stand):
    promised("2026")
    served(5, 9, 1)

    assert stand().latest.source.startswith("counters.visits (")


def test_made_up_visits_decide_nothing_real(promised, served, stand):
    promised("2026")
    served(5, 9, 1, is_synthetic=True)

    assert stand().state is State.UNKNOWN
    assert stand(made_up=True).state is State.MET


@pytest.mark.parametrize("dues", [("2026Q1", "2026"), ("2026", "2026Q1")])
def test_each_target_is_judged_by_periods_as_long_as_its_own(
    promised, served, now, dues
):
    promised(*dues)
    served(1, 9, 1)
    served(2, 9, 1)
    served(3, 9, 1)

    found = queries.standings(on=now.date(), plan="plan")

    latest = {one.target.due.key: one.latest.period.key for one in found}
    assert latest == {"2026Q1": "2026Q1", "2026": "2026-03"}
