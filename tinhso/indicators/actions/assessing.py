"""Assess: a unit is asked, says what it has with evidence, and hands it in."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from tinhso.documents import actions as documents
from tinhso.documents.types import WHAT_PEOPLE_SEND
from tinhso.indicators.actions.locking import (
    changing,
    criterion_of,
    note,
    score_of,
    text_of,
)
from tinhso.indicators.models import AssessmentRow, EvidenceRow, ScoreRow
from tinhso.indicators.queries.assessments import assessment_of, set_of
from tinhso.indicators.queries.counting import counted
from tinhso.indicators.queries.index_sets import appraisers, get_index_set
from tinhso.indicators.rules.periods import period_of
from tinhso.indicators.rules.scoring import points_of
from tinhso.indicators.types import (
    LEVELS,
    AfterDeadline,
    Assessment,
    AssessmentBegun,
    AssessmentHandedIn,
    AssessmentState,
    AssessmentThere,
    Bureau,
    CriteriaOpen,
    Criterion,
    DeadlinesWrong,
    EvidenceMissing,
    EvidenceUnknown,
    FiguresWrong,
    HandedInTwice,
    IndexSet,
    NoAppraiser,
    PointsAboveMaximum,
    RuleKind,
    UnitDissolved,
    WrongUnit,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import local
from tinhso.kernel.errors import N_, Invalid, NotFound, Phrase
from tinhso.kernel.events import actions as events
from tinhso.kernel.text import clean
from tinhso.people import queries as people
from tinhso.people.types import Organization
from tinhso.security import queries as security
from tinhso.security.types import Deed

NO_PERIOD = N_("Kỳ đánh giá viết như 2026, 2026Q3 hoặc 2026-04.")
MOST_FILE_BYTES = 20 * 2**20
# A name and its bytes.
Uploads = Sequence[tuple[str, bytes]]


def begin_assessment(
    *,
    set_key: str,
    unit_id: UUID,
    period: str,
    due_on: date,
    explain_by: date,
    actor: Actor,
    at: datetime,
) -> Assessment:
    """Ask a unit to assess itself by an index set for a period.

    due_on: the last day on which it hands in; explain_by: on which it explains.

    :raises IndexSetUnknown, NoAppraiser: if nobody can appraise by it.
    :raises NotAllowed: if the actor does not appraise by it.
    :raises WrongUnit, UnitDissolved: if the unit is not measured by it, or is no more.
    :raises DeadlinesWrong: if the days cannot be.
    :raises AssessmentThere: if the unit has one for the period.
    """
    index_set, on = get_index_set(key=set_key), local(at).date()
    with transaction.atomic():
        appraiser = _appraiser(index_set, on)
        security.require(
            actor=actor, deed=Deed.APPRAISE_UNITS, thing=Bureau(appraiser.id)
        )
        unit = _unit(unit_id, index_set, appraiser, on)
        _refuse_days(due_on, explain_by, on)
        key = _period(period)
        if AssessmentRow.objects.filter(
            set_key=set_key, unit=unit.id, period=key
        ).exists():
            raise AssessmentThere
        row = AssessmentRow.objects.create(
            set_key=set_key,
            set_version=index_set.content_version,
            period=key,
            unit_id=unit.id,
            appraiser_id=appraiser.id,
            state=AssessmentState.OPEN,
            due_on=due_on,
            explain_by=explain_by,
            maximum=index_set.maximum,
            begun_at=at,
            is_synthetic=actor.is_synthetic,
        )
        note("begin_assessment", row, actor, at, unit=str(unit.id))
        begun = AssessmentBegun(
            subject_id=row.id, unit_id=unit.id, set_key=set_key, due_on=due_on
        )
        events.record(begun, actor=actor, at=at)
    return assessment_of(row)


def self_assess(
    *,
    assessment_id: UUID,
    item: str,
    a: Decimal | None,
    b: Decimal | None,
    remark: str,
    actor: Actor,
    at: datetime,
    uploads: Uploads = (),
) -> Assessment:
    """Say what one's unit has by a criterion; the rule of the set makes the points.

    a, b: the figures; of a computed criterion the platform counts them itself.

    :raises AssessmentUnknown, NotAllowed, CriterionUnknown: if it is not the actor's.
    :raises AssessmentMovedOn, AfterDeadline, UnitDissolved: if it is too late.
    :raises FiguresWrong, PointsAboveMaximum, NothingCounted: if the figures cannot be.

    And what `documents.store_file` refuses of a file, as `files`.
    """
    with changing(
        assessment_id, actor, Deed.ASSESS_OWN_UNIT, AssessmentState.OPEN
    ) as row:
        refuse_late(row, at)
        score = said(row, item, a, b, remark, actor, at)
        keep_evidence(score, row, uploads, actor, at)
        note(
            *("self_assess", row, actor, at),
            item=item,
            points=text_of(score.said_points),
        )
    return assessment_of(row)


def said(
    row: AssessmentRow,
    item: str,
    a: Decimal | None,
    b: Decimal | None,
    remark: str,
    actor: Actor,
    at: datetime,
) -> ScoreRow:
    """Write what a unit says of a criterion, within a change of its assessment.

    :raises CriterionUnknown, FiguresWrong, PointsAboveMaximum, NothingCounted: if it
        cannot be.
    """
    criterion = criterion_of(row, item)
    if criterion.rule.kind is RuleKind.COMPUTED:
        a, b = counted(row, criterion, at)
    score = score_of(row, criterion)
    score.said_points = _points(criterion, a, b)
    score.figure_a, score.figure_b = a, b
    score.note = clean(remark)[:1000]
    score.said_by, score.said_at = actor.name, at
    score.save()
    return score


def drop_evidence(
    *, assessment_id: UUID, evidence_id: UUID, actor: Actor, at: datetime
) -> Assessment:
    """Let a file count no more; it is kept, since it was there.

    :raises AssessmentUnknown, NotAllowed, EvidenceUnknown: if it is not the actor's.
    :raises AssessmentMovedOn, AfterDeadline: if it is too late.
    """
    with changing(
        assessment_id, actor, Deed.ASSESS_OWN_UNIT, AssessmentState.OPEN
    ) as row:
        refuse_late(row, at)
        found = EvidenceRow.objects.filter(
            pk=evidence_id, score__assessment=row, dropped_at=None
        )
        if not found.update(dropped_at=at):
            raise EvidenceUnknown
        note("drop_evidence", row, actor, at, evidence=str(evidence_id))
    return assessment_of(row)


def hand_in_assessment(
    *,
    assessment_id: UUID,
    actor: Actor,
    at: datetime,
    without_open: bool = False,
) -> Assessment:
    """Hand one's unit's assessment in to be appraised.

    without_open: criteria without a value stay so on purpose; they are no zeros.

    :raises AssessmentUnknown, NotAllowed: if it is not the actor's.
    :raises HandedInTwice: if it was handed in before.
    :raises AfterDeadline, UnitDissolved: if it is too late.
    :raises EvidenceMissing: if criteria have points and nothing to show for them.
    :raises CriteriaOpen: if criteria have no value, unless they shall stay so.
    """
    with changing(assessment_id, actor, Deed.ASSESS_OWN_UNIT, *AssessmentState) as row:
        if row.state != AssessmentState.OPEN:
            raise HandedInTwice
        refuse_late(row, at)
        _refuse_gaps(row, without_open=without_open)
        row.state, row.handed_in_at = AssessmentState.HANDED_IN, at
        row.save()
        note("hand_in_assessment", row, actor, at)
        told = AssessmentHandedIn(
            subject_id=row.id, unit_id=row.unit_id, appraiser_id=row.appraiser_id
        )
        events.record(told, actor=actor, at=at)
    return assessment_of(row)


def keep_evidence(
    score: ScoreRow, row: AssessmentRow, uploads: Uploads, actor: Actor, at: datetime
) -> None:
    """Store the files that come with what a unit says.

    :raises FiguresWrong: naming `files`, with what is wrong with one.
    """
    for name, content in uploads:
        try:
            file = documents.store_file(
                content=content,
                name=name,
                owner_id=None,
                organization_id=row.unit_id,
                accepted=WHAT_PEOPLE_SEND,
                max_bytes=MOST_FILE_BYTES,
                actor=actor,
                at=at,
            )
        except Invalid as refused:
            raise FiguresWrong({"files": [_reason(refused)]}) from refused
        documents.release_files(file_ids=[file.id], actor=actor, at=at)
        EvidenceRow.objects.create(
            score=score,
            file_id=file.id,
            name=file.name,
            added_by=actor.name,
            added_at=at,
        )


def _reason(refused: Invalid) -> str:
    said = next(iter(refused.fields.values()), None)
    return said[0] if said else str(refused)


def _appraiser(index_set: IndexSet, on: date) -> Organization:
    key = appraisers().get(index_set.key)
    if key is None:
        raise NoAppraiser
    try:
        return people.organization_by_key(key=key, on=on)
    except NotFound as gone:
        raise NoAppraiser from gone


def _unit(
    unit_id: UUID, index_set: IndexSet, appraiser: Organization, on: date
) -> Organization:
    unit = people.get_organization(organization_id=unit_id)
    if unit.level not in LEVELS[index_set.measures] or unit.id == appraiser.id:
        raise WrongUnit({"unit": [WrongUnit.message]})
    if unit.valid_to is not None and unit.valid_to <= on:
        raise UnitDissolved
    return unit


def _refuse_days(due_on: date, explain_by: date, on: date) -> None:
    if due_on < on or explain_by < due_on:
        raise DeadlinesWrong({"due_on": [DeadlinesWrong.message]})


def _period(text: str) -> str:
    try:
        return period_of(text).key
    except ValueError as error:
        raise Invalid({"period": [NO_PERIOD]}) from error


def refuse_late(row: AssessmentRow, at: datetime) -> None:
    """Refuse what a unit does after its day, or after its end.

    :raises AfterDeadline, UnitDissolved: if it is too late.
    """
    today = local(at).date()
    if row.unit.valid_to is not None and row.unit.valid_to <= today:
        raise UnitDissolved
    if today > row.due_on:
        raise AfterDeadline(day=f"{row.due_on:%d/%m/%Y}")


def _points(
    criterion: Criterion, a: Decimal | None, b: Decimal | None
) -> Decimal | None:
    """Make the points; None takes back what was said."""
    is_given = criterion.rule.kind is RuleKind.POINTS
    if is_given and a is not None and not 0 <= a <= criterion.maximum:
        message = Phrase(PointsAboveMaximum.message, maximum=criterion.maximum)
        raise PointsAboveMaximum({"a": [message]}, maximum=criterion.maximum)
    try:
        found = points_of(criterion, a, b)
    except ValueError as error:
        raise FiguresWrong({"a": [FiguresWrong.message]}) from error
    if found is None and (a is not None or b is not None):
        raise FiguresWrong({"b": [FiguresWrong.message]})
    return found


def _refuse_gaps(row: AssessmentRow, *, without_open: bool) -> None:
    items, assessed = set_of(row).items, assessment_of(row)
    scores = {key: assessed.score(key) for key in items}
    bare = [
        score.criterion
        for score in scores.values()
        if score.said and score.criterion.needs_evidence and not score.evidence
    ]
    if bare:
        raise EvidenceMissing(
            {
                one.key: [Phrase(EvidenceMissing.message, number=one.number)]
                for one in bare
            },
            number=bare[0].number,
        )
    count = sum(score.said is None for score in scores.values())
    if count and not without_open:
        message = Phrase(CriteriaOpen.message, count=count)
        raise CriteriaOpen({"without_open": [message]}, count=count)
