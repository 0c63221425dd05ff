"""The lake's tables for engines elsewhere: an Apache Iceberg REST catalogue to read.

Its addresses, answers and errors are those of the Iceberg REST specification, below
`/api/v1/iceberg`; what it names is read where it lies (decision 59).
"""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router, Schema

from tinhso.api.auth import OFFICER, caller
from tinhso.lake import queries
from tinhso.security import queries as security
from tinhso.security.types import Deed

router = Router(tags=["lake"])

PREFIX = "tinhso"
BASE = "/iceberg/v1"
ROOT = f"{BASE}/{PREFIX}/namespaces"
READS = ["GET", "HEAD"]
# What a client may ask; it need not try anything else.
ENDPOINTS = (
    "GET /v1/{prefix}/namespaces",
    "GET /v1/{prefix}/namespaces/{namespace}",
    "HEAD /v1/{prefix}/namespaces/{namespace}",
    "GET /v1/{prefix}/namespaces/{namespace}/tables",
    "GET /v1/{prefix}/namespaces/{namespace}/tables/{table}",
    "HEAD /v1/{prefix}/namespaces/{namespace}/tables/{table}",
)


class ConfigOut(Schema):
    """How to ask the catalogue: every address has the prefix after `/v1/`."""

    defaults: dict[str, str]
    overrides: dict[str, str]
    endpoints: list[str]


class NamespacesOut(Schema):
    """Namespaces, each a list of one part: a room that publishes tables."""

    namespaces: list[list[str]]


class IdentifierOut(Schema):
    """The name of a table."""

    namespace: list[str]
    name: str


class TablesOut(Schema):
    """The tables of a namespace."""

    identifiers: list[IdentifierOut]


@router.get(f"{BASE}/config", response=ConfigOut, auth=OFFICER)
def config(request: HttpRequest) -> ConfigOut:
    """Tell a client how to ask; `warehouse` may name anything, there is one."""
    security.require(actor=caller(request), deed=Deed.READ_LAKE)
    return ConfigOut(
        defaults={}, overrides={"prefix": PREFIX}, endpoints=list(ENDPOINTS)
    )


@router.get(ROOT, response=NamespacesOut, auth=OFFICER)
def namespaces(request: HttpRequest, parent: str = "") -> NamespacesOut:
    """List the namespaces; none lies within another."""
    found = queries.rooms(actor=caller(request), within=parent)
    return NamespacesOut(namespaces=[[room] for room in found])


@router.api_operation(READS, f"{ROOT}/{{namespace}}", auth=OFFICER)
def namespace(request: HttpRequest, namespace: str) -> HttpResponse:
    """Tell that there is a namespace; it has no properties."""
    queries.table_names(room=namespace, actor=caller(request))
    return _answer(request, {"namespace": [namespace], "properties": {}})


@router.get(f"{ROOT}/{{namespace}}/tables", response=TablesOut, auth=OFFICER)
def tables(request: HttpRequest, namespace: str) -> TablesOut:
    """List the tables of a namespace that have rows."""
    names = queries.table_names(room=namespace, actor=caller(request))
    found = [IdentifierOut(namespace=[namespace], name=name) for name in names]
    return TablesOut(identifiers=found)


@router.api_operation(READS, f"{ROOT}/{{namespace}}/tables/{{table}}", auth=OFFICER)
def table(request: HttpRequest, namespace: str, table: str) -> HttpResponse:
    """Read the description of a table: its columns, states and files."""
    found = queries.describe_table(
        dataset=f"{namespace}.{table}", actor=caller(request)
    )
    told = {
        "metadata-location": found.location,
        "metadata": json.loads(found.metadata),
        "config": dict(found.reached),
    }
    return _answer(request, told)


def _answer(request: HttpRequest, told: dict[str, Any]) -> HttpResponse:
    """Answer what was read; who only asks whether it is there gets no content."""
    return HttpResponse(status=204) if request.method == "HEAD" else JsonResponse(told)
