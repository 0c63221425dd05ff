"""Evaluations: whether one may be given, and the result of a unit (Đ15)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from tinhso.kernel.actor import Actor
from tinhso.kernel.errors import NotFound
from tinhso.people import queries as people
from tinhso.procedures.dossiers import scoring
from tinhso.procedures.models import DossierRow, EvaluationRow
from tinhso.procedures.queries.access import Side, may_read
from tinhso.procedures.queries.periods import bounds
from tinhso.procedures.types import (
    Evaluation,
    EvaluationResult,
    Index,
    OfficerResult,
    Satisfaction,
    Status,
)
from tinhso.security import queries as security
from tinhso.security.types import Deed

# Who withdrew has nothing to say about a result.
EVALUATED = (Status.RETURNED, Status.STOPPED, Status.NOT_RECEIVED)


def can_be_evaluated(row: DossierRow) -> bool:
    """Tell whether a dossier ended in a way that its applicant may be asked about."""
    return row.ended_at is not None and row.status in EVALUATED


def evaluation_of(*, dossier_id: UUID, actor: Actor) -> Evaluation | None:
    """Read what an applicant said of their own dossier; None if nothing yet.

    :raises NotFound: if it is not theirs. Officers see results, never who said what.
    """
    row = DossierRow.objects.filter(pk=dossier_id).first()
    if row is None or not may_read(actor, row) or row.owner_id != actor.person_id:
        raise NotFound
    found = EvaluationRow.objects.filter(dossier=row).first()
    return read_evaluation(found) if found else None


def may_evaluate(*, dossier_id: UUID, actor: Actor) -> bool:
    """Tell whether a dossier waits for its applicant's evaluation."""
    row = DossierRow.objects.filter(pk=dossier_id, owner_id=actor.person_id).first()
    if row is None or not can_be_evaluated(row):
        return False
    return not EvaluationRow.objects.filter(dossier=row).exists()


def evaluation_result(
    *, organization_id: UUID, first: date, last: date, actor: Actor
) -> EvaluationResult:
    """Sum up the evaluations of a unit given in a period, both days included (Đ15).

    Those of made-up dossiers are left out and counted apart.

    :raises NotAllowed: if the actor may not see the figures of the unit.
    :raises PeriodWrong: if the period ends before it begins.
    """
    unit = Side(None, organization_id)
    security.require(actor=actor, deed=Deed.SEE_FIGURES, thing=unit)
    start, end = bounds(first, last)
    rows = EvaluationRow.objects.filter(
        organization_id=organization_id, at__gte=start, at__lt=end
    )
    found = list(rows.order_by("at", "id"))
    real = [row for row in found if not row.is_synthetic]
    ended = DossierRow.objects.filter(
        organization_id=organization_id,
        ended_at__gte=start,
        ended_at__lt=end,
        status__in=EVALUATED,
        is_synthetic=False,
    ).count()
    name = people.get_organization(organization_id=organization_id).name
    return _result(name, (first, last), real, ended, len(found) - len(real))


def read_evaluation(row: EvaluationRow) -> Evaluation:
    """Turn a row into an evaluation."""
    return Evaluation(
        dossier_id=row.dossier_id,
        satisfaction=Satisfaction(row.satisfaction),
        comment=row.comment,
        scores=_scores(row),
        at=row.at,
    )


def _scores(row: EvaluationRow) -> Mapping[Index, int]:
    return {Index(int(key)): points for key, points in row.scores.items()}


def _result(
    unit: str,
    period: tuple[date, date],
    rows: Sequence[EvaluationRow],
    ended: int,
    synthetic: int,
) -> EvaluationResult:
    scores = [_scores(row) for row in rows]
    points = scoring.mean([sum(one.values()) for one in scores]) if rows else None
    levels = Counter(row.satisfaction for row in rows)
    return EvaluationResult(
        unit=unit,
        first=period[0],
        last=period[1],
        count=len(rows),
        ended=ended,
        mean=points,
        grade=None if points is None else scoring.grade(points),
        means={i: scoring.mean([one[i] for one in scores]) for i in Index}
        if rows
        else {},
        satisfaction={level: levels[level] for level in Satisfaction},
        comments=tuple(row.comment for row in rows if row.comment),
        officers=_officers(rows),
        synthetic=synthetic,
    )


def _officers(rows: Iterable[EvaluationRow]) -> tuple[OfficerResult, ...]:
    points: dict[str, list[int]] = defaultdict(list)
    names: dict[str, str] = {}
    for row in rows:
        for officer in row.officers:
            points[officer["id"]].append(scoring.officer_points(_scores(row)))
            names[officer["id"]] = officer["name"]
    return tuple(
        OfficerResult(
            account_id=UUID(key),
            name=names[key],
            count=len(found),
            mean=scoring.mean(found),
            fulfilment=scoring.fulfilment(scoring.mean(found)),
        )
        for key, found in sorted(points.items(), key=lambda item: names[item[0]])
    )
