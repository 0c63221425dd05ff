"""Numbers come from the lake, month by month, and can be counted again."""

import json
from datetime import timedelta

import pytest
from click.testing import CliRunner

from tests.indicators.conftest import VISITS_SEEN, counting
from tinhso.cli.main import main
from tinhso.indicators import actions, queries
from tinhso.indicators.models import RunRow, ValueRow
from tinhso.indicators.providers import counting as lake_counts
from tinhso.indicators.rules.periods import period_of
from tinhso.indicators.types import (
    Cell,
    Dimension,
    FigureUnknown,
    IndicatorUnknown,
    NotComputed,
    Status,
)
from tinhso.kernel.actor import ANONYMOUS
from tinhso.kernel.errors import NotAllowed
from tinhso.kernel.ids import new_id
from tinhso.lake import actions as lake

pytestmark = pytest.mark.usefixtures("declare")
JUNE, MAY = period_of("2026-06"), period_of("2026-05")


@pytest.fixture
def refresh(now):
    """Write what was handed in, and compute."""

    def do(**told):
        lake.append_waiting(at=now)
        return actions.refresh(at=now, **told)

    return do


@pytest.fixture
def number(now):
    """Read a number; None where there is none."""

    def do(key, period=JUNE, part="", **told):
        dimension = Dimension.AGENCY if part else Dimension.WHOLE
        cell = Cell(key, period, dimension=dimension, part=part, **told)
        try:
            return queries.get_figure(cell=cell, on=now.date())
        except FigureUnknown:
            return None

    return do


def test_a_share_is_counted_of_those_that_count(visit, refresh, number):
    visit()
    visit()
    visit(served=False)

    refresh()

    found = number("served")
    assert (found.numerator, found.denominator) == (2, 3)
    assert found.value == 100 * 2 / 3


def test_whole_numbers_are_added_up(visit, refresh, number):
    visit(minutes=5)
    visit(minutes=7)
    visit(minutes=100, served=False)

    refresh()

    assert number("minutes").value == 12


def test_a_number_is_broken_down_and_a_row_of_no_desk_is_in_the_whole(
    visit, refresh, number
):
    visit(desk="H49.1")
    visit(desk="H49.2")
    visit(desk=None)

    refresh()

    assert number("visits").value == 3
    assert number("visits", part="H49.1").value == 1


def test_quarters_and_years_are_the_months_added_up(visit, refresh, number):
    visit(days=-31)
    visit(days=-31, served=False)
    visit()

    refresh()

    for period in ("2026Q2", "2026"):
        found = number("served", period_of(period))
        assert (found.numerator, found.denominator) == (2, 3)


def test_a_month_nobody_counted_makes_its_quarter_incomplete(visit, refresh, number):
    visit(days=-31)
    visit()

    refresh()

    assert not number("visits", period_of("2026Q2")).is_complete
    assert number("visits", MAY).is_complete


def test_a_month_between_in_which_nothing_was_done_is_a_zero(visit, refresh, number):
    visit(days=-61)
    visit()

    refresh()

    found = number("visits", MAY)
    assert found.value == 0


def test_nothing_to_divide_by_is_no_value_and_never_zero(visit, refresh, number):
    visit(days=-61)
    visit()

    refresh()

    found = number("served", MAY)
    assert (found.denominator, found.value) == (0, None)


def test_before_anything_was_counted_there_is_no_number(visit, refresh, number):
    visit()

    refresh()

    assert number("visits", MAY) is None


def test_made_up_rows_are_counted_apart(visit, refresh, number):
    visit()
    visit(is_synthetic=True)
    visit(is_synthetic=True)

    refresh()

    assert number("visits").value == 1
    assert number("visits", made_up=True).value == 2


def test_a_formula_is_computed_of_others(visit, refresh, number):
    visit(minutes=30)
    visit(minutes=10)

    refresh()

    assert number("mean").value == 20


def test_a_formula_that_would_divide_by_zero_has_no_value(visit, refresh, number):
    visit(days=-61)
    visit()

    refresh()

    assert number("mean", MAY).value is None


def test_only_months_with_new_rows_are_computed_again(visit, refresh, number):
    visit(days=-31)
    visit()
    refresh()
    visit()

    [run] = refresh()

    assert run.months == ("2026-06",)
    assert run.changed == 6  # three indicators, each as a whole and of a desk
    assert number("visits").value == 2
    assert number("visits", MAY).value == 1


def test_batches_that_number_their_rows_alike_count_in_each_month(
    visits, refresh, number, now
):
    batches = {new_id(): (0, 3), new_id(): (-31, 1)}  # days, rows
    waiting = list(batches)[:1]
    lake.publish_batches(
        dataset=visits.name,
        names=lambda: waiting,
        rows=lambda name: came(now + timedelta(batches[name][0]), batches[name][1]),
    )

    lake.bring_in_batches(at=now)
    refresh()
    waiting[:] = list(batches)
    lake.bring_in_batches(at=now)
    refresh()

    assert (number("visits").value, number("visits", MAY).value) == (3, 1)


