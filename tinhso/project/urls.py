"""Where the doors are."""

from django.urls import include, path

from tinhso.api import openid
from tinhso.web.urls import for_clients

handler400 = "tinhso.web.middleware.unreadable"

# The library of OpenID Connect knows its addresses as `idp:oidc:NAME`.
oidc = ([*for_clients, *openid.urlpatterns], "oidc")

urlpatterns = [
    path("api/", include("tinhso.api.urls")),
    path("", include(([path("", include(oidc))], "idp"))),
    path("", include("tinhso.web.urls")),
]

# What no view caught, as where the session is read or written.
handler500 = "tinhso.web.middleware.failed"
