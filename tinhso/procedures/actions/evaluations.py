"""Take the one evaluation that an applicant gives after their dossier ended."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.errors import N_, NotFound, Phrase
from tinhso.kernel.events import actions as events
from tinhso.kernel.text import clean
from tinhso.procedures.dossiers import scoring
from tinhso.procedures.dossiers.punctuality import resolution
from tinhso.procedures.models import DossierRow, EvaluationRow
from tinhso.procedures.queries.control import hand_overs_of
from tinhso.procedures.queries.evaluations import can_be_evaluated, read_evaluation
from tinhso.procedures.queries.versions import procedure_version
from tinhso.procedures.types import (
    ASKED,
    MOST_POINTS,
    AlreadyEvaluated,
    AnswersInvalid,
    Channel,
    DossierEvaluated,
    Evaluation,
    Index,
    NothingToEvaluate,
    Satisfaction,
    Status,
)

LONGEST_COMMENT = 2000


def evaluate_dossier(
    *,
    dossier_id: UUID,
    satisfaction: Satisfaction | None,
    answers: Mapping[Index, int],
    comment: str,
    actor: Actor,
    at: datetime,
) -> Evaluation:
    """Keep what an applicant says of their ended dossier, once (TT 01/2018 Đ13).

    answers: 0 to 2 points for each index that people are asked; the other indices are
    computed from the dossier. comment: at most 2,000 characters.

    :raises NotFound: if the dossier is not the actor's own.
    :raises NothingToEvaluate: if it has not ended, or they withdrew it.
    :raises AlreadyEvaluated: if they did before.
    :raises AnswersInvalid: with each question that is not answered.
    """
    with transaction.atomic():
        row = DossierRow.objects.select_for_update().filter(pk=dossier_id).first()
        if row is None or actor.person_id is None or row.owner_id != actor.person_id:
            raise NotFound
        if not can_be_evaluated(row):
            raise NothingToEvaluate
        if EvaluationRow.objects.filter(dossier=row).exists():
            raise AlreadyEvaluated
        level = _refuse_incomplete(satisfaction, answers)
        evaluation = EvaluationRow.objects.create(
            dossier=row,
            organization_id=row.organization_id,
            satisfaction=level,
            comment=clean(comment)[:LONGEST_COMMENT],
            scores=_scores(row, answers),
            officers=_officers(row),
            at=at,
            is_synthetic=row.is_synthetic,
        )
        audit.write(
            "procedures.evaluate_dossier",
            subject="procedures.Dossier",
            subject_id=row.id,
            actor=actor,
            at=at,
            details={"satisfaction": level, "scores": evaluation.scores},
        )
        told = DossierEvaluated(
            subject_id=row.id,
            evaluation_id=evaluation.id,
            procedure_code=row.procedure.code,
        )
        events.record(told, actor=actor, at=at)
    return read_evaluation(evaluation)


def _refuse_incomplete(
    satisfaction: Satisfaction | None, answers: Mapping[Index, int]
) -> Satisfaction:
    missing = Phrase(N_("Hãy chọn một câu trả lời."))
    points = range(MOST_POINTS + 1)
    faults = {
        f"index_{int(index)}": [missing]
        for index in ASKED
        if answers.get(index) not in points
    }
    if satisfaction is None:
        faults = {"satisfaction": [missing], **faults}
    if faults or satisfaction is None:
        raise AnswersInvalid(faults)
    return satisfaction


def _scores(row: DossierRow, answers: Mapping[Index, int]) -> dict[str, int]:
    procedure = procedure_version(row.procedure_id)
    assert row.resolved_at is not None  # noqa: S101 - it has ended
    steps = [line.punctuality for line in hand_overs_of(row) if line.punctuality]
    scores = scoring.computed(
        total=resolution(
            row.resolved_at,
            row.due_at,
            Status(row.status),
            stopped_at=row.stopped_at,
        ),
        steps=steps,
        supplements=int(hasattr(row, "supplement")),
        channel=Channel(row.channel),
        is_online=procedure.is_online,
    )
    given = {index: answers[index] for index in ASKED}
    return {str(int(i)): points for i, points in sorted({**scores, **given}.items())}


def _officers(row: DossierRow) -> list[dict[str, str]]:
    """List who worked on the dossier: officers, not the applicant or the system."""
    workflow = procedure_version(row.procedure_id).workflow
    roles = {action.key: action.role for action in workflow.actions}
    found = {
        str(move.actor_id): move.actor_name
        for move in row.moves.order_by("id")
        if move.actor_id and roles.get(move.action) not in (None, "citizen", "system")
    }
    return [{"id": key, "name": name} for key, name in found.items()]
