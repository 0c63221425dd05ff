"""Runs in the environment of Spark: reads questions as lines of JSON, answers each.

It has no word of ours to import, no key of the database and no name of a catalogue:
each table is the one file that describes its state. Whatever a question says, only a
plan that reads those tables is carried out; it is looked at before Spark acts on it.
"""

import json
import os
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from queue import Queue
from typing import Any, TextIO

from py4j.protocol import Py4JError, Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import DataFrame, SparkSession

PLANS = "org.apache.spark.sql.catalyst.plans.logical."
READS = {
    PLANS + name
    for name in (
        "Aggregate", "CTERelationDef", "CTERelationRef", "Distinct", "Except", "Filter",
        "GlobalLimit", "Intersect", "Join", "LocalLimit", "LocalRelation", "Offset",
        "OneRowRelation", "Project", "Sort", "SubqueryAlias", "Union", "View", "Window",
        "WithCTE",
    )
} | {"org.apache.spark.sql.execution.datasources.v2.DataSourceV2Relation"}  # fmt: skip
REACHES = ("CallMethodViaReflection", "InputFile", "UDF", "CurrentUser", "Python")
TYPES = {
    "string": "text",
    "boolean": "yes_no",
    "byte": "whole",
    "short": "whole",
    "integer": "whole",
    "long": "whole",
    "float": "real",
    "double": "real",
    "date": "day",
    "timestamp": "moment",
    "timestamp_ntz": "moment_here",
    "void": "text",
}
# What the JVM ends with when its memory is full.
OUT_OF_MEMORY = 52


class NotAsked(Exception):  # noqa: N818 - a refusal is no error of the program
    """A question that is refused, by the name of ours."""


def main() -> None:
    """Answer until nobody asks any more."""
    answers = _alone_on_stdout()
    lines = _lines()
    spark = SparkSession.builder.getOrCreate()
    _tell(answers, {"ready": spark.version})
    for line in iter(lines.get, ""):
        _tell(answers, _answered(spark, json.loads(line)))
    spark.stop()


def _alone_on_stdout() -> TextIO:
    """Keep the way out for answers; whatever else is said goes the other way."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return answers


def _lines() -> "Queue[str]":
    """Read lines while a question runs, so that nobody works for who is gone."""
    lines: Queue[str] = Queue()

    def read() -> None:
        for line in sys.stdin:
            lines.put(line)
        lines.put("")

    threading.Thread(target=read, daemon=True).start()
    return lines


def _tell(answers: TextIO, content: dict[str, Any]) -> None:
    print(json.dumps(content, ensure_ascii=False), file=answers, flush=True)


def _answered(spark: SparkSession, asked: dict[str, Any]) -> dict[str, Any]:
    try:
        return _answer(spark, asked)
    except NotAsked as refusal:
        return {"refused": str(refusal)}
    except (PySparkException, Py4JError) as error:
        return _refusal(error)


def _refusal(error: Exception) -> dict[str, Any]:
    """Name what Spark refuses."""
    said = str(error)
    if isinstance(error, Py4JJavaError):
        said = str(error.java_exception)
    is_too_large = any(
        word in said for word in ("OutOfMemory", "maxResultSize", "OUT_OF_MEMORY")
    )
    name = "QuestionTooLarge" if is_too_large else "QuestionUnreadable"
    return {"refused": name, "reason": said.splitlines()[0][:300] if said else name}


def _answer(spark: SparkSession, asked: dict[str, Any]) -> dict[str, Any]:
    for table in asked["tables"]:
        _lay_out(spark, table)
    for name, sql in asked["views"]:
        _checked(spark, sql).createOrReplaceTempView(f"`{name}`")
    found = _checked(spark, asked["sql"])
    columns = [(field.name, _type(field.dataType.typeName())) for field in found.schema]
    kinds = [kind for _, kind in columns]
    rows = [
        [_written(value, kind) for value, kind in zip(row, kinds, strict=True)]
        for row in found.limit(asked["most"]).collect()
    ]
    return {"columns": columns, "rows": rows}


def _lay_out(spark: SparkSession, table: dict[str, Any]) -> None:
    """Read a table's state; what it has not yet is empty."""
    found = _state(spark, table)
    held = set(found.columns) if found is not None else set()
    chosen = [
        f"`{name}`" if name in held else f"CAST(NULL AS {kind}) AS `{name}`"
        for name, kind in table["columns"]
    ]
    rows = found if found is not None else spark.sql("SELECT 1 WHERE false")
    rows.selectExpr(*chosen).createOrReplaceTempView(f"`{table['name']}`")


def _state(spark: SparkSession, table: dict[str, Any]) -> DataFrame | None:
    if not table["snapshot"]:
        return None
    reader = spark.read.format("iceberg").option("snapshot-id", table["snapshot"])
    return reader.load(table["description"])


def _checked(spark: SparkSession, sql: str) -> DataFrame:
    """Take a question apart before anything is done; Spark obeys some as it reads."""
    state = spark._jsparkSession.sessionState()
    parsed = state.sqlParser().parsePlan(sql)
    mode = spark._jvm.org.apache.spark.sql.execution.CommandExecutionMode.SKIP()
    analyzed = state.executePlan(parsed, mode).analyzed()
    names = set(_classes(json.loads(analyzed.toJSON())))
    if any(reach in name for name in names for reach in REACHES):
        raise NotAsked("QuestionReachesOut")
    if not {name for name in names if _is_plan(name)} <= READS:
        raise NotAsked("QuestionNotReadOnly")
    return spark.sql(sql)


def _is_plan(name: str) -> bool:
    return name.startswith((PLANS, "org.apache.spark.sql.execution."))


def _classes(node: Any) -> Iterator[str]:
    """List what a plan is made of: steps and expressions, however deep."""
    if isinstance(node, dict):
        if isinstance(node.get("class"), str):
            yield node["class"]
        node = list(node.values())
    if isinstance(node, list):
        for inner in node:
            yield from _classes(inner)


def _type(name: str) -> str:
    if name.startswith("decimal"):
        return "decimal"
    if name not in TYPES:
        raise NotAsked("QuestionNotCarried")
    return TYPES[name]


def _written(value: Any, kind: str) -> Any:
    if value is None:
        return None
    if kind == "moment":
        # It comes on the clock of this process, which is set to UTC.
        return value.replace(tzinfo=UTC).isoformat()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value


if __name__ == "__main__":
    main()
