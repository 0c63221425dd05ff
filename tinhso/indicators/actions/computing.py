"""Compute indicators from the lake, as far as rows came in since they were computed."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from time import perf_counter

from django.db import connection, transaction
from django.db.models import Max, Min, Q

from tinhso.indicators.models import FaultRow, RunRow, SeriesRow, ValueRow
from tinhso.indicators.providers import counting
from tinhso.indicators.providers.counting import Number, Place, Touched
from tinhso.indicators.queries.declared import indicators
from tinhso.indicators.queries.values import as_run
from tinhso.indicators.rules.periods import months_within
from tinhso.indicators.types import Computed, Indicator, Run
from tinhso.lake import queries as lake

BATCH = 5_000
# What cannot be computed is tried again after a while, and whenever rows come in.
TRIED_AGAIN = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _Scope:
    """What is to be computed: all months of some indicators, new months of others."""

    whole: Sequence[Indicator]
    others: Sequence[Indicator]
    touched: Touched


def refresh(*, at: datetime, everything: bool = False) -> tuple[Run, ...]:
    """Compute what new rows in the lake, or new declarations, have changed.

    everything: compute all months of all indicators. An indicator that cannot be
    computed keeps its numbers, and why is told with them; the others go on.

    :raises StoreAway: if the tables lie in a store that does not answer.
    """
    groups: dict[tuple[str, str], list[Indicator]] = {}
    for one in indicators().values():
        if one.computed:
            group = (one.computed.dataset, one.computed.day)
            groups.setdefault(group, []).append(one)
    runs = (_refresh(groups[group], at, everything) for group in sorted(groups))
    return tuple(run for run in runs if run)


@transaction.atomic
def _refresh(
    together: Sequence[Indicator], at: datetime, everything: bool
) -> Run | None:
    """Compute indicators of one dataset that go by one day; None: nothing is new."""
    started = perf_counter()
    [first, *_] = (one.computed for one in together if one.computed)
    _lock(first.dataset)
    try:
        scope = _scope(together, first, at, everything)
    except counting.NOT_COUNTED as refusal:
        _tell({one.key: str(refusal) for one in together}, together, at)
        return None
    if scope is None:
        return None
    numbers, faults = _counted(scope)
    run = _begun(scope, at)
    fine = [one for one in together if one.key not in faults]
    run.changed = _replace(scope, numbers, fine, run)
    _remember(together, faults, run)
    _tell(faults, together, at)
    run.seconds = perf_counter() - started
    run.save(update_fields=["changed", "seconds"])
    return as_run(run)


def _lock(dataset: str) -> None:
    with connection.cursor() as cursor:
        name = f"indicators of {dataset}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [name])


def _scope(
    together: Sequence[Indicator], first: Computed, at: datetime, everything: bool
) -> _Scope | None:
    """Tell what is to be computed; None if nothing is."""
    known = {
        row.indicator: row
        for row in SeriesRow.objects.filter(
            indicator__in=[one.key for one in together]
        ).select_related("run")
    }
    whole = [one for one in together if everything or _is_new(one, known.get(one.key))]
    others = [one for one in together if one not in whole]
    newest = lake.newest_state(dataset=first.dataset).snapshot_id
    if newest is None or not (
        _is_due(whole, at, everything) or _is_unread(known, newest)
    ):
        return None
    counts = {known[one.key].run_id: known[one.key].run.counts for one in others}
    return _Scope(whole, others, counting.touched(first, known=list(counts.values())))


def _is_due(whole: Sequence[Indicator], at: datetime, everything: bool) -> bool:
    """Tell whether there is an indicator that did not fail a moment ago."""
    failed = _just_failed(at)
    return everything or any(failed.get(one.key) != one.digest for one in whole)


def _is_unread(known: Mapping[str, SeriesRow], newest: int) -> bool:
    """Tell whether the table was written since; a question costs, this does not."""
    return any(row.run.snapshot_id != newest for row in known.values())


def _just_failed(at: datetime) -> Mapping[str, str]:
    """Tell what could not be computed a moment ago: {indicator: as declared then}."""
    rows = FaultRow.objects.filter(at__gt=at - TRIED_AGAIN)
    return dict(rows.values_list("indicator", "digest"))


def _is_new(one: Indicator, row: SeriesRow | None) -> bool:
    return row is None or row.digest != one.digest


def _counted(scope: _Scope) -> tuple[dict[Place, Number], dict[str, str]]:
    source, months = scope.touched.source, scope.touched.months
    numbers, faults = counting.counted(scope.whole, None, source)
    if months:
        newer, more_faults = counting.counted(scope.others, months, source)
        return numbers | newer, faults | more_faults
    return numbers, faults


def _begun(scope: _Scope, at: datetime) -> RunRow:
    touched = scope.touched
    return RunRow.objects.create(
        dataset=touched.source.dataset,
        uuid=touched.source.uuid,
        snapshot_id=touched.source.snapshot_id or 0,
        counts=dict(touched.counts),
        at=at,
        seconds=0,
        months=[one.key for one in touched.months],
        changed=0,
    )


def _replace(
    scope: _Scope,
    numbers: Mapping[Place, Number],
    fine: Sequence[Indicator],
    run: RunRow,
) -> int:
    """Write the numbers that came out otherwise; tell how many."""
    rows = {_place(row): row for row in _rows(scope, fine)}
    wanted = dict(_without_rows(rows, fine)) | dict(numbers)
    wanted |= dict(_without_acts(wanted, fine))
    digests = {one.key: one.digest for one in fine}
    changed = {
        place: number
        for place, number in wanted.items()
        if place not in rows or _told(rows[place]) != (number, digests[place.indicator])
    }
    old = [rows[place].id for place in changed if place in rows]
    ValueRow.objects.filter(id__in=old).update(replaced_by=run)
    ValueRow.objects.bulk_create(
        (_row(place, number, digests, run) for place, number in changed.items()),
        batch_size=BATCH,
    )
    return len(changed)


def _rows(scope: _Scope, fine: Sequence[Indicator]) -> Iterable[ValueRow]:
    """Find the numbers in force that the scope may change."""
    keys = {one.key for one in fine}
    whole = Q(indicator__in=keys & {one.key for one in scope.whole})
    months = Q(
        indicator__in=keys & {one.key for one in scope.others},
        month__in=[one.first for one in scope.touched.months],
    )
    return ValueRow.objects.filter(whole | months, replaced_by=None)


def _without_rows(
    rows: Iterable[Place], fine: Sequence[Indicator]
) -> Iterator[tuple[Place, Number]]:
    """Count nothing where there was something that is now elsewhere."""
    nothing = _nothing(fine)
    return ((place, nothing[place.indicator]) for place in rows)


def _without_acts(
    wanted: Mapping[Place, Number], fine: Sequence[Indicator]
) -> Iterator[tuple[Place, Number]]:
    """Count nothing in a month between others in which nothing was done.

    That is a number; a month that nobody has counted has none.
    """
    nothing = _nothing(fine)
    for made_up in (False, True):
        months = _span(wanted, fine, made_up)
        held = _held(fine, made_up)
        for key in nothing:
            for month in months:
                place = Place(key, month, made_up)
                if place not in wanted and (key, month) not in held:
                    yield place, nothing[key]


def _nothing(fine: Sequence[Indicator]) -> dict[str, Number]:
    return {
        one.key: (0, 0 if one.computed and one.computed.denominator else None)
        for one in fine
    }


def _span(
    wanted: Iterable[Place], fine: Sequence[Indicator], made_up: bool
) -> list[date]:
    """List the months from the first to the last in which anything was counted."""
    known = ValueRow.objects.filter(
        indicator__in=[one.key for one in fine],
        dimension="",
        made_up=made_up,
        replaced_by=None,
    ).aggregate(first=Min("month"), last=Max("month"))
    months = [place.month for place in wanted if place.made_up == made_up]
    months += [month for month in known.values() if month]
    if not months:
        return []
    return [one.first for one in months_within(min(months), max(months))]


def _held(fine: Sequence[Indicator], made_up: bool) -> set[tuple[str, date]]:
    rows = ValueRow.objects.filter(
        indicator__in=[one.key for one in fine],
        dimension="",
        made_up=made_up,
        replaced_by=None,
    )
    return set(rows.values_list("indicator", "month"))


def _place(row: ValueRow) -> Place:
    return Place(row.indicator, row.month, row.made_up, row.dimension, row.part)


def _told(row: ValueRow) -> tuple[Number, str]:
    return (row.numerator, row.denominator), row.digest


def _row(
    place: Place, number: Number, digests: Mapping[str, str], run: RunRow
) -> ValueRow:
    above, below = number
    return ValueRow(
        indicator=place.indicator,
        month=place.month,
        made_up=place.made_up,
        dimension=place.dimension,
        part=place.part,
        numerator=above,
        denominator=below,
        digest=digests[place.indicator],
        run=run,
    )


def _remember(
    together: Sequence[Indicator], faults: Collection[str], run: RunRow
) -> None:
    """Note up to where each indicator knows its table; what failed knows nothing."""
    SeriesRow.objects.bulk_create(
        (
            SeriesRow(
                indicator=one.key,
                digest="" if one.key in faults else one.digest,
                run=run,
            )
            for one in together
        ),
        update_conflicts=True,
        unique_fields=["indicator"],
        update_fields=["digest", "run"],
    )


def _tell(
    faults: Mapping[str, str], together: Sequence[Indicator], at: datetime
) -> None:
    """Keep why indicators could not be computed, as long as that is so."""
    digests = {one.key: one.digest for one in together}
    fine = digests.keys() - faults.keys()
    FaultRow.objects.filter(indicator__in=fine).delete()
    FaultRow.objects.bulk_create(
        (
            FaultRow(indicator=key, digest=digests[key], reason=reason[:300], at=at)
            for key, reason in faults.items()
        ),
        update_conflicts=True,
        unique_fields=["indicator"],
        update_fields=["digest", "reason", "at"],
    )
