"""What actions on assessments have in common: locks, turns, the journal."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from tinhso.indicators.models import AssessmentRow, ScoreRow
from tinhso.indicators.queries.assessments import may_read, set_of
from tinhso.indicators.types import (
    AssessmentMovedOn,
    AssessmentState,
    AssessmentUnknown,
    Bureau,
    Criterion,
    CriterionUnknown,
)
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.security import queries as security
from tinhso.security.types import Deed


@contextmanager
def changing(
    assessment_id: UUID, actor: Actor, deed: Deed, *states: AssessmentState
) -> Iterator[AssessmentRow]:
    """Lock an assessment on which an actor may do a deed now, in a transaction.

    :raises AssessmentUnknown, NotAllowed: if there is none that the actor may change.
    :raises AssessmentMovedOn: if it is in none of the states.
    """
    with transaction.atomic():
        found = AssessmentRow.objects.select_for_update(of=("self",))
        row = found.select_related("unit").filter(pk=assessment_id).first()
        known = require_side(row, actor, deed)
        if known.state not in states:
            raise AssessmentMovedOn
        yield known


def require_side(row: AssessmentRow | None, actor: Actor, deed: Deed) -> AssessmentRow:
    """Pass only who may do a deed on an assessment: the unit, or its appraiser.

    :raises AssessmentUnknown, NotAllowed: if there is none that the actor may change.
    """
    if row is None or not may_read(actor, row):
        raise AssessmentUnknown
    is_units = deed is Deed.ASSESS_OWN_UNIT
    place = row.unit_id if is_units else row.appraiser_id
    security.require(actor=actor, deed=deed, thing=Bureau(place))
    return row


def criterion_of(row: AssessmentRow, item: str) -> Criterion:
    """Find a criterion of the set an assessment was begun under.

    :raises CriterionUnknown: if it has none of this name.
    """
    found = set_of(row).items.get(item)
    if found is None:
        raise CriterionUnknown
    return found


def score_of(row: AssessmentRow, criterion: Criterion) -> ScoreRow:
    """Find what was said of a criterion; a new row if nothing was."""
    found = ScoreRow.objects.filter(assessment=row, item=criterion.key).first()
    made = ScoreRow(assessment=row, item=criterion.key, maximum=criterion.maximum)
    return found or made


def note(
    deed: str, row: AssessmentRow, actor: Actor, at: datetime, **details: object
) -> None:
    """Write an act on an assessment into the journal."""
    audit.write(
        f"indicators.{deed}",
        subject="indicators.Assessment",
        subject_id=row.pk,
        actor=actor,
        at=at,
        details={"set": row.set_key, "period": row.period, **details},
    )


def text_of(points: Decimal | None) -> str | None:
    """Write points for the journal."""
    return None if points is None else str(points)
