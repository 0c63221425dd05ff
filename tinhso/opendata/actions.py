"""Enter datasets, publish versions of them, withdraw one."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from tinhso.kernel.actor import SYSTEM, Actor
from tinhso.kernel.audit import actions as audit
from tinhso.kernel.clock import local
from tinhso.kernel.errors import Refused
from tinhso.kernel.events import actions as events
from tinhso.kernel.packs.types import Content, Find, Kind
from tinhso.kernel.text import clean, fold
from tinhso.lake import queries as lake
from tinhso.lake.types import Answer, Dataset, DatasetUnknown, Limits, SnapshotGone
from tinhso.opendata import queries
from tinhso.opendata.models import DatasetRow, DeclaredRow, VersionRow
from tinhso.opendata.providers import late
from tinhso.opendata.rules import choosing, declaring, gate
from tinhso.opendata.types import (
    DATASET_SCHEMA,
    AlreadyWithdrawn,
    CodesOf,
    DatasetNotFound,
    DatasetPublished,
    DatasetWithdrawn,
    Entry,
    FileFate,
    FileMissing,
    FileState,
    NothingToPublish,
    Published,
    PublisherUnknown,
    ReasonMissing,
    Reidentifiable,
    RowsMovedOn,
    SourceGuardedElsewhere,
    TooManyRows,
    Version,
)
from tinhso.people import queries as people
from tinhso.places import queries as places
from tinhso.security import queries as security
from tinhso.security.types import Deed

# A version is gone through in memory; what is larger belongs into several.
MOST_ROWS = 1_000_000


def enter_dataset(content: Content, actor: Actor, at: datetime) -> None:
    """Take a declared dataset into the catalogue; its versions stay as they are."""
    entry = declaring.entry_of(content.body)
    with transaction.atomic():
        row, _ = DatasetRow.objects.update_or_create(
            slug=entry.slug, defaults=_values(entry, at)
        )
        DeclaredRow.objects.update_or_create(
            dataset=row, defaults={"body": content.body}
        )
        audit.write(
            "opendata.enter_dataset",
            subject="opendata.Dataset",
            subject_id=row.id,
            actor=actor,
            at=at,
            details={"slug": entry.slug, "version": content.version},
        )


def enter_datasets(*, bodies: Sequence[Mapping[str, Any]], at: datetime) -> int:
    """Take many declared datasets into an empty catalogue at once; say how many."""
    entries = [declaring.entry_of(body) for body in bodies]
    with transaction.atomic():
        rows = DatasetRow.objects.bulk_create(
            [DatasetRow(slug=one.slug, **_values(one, at)) for one in entries],
            batch_size=1000,
        )
        DeclaredRow.objects.bulk_create(
            [
                DeclaredRow(dataset=row, body=body)
                for row, body in zip(rows, bodies, strict=True)
            ],
            batch_size=1000,
        )
    return len(rows)


def _values(entry: Entry, at: datetime) -> dict[str, Any]:
    return {
        "publisher": entry.publisher,
        # By the last part of their addresses, for they are counted over thousands.
        "theme": entry.theme.rpartition("/")[2],
        "frequency": entry.frequency.rpartition("/")[2],
        "order": fold(entry.title.vi),
        "search": queries.searched(entry=entry),
        "is_synthetic": entry.is_synthetic,
        "changed_at": at,
    }


def check_dataset(content: Content) -> dict[str, str]:
    """Answer {field: what is wrong} with a dataset by itself."""
    return declaring.faults(declaring.entry_of(content.body))


def compare_dataset(content: Content, find: Find) -> Mapping[str, str]:
    """Answer what is wrong with a dataset beside what the lake declares."""
    entry = declaring.entry_of(content.body)
    try:
        table = lake.declared_among(dataset=entry.source, find=find)
        declaring.refuse_unfit(entry, table)
    except DatasetUnknown as refusal:
        return {"source": str(refusal)}
    except Refused as refusal:
        return {"columns": str(refusal)}
    return {}


DATASETS = Kind(
    name="datasets",
    pattern="datasets/*.yaml",
    schema=DATASET_SCHEMA,
    apply=enter_dataset,
    check=check_dataset,
    compare=compare_dataset,
)


def publish(*, slug: str, actor: Actor, at: datetime) -> Version:
    """Freeze what the lake has now, through the privacy gate, as the next version.

    :raises DatasetNotFound: if nothing of that name is declared.
    :raises NotAllowed: if the actor may not publish for its agency.
    :raises PublisherUnknown: if no agency has the code today.
    :raises ColumnPersonal: if a column tells of persons.
    :raises SourceGuardedElsewhere: if another dataset of the table would unmask it.
    :raises NothingToPublish: if the lake has no row that is meant.
    :raises TooManyRows: if there are more than a version may have.
    :raises GroupTooSmall: if somebody would stand out; ChangeTooSmall, GroupTooAlike
        likewise.
    :raises Reidentifiable: if the attack on the frozen file found somebody.

    And what the lake refuses.
    """
    with transaction.atomic():
        row = _locked(slug, actor, at)
        entry = declaring.entry_of(row.declared.body)
        table = lake.declared(dataset=entry.source)
        declaring.refuse_unfit(entry, table)
        _refuse_overlap(entry)
        older = queries.versions_of(slug=slug)
        with _known_files():
            version = _freeze(row, entry, table, older, at)
        DatasetRow.objects.filter(pk=row.pk).update(
            newest=version.number,
            published_at=at,
            has_map=version.has_map,
            changed_at=at,
        )
        _note("publish", version, actor, at)
        told = DatasetPublished(subject_id=row.id, slug=slug, number=version.number)
        events.record(told, actor=actor, at=at)
    return version


def _locked(slug: str, actor: Actor, at: datetime) -> DatasetRow:
    row = DatasetRow.objects.select_for_update().filter(slug=slug).first()
    if row is None:
        raise DatasetNotFound
    agency = people.organization_by_code(code=row.publisher, on=local(at).date())
    thing = Published(agency.id if agency else None)
    security.require(actor=actor, deed=Deed.PUBLISH_DATA, thing=thing)
    if agency is None:
        raise PublisherUnknown(code=row.publisher)
    return row


def _refuse_overlap(entry: Entry) -> None:
    """Refuse a second guarded dataset of a table: each gate knows its own only.

    What one hides as a small cell, the other may show as the difference of large ones.
    """
    if not entry.is_guarded:
        return
    # Whoever comes second waits for the first to end, whichever the datasets are.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [entry.source])
    others = DeclaredRow.objects.exclude(dataset__slug=entry.slug).filter(
        body__source=entry.source,
        dataset__is_synthetic=entry.is_synthetic,
        dataset__published_at__isnull=False,
    )
    for other in (declaring.entry_of(row.body) for row in others):
        if other.is_guarded:
            raise SourceGuardedElsewhere(table=entry.source, slug=other.slug)


def _freeze(
    row: DatasetRow,
    entry: Entry,
    table: Dataset,
    older: Sequence[Version],
    at: datetime,
) -> Version:
    answer = _asked(entry)
    freezing = late.freezing()
    gated = _gated(entry, answer.rows, older)
    if not gated.rows:
        raise NothingToPublish
    shown = declaring.described(
        declaring.shown_of(entry, table), gated.rows, _code_lists(entry, at)
    )
    with freezing.frozen(entry.slug, shown, gated.rows) as file:
        hits = freezing.attacked(entry, file.path, gated.report.coarser, older)
        if hits:
            raise Reidentifiable(column=hits[0].column, combination=hits[0].combination)
        [source] = answer.sources
        made = VersionRow.objects.create(
            dataset=row,
            number=max((one.number for one in older), default=0) + 1,
            published_at=at,
            rows=len(gated.rows),
            bytes=file.bytes,
            sha256=file.sha256,
            columns=[asdict(one) for one in shown],
            table=source.dataset,
            table_uuid=source.uuid,
            snapshot_id=source.snapshot_id or 0,
            formula=answer.formula,
            is_synthetic=entry.is_synthetic,
            gate=asdict(gated.report),
        )
        file.settle(entry.slug, made.number)
    return queries.version_of(row=made)


def _code_lists(entry: Entry, at: datetime) -> dict[str, dict[str, str]]:
    """Name by column the communes or agencies of today, where it has their codes."""
    today = local(at).date()
    return {one.name: _names_of(one.codes, today) for one in entry.fields if one.codes}


def _names_of(codes: CodesOf, on: date) -> dict[str, str]:
    if codes is CodesOf.UNITS:
        return {one.code: one.name for one in places.units(on=on)}
    return {one.code: one.name for one in people.organizations(on=on)}


def _asked(entry: Entry, snapshots: Mapping[str, int] = lake.NEWEST) -> Answer:
    """Ask the lake, as the platform: who publishes need not be one who reads it all."""
    limits = Limits(
        rows=MOST_ROWS,
        seconds=settings.TINHSO_LAKE_QUERY_SECONDS,
        memory=settings.TINHSO_LAKE_QUERY_MEMORY_MB * 2**20,
        reads=settings.TINHSO_LAKE_QUERY_READS_MB * 2**20,
    )
    answer = lake.ask(
        sql=choosing.question(entry), limits=limits, actor=SYSTEM, snapshots=snapshots
    )
    if answer.is_cut:
        raise TooManyRows(most=MOST_ROWS)
    if not answer.rows or answer.sources[0].snapshot_id is None:
        raise NothingToPublish
    return answer


def _gated(
    entry: Entry, rows: Sequence[tuple[Any, ...]], older: Sequence[Version]
) -> gate.Gated:
    freezing = late.freezing()
    if entry.is_figures:
        return gate.pass_figures(rows, entry, freezing.older_figures(entry, older))
    return gate.pass_rows(rows, entry, freezing.older_groups(entry, older))


@contextmanager
def _known_files() -> Iterator[None]:
    """Refuse where a file of an earlier version is gone: nothing can be compared."""
    try:
        yield
    except FileNotFoundError:
        raise FileMissing from None


def restore_files() -> tuple[FileState, ...]:
    """See that each version has its file, and make those anew that are gone.

    For operators, after a restore. What is made anew is taken only if it is, byte for
    byte, what was published; withdrawn versions have theirs, too, to be compared with.
    """
    rows = VersionRow.objects.select_related("dataset__declared")
    # Older ones first: the gate compares with them.
    return tuple(_file_state(row) for row in rows.order_by("dataset__slug", "number"))


def _file_state(row: VersionRow) -> FileState:
    version = queries.version_of(row=row)
    if late.freezing().is_whole(version):
        return FileState(version.slug, version.number, FileFate.KEPT)
    try:
        _remake(version, declaring.entry_of(row.dataset.declared.body))
    except Refused as refusal:
        return FileState(version.slug, version.number, FileFate.MISSING, refusal.code)
    return FileState(version.slug, version.number, FileFate.REMADE)


def _remake(version: Version, entry: Entry) -> None:
    older = [
        one
        for one in queries.versions_of(slug=version.slug)
        if one.number < version.number
    ]
    try:
        answer = _asked(entry, {version.table: version.snapshot_id})
    except SnapshotGone:
        # A table that was rebuilt has other states; the newest may say the same.
        answer = _asked(entry)
    with _known_files():
        gated = _gated(entry, answer.rows, older)
    freezing = late.freezing()
    with freezing.frozen(version.slug, version.columns, gated.rows) as file:
        if file.sha256 != version.sha256:
            raise RowsMovedOn
        file.settle(version.slug, version.number)


def withdraw(
    *, slug: str, number: int, reason: str, actor: Actor, at: datetime
) -> Version:
    """Withdraw a version; a notice with the reason stays, the one before is shown.

    :raises DatasetNotFound: if there is none.
    :raises NotAllowed: if the actor may not publish for its agency.
    :raises AlreadyWithdrawn: if it was withdrawn before.
    :raises ReasonMissing: if nothing says why.
    """
    said = clean(reason)[:500]
    with transaction.atomic():
        row = _locked(slug, actor, at)
        made = VersionRow.objects.filter(dataset=row, number=number).first()
        if made is None:
            raise DatasetNotFound
        if made.withdrawn_at is not None:
            raise AlreadyWithdrawn
        if not said:
            raise ReasonMissing({"reason": [ReasonMissing.message]})
        made.withdrawn_at, made.reason = at, said
        made.save(update_fields=["withdrawn_at", "reason"])
        _show_newest(row, at)
        version = queries.version_of(row=made)
        _note("withdraw", version, actor, at)
        told = DatasetWithdrawn(subject_id=row.id, slug=slug, number=number)
        events.record(told, actor=actor, at=at)
    return version


def _show_newest(row: DatasetRow, at: datetime) -> None:
    out = VersionRow.objects.filter(dataset=row, withdrawn_at=None)
    newest = out.order_by("-number").first()
    DatasetRow.objects.filter(pk=row.pk).update(
        newest=newest.number if newest else 0,
        published_at=newest.published_at if newest else row.published_at,
        changed_at=at,
    )


def _note(deed: str, version: Version, actor: Actor, at: datetime) -> None:
    audit.write(
        f"opendata.{deed}",
        subject="opendata.Version",
        subject_id=version.id,
        actor=actor,
        at=at,
        details={
            "slug": version.slug,
            "number": version.number,
            "sha256": version.sha256,
        },
    )
