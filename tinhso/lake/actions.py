"""Publish datasets, hand rows in, write them into their tables, keep the tables."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction

from tinhso.lake import rules
from tinhso.lake.models import BatchRow, WaitingRow
from tinhso.lake.providers import late, published
from tinhso.lake.types import (
    Appended,
    Compacted,
    Dataset,
    Tidied,
    Values,
)

# A table in memory takes twice its size; a batch stays well below a gigabyte.
MOST_AT_ONCE = 200_000  # rows
# The source of what rooms hand in; its positions are the numbers of the batches.
ROOMS = "rooms"
# How long each state stays, and for how long the last of each day.
EACH_STATE, DAYS = timedelta(hours=1), 31
# Nobody takes longer from writing a file to naming it.
GRACE = timedelta(days=1)


def publish(*, dataset: Dataset) -> None:
    """Make a dataset known. Called on `project/publications.py` only."""
    published.publish(dataset)


def hand_in(
    *, dataset: str, values: Values, at: datetime, is_correction: bool = False
) -> str:
    """Hand a row in, in the transaction of what it tells of; answer what is wrong.

    values: by column; words of enumerations are text. is_correction: it takes the place
    of an earlier row with the same key. A row that is wrong is set aside with the
    reason, which is answered; "" where there is none.

    :raises DatasetUnknown: if no room publishes it.
    """
    declared = published.dataset_of(dataset)
    fault = rules.fault(declared, values)
    WaitingRow.objects.create(
        dataset=dataset,
        values=rules.as_json(values),
        is_correction=is_correction,
        handed_at=at,
        fault=fault[:300],
    )
    return fault


def append_waiting(*, at: datetime) -> int:
    """Write all waiting rows into their tables; say how many came in."""
    return sum(
        _append_all(dataset, at)
        for name, dataset in published.published().items()
        if WaitingRow.objects.filter(dataset=name, fault="").exists()
    )


def _append_all(dataset: Dataset, at: datetime) -> int:
    count = 0
    while (batch := _next_batch(dataset.name, at)) is not None:
        count += _append(dataset, batch, at).rows
    return count


def _next_batch(dataset: str, at: datetime) -> BatchRow | None:
    """Find the batch that is under way, else make one of what waits.

    What is in a batch stands before it is written, so that whoever takes up the work of
    one that died writes the same rows under the same number.
    """
    with transaction.atomic():
        _lock(dataset)
        found = BatchRow.objects.filter(dataset=dataset, appended_at=None).first()
        return found or _made(dataset, at)


def _made(dataset: str, at: datetime) -> BatchRow | None:
    waiting = WaitingRow.objects.filter(dataset=dataset, batch=None, fault="")
    chosen = list(waiting.order_by("id").values_list("id", flat=True)[:MOST_AT_ONCE])
    if not chosen:
        return None
    last = BatchRow.objects.filter(dataset=dataset).order_by("-number").first()
    number = last.number + 1 if last else 1
    batch = BatchRow.objects.create(dataset=dataset, number=number, made_at=at)
    WaitingRow.objects.filter(id__in=chosen).update(batch=batch)
    return batch


def _append(dataset: Dataset, batch: BatchRow, at: datetime) -> Appended:
    """Write a batch, then forget it; each may have been done before, by others."""
    values = [_values(row, dataset) for row in batch.waitingrow_set.order_by("id")]
    appended: Appended = late.tables().append_rows(
        dataset, values, source=ROOMS, position=batch.number
    )
    with transaction.atomic():
        batch.waitingrow_set.all().delete()
        BatchRow.objects.filter(id=batch.id).update(appended_at=at)
    return appended


def _values(row: WaitingRow, dataset: Dataset) -> Values:
    return {
        **{
            column.name: rules.restored(column, row.values.get(column.name))
            for column in dataset.columns
        },
        rules.PLACE: row.id,
        rules.HANDED: row.handed_at,
        rules.CORRECTS: row.is_correction,
    }


def compact(*, dataset: str = "") -> Sequence[Compacted]:
    """Join the small files of a dataset, of all unless told.

    :raises DatasetUnknown: if no room publishes it.
    """
    found = [late.tables().compact(one) for one in _chosen(dataset)]
    return tuple(one for one in found if one is not None)


def tidy(*, at: datetime, dataset: str = "") -> Sequence[Tidied]:
    """Let go of old states and of files nobody names, of all datasets unless told.

    :raises DatasetUnknown: if no room publishes it.
    """
    found = [
        late.tables().tidy(one, at=at, whole=EACH_STATE, days=DAYS, grace=GRACE)
        for one in _chosen(dataset)
    ]
    return tuple(one for one in found if one is not None)


def _chosen(name: str) -> list[Dataset]:
    if name:
        return [published.dataset_of(name)]
    return list(published.published().values())


def _lock(dataset: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"lake {dataset}"]
        )
