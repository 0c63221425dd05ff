"""What is forecast of a measure, as a table to take along."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from tinhso.foresight import queries
from tinhso.foresight.types import Vintage
from tinhso.kernel import clock
from tinhso.security.types import Access
from tinhso.web.policy import actor_of, guarded
from tinhso.web.sending import table

COLUMNS = (
    *("indicator", "period", "value", "mean", "low", "high", "level", "method"),
    *("made_at", "made_up", "digest"),
)


@guarded(Access.OFFICER)
@require_safe
def measure_forecast(request: HttpRequest, key: str) -> HttpResponse:
    """Send the values known and what was forecast of a measure, the newest first."""
    found = queries.forecast_of(
        indicator=key,
        on=clock.local(clock.now()).date(),
        made_up=settings.TINHSO_DEMO,
        actor=actor_of(request),
    )
    lines = [line for one in found.vintages for line in _lines(one)]
    return table([COLUMNS, *lines], name=f"{key}-du-bao.csv")


def _lines(one: Vintage) -> list[list[object]]:
    told = [one.made_at.isoformat(), one.made_up, one.digest]
    known = [
        [one.indicator, period, value, "", "", "", "", "", *told]
        for period, value in one.known
    ]
    about = (one.level, one.method, *told)
    return known + [
        [one.indicator, a.period, "", a.mean, a.low, a.high, *about] for a in one.ahead
    ]
