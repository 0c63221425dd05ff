"""A unit says what it has, an appraiser differs, nobody's score replaces another's."""

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from click.testing import CliRunner
from django.db import IntegrityError, transaction

from tests.indicators.conftest import DUE, EXPLAIN_BY
from tinhso.cli.indexes import group
from tinhso.indicators import actions, queries
from tinhso.indicators.models import AssessmentRow, ScoreRow
from tinhso.indicators.types import (
    AfterDeadline,
    AppraisalIncomplete,
    AssessmentMovedOn,
    AssessmentState,
    AssessmentThere,
    AssessmentUnknown,
    CriteriaOpen,
    CriterionUnknown,
    DeadlinesWrong,
    EvidenceMissing,
    EvidenceUnknown,
    ExplanationNeeded,
    FiguresWrong,
    HandedInTwice,
    NoAppraiser,
    NotDisputed,
    NotExplainedYet,
    NothingCounted,
    PointsAboveMaximum,
    PublicationWithoutSource,
    ReasonNeeded,
    ScoreState,
    UnitDissolved,
    Whose,
    WrongUnit,
)
from tinhso.kernel.audit.models import JournalEntry
from tinhso.kernel.errors import Invalid, NotAllowed
from tinhso.kernel.events import actions as events
from tinhso.kernel.events.models import OutboxEvent
from tinhso.notify import queries as notify
from tinhso.people.models import OrganizationRow

D = Decimal
TT01 = "service_evaluation_tt01"
AFTER = timedelta(days=20)


@pytest.fixture
def say(officer, now):
    """Let the ward's case officer say something of a criterion."""

    def do(assessment_id, item="c1_2", a="3", b="4", **more):
        told = {"remark": "", "actor": officer, "at": now} | more
        return actions.self_assess(
            assessment_id=assessment_id,
            item=item,
            a=None if a is None else D(a),
            b=None if b is None else D(b),
            **told,
        )

    return do


@pytest.fixture
def handed_in(begin, department, keeper, say, now):
    """The nine indices of Circular 01/2018, said and handed in by a department."""
    key = begin(department, TT01)
    for item in queries.get_index_set(key=TT01).items:
        say(key, item, "1.5", None, actor=keeper)
    actions.hand_in_assessment(assessment_id=key, actor=keeper, at=now)
    return key


@pytest.fixture
def appraise(reviewer, now):
    def do(assessment_id, points, reason="", item="contacts", **more):
        told = {"actor": reviewer, "at": now} | more
        return actions.appraise(
            assessment_id=assessment_id,
            item=item,
            points=D(points),
            reason=reason,
            **told,
        )

    return do


def png(picture):
    return [("minh-chung.png", picture())]


def test_figures_become_points_and_evidence_stays_with_them(begin, ward, say, picture):
    key = begin(ward)

    found = say(key, remark="Theo báo cáo Quý II", uploads=png(picture))

    score = found.score("c1_2")
    assert (score.said, score.a, score.b) == (D("7.5"), D(3), D(4))
    assert (score.appraised, score.published, score.difference) == (None, None, None)
    assert [one.name for one in score.evidence] == ["minh-chung.png"]
    assert score.state is ScoreState.SAID
    assert (found.line.said.points, found.line.said.scored) == (D("7.5"), 1)
    assert found.line.is_synthetic


def test_only_the_unit_says_what_it_has(begin, ward, say, keeper, clerk, reviewer):
    key = begin(ward)

    with pytest.raises(AssessmentUnknown):
        say(key, actor=keeper)
    for stranger in (clerk, reviewer):
        with pytest.raises(NotAllowed):
            say(key, actor=stranger)
    with pytest.raises(AssessmentUnknown):
        say(uuid4())


def test_only_who_appraises_begins(begin, ward, officer, department):
    with pytest.raises(NotAllowed):
        begin(ward, actor=officer)
    with pytest.raises(WrongUnit):
        begin(department)


def test_nobody_appraises_themselves(begin, department, now, reviewer):
    [own] = reviewer.organizations()

    with pytest.raises(WrongUnit):
        begin(replace(department, id=own), TT01)
    begin(department, TT01)
    row = AssessmentRow.objects.get()
    row.unit_id = own
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_a_unit_is_assessed_once_a_period(begin, ward):
    begin(ward)

    with pytest.raises(AssessmentThere):
        begin(ward)
    assert begin(ward, period="2027")


def test_a_unit_that_is_no_more_is_not_assessed(begin, ward, say, now):
    key = begin(ward)
    OrganizationRow.objects.filter(pk=ward.id).update(valid_to=date(2026, 6, 1))

    with pytest.raises(UnitDissolved):
        say(key)
    with pytest.raises(UnitDissolved):
        begin(ward, period="2027")


