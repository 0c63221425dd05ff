"""Agencies report by form; what was accepted adds up, and what is missing is told."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from click.testing import CliRunner
from django.db import IntegrityError, transaction

from tinhso.cli.indicators import group
from tinhso.indicators import actions, queries
from tinhso.indicators.models import ReturnReminderRow, ReturnRow
from tinhso.indicators.types import (
    Coverage,
    Dimension,
    EvidenceUnknown,
    FigureMissing,
    FigureNegative,
    FigureTooLarge,
    NotAsked,
    NumeratorAboveDenominator,
    PeriodNotAsked,
    PeriodOpen,
    ReporterDissolved,
    ReturnEvidenceMissing,
    ReturnMovedOn,
    ReturnReasonNeeded,
    ReturnState,
    ReturnUnknown,
    SentTwice,
    State,
    Status,
)
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.clock import VIETNAM
from tinhso.kernel.errors import NotAllowed
from tinhso.kernel.events import actions as events
from tinhso.kernel.events.models import OutboxEvent
from tinhso.kernel.packs import versions
from tinhso.kernel.packs.types import Content
from tinhso.notify import queries as notify
from tinhso.people.models import OrganizationRow

FILES, TRAINED, QUARTER = "files_online_commune", "officials_trained", "2026Q1"
COMMUNES = 54
# A week after the returns of the first quarter were due.
OVERDUE = datetime(2026, 4, 16, 8, tzinfo=VIETNAM)


@pytest.fixture
def place(ward):
    """Where the ward's return of working files is."""
    return {"key": FILES, "period": QUARTER, "agency_id": ward.id}


@pytest.fixture
def fill(place, officer, now):
    """Let the ward's case officer fill a return in."""

    def do(above=8, below=10, **more):
        told = {"remark": "", "actor": officer, "at": now} | place | more
        return actions.fill_return(numerator=above, denominator=below, **told)

    return do


@pytest.fixture
def send(place, officer, now):
    def do(**more):
        return actions.send_return(**{"actor": officer, "at": now} | place | more)

    return do


@pytest.fixture
def accept(place, reviewer, now):
    def do(**more):
        return actions.accept_return(**{"actor": reviewer, "at": now} | place | more)

    return do


@pytest.fixture
def figure(now):
    """Read the indicator as a whole; of made-up returns, as those of the tests are."""

    def do(key=FILES, period=QUARTER, made_up=True, days=0):
        day, told = now.date() + timedelta(days), queries.period(key=period)
        found = queries.figures(keys=[key], periods=[told], on=day, made_up=made_up)
        return found.get((key, told))

    return do


def test_what_is_accepted_counts_and_what_is_missing_is_told(
    fill, send, accept, figure
):
    fill(8, 10)
    assert figure() is None
    send()
    assert figure() is None

    found = accept()

    assert found.line.state is ReturnState.ACCEPTED
    told = figure()
    assert (told.value, told.numerator, told.denominator) == (80.0, 8, 10)
    assert told.coverage == Coverage(1, COMMUNES)
    assert not told.is_complete
    # It can still change, however long ago the period was.
    assert figure(days=400).status is Status.PROVISIONAL
    assert figure(made_up=False) is None
    assert [one.kind for one in found.remarks] == ["sent", "accepted"]


def test_the_parts_are_those_who_reported(fill, send, accept, ward, now):
    fill(8, 10)
    send()
    accept()
    period = queries.period(key=QUARTER)

    parts = queries.parts(
        key=FILES,
        period=period,
        dimension=Dimension.AGENCY,
        on=now.date(),
        made_up=True,
    )

    assert {code: one.value for code, one in parts.items()} == {ward.code: 80.0}
    assert queries.breakdowns(key=FILES) == (Dimension.AGENCY,)
    assert queries.usual_period(on=now.date(), made_up=True, key=FILES) == period