def came(at, rows):
    """Write visits as a batch of a room does."""
    yield b"visit_id,desk,served,minutes,came_on,came_at,is_synthetic\n"
    for _ in range(rows):
        yield f"{new_id()},H49.1,t,10,{at:%Y-%m-%d},{at.isoformat()},f\n".encode()


def test_where_nothing_is_new_nothing_is_computed(visit, refresh):
    visit()
    refresh()

    assert refresh() == ()
    assert RunRow.objects.count() == 1


def test_a_table_nobody_wrote_is_not_asked_again(visit, refresh, monkeypatch):
    visit()
    refresh()
    asked = []
    monkeypatch.setattr(lake_counts, "touched", lambda *a, **k: asked.append(a))

    refresh()

    assert asked == []


def test_a_late_row_changes_the_month_it_belongs_to(visit, refresh, number):
    visit()
    refresh()

    visit(days=-31)
    refresh()

    assert number("visits", MAY).value == 1


def test_a_corrected_row_leaves_one_month_and_enters_another(visit, refresh, number):
    first = visit(days=-31)
    visit(days=-31)
    visit()
    refresh()

    visit(visit_id=first, correction=True)
    refresh()

    assert (number("visits", MAY).value, number("visits").value) == (1, 2)


def test_a_row_that_comes_twice_is_counted_once(visit, refresh, number):
    first = visit()
    refresh()

    visit(visit_id=first, correction=True)
    refresh()

    assert number("visits").value == 1


def test_what_was_told_before_stays_beside_what_replaced_it(visit, refresh):
    visit()
    refresh()
    visit()
    refresh()

    rows = ValueRow.objects.filter(indicator="visits", dimension="").order_by("id")
    assert [(row.numerator, row.replaced_by is None) for row in rows] == [
        (1, False),
        (2, True),
    ]


def test_another_way_of_counting_computes_all_months_anew(
    visit, refresh, number, declare
):
    visit(days=-31, served=False)
    visit()
    refresh()

    declare(counting("visits", {"where": "served"}))
    refresh()

    assert (number("visits", MAY).value, number("visits").value) == (0, 1)


def test_one_that_cannot_be_computed_is_told_and_the_others_go_on(
    visit, refresh, number, declare
):
    declare(VISITS_SEEN, counting("broken", {"where": "no_such_column > 3"}))
    visit()

    refresh()

    assert "no_such_column" in queries.faults()["broken"].reason
    assert number("visits").value == 1
    assert number("broken") is None


def test_one_that_fails_is_not_tried_again_at_once(visit, refresh, declare, now):
    declare(VISITS_SEEN, counting("broken", {"where": "no_such_column > 3"}))
    visit()
    refresh()

    assert refresh() == ()
    assert actions.refresh(at=now + timedelta(minutes=6)) != ()


def test_one_that_is_mended_is_computed_for_all_months(visit, refresh, number, declare):
    declare(VISITS_SEEN, counting("broken", {"where": "no_such_column > 3"}))
    visit(days=-31)
    refresh()

    declare(VISITS_SEEN, counting("broken", {"where": "served"}))
    refresh()

    assert number("broken", MAY).value == 1
    assert queries.faults() == {}


def test_a_dataset_nobody_publishes_is_a_fault(declare, visits, refresh):
    wrong = counting("lost", {"where": "TRUE"})
    wrong["computed"]["dataset"] = "counters.nothing"
    declare(wrong)

    assert refresh() == ()
    assert "counters.nothing" in queries.faults()["lost"].reason


def test_a_value_is_provisional_until_some_days_after_its_period(visit, refresh, now):
    visit()
    refresh()

    def status(day):
        return queries.get_figure(cell=Cell("visits", JUNE), on=day).status

    assert status(now.date()) is Status.PROVISIONAL
    assert status(JUNE.last + timedelta(days=15)) is Status.PROVISIONAL
    assert status(JUNE.last + timedelta(days=16)) is Status.FINAL


def test_a_number_is_counted_again_from_the_state_it_came_from(
    visit, refresh, number, now
):
    visit()
    visit(desk="H49.2", served=False)
    refresh()
    cell = Cell("served", JUNE)
    # The lake knows more than the numbers do.
    visit()
    lake.append_waiting(at=now)

    again = queries.recount(cell=cell, on=now.date())

    assert again.is_same
    assert (again.numerator, again.denominator) == (1, 2)


def test_every_number_of_a_period_is_what_it_is_counted_alone(visit, refresh, now):
    for day in range(40):
        visit(desk=f"H49.{day % 3}", days=-day, served=day % 4 > 0, minutes=day)
    refresh()

    for key in ("visits", "served", "minutes"):
        for period in ("2026-05", "2026-06", "2026Q2", "2026"):
            cell = Cell(key, period_of(period))
            assert queries.recount(cell=cell, on=now.date()).is_same
            for code, one in queries.parts(
                key=key,
                period=cell.period,
                dimension=Dimension.AGENCY,
                on=now.date(),
            ).items():
                assert one.cell.part == code
                assert queries.recount(cell=one.cell, on=now.date()).is_same


