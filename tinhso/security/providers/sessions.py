"""Sessions, as the framework keeps them; without its row a session is over."""

from collections.abc import Collection
from datetime import datetime

from django.contrib.sessions.models import Session


def alive(*, keys: Collection[str], at: datetime) -> frozenset[str]:
    """List the keys whose sessions are not over."""
    found = Session.objects.filter(session_key__in=keys, expire_date__gt=at)
    return frozenset(found.values_list("session_key", flat=True))


def end(*, keys: Collection[str]) -> None:
    """End sessions; they are over with their next request."""
    Session.objects.filter(session_key__in=keys).delete()


def end_all() -> int:
    """End the sessions of everybody; say how many there were."""
    return Session.objects.all().delete()[0]


def forget(*, at: datetime) -> int:
    """Delete the sessions that have run out; say how many."""
    return Session.objects.filter(expire_date__lt=at).delete()[0]
