"""Where the doors are."""

from django.urls import include, path

handler400 = "tinhso.web.middleware.unreadable"

urlpatterns = [
    path("api/", include("tinhso.api.urls")),
    path("", include("tinhso.web.urls")),
]

# What no view caught, as where the session is read or written.
handler500 = "tinhso.web.middleware.failed"
