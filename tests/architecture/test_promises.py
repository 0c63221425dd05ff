"""What every table, address and setting declares."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.urls import URLPattern, URLResolver, get_resolver
from ninja.constants import NOT_SET

import tinhso
from tinhso.api.urls import api
from tinhso.project import config
from tinhso.security.types import Access

ROOT = Path(tinhso.__file__).resolve().parents[1]

# Addresses of libraries, which cannot wear our decorator, and who may use them.
FOREIGN = {
    "allauth.account": Access.PUBLIC,
    "allauth.mfa": Access.SIGNED_IN,
    "django.views.i18n": Access.PUBLIC,
    "ninja": Access.PUBLIC,
}


def addresses(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from addresses(entry, path)
        elif isinstance(entry, URLPattern):
            yield path, entry.callback


def declared(view):
    if hasattr(view, "access"):
        return view.access
    view = getattr(view, "func", view)
    module = getattr(getattr(view, "view_class", view), "__module__", "")
    return next((a for name, a in FOREIGN.items() if module.startswith(name)), None)


def test_every_address_of_the_web_declares_who_may_use_it():
    bare = [path for path, view in addresses() if declared(view) is None]

    assert not bare


def test_every_operation_of_the_interface_names_its_callers():
    bare = [
        f"{sorted(operation.methods)} {path}"
        for _, router in api._routers
        for path, view in router.path_operations.items()
        for operation in view.operations
        if operation.auth_param is NOT_SET
    ]

    assert not bare


@pytest.mark.parametrize(
    "model",
    [m for m in apps.get_models() if m.__module__.startswith("tinhso.")],
    ids=lambda model: model.__name__,
)
def test_every_table_declares_its_personal_data(model):
    assert "PII:" in (model.__doc__ or "")


def test_every_setting_is_documented():
    text = (ROOT / "docs/reference/settings.md").read_text("utf-8")
    source = Path(config.__file__).read_text("utf-8")
    names = set(re.findall(r'"((?:TINHSO_|DATABASE_)[A-Z_]+)"', source))

    assert {name for name in names if f"`{name}`" not in text} == set()
