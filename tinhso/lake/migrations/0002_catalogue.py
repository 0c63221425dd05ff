"""The Iceberg catalogue, in a schema of its own; its shape is the format's (v1)."""

from django.db import migrations

FORWARD = """
CREATE SCHEMA lake;
CREATE TABLE lake.iceberg_tables (
    catalog_name varchar(255) NOT NULL,
    table_namespace varchar(255) NOT NULL,
    table_name varchar(255) NOT NULL,
    metadata_location varchar(1000),
    previous_metadata_location varchar(1000),
    iceberg_type varchar(5),
    PRIMARY KEY (catalog_name, table_namespace, table_name)
);
CREATE TABLE lake.iceberg_namespace_properties (
    catalog_name varchar(255) NOT NULL,
    namespace varchar(255) NOT NULL,
    property_key varchar(255) NOT NULL,
    property_value varchar(1000) NOT NULL,
    PRIMARY KEY (catalog_name, namespace, property_key)
);
"""


class Migration(migrations.Migration):
    dependencies = [("lake", "0001_first")]

    operations = [
        migrations.RunSQL(FORWARD, reverse_sql="DROP SCHEMA lake CASCADE"),
    ]
