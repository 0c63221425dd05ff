"""Announce that the platform rests, early enough, and tell who must know.

Seven working days ahead: NĐ 224/2026/NĐ-CP Điều 13, which we know second-hand only.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from tinhso.kernel.actor import SYSTEM, Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.clock import local
from tinhso.kernel.text import clean
from tinhso.notify import queries
from tinhso.notify.actions.sending import send_message
from tinhso.notify.models import OutageRow
from tinhso.notify.providers import outside
from tinhso.notify.types import (
    Outage,
    OutageNotFound,
    OutageTooSoon,
    OutageWrong,
)
from tinhso.security import queries as security
from tinhso.security.types import Deed

AHEAD = 7  # working days
LONGEST = timedelta(days=7)
WORDING = "outage_announced"


def count_working_days(*, count: outside.Count) -> None:
    """Count working days by this; the calendars lie in a room above."""
    outside.keep_count(count)


def tell_of_outages(*, audience: outside.Audience) -> None:
    """Tell these people of outages, too; rooms above know who has something open."""
    outside.keep_audience(audience)


def announce_outage(
    *,
    starts_at: datetime,
    ends_at: datetime,
    what: Mapping[str, str],
    unplanned: bool,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Outage:
    """Announce an outage: pages say so, and who has something to do here is told.

    what: what rests, {"vi": …, "en": …}; reason: why it is not announced earlier.

    :raises NotAllowed: if the actor does not run the province's messages.
    :raises OutageWrong: if its times or texts cannot be, or a reason is missing.
    :raises OutageTooSoon: if it is planned and less than seven working days ahead.
    """
    security.require(actor=actor, deed=Deed.RUN_MESSAGES)
    texts = {language: clean(what.get(language, "")) for language in ("vi", "en")}
    _refuse_wrong(starts_at, ends_at, texts, unplanned, reason, at)
    if not unplanned:
        _refuse_too_soon(starts_at, at)
    with transaction.atomic():
        row = OutageRow.objects.create(
            starts_at=starts_at,
            ends_at=ends_at,
            what=texts,
            is_planned=not unplanned,
            reason=clean(reason) if unplanned else "",
            announced_at=at,
            announced_by=actor.id,
        )
        _note("announce_outage", row.id, actor, at)
    return queries.outage_of(row=row)


def end_outage(*, outage_id: UUID, actor: Actor, at: datetime) -> Outage:
    """Take an outage back, or say that it is over; doing it twice changes nothing.

    :raises NotAllowed: if the actor does not run the province's messages.
    :raises OutageNotFound: if there is none.
    """
    security.require(actor=actor, deed=Deed.RUN_MESSAGES)
    with transaction.atomic():
        row = OutageRow.objects.select_for_update().filter(pk=outage_id).first()
        if row is None:
            raise OutageNotFound
        if row.ended_at is None:
            row.ended_at = at
            row.save(update_fields=["ended_at"])
            _note("end_outage", row.id, actor, at)
    return queries.outage_of(row=row)


def earliest_start(*, at: datetime) -> str:
    """Name the first day a planned outage announced now may begin on."""
    return f"{outside.later(local(at).date(), AHEAD):%d/%m/%Y}"


def tell_outages(*, at: datetime, limit: int = 500) -> int:
    """Tell the next people of what was announced; say how many.

    Each person once, however often this is called, or killed.
    """
    with transaction.atomic():
        row = (
            OutageRow.objects.select_for_update(skip_locked=True)
            .filter(told_at=None, ended_at=None, ends_at__gt=at)
            .order_by("id")
            .first()
        )
        if row is None:
            return 0
        told = outside.audience(after=row.told_until, limit=limit, at=at)
        for person_id in told:
            _tell(row, person_id, at)
        row.told_until = told[-1] if told else row.told_until
        row.told_at = at if len(told) < limit else None
        row.save(update_fields=["told_until", "told_at"])
    return len(told)


def _tell(row: OutageRow, person_id: UUID, at: datetime) -> None:
    send_message(
        template_key=WORDING,
        person_id=person_id,
        params={
            "what": row.what["vi"],
            "what_en": row.what["en"],
            "from": f"{local(row.starts_at):%H:%M %d/%m/%Y}",
            "to": f"{local(row.ends_at):%H:%M %d/%m/%Y}",
        },
        subject_id=None,
        dedupe_key=f"{WORDING}:{row.id}:{person_id}",
        actor=SYSTEM,
        at=at,
    )


def _refuse_wrong(
    starts_at: datetime,
    ends_at: datetime,
    what: Mapping[str, str],
    unplanned: bool,
    reason: str,
    at: datetime,
) -> None:
    fields: dict[str, list[str]] = {}
    if not starts_at < ends_at <= starts_at + LONGEST or ends_at <= at:
        fields["ends_at"] = [OutageWrong.ENDS]
    for language, text in what.items():
        if not 0 < len(text) <= 300:
            fields[f"what_{language}"] = [OutageWrong.TEXT]
    if unplanned and not clean(reason):
        fields["reason"] = [OutageWrong.REASON]
    if fields:
        raise OutageWrong(fields)


def _refuse_too_soon(starts_at: datetime, at: datetime) -> None:
    """Pass only a start on the seventh working day after today, or later."""
    first = outside.later(local(at).date(), AHEAD)
    if local(starts_at).date() < first:
        raise OutageTooSoon(day=f"{first:%d/%m/%Y}")


def _note(deed: str, outage_id: UUID, actor: Actor, at: datetime) -> None:
    audit.write(
        f"notify.{deed}",
        subject="notify.Outage",
        subject_id=outage_id,
        actor=actor,
        at=at,
    )
