"""Find datasets, read what is published, and how agencies do their duty."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import Count, Q, QuerySet

from tinhso.kernel.actor import Actor
from tinhso.kernel.clock import local
from tinhso.kernel.errors import Refused
from tinhso.kernel.packs.types import Content, Find
from tinhso.kernel.text import clean, fold
from tinhso.lake import queries as lake
from tinhso.lake.types import Dataset, Kind, Limits
from tinhso.opendata.models import DatasetRow, DeclaredRow, VersionRow
from tinhso.opendata.providers import late
from tinhso.opendata.providers.files import file_of
from tinhso.opendata.rules import dcat, gate
from tinhso.opendata.rules.choosing import question
from tinhso.opendata.rules.declaring import entry_of, shown_of
from tinhso.opendata.rules.duty import due_after
from tinhso.opendata.types import (
    HIDDEN,
    AgencyState,
    Ask,
    DatasetNotFound,
    Entry,
    Facet,
    FileMissing,
    Format,
    Found,
    GateReport,
    Label,
    Listed,
    Published,
    Rows,
    Shown,
    Text,
    Told,
    Version,
    VersionWithdrawn,
)
from tinhso.people import queries as people
from tinhso.people.types import OrganizationKind
from tinhso.security import queries as security
from tinhso.security.types import Deed

FACETS = ("theme", "publisher", "frequency", "has_map")
MOST_ASKED = 1000
UUID_FORM = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
TAGS = """
SELECT word, count(*) FROM opendata_datasetrow JOIN opendata_declaredrow
    ON dataset_id = id, jsonb_each(body->'keywords') AS l(k, v),
    jsonb_array_elements_text(v) AS word
