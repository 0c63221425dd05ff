"""Keep a filter of the desk under a name, or drop it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.errors import NotAllowed, NotFound
from tinhso.kernel.text import clean
from tinhso.procedures.models import SavedViewRow
from tinhso.procedures.queries.access import account_of
from tinhso.procedures.queries.desk_views import FILTER, read_view
from tinhso.procedures.types import (
    DeskFilter,
    SavedView,
    TooManyViews,
    ViewNameMissing,
)
from tinhso.security import queries as security
from tinhso.security.types import Deed

MOST_VIEWS = 20
LONGEST_NAME = 60


def keep_view(
    *,
    name: str,
    wanted: DeskFilter,
    share_with: UUID | None,
    actor: Actor,
    at: datetime,
) -> SavedView:
    """Keep a filter under a name; the same name again replaces it.

    share_with: the organization whose officers shall see it, too.

    :raises NotAllowed: if the actor has no desk, or does not head that organization.
    :raises ViewNameMissing: if the name is empty or too long.
    :raises TooManyViews: if the actor has kept as many as fit.
    """
    shown = clean(name)
    with transaction.atomic():
        _refuse(shown, share_with, actor)
        row, _ = SavedViewRow.objects.update_or_create(
            account_id=account_of(actor),
            name=shown,
            defaults={
                "wanted": FILTER.dump_python(wanted, mode="json"),
                "shared_with_id": share_with,
                "at": at,
            },
        )
        _audit("keep_view", row, actor, at)
    return read_view(row, actor)


def drop_view(*, view_id: UUID, actor: Actor, at: datetime) -> None:
    """Drop a filter of one's own.

    :raises NotFound: if the actor has kept no such filter.
    """
    with transaction.atomic():
        row = SavedViewRow.objects.filter(
            pk=view_id, account_id=account_of(actor)
        ).first()
        if row is None:
            raise NotFound
        _audit("drop_view", row, actor, at)
        row.delete()


def _refuse(name: str, share_with: UUID | None, actor: Actor) -> None:
    security.require(actor=actor, deed=Deed.SEE_DESK)
    if share_with is not None and share_with not in security.managed_by(actor=actor):
        raise NotAllowed
    if not 0 < len(name) <= LONGEST_NAME:
        raise ViewNameMissing({"name": [ViewNameMissing.message]})
    others = SavedViewRow.objects.filter(account_id=account_of(actor)).exclude(
        name=name
    )
    if others.count() >= MOST_VIEWS:
        raise TooManyViews(most=MOST_VIEWS)


def _audit(deed: str, row: SavedViewRow, actor: Actor, at: datetime) -> None:
    audit.write(
        f"procedures.{deed}",
        subject="procedures.SavedView",
        subject_id=row.id,
        actor=actor,
        at=at,
        details={"name": row.name, "shared": row.shared_with_id is not None},
    )
