"""Read assessments: whole, in lists, and ranked."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from uuid import UUID

from django.db.models import Q, QuerySet

from tinhso.documents import queries as documents
from tinhso.documents.types import File
from tinhso.indicators.models import AssessmentRow, EvidenceRow, ScoreRow
from tinhso.indicators.providers import index_sheets
from tinhso.indicators.queries.index_sets import INDEX_SETS
from tinhso.indicators.rules import index_sets as declared
from tinhso.indicators.rules import scoring
from tinhso.indicators.rules.periods import period_of
from tinhso.indicators.types import (
    Assessment,
    AssessmentLine,
    AssessmentState,
    AssessmentUnknown,
    Bureau,
    Criterion,
    Evidence,
    EvidenceUnknown,
    IndexSet,
    LeagueLine,
    Remark,
    RemarkKind,
    Score,
    ScoreState,
    Total,
    Whose,
)
from tinhso.kernel.actor import Actor, ActorKind
from tinhso.kernel.packs import versions
from tinhso.security import queries as security
from tinhso.security.types import Deed

OUT = (AssessmentState.APPRAISED, AssessmentState.PUBLISHED)


def get_assessment(*, assessment_id: UUID, actor: Actor) -> Assessment:
    """Read an assessment of one's own unit, or one that one's agency appraises.

    :raises AssessmentUnknown: if there is none that the actor may read.
    """
    row = _rows().filter(pk=assessment_id).first()
    if row is None or not may_read(actor, row):
        raise AssessmentUnknown
    return assessment_of(row)


def assessments(
    *, actor: Actor, set_key: str = "", most: int = 200
) -> tuple[AssessmentLine, ...]:
    """List the assessments an officer's organizations are part of, the newest first."""
    rows = _rows().filter(_own(actor)).order_by("-id")
    if set_key:
        rows = rows.filter(set_key=set_key)
    return _lines(rows[:most])


def league_of(
    *,
    set_key: str,
    period: str,
    whose: Whose,
    actor: Actor,
    is_synthetic: bool = False,
) -> tuple[LeagueLine, ...]:
    """Rank the units of a period by one of the three scores.

    Appraisers see all of theirs, units their own, everybody else those appraised. What
    is made up is ranked apart from what is real.
    """
    visible = Q() if actor.kind is ActorKind.SYSTEM else _own(actor) | Q(state__in=OUT)
    rows = _rows().filter(
        visible, set_key=set_key, period=period, is_synthetic=is_synthetic
    )
    return scoring.league(
        [(row.unit.name, total) for row, total in _totals(rows, whose)]
    )


def periods_of(*, set_key: str) -> tuple[str, ...]:
    """List the periods for which units were assessed by a set, the newest first."""
    rows = AssessmentRow.objects.filter(set_key=set_key)
    found = set(rows.values_list("period", flat=True))
    return tuple(sorted(found, key=period_of, reverse=True))


def evidence_file(
    *, assessment_id: UUID, evidence_id: UUID, actor: Actor
) -> tuple[File, bytes]:
    """Read the file behind a piece of evidence; dropped ones are still there.

    :raises AssessmentUnknown, EvidenceUnknown: if there is none the actor may read.
    """
    found = EvidenceRow.objects.filter(
        pk=evidence_id, score__assessment=assessment_id
    ).first()
    row = _rows().filter(pk=assessment_id).first()
    if row is None or not may_read(actor, row):
        raise AssessmentUnknown
    if found is None:
        raise EvidenceUnknown
    file = documents.get_file(file_id=found.file_id)
    return file, documents.read_file(file_id=file.id)


def self_sheet(*, assessment_id: UUID, actor: Actor) -> bytes:
    """Hand an assessment out as a workbook to be filled in and sent back.

    :raises AssessmentUnknown: if there is none that the actor may read.
    """
    found = get_assessment(assessment_id=assessment_id, actor=actor)
    return index_sheets.write(score for _, scores in found.groups for score in scores)


def may_read(actor: Actor, row: AssessmentRow) -> bool:
    """Tell whether an actor's organization is measured here, or appraises."""
    return any(
        security.may(actor=actor, deed=Deed.READ_ASSESSMENT, thing=Bureau(place))
        for place in (row.unit_id, row.appraiser_id)
    )


def set_of(row: AssessmentRow) -> IndexSet:
    """Read the version of the index set that an assessment was begun under."""
    return _version(row.set_key, row.set_version)


@cache
def _version(key: str, version: int) -> IndexSet:
    content = versions.numbered(kind=INDEX_SETS, key=key, version=version)
    if content is None:
        raise LookupError(f"{key} has lost its version {version}")
    return declared.set_of(content.body, version=version)


def state_of(row: ScoreRow) -> ScoreState:
    """Tell how a criterion stands between the unit and its appraiser."""
    if row.settled_at is not None:
        return ScoreState.SETTLED
    if row.disputed_at is not None:
        told = row.explained_at is not None
        return ScoreState.EXPLAINED if told else ScoreState.DISPUTED
    if row.appraised_points is not None:
        return ScoreState.AGREED
    return ScoreState.EMPTY if row.said_points is None else ScoreState.SAID