def test_a_year_is_its_quarters_added_up_and_says_which_are_missing(
    fill, send, accept, figure, ward
):
    """Shares are not averaged: 8 of 10 and 30 of 90 are 38 of 100."""
    others = OrganizationRow.objects.filter(level="commune").exclude(pk=ward.id)
    others.update(valid_to=date(2026, 2, 1))
    later = datetime(2027, 1, 8, 9, tzinfo=VIETNAM)

    def report(quarter, above, below):
        told = {"period": f"2026Q{quarter}", "at": later}
        fill(above, below, **told)
        send(**told)
        accept(**told)

    report(1, 8, 10)
    report(2, 30, 90)

    one = figure(period="2026", days=220)
    assert (one.value, one.numerator, one.denominator) == (38.0, 38, 100)
    assert one.coverage == Coverage(2, 4, periods=4)
    assert not one.is_complete

    report(3, 0, 50)
    report(4, 62, 150)

    one = figure(period="2026", days=220)
    assert (one.value, one.is_complete) == (100 * 100 / 300, True)


def test_the_agencies_behind_a_year_are_listed_by_quarter(
    fill, send, accept, ward, province, now
):
    fill(8, 10)
    send()
    accept()
    lines = queries.returns_behind(
        key=FILES,
        period=queries.period(key="2026"),
        actor=province,
        on=date(2026, 7, 10),
        made_up=True,
    )

    told = [
        (one.period.key, one.numerator) for one in lines if one.agency_id == ward.id
    ]
    assert told == [("2026Q1", 8), ("2026Q2", None)]
    parts = queries.parts(
        key=FILES,
        period=queries.period(key="2026"),
        dimension=Dimension.AGENCY,
        on=now.date(),
        made_up=True,
    )
    # A part of the year is no year.
    assert [one.is_complete for one in parts.values()] == [False]


def test_a_formula_is_made_of_what_was_reported_and_what_documents_state(
    fill, send, accept, ward, now, monkeypatch
):
    others = OrganizationRow.objects.filter(level="commune").exclude(pk=ward.id)
    others.update(valid_to=date(2026, 2, 1))
    title = {"vi": "Thử", "en": "Test"}
    stated = {"period": QUARTER, "value": 20, "source": "x"}
    made = {"of": [FILES, "stated"], "rule": {"-": [{"var": FILES}, {"var": "stated"}]}}
    body = {
        "key": "test",
        "title": title,
        "sources": {"x": "Thử"},
        "indicators": [
            {"key": "stated", "title": title, "unit": "percent", "values": [stated]},
            {"key": "lead", "title": title, "unit": "percent", "formula": made},
            {
                "key": "twice",
                "title": title,
                "unit": "percent",
                "formula": {"of": ["lead"], "rule": {"*": [{"var": "lead"}, 2]}},
            },
        ],
    }
    kept = versions.in_force

    def in_force(*, kind):
        more = Content("test", "indicators", "test", body)
        return (*kept(kind=kind), *([more] if kind == "indicators" else []))

    monkeypatch.setattr(versions, "in_force", in_force)
    period, keys = queries.period(key=QUARTER), ("lead", "twice")

    def read():
        found = queries.figures(
            keys=keys, periods=[period], on=now.date(), made_up=True
        )
        return [
            (one.value, one.is_complete) for key in keys for one in [found[key, period]]
        ]

    # What is missing makes the whole unknown, never less.
    assert read() == [(None, False), (None, False)]

    fill(8, 10)
    send()
    accept()

    assert read() == [(60.0, True), (120.0, True)]


def test_a_return_sent_back_is_sent_again(fill, send, accept, place, reviewer, now):
    fill()
    send()
    about = place | {"actor": reviewer, "at": now}
    with pytest.raises(ReturnReasonNeeded):
        actions.send_return_back(reason="  ", **about)

    back = actions.send_return_back(reason="Thiếu phòng Văn hóa.", **about)

    assert back.line.state is ReturnState.SENT_BACK
    assert back.remarks[-1].text == "Thiếu phòng Văn hóa."
    with pytest.raises(ReturnMovedOn):
        accept()
    fill(9, 10)
    assert send().line.state is ReturnState.SENT
    assert accept().line.numerator == 9


