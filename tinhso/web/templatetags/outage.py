"""Whether the platform rests soon, for the top of each page."""

from typing import Any

from django import template
from django.db import DatabaseError

from tinhso.kernel import clock
from tinhso.notify import queries
from tinhso.web.ui import channels as ui

register = template.Library()


@register.simple_tag
def near_outage() -> dict[str, Any]:
    """Show the outage that is near or goes on; empty if there is none."""
    try:
        found = queries.next_outage(at=clock.now())
    except DatabaseError:
        # A page that says so must not fail for the same reason.
        return {}
    return ui.outage(found) if found else {}
