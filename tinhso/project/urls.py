"""Where the doors are."""

from django.urls import include, path

urlpatterns = [
    path("api/", include("tinhso.api.urls")),
    path("", include("tinhso.web.urls")),
]
