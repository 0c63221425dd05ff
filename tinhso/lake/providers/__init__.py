"""The engines: Arrow, Iceberg and DuckDB."""
