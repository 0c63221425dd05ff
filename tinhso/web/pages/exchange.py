"""The services agencies share: what there is, how each is called, how to ask for it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from tinhso.exchange import queries
from tinhso.security.types import Access
from tinhso.web.policy import guarded
from tinhso.web.ui import exchange as ui


@guarded(Access.PUBLIC)
@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """List the services."""
    context = {"found": [ui.service(one) for one in queries.services()]}
    return render(request, "exchange/services.html", context)


@guarded(Access.PUBLIC)
@require_safe
def service(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """Show a service as its OpenAPI document says it, for people to read."""
    found = queries.get_service(service_id=service_id)
    context = {"line": ui.service(found), "operations": ui.operations(found)}
    return render(request, "exchange/service.html", context)


@guarded(Access.PUBLIC)
@require_safe
def document(request: HttpRequest, service_id: UUID) -> HttpResponse:
    """Hand out the OpenAPI document itself."""
    found = queries.get_service(service_id=service_id)
    return JsonResponse(dict(found.openapi), json_dumps_params={"ensure_ascii": False})
