"""`tinhso clients`: systems of others that sign people in through us."""

import click

from tinhso.cli.output import answer, json_option, refusing
from tinhso.kernel import clock
from tinhso.kernel.actor import SYSTEM
from tinhso.people import queries as people
from tinhso.security import actions as security
from tinhso.security import queries
from tinhso.security.types import Client, Scope

ASKED = ", ".join(Scope)


@click.group("clients")
def group() -> None:
    """Let systems of others sign people in through OpenID Connect."""


@group.command()
@click.argument("name")
@click.option("--organization", required=True, help="Key of the agency it belongs to.")
@click.option("--purpose", required=True, help="Why it asks, in words for people.")
@click.option("--redirect", "redirects", multiple=True, help="Where it takes people.")
@click.option("--logout", "logouts", multiple=True, help="Where it takes who leaves.")
@click.option("--scope", "scopes", multiple=True, help=f"Besides openid: {ASKED}.")
@click.option("--public", "is_public", is_flag=True, help="It keeps no secret.")
@click.option("--device", "has_device", is_flag=True, help="It has no keyboard.")
@json_option
@refusing
def register(
    name: str,
    organization: str,
    purpose: str,
    redirects: tuple[str, ...],
    logouts: tuple[str, ...],
    scopes: tuple[str, ...],
    is_public: bool,
    has_device: bool,
    as_json: bool,
) -> None:
    """Register a system; its secret is shown once. JSON: `client_id`, `secret`."""
    at = clock.now()
    agency = people.organization_by_key(key=organization, on=clock.local(at).date())
    made = security.register_client(
        name=name,
        organization_id=agency.id,
        purpose=purpose,
        scopes=[*dict.fromkeys([Scope.OPENID.value, *scopes])],
        redirects=redirects,
        logouts=logouts,
        is_public=is_public,
        has_device=has_device,
        actor=SYSTEM,
        at=at,
    )
    content = {"client_id": made.client.key, "secret": made.secret}
    text = f"client_id      {made.client.key}\nclient_secret  {made.secret or '(none)'}"
    answer(content, text, as_json=as_json)


@group.command("list")
@json_option
@refusing
def list_(as_json: bool) -> None:
    """List the systems. JSON: `clients`, each with `client_id`, `name`, `scopes`."""
    found = queries.clients()
    lines = "\n".join(
        f"{one.key}  {one.name} ({one.organization}): {' '.join(one.scopes)}"
        for one in found
    )
    answer({"clients": [_line(one) for one in found]}, lines, as_json=as_json)


@group.command("renew-secret")
@click.argument("client_id")
@json_option
@refusing
def renew_secret(client_id: str, as_json: bool) -> None:
    """Give a system another secret; the one before ends. JSON: `secret`."""
    secret = security.renew_client_secret(key=client_id, actor=SYSTEM, at=clock.now())
    answer({"secret": secret}, secret, as_json=as_json)


@group.command()
@click.argument("client_id")
@json_option
@refusing
def end(client_id: str, as_json: bool) -> None:
    """End a system: no token it holds opens anything. JSON: `ended`."""
    security.end_client(key=client_id, actor=SYSTEM, at=clock.now())
    answer({"ended": client_id}, f"Ended {client_id}.", as_json=as_json)


@group.command("renew-keys")
@click.option("--lost", is_flag=True, help="Trust none of them any more, at once.")
@json_option
@refusing
def renew_keys(lost: bool, as_json: bool) -> None:
    """Make another key that signs what systems are told. JSON: `keys`."""
    at = clock.now()
    if lost:
        security.drop_signing_keys(actor=SYSTEM, at=at)
    else:
        security.keep_signing_keys(at=at, force=True)
    count = len(queries.signing_keys(at=at))
    answer({"keys": count}, f"{count} keys are trusted now.", as_json=as_json)


def _line(one: Client) -> dict[str, object]:
    return {
        "client_id": one.key,
        "name": one.name,
        "organization": one.organization,
        "scopes": [*one.scopes],
        "redirects": [*one.redirects],
        "is_public": one.is_public,
        "has_device": one.has_device,
    }
