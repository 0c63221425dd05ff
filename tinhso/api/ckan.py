"""The CKAN Action API's read verbs below `/api/3/action`, so that its clients work.

Answers and errors have CKAN's shape, with our name of a refusal beside. Writes are
refused whoever asks. Questions in SQL reach published versions and nothing else.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext
from ninja import NinjaAPI

from tinhso.api import ckan_params as params
from tinhso.api import ckan_shapes as shapes
from tinhso.api.auth import PUBLIC
from tinhso.api.ckan_params import Given
from tinhso.api.limits import limited
from tinhso.kernel import clock
from tinhso.kernel.errors import N_, Invalid, NotFound, Refused, TooManyCalls
from tinhso.opendata import queries
from tinhso.opendata.types import (
    Ask,
    DatasetNotFound,
    Format,
    Found,
    PortalReadOnly,
    QuestionReachesOut,
    Version,
    VersionWithdrawn,
)
from tinhso.people import queries as people

api = NinjaAPI(
    title="CKAN",
    version="3",
    urls_namespace="api-ckan",
    docs_url=None,
    openapi_url=None,
)
# A verb that is no read, in CKAN's words.
WRITES = re.compile(
    r"_(create|update|patch|delete|purge|upsert|revise|reorder|invite|generate)(_|$)"
    r"|^(follow|unfollow|send_|job_|mark_|bulk_|user_|api_token|sysadmin)"
)


class ActionUnknown(NotFound):
    """CKAN has no such verb, or we do not answer it."""

    status = 400
    message = N_("Không có thao tác nào tên là {name}.")


TYPES: dict[type[Refused], str] = {
    DatasetNotFound: "Not Found Error",
    VersionWithdrawn: "Not Found Error",
    ActionUnknown: "Bad Request",
    PortalReadOnly: "Authorization Error",
    QuestionReachesOut: "Authorization Error",
}


@api.api_operation(
    ["GET", "POST"], "/action/{verb}", auth=PUBLIC, url_name="ckan_newest"
)
@api.api_operation(["GET", "POST"], "/3/action/{verb}", auth=PUBLIC, url_name="ckan")
def action(request: HttpRequest, verb: str) -> HttpResponse:
    """Answer a verb of CKAN's Action API."""
    try:
        result = _called(request, verb)
    except Refused as refusal:
        return _refused(verb, refusal)
    answer = JsonResponse(
        {"help": _help(verb), "success": True, "result": result},
        json_dumps_params={"ensure_ascii": False},
    )
    answer["Access-Control-Allow-Origin"] = "*"
    answer["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer


def _called(request: HttpRequest, verb: str) -> Any:
    if verb not in VERBS:
        if WRITES.search(verb):
            raise PortalReadOnly
        raise ActionUnknown(name=verb)
    given = params.given(request)
    # What reads files costs more than what looks into the catalogue.
    if verb.startswith("datastore"):
        return _asked(request, verb, given)
    return VERBS[verb](given)


@limited(most=600, minutes=10)
def _asked(request: HttpRequest, verb: str, given: Given) -> Any:
    return VERBS[verb](given)


def _refused(verb: str, refusal: Refused) -> HttpResponse:
    kind = TYPES.get(type(refusal), "Validation Error")
    message = gettext(refusal.message).format(**refusal.params)
    told: dict[str, Any] = {"__type": kind, "message": message, "refused": refusal.code}
    if isinstance(refusal, Invalid):
        told |= refusal.fields
    status = {"Not Found Error": 404, "Authorization Error": 403}.get(kind, 409)
    # What is asked too often, and what is away, keeps its own.
    is_own = kind == "Bad Request" or isinstance(refusal, TooManyCalls)
    if is_own or refusal.status >= 500:
        status = refusal.status
    answer = {"help": _help(verb), "success": False, "error": told}
    return JsonResponse(
        answer, status=status, json_dumps_params={"ensure_ascii": False}
    )


def _help(verb: str) -> str:
    return f"{settings.TINHSO_ORIGIN}/api/3/action/help_show?name={verb}"


def status_show(given: Given) -> Any:
    """Tell which CKAN this answers as."""
    return {
        "ckan_version": "2.11",
        "site_title": "Dữ liệu mở Quảng Ninh",
        "site_url": settings.TINHSO_ORIGIN,
        "extensions": ["datastore"],
        "locale_default": "vi",
    }


def site_read(given: Given) -> Any:
    """Tell that everybody may read."""
    return True


def help_show(given: Given) -> Any:
    """Tell what a verb does."""
    name = str(given.get("name", ""))
    if name not in VERBS:
        raise ActionUnknown(name=name)
    return VERBS[name].__doc__


def package_list(given: Given) -> Any:
    """List the names of the published datasets."""
    found = _found(given, {}, most=params.whole(given, "limit", params.MOST, of="rows"))
    return [one.entry.slug for one in found.items]


def package_search(given: Given) -> Any:
    """Find datasets: q, fq, rows, start, sort, facet.field."""
    chosen = params.chosen(str(given.get("fq") or ""))
    found = _found(given, chosen, most=params.whole(given, "rows", 10, of="rows"))
    return {
        "count": found.count,
        "sort": str(given.get("sort") or "title asc"),
        "results": [shapes.package(one) for one in found.items],
        **_facets(given, found),
    }


def _found(given: Given, chosen: Mapping[str, str], *, most: int) -> Found:
    text = str(given.get("q") or "")
    return queries.find(
        on=clock.local(clock.now()).date(),
        text="" if text in ("*:*", "*") else text,
        chosen=chosen,
        order=params.order(str(given.get("sort") or "")),
        first=params.whole(given, "start", params.whole(given, "offset", 0)),
        most=most,
        with_facets=bool(given.get("facet.field")),
    )


def _facets(given: Given, found: Found) -> dict[str, Any]:
    wanted = params.listed(given.get("facet.field") or [], "facet.field")
    names = _agencies()
    held = {
        "organization": found.facets.get("publisher", ()),
        "groups": found.facets.get("theme", ()),
        "tags": queries.tags() if "tags" in wanted else (),
    }
    shown = {
        name: shapes.facet(name, held[name], names) for name in wanted if name in held
    }
    counts = {
        name: {item["name"]: item["count"] for item in one["items"]}
        for name, one in shown.items()
    }
    return {"facets": counts, "search_facets": shown}


def package_show(given: Given) -> Any:
    """Read a dataset by name or id."""
    today = clock.local(clock.now()).date()
    found = queries.get_dataset(slug=params.needed(given, "id"), on=today)
    if found.newest is None:
        raise DatasetNotFound
    return shapes.package(found)


def resource_show(given: Given) -> Any:
    """Read a resource: a version in one of its forms."""
    name = params.needed(given, "id")
    own, form = name[:36], name[37:] or Format.CSV.value
    version = queries.find_version(name=own)
    if form not in version.formats:
        raise DatasetNotFound
    return shapes.resource(version, Format(form))


def organization_list(given: Given) -> Any:
    """List the agencies that have published; all_fields for more than codes."""
    found = _by_facet("publisher")
    if not params.yes(given.get("all_fields")):
        return list(found)
    names = _agencies()
    return [
        shapes.organization(code, names.get(code, code), count)
        for code, count in found.items()
    ]


def organization_show(given: Given) -> Any:
    """Read an agency; include_datasets for what it has published."""
    code = params.needed(given, "id")
    names = _agencies()
    if code not in names:
        raise DatasetNotFound
    found = queries.find(
        on=clock.local(clock.now()).date(), chosen={"publisher": code}, most=params.MOST
    )
    told = shapes.organization(code, names[code], found.count)
    if params.yes(given.get("include_datasets")):
        told["packages"] = [shapes.package(one) for one in found.items]
    return told


def group_list(given: Given) -> Any:
    """List the themes; all_fields for more than names."""
    found = [shapes.group(theme, n) for theme, n in _by_facet("theme").items()]
    is_full = params.yes(given.get("all_fields"))
    return found if is_full else [one["name"] for one in found]


def tag_list(given: Given) -> Any:
    """List the keywords."""
    return [one.value for one in queries.tags()]


def license_list(given: Given) -> Any:
    """List the licences that datasets here have."""
    return [
        {"id": name, "title": name, "is_okd_compliant": True, "status": "active"}
        for name in sorted(shapes.LICENSES.values())
    ]


def datastore_search(given: Given) -> Any:
    """Read rows: resource_id, filters, q, sort, limit, offset, fields, distinct."""
    version = _version(given)
    ask = Ask(
        filters=params.filters(given),
        text=params.text(given),
        sort=params.sort(str(given.get("sort") or "")),
        columns=tuple(params.listed(given.get("fields") or [], "fields")),
        is_distinct=params.yes(given.get("distinct")),
        limit=params.whole(given, "limit", 100, of="rows"),
        offset=params.whole(given, "offset", 0),
    )
    found = queries.rows_of(version=version, ask=ask)
    names = [one.name for one in found.columns]
    return {
        "resource_id": str(version.id),
        "fields": [shapes.field(one) for one in found.columns],
        "records": shapes.records(names, found.rows),
        "total": found.total,
        "limit": ask.limit,
        "offset": ask.offset,
        "records_format": "objects",
    }


def datastore_info(given: Given) -> Any:
    """Tell the columns of a resource and how many rows it has."""
    version = _version(given)
    meta = {"id": str(version.id), "count": version.rows, "table_type": "BASE TABLE"}
    return {"meta": meta, "fields": [shapes.field(one) for one in version.columns]}


def datastore_search_sql(given: Given) -> Any:
    """Ask published versions in SQL; a table is the id of a resource, in quotes."""
    sql = params.needed(given, "sql")
    told = queries.ask(sql=sql)
    names = [name for name, _ in told.columns]
    return {
        "sql": sql,
        "fields": [{"id": name, "type": kind} for name, kind in told.columns],
        "records": shapes.records(names, told.rows),
        "records_truncated": told.is_cut,
    }


VERBS: dict[str, Callable[[Given], Any]] = {
    verb.__name__: verb
    for verb in (
        status_show,
        site_read,
        help_show,
        package_list,
        package_search,
        package_show,
        resource_show,
        organization_list,
        organization_show,
        group_list,
        tag_list,
        license_list,
        datastore_search,
        datastore_info,
        datastore_search_sql,
    )
}


def _version(given: Given) -> Version:
    name = str(given.get("resource_id") or "") or params.needed(given, "id")
    return queries.find_version(name=name)


def _by_facet(name: str) -> dict[str, int]:
    found = queries.find(on=clock.local(clock.now()).date(), most=1)
    return {one.value: one.count for one in found.facets[name]}


def _agencies() -> dict[str, str]:
    today = clock.local(clock.now()).date()
    return {one.code: one.name for one in people.organizations(on=today)}
