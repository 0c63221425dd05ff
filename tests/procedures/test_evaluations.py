"""Applicants say how it was, once; units and officers get their results."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from tinhso.kernel.errors import NotAllowed, NotFound
from tinhso.kernel.events import actions as events
from tinhso.kernel.events.models import OutboxEvent
from tinhso.notify import queries as notify
from tinhso.procedures import actions, queries
from tinhso.procedures.dossiers import scoring
from tinhso.procedures.models import DossierRow, EvaluationRow
from tinhso.procedures.types import (
    ASKED,
    AlreadyEvaluated,
    AnswersInvalid,
    Channel,
    Fulfilment,
    Grade,
    Index,
    NothingToEvaluate,
    Punctuality,
    Satisfaction,
)

BEST = dict.fromkeys(ASKED, 2)
JUNE = {"first": date(2026, 6, 1), "last": date(2026, 6, 30)}


@pytest.fixture
def evaluate(citizen, now):
    def do(dossier, *, actor=citizen, level=Satisfaction.VERY, answers=BEST, words=""):
        return actions.evaluate_dossier(
            dossier_id=dossier.id,
            satisfaction=level,
            answers=answers,
            comment=words,
            actor=actor,
            at=now + timedelta(hours=1),
        )

    return do


@pytest.fixture
def refused(submit, act, clerk, officer):
    """A dossier that ended: received, then refused."""
    dossier = act(submit(), "receive", clerk)
    return act(dossier, "refuse", officer, note="Không đủ điều kiện.")


def test_what_was_answered_and_what_was_computed_make_nine_indices(refused, evaluate):
    found = evaluate(refused, words="  Cảm ơn.  ")

    assert dict(found.scores) == {
        Index.TOTAL_TIME: 1,  # refused a day before, which is on time, not early
        Index.UNIT_TIME: 1,
        Index.CONTACTS: 2,
        **BEST,
        Index.ONLINE: 2,
    }
    assert found.comment == "Cảm ơn."


def test_a_dossier_is_evaluated_once(refused, evaluate, citizen):
    asked = {"dossier_id": refused.id, "actor": citizen}
    assert queries.may_evaluate(**asked)
    assert queries.evaluation_of(**asked) is None
    evaluate(refused)

    assert not queries.may_evaluate(**asked)
    assert queries.evaluation_of(**asked).satisfaction is Satisfaction.VERY
    with pytest.raises(AlreadyEvaluated):
        evaluate(refused)
    row = EvaluationRow.objects.get()
    row.pk = None
    row._state.adding = True
    with pytest.raises(IntegrityError), transaction.atomic():
        EvaluationRow.objects.create(
            dossier_id=refused.id,
            organization_id=row.organization_id,
            satisfaction="very",
            scores={},
            at=row.at,
            is_synthetic=True,
        )


def test_only_the_applicant_evaluates_and_only_what_ended(
    submit, act, refused, evaluate, clerk, citizen, sign_in
):
    for stranger in (clerk, sign_in("Trần Quốc Hưng")):
        with pytest.raises(NotFound):
            evaluate(refused, actor=stranger)
    with pytest.raises(NotFound):
        queries.evaluation_of(dossier_id=refused.id, actor=clerk)
    with pytest.raises(NothingToEvaluate):
        evaluate(submit())
    with pytest.raises(NothingToEvaluate):
        evaluate(act(submit(), "withdraw", citizen, note="Không cần nữa."))


def test_every_question_is_answered_within_its_points(refused, evaluate):
    with pytest.raises(AnswersInvalid) as told:
        evaluate(refused, level=None, answers={**BEST, Index.ATTITUDE: 3})

    assert set(told.value.fields) == {"satisfaction", "index_7"}


def test_the_applicant_is_asked_by_message_once(refused, citizen, now):
    for _ in range(2):
        for event in OutboxEvent.objects.order_by("id"):
            events.deliver(event_id=event.id, at=now)

    told = notify.inbox(person_id=citizen.person_id).items
    assert [m.template_key for m in told].count("evaluation_asked") == 1


def test_the_result_of_a_unit_and_its_officers(
    submit, act, clerk, officer, evaluate, ward, refused
):
    evaluate(refused, words="Tốt.")
    other = act(submit(), "not_receive", clerk, note="Sai nơi nộp.")
    evaluate(other, level=Satisfaction.NOT, answers=dict.fromkeys(ASKED, 0))
    asked = {"organization_id": ward.id, **JUNE, "actor": clerk}
    apart = queries.evaluation_result(**asked)
    assert (apart.count, apart.mean, apart.synthetic) == (0, None, 2)

    DossierRow.objects.update(is_synthetic=False)
    EvaluationRow.objects.update(is_synthetic=False)
    found = queries.evaluation_result(**asked)

    assert (found.count, found.ended, found.synthetic) == (2, 2, 0)
    assert (found.mean, found.grade) == (11.0, Grade.FAIR)
    assert found.means[Index.ATTITUDE] == 1.0
    assert found.satisfaction[Satisfaction.NOT] == 1
    assert found.comments == ("Tốt.",)
    assert [(o.name, o.count, o.mean, o.fulfilment) for o in found.officers] == [
        ("Hoàng Văn Nam", 1, 5.0, Fulfilment.FULL),
        ("Vũ Thị Lan", 2, 4.0, Fulfilment.MOSTLY),
    ]


def test_results_are_for_the_units_own_officers(clerk, citizen, ward, department):
    for actor, unit in ((citizen, ward), (clerk, department)):
        with pytest.raises(NotAllowed):
            queries.evaluation_result(organization_id=unit.id, **JUNE, actor=actor)


@pytest.mark.parametrize(
    ("points", "grade"),
    [
        (18, Grade.EXCELLENT),
        (15, Grade.EXCELLENT),
        (14.9, Grade.GOOD),
        (12, Grade.GOOD),
        (11.9, Grade.FAIR),
        (9, Grade.FAIR),
        (8.9, Grade.AVERAGE),
        (6, Grade.AVERAGE),
        (5.9, Grade.WEAK),
        (0, Grade.WEAK),
    ],
)
def test_an_agency_is_classed_by_its_mean(points, grade):
    assert scoring.grade(points) is grade


@pytest.mark.parametrize(
    ("points", "fulfilment"),
    [
        (6, Fulfilment.FULL),
        (5, Fulfilment.FULL),
        (4.9, Fulfilment.MOSTLY),
        (3.5, Fulfilment.MOSTLY),
        (3.4, Fulfilment.BELOW),
        (0, Fulfilment.BELOW),
    ],
)
def test_an_officer_is_classed_by_their_mean(points, fulfilment):
    assert scoring.fulfilment(points) is fulfilment


def test_a_late_step_and_a_supplement_cost_points():
    given = {"total": Punctuality.LATE, "supplements": 1, "is_online": True}
    steps = [Punctuality.EARLY, Punctuality.LATE]

    points = scoring.computed(**given, steps=steps, channel=Channel.COUNTER)

    assert list(points.values()) == [0, 0, 1, 1]