def test_a_correction_is_a_version_and_the_old_one_stays(
    fill, send, accept, place, officer, now, figure, picture
):
    fill(8, 10, uploads=[("so.png", picture())])
    send()
    accept()
    about = place | {"actor": officer, "at": now}
    with pytest.raises(ReturnReasonNeeded):
        actions.correct_return(reason="", **about)

    newer = actions.correct_return(reason="Đếm sót.", **about)

    assert (newer.line.version, newer.line.state) == (2, ReturnState.DRAFT)
    assert [one.name for one in newer.evidence] == ["so.png"]
    assert not newer.line.is_owed
    fill(9, 10)
    send()
    assert figure().value == 80.0
    done = accept()
    assert figure().value == 90.0
    assert [(one.number, one.state, one.numerator) for one in done.accepted] == [
        (1, ReturnState.REPLACED, 8),
        (2, ReturnState.ACCEPTED, 9),
    ]
    with pytest.raises(ReturnMovedOn):
        fill(1, 2)


@pytest.mark.parametrize(
    ("figures", "refusal", "field"),
    [
        ((-1, 10), FigureNegative, "numerator"),
        ((1, -10), FigureNegative, "denominator"),
        ((11, 10), NumeratorAboveDenominator, "numerator"),
        ((1, 10**16), FigureTooLarge, "denominator"),
    ],
)
def test_figures_that_cannot_be_are_refused_by_name(fill, figures, refusal, field):
    with pytest.raises(refusal) as refused:
        fill(*figures)

    assert list(refused.value.fields) == [field]
    assert not ReturnRow.objects.exists()


def test_a_return_is_sent_once_and_whole(fill, send):
    with pytest.raises(FigureMissing):
        send()
    fill(1, None)
    with pytest.raises(FigureMissing) as refused:
        send()
    assert list(refused.value.fields) == ["denominator"]
    fill(1, 2)
    send()
    with pytest.raises(SentTwice):
        send()
    with pytest.raises(ReturnMovedOn):
        fill(1, 3)


def test_evidence_comes_along_where_it_is_asked_for(
    fill, send, ward, now, picture, officer
):
    trained = {"key": TRAINED, "period": "2025"}
    fill(3, 4, **trained)
    with pytest.raises(ReturnEvidenceMissing):
        send(**trained)

    found = fill(3, 4, uploads=[("ds.png", picture())], **trained)

    [file] = found.evidence
    about = trained | {"agency_id": ward.id, "actor": officer, "at": now}
    assert actions.drop_return_file(evidence_id=file.id, **about).evidence == ()
    with pytest.raises(EvidenceUnknown):
        actions.drop_return_file(evidence_id=file.id, **about)
    with pytest.raises(ReturnEvidenceMissing):
        send(**trained)
    fill(3, 4, uploads=[("ds.png", picture())], **trained)
    assert send(**trained).line.state is ReturnState.SENT


def test_a_return_after_its_day_is_late_and_not_lost(fill, send, now, accept, figure):
    found = fill()
    # Seven working days after 31 March 2026, by the calendar of the department.
    assert found.line.due_on == date(2026, 4, 9)
    assert (found.line.is_owed, found.line.is_late) == (True, True)

    assert send().line.is_late
    accept()

    assert figure().value == 80.0


def test_a_return_in_time_is_not_late(fill, send):
    early = datetime(2026, 4, 9, 9, tzinfo=VIETNAM)

    fill(at=early)

    assert not send(at=early).line.is_late


@pytest.mark.parametrize(
    ("period", "refusal"),
    [
        ("2026Q2", PeriodOpen),
        ("2025Q4", PeriodNotAsked),
        ("2026-01", PeriodNotAsked),
        ("2026", PeriodNotAsked),
        ("quý 1", PeriodNotAsked),
    ],
)
def test_only_periods_that_are_asked_for_and_over_are_reported(fill, period, refusal):
    with pytest.raises(refusal):
        fill(period=period)


def test_who_is_not_asked_reports_nothing(fill, department, keeper):
    with pytest.raises(NotAsked):
        fill(agency_id=department.id, actor=keeper)
    with pytest.raises(ReturnUnknown):
        fill(key="services_online")
    with pytest.raises(ReturnUnknown):
        fill(agency_id=uuid4())


