"""Freeze a scenario, so that it can be put before the People's Council."""

from collections.abc import Mapping
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction

from tinhso.foresight.actions.scenario_papers import print_scenario
from tinhso.foresight.models import FrozenScenarioRow, PutForwardRow
from tinhso.foresight.queries.dynamics import get_model, version_of
from tinhso.foresight.queries.frozen import as_frozen, content_of, get_frozen_scenario
from tinhso.foresight.queries.scenarios import play_scenario
from tinhso.foresight.rules.scenarios.telling import digest_of, told
from tinhso.foresight.types.frozen import (
    LONGEST_REASON,
    LONGEST_TITLE,
    MOST_FROZEN_MEMBERS,
    AlreadyPutForward,
    FrozenScenario,
    FrozenUnknown,
    NothingChanged,
    ReasonMissing,
    TitleMissing,
    TooManyMembers,
)
from tinhso.foresight.types.scenarios import Compared, Target
from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.clock import local
from tinhso.kernel.text import clean
from tinhso.security import queries as security
from tinhso.security.types import Deed


def freeze_scenario(
    *,
    model_key: str,
    levers: Mapping[str, float | str],
    members: int,
    seed: int,
    title: str,
    reason: str,
    actor: Actor,
    at: datetime,
    target: Target | None = None,
    made_up: bool = False,
) -> FrozenScenario:
    """Run a scenario of a pack's model once more, print it, and keep it for good.

    Nothing of it can be changed afterwards; a better one is frozen beside it. made_up:
    its inputs are of made-up data.

    :raises NotAllowed: if the actor leads nothing.
    :raises TitleMissing, ReasonMissing: if it does not say what and why.
    :raises ModelUnknown: if no pack declares the model.
    :raises NothingChanged: if no lever is moved.
    :raises LeverUnknown, LeverOutside: if a lever cannot be so set.
    :raises TooManyMembers, RunWrong: if it is run with too many members, or none.
    :raises OutputUnknown, TargetTimeWrong, TargetPassed: if the target cannot be met.
    """
    security.require(actor=actor, deed=Deed.FREEZE_SCENARIO)
    _refuse_words(title, reason, members)
    version = version_of(key=model_key)
    found = play_scenario(
        model=get_model(key=model_key),
        levers=levers,
        members=members,
        seed=seed,
        on=local(at).date(),
        target=target,
        made_up=made_up,
    )
    if found.current.provenance.levers == found.baseline.provenance.levers:
        raise NothingChanged({"levers": [NothingChanged.message]})
    row = _row(found, version, title, reason, actor, at, made_up)
    with transaction.atomic():
        row.paper_id = print_scenario(row, get_model(key=model_key), actor, at)
        row.save(force_insert=True)
        audit.write(
            "foresight.freeze_scenario",
            subject="foresight.FrozenScenario",
            subject_id=row.id,
            actor=actor,
            at=at,
            details={"model": row.model, "version": version, "digest": row.digest},
        )
    return as_frozen(row)


def put_forward_scenario(
    *, scenario_id: UUID, actor: Actor, at: datetime
) -> FrozenScenario:
    """Put a frozen scenario before the People's Council, which reads it from then on.

    :raises NotAllowed: if the actor leads nothing.
    :raises FrozenUnknown: if there is no such proposal.
    :raises AlreadyPutForward: if it was put forward before.
    """
    security.require(actor=actor, deed=Deed.FREEZE_SCENARIO)
    with transaction.atomic():
        rows = FrozenScenarioRow.objects.select_for_update(of=("self",))
        row = rows.filter(pk=scenario_id).first()
        if row is None:
            raise FrozenUnknown
        if PutForwardRow.objects.filter(scenario=row).exists():
            raise AlreadyPutForward
        PutForwardRow.objects.create(scenario=row, put_by=actor.name[:200], put_at=at)
        audit.write(
            "foresight.put_forward_scenario",
            subject="foresight.FrozenScenario",
            subject_id=row.id,
            actor=actor,
            at=at,
            details={"digest": row.digest},
        )
    return get_frozen_scenario(scenario_id=scenario_id)


def _refuse_words(title: str, reason: str, members: int) -> None:
    if not clean(title):
        raise TitleMissing({"title": [TitleMissing.message]})
    if not clean(reason):
        raise ReasonMissing({"reason": [ReasonMissing.message]})
    if members > MOST_FROZEN_MEMBERS:
        raise TooManyMembers(most=MOST_FROZEN_MEMBERS)


def _row(
    found: Compared,
    version: int,
    title: str,
    reason: str,
    actor: Actor,
    at: datetime,
    made_up: bool,
) -> FrozenScenarioRow:
    ran = found.current.provenance
    row = FrozenScenarioRow(
        model=ran.model,
        version=version,
        model_digest=ran.digest,
        title=clean(title)[:LONGEST_TITLE],
        reason=reason.strip()[:LONGEST_REASON],
        levers=dict(ran.levers),
        members=ran.members,
        seed=ran.seed,
        told=told(found),
        made_up=made_up or actor.is_synthetic,
        frozen_by=actor.name[:200],
        # In one way of writing it, for the digest is over it.
        frozen_at=at.astimezone(UTC),
    )
    row.digest = digest_of(content_of(row))
    return row
