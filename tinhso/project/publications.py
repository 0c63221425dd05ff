"""What each room publishes to the lake: every dataset of the house is on this page.

What happened before a dataset was published is handed in by `tinhso lake catch-up`.
"""

from datetime import datetime

from tinhso.kernel.events.actions import on
from tinhso.kernel.events.types import EventContext
from tinhso.lake import actions as lake
from tinhso.lake import queries as sources
from tinhso.procedures import datasets as procedures
from tinhso.procedures.types import (
    DeadlineExtended,
    DossierEvaluated,
    DossierMoved,
    DossierSubmitted,
)
from tinhso.registries import datasets as registries
from tinhso.registries.types import RecordsChanged


def publish_act(event: procedures.Act, context: EventContext, at: datetime) -> None:
    """Hand in what was done on a dossier."""
    lake.hand_in(
        dataset=procedures.DOSSIER_ACTS.name,
        values=procedures.act_of(event=event, context=context),
        at=at,
    )


def publish_evaluation(
    event: DossierEvaluated, context: EventContext, at: datetime
) -> None:
    """Hand in what an applicant said."""
    lake.hand_in(
        dataset=procedures.EVALUATIONS.name,
        values=procedures.evaluation_as_row(event=event),
        at=at,
    )


def publish_change(event: RecordsChanged, context: EventContext, at: datetime) -> None:
    """Hand in what a change brought into a register, and what it replaced there."""
    rows = registries.rows_of(change_id=event.subject_id, key=event.register)
    lake.hand_in_many(dataset=registries.name_of(event.register), rows=rows, at=at)


lake.publish(dataset=procedures.DOSSIER_ACTS)
lake.publish_batches(
    dataset=procedures.DOSSIER_ACTS.name,
    names=procedures.made_up_batches,
    rows=procedures.acts_of_made_up,
)
lake.publish(dataset=procedures.EVALUATIONS)
lake.publish_batches(
    dataset=procedures.EVALUATIONS.name,
    names=procedures.made_up_batches,
    rows=procedures.evaluations_of_made_up,
)
lake.publish_family(read=sources.datasets_of_sources, among=sources.source_among)
lake.publish_family(read=registries.published, among=registries.among)

on(RecordsChanged, publish_change)
on(DossierSubmitted, publish_act)
on(DossierMoved, publish_act)
on(DeadlineExtended, publish_act)
on(DossierEvaluated, publish_evaluation)
