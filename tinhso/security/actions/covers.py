"""Let colleagues do the duties of who is absent."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.clock import local
from tinhso.kernel.text import clean
from tinhso.security.models import CoverRow
from tinhso.security.queries import cover_of, coverable_posts, require
from tinhso.security.types import (
    Absence,
    AlreadyCovered,
    Cover,
    CoverDaysWrong,
    CoverReasonMissing,
    CoverUnknown,
    Deed,
)

LONGEST_COVER = timedelta(days=366)


def arrange_cover(
    *,
    absent_id: UUID,
    substitute_id: UUID,
    organization_id: UUID,
    first_day: date,
    last_day: date,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Cover:
    """Let a colleague do all duties of an absent officer at an organization.

    Both days are included. The substitute acts under their own name; the timeline of a
    dossier says for whom. Who stands in for a leader signs as themselves (NĐ 30/2020
    Đ13), hence must be a leader, too.

    :raises NotAllowed: if the actor is neither the absent officer nor their head.
    :raises CoverDaysWrong, CoverReasonMissing: what is wrong with what was said.
    :raises CoverImpossible: if the substitute may not do it.
    :raises AlreadyCovered: if somebody else does, on one of these days.
    """
    require(
        actor=actor,
        deed=Deed.ARRANGE_COVER,
        thing=Absence(absent_id, organization_id),
    )
    _refuse_days(first_day, last_day, local(at).date())
    if not reason.strip():
        raise CoverReasonMissing({"reason": [CoverReasonMissing.message]})
    posts = coverable_posts(
        absent_id=absent_id,
        substitute_id=substitute_id,
        organization_id=organization_id,
        on=first_day,
    )
    rows = [
        CoverRow(
            absent_id=absent_id,
            substitute_id=substitute_id,
            organization_id=organization_id,
            role=post.role.value,
            first_day=first_day,
            last_day=last_day,
            reason=clean(reason)[:200],
            arranged_by=actor.name,
            arranged_at=at,
        )
        for post in posts
    ]
    try:
        with transaction.atomic():
            CoverRow.objects.bulk_create(rows)
            _audit_cover("arrange_cover", rows, actor, at)
    except IntegrityError:
        raise AlreadyCovered({"first_day": [AlreadyCovered.message]}) from None
    return cover_of(rows=rows)


def end_cover(
    *,
    absent_id: UUID,
    substitute_id: UUID,
    organization_id: UUID,
    first_day: date,
    actor: Actor,
    at: datetime,
) -> None:
    """End a cover before its last day; it ends with the substitute's next request.

    :raises NotAllowed: if the actor is neither the absent officer nor their head.
    :raises CoverUnknown: if there is none.
    """
    require(
        actor=actor,
        deed=Deed.ARRANGE_COVER,
        thing=Absence(absent_id, organization_id),
    )
    with transaction.atomic():
        rows = list(
            CoverRow.objects.select_for_update().filter(
                absent_id=absent_id,
                substitute_id=substitute_id,
                organization_id=organization_id,
                first_day=first_day,
                ended_at=None,
            )
        )
        if not rows:
            raise CoverUnknown
        CoverRow.objects.filter(pk__in=[row.id for row in rows]).update(ended_at=at)
        _audit_cover("end_cover", rows, actor, at)


def _refuse_days(first_day: date, last_day: date, today: date) -> None:
    if not today <= first_day <= last_day <= first_day + LONGEST_COVER:
        raise CoverDaysWrong({"first_day": [CoverDaysWrong.message]})


def _audit_cover(
    deed: str, rows: Sequence[CoverRow], actor: Actor, at: datetime
) -> None:
    first = rows[0]
    audit.write(
        f"security.{deed}",
        subject="security.Cover",
        subject_id=first.id,
        actor=actor,
        at=at,
        details={
            "absent": str(first.absent_id),
            "substitute": str(first.substitute_id),
            "organization": str(first.organization_id),
            "roles": [row.role for row in rows],
            "first_day": first.first_day.isoformat(),
            "last_day": first.last_day.isoformat(),
        },
    )