def test_deadlines_and_periods_are_as_they_can_be(begin, ward, now):
    yesterday = now.date() - timedelta(days=1)

    with pytest.raises(DeadlinesWrong):
        begin(ward, due_on=yesterday)
    with pytest.raises(DeadlinesWrong):
        begin(ward, explain_by=DUE - timedelta(days=1))
    with pytest.raises(Invalid) as refused:
        begin(ward, period="soon")
    assert list(refused.value.fields) == ["period"]


def test_without_an_appraiser_nothing_begins(begin, ward, monkeypatch):
    monkeypatch.setattr("tinhso.indicators.actions.assessing.appraisers", dict)

    with pytest.raises(NoAppraiser):
        begin(ward)


@pytest.mark.parametrize(
    ("item", "a", "b", "refusal"),
    [
        ("c1_2", "5", "4", FiguresWrong),
        ("c1_2", "1", "0", FiguresWrong),
        ("c1_2", "1", None, FiguresWrong),
        ("c1_4", "20.5", None, PointsAboveMaximum),
        ("c1_4", "-1", None, PointsAboveMaximum),
        ("c3_5", "0.5", None, FiguresWrong),
    ],
)
def test_figures_that_cannot_be_are_refused(begin, ward, say, item, a, b, refusal):
    key = begin(ward)

    with pytest.raises(refusal):
        say(key, item, a, b)
    assert not ScoreRow.objects.exists()


def test_a_criterion_that_is_not_in_the_set_is_refused(begin, ward, say):
    with pytest.raises(CriterionUnknown):
        say(begin(ward), "c9_9")


def test_what_was_said_can_be_taken_back_until_it_is_handed_in(begin, ward, say):
    key = begin(ward)
    say(key)

    found = say(key, a=None, b=None)

    assert found.score("c1_2").state is ScoreState.EMPTY
    assert found.line.said.scored == 0


def test_after_the_day_nothing_is_said_or_handed_in(begin, ward, say, officer, now):
    key, late = begin(ward), now + AFTER

    with pytest.raises(AfterDeadline):
        say(key, at=late)
    with pytest.raises(AfterDeadline):
        actions.hand_in_assessment(assessment_id=key, actor=officer, at=late)


def test_another_day_is_given_with_a_reason(begin, ward, say, reviewer, now):
    key = begin(ward)
    told = {"assessment_id": key, "actor": reviewer, "at": now}

    def move(due_on, reason="Bão số 3"):
        return actions.move_deadlines(
            due_on=due_on, explain_by=EXPLAIN_BY, reason=reason, **told
        )

    with pytest.raises(ReasonNeeded):
        move(DUE + timedelta(days=9), " ")
    with pytest.raises(DeadlinesWrong):
        move(DUE - timedelta(days=1))
    move(DUE + timedelta(days=9))
    assert say(key, at=now + AFTER).line.said.scored == 1


def test_points_without_evidence_are_not_handed_in(
    begin, ward, say, officer, now, picture
):
    key = begin(ward)
    say(key)

    def hand_in():
        return actions.hand_in_assessment(
            assessment_id=key, actor=officer, at=now, without_open=True
        )

    with pytest.raises(EvidenceMissing) as refused:
        hand_in()
    assert list(refused.value.fields) == ["c1_2"]
    say(key, uploads=png(picture))
    assert hand_in().line.state is AssessmentState.HANDED_IN


def test_evidence_that_was_dropped_counts_no_more(
    begin, ward, say, officer, now, picture
):
    key = begin(ward)
    [file] = say(key, uploads=png(picture)).score("c1_2").evidence

    def drop(evidence_id):
        return actions.drop_evidence(
            assessment_id=key, evidence_id=evidence_id, actor=officer, at=now
        )

    with pytest.raises(EvidenceUnknown):
        drop(uuid4())
    assert not drop(file.id).score("c1_2").evidence
    found, content = queries.evidence_file(
        assessment_id=key, evidence_id=file.id, actor=officer
    )
    assert found.id == file.file_id
    assert content.startswith(b"\x89PNG")


def test_a_file_that_is_none_is_refused_with_its_reason(begin, ward, say):
    with pytest.raises(FiguresWrong) as refused:
        say(begin(ward), uploads=[("a.exe", b"MZ" + b"0" * 99)])

    assert list(refused.value.fields) == ["files"]


def test_what_is_open_is_left_open_on_purpose_only(begin, ward, officer, now):
    key = begin(ward)

    with pytest.raises(CriteriaOpen) as refused:
        actions.hand_in_assessment(assessment_id=key, actor=officer, at=now)

    assert refused.value.params["count"] == 62


