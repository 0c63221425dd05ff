"""Forecast measures anew whose values changed."""

import json
from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from django.db import connection, transaction

from tinhso.foresight.models import VintageRow
from tinhso.foresight.queries.measured import Measured, measured
from tinhso.foresight.queries.vintages import as_vintage
from tinhso.foresight.rules.forecasting import chances as rules
from tinhso.foresight.rules.forecasting.forecasts import forecast
from tinhso.foresight.rules.forecasting.methods import LEAST, VERSION, method_of
from tinhso.foresight.rules.forecasting.periods import read_period
from tinhso.foresight.types import Forecast, Vintage
from tinhso.indicators.types import Unit
from tinhso.kernel.clock import local

LEVEL = 80  # percent


@transaction.atomic
def forecast_measures(*, at: datetime, made_up: bool) -> tuple[Vintage, ...]:
    """Forecast each measure whose values, formula or method changed; answer those.

    A measure of fewer than three values is not forecast, nor one that says yes or no.
    Earlier forecasts stay as they were. made_up: of made-up data.
    """
    _lock(made_up)
    fit = [one for one in measured(on=local(at).date(), made_up=made_up) if _fits(one)]
    digests = [_digest(one) for one in fit]
    held = set(
        VintageRow.objects.filter(digest__in=digests).values_list("digest", flat=True)
    )
    if held.issuperset(digests):
        return ()
    horizons = [rules.horizon_of(one.series, _dues(one)) for one in fit]
    # Their errors are pooled, so that all are forecast where one is.
    told = forecast([one.series for one in fit], horizon=max(horizons), level=LEVEL)
    rows = [
        _row(one, told_of, horizon, digest, at)
        for one, told_of, horizon, digest in zip(
            fit, told, horizons, digests, strict=True
        )
        if digest not in held
    ]
    return tuple(map(as_vintage, VintageRow.objects.bulk_create(rows)))


def forecast_all(*, at: datetime) -> int:
    """Forecast what changed, of real and of made-up data apart; tell how many."""
    return sum(len(forecast_measures(at=at, made_up=one)) for one in (False, True))


def _lock(made_up: bool) -> None:
    with connection.cursor() as cursor:
        name = f"forecasts of measures, made up: {made_up}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])


def _fits(one: Measured) -> bool:
    return one.series.known >= LEAST and one.indicator.unit is not Unit.YES_NO


def _dues(one: Measured) -> Sequence[int]:
    decides = (rules.last_within(due, one.series.kind) for due in one.dues)
    return [read_period(key)[1] for key in decides if key]


def _digest(one: Measured) -> str:
    """Name all that a forecast stands on; another name, and it is made anew."""
    series = one.series
    told = {
        "indicator": one.indicator.key,
        "formula": one.indicator.digest,
        "kind": series.kind.value,
        "made_up": one.made_up,
        "first": series.first,
        "values": series.values,
        "dues": sorted(one.dues),
        "method": method_of(series.kind, len(series.values)),
        "version": VERSION,
    }
    return sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _row(
    one: Measured, told: Forecast, horizon: int, digest: str, at: datetime
) -> VintageRow:
    ahead = [
        rules.within_bounds(each, one.least, one.most) for each in told.ahead[:horizon]
    ]
    test = told.backtest
    return VintageRow(
        indicator=one.indicator.key,
        kind=one.series.kind,
        made_up=one.made_up,
        made_at=at,
        method=told.method,
        version=VERSION,
        digest=digest,
        formula=one.indicator.digest,
        since=rules.house_key(one.series.kind, one.series.first),
        values=list(one.series.values),
        level=told.level,
        mean=[each.mean for each in ahead],
        low=[each.low for each in ahead],
        high=[each.high for each in ahead],
        spread=[[told.scale * q for q in row] for row in told.spread[:horizon]],
        errors=test.errors if test else 0,
        mase=test.mase if test else None,
        naive_mase=test.naive_mase if test else None,
        coverage=test.coverage if test else None,
    )