WHERE newest > 0 GROUP BY 1 ORDER BY 1
"""


def find(
    *,
    on: date,
    text: str = "",
    chosen: Mapping[str, str] | None = None,
    order: str = "order",
    first: int = 0,
    most: int = 25,
    with_facets: bool = True,
) -> Found:
    """Find published datasets by words, with or without marks, and by facets.

    chosen: by facet (`theme`, `publisher`, `frequency`, `has_map`), the value wanted;
    by `tag`, a keyword.
    """
    rows = _chosen(_published(text), chosen or {})
    page = rows.order_by(order, "slug")[first : first + most]
    if not with_facets:
        return Found(_listed(page, on), rows.count(), {})
    facets = _facets(rows)
    # Each has one theme, so they are counted by the way.
    count = sum(one.count for one in facets["theme"])
    return Found(_listed(page, on), count, facets)


def _published(text: str) -> QuerySet[DatasetRow]:
    rows = DatasetRow.objects.filter(newest__gt=0)
    # Each word as it begins: who types does not end the last one.
    words = ["".join(c for c in word if c.isalnum()) for word in fold(text).split()]
    query = " & ".join(f"{word}:*" for word in words[:10] if word)
    if query:
        rows = rows.filter(words=SearchQuery(query, config="simple", search_type="raw"))
    return rows


def _chosen(
    rows: QuerySet[DatasetRow], chosen: Mapping[str, str]
) -> QuerySet[DatasetRow]:
    wanted: dict[str, object] = {k: v for k, v in chosen.items() if k in FACETS and v}
    if tag := chosen.get("tag"):
        by_word = Q(declared__body__keywords__vi__contains=[tag])
        rows = rows.filter(by_word | Q(declared__body__keywords__en__contains=[tag]))
    if "has_map" in wanted:
        wanted["has_map"] = wanted["has_map"] == "True"
    return rows.filter(**wanted)


def _facets(rows: QuerySet[DatasetRow]) -> dict[str, tuple[Facet, ...]]:
    """Count by all facets in one walk over what was found."""
    found = rows.order_by().values_list(*FACETS).annotate(count=Count("*"))
    sums: dict[str, dict[str, int]] = {name: {} for name in FACETS}
    for *values, count in found:
        for name, value in zip(FACETS, values, strict=True):
            sums[name][str(value)] = sums[name].get(str(value), 0) + count
    return {
        name: tuple(
            Facet(value, n)
            for value, n in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        )
        for name, counts in sums.items()
    }


def _listed(rows: Iterable[DatasetRow], on: date) -> tuple[Listed, ...]:
    found = list(rows)
    newest = {
        (row.dataset_id, row.number): row
        for row in VersionRow.objects.filter(
            dataset__in=found, withdrawn_at=None
        ).select_related("dataset")
    }
    declared = {one.dataset_id: one for one in DeclaredRow.objects.filter(pk__in=found)}
    agencies = _agencies(on)
    return tuple(
        _one(row, declared[row.id], newest.get((row.id, row.newest)), agencies)
        for row in found
    )


def _agencies(on: date) -> dict[str, str]:
    return {one.code: one.name for one in people.organizations(on=on)}


def _one(
    row: DatasetRow,
    declared: DeclaredRow,
    version: VersionRow | None,
    agencies: Mapping[str, str],
) -> Listed:
    return Listed(
        id=row.id,
        entry=entry_of(declared.body),
        agency=agencies.get(row.publisher, row.publisher),
        newest=version_of(row=version) if version else None,
        changed_at=row.changed_at,
    )


def version_of(*, row: VersionRow) -> Version:
    """Show a row of a version."""
    columns = tuple(_shown(one) for one in row.columns)
    return Version(
        id=row.id,
        slug=row.dataset.slug,
        number=row.number,
        published_at=row.published_at,
        rows=row.rows,
        bytes=row.bytes,
        sha256=row.sha256,
        columns=columns,
        table=row.table,
        table_uuid=row.table_uuid,
        snapshot_id=row.snapshot_id,
        formula=row.formula,
        is_synthetic=row.is_synthetic,
        gate=GateReport(**row.gate),
        withdrawn_at=row.withdrawn_at,
        reason=row.reason,
    )


def _shown(told: Mapping[str, Any]) -> Shown:
    labels = told.get("labels", ())
    return Shown(
        name=told["name"],
        kind=Kind(told["kind"]),
        title=Text(**told["title"]),
        meaning=Text(**told["meaning"]),
        unit=told["unit"],
        labels=tuple(Label(one["value"], Text(**one["means"])) for one in labels),
        distinct=told.get("distinct"),
    )


def tags() -> tuple[Facet, ...]:
    """List the keywords of published datasets, and how many have each."""
    with connection.cursor() as cursor:
        cursor.execute(TAGS)
        return tuple(Facet(word, count) for word, count in cursor.fetchall())


def get_dataset(*, slug: str, on: date) -> Listed:
    """Read a dataset that was ever published. slug: or its id.

    :raises DatasetNotFound: if there is none.
    """
    named = Q(pk=slug) if _is_uuid(slug) else Q(slug=slug)
    row = DatasetRow.objects.filter(named, published_at__isnull=False).first()
    if row is None:
        raise DatasetNotFound
    return _listed([row], on)[0]


def versions_of(*, slug: str) -> tuple[Version, ...]:
    """List the versions of a dataset, the newest first, withdrawn ones included."""
    rows = VersionRow.objects.filter(dataset__slug=slug).select_related("dataset")
    return tuple(version_of(row=row) for row in rows.order_by("-number"))


def get_version(*, slug: str, number: int) -> Version:
    """Read a version, of which a withdrawn one is only a notice.

    :raises DatasetNotFound: if there is none.
    """
    for version in versions_of(slug=slug):
        if version.number == number:
            return version
    raise DatasetNotFound


def find_version(*, name: str) -> Version:
    """Find a version that is out by its id, or the newest of a dataset by its name.

    :raises DatasetNotFound: if there is none.
    :raises VersionWithdrawn: if it was withdrawn.
    """
    rows = VersionRow.objects.select_related("dataset")
    found = rows.filter(id=name).first() if _is_uuid(name) else None
    if found is None:
        found = rows.filter(dataset__slug=name).order_by("-number").first()
        newest = found.dataset.newest if found else 0
        found = rows.filter(dataset__slug=name, number=newest).first() or found
    if found is None:
        raise DatasetNotFound
    return _out(version_of(row=found))


def _is_uuid(name: str) -> bool:
    return UUID_FORM.fullmatch(name) is not None


def _out(version: Version) -> Version:
    if version.withdrawn_at is not None:
        raise VersionWithdrawn(number=version.number, reason=version.reason)
    return version


def limits() -> Limits:
    """Tell what one question to published data may take."""
    memory = settings.TINHSO_OPENDATA_QUERY_MEMORY_MB * 2**20
    seconds = settings.TINHSO_OPENDATA_QUERY_SECONDS
    return Limits(rows=MOST_ASKED, seconds=seconds, memory=memory, reads=memory)


def rows_of(*, version: Version, ask: Ask) -> Rows:
    """Read rows of a version, filtered, sorted, a page of them.

    :raises VersionWithdrawn: if it was withdrawn.
    :raises ColumnUnknown: if a column is named that the version has not.
    :raises QuestionRefused: if a value cannot be one of its column.
    """
    found: Rows = late.reading().read(_out(version), ask, limits())
    return found


def tally(
    *, version: Version, by: str, ask: Ask, sums: str = ""
) -> Sequence[tuple[Any, Any]]:
    """Sum a column by the values of another, or count rows: the largest 40.

    :raises ColumnUnknown: if the version has not both.
    """
    found: Sequence[tuple[Any, Any]] = late.reading().tally(
        _out(version), by, sums, ask, limits()
    )
    return found


def ask(*, sql: str) -> Told:
    """Ask published versions in SQL; a table is the id of a version, or a dataset.

    :raises DatasetNotFound: if it names something that is not published.

    And what the engine refuses, by the names beginning with `Question`.
    """
    reading = late.reading()
    names = reading.names_in(sql)
    tables = {name: find_version(name=name) for name in sorted(names)}
    told: Told = reading.ask_sql(sql, tables, limits())
    return told


def parquet_of(*, version: Version) -> Path:
    """Name the frozen file.

    :raises FileMissing: if it is not there.
    """
    path = file_of(version.slug, version.number, _out(version).sha256)
    if not path.is_file():
        raise FileMissing
    return path


def handed_out(*, version: Version, form: Format) -> Iterator[bytes]:
    """Write a version in a form, some rows at a time.

    :raises DatasetNotFound: if it has no such form.
    :raises TooManyRowsForSheet: if a worksheet holds no more.
    """
    if form not in _out(version).formats:
        raise DatasetNotFound
    if form is Format.PARQUET:
        return iter([parquet_of(version=version).read_bytes()])
    handing_out = late.handing_out()
    if form is Format.XLSX:
        return iter([handing_out.xlsx(version, limits())])
    write = handing_out.csv if form is Format.CSV else handing_out.geojson
    found: Iterator[bytes] = write(version, limits())
    return found


def publishable(*, actor: Actor, on: date) -> tuple[Listed, ...]:
    """List the datasets that an actor may publish, published or not."""
    units = {one.code: one.id for one in people.organizations(on=on)}
    rows = [
        row
        for row in DatasetRow.objects.order_by("order", "slug")
        if security.may(
            actor=actor,
            deed=Deed.PUBLISH_DATA,
            thing=Published(units.get(row.publisher)),
        )
    ]
    return _listed(rows, on)


def agencies(*, at: datetime) -> tuple[AgencyState, ...]:
    """Tell of each agency that must publish what it does, and whether it is late."""
    today = local(at).date()
    held: dict[str, list[DatasetRow]] = {}
    for row in DatasetRow.objects.filter(is_synthetic=False):
        held.setdefault(row.publisher, []).append(row)
    return tuple(
        _state(one.code, one.name, held.get(one.code, []), today)
        for one in people.organizations(on=today)
        if one.kind is not OrganizationKind.BUSINESS
    )


def _state(
    code: str, name: str, rows: Sequence[DatasetRow], today: date
) -> AgencyState:
    out = [row for row in rows if row.newest]
    due = [
        due_after(local(row.published_at).date(), row.frequency)
        for row in out
        if row.published_at
    ]
    next_due = min((day for day in due if day), default=None)
    is_late = next_due is not None and next_due < today
    return AgencyState(code, name, len(rows), len(out), next_due, is_late)


def catalogue_as_dcat(
    *, on: date, first: int = 0, most: int = 100
) -> tuple[dict[str, Any], bool]:
    """Write a page of the catalogue as DCAT-AP 3.0.1 JSON-LD; tell if there is more."""
    found = find(on=on, first=first, most=most, with_facets=False)
    document = dcat.catalogue(found.items, origin=settings.TINHSO_ORIGIN)
    return document, first + most < found.count


def dataset_as_dcat(*, slug: str, on: date) -> dict[str, Any]:
    """Write a dataset as DCAT-AP 3.0.1 JSON-LD.

    :raises DatasetNotFound: if there is none.
    """
    found = get_dataset(slug=slug, on=on)
    return dcat.one(found, origin=settings.TINHSO_ORIGIN)


def _nowhere(kind: str, key: str) -> Content | None:
    """Find no content; for datasets of tables that rooms declare."""
    return None


def try_example(
    *,
    body: Mapping[str, Any],
    example: Mapping[str, Any],
    find: Find = _nowhere,
) -> tuple[str, ...]:
    """Run an example of a dataset; answer what came out otherwise than it says.

    find: finds the contents of packs, of which one may declare the table.
    """
    entry = entry_of(body)
    table = lake.declared_among(dataset=entry.source, find=find)
    rows = late.reading().answered(question(entry), table, example["rows"])
    try:
        passed = (
            gate.pass_figures(rows, entry, {})
            if entry.is_figures
            else gate.pass_rows(rows, entry)
        )
    except Refused as refusal:
        wanted = example.get("refused")
        return () if refusal.code == wanted else (f"{refusal.code}: {refusal}",)
    if "refused" in example:
        return (f"not refused: {example['refused']}",)
    return _differences(entry, table, passed.rows, example["expect"])


def _differences(
    entry: Entry,
    table: Dataset,
    rows: Sequence[tuple[Any, ...]],
    expected: Sequence[Mapping[str, object]],
) -> tuple[str, ...]:
    names = [one.name for one in shown_of(entry, table)]
    found = [dict(zip(names, row, strict=True)) for row in rows]
    told = [{k: _plain(v) for k, v in row.items() if v is not None} for row in found]
    own = {HIDDEN: False} if entry.is_figures else {}
    wanted = [
        {**own, **{k: _plain(v) for k, v in row.items() if v is not None}}
        for row in expected
    ]
    return () if told == wanted else tuple(f"{row}" for row in told)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def searched(*, entry: Entry) -> str:
    """Fold all by which a dataset is found."""
    words = [word for words in entry.keywords.values() for word in words]
    texts = [entry.title.vi, entry.title.en, entry.description.vi, entry.description.en]
    return fold(clean(" ".join([*texts, *words, entry.slug.replace("-", " ")])))
