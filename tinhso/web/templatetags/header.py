"""Who stands in the header of a page."""

from typing import Any

from django import template
from django.db import DatabaseError
from django.http import HttpRequest

from tinhso.kernel.actor import Actor, ActorKind
from tinhso.notify import queries as notify
from tinhso.web.policy import actor_of

register = template.Library()


@register.simple_tag(takes_context=True)
def signed_in(context: dict[str, Any]) -> dict[str, Any]:
    """Tell name, office and unread messages of who is signed in; empty if nobody."""
    request = context.get("request")
    if not isinstance(request, HttpRequest) or not hasattr(request, "user"):
        return {}
    try:
        return _shown(actor_of(request))
    except DatabaseError:
        # A page that says so must not fail for the same reason.
        return {}


def _shown(actor: Actor) -> dict[str, Any]:
    if actor.kind is ActorKind.ANONYMOUS:
        return {}
    person_id = actor.person_id
    return {
        "name": actor.name,
        "is_officer": actor.kind is ActorKind.OFFICER,
        "unread": notify.unread(person_id=person_id) if person_id else 0,
    }
