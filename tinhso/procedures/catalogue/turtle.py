"""Turtle, the RDF that people can read."""

import json
from collections.abc import Iterator
from typing import Any

from rdflib import Graph

# All nodes at once take twice the time, and half a gigabyte.
BATCH = 1000


def as_turtle(document: dict[str, Any]) -> Iterator[str]:
    """Write a JSON-LD document as Turtle, part by part; its context stands in it.

    Each part is Turtle by itself, and so are all of them one after the other.
    """
    nodes = document["@graph"]
    for start in range(0, len(nodes), BATCH):
        part = {**document, "@graph": nodes[start : start + BATCH]}
        graph = Graph(bind_namespaces="none")
        graph.parse(data=json.dumps(part), format="json-ld")
        yield graph.serialize(format="turtle")