def test_an_assessment_is_handed_in_once(handed_in, keeper, say, now):
    with pytest.raises(HandedInTwice):
        actions.hand_in_assessment(assessment_id=handed_in, actor=keeper, at=now)
    with pytest.raises(AssessmentMovedOn):
        say(handed_in, "contacts", "2", None, actor=keeper)


def test_the_same_points_agree_and_others_need_a_reason(handed_in, appraise):
    assert appraise(handed_in, "1.5").score("contacts").state is ScoreState.AGREED

    with pytest.raises(ReasonNeeded):
        appraise(handed_in, "1")
    with pytest.raises(PointsAboveMaximum):
        appraise(handed_in, "2.1", "Nhiều quá")
    found = appraise(handed_in, "1", "Thiếu sổ theo dõi").score("contacts")
    assert (found.state, found.difference) == (ScoreState.DISPUTED, D("-0.5"))
    assert (found.said, found.appraised) == (D("1.5"), D(1))


def test_the_unit_does_not_appraise_and_the_appraiser_does_not_explain(
    handed_in, appraise, keeper, reviewer, now
):
    with pytest.raises(NotAllowed):
        appraise(handed_in, "2", "Hơn", actor=keeper)
    appraise(handed_in, "1", "Thiếu")
    with pytest.raises(NotAllowed):
        actions.explain(
            assessment_id=handed_in,
            item="contacts",
            text="Đủ",
            actor=reviewer,
            at=now,
        )


def test_a_dispute_goes_from_reason_to_explanation_to_settlement(
    handed_in, appraise, keeper, reviewer, now, picture
):
    appraise(handed_in, "1", "Thiếu sổ theo dõi")
    here = {"assessment_id": handed_in, "item": "contacts", "at": now}

    def settle(points="1.25", reason="Chấp nhận một phần", at=now):
        ask = here | {"points": D(points), "reason": reason, "at": at}
        return actions.settle(actor=reviewer, **ask)

    with pytest.raises(NotExplainedYet):
        settle()
    with pytest.raises(ExplanationNeeded):
        actions.explain(text=" ", actor=keeper, **here)
    actions.explain(
        text="Sổ nằm ở phần mềm", actor=keeper, uploads=png(picture), **here
    )
    with pytest.raises(NotDisputed):
        actions.explain(text="Lần nữa", actor=keeper, **here)
    with pytest.raises(AssessmentMovedOn):
        appraise(handed_in, "1.5")
    with pytest.raises(ReasonNeeded):
        settle(reason="")

    found = settle().score("contacts")

    assert (found.state, found.said, found.appraised) == (
        *(ScoreState.SETTLED, D("1.5"), D("1.25")),
    )
    assert [(one.kind.value, one.points) for one in found.remarks] == [
        *(("disagree", D(1)), ("explain", None), ("settle", D("1.25"))),
    ]
    with pytest.raises(NotDisputed):
        settle()


def test_both_sides_are_told_of_a_dispute_and_its_explanation_once_a_day(
    handed_in, appraise, keeper, reviewer, now
):
    appraise(handed_in, "1", "Thiếu sổ theo dõi")
    appraise(handed_in, "1.25", "Xem lại")
    actions.explain(
        assessment_id=handed_in,
        item="contacts",
        text="Sổ nằm ở phần mềm",
        actor=keeper,
        at=now,
    )
    for event in OutboxEvent.objects.filter(name__startswith="indicators."):
        events.deliver(event_id=event.id, at=now)

    def told(who):
        found = notify.inbox(person_id=who.person_id).items
        return sorted(one.template_key for one in found)

    assert told(keeper) == ["assessment_begun", "score_disputed"]
    assert told(reviewer) == ["assessment_handed_in", "score_explained"]


def test_who_lets_the_day_pass_is_settled_without_an_answer(
    handed_in, appraise, keeper, reviewer, now
):
    appraise(handed_in, "1", "Thiếu")
    later = now + timedelta(days=40)
    here = {"assessment_id": handed_in, "item": "contacts", "at": later}

    with pytest.raises(AfterDeadline):
        actions.explain(text="Muộn", actor=keeper, **here)
    found = actions.settle(points=D(1), reason="Hết hạn", actor=reviewer, **here)
    assert found.score("contacts").state is ScoreState.SETTLED


