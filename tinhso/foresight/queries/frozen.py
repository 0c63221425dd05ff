"""Frozen proposals: which there are, and whether they still are what was frozen."""

from typing import Any
from uuid import UUID

from tinhso.foresight.models import FrozenScenarioRow
from tinhso.foresight.rules.scenarios.telling import digest_of
from tinhso.foresight.types.frozen import FrozenScenario, FrozenUnknown


def frozen_scenarios(*, model: str = "", most: int = 100) -> tuple[FrozenScenario, ...]:
    """List the proposals, the newest first; of one model or of all."""
    rows = FrozenScenarioRow.objects.order_by("-frozen_at", "-id")
    if model:
        rows = rows.filter(model=model)
    return tuple(map(as_frozen, rows[:most]))


def get_frozen_scenario(*, scenario_id: UUID) -> FrozenScenario:
    """Read a proposal.

    :raises FrozenUnknown: if there is none.
    """
    row = FrozenScenarioRow.objects.filter(id=scenario_id).first()
    if row is None:
        raise FrozenUnknown
    return as_frozen(row)


def content_of(row: FrozenScenarioRow) -> dict[str, Any]:
    """Answer all of a row that its digest is over."""
    return {
        "model": row.model,
        "version": row.version,
        "model_digest": row.model_digest,
        "title": row.title,
        "reason": row.reason,
        "levers": row.levers,
        "members": row.members,
        "seed": row.seed,
        "told": row.told,
        "made_up": row.made_up,
        "frozen_by": row.frozen_by,
        "frozen_at": row.frozen_at.isoformat(timespec="microseconds"),
    }


def as_frozen(row: FrozenScenarioRow) -> FrozenScenario:
    """Answer a row as a word, its digest checked."""
    return FrozenScenario(
        id=row.id,
        model=row.model,
        version=row.version,
        model_digest=row.model_digest,
        title=row.title,
        reason=row.reason,
        levers=row.levers,
        members=row.members,
        seed=row.seed,
        told=row.told,
        digest=row.digest,
        is_intact=digest_of(content_of(row)) == row.digest,
        made_up=row.made_up,
        frozen_by=row.frozen_by,
        frozen_at=row.frozen_at,
    )
