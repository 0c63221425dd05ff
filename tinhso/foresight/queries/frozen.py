"""Frozen proposals: which there are, and whether they still are what was frozen."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from tinhso.documents import queries as documents
from tinhso.documents.types import Document
from tinhso.foresight.models import FrozenScenarioRow
from tinhso.foresight.queries.dynamics import numbered_model
from tinhso.foresight.queries.scenarios import replay
from tinhso.foresight.rules.scenarios import telling
from tinhso.foresight.types.dynamics import Model
from tinhso.foresight.types.frozen import FrozenScenario, FrozenUnknown, Rechecked
from tinhso.kernel.actor import Actor
from tinhso.security import queries as security
from tinhso.security.types import Deed


def frozen_scenarios(*, model: str = "", most: int = 100) -> tuple[FrozenScenario, ...]:
    """List the proposals, the newest first; of one model or of all."""
    rows = _rows()
    if model:
        rows = rows.filter(model=model)
    return tuple(map(as_frozen, rows[:most]))


def get_frozen_scenario(*, scenario_id: UUID) -> FrozenScenario:
    """Read a proposal.

    :raises FrozenUnknown: if there is none.
    """
    return _found(_rows(), scenario_id)


def proposals(*, actor: Actor, most: int = 100) -> tuple[FrozenScenario, ...]:
    """List the proposals that somebody may read, the newest first.

    The Council reads those that were put before it.

    :raises NotAllowed: if the actor serves the province nowhere.
    """
    return tuple(map(as_frozen, _readable(actor)[:most]))


def get_proposal(*, scenario_id: UUID, actor: Actor) -> FrozenScenario:
    """Read a proposal.

    :raises NotAllowed: if the actor serves the province nowhere.
    :raises FrozenUnknown: if there is none that the actor may read.
    """
    return _found(_readable(actor), scenario_id)


def proposal_pdf(*, scenario_id: UUID, actor: Actor) -> tuple[Document, bytes]:
    """Read the document that was printed of a proposal, with its newest PDF.

    :raises NotAllowed: if the actor serves the province nowhere.
    :raises FrozenUnknown: if there is none that the actor may read, or no document.
    """
    found = get_proposal(scenario_id=scenario_id, actor=actor)
    if found.paper_id is None:
        raise FrozenUnknown
    paper = documents.get_document(document_id=found.paper_id)
    return paper, documents.document_pdf(document_id=paper.id)


def model_of_proposal(*, scenario_id: UUID, actor: Actor) -> Model:
    """Read the model of a proposal, in the version that it was frozen with.

    :raises NotAllowed: if the actor serves the province nowhere.
    :raises FrozenUnknown: if there is none that the actor may read.
    """
    found = get_proposal(scenario_id=scenario_id, actor=actor)
    return numbered_model(key=found.model, version=found.version)


def recheck_proposal(*, scenario_id: UUID, actor: Actor) -> Rechecked:
    """Work a proposal out again from the model and inputs it was frozen with.

    :raises NotAllowed: if the actor serves the province nowhere.
    :raises FrozenUnknown: if there is none that the actor may read.
    :raises EngineMissing: if what it was worked out by is not installed.
    """
    found = get_proposal(scenario_id=scenario_id, actor=actor)
    row = FrozenScenarioRow.objects.get(pk=found.id)
    again = replay(
        model=numbered_model(key=row.model, version=row.version),
        inputs=telling.inputs_of(row.told),
        levers=row.levers,
        members=row.members,
        seed=row.seed,
        target=telling.target_of(row.told),
        engine=row.told["engine"],
    )
    told = {**content_of(row), "told": telling.told(again)}
    digest = telling.digest_of(told)
    return Rechecked(digest == row.digest, digest)


def _rows() -> QuerySet[FrozenScenarioRow]:
    rows = FrozenScenarioRow.objects.select_related("put_forward")
    return rows.order_by("-frozen_at", "-id")


def _readable(actor: Actor) -> QuerySet[FrozenScenarioRow]:
    security.require(actor=actor, deed=Deed.SEE_MEASURES)
    if security.may(actor=actor, deed=Deed.SEE_ALL_PROPOSALS):
        return _rows()
    return _rows().filter(put_forward__isnull=False)


def _found(rows: QuerySet[FrozenScenarioRow], scenario_id: UUID) -> FrozenScenario:
    row = rows.filter(id=scenario_id).first()
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
    found = FrozenScenario(
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
        is_intact=telling.digest_of(content_of(row)) == row.digest,
        made_up=row.made_up,
        frozen_by=row.frozen_by,
        frozen_at=row.frozen_at,
        paper_id=row.paper_id,
    )
    put = getattr(row, "put_forward", None)
    return replace(found, put_by=put.put_by, put_at=put.put_at) if put else found