def test_what_nobody_said_keeps_no_points_when_the_rest_is_agreed(
    begin, ward, say, officer, reviewer, now, picture
):
    key = begin(ward)
    say(key, uploads=png(picture))
    actions.hand_in_assessment(
        assessment_id=key, actor=officer, at=now, without_open=True
    )

    found = actions.appraise_rest(assessment_id=key, actor=reviewer, at=now)

    assert (found.line.appraised.points, found.line.appraised.scored) == (D("7.5"), 1)
    with pytest.raises(AppraisalIncomplete) as refused:
        actions.conclude_appraisal(assessment_id=key, actor=reviewer, at=now)
    assert refused.value.params == {"open": 61, "disputed": 0}


def test_a_published_score_stands_beside_the_two_others(
    handed_in, appraise, reviewer, now
):
    told = {"assessment_id": handed_in, "actor": reviewer, "at": now}
    appraise(handed_in, "1", "Thiếu")
    with pytest.raises(AppraisalIncomplete):
        actions.conclude_appraisal(**told)
    appraise(handed_in, "1.5")
    actions.appraise_rest(**told)

    def publish(points="12", source="QĐ 100/QĐ-UBND"):
        return actions.publish_score(
            points=D(points), source=source, on=now.date(), **told
        )

    with pytest.raises(AssessmentMovedOn):
        publish()
    actions.conclude_appraisal(**told)
    with pytest.raises(PointsAboveMaximum):
        publish("18.1")
    with pytest.raises(PublicationWithoutSource):
        publish(source=" ")

    found = publish().line

    assert (found.said.points, found.appraised.points, found.published) == (
        *(D("13.5"), D("13.5"), D(12)),
    )
    assert found.said.is_complete
    with pytest.raises(AssessmentMovedOn):
        publish()


def test_the_league_follows_the_appraisal_and_keeps_what_is_made_up_apart(
    handed_in, appraise, begin, say, keeper, officer, ward, reviewer, now
):
    other = begin(ward, TT01)
    for item in queries.get_index_set(key=TT01).items:
        say(other, item, "1.4", None)
    actions.hand_in_assessment(assessment_id=other, actor=officer, at=now)
    for key in (handed_in, other):
        actions.appraise_rest(assessment_id=key, actor=reviewer, at=now)

    def table(actor=reviewer, *, made_up=True, whose=Whose.APPRAISED):
        lines = queries.league_of(
            set_key=TT01,
            period="2026",
            whose=whose,
            actor=actor,
            is_synthetic=made_up,
        )
        return [(one.rank, one.name.split()[-1]) for one in lines]

    assert [rank for rank, _ in table()] == [1, 2]
    told = CliRunner().invoke(group, ["league", TT01, "2026", "--synthetic", "--json"])
    points = [one["points"] for one in json.loads(told.stdout)["league"]]
    assert points == ["13.5000", "12.6000"]
    first = table()[0]
    appraise(handed_in, "0.5", "Thiếu", item="contacts")
    appraise(handed_in, "1.4", "Thiếu", item="attitude")
    assert table()[1] == (2, first[1])
    assert table(made_up=False) == []
    assert len(table(keeper)) == len(table(officer)) == 1
    assert table(whose=Whose.PUBLISHED) == []


def test_a_computed_criterion_counts_real_dossiers_only(begin, department, say, keeper):
    key = begin(department, "service_quality_766")

    with pytest.raises(NothingCounted):
        say(key, "on_time", None, None, actor=keeper)


def test_the_database_keeps_the_promises(handed_in):
    row = ScoreRow.objects.first()
    for change in (
        {"said_points": D("2.1")},
        {"appraised_points": D(1)},
        {"appraised_points": D("-1"), "disputed_at": row.said_at},
        {"settled_at": row.said_at},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ScoreRow.objects.filter(pk=row.pk).update(**change)
    for change in (
        {"state": "open"},
        {"state": "appraised"},
        {"published_points": D(1)},
        {"explain_by": DUE - timedelta(days=1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            AssessmentRow.objects.filter(pk=handed_in).update(**change)


def test_each_act_stands_in_the_journal_without_a_name(handed_in, appraise):
    appraise(handed_in, "1", "Thiếu")

    deeds = JournalEntry.objects.filter(subject_id=handed_in).order_by("at", "id")
    names = [one.deed for one in deeds]
    assert names[0] == "indicators.begin_assessment"
    assert names[-2:] == ["indicators.hand_in_assessment", "indicators.appraise"]
    assert not any("Hằng" in str(one.details) for one in deeds)


def test_an_assessment_stays_with_the_version_it_was_begun_under(handed_in, reviewer):
    found = queries.get_assessment(assessment_id=handed_in, actor=reviewer)

    assert found.index_set.content_version == 1
    assert [line.id for line in queries.assessments(actor=reviewer)] == [handed_in]
    assert queries.periods_of(set_key=TT01) == ("2026",)
