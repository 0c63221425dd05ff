"""Personnel systems keep officers' accounts below `/api/scim/v2` (RFC 7644).

Answers and errors have SCIM's shape. Who calls holds a key of an account that keeps
accounts; what they change holds from the next request on.
"""

import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import AuthenticationError
from pydantic import ValidationError
from scim2_models import (
    Context,
    Error,
    ListResponse,
    PatchOp,
    Resource,
    ResourceType,
    Schema,
    SCIMException,
    ScimProvider,
    SearchRequest,
)

from tinhso.api import scim_shapes as shapes
from tinhso.api.auth import OFFICER, caller
from tinhso.api.limits import address_of
from tinhso.kernel import clock
from tinhso.kernel.errors import NotFound, Refused
from tinhso.kernel.http import thing_of
from tinhso.people import queries as people
from tinhso.security import actions, queries
from tinhso.security.types import Deed, NotSignedIn, UsernameTaken

MEDIA_TYPE = "application/scim+json"
MOST_BYTES = 2**18

api = NinjaAPI(
    title="SCIM",
    version="2",
    urls_namespace="api-scim",
    docs_url=None,
    openapi_url=None,
    auth=OFFICER,
)


@api.get("/ServiceProviderConfig", url_name="scim_config")
def config(request: HttpRequest) -> HttpResponse:
    """Say what of SCIM is served."""
    found = _provider().config
    assert found is not None  # noqa: S101 - ours has one
    return _one(found)


@api.get("/Schemas", url_name="scim_schemas")
def schemas(request: HttpRequest) -> HttpResponse:
    """List the schemas."""
    found = [_placed(one, "Schemas", one.id) for one in _provider().schemas]
    return _listed(ListResponse[Schema], found, len(found))


@api.get("/Schemas/{key}", url_name="scim_schema")
def schema(request: HttpRequest, key: str) -> HttpResponse:
    """Read a schema."""
    found = (one for one in _provider().schemas if one.id == key)
    return _one(_placed(_found(found), "Schemas", key))


@api.get("/ResourceTypes", url_name="scim_types")
def types(request: HttpRequest) -> HttpResponse:
    """List what is kept: users."""
    kinds = _provider().resource_types
    found = [_placed(one, "ResourceTypes", one.name) for one in kinds]
    return _listed(ListResponse[ResourceType], found, len(found))


@api.get("/ResourceTypes/{key}", url_name="scim_type")
def kind(request: HttpRequest, key: str) -> HttpResponse:
    """Read what is kept under a name."""
    found = (one for one in _provider().resource_types if one.name == key)
    return _one(_placed(_found(found), "ResourceTypes", key))


@api.get("/Users", url_name="scim_users")
def users(request: HttpRequest) -> HttpResponse:
    """List accounts: filtered, sorted, a page of them."""
    _refuse_strangers(request)
    told = {name: request.GET[name] for name in request.GET}
    return _page(request, _asked(_model(), json.dumps(told)))


@api.post("/.search", url_name="scim_search_all", operation_id="scim_search_all")
@api.post("/Users/.search", url_name="scim_search")
def search(request: HttpRequest) -> HttpResponse:
    """List accounts as the body asks, so that nothing of it stands in an address."""
    _refuse_strangers(request)
    return _page(request, _asked(_model(), request.body))


def _page(request: HttpRequest, asked: Any) -> HttpResponse:
    model = _model()
    kept = queries.officers_kept(actor=caller(request), at=clock.now())
    found = [shapes.user(one, model, settings.TINHSO_ORIGIN) for one in kept]
    if asked.filter is not None:
        found = [one for one in found if asked.filter.match(one)]
    if asked.sort_by is not None:
        found = asked.sort(found)
    begins = asked.start_index_0 or 0
    most = shapes.MOST if asked.count is None else min(asked.count, shapes.MOST)
    page = found[begins : begins + most]
    return _listed(
        _list_of(model),
        page,
        len(found),
        begins=begins,
        parameters=asked,
    )


@api.post("/Users", url_name="scim_users")
def create(request: HttpRequest) -> HttpResponse:
    """Open an account for an officer."""
    _refuse_strangers(request)
    given = _read(_model(), request, Context.RESOURCE_CREATION_REQUEST)
    made = actions.provision_officer(
        **shapes.wanted(given), actor=caller(request), at=clock.now()
    )
    shown = shapes.user(made, _model(), settings.TINHSO_ORIGIN)
    answer = _one(shown, Context.RESOURCE_CREATION_RESPONSE, status=201)
    answer["Location"] = f"{settings.TINHSO_ORIGIN}{shapes.BASE}/Users/{made.id}"
    return answer


@api.get("/Users/{account_id}", url_name="scim_user")
def read(request: HttpRequest, account_id: str) -> HttpResponse:
    """Read an account."""
    found = _current(request, account_id)
    told = {name: request.GET[name] for name in request.GET}
    return _one(found, parameters=_asked(_model(), json.dumps(told)))


@api.put("/Users/{account_id}", url_name="scim_user")
def replace(request: HttpRequest, account_id: str) -> HttpResponse:
    """Bring an account to what the body says; what is left out is taken away."""
    _refuse_strangers(request)
    given = _read(_model(), request, Context.RESOURCE_REPLACEMENT_REQUEST)
    given.replace(_current(request, account_id))
    return _changed(request, account_id, given, Context.RESOURCE_REPLACEMENT_RESPONSE)


