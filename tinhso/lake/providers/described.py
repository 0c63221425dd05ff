"""The tables as the catalogue has them, read without the engines.

A server that only tells others where a table is spends neither their memory nor their
time: a row of the catalogue, and the file it names.
"""

from collections.abc import Mapping
from pathlib import Path

from django.db import connection

from tinhso.lake.providers import place, signed
from tinhso.lake.types import Dataset, TableDescription, TableMissing, TableNotYet

LOCATIONS = """
SELECT table_namespace || '.' || table_name, metadata_location
FROM lake.iceberg_tables WHERE catalog_name = 'tinhso'
"""


def locations() -> Mapping[str, str]:
    """Tell where the newest state of each table is described, by dataset."""
    with connection.cursor() as cursor:
        cursor.execute(LOCATIONS)
        return dict(cursor.fetchall())


def describe(dataset: Dataset) -> TableDescription:
    """Read the newest state of a table.

    :raises TableNotYet: if it has no rows yet.
    :raises TableMissing: if its files are gone.
    :raises StoreAway: if they lie in a store that does not answer.
    """
    location = locations().get(dataset.name)
    if location is None:
        raise TableNotYet(name=dataset.name)
    try:
        text = _read(location)
    except FileNotFoundError:
        raise TableMissing(name=dataset.name) from None
    reached = place.reached() if place.is_stored(location) else {}
    return TableDescription(dataset.name, location, text, reached)


def is_there(location: str) -> bool:
    """Tell whether the file that describes a table is there; a store is not asked.

    What is missing there is seen when it is read.
    """
    return place.is_stored(location) or _path(location).is_file()


def _read(location: str) -> str:
    if place.is_stored(location):
        return signed.read(location).decode()
    return _path(location).read_text("utf-8")


def _path(location: str) -> Path:
    return Path(location.removeprefix("file://"))