def test_the_rows_behind_a_number_are_those_it_counts(visit, refresh, now, province):
    served, unserved = visit(), visit(served=False)
    visit(days=-31)
    refresh()

    behind = queries.rows_behind(
        cell=Cell("served", JUNE), actor=province, on=now.date()
    )

    assert behind.columns == ("came_at", "visit_id", "desk", "counts")
    assert {(str(row[1]), row[-1]) for row in behind.rows} == {
        (str(served), True),
        (str(unserved), False),
    }
    assert not behind.more


def test_rows_behind_a_number_come_in_pages(visit, refresh, now, province):
    for _ in range(3):
        visit()
    refresh()
    cell = Cell("visits", JUNE)

    first = queries.rows_behind(cell=cell, actor=province, on=now.date(), most=2)
    second = queries.rows_behind(
        cell=cell, actor=province, on=now.date(), most=2, skip=2
    )

    assert (len(first.rows), first.more) == (2, True)
    assert (len(second.rows), second.more) == (1, False)


def test_whoever_may_not_see_figures_sees_no_row(visit, refresh, now):
    visit()
    refresh()

    with pytest.raises(NotAllowed):
        queries.rows_behind(cell=Cell("visits", JUNE), actor=ANONYMOUS, on=now.date())


def test_a_part_is_a_text_and_no_sql(visit, refresh, now, province):
    visit(desk="x' OR '1'='1")
    visit(desk="H49.2")
    refresh()
    cell = Cell("visits", JUNE, False, Dimension.AGENCY, "x' OR '1'='1")

    behind = queries.rows_behind(cell=cell, actor=province, on=now.date())

    assert len(behind.rows) == 1


def test_lineage_names_table_state_and_question(visit, refresh, now, province):
    visit()
    [run] = refresh()

    event = queries.lineage_of(cell=Cell("visits", JUNE), actor=province, on=now.date())

    told = json.dumps(event, default=str)
    assert str(run.snapshot_id) in told
    assert "counters.visits" in told


def test_a_formula_has_no_rows_of_its_own(visit, refresh, now, province):
    visit()
    refresh()

    with pytest.raises(NotComputed):
        queries.rows_behind(cell=Cell("mean", JUNE), actor=province, on=now.date())


def test_an_indicator_nobody_declares_is_refused_by_name(now):
    with pytest.raises(IndicatorUnknown):
        queries.get_figure(cell=Cell("nothing", JUNE), on=now.date())


def test_a_series_goes_from_the_oldest_to_the_newest(visit, refresh, now):
    visit(days=-31)
    visit()
    refresh()

    found = queries.series(key="visits", period=JUNE, on=now.date())

    assert [one.cell.period.key for one in found] == ["2026-05", "2026-06"]


def test_numbers_on_the_command_line_say_where_they_come_from(visit, refresh):
    visit()
    visit(served=False)
    refresh()

    shown = CliRunner().invoke(
        main, ["indicators", "show", "served", "2026-06", "--json"]
    )
    again = CliRunner().invoke(main, ["indicators", "recount", "2026-06", "--json"])

    [figure] = json.loads(shown.output)["figures"]
    assert (figure["value"], figure["dataset"]) == (50.0, "counters.visits")
    assert figure["snapshot_id"]
    assert all(one["is_same"] for one in json.loads(again.output)["numbers"])


def test_a_number_on_the_command_line_is_told_with_its_counts(visit, refresh):
    visit(minutes=10)
    visit(served=False)
    refresh()

    def shown(key):
        return CliRunner().invoke(main, ["indicators", "show", key, "2026-06"]).output

    assert shown("served").split() == ["-", "50", "%", "1", "/", "2"]
    assert shown("visits").split() == ["-", "2"]
    assert shown("mean").split() == ["-", "5"]


def test_who_asks_for_made_up_numbers_without_saying_so_is_told_how(visit, refresh):
    visit(is_synthetic=True)
    refresh()

    for words in (["show", "visits", "2026-06"], ["recount", "2026-06"]):
        plain = CliRunner().invoke(main, ["indicators", *words, "--json"])
        told = CliRunner().invoke(main, ["indicators", *words, "--json", "--made-up"])

        assert json.loads(plain.output)["refused"] == "OnlyMadeUp"
        assert told.exit_code == 0


def test_a_number_that_was_changed_by_hand_is_found(visit, refresh):
    visit()
    refresh()
    ValueRow.objects.filter(indicator="visits", dimension="").update(numerator=7)

    again = CliRunner().invoke(main, ["indicators", "recount", "2026-06", "--json"])

    assert again.exit_code == 1
    numbers = {one["key"]: one for one in json.loads(again.output)["numbers"]}
    assert not numbers["visits"]["is_same"]


def test_a_period_that_is_none_is_refused_by_name():
    found = CliRunner().invoke(
        main, ["indicators", "show", "visits", "2026-13", "--json"]
    )

    assert json.loads(found.output)["refused"] == "PeriodWrong"
