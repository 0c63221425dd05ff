"""The tables as the catalogue has them, read without the engines.

A server that only tells others where a table is spends neither their memory nor their
time: a row of the catalogue, and the file it names.
"""

from collections.abc import Mapping
from pathlib import Path

from django.db import connection

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
    """
    location = locations().get(dataset.name)
    if location is None:
        raise TableNotYet(name=dataset.name)
    try:
        text = _path(location).read_text("utf-8")
    except FileNotFoundError:
        raise TableMissing(name=dataset.name) from None
    return TableDescription(dataset.name, location, text)


def is_there(location: str) -> bool:
    """Tell whether the file that describes a table is there."""
    return _path(location).is_file()


def _path(location: str) -> Path:
    return Path(location.removeprefix("file://"))
