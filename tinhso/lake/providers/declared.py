"""The sources that packs declare, and the datasets that come of them."""

from collections.abc import Mapping
from typing import Any

from tinhso.kernel.packs import versions
from tinhso.kernel.packs.types import Content
from tinhso.lake.types import Column, Dataset, DataSource, Kind, SourceUnknown

KIND = "sources"


def sources() -> tuple[DataSource, ...]:
    """List the sources in force."""
    return tuple(source_of(one.body) for one in versions.in_force(kind=KIND))


def find(name: str) -> DataSource:
    """Find a source by the name of its dataset.

    :raises SourceUnknown: if no pack declares it.
    """
    found = source_of_dataset(name)
    if found is None:
        raise SourceUnknown(name=name)
    return found


def source_of_dataset(name: str) -> DataSource | None:
    """Find the source that a dataset comes from; None if a room makes its rows."""
    content = versions.newest(kind=KIND, key=name)
    return source_of(content.body) if content else None


def source_of(body: Mapping[str, Any]) -> DataSource:
    """Read a declaration that fits its schema."""
    columns = tuple(map(_column, body["columns"]))
    dataset = Dataset(
        name=body["key"],
        vi=body["title"]["vi"],
        en=body["title"]["en"],
        columns=columns,
        key=body["fact"],
        version=body["version"],
        month=body["month"],
    )
    headers = {one["name"]: one.get("header", one["vi"]) for one in body["columns"]}
    decimals, elsewhere = body.get("decimals", ","), body.get("from", {})
    return DataSource(dataset, headers, decimals, elsewhere)


def _column(told: Mapping[str, Any]) -> Column:
    return Column(
        name=told["name"],
        kind=Kind(told["kind"]),
        vi=told["vi"],
        en=told["en"],
        unit=told.get("unit", ""),
        may_be_empty=told.get("may_be_empty", False),
    )


def faults_of(content: Content) -> dict[str, str]:
    """Answer {field: what is wrong} with what its schema cannot say."""
    columns = {one["name"]: one for one in content.body["columns"]}
    wrong = {
        field: "names no column"
        for field in ("fact", "version", "month")
        if content.body[field] not in columns
    }
    if len(columns) < len(content.body["columns"]):
        wrong["columns"] = "two have the same name"
    month = columns.get(content.body["month"], {"kind": "day"})
    if month["kind"] not in ("day", "moment"):
        wrong["month"] = "is neither a day nor a moment"
    needed = (content.body["fact"], content.body["version"], content.body["month"])
    for name in needed:
        if columns.get(name, {}).get("may_be_empty"):
            wrong[f"columns.{name}"] = "may not be empty, for it orders the rows"
    return wrong
