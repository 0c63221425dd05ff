"""Where the rows of a table came from, as events of OpenLineage (spec 2-0-2).

They are written from what the lake keeps of each batch and file, so none can be missing
that is in the table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tinhso.lake.providers.declared import source_of_dataset
from tinhso.lake.rules import columns_of
from tinhso.lake.types import Answer, Dataset

SPEC = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent"
FACETS = "https://openlineage.io/spec/facets"
PRODUCER = "urn:tinhso:lake"
LAKE, FILES, ROOMS, MEASURES = (
    "tinhso.lake",
    "tinhso.files",
    "tinhso.rooms",
    "tinhso.measures",
)
Event = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Run:
    """Rows on their way into a table. name: of the file, "" for rows of a room.

    digest: of the file; ended_at: None as long as they are not in the table.
    """

    number: int
    name: str
    digest: str
    rows: int | None
    began_at: datetime
    ended_at: datetime | None
    snapshot_id: int | None


def events_of(dataset: Dataset, run: Run) -> list[Event]:
    """Tell a run: that it began, and that it is complete once its rows are there."""
    told = [_event("START", run.began_at, dataset, run)]
    if run.ended_at is not None:
        told.append(_event("COMPLETE", run.ended_at, dataset, run))
    return told


def measured(name: str, sql: str, answer: Answer, at: datetime) -> Event:
    """Tell that a number was computed, by which question, from which states."""
    identity = f"{PRODUCER}:{name}:{answer.formula}:{at.isoformat()}"
    inputs = [
        {
            "namespace": LAKE,
            "name": source.dataset,
            "facets": _version(str(source.snapshot_id)),
        }
        for source in answer.sources
    ]
    sql_facet = {"query": sql, "dialect": "duckdb"}
    return {
        **_head("COMPLETE", at, identity),
        "job": {
            "namespace": MEASURES,
            "name": name,
            "facets": {"sql": _facet("1-1-0/SQLJobFacet", sql_facet)},
        },
        "inputs": inputs,
        "outputs": [{"namespace": MEASURES, "name": name}],
    }


def _event(kind: str, at: datetime, dataset: Dataset, run: Run) -> Event:
    source = {"namespace": FILES if run.name else ROOMS, "name": _name(dataset, run)}
    facets = _version(run.digest) if run.digest else {}
    job = f"{'load' if run.name else 'append'}.{dataset.name}"
    identity = f"{PRODUCER}:{job}:{run.number}"
    return {
        **_head(kind, at, identity),
        "job": {"namespace": LAKE, "name": job},
        "inputs": [{**source, "facets": facets}],
        "outputs": [_output(kind, dataset, run, source)],
    }


def _name(dataset: Dataset, run: Run) -> str:
    return run.name or dataset.name


def _output(kind: str, dataset: Dataset, run: Run, source: Event) -> Event:
    facets = {**_schema(dataset), **_columns(dataset, source)}
    if kind == "COMPLETE" and run.snapshot_id is not None:
        facets |= _version(str(run.snapshot_id))
    output: dict[str, Any] = {"namespace": LAKE, "name": dataset.name, "facets": facets}
    if kind == "COMPLETE" and run.rows is not None:
        counted = _facet(
            "1-0-2/OutputStatisticsOutputDatasetFacet", {"rowCount": run.rows}
        )
        output["outputFacets"] = {"outputStatistics": counted}
    return output


def _head(kind: str, at: datetime, identity: str) -> dict[str, Any]:
    return {
        "eventType": kind,
        "eventTime": at.isoformat(),
        "producer": PRODUCER,
        "schemaURL": SPEC,
        "run": {"runId": str(uuid5(NAMESPACE_URL, identity))},
    }


def _schema(dataset: Dataset) -> dict[str, Any]:
    fields = [
        {
            "name": one.name,
            "type": one.kind.value,
            "description": f"{one.vi} / {one.en}",
        }
        for one in columns_of(dataset)
    ]
    return {"schema": _facet("1-2-0/SchemaDatasetFacet", {"fields": fields})}


def _columns(dataset: Dataset, source: Event) -> dict[str, Any]:
    """Tell of which field of the source each column is made."""
    known = source_of_dataset(dataset.name) if source["namespace"] == FILES else None
    names = known.headers if known else {one.name: one.name for one in dataset.columns}
    fields = {
        name: {
            "inputFields": [
                {
                    **source,
                    "field": header,
                    "transformations": [{"type": "DIRECT", "subtype": "IDENTITY"}],
                }
            ]
        }
        for name, header in names.items()
    }
    return {
        "columnLineage": _facet("1-2-0/ColumnLineageDatasetFacet", {"fields": fields})
    }


def _version(text: str) -> dict[str, Any]:
    told = {"datasetVersion": text}
    return {"version": _facet("1-0-1/DatasetVersionDatasetFacet", told)}


def _facet(name: str, content: Mapping[str, Any]) -> dict[str, Any]:
    version, _, kind = name.partition("/")
    url = f"{FACETS}/{version}/{kind}.json#/$defs/{kind}"
    return {"_producer": PRODUCER, "_schemaURL": url, **content}
