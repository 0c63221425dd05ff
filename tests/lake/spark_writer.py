"""Runs in the environment of Spark: carries out what a line of JSON asks for.

It writes through the catalogue in the platform's PostgreSQL, as a cluster elsewhere
would: `python spark_writer.py JAR:DRIVER JDBC_URL WAREHOUSE`.
"""

import json
import os
import sys

from pyspark.sql import SparkSession

CATALOGUE = {
    "": "org.apache.iceberg.spark.SparkCatalog",
    ".catalog-impl": "org.apache.iceberg.jdbc.JdbcCatalog",
    ".jdbc.schema-version": "V1",
    ".jdbc.user": "postgres",
    ".jdbc.password": "",
    ".cache-enabled": "false",
}


def main(jars: str, url: str, warehouse: str) -> None:
    """Answer each line once it is done."""
    told = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    session = SparkSession.builder.master("local[1]")
    options = {
        "spark.jars": jars.replace(":", ","),
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.ui.enabled": "false",
        "spark.sql.session.timeZone": "Asia/Ho_Chi_Minh",
        "spark.sql.catalog.tinhso.uri": url,
        "spark.sql.catalog.tinhso.warehouse": warehouse,
        **{f"spark.sql.catalog.tinhso{name}": v for name, v in CATALOGUE.items()},
    }
    for name, value in options.items():
        session = session.config(name, value)
    spark = session.getOrCreate()
    for line in sys.stdin:
        print(json.dumps(_done(spark, json.loads(line))), file=told, flush=True)
    spark.stop()


def _done(spark: SparkSession, asked: dict[str, object]) -> list[list[object]]:
    if "into" not in asked:
        return [list(row) for row in spark.sql(asked["sql"]).collect()]
    writer = spark.sql(asked["sql"]).writeTo(f"tinhso.{asked['into']}")
    for name, value in asked.get("marks", {}).items():
        writer = writer.option(f"snapshot-property.{name}", value)
    writer.append()
    return []


if __name__ == "__main__":
    main(*sys.argv[1:])