def assessment_of(row: AssessmentRow) -> Assessment:
    """Turn a row into an assessment, with each criterion of its set."""
    index_set = set_of(row)
    scores = _scores(row, index_set)
    return Assessment(
        line=_lines([row])[0],
        index_set=index_set,
        groups=tuple(
            (one, tuple(scores[item.key] for item in one.items))
            for one in index_set.indices
        ),
        handed_in_at=row.handed_in_at,
        appraised_at=row.appraised_at,
        published_on=row.published_on,
        published_source=row.published_source,
    )


def _rows() -> QuerySet[AssessmentRow]:
    return AssessmentRow.objects.select_related("unit", "appraiser")


def _own(actor: Actor) -> Q:
    desks = security.desks_of(actor=actor)
    return Q(unit__in=desks) | Q(appraiser__in=desks)


def _scores(row: AssessmentRow, index_set: IndexSet) -> Mapping[str, Score]:
    known = {
        one.item: one
        for one in row.scores.prefetch_related("evidence", "remarks").all()
    }
    return {
        key: _score(criterion, known.get(key) or ScoreRow(assessment=row, item=key))
        for key, criterion in index_set.items.items()
    }


def _score(criterion: Criterion, row: ScoreRow) -> Score:
    is_kept = not row._state.adding
    return Score(
        criterion=criterion,
        state=state_of(row),
        a=row.figure_a,
        b=row.figure_b,
        note=row.note,
        said=row.said_points,
        appraised=row.appraised_points,
        published=row.published_points,
        evidence=_evidence(row) if is_kept else (),
        remarks=_remarks(row) if is_kept else (),
    )


def _evidence(row: ScoreRow) -> tuple[Evidence, ...]:
    kept = (one for one in row.evidence.all() if one.dropped_at is None)
    return tuple(
        Evidence(one.id, one.file_id, one.name, one.added_by, one.added_at)
        for one in sorted(kept, key=lambda one: one.id)
    )


def _remarks(row: ScoreRow) -> tuple[Remark, ...]:
    return tuple(
        Remark(RemarkKind(one.kind), one.text, one.points, one.by_name, one.at)
        for one in sorted(row.remarks.all(), key=lambda one: one.id)
    )


def _lines(rows: Iterable[AssessmentRow]) -> tuple[AssessmentLine, ...]:
    listed = list(rows)
    scores = _by_assessment([row.id for row in listed])
    return tuple(_line(row, scores[row.id]) for row in listed)


def _line(row: AssessmentRow, scores: Sequence[ScoreRow]) -> AssessmentLine:
    states = Counter(map(state_of, scores))
    return AssessmentLine(
        id=row.id,
        set_key=row.set_key,
        period=period_of(row.period),
        unit=row.unit.name,
        unit_id=row.unit_id,
        appraiser=row.appraiser.name,
        appraiser_id=row.appraiser_id,
        state=AssessmentState(row.state),
        due_on=row.due_on,
        explain_by=row.explain_by,
        said=_total(row, scores, Whose.SELF),
        appraised=_total(row, scores, Whose.APPRAISED),
        disputed=states[ScoreState.DISPUTED] + states[ScoreState.EXPLAINED],
        published=row.published_points,
        is_synthetic=row.is_synthetic,
    )


FIELDS = {
    Whose.SELF: "said_points",
    Whose.APPRAISED: "appraised_points",
    Whose.PUBLISHED: "published_points",
}


def _total(row: AssessmentRow, scores: Iterable[ScoreRow], whose: Whose) -> Total:
    points: dict[str, Decimal] = {
        one.item: getattr(one, FIELDS[whose])
        for one in scores
        if getattr(one, FIELDS[whose]) is not None
    }
    return scoring.total(set_of(row), points)


def _totals(
    rows: Iterable[AssessmentRow], whose: Whose
) -> Iterable[tuple[AssessmentRow, Total]]:
    listed = list(rows)
    scores = _by_assessment([row.id for row in listed])
    for row in listed:
        if whose is Whose.PUBLISHED:
            if row.published_points is not None:
                yield row, _published(row)
        else:
            yield row, _total(row, scores[row.id], whose)


def _published(row: AssessmentRow) -> Total:
    """Show a published sum as a total; it stands for all of its criteria."""
    points = row.published_points or Decimal()
    count = len(set_of(row).items)
    return Total(points, row.maximum, row.maximum, row.maximum, count, count)


def _by_assessment(ids: Collection[UUID]) -> Mapping[UUID, list[ScoreRow]]:
    found: dict[UUID, list[ScoreRow]] = defaultdict(list)
    for row in ScoreRow.objects.filter(assessment__in=ids):
        found[row.assessment_id].append(row)
    return found