@api.patch("/Users/{account_id}", url_name="scim_user")
def change(request: HttpRequest, account_id: str) -> HttpResponse:
    """Change parts of an account."""
    _refuse_strangers(request)
    model = _model()
    patch = _read(_patch_of(model), request, Context.RESOURCE_PATCH_REQUEST)
    current = _current(request, account_id)
    patch.patch(current)
    return _changed(request, account_id, current, Context.RESOURCE_PATCH_RESPONSE)


@api.delete("/Users/{account_id}", url_name="scim_user")
def remove(request: HttpRequest, account_id: str) -> HttpResponse:
    """Lock an account for good; it is no longer found here."""
    actions.remove_officer(
        account_id=_uuid(account_id), actor=caller(request), at=clock.now()
    )
    return HttpResponse(status=204)


def _asked(model: Any, told: str | bytes) -> Any:
    """Read what is asked for: a filter, an order, a page, some attributes."""
    kind: Any = SearchRequest
    context = {"scim": Context.SEARCH_REQUEST}
    return kind[model].model_validate_json(told, context=context)


def _refuse_strangers(request: HttpRequest) -> None:
    """Refuse who keeps no accounts before their body is read."""
    queries.require(actor=caller(request), deed=Deed.KEEP_ACCOUNTS)


def _list_of(model: Any) -> Any:
    kind: Any = ListResponse
    return kind[model]


def _patch_of(model: Any) -> Any:
    kind: Any = PatchOp
    return kind[model]


@api.api_operation(
    ["GET", "POST", "PUT", "PATCH", "DELETE"], "/{path:rest}", url_name="scim_nothing"
)
def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """Say in SCIM's words that nothing is here."""
    raise NotFound


def _provider() -> ScimProvider:
    today = clock.local(clock.now()).date()
    keys = sorted(one.key for one in people.organizations(on=today))
    return shapes.provider(tuple(keys))


def _model() -> Any:
    return _provider().model_for("User")


def _current(request: HttpRequest, account_id: str) -> Any:
    found = queries.officer_kept(
        account_id=_uuid(account_id), actor=caller(request), at=clock.now()
    )
    return shapes.user(found, _model(), settings.TINHSO_ORIGIN)


def _changed(
    request: HttpRequest, account_id: str, wanted: Any, context: Context
) -> HttpResponse:
    changed = actions.change_officer(
        account_id=_uuid(account_id),
        **shapes.wanted(wanted),
        actor=caller(request),
        at=clock.now(),
    )
    return _one(shapes.user(changed, _model(), settings.TINHSO_ORIGIN), context)


def _read(model: Any, request: HttpRequest, context: Context) -> Any:
    body = request.body
    if len(body) > MOST_BYTES:
        raise SCIMException(detail="too large")
    return model.model_validate_json(body, context={"scim": context})


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


def _found(rows: Any) -> Any:
    one = next(iter(rows), None)
    if one is None:
        raise NotFound
    return one


def _placed(one: Any, kind: str, key: str | None) -> Any:
    """Say where a schema or kind of resource is found."""
    location = f"{settings.TINHSO_ORIGIN}{shapes.BASE}/{kind}/{key}"
    meta = {"resourceType": kind.removesuffix("s"), "location": location}
    return type(one).model_validate({**one.model_dump(), "meta": meta})


def _one(
    shown: Resource[Any],
    context: Context = Context.RESOURCE_QUERY_RESPONSE,
    *,
    status: int = 200,
    parameters: Any = None,
) -> HttpResponse:
    told = shown.model_dump(scim_ctx=context, response_parameters=parameters)
    return _answer(told, status=status)


def _listed(
    kind: Any,
    page: list[Any],
    total: int,
    *,
    begins: int = 0,
    parameters: Any = None,
) -> HttpResponse:
    answer = kind(
        total_results=total,
        start_index=begins + 1,
        items_per_page=len(page),
        resources=page,
    )
    told = answer.model_dump(
        scim_ctx=Context.RESOURCE_QUERY_RESPONSE, response_parameters=parameters
    )
    return _answer(told)


def _answer(told: Any, *, status: int = 200) -> HttpResponse:
    return HttpResponse(json.dumps(told), content_type=MEDIA_TYPE, status=status)


def _error(error: Error) -> HttpResponse:
    return _answer(error.model_dump(), status=error.status or 400)


@api.exception_handler(Refused)
def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Say a refusal in SCIM's words, and write down who was refused what."""
    found = request.resolver_match
    if found is not None:
        actions.note_refusal(
            refusal=refusal,
            place=found.route,
            thing_id=thing_of(found.kwargs),
            address=address_of(request),
            actor=caller(request),
            at=clock.now(),
        )
    is_taken = isinstance(refusal, UsernameTaken)
    return _error(
        Error(
            status=409 if is_taken else {422: 400}.get(refusal.status, refusal.status),
            scim_type="uniqueness" if is_taken else None,
            detail=gettext(refusal.message).format(**refusal.params),
        )
    )


@api.exception_handler(AuthenticationError)
def not_signed_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Answer a call without a good key."""
    return _error(Error(status=401, detail=gettext(NotSignedIn.message)))


@api.exception_handler(SCIMException)
def wrong(request: HttpRequest, error: SCIMException) -> HttpResponse:
    """Answer what SCIM refuses by itself."""
    return _error(error.to_error())


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer a body or question that is none."""
    return _error(Error.from_validation_errors(error)[0])
