"""The catalogue of the tables in the platform's PostgreSQL, and the tables' shape."""

from collections.abc import Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path

from django.db import connection
from pyiceberg.catalog.noop import NoopCatalog
from pyiceberg.catalog.sql import SqlCatalog
from pyiceberg.exceptions import (
    NamespaceAlreadyExistsError,
    NoSuchTableError,
    TableAlreadyExistsError,
)
from pyiceberg.partitioning import PartitionField, PartitionSpec
from pyiceberg.schema import Schema
from pyiceberg.serializers import FromInputFile
from pyiceberg.table import Table
from pyiceberg.transforms import MonthTransform
from pyiceberg.types import (
    BooleanType,
    DateType,
    DoubleType,
    IcebergType,
    LongType,
    NestedField,
    StringType,
    TimestamptzType,
)
from sqlalchemy import URL, NullPool, create_engine
from sqlalchemy.exc import IntegrityError

from tinhso.lake.providers.files import SyncedFiles
from tinhso.lake.providers.place import is_stored, warehouse
from tinhso.lake.rules import columns_of
from tinhso.lake.types import Column, Dataset, DatasetDiffers, Kind, TableMissing

TYPES: Mapping[Kind, IcebergType] = {
    Kind.TEXT: StringType(),
    Kind.WHOLE: LongType(),
    Kind.REAL: DoubleType(),
    Kind.YES_NO: BooleanType(),
    Kind.DAY: DateType(),
    Kind.MOMENT: TimestamptzType(),
    Kind.ID: StringType(),
    Kind.SHAPE: StringType(),
}
PROPERTIES = {
    "format-version": "2",
    # Tried again by itself, a commit would add rows that another writer has added.
    "commit.retry.num-retries": "0",
    "commit.manifest-merge.enabled": "true",
    "commit.manifest.min-count-to-merge": "50",
    # Somebody may be reading by them; each is a whole description of the table.
    "write.metadata.delete-after-commit.enabled": "true",
    "write.metadata.previous-versions-max": "50",
}
# How PostgreSQL is reached, as far as it stands in the settings.
PASSED_ON = ("host", "port", "sslmode", "sslrootcert", "sslcert", "sslkey")


def find_table(dataset: Dataset) -> Table | None:
    """Find the table of a dataset, None if it has none yet.

    :raises TableMissing: if its files are gone.
    """
    try:
        return _catalogue().load_table(dataset.name)
    except NoSuchTableError:
        return None
    except FileNotFoundError:
        raise TableMissing(name=dataset.name) from None


def table_at(dataset: Dataset, location: str) -> Table:
    """Read a table in the state that a file of Iceberg's JSON describes.

    :raises TableMissing: if the file is gone.
    """
    files = SyncedFiles()
    try:
        metadata = FromInputFile.table_metadata(files.new_input(location))
    except FileNotFoundError:
        raise TableMissing(name=dataset.name) from None
    name = tuple(dataset.name.split("."))
    return Table(name, metadata, location, files, NoopCatalog(dataset.name))


def table_of(dataset: Dataset) -> Table:
    """Find the table of a dataset, make it, or give it the columns that are new.

    :raises DatasetDiffers: if a column is gone or holds something else now.
    """
    return _with_new_columns(find_table(dataset) or _made(dataset), dataset)


def _made(dataset: Dataset) -> Table:
    schema = _schema(dataset)
    source = schema.find_field(dataset.month)
    by_month = PartitionField(source.field_id, 1000, MonthTransform(), "month")
    room = dataset.name.partition(".")[0]
    # Another writer may be making the same.
    with suppress(NamespaceAlreadyExistsError, IntegrityError):
        _catalogue().create_namespace(room)
    try:
        return _catalogue().create_table(
            dataset.name,
            schema,
            partition_spec=PartitionSpec(by_month),
            properties={**PROPERTIES, "comment": f"{dataset.vi} / {dataset.en}"},
        )
    except TableAlreadyExistsError:
        return _catalogue().load_table(dataset.name)


def _schema(dataset: Dataset) -> Schema:
    return Schema(
        *(
            NestedField(
                field_id=number,
                name=column.name,
                field_type=TYPES[column.kind],
                # A column that is added later is empty in the rows before it.
                required=False,
                doc=meaning(column),
            )
            for number, column in enumerate(columns_of(dataset), start=1)
        )
    )


def meaning(column: Column) -> str:
    """Write what stands in the table about a column."""
    unit = f" ({column.unit})" if column.unit else ""
    return f"{column.vi} / {column.en}{unit}"


def _with_new_columns(table: Table, dataset: Dataset) -> Table:
    known = {field.name: field.field_type for field in table.schema().fields}
    declared = {column.name: column for column in columns_of(dataset)}
    for name in known:
        if name not in declared or TYPES[declared[name].kind] != known[name]:
            raise DatasetDiffers(name=dataset.name, column=name)
    new = [column for name, column in declared.items() if name not in known]
    if new:
        with table.update_schema() as change:
            for column in new:
                change.add_column(column.name, TYPES[column.kind], doc=meaning(column))
    return table


def _catalogue() -> SqlCatalog:
    return _catalogue_at(_address(), warehouse())


@lru_cache(maxsize=8)
def _catalogue_at(address: str, folder: str) -> SqlCatalog:
    if not is_stored(folder):
        # The files ask for no key: who reads them is of the owner's group.
        Path(folder).mkdir(mode=0o750, parents=True, exist_ok=True)
    catalogue = SqlCatalog(
        "tinhso",
        uri=address,
        warehouse=folder,
        init_catalog_tables="false",
        **{"py-io-impl": "tinhso.lake.providers.files.SyncedFiles"},
    )
    # A connection that is kept would outlive a restart of the database.
    catalogue.engine.dispose()
    catalogue.engine = create_engine(address, poolclass=NullPool)
    return catalogue


def _address() -> str:
    """Write where the database is; the catalogue has a schema of its own in it."""
    params = connection.get_connection_params()
    query = {name: str(params[name]) for name in PASSED_ON if params.get(name)}
    address = URL.create(
        "postgresql+psycopg",
        username=params.get("user") or None,
        password=params.get("password") or None,
        database=str(params["dbname"]),
        query={**query, "options": "-csearch_path=lake", "connect_timeout": "5"},
    )
    return address.render_as_string(hide_password=False)
