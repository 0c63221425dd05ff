"""What each room publishes to the lake: every dataset of the house is on this page.

What happened before a dataset was published is handed in by `tinhso lake catch-up`.
"""

from datetime import datetime

from tinhso.kernel.events.actions import on
from tinhso.kernel.events.types import EventContext
from tinhso.lake import actions as lake
from tinhso.lake import queries as lake_sources
from tinhso.procedures import datasets as procedures
from tinhso.procedures.types import DeadlineExtended, DossierMoved, DossierSubmitted


def publish_act(event: procedures.Act, context: EventContext, at: datetime) -> None:
    """Hand in what was done on a dossier."""
    lake.hand_in(
        dataset=procedures.DOSSIER_ACTS.name,
        values=procedures.act_of(event=event, context=context),
        at=at,
    )


lake.publish(dataset=procedures.DOSSIER_ACTS)
lake.publish_family(read=lake_sources.datasets_of_sources)

on(DossierSubmitted, publish_act)
on(DossierMoved, publish_act)
on(DeadlineExtended, publish_act)
