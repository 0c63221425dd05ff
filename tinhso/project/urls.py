"""Where the doors are."""

from django.urls import include, path

urlpatterns = [
    path("", include("tinhso.web.urls")),
]
