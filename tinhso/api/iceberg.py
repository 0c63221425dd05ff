"""What the Iceberg REST specification asks of refusals, and that nothing is written."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext

from tinhso.kernel.errors import NotAllowed, Refused, Unavailable
from tinhso.kernel.http import SAFE
from tinhso.lake.types import (
    DatasetUnknown,
    LakeReadOnly,
    RoomUnknown,
    StoreAway,
    StoreNotSetUp,
    StoreRefused,
    TableMissing,
    TableNotYet,
)
from tinhso.security.types import NotSignedIn

PLACE = "/api/v1/iceberg/"
# The names that clients know; ours stands beside them.
NAMES: dict[type[Refused], str] = {
    NotSignedIn: "NotAuthorizedException",
    NotAllowed: "ForbiddenException",
    RoomUnknown: "NoSuchNamespaceException",
    DatasetUnknown: "NoSuchTableException",
    TableNotYet: "NoSuchTableException",
    LakeReadOnly: "UnsupportedOperationException",
    TableMissing: "ServiceUnavailableException",
    StoreAway: "ServiceUnavailableException",
    StoreRefused: "ServiceUnavailableException",
    StoreNotSetUp: "ServiceUnavailableException",
    Unavailable: "ServiceUnavailableException",
}

Answer = Callable[[HttpRequest], HttpResponse]


def is_asked(request: HttpRequest) -> bool:
    """Tell whether a request is for the catalogue."""
    return request.path.startswith(PLACE)


def error(refusal: Refused) -> dict[str, object]:
    """Describe a refusal as the specification has it, with our name beside."""
    told = {
        "message": gettext(refusal.message).format(**refusal.params),
        "type": NAMES.get(type(refusal), refusal.code),
        "code": refusal.status,
        "refused": refusal.code,
    }
    return {"error": told}


def read_only(get_response: Answer) -> Answer:
    """Refuse every write to the lake's catalogue, whoever asks, unread."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not is_asked(request) or request.method in SAFE:
            return get_response(request)
        refusal = LakeReadOnly()
        answer = JsonResponse(error(refusal), status=refusal.status)
        answer["Allow"] = "GET, HEAD"
        return answer

    return middleware