def test_who_was_dissolved_before_the_end_reports_nothing(fill, ward, figure):
    OrganizationRow.objects.filter(pk=ward.id).update(valid_to=date(2026, 3, 1))

    with pytest.raises(ReporterDissolved):
        fill()


def test_only_the_agency_fills_and_only_the_approver_accepts(
    fill, send, accept, place, clerk, keeper, officer, reviewer, now
):
    with pytest.raises(ReturnUnknown):
        fill(actor=keeper)
    for stranger in (clerk, reviewer):
        with pytest.raises(NotAllowed):
            fill(actor=stranger)
    fill()
    send()
    with pytest.raises(NotAllowed):
        accept(actor=officer)
    with pytest.raises(ReturnUnknown):
        accept(actor=keeper)
    with pytest.raises(ReturnUnknown):
        queries.get_return(actor=keeper, on=now.date(), **place)


def test_nobody_accepts_their_own(reviewer, now):
    [own] = reviewer.organizations()

    found = queries.get_return(
        key=TRAINED, period="2025", agency_id=own, actor=reviewer, on=now.date()
    )

    assert found.line.approver == "Ủy ban nhân dân tỉnh Quảng Ninh"
    fine = {
        "indicator": TRAINED,
        "period": "2025",
        "agency_id": own,
        "approver_id": own,
        "version": 1,
        "state": "draft",
        "due_on": now.date(),
        "filled_at": now,
    }
    with pytest.raises(IntegrityError), transaction.atomic():
        ReturnRow.objects.create(**fine)


def test_who_owes_what_is_listed_until_it_is_sent(fill, send, ward, officer, now):
    def owing():
        found = queries.owed_returns(actor=officer, on=now.date(), period=QUARTER)
        return {one.agency_id for one in found}

    assert len(owing()) == COMMUNES
    fill()
    assert ward.id in owing()
    send()
    assert ward.id not in owing()
    own = queries.own_returns(actor=officer, on=now.date())
    assert {one.asked.indicator for one in own} >= {FILES, TRAINED}
    assert not own[-1].is_owed


def test_each_act_is_in_the_journal(fill, send, accept):
    fill()
    send()
    accept()

    deeds = JournalEntry.objects.filter(subject="indicators.Return")
    assert list(deeds.order_by("id").values_list("deed", flat=True)) == [
        "indicators.fill_return",
        "indicators.send_return",
        "indicators.accept_return",
    ]


def test_a_target_reads_a_sum_that_is_whole_and_real(
    fill, send, accept, officer, reviewer, now, ward
):
    """All communes but the ward are no more, so that one return is all."""
    real, judge = (replace(one, is_synthetic=False) for one in (officer, reviewer))
    others = OrganizationRow.objects.filter(level="commune").exclude(pk=ward.id)
    on = now.date()

    def standing():
        found = queries.standings(on=on, plan="nq09_2030")
        [one] = [s for s in found if s.target.indicator == FILES]
        return one

    fill(9, 10, actor=real)
    send(actor=real)
    accept(actor=judge)
    assert standing().state is State.UNKNOWN

    others.update(valid_to=date(2026, 3, 1))

    one = standing()
    assert (one.latest.value, one.latest.period.key) == (90.0, QUARTER)
    assert "1/1 cơ quan" in one.latest.source


def test_made_up_returns_judge_made_up_standings_alone(fill, send, accept, now, ward):
    others = OrganizationRow.objects.filter(level="commune").exclude(pk=ward.id)
    others.update(valid_to=date(2026, 3, 1))
    fill(9, 10)
    send()
    accept()

    def state(**told):
        found = queries.standings(on=now.date(), plan="nq09_2030", **told)
        return next(s.state for s in found if s.target.indicator == FILES)

    assert state() is State.UNKNOWN
    assert state(made_up=True) is not State.UNKNOWN


