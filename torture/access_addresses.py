"""All addresses of the doors, as the resolver has them. Needs Django set up."""

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from tinhso.api import scim
from tinhso.api.urls import api

API = "api/v1"
# What machines call besides, by its path below `api`.
SCIM = "api/scim"


def addresses() -> dict[str, str]:
    """List them: of the web by name, of the interface by path, to their templates.

    >>> addresses()["dossier"]
    'ho-so/<uuid:dossier_id>'
    """
    found: dict[str, str] = {}
    for pattern, template in patterns():
        if template.startswith(API):
            found[template.removeprefix(API)] = template
        elif template.startswith(SCIM):
            found[template.removeprefix("api").replace("path:", "")] = template
        else:
            assert pattern.name is not None, template
            assert pattern.name not in found, f"two addresses are named {pattern.name}"
            found[pattern.name] = template
    return found


def patterns(
    within: URLResolver | None = None, before: str = ""
) -> Iterator[tuple[URLPattern, str]]:
    """Walk through the patterns below a resolver, each with its whole template."""
    for entry in (within or get_resolver()).url_patterns:
        template = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from patterns(entry, template)
        else:
            yield entry, template


def operations() -> dict[str, set[str]]:
    """List the methods of the interface by path, as OpenAPI has them."""
    found: dict[str, set[str]] = {}
    paths = [
        *api.get_openapi_schema()["paths"].items(),
        *scim.api.get_openapi_schema()["paths"].items(),
    ]
    for path, methods in paths:
        short = path.removeprefix(f"/{API}").removeprefix("/api")
        key = short.replace("{", "<").replace("}", ">").replace("path:", "")
        found.setdefault(key, set()).update(method.upper() for method in methods)
    return found
