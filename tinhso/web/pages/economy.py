"""The digital economy of the province: two methods apart, and what targets ask."""

from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tinhso.foresight import queries
from tinhso.foresight.types.account import Account
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, guarded, no_store
from tinhso.web.sending import table
from tinhso.web.ui import desk
from tinhso.web.ui import economy as ui

COLUMNS = (
    *("method", "place", "period", "release", "value", "low", "high", "status"),
    *("source", "made_up"),
)


@guarded(Access.OFFICER)
@require_safe
def economy(request: HttpRequest) -> HttpResponse:
    """Show what is known of the digital economy, what is not, what targets ask."""
    actor = actor_of(request)
    found = queries.get_account(made_up=settings.TINHSO_DEMO, actor=actor)
    context = {"rail": desk.rail(actor, "economy"), **ui.shown(found)}
    return no_store(render(request, "measures/economy.html", context))


@guarded(Access.OFFICER)
@require_safe
def economy_csv(request: HttpRequest) -> HttpResponse:
    """Send what is stated, missing and estimated, each row with its method."""
    found = queries.get_account(made_up=settings.TINHSO_DEMO, actor=actor_of(request))
    return table([COLUMNS, *_lines(found)], name="kinh-te-so.csv")


def _lines(found: Account) -> Iterator[list[object]]:
    for one in found.declared.shares:
        status = "estimate" if one.is_estimate else "published"
        about = [one.method.value, one.place, one.period.key, one.vintage]
        yield [*about, one.value, "", "", status, one.source, False]
    for blank in found.declared.absent:
        about = [blank.method.value, blank.place, blank.period.key, ""]
        yield [*about, "", "", "", "missing", blank.why, False]
    for told in found.estimates:
        ends = [told.range.low, told.range.high] if told.range else ["", ""]
        about = [told.method.value, told.place, told.period, ""]
        source = " ".join(told.inputs)
        yield [*about, told.share, *ends, "worked_out", source, told.made_up]