def test_an_accepted_return_is_told_to_pages_that_wait(
    fill, send, accept, province, now
):
    before = queries.state(actor=province)
    fill()
    send()
    assert queries.state(actor=province) == before

    accept()

    assert queries.state(actor=province) != before


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 4, 2), ""),
        (date(2026, 4, 3), ""),
        (date(2026, 4, 6), "before-3"),
        (date(2026, 4, 8), "before-1"),
        (date(2026, 4, 9), "before-1"),
        (date(2026, 4, 10), "late"),
        (date(2026, 5, 10), "late"),
        (date(2026, 5, 11), ""),
    ],
)
def test_who_owes_is_reminded_once_of_each_kind(content, ward, day, kind):
    at = datetime(day.year, day.month, day.day, 8, tzinfo=VIETNAM)
    own = ReturnReminderRow.objects.filter(agency_id=ward.id, indicator=FILES)

    actions.remind_of_returns(at=at)
    again = actions.remind_of_returns(at=at)

    assert again == 0
    assert [row.kind for row in own] == ([kind] if kind else [])


def test_who_has_sent_is_not_reminded(fill, send, ward, now):
    fill()
    send()

    assert actions.remind_of_returns(at=OVERDUE) > 0

    own = ReturnReminderRow.objects.filter(agency_id=ward.id, indicator=FILES)
    assert not own.exists()


def test_officers_read_the_reminder_and_the_reason(
    ward, officer, fill, send, place, reviewer, now
):
    actions.remind_of_returns(at=OVERDUE)
    fill()
    send()
    about = place | {"actor": reviewer, "at": now}
    actions.send_return_back(reason="Thiếu phòng Văn hóa.", **about)
    names = ["indicators.ReturnDue", "indicators.ReturnSentBack"]
    own = {"name__in": names, "body__agency_id": str(ward.id)}
    own["body__indicator"] = FILES
    for event in OutboxEvent.objects.filter(**own):
        events.deliver(event_id=event.id, at=now)

    found = notify.inbox(person_id=officer.person_id).items
    told = {one.template_key: one.body["vi"] for one in found}
    assert "hạn là ngày 09/04/2026" in told["return_late"]
    assert "Thiếu phòng Văn hóa." in told["return_sent_back"]


def test_who_accepts_reads_that_a_return_is_there(fill, send, ward, reviewer, now):
    fill()
    send()
    for event in OutboxEvent.objects.filter(name="indicators.ReturnSent"):
        events.deliver(event_id=event.id, at=now)

    [told] = notify.inbox(person_id=reviewer.person_id).items
    assert told.template_key == "return_sent" and ward.name in told.body["vi"]


def test_the_command_lists_who_is_late(fill, send, ward, monkeypatch, now):
    monkeypatch.setattr("tinhso.kernel.clock.now", lambda: now)
    fill()
    send()

    ran = CliRunner().invoke(group, ["returns", "--period", QUARTER, "--json"])

    told = json.loads(ran.output)
    assert (len(told["returns"]), told["late"]) == (COMMUNES - 1, COMMUNES - 1)
    first = told["returns"][0]
    assert (first["indicator"], first["due_on"]) == (FILES, "2026-04-09")
    assert ward.code not in {one["agency"] for one in told["returns"]}
    assert CliRunner().invoke(group, ["returns", "--period", "mai"]).exit_code == 1


def test_a_number_says_at_the_command_line_who_is_missing(
    fill, send, accept, monkeypatch, now
):
    monkeypatch.setattr("tinhso.kernel.clock.now", lambda: now)
    fill(8, 10)
    send()
    accept()

    ran = CliRunner().invoke(group, ["show", FILES, QUARTER, "--made-up", "--json"])

    [told] = json.loads(ran.output)["figures"]
    assert (told["value"], told["coverage"]) == (80.0, [1, COMMUNES])
    assert not told["is_complete"]


def test_the_agencies_of_a_number_are_named_at_the_command_line(
    fill, send, accept, ward, monkeypatch, now
):
    monkeypatch.setattr("tinhso.kernel.clock.now", lambda: now)
    fill(8, 10)
    send()
    accept()

    words = ["show", FILES, QUARTER, "--by", "agency", "--made-up"]
    shown = CliRunner().invoke(group, words)

    assert shown.output.split()[:5] == [ward.code, "80", "%", "8", "/"]
    assert ward.short_name in shown.output
