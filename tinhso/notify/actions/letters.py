"""Letters on paper: an official prints them, and notes the number of the post."""

import re
from datetime import datetime
from uuid import UUID

from django.db import transaction

from tinhso.kernel.actor import Actor
from tinhso.kernel.audit import actions as audit
from tinhso.notify import queries
from tinhso.notify.models import DeliveryRow
from tinhso.notify.rules.ways import price_on
from tinhso.notify.types import (
    Channel,
    DeliveryState,
    LetterNotFound,
    LetterPosted,
    LetterToPost,
    PostNumberWrong,
)
from tinhso.security import queries as security
from tinhso.security.types import Deed

NUMBER = re.compile(r"[0-9A-Z][0-9A-Z./-]{3,39}")


def print_letters(*, actor: Actor, at: datetime) -> tuple[LetterToPost, ...]:
    """Hand out the letters that wait, to be printed; that somebody did is noted.

    :raises NotAllowed: if the actor does not post the province's letters.
    """
    security.require(actor=actor, deed=Deed.POST_LETTERS)
    letters = queries.letters_to_post()
    with transaction.atomic():
        for letter in letters:
            _note("print_letter", letter.delivery_id, actor, at)
    return letters


def post_letter(
    *, delivery_id: UUID, number: str, actor: Actor, at: datetime
) -> LetterToPost:
    """Note that a letter is in the post, by the number the post gave it.

    The same number again changes nothing.

    :raises NotAllowed: if the actor does not post the province's letters.
    :raises PostNumberWrong: if it can be no such number.
    :raises LetterNotFound: if no such letter waits.
    :raises LetterPosted: if it is in the post by another number.
    """
    security.require(actor=actor, deed=Deed.POST_LETTERS)
    number = number.strip().upper()
    if not NUMBER.fullmatch(number):
        raise PostNumberWrong({"number": [PostNumberWrong.message]})
    with transaction.atomic():
        row = _lock(delivery_id)
        if row.state == DeliveryState.SENT and row.reference == number:
            return queries.letter_of(row=row)
        if row.state == DeliveryState.SENT:
            raise LetterPosted
        if row.state != DeliveryState.QUEUED:
            raise LetterNotFound
        row.state, row.sent_at, row.since = DeliveryState.SENT, at, None
        row.reference, row.attempts = number, row.attempts + 1
        row.cost = price_on(queries.channel_rules().get(Channel.LETTER), at)
        row.save()
        _note("post_letter", row.id, actor, at)
    return queries.letter_of(row=row)


def _lock(delivery_id: UUID) -> DeliveryRow:
    rows = DeliveryRow.objects.select_for_update(of=("self",))
    row = (
        rows.select_related("message")
        .filter(pk=delivery_id, channel=Channel.LETTER)
        .first()
    )
    if row is None:
        raise LetterNotFound
    return row


def _note(deed: str, delivery_id: UUID, actor: Actor, at: datetime) -> None:
    audit.write(
        f"notify.{deed}",
        subject="notify.Delivery",
        subject_id=delivery_id,
        actor=actor,
        at=at,
    )
