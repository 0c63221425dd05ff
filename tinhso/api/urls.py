"""The interface as one; refusals leave it as `application/problem+json`."""

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError
from pydantic import ValidationError as PydanticError

from tinhso.api import ckan, iceberg, scim
from tinhso.api.auth import caller
from tinhso.api.limits import address_of
from tinhso.api.v1 import (
    conversations,
    counters,
    desk,
    documents,
    features,
    journal,
    lake,
    messages,
    payments,
    portal,
    procedures,
    security,
)
from tinhso.kernel import clock
from tinhso.kernel.errors import Invalid, Refused, Unavailable
from tinhso.kernel.http import problem, retry_after, thing_of
from tinhso.security import actions
from tinhso.security.types import NotSignedIn

api = NinjaAPI(
    title="Tỉnh Số",
    version="1",
    description="Procedures, dossiers and documents of a province.",
    urls_namespace="api-v1",
    docs_url=None,  # its page would load scripts from elsewhere
)
api.add_router("", procedures.router)
api.add_router("", desk.router)
api.add_router("", conversations.router)
api.add_router("", documents.router)
api.add_router("", counters.router)
api.add_router("", security.router)
api.add_router("", journal.router)
api.add_router("", portal.router)
api.add_router("", payments.router)
api.add_router("", lake.router)
api.add_router("", features.router)
api.add_router("", messages.router)

urlpatterns = [
    path("v1/", api.urls),
    path("scim/v2/", scim.api.urls),
    path("", ckan.api.urls),
]


@api.exception_handler(Refused)
def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Answer a refusal by its name, and write down who was refused what."""
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
    return _answer(request, refusal)


@api.exception_handler(AuthenticationError)
def not_signed_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    """Answer a call without a good key."""
    return _answer(request, NotSignedIn())


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer a call whose shape is wrong, field by field."""
    fields: dict[str, list[str]] = {}
    for fault in error.errors:
        name = ".".join(str(step) for step in fault["loc"][1:])
        fields.setdefault(name, []).append(fault["msg"])
    return _answer(request, Invalid(fields))


@api.exception_handler(PydanticError)
def unreadable(request: HttpRequest, error: PydanticError) -> HttpResponse:
    """Answer a part of a form that is no JSON of the right shape."""
    fields: dict[str, list[str]] = {}
    for fault in error.errors():
        name = ".".join(str(step) for step in fault["loc"]) or "application"
        fields.setdefault(name, []).append(fault["msg"])
    return _answer(request, Invalid(fields))


@api.exception_handler(OperationalError)
@api.exception_handler(InterfaceError)
def database_away(request: HttpRequest, error: Exception) -> HttpResponse:
    """Answer a call that the database did not; the same key may succeed later."""
    return _answer(request, Unavailable())


def _answer(request: HttpRequest, refusal: Refused) -> HttpResponse:
    for_iceberg = iceberg.is_asked(request)
    content = (
        iceberg.error(refusal) if for_iceberg else problem(refusal, translate=gettext)
    )
    response = api.create_response(request, content, status=refusal.status)
    if not for_iceberg:
        response["Content-Type"] = "application/problem+json"
    if later := retry_after(refusal):
        response["Retry-After"] = later
    return response
