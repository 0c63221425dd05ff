"""The refusals that stand in tables: guarded views, keys of the interface, policies,
and the conditions by which somebody still is who they were. Needs Django set up.
"""

import re
from collections.abc import Iterator
from typing import Any

from tinhso.api.urls import api
from tinhso.people import queries as people
from tinhso.security.queries import actors as security
from tinhso.security.rules import policies as rules
from tinhso.security.types import Access
from torture.access_addresses import patterns
from torture.mutants import Mutant, code_of, entry

# The conditions of the statements asked with each request, one a match.
CONDITION = re.compile(
    r"AND (t\.revoked_at IS NULL|t\.expires_at > %s|a\.is_active)"
    r"|AND (\(valid_to IS NULL OR valid_to > %s\))"
)


def mutants_of_tables() -> Iterator[Mutant]:
    """Walk through them all."""
    yield from _doors()
    yield from _keys()
    yield from _policies()
    yield from _conditions()


def _doors() -> Iterator[Mutant]:
    for pattern, _ in patterns():
        view: Any = pattern.callback
        if getattr(view, "access", Access.PUBLIC) is not Access.PUBLIC:
            yield entry(
                f"web: {pattern.name} is not guarded",
                pattern,
                "callback",
                view.__wrapped__,
                address=str(pattern.name),
            )


def _keys() -> Iterator[Mutant]:
    for router in api._get_bound_routers():
        for path, view in router.path_operations.items():
            for operation in view.operations:
                if operation.auth_callbacks:
                    methods = "/".join(sorted(operation.methods))
                    yield entry(
                        f"api: {methods} {path} needs no key",
                        operation,
                        "auth_callbacks",
                        [],
                        address=path.replace("{", "<").replace("}", ">"),
                    )


def _policies() -> Iterator[Mutant]:
    for deed, policy in rules.POLICIES.items():
        name = f"security.rules: {deed} is for all"
        code = code_of(policy)
        yield entry(name, rules.POLICIES, deed, lambda actor, thing: True, code=code)


def _conditions() -> Iterator[Mutant]:
    asked = (
        (security, "BY_ACCOUNT", security.actor_of),
        (security, "BY_TOKEN", security.actor_of_token),
        (people, "DUTIES", people.duties_of),
    )
    for module, name, function in asked:
        text = getattr(module, name)
        for found in CONDITION.finditer(text):
            condition = found[1] or found[2]
            before, after = text[: found.start()], text[found.end() :]
            yield entry(
                f"{module.__name__}: {name} without {condition}",
                module,
                name,
                f"{before}AND ({condition} OR TRUE){after}",
                code=code_of(function),
            )
