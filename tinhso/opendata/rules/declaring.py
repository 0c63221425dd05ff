"""Read a dataset as a pack declares it, and find what a schema cannot say."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from tinhso.lake.types import Code, Dataset, Kind
from tinhso.opendata.types import (
    HIDDEN,
    TOTAL,
    Coarser,
    CodesOf,
    ColumnMissing,
    ColumnPersonal,
    Condition,
    Entry,
    Field,
    Label,
    Measure,
    Part,
    Privacy,
    Shown,
    SmallGroups,
    SourceSaysNotWhoIsReal,
    Text,
)

SYNTHETIC = "is_synthetic"
# Addresses of the portal itself.
RESERVED = frozenset({"co-quan", "catalog"})
NUMBERS = (Kind.WHOLE, Kind.REAL)
OWN = (
    Shown(
        TOTAL,
        Kind.TEXT,
        Text("Tổng theo", "Total by"),
        Text(
            "Các cột của dòng tổng; trống ở dòng thường, * ở dòng tổng chung.",
            "Which columns a total is by; empty in plain rows, * in the grand total.",
        ),
    ),
    Shown(
        HIDDEN,
        Kind.YES_NO,
        Text("Ô bị ẩn", "Hidden"),
        Text(
            "Số liệu bị ẩn để không nhận ra ai.",
            "Figures that are hidden so that nobody can be recognized.",
        ),
    ),
)


def entry_of(body: Mapping[str, Any]) -> Entry:
    """Read the body of a content, which the schema has let through."""
    return Entry(
        slug=body["key"],
        title=Text(**body["title"]),
        description=Text(**body["description"]),
        publisher=body["publisher"],
        theme=body["theme"],
        keywords={name: tuple(words) for name, words in body["keywords"].items()},
        license=body["license"],
        frequency=body["frequency"],
        contact_name=body["contact"]["name"],
        contact_email=body["contact"]["email"],
        source=body["source"],
        basis=body["basis"],
        fields=tuple(_field(one) for one in body["columns"]),
        conditions=tuple(Condition(**one) for one in body.get("where", ())),
        totals=tuple(tuple(names) for names in body.get("totals", ())),
        privacy=_privacy(body.get("privacy", {})),
        is_synthetic=body.get("synthetic", False),
    )


def _field(told: Mapping[str, Any]) -> Field:
    measure = Measure(told.get("measure", ""))
    is_count = measure is Measure.COUNT
    return Field(
        name=told["name"],
        source="" if is_count else told.get("from", told["name"]),
        part=Part(told.get("part", "")),
        measure=measure,
        title=Text(**told["title"]),
        meaning=Text(**told["meaning"]),
        unit=told.get("unit", ""),
        labels=tuple(
            Label(value, Text(**means))
            for value, means in told.get("values", {}).items()
        ),
        codes=CodesOf(told.get("codes", "")),
    )


def _privacy(told: Mapping[str, Any]) -> Privacy:
    return Privacy(
        quasi=tuple(told.get("quasi_identifiers", ())),
        sensitive=told.get("sensitive", ""),
        diversity=told.get("diversity", 2),
        coarser=tuple(Coarser(**one) for one in told.get("coarser", ())),
        small_groups=SmallGroups(told.get("small_groups", "refuse")),
    )


def faults(entry: Entry) -> dict[str, str]:
    """Answer {field: what is wrong} with a dataset by itself."""
    return dict(_faults(entry))


def _faults(entry: Entry) -> Iterator[tuple[str, str]]:
    names = [one.name for one in entry.fields]
    if entry.slug in RESERVED:
        yield "key", "an address of the portal itself"
    if len(set(names)) < len(names) or {HIDDEN, TOTAL} & set(names):
        yield "columns", "two columns have a name, or one has that of the gate's own"
    if entry.is_figures:
        yield from _faults_of_figures(entry)
    elif entry.totals:
        yield "totals", "only figures have totals"
    yield from _faults_of_privacy(entry, set(names))


def _faults_of_figures(entry: Entry) -> Iterator[tuple[str, str]]:
    if not any(one.measure is Measure.COUNT for one in entry.fields):
        yield "columns", "figures need a count, by which small cells are found"
    if entry.privacy.quasi or entry.privacy.sensitive:
        yield "privacy", "figures are cells, not rows of single things"
    for place, names in enumerate(entry.totals):
        if not set(names) < set(entry.dimensions):
            yield f"totals.{place}", "a total leaves at least one column out"


def _faults_of_privacy(entry: Entry, names: set[str]) -> Iterator[tuple[str, str]]:
    privacy = entry.privacy
    if not set(privacy.quasi) <= names:
        yield "privacy.quasi_identifiers", "not a column of the dataset"
    if privacy.sensitive and privacy.sensitive not in names:
        yield "privacy.sensitive", "not a column of the dataset"
    if privacy.sensitive and not privacy.quasi:
        yield "privacy.sensitive", "without quasi-identifiers nobody is in a group"
    for place, step in enumerate(privacy.coarser):
        if step.column not in privacy.quasi:
            yield f"privacy.coarser.{place}", "not a quasi-identifier"
        if step.to in ("keep", "band") and not step.size:
            yield f"privacy.coarser.{place}", "says no size"


def refuse_unfit(entry: Entry, table: Dataset) -> None:
    """Pass only a dataset that the table can fill without naming anybody.

    :raises ColumnMissing: if a column is not in the table.
    :raises ColumnPersonal: if a column tells of persons, in whatever part.
    :raises SourceSaysNotWhoIsReal: if nothing tells synthetic rows apart.
    """
    held = {column.name: column for column in table.columns}
    wanted = [one.source for one in entry.fields if one.source]
    wanted += [one.column for one in entry.conditions]
    for name in wanted:
        if name not in held:
            raise ColumnMissing(table=table.name, column=name)
        if held[name].is_personal:
            raise ColumnPersonal(column=name)
    if SYNTHETIC not in held:
        raise SourceSaysNotWhoIsReal(table=table.name)


def shown_of(entry: Entry, table: Dataset) -> tuple[Shown, ...]:
    """List the columns of a version, those of the gate last."""
    held = {column.name: column.kind for column in table.columns}
    unit = {column.name: column.unit for column in table.columns}
    codes = {column.name: column.codes for column in table.columns}
    own = OWN if entry.is_figures else ()
    return (
        *(
            Shown(
                one.name,
                _kind(entry, one, held),
                one.title,
                one.meaning,
                one.unit or unit.get(one.source, ""),
                one.labels or _labels(codes.get(one.source, ())),
            )
            for one in entry.fields
        ),
        *own,
    )


def _labels(codes: Sequence[Code]) -> tuple[Label, ...]:
    return tuple(Label(one.value, Text(one.vi, one.en)) for one in codes)


def described(
    shown: Sequence[Shown],
    rows: Sequence[Sequence[Any]],
    names: Mapping[str, Mapping[str, str]],
) -> tuple[Shown, ...]:
    """Say of each column how many values it has, and what the codes among them are.

    names: by column, of the units or organizations that its codes stand for.
    """
    columns = zip(*rows, strict=True) if rows else [()] * len(shown)
    return tuple(
        _described(one, set(values), names.get(one.name, {}))
        for one, values in zip(shown, columns, strict=True)
    )


def _described(one: Shown, values: set[Any], names: Mapping[str, str]) -> Shown:
    found = sorted(names.keys() & values)
    labels = tuple(Label(code, Text(names[code], names[code])) for code in found)
    return replace(one, labels=one.labels or labels, distinct=len(values - {None}))


def _kind(entry: Entry, field: Field, held: Mapping[str, Kind]) -> Kind:
    if field.measure is Measure.COUNT:
        return Kind.WHOLE
    if field.part:
        return Kind.DAY
    steps = [s.to for s in entry.privacy.coarser if s.column == field.name]
    if "keep" in steps:
        return Kind.TEXT
    # A month of a moment is a day.
    return Kind.DAY if {"month", "year"} & set(steps) else held[field.source]
