"""What messages cost, and which letters wait to be posted."""

from datetime import datetime

from django.db.models import Count, Sum
from django.db.models.functions import TruncMonth

from tinhso.kernel.clock import VIETNAM
from tinhso.notify.models import DeliveryRow
from tinhso.notify.types import Channel, Cost, DeliveryState, LetterToPost
from tinhso.people import queries as people

PAGE_SIZE = 100


def costs(*, since: datetime) -> tuple[Cost, ...]:
    """Sum up what was sent since a moment, by month and channel, the newest first."""
    sums = (
        DeliveryRow.objects.filter(sent_at__gte=since)
        .annotate(month=TruncMonth("sent_at", tzinfo=VIETNAM))
        .values("month", "channel")
        .annotate(messages=Count("id"), parts=Sum("segments"), amount=Sum("cost"))
        .order_by("-month", "channel")
    )
    return tuple(
        Cost(
            month=f"{one['month']:%Y-%m}",
            channel=Channel(one["channel"]),
            messages=one["messages"],
            segments=one["parts"],
            amount=one["amount"],
        )
        for one in sums
    )


def letters_to_post(*, limit: int = PAGE_SIZE) -> tuple[LetterToPost, ...]:
    """List the letters that wait to be printed and posted, the oldest first."""
    rows = (
        DeliveryRow.objects.select_related("message")
        .filter(channel=Channel.LETTER, state=DeliveryState.QUEUED)
        .order_by("id")[:limit]
    )
    return tuple(letter_of(row=row) for row in rows)


def letter_of(*, row: DeliveryRow) -> LetterToPost:
    """Hand out a letter as it is printed."""
    message = row.message
    person = people.get_person(person_id=message.person_id)
    return LetterToPost(
        delivery_id=row.id,
        to_name=person.full_name,
        to_address=person.residence,
        subject=message.subject,
        body=message.body,
        queued_at=message.created_at,
        is_synthetic=person.is_synthetic,
    )
