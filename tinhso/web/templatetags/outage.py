"""Whether the platform rests soon, for the top of each page."""

from typing import Any

from django import template
from django.db import DatabaseError
from django.http import HttpRequest

from tinhso.kernel import clock
from tinhso.notify import queries
from tinhso.web.ui import channels as ui

register = template.Library()


@register.simple_tag(takes_context=True)
def near_outage(context: dict[str, Any]) -> dict[str, Any]:
    """Show the outage that is near or goes on; empty if there is none."""
    # Pages that say what went wrong need nothing, not even a database.
    if not isinstance(context.get("request"), HttpRequest):
        return {}
    try:
        found = queries.next_outage(at=clock.now())
    except DatabaseError:
        # A page that says so must not fail for the same reason.
        return {}
    return ui.outage(found) if found else {}
