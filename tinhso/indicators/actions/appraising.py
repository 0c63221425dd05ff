"""Appraise: agree or differ with a reason, hear the unit, settle, publish."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from tinhso.indicators.actions.assessing import Uploads, keep_evidence
from tinhso.indicators.actions.locking import (
    changing,
    criterion_of,
    note,
    score_of,
    text_of,
)
from tinhso.indicators.models import AssessmentRow, RemarkRow, ScoreRow
from tinhso.indicators.queries.assessments import assessment_of, set_of, state_of
from tinhso.indicators.types import (
    AfterDeadline,
    AppraisalIncomplete,
    Assessment,
    AssessmentAppraised,
    AssessmentMovedOn,
    AssessmentState,
    DeadlinesWrong,
    ExplanationNeeded,
    NotDisputed,
    NotExplainedYet,
    PointsAboveMaximum,
    PublicationWithoutSource,
    ReasonNeeded,
    RemarkKind,
    ScoreDisputed,
    ScoreExplained,
    ScorePublished,
    ScoreState,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import local
from tinhso.kernel.errors import Phrase
from tinhso.kernel.events import actions as events
from tinhso.kernel.text import clean
from tinhso.security.types import Deed

ENOUGH = 2000


def appraise(
    *,
    assessment_id: UUID,
    item: str,
    points: Decimal,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Assessment:
    """Give the points one finds right; other points than the unit's are a dispute.

    reason: why they are others; "" where they are the same.

    :raises AssessmentUnknown, NotAllowed, CriterionUnknown: if it is not the actor's.
    :raises AssessmentMovedOn: if it is not handed in, or the unit has explained.
    :raises PointsAboveMaximum, ReasonNeeded: if points or reason cannot be.
    """
    with changing(
        assessment_id, actor, Deed.APPRAISE_UNITS, AssessmentState.HANDED_IN
    ) as row:
        criterion = criterion_of(row, item)
        score = score_of(row, criterion)
        if state_of(score) in (ScoreState.EXPLAINED, ScoreState.SETTLED):
            raise AssessmentMovedOn
        _refuse_points(points, criterion.maximum)
        is_other = score.said_points != points
        if is_other and not clean(reason):
            raise ReasonNeeded({"reason": [ReasonNeeded.message]})
        score.appraised_points = points
        score.appraised_by, score.appraised_at = actor.name, at
        score.disputed_at = at if is_other else None
        score.save()
        if is_other:
            _remark(score, RemarkKind.DISAGREE, reason, points, actor, at)
            told = ScoreDisputed(subject_id=row.id, unit_id=row.unit_id, item=item)
            events.record(told, actor=actor, at=at)
        note("appraise", row, actor, at, item=item, points=text_of(points))
    return assessment_of(row)


def appraise_rest(*, assessment_id: UUID, actor: Actor, at: datetime) -> Assessment:
    """Agree with whatever the unit said and nobody appraised yet.

    What has no value keeps none.

    :raises AssessmentUnknown, NotAllowed, AssessmentMovedOn: if it is not the actor's
        now.
    """
    with changing(
        assessment_id, actor, Deed.APPRAISE_UNITS, AssessmentState.HANDED_IN
    ) as row:
        waiting = [one for one in row.scores.all() if state_of(one) is ScoreState.SAID]
        for score in waiting:
            score.appraised_points = score.said_points
            score.appraised_by, score.appraised_at = actor.name, at
            score.save()
        note("appraise_rest", row, actor, at, count=len(waiting))
    return assessment_of(row)


def explain(
    *,
    assessment_id: UUID,
    item: str,
    text: str,
    actor: Actor,
    at: datetime,
    uploads: Uploads = (),
) -> Assessment:
    """Answer the appraiser, once, with more evidence if there is some.

    :raises AssessmentUnknown, NotAllowed, CriterionUnknown: if it is not the actor's.
    :raises NotDisputed, AfterDeadline: if it need not, or can no longer, be explained.
    :raises ExplanationNeeded: if it says nothing.
    """
    with changing(
        assessment_id, actor, Deed.ASSESS_OWN_UNIT, AssessmentState.HANDED_IN
    ) as row:
        score = score_of(row, criterion_of(row, item))
        if state_of(score) is not ScoreState.DISPUTED:
            raise NotDisputed
        if local(at).date() > row.explain_by:
            raise AfterDeadline(day=f"{row.explain_by:%d/%m/%Y}")
        if not clean(text):
            raise ExplanationNeeded({"text": [ExplanationNeeded.message]})
        score.explained_at = at
        score.save()
        _remark(score, RemarkKind.EXPLAIN, text, None, actor, at)
        keep_evidence(score, row, uploads, actor, at)
        note("explain", row, actor, at, item=item)
        told = ScoreExplained(
            subject_id=row.id, appraiser_id=row.appraiser_id, item=item
        )
        events.record(told, actor=actor, at=at)
    return assessment_of(row)


def settle(
    *,
    assessment_id: UUID,
    item: str,
    points: Decimal,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Assessment:
    """End a dispute with the points that hold, and why.

    :raises AssessmentUnknown, NotAllowed, CriterionUnknown: if it is not the actor's.
    :raises NotDisputed: if it is none, or was settled.
    :raises NotExplainedYet: if the unit may still explain, and has not.
    :raises PointsAboveMaximum, ReasonNeeded: if points or reason cannot be.
    """
    with changing(
        assessment_id, actor, Deed.APPRAISE_UNITS, AssessmentState.HANDED_IN
    ) as row:
        criterion = criterion_of(row, item)
        score = score_of(row, criterion)
        _refuse_early(row, score, at)
        _refuse_points(points, criterion.maximum)
        if not clean(reason):
            raise ReasonNeeded({"reason": [ReasonNeeded.message]})
        score.appraised_points = points
        score.appraised_by, score.appraised_at = actor.name, at
        score.settled_at = at
        score.save()
        _remark(score, RemarkKind.SETTLE, reason, points, actor, at)
        note("settle", row, actor, at, item=item, points=text_of(points))
    return assessment_of(row)


def conclude_appraisal(
    *, assessment_id: UUID, actor: Actor, at: datetime
) -> Assessment:
    """Close an appraisal in which each criterion has its points and none is open.

    :raises AssessmentUnknown, NotAllowed, AssessmentMovedOn: if it is not the actor's
        now.
    :raises AppraisalIncomplete: if criteria are open.
    """
    with changing(
        assessment_id, actor, Deed.APPRAISE_UNITS, AssessmentState.HANDED_IN
    ) as row:
        states = [state_of(one) for one in row.scores.all()]
        disputed = sum(
            one in (ScoreState.DISPUTED, ScoreState.EXPLAINED) for one in states
        )
        done = sum(one in (ScoreState.AGREED, ScoreState.SETTLED) for one in states)
        left = len(set_of(row).items) - done - disputed
        if left or disputed:
            raise AppraisalIncomplete(open=left, disputed=disputed)
        row.state, row.appraised_at = AssessmentState.APPRAISED, at
        row.save()
        note("conclude_appraisal", row, actor, at)
        told = AssessmentAppraised(subject_id=row.id, unit_id=row.unit_id)
        events.record(told, actor=actor, at=at)
    return assessment_of(row)


def publish_score(
    *,
    assessment_id: UUID,
    points: Decimal,
    source: str,
    on: date,
    actor: Actor,
    at: datetime,
) -> Assessment:
    """Enter the score that was published, beside the two others.

    on: when it came out; source: the document it stands in.

    :raises AssessmentUnknown, NotAllowed, AssessmentMovedOn: if it is not the actor's
        now.
    :raises PointsAboveMaximum, PublicationWithoutSource: if points or source cannot be.
    """
    with changing(
        assessment_id, actor, Deed.APPRAISE_UNITS, AssessmentState.APPRAISED
    ) as row:
        _refuse_points(points, row.maximum)
        if not clean(source):
            raise PublicationWithoutSource(
                {"source": [PublicationWithoutSource.message]}
            )
        row.state, row.published_points = AssessmentState.PUBLISHED, points
        row.published_source, row.published_on = clean(source)[:300], on
        row.save()
        note("publish_score", row, actor, at, points=text_of(points))
        told = ScorePublished(subject_id=row.id, unit_id=row.unit_id)
        events.record(told, actor=actor, at=at)
    return assessment_of(row)


def move_deadlines(
    *,
    assessment_id: UUID,
    due_on: date,
    explain_by: date,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Assessment:
    """Give a unit other days, never earlier ones.

    :raises AssessmentUnknown, NotAllowed, AssessmentMovedOn: if it is not the actor's
        now.
    :raises DeadlinesWrong, ReasonNeeded: if days or reason cannot be.
    """
    states = (AssessmentState.OPEN, AssessmentState.HANDED_IN)
    with changing(assessment_id, actor, Deed.APPRAISE_UNITS, *states) as row:
        is_earlier = due_on < row.due_on or explain_by < row.explain_by
        if is_earlier or explain_by < due_on:
            raise DeadlinesWrong({"due_on": [DeadlinesWrong.message]})
        if not clean(reason):
            raise ReasonNeeded({"reason": [ReasonNeeded.message]})
        row.due_on, row.explain_by = due_on, explain_by
        row.save()
        note("move_deadlines", row, actor, at, due_on=str(due_on))
    return assessment_of(row)


def _refuse_points(points: Decimal, maximum: Decimal) -> None:
    if not 0 <= points <= maximum:
        message = Phrase(PointsAboveMaximum.message, maximum=maximum)
        raise PointsAboveMaximum({"points": [message]}, maximum=maximum)


def _refuse_early(row: AssessmentRow, score: ScoreRow, at: datetime) -> None:
    state = state_of(score)
    if state not in (ScoreState.DISPUTED, ScoreState.EXPLAINED):
        raise NotDisputed
    if state is ScoreState.DISPUTED and local(at).date() <= row.explain_by:
        raise NotExplainedYet(day=f"{row.explain_by:%d/%m/%Y}")


def _remark(
    score: ScoreRow,
    kind: RemarkKind,
    text: str,
    points: Decimal | None,
    actor: Actor,
    at: datetime,
) -> None:
    RemarkRow.objects.create(
        score=score,
        kind=kind,
        text=clean(text)[:ENOUGH],
        points=points,
        by_name=actor.name,
        at=at,
    )
