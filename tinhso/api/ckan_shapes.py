"""Datasets, versions and agencies in the shapes of the CKAN Action API 2.11."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from tinhso.kernel.clock import local
from tinhso.lake.types import Kind
from tinhso.opendata.types import Facet, Format, Listed, Shown, Version

TYPES = {
    Kind.TEXT: "text",
    Kind.WHOLE: "int8",
    Kind.REAL: "float8",
    Kind.YES_NO: "bool",
    Kind.DAY: "date",
    Kind.MOMENT: "timestamp",
    Kind.ID: "text",
    Kind.SHAPE: "text",
}
LICENSES = {"CC_BY_4_0": "CC-BY-4.0", "CC0": "CC0-1.0"}


def package(one: Listed) -> dict[str, Any]:
    """Show a dataset as a package, the forms of its newest version as resources."""
    entry, newest = one.entry, one.newest
    words = sorted({word for words in entry.keywords.values() for word in words})
    found = [resource(newest, form) for form in newest.formats] if newest else []
    return {
        "id": str(one.id),
        "name": entry.slug,
        "title": entry.title.vi,
        "title_translated": {"vi": entry.title.vi, "en": entry.title.en},
        "notes": entry.description.vi,
        "type": "dataset",
        "state": "active",
        "private": False,
        "isopen": True,
        "url": address("open_dataset", entry.slug),
        "version": str(newest.number) if newest else "",
        "metadata_modified": stamp(one.changed_at),
        "license_id": license_id(entry.license),
        "license_url": entry.license,
        "owner_org": entry.publisher,
        "organization": organization(entry.publisher, one.agency),
        "groups": [group(entry.theme)],
        "tags": [{"name": word, "display_name": word} for word in words],
        "num_tags": len(words),
        "num_resources": len(found),
        "resources": found,
        "extras": [
            {"key": "frequency", "value": entry.frequency},
            {"key": "synthetic", "value": str(entry.is_synthetic).lower()},
            {"key": "basis", "value": entry.basis},
        ],
    }


def resource(version: Version, form: Format) -> dict[str, Any]:
    """Show a version in one form as a resource; the CSV has the version's own id."""
    is_frozen = form is Format.PARQUET
    return {
        "id": resource_id(version, form),
        "package_id": version.slug,
        "name": f"{version.slug}-{version.number}.{form.value}",
        "format": form.value.upper(),
        "url": address("open_file", version.slug, version.number, form.value),
        "created": stamp(version.published_at),
        "last_modified": stamp(version.published_at),
        "datastore_active": form is Format.CSV,
        "size": version.bytes if is_frozen else None,
        "hash": f"sha256:{version.sha256}" if is_frozen else "",
        "state": "active",
        "version": version.number,
        "lake_table": version.table,
        "lake_table_uuid": version.table_uuid,
        "lake_snapshot_id": str(version.snapshot_id),
        "formula": version.formula,
        "synthetic": version.is_synthetic,
    }


def resource_id(version: Version, form: Format) -> str:
    """Name a resource for good."""
    return str(version.id) + ("" if form is Format.CSV else f"-{form.value}")


def organization(code: str, name: str, count: int | None = None) -> dict[str, Any]:
    """Show an agency."""
    told = {
        "id": code,
        "name": code,
        "title": name,
        "display_name": name,
        "type": "organization",
        "is_organization": True,
        "state": "active",
    }
    return told if count is None else {**told, "package_count": count}


def group(theme: str, count: int | None = None) -> dict[str, Any]:
    """Show a theme as a group."""
    name = theme.rpartition("/")[2].lower()
    told = {"id": name, "name": name, "title": name, "display_name": name}
    return told if count is None else {**told, "package_count": count}


def license_id(address: str) -> str:
    """Name a licence as CKAN does."""
    last = address.rpartition("/")[2]
    return LICENSES.get(last, last)


def facet(
    field: str, found: Iterable[Facet], names: Mapping[str, str]
) -> dict[str, Any]:
    """Show a facet."""
    items = [
        {"name": one.value, "display_name": names.get(one.value, one.value)}
        | {"count": one.count}
        for one in found
    ]
    return {"title": field, "items": items}


def field(one: Shown) -> dict[str, Any]:
    """Show a column, with what it means."""
    info: dict[str, Any] = {
        "label": one.title.vi,
        "notes": one.meaning.vi,
        "unit": one.unit,
    }
    if one.labels:
        info["values"] = {label.value: label.means.vi for label in one.labels}
    return {"id": one.name, "type": TYPES[one.kind], "info": info}


def records(
    names: Sequence[str], rows: Iterable[Sequence[Any]]
) -> list[dict[str, Any]]:
    """Show rows as records."""
    return [
        {name: plain(value) for name, value in zip(names, row, strict=True)}
        for row in rows
    ]


def plain(value: Any) -> Any:
    """Write a value so that JSON holds it."""
    if isinstance(value, datetime):
        return (local(value) if value.tzinfo else value).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    is_known = value is None or isinstance(value, str | int | float | list | dict)
    return value if is_known else str(value)


def address(name: str, *parts: object) -> str:
    """Write the address of a page of ours."""
    return f"{settings.TINHSO_ORIGIN}{reverse(name, args=list(parts))}"


def stamp(at: datetime) -> str:
    """Write a moment as CKAN does: UTC, without its zone."""
    return at.replace(tzinfo=None).isoformat()
